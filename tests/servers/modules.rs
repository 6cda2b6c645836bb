//! Modules in repositories on real servers.

use std::path::Path;
use std::time::Duration;

use git2::{ObjectType, Oid, Repository, Signature};
use plat::adapter::git::{Fetched, Fetching, fetch};
use plat::credentials::Environment;
use plat::model::GitModule;
use plat::store::StoreError;
use plat::wait::Wait;

use crate::laws::bare;
use crate::scenario::{Trust, scenario};
use crate::world::{PASSWORD, USER, World};
use crate::{WAYS, environment};

/// A repository of modules with two versions, of which the second is what its branch has; the commits.
fn library(folder: &Path) -> [String; 2] {
    bare(folder);
    let repository = Repository::open_bare(folder).unwrap();
    let who = Signature::now("a", "a@b").unwrap();
    let mut last: Option<Oid> = None;
    ["one", "two"].map(|name| {
        let mut files = repository.treebuilder(None).unwrap();
        for (file, text) in [("plat.module.kdl", "module m\n".to_owned()), ("m.kdl", format!("blueprint {name}\n"))] {
            files.insert(file, repository.blob(text.as_bytes()).unwrap(), 0o100_644).unwrap();
        }
        let mut root = repository.treebuilder(None).unwrap();
        root.insert("m", files.write().unwrap(), 0o040_000).unwrap();
        let tree = repository.find_tree(root.write().unwrap()).unwrap();
        let parent = last.map(|last| repository.find_commit(last).unwrap());
        let parents: Vec<_> = parent.iter().collect();
        let commit = repository.commit(Some("refs/heads/main"), &who, &who, name, &tree, &parents).unwrap();
        let object = repository.find_object(commit, Some(ObjectType::Commit)).unwrap();
        let tag = if name == "one" { "v1.0.0" } else { "v1.1.0" };
        repository.tag(tag, &object, &who, tag, false).unwrap();
        last = Some(commit);
        commit.to_string()
    })
}

fn get(world: &World, address: &str, commit: Option<&str>, environment: &Environment) -> Result<Fetched, StoreError> {
    let module = GitModule::parse(address).unwrap().unwrap();
    let scratch = tempfile::tempdir_in(&world.folder).unwrap();
    let with = Fetching {
        root: &world.folder,
        scratch: scratch.path(),
        environment,
        wait: &Wait::default(),
        patience: Duration::from_mins(1),
    };
    fetch(&module, commit, &with)
}

fn text(fetched: &Fetched) -> &str {
    let file = fetched.files.iter().find(|(name, _)| name == "m.kdl").unwrap();
    std::str::from_utf8(&file.1).unwrap()
}

#[test]
fn a_module_is_fetched_over_every_way() {
    scenario("modules::a_module_is_fetched_over_every_way", Trust::Known, |world| {
        let key = world.folder.join("client").to_str().unwrap().to_owned();
        let right = environment(&[
            ("PLAT_SECRET_MODULES_USERNAME", USER),
            ("PLAT_SECRET_MODULES_PASSWORD", PASSWORD),
            ("PLAT_SECRET_MODULES_SSH_KEY", &key),
        ]);
        for way in WAYS {
            let name = format!("{way:?}-library.git");
            let [one, two] = library(&world.repositories().join(&name));
            let address = |query: &str| format!("git:{}//m{query}", way.url(world, &name));
            let newest = get(world, &address("?version=^1"), None, &right).unwrap();
            assert_eq!((&newest.commit, newest.tag.as_deref()), (&two, Some("v1.1.0")), "{way:?}");
            assert_eq!(text(&newest), "blueprint two\n");
            let older = get(world, &address("?version=~1.0"), None, &right).unwrap();
            assert_eq!((&older.commit, text(&older)), (&one, "blueprint one\n"), "{way:?}");
            for query in ["", "?ref=main", "?ref=v1.1.0"] {
                assert_eq!(get(world, &address(query), None, &right).unwrap().commit, two, "{way:?} {query}");
            }
            // What is locked is behind the branch by now.
            let locked = get(world, &address("?ref=main"), Some(&one), &right).unwrap();
            assert_eq!((&locked.commit, text(&locked)), (&one, "blueprint one\n"), "{way:?}");
            let gone = get(world, &address(""), Some(&"1".repeat(40)), &right).unwrap_err();
            assert!(gone.to_string().contains("is not there any more"), "{way:?} {gone}");
            let missing = get(world, &address("?ref=none"), None, &right).unwrap_err();
            assert!(missing.to_string().contains("neither a tag nor a branch `none`"), "{way:?} {missing}");
        }
        let wrong =
            environment(&[("PLAT_SECRET_MODULES_USERNAME", USER), ("PLAT_SECRET_MODULES_PASSWORD", "planted1")]);
        let address = format!("git:{}//m", crate::Way::Https.url(world, "Https-library.git"));
        let refused = get(world, &address, None, &wrong).unwrap_err().to_string();
        assert!(refused.contains("the repository of git:") && !refused.contains("planted1"), "{refused}");
    });
}
