//! Several files written as wholes: all of them or, where one cannot be written or has changed meanwhile, none.

use super::migrate::link;
use super::{Misuse, SessionError};
use crate::file::{hidden_beside, read_plain};
use crate::grammar::Neighbour;
use crate::migrate::{Exported, Imported};
use crate::secret::Tripwire;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// The ending of what is written before it takes the place of a file.
const NEW: &str = ".plat-new";

/// So far below a folder its files are written.
const MOST_DEEP: usize = 2;

/// A file that gets a text.
pub(super) struct Change<'c> {
    /// How a message calls it.
    pub(super) name: String,
    pub(super) place: PathBuf,
    /// What it holds until now; nothing where it is not there.
    pub(super) before: Option<Vec<u8>>,
    pub(super) after: &'c str,
}

/// What puts a file that is written in its place.
pub(super) type PutInPlace<'p> = &'p dyn Fn(&Path, &Path) -> io::Result<()>;

/// Writes what a project is to a neighbour into a folder, which need not be there; of what is no longer exported the file that is there says so. A file that is
/// there and differs may be replaced, or none is written. The files.
///
/// # Errors
/// Where a text holds a secret, and where something else than a file is in the way, or a file changed meanwhile or cannot be written.
pub fn write_export(
    folder: &Path,
    (neighbour, exported): (Neighbour, &Exported),
    overwrite: bool,
    tripwire: &Tripwire,
) -> Result<BTreeMap<String, String>, SessionError> {
    let mut files = exported.files();
    let is_there = |(name, _): &(String, String)| folder.join(name).symlink_metadata().is_ok();
    files.extend(exported.empty_files(neighbour).into_iter().filter(is_there));
    let mut before = BTreeMap::new();
    for name in files.keys() {
        let place = folder.join(name);
        let content = read_plain(&place);
        let failed = |source| SessionError::Write { path: place.display().to_string(), source };
        before.extend(content.map_err(failed)?.map(|content| (name.as_str(), content)));
    }
    let is_other =
        |(name, after): &(&String, &String)| before.get(name.as_str()).is_some_and(|before| before != after.as_bytes());
    let others: Vec<String> =
        files.iter().filter(is_other).map(|(name, _)| folder.join(name).display().to_string()).collect();
    if !others.is_empty() && !overwrite {
        return Err(Misuse::Differs(others.join(", ")).into());
    }
    write_below(folder, &files, before, tripwire)?;
    Ok(files)
}

/// Writes the files of a project that something was taken into, as long as each is what it was when the project was read.
///
/// # Errors
/// As [`write_export`].
pub fn write_import(folder: &Path, imported: &Imported, tripwire: &Tripwire) -> Result<(), SessionError> {
    let before = imported.before.iter().map(|(name, text)| (name.as_str(), text.as_bytes().to_vec()));
    write_below(folder, &imported.files, before.collect(), tripwire)
}

/// Gives files below a folder their texts, and takes away what a run that was killed has left beside them.
fn write_below(
    folder: &Path,
    files: &BTreeMap<String, String>,
    mut before: BTreeMap<&str, Vec<u8>>,
    tripwire: &Tripwire,
) -> Result<(), SessionError> {
    link(folder, files.keys()).map_or(Ok(()), |link| Err(Misuse::Link(link)))?;
    let is_left = |name: &str| name.starts_with('.') && name.ends_with(NEW);
    for entry in WalkDir::new(folder).max_depth(MOST_DEEP).into_iter().filter_map(Result::ok) {
        if entry.file_type().is_file() && entry.file_name().to_str().is_some_and(is_left) {
            let _ = fs::remove_file(entry.path());
        }
    }
    let mut changes = Vec::new();
    for (name, after) in files {
        let (place, before) = (folder.join(name), before.remove(name.as_str()));
        if before.as_deref() != Some(after.as_bytes()) {
            changes.push(Change { name: place.display().to_string(), place, before, after });
        }
    }
    write(&changes, tripwire, &|beside, place| fs::rename(beside, place))
}

/// Gives files their texts. Each is written beside its place first; where one of them is no longer what it was, or cannot be put in place, all
/// are as they were.
///
/// # Errors
/// Where a text holds a secret, and where a file changed meanwhile or cannot be written.
pub(super) fn write(
    changes: &[Change<'_>],
    tripwire: &Tripwire,
    put_in_place: PutInPlace<'_>,
) -> Result<(), SessionError> {
    for change in changes {
        tripwire.pass(change.name.as_bytes(), "the name of a file")?;
        tripwire.pass(change.after.as_bytes(), &format!("the file {}", change.name))?;
    }
    let mut made = Vec::new();
    let prepared = changes.iter().try_for_each(|change| change.prepare(&mut made));
    let unchanged = || changes.iter().try_for_each(Change::unchanged);
    let outcome = prepared.and_then(|()| unchanged()).and_then(|()| replace(changes, put_in_place));
    // What is still there was not put in place, or is in its place too: it is of no use to anybody, and where it cannot go, the error
    // that is told says more.
    for change in changes {
        let _ = fs::remove_file(change.beside());
    }
    if outcome.is_err() {
        for folder in made.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
    outcome
}

impl Change<'_> {
    fn failed(&self, source: io::Error) -> SessionError {
        SessionError::Write { path: self.name.clone(), source }
    }

    /// Where its text is written first.
    fn beside(&self) -> PathBuf {
        hidden_beside(&self.place, NEW)
    }

    /// Writes its text beside its place, and notes the folders that are made for it, each before those in it.
    fn prepare(&self, made: &mut Vec<PathBuf>) -> Result<(), SessionError> {
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
        self.fill(self.after.as_bytes()).map_err(|source| self.failed(source))
    }

    /// Writes a text beside it.
    fn fill(&self, text: &[u8]) -> io::Result<()> {
        let beside = self.beside();
        match fs::remove_file(&beside) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let mut file = fs::File::create_new(&beside)?;
        file.write_all(text)?;
        if self.before.is_some() {
            file.set_permissions(fs::metadata(&self.place)?.permissions())?;
            // What goes is on the disk, so what comes in its place has to be.
            file.sync_all()?;
        }
        Ok(())
    }

    /// # Errors
    /// Where it is no longer what it was.
    fn unchanged(&self) -> Result<(), SessionError> {
        let now = read_plain(&self.place).map_err(|source| self.failed(source))?;
        if now == self.before { Ok(()) } else { Err(SessionError::Changed { path: self.name.clone() }) }
    }

    fn put(&self, put_in_place: PutInPlace<'_>) -> io::Result<()> {
        if self.before.is_some() {
            return put_in_place(&self.beside(), &self.place);
        }
        match fs::hard_link(self.beside(), &self.place) {
            // Not every file system has such links.
            Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::PermissionDenied) => {
                fs::File::create_new(&self.place)?.write_all(self.after.as_bytes())
            }
            made => made,
        }
    }

    /// Makes it what it was.
    fn put_back(&self, put_in_place: PutInPlace<'_>) -> io::Result<()> {
        match &self.before {
            Some(before) => self.fill(before).and_then(|()| put_in_place(&self.beside(), &self.place)),
            None => fs::remove_file(&self.place),
        }
    }
}

/// Puts what was written in its place, and, where one of them cannot be, back what was there.
fn replace(changes: &[Change<'_>], put_in_place: PutInPlace<'_>) -> Result<(), SessionError> {
    for (index, change) in changes.iter().enumerate() {
        let Err(source) = change.put(put_in_place) else { continue };
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
