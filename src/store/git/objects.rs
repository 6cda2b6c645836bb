//! How new objects come into the object database: one by one, or all in one pack.

use std::io::Write;

use git2::{Error, Oid, Repository};

use super::edit::Trouble;

/// Above so many new blobs the objects go into one pack: a file each costs more than packing them.
const LOOSE: usize = 100;

/// The mempack has to be asked before the loose (1) and packed (2) objects.
const FIRST: i32 = 1000;

/// Runs `write`, which writes a commit with `count` new blobs on `parent` and gives its identity.
pub(super) fn write(
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
    let target = repository.odb()?;
    let mut writer = target.packwriter()?;
    let mut failure = None;
    let streamed = pack.foreach(|bytes| match writer.write_all(bytes) {
        Ok(()) => true,
        Err(error) => {
            failure = Some(error);
            false
        }
    });
    if let Some(failure) = failure {
        return Err(Error::from_str(&failure.to_string()).into());
    }
    streamed?;
    writer.commit()?;
    Ok(commit)
}
