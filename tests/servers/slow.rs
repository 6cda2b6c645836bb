//! Servers that say nothing.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::thread;
use std::time::Duration;

use plat::store::{Config, Git, Store, StoreError};

use crate::conformance::{change, commit};
use crate::cut::{Cut, Failing};
use crate::scenario::{Trust, scenario};
use crate::world::World;
use crate::{WAYS, Way, config, noise, open, repository, right};

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
    Git::open(Config { patience: Duration::from_secs(patience), ..config }, right(world)).unwrap()
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
            let wanted = commit([change("f", None, Some(&large))]);
            let cut = Cut::after(100_000, way.port(world), Failing::Hangs);
            world.know_host(cut.port);
            let error = at(world, way, cut.port, &name, 2).commit(&wanted).unwrap_err();
            let StoreError::Connection { doing: "push to", reason, .. } = &error else { panic!("{way:?}: {error:?}") };
            assert!(reason.starts_with("nothing was heard"), "{way:?}: {reason}");
            assert!(somebody.log().is_empty());
            assert_eq!(open(world, way, &name).commit(&wanted).unwrap().changed, 1);
        }
    });
}

#[test]
fn an_interrupted_run_does_not_wait_for_a_silent_server() {
    scenario("slow::an_interrupted_run_does_not_wait_for_a_silent_server", Trust::Known, |world| {
        let port = silent();
        for way in WAYS {
            // Longer than the test may take.
            let mut store = at(world, way, port, "r.git", 3600);
            store.heed(&Arc::new(AtomicUsize::new(2)));
            for _ in 0..2 {
                let error = store.observe(&[]).unwrap_err();
                assert!(matches!(error, StoreError::Interrupted { .. }), "{way:?}: {error:?}");
            }
        }
    });
}
