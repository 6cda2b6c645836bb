//! Servers that say nothing.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use plat::adapter::git::Git;
use plat::store::{Store, StoreError};
use plat::wait::Wait;

use crate::conformance::draft;
use crate::cut::{Cut, Failing};
use crate::laws::change;
use crate::process::{appears, run, wait};
use crate::scenario::{Trust, scenario};
use crate::world::{PASSWORD, USER, World};
use crate::{WAYS, Way, config, noise, open, repository, right, with};

/// A server that takes every connection and never says a word.
fn silent() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let mut taken = Vec::new();
        for client in listener.incoming() {
            taken.push(client.unwrap());
        }
    });
    port
}

fn at(world: &World, way: Way, port: u16, name: &str, patience: u64) -> Git {
    let config = config(world, way.url_at(world, port, name), "demo");
    Git::open(with(config, |place| place.patience = Duration::from_secs(patience)), right(world)).unwrap()
}

#[test]
fn a_server_that_says_nothing_is_an_error() {
    scenario("slow::a_server_that_says_nothing_is_an_error", Trust::Known, |world| {
        let port = silent();
        for way in WAYS {
            let error = at(world, way, port, "r.git", 1).observe(&[]).unwrap_err();
            let StoreError::Connection { doing, reason, .. } = &error else { panic!("{way:?}: {error:?}") };
            assert_eq!((*doing, reason.as_str()), ("fetch from", "nothing was heard for 1 s"), "{way:?}");
        }
    });
}

#[test]
fn a_server_that_hangs_during_a_push_is_an_error_and_the_next_run_works() {
    scenario("slow::a_server_that_hangs_during_a_push_is_an_error_and_the_next_run_works", Trust::Known, |world| {
        for way in [Way::Http, Way::Ssh] {
            let name = format!("{way:?}.git");
            let somebody = repository(world, &name);
            // More than what fits into the buffers on the way.
            let large = noise(12_000_000);
            let wanted = draft([change("f", None, Some(&large))]);
            let cut = Cut::after(100_000, way.port(world), Failing::Hangs);
            world.know_host(cut.port);
            let error = at(world, way, cut.port, &name, 2).deliver(&wanted).unwrap_err();
            let StoreError::Connection { doing: "push to", reason, .. } = &error else { panic!("{way:?}: {error:?}") };
            assert!(reason.starts_with("nothing was heard"), "{way:?}: {reason}");
            assert!(somebody.log().is_empty());
            assert_eq!(open(world, way, &name).deliver(&wanted).unwrap().changed, 1);
        }
    });
}

#[test]
fn an_interrupted_run_does_not_wait_for_a_silent_server() {
    scenario("slow::an_interrupted_run_does_not_wait_for_a_silent_server", Trust::Known, |world| {
        let port = silent();
        for way in WAYS {
            // Longer than the test may take.
            let patience = Duration::from_hours(1);
            let wait = Wait::default();
            wait.interrupt.store(2, Ordering::Relaxed);
            let config = with(config(world, way.url_at(world, port, "r.git"), "demo"), |place| {
                place.patience = patience;
                place.wait = wait;
            });
            let mut store = Git::open(config, right(world)).unwrap();
            for _ in 0..2 {
                let error = store.observe(&[]).unwrap_err();
                assert!(matches!(error, StoreError::Interrupted { .. }), "{way:?}: {error:?}");
            }
        }
    });
}

/// A project whose only store is at `url`.
pub(crate) fn project(folder: &Path, url: &str) {
    run(plat(folder).args(["init", "."]));
    let file = folder.join("delivery.kdl");
    let text = fs::read_to_string(&file).unwrap();
    let text = text.replace("gitops git create", "gitops git").replace(".plat/stores/gitops.git", url);
    assert!(text.contains(url), "{text}");
    fs::write(file, text).unwrap();
}

/// The binary in a folder, with the right credentials.
pub(crate) fn plat(folder: &Path) -> Command {
    let mut plat = Command::new(env!("CARGO_BIN_EXE_plat"));
    plat.current_dir(folder).env("PLAT_SECRET_GITOPS_USERNAME", USER).env("PLAT_SECRET_GITOPS_PASSWORD", PASSWORD);
    plat
}

#[test]
fn a_signal_ends_an_apply_whose_push_takes_its_time() {
    scenario("slow::a_signal_ends_an_apply_whose_push_takes_its_time", Trust::Known, |world| {
        for way in [Way::Http, Way::Ssh] {
            let name = format!("{way:?}.git");
            let somebody = repository(world, &name);
            // The hook speaks now and then, so that nobody takes the server for dead.
            let slow = "grep -q refs/heads/main || exit 0; : > started; while :; do echo still busy >&2; sleep 1; done";
            world.hook(&name, "pre-receive", slow);
            let folder = world.folder.join(format!("project-{way:?}"));
            fs::create_dir(&folder).unwrap();
            project(&folder, &way.url(world, &name));
            let mut apply = plat(&folder);
            apply.env("PLAT_SECRET_GITOPS_SSH_KEY", world.folder.join("client"));
            let mut apply = apply.args(["apply", "--auto-approve"]).stderr(Stdio::piped()).spawn().unwrap();
            assert!(appears(&world.repositories().join(&name).join("started")));
            run(Command::new("kill").args(["-INT", &apply.id().to_string()]));
            let ended = wait(&mut apply, Duration::from_mins(1));
            let _ = apply.kill();
            let said = apply.wait_with_output().unwrap().stderr;
            let said = String::from_utf8_lossy(&said);
            assert_eq!(ended.and_then(|status| status.code()), Some(130), "{way:?}: {said}");
            assert!(said.contains("gitops: interrupted on the way to push to it"), "{way:?}: {said}");
            assert!(somebody.log().is_empty());
        }
    });
}
