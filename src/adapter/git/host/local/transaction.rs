//! Moving references of a repository on this machine, all or none, as Git does it: under its lock files, each compared with where
//! it has to be, synced before it counts, and told to the hook for it.

use std::fs;
use std::fs::File;
use std::io;
use std::io::Write;
use std::path::Path;

use git2::{Error, ErrorCode, Oid, ReferenceType, Repository, Signature};

use super::hooks::{Hooks, Phase, Refusal};
use super::lock::{Lock, Turn, Waited, lock_of};
use crate::adapter::git::disk;
use crate::adapter::git::host::Move;
use crate::file::{Known, is_folder};
use crate::wait::Wait;

/// Git follows no more symbolic references in a row.
const DEEPEST: usize = 5;

/// The file of the references that have none of their own.
const PACKED: &str = "packed-refs";

/// Why references do not move.
pub(crate) enum Stopped {
    /// One is not where it has to be.
    Overtaken,
    /// Somebody else holds this file.
    Waited(Waited),
    /// The repository is not where it was.
    Replaced,
    /// A hook does not want it.
    Refused(Refusal),
    /// Git, or the disk, failed.
    Failed(Error),
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// What the system did not do with a file.
fn unwritten(path: &Path) -> impl Fn(io::Error) -> Stopped {
    move |error| Stopped::Failed(disk::error(path, &error))
}

/// The locks of some moves.
struct Held {
    /// One for each move, of the reference itself.
    references: Vec<Lock>,
    /// That of the packed references, where one of them goes.
    packed: Option<Lock>,
}

/// Moves references, all or none. Who is killed between two of them has made the first ones.
pub(crate) fn move_all(
    (repository, known): (&Repository, &Known),
    moves: &[Move],
    wait: &Wait,
    hooks: &Hooks,
) -> Result<(), Stopped> {
    let folder = repository.commondir();
    let names = moves.iter().map(|step| target(repository, &step.reference)).collect::<Result<Vec<_>, _>>()?;
    // What a branch leads to is moved, and never taken away.
    if let Some((step, name)) =
        moves.iter().zip(&names).find(|(step, name)| step.new.is_none() && step.reference != **name)
    {
        return Err(Error::from_str(&format!("{} leads to {name}, which is not to go with it", step.reference)).into());
    }
    let turn = Turn::take(folder, wait).map_err(Stopped::Waited)?;
    let held = hold(repository, &turn, (moves, &names), wait)?;
    // What a symbolic reference stands for may have changed while its lock was waited for.
    let led_elsewhere =
        moves.iter().zip(&names).any(|(step, name)| target(repository, &step.reference).as_ref() != Ok(name));
    if led_elsewhere || moved(repository, moves)? {
        return Err(Stopped::Overtaken);
    }
    for (step, name) in moves.iter().zip(&names).filter(|(step, _)| step.old.is_none() && step.new.is_some()) {
        if let Some(other) = in_the_way(repository, name)? {
            let reference = &step.reference;
            return Err(Error::from_str(&format!("{reference} cannot be made where {other} is")).into());
        }
    }
    if let Err(refusal) = hooks.transaction(Phase::Prepared, moves) {
        hooks.transaction(Phase::Aborted, moves).ok();
        return Err(Stopped::Refused(refusal));
    }
    let written = write((repository, known), (moves, &names), held);
    let phase = if written.is_ok() { Phase::Committed } else { Phase::Aborted };
    // What this one says changes nothing any more.
    hooks.transaction(phase, moves).ok();
    written
}

/// Whether a reference is not where it has to be.
pub(crate) fn moved(repository: &Repository, moves: &[Move]) -> Result<bool, Error> {
    for step in moves {
        if tip(repository, &step.reference)? != step.old {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The commit that a reference points to.
pub(crate) fn tip(repository: &Repository, reference: &str) -> Result<Option<Oid>, Error> {
    match repository.find_reference(reference).and_then(|found| found.resolve()) {
        Ok(found) => {
            let id = found.target().ok_or_else(|| Error::from_str(&format!("{reference} points to nothing")))?;
            let commit = repository.find_object(id, None)?.peel_to_commit();
            commit
                .map(|commit| Some(commit.id()))
                .map_err(|_| Error::from_str(&format!("{reference} points to no commit")))
        }
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The reference that a symbolic one stands for in the end, be it there or not; any other stands for itself.
pub(crate) fn target(repository: &Repository, reference: &str) -> Result<String, Error> {
    let mut name = reference.to_owned();
    for _ in 0..DEEPEST {
        let found = match repository.find_reference(&name) {
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(name),
            found => found?,
        };
        match found.symbolic_target()?.filter(|_| found.kind() == Some(ReferenceType::Symbolic)) {
            Some(next) => next.clone_into(&mut name),
            None => return Ok(name),
        }
    }
    Err(Error::from_str(&format!("{reference} is a symbolic reference that leads nowhere")))
}

/// A reference that leaves no room for one of this name: a folder of its path, or something below it.
pub(crate) fn in_the_way(repository: &Repository, name: &str) -> Result<Option<String>, Error> {
    let folders = name.match_indices('/').map(|(end, _)| &name[..end]);
    if let Some(above) = folders.skip(1).find(|folder| repository.find_reference(folder).is_ok()) {
        return Ok(Some(above.to_owned()));
    }
    let mut below = repository.references_glob(&format!("{name}/*"))?;
    below.names().next().map(|name| name.map(str::to_owned)).transpose()
}

/// Takes all locks that are needed, or none of them, until the time for it is over.
fn hold(repository: &Repository, turn: &Turn, moves: (&[Move], &[String]), wait: &Wait) -> Result<Held, Stopped> {
    let folder = repository.commondir();
    let mut taken = None;
    let held = wait.until(|| match hold_now(turn, folder, moves) {
        Ok(Ok(held)) => Some(Ok(held)),
        Ok(Err(name)) => {
            taken = Some(name);
            None
        }
        Err(error) => Some(Err(error)),
    });
    match held {
        Ok(held) => held,
        Err(ended) => {
            let file = lock_of(&folder.join(taken.unwrap_or_default()));
            Err(Stopped::Waited(Waited { file, ended: Some(ended) }))
        }
    }
}

/// All locks, or the name of the first that somebody else has.
fn hold_now(turn: &Turn, folder: &Path, (moves, names): (&[Move], &[String])) -> Result<Result<Held, String>, Stopped> {
    let lock = |name: &str| turn.lock(name).map_err(unwritten(&lock_of(&folder.join(name))));
    let mut references = Vec::with_capacity(names.len());
    for name in names {
        let Some(lock) = lock(name)? else { return Ok(Err(name.clone())) };
        references.push(lock);
    }
    if moves.iter().all(|step| step.new.is_some()) {
        return Ok(Ok(Held { references, packed: None }));
    }
    // Whether the reference is in it or not: somebody else may be about to put it there.
    let Some(packed) = lock(PACKED)? else { return Ok(Err(PACKED.to_owned())) };
    Ok(Ok(Held { references, packed: Some(packed) }))
}

fn write(
    (repository, known): (&Repository, &Known),
    (moves, names): (&[Move], &[String]),
    held: Held,
) -> Result<(), Stopped> {
    let folder = repository.commondir();
    let is_here = || if known.is_there() { Ok(()) } else { Err(Stopped::Replaced) };
    is_here()?;
    let gone = moves.iter().zip(names).filter(|(step, _)| step.new.is_none()).map(|(_, name)| name.as_str());
    let _packed = held
        .packed
        .map(|lock| unpack(lock, &gone.collect::<Vec<_>>()))
        .transpose()
        .map_err(unwritten(&folder.join(PACKED)))?;
    for ((step, name), lock) in moves.iter().zip(names).zip(held.references) {
        is_here()?;
        match step.new {
            Some(new) => {
                log(repository, name, step.old, new)?;
                let file = lock.file().to_owned();
                clear_folders(&file);
                lock.replace(&format!("{new}\n")).map_err(unwritten(&file))?;
            }
            None => {
                let _ = fs::remove_file(folder.join("logs").join(name));
                let file = lock.file().to_owned();
                lock.remove().map_err(unwritten(&file))?;
                prune(folder, name);
            }
        }
    }
    Ok(())
}

/// Takes references out of the packed ones; gives the lock back where there is nothing to take out.
fn unpack(lock: Lock, gone: &[&str]) -> io::Result<Option<Lock>> {
    let text = match fs::read_to_string(lock.file()) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        read => read?,
    };
    match without(&text, gone) {
        Some(rest) => lock.replace(&rest).map(|()| None),
        None => Ok(Some(lock)),
    }
}

/// Packed references without some; nothing where none of them is there.
fn without(text: &str, gone: &[&str]) -> Option<String> {
    let mut rest = String::with_capacity(text.len());
    let (mut found, mut skips) = (false, false);
    for line in text.split_inclusive('\n') {
        // A line that begins so says what the tag of the line before it points to.
        if !line.starts_with('^') {
            let name = line.trim_end().split_once(' ').map(|(_, name)| name);
            skips = !line.starts_with('#') && name.is_some_and(|name| gone.contains(&name));
        }
        found |= skips;
        if !skips {
            rest.push_str(line);
        }
    }
    found.then_some(rest)
}

/// Takes away the empty folders at the place of a reference, which Git leaves where there were some below it.
fn clear_folders(path: &Path) {
    if is_folder(path) {
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            clear_folders(&entry.path());
        }
        let _ = fs::remove_dir(path);
    }
}

/// Takes away the folders of a reference that are empty now, but for `refs/heads` and the like.
fn prune(folder: &Path, name: &str) {
    let folders: Vec<usize> = name.match_indices('/').map(|(end, _)| end).skip(2).collect();
    for end in folders.into_iter().rev() {
        if fs::remove_dir(folder.join(&name[..end])).is_err() {
            break;
        }
    }
}

/// Writes a line into the log of a reference, where it has one or is to have one.
fn log(repository: &Repository, name: &str, old: Option<Oid>, new: Oid) -> Result<(), Stopped> {
    let path = repository.commondir().join("logs").join(name);
    if !path.exists() && !is_logged(repository, name) {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(unwritten(parent))?;
    }
    let who = repository.signature().or_else(|_| Signature::now("plat", "plat@localhost"))?;
    let (time, old) = (who.when(), old.unwrap_or(Oid::ZERO_SHA1));
    let (sign, minutes) = (time.sign(), time.offset_minutes().unsigned_abs());
    let (name, email) = (String::from_utf8_lossy(who.name_bytes()), String::from_utf8_lossy(who.email_bytes()));
    let zone = format!("{sign}{:02}{:02}", minutes / 60, minutes % 60);
    let line = format!("{old} {new} {name} <{email}> {} {zone}\tplat apply\n", time.seconds());
    let written = File::options().create(true).append(true).open(&path);
    written.and_then(|mut log| log.write_all(line.as_bytes())).map_err(unwritten(&path))
}

/// Whether Git keeps a log of a reference that has none yet.
fn is_logged(repository: &Repository, name: &str) -> bool {
    let said = repository.config().and_then(|mut config| config.snapshot()?.get_string("core.logAllRefUpdates"));
    let branches = ["refs/heads/", "refs/remotes/", "refs/notes/"].iter().any(|folder| name.starts_with(folder));
    match said.as_deref() {
        Ok("always") => true,
        Ok(word) => branches && git2::Config::parse_bool(word).unwrap_or(false),
        Err(_) => branches && !repository.is_bare(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_references_go_with_what_is_said_of_them() {
        let text = "# pack-refs with: peeled fully-peeled sorted \n1 refs/heads/a\n2 refs/tags/t\n^3\n4 refs/tags/u\n";
        let rest = "# pack-refs with: peeled fully-peeled sorted \n1 refs/heads/a\n4 refs/tags/u\n";
        assert_eq!(without(text, &["refs/tags/t", "refs/tags/x"]).as_deref(), Some(rest));
        assert_eq!(without(text, &["refs/tags"]), None);
    }
}
