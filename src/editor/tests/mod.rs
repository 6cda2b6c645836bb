//! Tests of what an editor shows, by subject.

mod complete;
mod follows;
mod navigate;
mod near;
mod rename;
mod typing;

use super::*;
use crate::resolve::MemoryLoader;
use crate::syntax::{Tree, parse};
use crate::workspace::{Unwatched, Workspace};

const STARTER: [(&str, &str); 4] = [
    ("plat.kdl", include_str!("../../../examples/starter/plat.kdl")),
    ("catalog.kdl", include_str!("../../../examples/starter/catalog.kdl")),
    ("delivery.kdl", include_str!("../../../examples/starter/delivery.kdl")),
    ("tests.kdl", include_str!("../../../examples/starter/tests.kdl")),
];

/// The environments of a project that has two; it is read in the first.
const TWO: &str = "environment one\nenvironment two\n";

fn read(files: &[(&str, &str)]) -> Snapshot {
    let mut loader = MemoryLoader::new(files.iter().copied());
    if files.iter().any(|(_, text)| text.contains(TWO)) {
        loader = loader.in_environment("one");
    }
    Snapshot::new(Workspace::default().load(&loader, &Unwatched).unwrap(), 0)
}

/// A project of the starter's files in which one is another text, with the place in it that `‸` marks. What it begins with of environments
/// stands in the project's file.
fn at_mark(text: &str) -> (Snapshot, Tree, u32) {
    let (environments, text) = text.strip_prefix(TWO).map_or(("", text), |rest| (TWO, rest));
    let at = text.find('‸').expect("a mark") as u32;
    let text = text.replace('‸', "");
    let mut files = STARTER.to_vec();
    let project = format!("{}{environments}", files[0].1);
    files[0].1 = &project;
    files.push(("typed.kdl", &text));
    let snapshot = read(&files);
    let file = snapshot.file("typed.kdl").unwrap();
    let tree = parse(file, &text.into()).0;
    (snapshot, tree, at)
}
