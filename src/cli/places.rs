//! Where a command may write: one rule for all files and folders that somebody names.

use super::Failure;
use super::arguments::{Arguments, Paths, STANDARD};
use std::collections::BTreeSet;
use std::fs::{canonicalize, metadata};
use std::path::{Path, PathBuf};

/// What plat keeps for itself.
const OWN: &str = ".plat";

/// Judges what is to be written before anything is done: a run that changed something must not fail because of a folder that was mistyped. A
/// file comes into a folder that is there, and takes the place of neither a text of a project, nor of what plat keeps for itself, nor of what the same run
/// reads or writes. It comes where it is named, so that no link is followed to another one; what a link leads to and is no file, as
/// `/dev/stdout`, is written.
pub(super) fn judge(arguments: &mut Arguments) -> Result<(), Failure> {
    let Paths { read, written, folders } = arguments.command.paths();
    let is_named = |path: &&mut PathBuf| **path != Path::new(STANDARD);
    for folder in folders.into_iter().filter(is_named) {
        spares_own(folder, &real(folder))?;
    }
    let read: BTreeSet<PathBuf> = read.into_iter().filter_map(|path| canonicalize(path).ok()).collect();
    let mut places = BTreeSet::new();
    for path in written.into_iter().filter(is_named) {
        let place = place(path)?;
        if read.contains(&place) {
            return Err(refused(path, "is read by the same run, which would write over it"));
        }
        if !places.insert(place) {
            return Err(refused(path, "would be written twice, and hold the last only: give each a file of its own"));
        }
    }
    Ok(())
}

/// The real place of a file that may be written.
fn place(path: &Path) -> Result<PathBuf, Failure> {
    let found = metadata(path);
    if found.as_ref().is_ok_and(std::fs::Metadata::is_dir) {
        return Err(refused(path, "is a folder, and what is written there is a file"));
    }
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(Failure::Usage(format!(
            "there is no folder {} to write {} into",
            folder.display(),
            path.display()
        )));
    }
    if path.is_symlink() && found.map_or(true, |found| found.is_file()) {
        return Err(refused(path, "is a link, and nothing is written through one"));
    }
    if path.extension().is_some_and(|ending| ending == "kdl") {
        return Err(refused(path, "would take the place of a text of a project: give it another ending than `.kdl`"));
    }
    let place = real(folder).join(path.file_name().unwrap_or_default());
    spares_own(path, &place)?;
    Ok(place)
}

/// Makes sure that a real place is none of what plat keeps for itself.
fn spares_own(path: &Path, place: &Path) -> Result<(), Failure> {
    let is_own = |part: std::path::Component<'_>| part.as_os_str().eq_ignore_ascii_case(OWN);
    let why = "would take the place of something that plat keeps for itself: write it to another folder than `.plat`";
    if place.components().any(is_own) { Err(refused(path, why)) } else { Ok(()) }
}

fn refused(path: &Path, why: &str) -> Failure {
    Failure::Usage(format!("{} {why}", path.display()))
}

/// The path without links, as far as it is there.
fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = |folder: &Path| Some(canonicalize(folder).ok()?.join(path.strip_prefix(folder).ok()?));
    path.ancestors().find_map(there).unwrap_or_else(|| path.clone())
}
