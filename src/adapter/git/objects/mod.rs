//! How new objects come into the object database: one by one, or all in one pack; and onto the disk.

pub(crate) mod edit;
pub(crate) mod names;
pub(crate) mod pack_file;
pub(crate) mod tree;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::io::Write;
use std::path::{Path, PathBuf};

use git2::{Error, Oid, Repository};

use self::pack_file::PackFile;
use self::tree::Spot;
use crate::adapter::git::disk;
use crate::adapter::git::objects::edit::Trouble;
use crate::file::{sync_file, sync_folder};

/// Above so many new blobs the objects go into one pack: a file each costs more than packing them.
const LOOSE: usize = 100;

/// The mempack has to be asked before the loose (1) and packed (2) objects.
const FIRST: i32 = 1000;

/// Runs `write`, which writes a commit with `count` new blobs on `parent` and gives its identity.
pub(crate) fn write(
    repository: &Repository,
    count: usize,
    parent: Option<Oid>,
    write: impl Fn(&Repository) -> Result<Oid, Trouble>,
) -> Result<Oid, Trouble> {
    if count <= LOOSE { write(repository) } else { packed(repository, parent, write) }
}

/// Collects the objects in memory, in a handle of its own, and writes those that `parent` does not have as one pack.
fn packed(
    repository: &Repository,
    parent: Option<Oid>,
    write: impl Fn(&Repository) -> Result<Oid, Trouble>,
) -> Result<Oid, Trouble> {
    let memory = Repository::open(repository.path())?;
    let database = memory.odb()?;
    let _collected = database.add_new_mempack_backend(FIRST)?;
    let commit = write(&memory)?;
    let mut walk = memory.revwalk()?;
    walk.push(commit)?;
    if let Some(parent) = parent {
        walk.hide(parent)?;
    }
    let mut pack = memory.packbuilder()?;
    pack.insert_walk(&mut walk)?;
    let folder = database_folder(repository).join("pack");
    let known = packs(&folder);
    let target = repository.odb()?;
    let mut writer = PackFile::begin(&target, || {})?;
    let mut failure = None;
    let streamed = pack.foreach(|bytes| match writer.write_all(bytes) {
        Ok(()) => true,
        Err(error) => {
            failure = Some(error);
            false
        }
    });
    if let Some(failure) = failure {
        return Err(failure.downcast::<Error>().unwrap_or_else(|error| disk::error(&folder, &error)).into());
    }
    streamed?;
    writer.commit()?;
    for new in packs(&folder).difference(&known) {
        match sync_file(new) {
            Ok(()) => {}
            // Somebody else's, or one that went into another one since.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(disk::error(new, &error).into()),
        }
    }
    sync_folder(&folder);
    Ok(commit)
}

/// Syncs those objects of a commit that have files of their own and that its parent has not.
pub(crate) fn sync(repository: &Repository, commit: Oid) -> Result<(), Error> {
    let new = repository.find_commit(commit)?;
    let parent = new.parents().next().map(|parent| parent.tree()).transpose()?;
    let mut objects = BTreeSet::from([commit, new.tree_id()]);
    let mut folders = vec![(parent, new.tree()?)];
    while let Some((before, after)) = folders.pop() {
        for entry in &after {
            let known = before.as_ref().and_then(|before| before.get_name_bytes(entry.name_bytes()));
            if known.as_ref().is_some_and(|known| known.id() == entry.id()) || !objects.insert(entry.id()) {
                continue;
            }
            if let Spot::Folder(id) = tree::entry_spot(&entry) {
                let known = known.and_then(|known| repository.find_tree(known.id()).ok());
                folders.push((known, repository.find_tree(id)?));
            }
        }
    }
    let database = database_folder(repository);
    let mut folders = BTreeSet::new();
    for object in objects {
        let name = object.to_string();
        let folder = database.join(&name[..2]);
        let file = folder.join(&name[2..]);
        match sync_file(&file) {
            Ok(()) => drop(folders.insert(folder)),
            // It is in a pack.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(disk::error(&file, &error)),
        }
    }
    for folder in folders.iter().chain([&database]) {
        sync_folder(folder);
    }
    Ok(())
}

fn database_folder(repository: &Repository) -> PathBuf {
    repository.commondir().join("objects")
}

/// The files of the packs in a folder: those that are whole, as those that others are writing come and go.
fn packs(folder: &Path) -> BTreeSet<PathBuf> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_whole = |name: &OsStr| name.as_encoded_bytes().starts_with(b"pack-");
    files.filter(|file| is_whole(&file.file_name())).map(|file| file.path()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_are_writing_is_no_pack_yet() {
        let folder = tempfile::TempDir::new().unwrap();
        for name in ["pack_git2_1", "tmp_pack_2", "pack-3.pack", "pack-3.idx"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let whole = ["pack-3.idx", "pack-3.pack"].map(|name| folder.path().join(name));
        assert_eq!(packs(folder.path()), BTreeSet::from(whole));
    }
}
