//! Several files written as wholes: all of them or, where one cannot be written or has changed meanwhile, none.

use super::migrate::no_links;
use super::{Misuse, SessionError};
use crate::file::{hidden_beside, read_plain};
use crate::secret::Tripwire;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The ending of what is written before it takes the place of a file.
const NEW: &str = ".plat-new";

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

/// Writes files into a folder, which need not be there. One that is there and differs may be replaced, or none is written.
///
/// # Errors
/// Where a text holds a secret, and where something else than a file is in the way, or a file changed meanwhile or cannot be written.
pub fn write_into(
    folder: &Path,
    files: &BTreeMap<String, String>,
    overwrite: bool,
    tripwire: &Tripwire,
) -> Result<(), SessionError> {
    no_links(folder, files)?;
    let mut changes = Vec::new();
    for (name, after) in files {
        let place = folder.join(name);
        let name = place.display().to_string();
        let before = read_plain(&place).map_err(|source| SessionError::Write { path: name.clone(), source })?;
        if before.as_deref() == Some(after.as_bytes()) {
            // A run that was killed may have left it.
            let _ = fs::remove_file(hidden_beside(&place, NEW));
            continue;
        }
        changes.push(Change { name, place, before, after });
    }
    let mut others = changes.iter().filter(|change| change.before.is_some() && !overwrite);
    if let Some(first) = others.next() {
        let more = match others.count() {
            0 => String::new(),
            1 => " and 1 file more".to_owned(),
            count => format!(" and {count} files more"),
        };
        return Err(Misuse::Differs { first: first.name.clone(), more }.into());
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
