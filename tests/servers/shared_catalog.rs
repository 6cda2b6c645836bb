//! The catalog on a branch of a repository, against real servers.

use plat::model::Fate;
use std::path::Path;
use std::time::Duration;

use git2::Repository;
use plat::adapter::git::{Authorship, GitCatalog, Place, WhenMissing};
use plat::catalog::{Catalog, CatalogError, Proposal};
use plat::credentials::Environment;
use plat::store::StoreError;
use plat::wait::Wait;

use crate::laws::bare;
use crate::scenario::{Trust, scenario};
use crate::world::{USER, World};
use crate::{Variables, WAYS, Way, catalog_laws as laws, environment, right};

fn place(world: &World, url: String, cache: &str) -> Place {
    Place {
        name: "the catalog".to_owned(),
        url,
        root: world.folder.clone(),
        branch: "plat-catalog".to_owned(),
        path: String::new(),
        missing: WhenMissing::Create,
        cache: world.folder.join("cache").join(cache),
        secret: "git".to_owned(),
        wait: Wait::default(),
        patience: Duration::from_mins(1),
    }
}

/// A catalog in a repository on the server, seen from a machine of its own.
fn open(world: &World, way: Way, repository: &str, machine: &str) -> GitCatalog {
    let place = place(world, way.url(world, repository), &format!("{repository}-{machine}"));
    let known = world.folder.join("cache").join(format!("{repository}-{machine}.digests"));
    GitCatalog::open(place, Authorship::default(), right(world), Some(known)).unwrap()
}

fn repository(world: &World, name: &str) -> Repository {
    let folder = world.repositories().join(name);
    bare(&folder);
    Repository::open_bare(folder).unwrap()
}

/// Each law on a repository of its own.
macro_rules! each {
    (($world:ident, $way:ident) $($name:ident,)*) => {$(
        // It writes hundreds of commits, of which the machine's own disk is enough.
        if stringify!($name) != "old_runs_are_forgotten" {
            let name = concat!(stringify!($name), ".git");
            repository($world, name);
            laws::$name(&mut open($world, $way, name, "one"));
        }
    )*};
}

fn conforms(world: &World, way: Way) {
    laws::laws! { each; (world, way) }
}

#[test]
fn a_catalog_over_http_conforms() {
    scenario("shared_catalog::a_catalog_over_http_conforms", Trust::Known, |world| conforms(world, Way::Http));
}

#[test]
fn a_catalog_over_ssh_conforms() {
    scenario("shared_catalog::a_catalog_over_ssh_conforms", Trust::Known, |world| conforms(world, Way::Ssh));
}

#[test]
fn two_machines_write_at_once_and_both_stand_there() {
    scenario("shared_catalog::two_machines_write_at_once_and_both_stand_there", Trust::Known, |world| {
        for way in WAYS {
            let name = format!("{way:?}.git");
            let repository = repository(world, &name);
            let all = std::thread::scope(|scope| {
                let write = |machine: &'static str| {
                    let name = &name;
                    scope.spawn(move || {
                        let mut catalog = open(world, way, name, machine);
                        for number in 0..8 {
                            let address = format!("entity:service:{machine}-{number}");
                            let operations = [laws::make(&address, &laws::map("{\"title\":\"x\"}"))];
                            catalog.apply(&laws::batch(machine, &operations)).unwrap();
                        }
                    })
                };
                let running = ["one", "two"].map(write);
                for one in running {
                    one.join().unwrap();
                }
                open(world, way, &name, "three").observe("one").unwrap().entries
            });
            assert_eq!(all.len(), 16, "{way:?}");
            assert_eq!(all.iter().filter(|entry| entry.owner.is_some()).count(), 8, "{way:?}");
            assert_eq!(all.iter().filter(|entry| entry.other_owner.is_some()).count(), 8, "{way:?}");
            let mut walk = repository.revwalk().unwrap();
            walk.push_ref("refs/heads/plat-catalog").unwrap();
            assert_eq!(walk.count(), 16, "{way:?}: each is one commit");
        }
    });
}

#[test]
fn of_sixteen_who_write_at_once_all_get_through() {
    scenario("shared_catalog::of_sixteen_who_write_at_once_all_get_through", Trust::Known, |world| {
        repository(world, "many.git");
        std::thread::scope(|scope| {
            for number in 0..16 {
                scope.spawn(move || {
                    let (machine, address) = (format!("m{number}"), format!("entity:service:s{number}"));
                    let operations = [laws::make(&address, &laws::map("{\"title\":\"x\"}"))];
                    open(world, Way::Http, "many.git", &machine).apply(&laws::batch(&machine, &operations)).unwrap();
                });
            }
        });
        assert_eq!(open(world, Way::Http, "many.git", "last").observe("m0").unwrap().entries.len(), 16);
    });
}

#[test]
fn who_may_only_read_plans_and_is_told_so_where_it_writes() {
    scenario("shared_catalog::who_may_only_read_plans_and_is_told_so_where_it_writes", Trust::Known, |world| {
        let repository = repository(world, "r.git");
        let operations = [laws::make("entity:service:a", &laws::map("{\"title\":\"x\"}"))];
        open(world, Way::Https, "r.git", "one").apply(&laws::batch("one", &operations)).unwrap();
        let tip = || repository.find_reference("refs/heads/plat-catalog").unwrap().target();
        let before = tip();
        refuse_pushes(repository.path());
        let mut reader = open(world, Way::Https, "r.git", "two");
        assert_eq!(reader.observe("one").unwrap().entries.len(), 1);
        let more = [laws::make("entity:service:b", &laws::map("{\"title\":\"x\"}"))];
        let refused = reader.apply(&laws::batch("one", &more)).unwrap_err();
        let text = format!("{refused}");
        assert!(matches!(refused, CatalogError::Kept(_)) && text.contains("not for you"), "{text}");
        assert_eq!(tip(), before);
        assert_eq!(reader.observe("one").unwrap().entries.len(), 1, "what was refused is not there");
    });
}

#[test]
fn the_hook_of_the_manual_holds_who_logs_in_to_their_part() {
    let test = "shared_catalog::the_hook_of_the_manual_holds_who_logs_in_to_their_part";
    scenario(test, Trust::Known, |world| {
        let repository = repository(world, "r.git");
        let make = |name: &str| laws::make(&format!("entity:service:{name}"), &laws::map("{\"title\":\"x\"}"));
        open(world, Way::Https, "r.git", "two").apply(&laws::batch("pay-1", &[make("ledger")])).unwrap();
        let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rights.md")).unwrap();
        let start = page.find("```sh\n#!/bin/sh\n").unwrap() + "```sh\n#!/bin/sh\n".len();
        world.hook("r.git", "pre-receive", &page[start..start + page[start..].find("\n```\n").unwrap()]);
        std::fs::write(repository.path().join("plat-rights"), format!("{USER} shop-1 entity/service/*\n")).unwrap();
        let mut shop = open(world, Way::Https, "r.git", "one");
        shop.apply(&laws::batch("shop-1", &[make("cart")])).unwrap();
        let tip = || repository.find_reference("refs/heads/plat-catalog").unwrap().target();
        let before = tip();
        let theirs = laws::write("entity:service:ledger", "{\"title\":\"x\"}", "{\"title\":\"y\"}");
        for (project, operations, why) in [
            ("shop-1", [make("new"), theirs], "write entity/service/ledger.json, which project pay-1 owns"),
            ("shop-1", [make("new"), laws::make("team:new", &laws::map("{\"title\":\"x\"}"))], "write team/new.json"),
            ("pay-1", [make("new"), make("other")], "write what project pay-1 keeps"),
        ] {
            let refused = shop.apply(&laws::batch(project, &operations)).unwrap_err().to_string();
            assert!(refused.contains(&format!("plat: {USER} may not {why}")), "{refused}");
            assert_eq!(tip(), before, "{why}");
        }
        assert_eq!(shop.observe("shop-1").unwrap().entries.len(), 2, "what was refused is not there");
    });
}

#[test]
fn where_only_merges_may_change_the_branch_it_is_proposed_to() {
    scenario("shared_catalog::where_only_merges_may_change_the_branch_it_is_proposed_to", Trust::Known, |world| {
        for way in WAYS {
            let name = format!("{way:?}.git");
            let repository = repository(world, &name);
            let tip = |branch: &str| repository.refname_to_id(&format!("refs/heads/{branch}")).ok();
            let all = ["team:a", "team:b", "team:c"].map(|one| [laws::make(one, &laws::map("{\"title\":\"x\"}"))]);
            let [first, second, third] = &all;
            open(world, way, &name, "one").apply(&laws::batch("one", first)).unwrap();
            let protected = "while read old new name; do case $name in refs/heads/plat-catalog) \
                             echo 'not for you' >&2; exit 1;; esac; done";
            hook(repository.path(), protected);
            let refused = open(world, way, &name, "one").apply(&laws::batch("one", second)).unwrap_err();
            assert!(refused.to_string().contains("not for you"), "{way:?}: {refused}");
            let propose = |machine: &str, operations| -> Proposal {
                let mut catalog = open(world, way, &name, machine);
                let mut proposals = catalog.proposals().unwrap();
                let batch = laws::batch("one", operations);
                proposals.rehearse_proposal(&batch).unwrap();
                proposals.propose(&batch).unwrap().0
            };
            let fate = |machine: &str, operations| {
                let mut catalog = open(world, way, &name, machine);
                let waiting = catalog.proposals().unwrap().waiting("one", &[laws::batch("one", operations)]).unwrap();
                waiting.map(|one| one.fate)
            };
            let made = propose("one", second);
            assert_eq!(tip("plat/one/catalog").map(|tip| tip.to_string()), made.revision, "{way:?}");
            assert_eq!((fate("two", second), fate("two", third)), (Some(Fate::Open), Some(Fate::Outdated)), "{way:?}");
            assert_eq!(propose("three", second), made, "{way:?}: another machine finds it there");
            let anew = propose("two", third);
            assert_ne!(anew.revision, made.revision, "{way:?}");
            // Somebody squashes it, and keeps the branch.
            let commit = |tip| repository.find_commit(tip).unwrap();
            let (main, proposed) = (commit(tip("plat-catalog").unwrap()), commit(tip("plat/one/catalog").unwrap()));
            let who = git2::Signature::now("Ada", "ada@example.com").unwrap();
            let branch = Some("refs/heads/plat-catalog");
            repository.commit(branch, &who, &who, "squash", &proposed.tree().unwrap(), &[&main]).unwrap();
            assert_eq!(fate("four", third), Some(Fate::Merged), "{way:?}");
            assert_eq!(open(world, way, &name, "one").observe("one").unwrap().entries.len(), 2, "{way:?}");
            assert_eq!(propose("one", third).revision, None, "{way:?}");
            assert_eq!((tip("plat/one/catalog"), fate("five", third)), (None, None), "{way:?}");
        }
    });
}

/// A host whose rules let nobody push.
fn refuse_pushes(repository: &Path) {
    hook(repository, "echo 'not for you' >&2; exit 1");
}

fn hook(repository: &Path, script: &str) {
    use std::os::unix::fs::PermissionsExt;
    let hook = repository.join("hooks").join("pre-receive");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_login_that_fails_names_the_variables_of_the_catalog() {
    scenario("shared_catalog::a_login_that_fails_names_the_variables_of_the_catalog", Trust::Known, |world| {
        repository(world, "r.git");
        let wrong: Variables<'_> = &[("PLAT_SECRET_GIT_TOKEN", "hunter22")];
        let place = place(world, Way::Https.url(world, "r.git"), "wrong");
        let credentials: Environment = environment(wrong);
        let catalog = GitCatalog::open(place, Authorship::default(), credentials, None).unwrap();
        let error = catalog.observe("one").unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(text.contains("the catalog: ") && text.contains("PLAT_SECRET_GIT_TOKEN"), "{text}");
        assert!(!text.contains("hunter22"), "{text}");
        let CatalogError::Kept(error) = error else { panic!("{error:?}") };
        assert!(matches!(error.downcast_ref::<StoreError>(), Some(StoreError::Credentials { .. })), "{error:?}");
    });
}
