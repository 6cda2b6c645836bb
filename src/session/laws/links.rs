//! Whatever links there are, nothing outside of a project's folder is read, and a revision is read as the disk is.

use super::cases;
use crate::session::revision::{load_revision, load_working_tree};
use crate::session::{Disk, Version};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::os::unix::fs::symlink;
use std::path::Path;

const PROJECT: &str = r#"project p
state-store s git { url "s.git"; }
destination d { store s; }
promise k {
    api group=g version=v1 kind=K { field f string }
    workflow configure { files "m/**"; }
}
request k r
"#;

/// What nobody may read.
const SECRET: &str = "whatever is outside";

/// Places for files and links: in the project's folder `w/p`, in one that `files` looks into, and outside.
const PLACES: [&str; 9] =
    ["w/p/a", "w/p/b.kdl", "w/p/m/a", "w/p/m/b", "w/p/m/in/a", "w/p/in", "w/other/a", "w/other/b.kdl", "w/other/in/a"];

/// Where links lead.
const TARGETS: [&str; 14] = [
    ".",
    "..",
    "../..",
    "a",
    "b",
    "in",
    "m",
    "m/a",
    "../a",
    "../m/in",
    "../other",
    "../../other/a",
    "../../other/in",
    "nowhere",
];

/// What stands at a place.
#[derive(Clone, Debug)]
enum Thing {
    Nothing,
    File,
    Link(&'static str),
}

fn thing() -> impl Strategy<Value = Thing> {
    prop_oneof![
        2 => Just(Thing::Nothing),
        2 => Just(Thing::File),
        3 => prop::sample::select(&TARGETS[..]).prop_map(Thing::Link),
    ]
}

/// Makes the world of some things, in a repository.
fn make(root: &Path, things: &[Thing]) {
    for folder in ["w/p/m/in", "w/other/in"] {
        std::fs::create_dir_all(root.join(folder)).unwrap();
        std::fs::write(root.join(folder).join("kept"), "kept").unwrap();
    }
    std::fs::write(root.join("w/p/plat.kdl"), PROJECT).unwrap();
    std::fs::write(root.join("w/p/m/always"), "a file").unwrap();
    for (place, thing) in PLACES.iter().zip(things) {
        let path = root.join(place);
        let text = if place.starts_with("w/p/") { "// inside\n" } else { SECRET };
        match thing {
            Thing::Nothing => {}
            Thing::File => std::fs::write(path, text).unwrap(),
            Thing::Link(target) => symlink(target, path).unwrap(),
        }
    }
    let repository = git2::Repository::init(root).unwrap();
    let mut index = repository.index().unwrap();
    index.add_all(["w"], git2::IndexAddOption::FORCE, None).unwrap();
    let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
    let who = git2::Signature::new("Somebody", "somebody@example.com", &git2::Time::new(1, 0)).unwrap();
    repository.commit(Some("HEAD"), &who, &who, "all", &tree, &[]).unwrap();
}

/// The files that a version delivers, and the codes of its problems; nothing of it is from outside.
fn told(version: &Version) -> (BTreeSet<(String, Vec<u8>)>, BTreeSet<&'static str>) {
    let said = format!("{:?} {:?}", version.loaded.placed, version.loaded.sources);
    assert!(!said.contains(SECRET) && !said.contains(&format!("{:?}", SECRET.as_bytes())), "{said}");
    let placed = &version.loaded.placed;
    let files = placed.iter().map(|file| (file.path.clone(), file.content.to_vec())).collect();
    (files, version.loaded.diagnostics.iter().map(|problem| problem.code.id).collect())
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn nothing_outside_is_read_on_disk_or_in_git(things in prop::collection::vec(thing(), PLACES.len())) {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path(), &things);
        let disk = Disk::discover(&folder.path().join("w/p")).unwrap();
        let (on_disk, in_git) = (load_working_tree(&disk), load_revision(&disk, "HEAD"));
        match (on_disk, in_git) {
            (Ok(on_disk), Ok(in_git)) => prop_assert_eq!(told(&on_disk), told(&in_git)),
            // A link to nothing where KDL should be cannot be read in either.
            (on_disk, in_git) => prop_assert!(on_disk.is_err() && in_git.is_err(), "{on_disk:?}\n{in_git:?}"),
        }
    }
}
