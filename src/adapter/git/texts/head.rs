use std::collections::BTreeSet;
use std::path::Path;

use git2::{Error, Repository, StatusOptions};

use super::inside;
use crate::adapter::git::disk::foreign::ForeignRepository;

/// The commit that the files of a folder are at, where the folder lies in a Git repository that has one; with `-dirty`
/// behind it where a file of the folder that Git knows differs from it, or where Git does not know one of `files`, which are
/// those that count, by their names below the folder.
///
/// # Errors
/// Where the repository is one that Git does not open, so that nobody knows.
pub fn head_revision(folder: &Path, files: &BTreeSet<String>) -> Result<Option<String>, ForeignRepository> {
    match Repository::discover(folder) {
        Ok(repository) => Ok(revision(&repository, folder, files)),
        Err(error) => ForeignRepository::of(&error, folder).map_or(Ok(None), Err),
    }
}

fn revision(repository: &Repository, folder: &Path, files: &BTreeSet<String>) -> Option<String> {
    let head = repository.head().ok()?.target()?;
    // Without a work tree nothing is changed in it.
    repository.workdir()?;
    let below = inside(repository, folder)?;
    let clean = !is_changed(repository, &below).ok()? && are_known(repository, &below, files).ok()?;
    Some(if clean { head.to_string() } else { format!("{head}-dirty") })
}

/// Whether a file that Git knows differs from what was committed last.
fn is_changed(repository: &Repository, below: &str) -> Result<bool, Error> {
    let mut options = StatusOptions::new();
    options.include_untracked(false).disable_pathspec_match(true);
    if !below.is_empty() {
        options.pathspec(below);
    }
    Ok(!repository.statuses(Some(&mut options))?.is_empty())
}

/// Whether Git knows all of some files: one that it was told to ignore is in no commit either.
fn are_known(repository: &Repository, below: &str, files: &BTreeSet<String>) -> Result<bool, Error> {
    let index = repository.index()?;
    Ok(files.iter().all(|name| index.get_path(&Path::new(below).join(name), 0).is_some()))
}
