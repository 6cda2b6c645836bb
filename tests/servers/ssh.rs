//! The program that connects by SSH, as users tell it of hosts and keys, and where it does not do what it should.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use plat::adapter::git::Git;
use plat::store::{Store, StoreError};

use crate::conformance::draft;
use crate::laws::change;
use crate::process::{appears, find, run, wait};
use crate::scenario::{Trust, scenario};
use crate::slow::{plat, project};
use crate::world::{PASSPHRASE, World};
use crate::{Variables, Way, config, environment, repository, with};

/// A store of a repository at an address.
fn at(world: &World, url: String, variables: Variables<'_>, patience: u64) -> Git {
    let config = with(config(world, url, "demo"), |place| place.patience = Duration::from_secs(patience));
    Git::open(config, environment(variables)).unwrap()
}

/// A program of the user's own.
fn script(world: &World, name: &str, lines: &str) -> PathBuf {
    let file = world.folder.join(name);
    fs::write(&file, format!("#!/bin/sh\n{lines}\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    file
}

/// Waits until a process is gone.
fn goes(process: &str) -> bool {
    let end = Instant::now() + Duration::from_secs(10);
    while Path::new("/proc").join(process.trim()).exists() {
        if Instant::now() > end {
            return false;
        }
        thread::sleep(Duration::from_millis(20));
    }
    true
}

#[test]
fn a_host_is_what_the_user_calls_it_also_behind_another() {
    scenario("ssh::a_host_is_what_the_user_calls_it_also_behind_another", Trust::Known, |world| {
        repository(world, "r.git");
        let (folder, port) = (world.folder.display(), world.ssh);
        let account = run(Command::new("id").arg("-un"));
        let host = format!("Hostname 127.0.0.1\nPort {port}\nUser {account}");
        world.tell_ssh(&format!(
            "Host work\n{host}\nIdentityFile {folder}/client\n\
             Host gate\n{host}\nIdentityFile {folder}/jump\n\
             Host inner\n{host}\nIdentityFile {folder}/client\nProxyJump gate\nHost *\n"
        ));
        let path = world.repositories().join("r.git").display().to_string();
        for (number, url) in
            [format!("ssh://work{path}"), format!("work:{path}"), format!("ssh://inner{path}")].into_iter().enumerate()
        {
            let mut store = at(world, url, &[], 60);
            let name = format!("f{number}");
            assert_eq!(store.deliver(&draft([change(&name, None, Some("1"))])).unwrap().changed, 1);
        }
    });
}

#[test]
fn a_secret_is_given_to_the_program_and_told_to_nobody() {
    scenario("ssh::a_secret_is_given_to_the_program_and_told_to_nobody", Trust::Known, |world| {
        repository(world, "r.git");
        let text = |name: &str| fs::read_to_string(world.folder.join(name)).unwrap();
        let ssh = std::env::var("GIT_SSH_COMMAND").unwrap();
        let log = world.folder.join("seen");
        let line = format!("{{ echo \"$0 $@\"; env; }} >> {}\nexec {ssh} \"$@\"", log.display());
        let wrapper = script(world, "ssh", &line).display().to_string();
        let file = world.folder.join("locked").display().to_string();
        let (client, locked) = (text("client"), text("locked"));
        let cases: [(&str, Option<&str>, bool); 5] = [
            (&client, None, true),
            (&locked, Some(PASSPHRASE), true),
            (&file, Some(PASSPHRASE), true),
            (&locked, Some("another-passphrase"), false),
            (&file, None, false),
        ];
        for (key, passphrase, goes) in cases {
            let mut variables = vec![("GIT_SSH_COMMAND", &*wrapper), ("PLAT_SECRET_GIT_SSH_KEY", key)];
            variables.extend(passphrase.map(|passphrase| ("PLAT_SECRET_GIT_SSH_PASSPHRASE", passphrase)));
            let seen = at(world, Way::Ssh.url(world, "r.git"), &variables, 60).observe(&[]);
            match seen {
                Ok(_) => assert!(goes),
                Err(StoreError::Credentials { hint, .. }) => assert!(!goes && !hint.contains(PASSPHRASE), "{hint}"),
                Err(error) => panic!("{error:?}"),
            }
        }
        let seen = fs::read_to_string(log).unwrap();
        assert!(seen.contains("IdentitiesOnly=yes") && !seen.contains(PASSPHRASE) && !seen.contains("BEGIN"), "{seen}");
        let left = fs::read_dir(world.folder.join("cache")).unwrap().map(|entry| entry.unwrap().file_name());
        let left: Vec<_> = left.filter(|name| name.to_string_lossy().ends_with(".key")).collect();
        assert!(left.is_empty(), "{left:?}");
    });
}

#[test]
fn a_program_that_hangs_ends_with_all_that_it_started() {
    scenario("ssh::a_program_that_hangs_ends_with_all_that_it_started", Trust::Known, |world| {
        let started = world.folder.join("started");
        let hangs = format!("trap '' TERM HUP\nsleep 600 &\necho $$ $! > {}\nwait\nsleep 600", started.display());
        let program = script(world, "ssh", &hangs).display().to_string();
        let url = Way::Ssh.url(world, "r.git");
        let gone = || fs::read_to_string(&started).unwrap().split_whitespace().all(goes);
        let error = at(world, url.clone(), &[("GIT_SSH_COMMAND", &program)], 1).observe(&[]).unwrap_err();
        assert!(error.to_string().contains("nothing was heard for 1 s"), "{error}");
        assert!(gone());
        fs::remove_file(&started).unwrap();
        let folder = world.folder.join("project");
        fs::create_dir(&folder).unwrap();
        project(&folder, &url);
        let mut plan = plat(&folder);
        plan.arg("plan").env("GIT_SSH_COMMAND", &program).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut plan = plan.spawn().unwrap();
        assert!(appears(&started));
        run(Command::new("kill").args(["-INT", &plan.id().to_string()]));
        let ended = wait(&mut plan, Duration::from_mins(1));
        let _ = plan.kill();
        let said = String::from_utf8(plan.wait_with_output().unwrap().stderr).unwrap();
        assert_eq!(ended.and_then(|status| status.code()), Some(130), "{said}");
        assert!(gone());
    });
}

#[test]
fn a_program_that_is_not_there_or_fails_is_told_with_a_way_out() {
    scenario("ssh::a_program_that_is_not_there_or_fails_is_told_with_a_way_out", Trust::Known, |world| {
        repository(world, "r.git");
        let folder = world.folder.join("project");
        fs::create_dir(&folder).unwrap();
        project(&folder, &Way::Ssh.url(world, "r.git"));
        let said = |variable: &str, value: &Path| {
            let mut plan = plat(&folder);
            let output = plan.arg("plan").env_remove("GIT_SSH_COMMAND").env(variable, value).output().unwrap();
            assert_eq!(output.status.code(), Some(1));
            String::from_utf8(output.stderr).unwrap()
        };
        let empty = world.folder.join("nothing");
        fs::create_dir(&empty).unwrap();
        let advice = "install OpenSSH's client, name another in GIT_SSH_COMMAND, or take an `https:` address";
        let missing = said("PATH", &empty);
        assert!(missing.contains("there is no program `ssh`") && missing.contains(advice), "{missing}");
        let missing = said("GIT_SSH", &empty.join("x"));
        assert!(missing.contains("there is no program of what GIT_SSH names"), "{missing}");
        let missing = said("GIT_SSH_COMMAND", &empty.join("ssh"));
        assert!(missing.contains("there is no program of what GIT_SSH_COMMAND names"), "{missing}");
        let fails =
            script(world, "ssh", "printf '\\033[31mno way to %s\\033[0m, planted-7f3a9c51e2\\n' there >&2; exit 255");
        let failed = said("GIT_SSH", &fails);
        assert!(failed.contains("the SSH program says: no way to there, planted"), "{failed}");
        let mut plan = plat(&folder);
        plan.arg("plan").env_remove("GIT_SSH_COMMAND").env("GIT_SSH", &fails);
        let output = plan.env("PLAT_SECRET_X_TOKEN", "planted-7f3a9c51e2").output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && !text.contains("planted-7f3a9c51e2"), "{text}");
    });
}

#[test]
fn a_program_of_another_name_is_told_what_it_understands() {
    scenario("ssh::a_program_of_another_name_is_told_what_it_understands", Trust::Known, |world| {
        repository(world, "r.git");
        let ssh = std::env::var("GIT_SSH_COMMAND").unwrap();
        let key = world.folder.join("client").display().to_string();
        // It is asked whether it is OpenSSH, and is.
        let wrapper = script(world, "our-own", &format!("exec {ssh} \"$@\"")).display().to_string();
        let variables = [("GIT_SSH_COMMAND", &*wrapper), ("PLAT_SECRET_GIT_SSH_KEY", &key)];
        at(world, Way::Ssh.url(world, "r.git"), &variables, 60).observe(&[]).unwrap();
        // One that knows a host and a command alone.
        let account = run(Command::new("id").arg("-un"));
        let simple = format!(
            "[ \"$1\" = -G ] && exit 1\n[ $# = 2 ] || exit 9\nexec {ssh} -i {key} -o HostName=127.0.0.1 -p {} {account}@\"$@\"",
            world.ssh
        );
        let simple = script(world, "simple", &simple).display().to_string();
        let url = format!("ssh://somewhere{}", world.repositories().join("r.git").display());
        at(world, url, &[("GIT_SSH_COMMAND", &simple)], 60).observe(&[]).unwrap();
        assert!(find("ssh").is_some());
    });
}
