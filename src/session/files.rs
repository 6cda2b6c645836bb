//! Several files written as wholes: all of them or, where one cannot be written or has changed meanwhile, or a signal comes, none.

use super::migrate::link;
use super::{Misuse, SessionError};
use crate::file::{Replacement, is_left_over, read_plain};
use crate::grammar::Neighbour;
use crate::migrate::{Exported, Imported, Secrets, secrets_in};
use crate::resolve::PROJECT_FILE;
use crate::secret::Tripwire;
use crate::source::SourceFile;
use crate::wait::Wait;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// What a message says where a signal came in time.
const NOTHING: &str = "and no file was written";

/// So far below a folder its files are written.
const MOST_DEEP: usize = 2;

/// What everything passes that is written: no secret gets into it, and no signal leaves the half of it.
#[derive(Clone, Copy, Debug)]
pub struct Guard<'g> {
    /// What looks for secrets.
    pub tripwire: &'g Tripwire,
    /// What signals are told to: they end the process at once only where nothing is being written.
    pub wait: &'g Wait,
}

/// A file that gets a text.
#[derive(Debug)]
pub struct Change<'c> {
    /// How a message calls it.
    pub name: String,
    /// Where it is.
    pub place: PathBuf,
    /// What it holds until now; nothing where it is not there.
    pub before: Option<Vec<u8>>,
    /// What it is to hold.
    pub after: Cow<'c, str>,
}

/// What puts a file that is written in the place of the one that is there.
pub(super) type PutInPlace<'p> = &'p dyn Fn(Replacement) -> io::Result<()>;

/// What a project is to a neighbour, as files of a folder.
#[derive(Debug)]
pub struct Outgoing {
    /// The files, by name.
    pub files: BTreeMap<String, String>,
    /// The folder that they are in, where it was not there before.
    pub made: Option<String>,
    /// How many files a killed run had left that are taken away.
    pub left_over: usize,
    /// Why none of them is written, and what those hold until now that would be others.
    pub refused: Option<(Misuse, BTreeMap<String, String>)>,
    /// What looks like a secret in those files, if none is written.
    pub secrets: Secrets,
}

/// Writes what a project is to a neighbour into a folder, which need not be there; of what is no longer exported the file that is there says so. A file that is
/// there and differs may be replaced, or none is written.
///
/// # Errors
/// Where a text holds a secret, and where something else than a file is in the way, or a file changed meanwhile or cannot be written.
pub fn write_export(
    folder: &Path,
    (neighbour, exported): (Neighbour, &Exported),
    overwrite: bool,
    guard: Guard<'_>,
) -> Result<Outgoing, SessionError> {
    let mut files = exported.files();
    let is_there = |(name, _): &(String, String)| folder.join(name).symlink_metadata().is_ok();
    files.extend(exported.empty_files(neighbour).into_iter().filter(is_there));
    link(folder, files.keys()).map_or(Ok(()), |link| Err(Misuse::Link(link)))?;
    let mut before = BTreeMap::new();
    for name in files.keys() {
        let place = folder.join(name);
        let content = read_plain(&place);
        let failed = |source| SessionError::Write { path: place.display().to_string(), source };
        before.extend(content.map_err(failed)?.map(|content| (name.as_str(), content)));
    }
    let is_other = |name: &str, before: &[u8]| files.get(name).is_some_and(|after| before != after.as_bytes());
    let others: BTreeMap<String, String> = before
        .iter()
        .filter(|(name, before)| is_other(name, before))
        .map(|(name, before)| ((*name).to_owned(), String::from_utf8_lossy(before).into_owned()))
        .collect();
    if !others.is_empty() && !overwrite {
        let named: Vec<String> = others.keys().map(|name| folder.join(name).display().to_string()).collect();
        let texts = files.iter().filter(|(name, _)| others.contains_key(*name)).chain(&others);
        let secrets = texts
            .flat_map(|(name, text)| secrets_in(neighbour, &SourceFile::new(name.as_str(), text.clone().into_bytes())));
        let secrets = secrets.collect();
        let refused = Some((Misuse::Differs(named.join(", ")), others));
        return Ok(Outgoing { files, made: None, left_over: 0, refused, secrets });
    }
    let made = (!folder.exists() && !files.is_empty()).then(|| folder.display().to_string());
    let left_over = write_below(folder, files.iter(), before, guard)?;
    Ok(Outgoing { files, made, left_over, refused: None, secrets: Secrets::new() })
}

/// Writes the files of a project that something was taken into, as long as each is what it was when the project was read. What makes the folder a
/// project comes last: without it nobody takes the half for the whole. How many files a killed run had left that are taken away.
///
/// # Errors
/// As [`write_export`].
pub fn write_import(folder: &Path, imported: &Imported, guard: Guard<'_>) -> Result<usize, SessionError> {
    let before = imported.before.iter().map(|(name, text)| (name.as_str(), text.as_bytes().to_vec()));
    let (project, others): (Vec<_>, Vec<_>) = imported.files.iter().partition(|(name, _)| *name == PROJECT_FILE);
    write_below(folder, others.into_iter().chain(project), before.collect(), guard)
}

/// Writes files of a new project, in their order, into a folder that need not be there, and before them one at a place of its own, below a
/// folder: all of them, or none. How many files a killed run had left that are taken away.
///
/// # Errors
/// Where one cannot be written, or is there meanwhile.
pub fn write_scaffold(
    folder: &Path,
    files: &[(String, String)],
    beside: Option<(&Path, &Path, &str)>,
    guard: Guard<'_>,
) -> Result<usize, SessionError> {
    let (mut changes, mut left) = (Vec::new(), 0);
    if let Some((root, place, text)) = beside {
        let name = place.strip_prefix(root).unwrap_or(place).display().to_string();
        link(root, std::iter::once(&name)).map_or(Ok(()), |link| Err(Misuse::Link(link)))?;
        left += place.parent().map_or(0, |around| take_away_left_over(around, 1));
        let name = place.display().to_string();
        changes.push(Change { name, place: place.to_owned(), before: None, after: text.into() });
    }
    let (below, left_below) = changes_below(folder, files.iter().map(|(name, text)| (name, text)), BTreeMap::new())?;
    changes.extend(below);
    Ok(left + left_below + write(&changes, guard)?)
}

/// Gives files below a folder their texts in this order, and takes away what a run that was killed has left beside them: how many files that are.
fn write_below<'f>(
    folder: &Path,
    files: impl Iterator<Item = (&'f String, &'f String)> + Clone,
    before: BTreeMap<&str, Vec<u8>>,
    guard: Guard<'_>,
) -> Result<usize, SessionError> {
    let (changes, left) = changes_below(folder, files, before)?;
    Ok(left + write(&changes, guard)?)
}

/// What gives files below a folder their texts, and how many files a killed run had left there that are taken away.
fn changes_below<'f>(
    folder: &Path,
    files: impl Iterator<Item = (&'f String, &'f String)> + Clone,
    mut before: BTreeMap<&str, Vec<u8>>,
) -> Result<(Vec<Change<'f>>, usize), SessionError> {
    link(folder, files.clone().map(|(name, _)| name)).map_or(Ok(()), |link| Err(Misuse::Link(link)))?;
    let left = take_away_left_over(folder, MOST_DEEP);
    let mut changes = Vec::new();
    for (name, after) in files {
        let (place, before) = (folder.join(name), before.remove(name.as_str()));
        if before.as_deref() != Some(after.as_bytes()) {
            changes.push(Change { name: place.display().to_string(), place, before, after: after.into() });
        }
    }
    Ok((changes, left))
}

/// Takes away what a run that was killed has left in a folder: how many files that are.
pub(super) fn take_away_left_over(folder: &Path, depth: usize) -> usize {
    let entries = WalkDir::new(folder).max_depth(depth).into_iter().filter_map(Result::ok);
    let is_left = |name: &std::ffi::OsStr| name.to_str().is_some_and(is_left_over);
    let left = entries.filter(|entry| entry.file_type().is_file() && is_left(entry.file_name()));
    left.filter(|entry| fs::remove_file(entry.path()).is_ok()).count()
}

/// Gives files their texts. Each is written beside its place first; where one of them is no longer what it was, or cannot be put in place, all
/// are as they were. How many files a killed run had left beside them that are taken away.
///
/// # Errors
/// Where a text holds a secret, where a file changed meanwhile or cannot be written, and where a signal came: before any was put in its place
/// there is none of them, and later all are there.
pub fn write(changes: &[Change<'_>], guard: Guard<'_>) -> Result<usize, SessionError> {
    write_by(changes, guard, &Replacement::replace)
}

pub(super) fn write_by(
    changes: &[Change<'_>],
    Guard { tripwire, wait }: Guard<'_>,
    put_in_place: PutInPlace<'_>,
) -> Result<usize, SessionError> {
    for change in changes {
        tripwire.pass(change.name.as_bytes(), "the name of a file")?;
        tripwire.pass(change.after.as_bytes(), &format!("the file {}", change.name))?;
    }
    let held = wait.leave.hold();
    let mut made = Vec::new();
    let written = replacements(changes, wait, &mut made).and_then(|new| {
        let left_over = new.iter().filter(|one| one.was_left_over()).count();
        replace(changes, new, put_in_place).map(|()| left_over)
    });
    if written.is_err() {
        for folder in made.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
    drop(held);
    let left_over = written?;
    stopped(wait, "with all files written").map(|()| left_over)
}

/// Ends what was held up while something was written: `state` says of it what a message does.
///
/// # Errors
/// Where a signal came that the run does not see to itself.
pub fn stopped(wait: &Wait, state: &str) -> Result<(), SessionError> {
    match wait.signal() {
        0 => Ok(()),
        _ if wait.leave.is_orderly() => Ok(()),
        signal => Err(SessionError::Stopped { signal, state: state.to_owned() }),
    }
}

/// Writes the texts beside their places, as long as these are what they were.
fn replacements(
    changes: &[Change<'_>],
    wait: &Wait,
    made: &mut Vec<PathBuf>,
) -> Result<Vec<Replacement>, SessionError> {
    let mut new = Vec::new();
    for change in changes {
        stopped(wait, NOTHING)?;
        new.push(change.prepare(made)?);
    }
    changes.iter().try_for_each(Change::unchanged)?;
    stopped(wait, NOTHING)?;
    Ok(new)
}

impl Change<'_> {
    fn failed(&self, source: io::Error) -> SessionError {
        SessionError::Write { path: self.name.clone(), source }
    }

    /// Writes its text beside its place, and notes the folders that are made for it, each before those in it.
    fn prepare(&self, made: &mut Vec<PathBuf>) -> Result<Replacement, SessionError> {
        let around = self.place.parent().into_iter().flat_map(Path::ancestors);
        let missing: Vec<&Path> =
            around.take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists()).collect();
        for folder in missing.into_iter().rev() {
            match fs::create_dir(folder) {
                Ok(()) => made.push(folder.to_owned()),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(self.failed(error)),
            }
        }
        self.replacement(self.after.as_bytes()).map_err(|source| self.failed(source))
    }

    /// Writes a text beside it.
    fn replacement(&self, text: &[u8]) -> io::Result<Replacement> {
        Replacement::of(&self.place, |file| {
            file.write_all(text)?;
            if self.before.is_some() {
                file.set_permissions(fs::metadata(&self.place)?.permissions())?;
                // What goes is on the disk, so what comes in its place has to be.
                file.sync_all()?;
            }
            Ok(())
        })
    }

    /// # Errors
    /// Where it is no longer what it was.
    fn unchanged(&self) -> Result<(), SessionError> {
        let now = read_plain(&self.place).map_err(|source| self.failed(source))?;
        if now == self.before { Ok(()) } else { Err(SessionError::Changed { path: self.name.clone() }) }
    }

    fn put(&self, new: Replacement, put_in_place: PutInPlace<'_>) -> io::Result<()> {
        if self.before.is_some() { put_in_place(new) } else { new.create() }
    }

    /// Makes it what it was.
    fn put_back(&self, put_in_place: PutInPlace<'_>) -> io::Result<()> {
        match &self.before {
            Some(before) => self.replacement(before).and_then(put_in_place),
            None => fs::remove_file(&self.place),
        }
    }
}

/// Puts what was written in its place, and, where one of them cannot be, back what was there.
fn replace(changes: &[Change<'_>], new: Vec<Replacement>, put_in_place: PutInPlace<'_>) -> Result<(), SessionError> {
    for (index, (change, new)) in changes.iter().zip(new).enumerate() {
        let Err(source) = change.put(new, put_in_place) else { continue };
        let (done, open) = changes.split_at(index);
        let (back, stays): (Vec<&Change<'_>>, Vec<&Change<'_>>) =
            done.iter().partition(|change| change.put_back(put_in_place).is_ok());
        if stays.is_empty() {
            return Err(change.failed(source));
        }
        let names = |changes: &mut dyn Iterator<Item = &Change<'_>>| {
            changes.map(|change| &*change.name).collect::<Vec<&str>>().join(", ")
        };
        return Err(SessionError::WrittenInPart {
            path: change.name.clone(),
            written: names(&mut stays.into_iter()),
            unwritten: names(&mut back.into_iter().chain(open)),
            source,
        });
    }
    Ok(())
}
