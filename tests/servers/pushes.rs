//! What a delivery does to the references of a server, over each way to it.

use std::thread;

use git2::{Oid, Repository};
use plat::adapter::git::Git;
use plat::model::{Lease, Leased};
use plat::store::{FileState, Store, StoreError};

use crate::conformance::draft;
use crate::laws::{Somebody, change, id};
use crate::scenario::{Trust, scenario};
use crate::world::World;
use crate::{WAYS, Way, config, open, repository, right};

const BRANCH: &str = "refs/heads/main";
const INVENTORY: &str = "refs/plat/inventory/demo/main/clusters%2Fprod";

/// Runs a body over each way, with a repository of its own: the name, somebody else who works there, and what the server has.
fn each_way(test: &str, body: impl Fn(&World, Way, &str, &Somebody)) {
    scenario(&format!("pushes::{test}"), Trust::Known, |world| {
        for way in WAYS {
            let name = format!("{way:?}.git");
            let somebody = repository(world, &name);
            body(world, way, &name, &somebody);
        }
    });
}

fn server(world: &World, name: &str) -> Repository {
    Repository::open_bare(world.repositories().join(name)).unwrap()
}

fn tip(world: &World, name: &str, reference: &str) -> Option<Oid> {
    server(world, name).refname_to_id(reference).ok()
}

fn state(live: Option<&str>, owned: Option<&str>) -> FileState {
    FileState { live: live.map(id), owned: owned.map(id), ..FileState::default() }
}

/// A hook that turns one reference down, as a host does with a protected branch.
fn refuses(reference: &str) -> String {
    format!("[ \"$1\" = '{reference}' ] || exit 0\necho 'GH006: Protected branch update failed.' >&2; exit 1")
}

#[test]
fn one_reference_that_is_refused_keeps_the_other_where_it_is() {
    each_way("one_reference_that_is_refused_keeps_the_other_where_it_is", |world, way, name, _| {
        let mut store = open(world, way, name);
        store.deliver(&draft([change("f", None, Some("1"))])).unwrap();
        let before = [BRANCH, INVENTORY].map(|reference| tip(world, name, reference));
        assert!(before.iter().all(Option::is_some));
        for refused in [BRANCH, INVENTORY] {
            world.hook(name, "update", &refuses(refused));
            let error = store.deliver(&draft([change("f", Some("1"), Some("2"))])).unwrap_err();
            let StoreError::Refused { destination, reason, .. } = error else { panic!("{way:?}: {error:?}") };
            assert_eq!(destination, refused, "{way:?}");
            let said = "hook declined: GH006: Protected branch update failed.";
            assert!(reason.starts_with(said), "{way:?}: {reason}");
            assert_eq!([BRANCH, INVENTORY].map(|reference| tip(world, name, reference)), before, "{way:?}");
        }
        world.unhook(name, "update");
        assert_eq!(store.deliver(&draft([change("f", Some("1"), Some("2"))])).unwrap().attempts, 1);
    });
}

#[test]
fn a_server_without_atomic_pushes_gets_two() {
    each_way("a_server_without_atomic_pushes_gets_two", |world, way, name, somebody| {
        server(world, name).config().unwrap().set_bool("receive.advertiseAtomic", false).unwrap();
        let mut store = open(world, way, name);
        store.deliver(&draft([change("f", None, Some("1"))])).unwrap();
        assert_eq!(store.observe(&[]).unwrap().files["f"], state(Some("1"), Some("1")));
        world.hook(name, "update", &refuses(INVENTORY));
        let wanted = draft([change("f", Some("1"), Some("2"))]);
        let error = store.deliver(&wanted).unwrap_err();
        assert!(matches!(&error, StoreError::Refused { destination, .. } if destination == INVENTORY), "{error:?}");
        assert_eq!(open(world, way, name).observe(&[]).unwrap().files["f"], state(Some("2"), Some("1")));
        world.unhook(name, "update");
        assert_eq!(open(world, way, name).deliver(&wanted).unwrap().changed, 0);
        assert_eq!(open(world, way, name).observe(&[]).unwrap().files["f"], state(Some("2"), Some("2")));
        assert_eq!(somebody.log().len(), 2);
    });
}

#[test]
fn a_server_that_forbids_force_and_deletion_is_enough() {
    each_way("a_server_that_forbids_force_and_deletion_is_enough", |world, way, name, _| {
        let mut settings = server(world, name).config().unwrap();
        for setting in
            ["receive.denyNonFastForwards", "receive.denyDeletes", "receive.fsckObjects", "transfer.fsckObjects"]
        {
            settings.set_bool(setting, true).unwrap();
        }
        let mut store = open(world, way, name);
        let lease = |expires| Lease { run: "1".to_owned(), holder: "somebody@somewhere".to_owned(), expires };
        assert_eq!(store.acquire(&lease(100), 0).unwrap(), Leased::Granted);
        store.deliver(&draft([change("a/f", None, Some("1"))])).unwrap();
        assert_eq!(store.acquire(&lease(200), 10).unwrap(), Leased::Granted);
        store.deliver(&draft([change("a/f", Some("1"), None)])).unwrap();
        store.release("1").unwrap();
        assert_eq!(tip(world, name, "refs/plat/lease/demo/main/clusters%2Fprod"), None, "{way:?}");
    });
}

#[test]
fn a_branch_that_was_rewritten_is_followed_where_our_files_are_untouched() {
    each_way("a_branch_that_was_rewritten_is_followed_where_our_files_are_untouched", |world, way, name, somebody| {
        let first = somebody.commits(&[("a", Some("1"))]);
        let mut store = open(world, way, name);
        store.deliver(&draft([change("f", None, Some("1"))])).unwrap();
        store.observe(&["f"]).unwrap();
        // Another history with the same file of ours, which shares nothing with the one that was seen.
        let server = server(world, name);
        server.find_reference(BRANCH).unwrap().delete().unwrap();
        let rewritten = somebody.commits(&[("b", Some("2")), ("clusters/prod/f", Some("1"))]);
        store.deliver(&draft([change("f", Some("1"), Some("2"))])).unwrap();
        let log = somebody.log();
        assert_eq!((log.len(), log[1].0), (2, rewritten), "{way:?}");
        assert!(!server.graph_descendant_of(log[0].0, first).unwrap());
        // And one in which it differs.
        server.find_reference(BRANCH).unwrap().delete().unwrap();
        let rewritten = somebody.commits(&[("clusters/prod/f", Some("theirs"))]);
        let error = store.deliver(&draft([change("f", Some("2"), Some("3"))])).unwrap_err();
        assert!(matches!(&error, StoreError::Conflict { path, .. } if path == "f"), "{way:?}: {error:?}");
        assert_eq!(tip(world, name, BRANCH), Some(rewritten), "{way:?}");
    });
}

#[test]
fn applies_at_the_same_time_all_get_through() {
    each_way("applies_at_the_same_time_all_get_through", |world, way, name, somebody| {
        thread::scope(|scope| {
            for writer in 0..3 {
                scope.spawn(move || {
                    let project = format!("project{}", writer % 2);
                    let mut config = config(world, way.url(world, name), &project);
                    config.place.cache = world.folder.join("cache").join(format!("{way:?}{writer}"));
                    let mut store = Git::open(config, right(world)).unwrap();
                    for number in 0..3 {
                        store.observe(&[]).unwrap();
                        store.deliver(&draft([change(&format!("{writer}/{number}"), None, Some("1"))])).unwrap();
                    }
                });
            }
        });
        assert_eq!((somebody.sees().len(), somebody.log().len()), (9, 9), "{way:?}");
        let owned = |project: &str| {
            let mut store = Git::open(config(world, way.url(world, name), project), right(world)).unwrap();
            let files = store.observe(&[]).unwrap().files;
            files.values().filter(|file| file.owned.is_some()).count()
        };
        assert_eq!((owned("project0"), owned("project1")), (6, 3), "{way:?}");
    });
}

#[test]
fn a_plan_does_not_look_at_leases_and_other_branches() {
    each_way("a_plan_does_not_look_at_leases_and_other_branches", |world, way, name, somebody| {
        let main = somebody.commits(&[("a", Some("1"))]);
        let lease = Lease { run: "1".to_owned(), holder: "somebody".to_owned(), expires: 100 };
        let mut config = config(world, way.url(world, name), "demo");
        Git::open(config.clone(), right(world)).unwrap().acquire(&lease, 0).unwrap();
        let lease = tip(world, name, "refs/plat/lease/demo/main/clusters%2Fprod").unwrap();
        config.place.cache = world.folder.join("cache").join(format!("{way:?}-fresh"));
        Git::open(config.clone(), right(world)).unwrap().observe(&["a"]).unwrap();
        let cache = Repository::open_bare(&config.place.cache).unwrap();
        assert!(cache.find_commit(main).is_ok() && cache.find_commit(lease).is_err(), "{way:?}");
    });
}

#[test]
fn a_large_delivery_arrives() {
    each_way("a_large_delivery_arrives", |world, way, name, somebody| {
        let large = crate::noise(3_000_000);
        open(world, way, name).deliver(&draft([change("f", None, Some(&large))])).unwrap();
        assert!(somebody.sees()[0].content == large, "{way:?}");
        let mut config = config(world, way.url(world, name), "demo");
        config.place.cache = world.folder.join("cache").join(format!("{way:?}-fresh"));
        let mut store = Git::open(config, right(world)).unwrap();
        assert_eq!(store.observe(&[]).unwrap().files["f"], state(Some(&large), Some(&large)), "{way:?}");
    });
}

#[test]
fn a_repository_that_moved_on_its_server_is_found_and_another_address_is_not_followed() {
    let name = "pushes::a_repository_that_moved_on_its_server_is_found_and_another_address_is_not_followed";
    scenario(name, Trust::Known, |world| {
        let somebody = repository(world, "r.git");
        for way in [Way::Http, Way::Https] {
            let mut store = open(world, way, "moved/r.git");
            store.deliver(&draft([change(&format!("{way:?}"), None, Some("1"))])).unwrap();
            let error = open(world, way, "elsewhere/r.git").observe(&[]).unwrap_err();
            assert!(
                matches!(&error, StoreError::Connection { reason, .. } if reason.contains("redirects to another")),
                "{way:?}: {error:?}"
            );
        }
        assert_eq!(somebody.log().len(), 2);
    });
}
