//! Files of a project replaced as wholes, all of them or, where one has changed meanwhile, none.

use super::Rewrite;
use crate::file::hidden_beside;
use crate::resolve::LoadError;
use crate::secret::Tripwire;
use crate::session::walk::inside;
use crate::session::{Disk, SessionError};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Gives files of a project their new texts. Each is written beside its place first; where one of them is no longer what it was
/// when the project was read, or cannot be put in place, all are as they were.
///
/// # Errors
/// Where a text holds a secret, as what others wrote into the catalog may, and where a file changed meanwhile, or cannot be
/// written.
pub fn write(disk: &Disk, rewrites: &[Rewrite], tripwire: &Tripwire) -> Result<(), SessionError> {
    write_by(disk, rewrites, tripwire, &|beside, place| fs::rename(beside, place))
}

/// What puts a file that is written in its place.
pub(super) type PutInPlace<'p> = &'p dyn Fn(&Path, &Path) -> io::Result<()>;

pub(super) fn write_by(
    disk: &Disk,
    rewrites: &[Rewrite],
    tripwire: &Tripwire,
    put_in_place: PutInPlace<'_>,
) -> Result<(), SessionError> {
    for rewrite in rewrites {
        tripwire.pass(rewrite.after.as_bytes(), &format!("the file {}", rewrite.name))?;
    }
    let mut files: Vec<Replaced<'_>> = Vec::new();
    let outcome = prepare(disk, rewrites, &mut files).and_then(|()| replace(&files, put_in_place));
    if outcome.is_err() {
        for file in &files {
            // What was never put in place is of no use to anybody; where it cannot go, the error that is told says more.
            let _ = fs::remove_file(&file.beside);
        }
    }
    outcome
}

/// A file that gets another text.
struct Replaced<'r> {
    rewrite: &'r Rewrite,
    place: PathBuf,
    /// Where its text is written first.
    beside: PathBuf,
}

impl Replaced<'_> {
    fn failed(&self, source: io::Error) -> SessionError {
        SessionError::Write { path: self.rewrite.name.clone(), source }
    }

    /// Writes a text beside it.
    fn fill(&self, text: &str) -> io::Result<()> {
        let mut file = fs::File::create(&self.beside)?;
        file.write_all(text.as_bytes())?;
        file.set_permissions(fs::metadata(&self.place)?.permissions())?;
        file.sync_all()
    }
}

/// Writes each new text beside its place.
fn prepare<'r>(disk: &Disk, rewrites: &'r [Rewrite], files: &mut Vec<Replaced<'r>>) -> Result<(), SessionError> {
    for rewrite in rewrites {
        let outside = || LoadError::Outside(rewrite.name.clone());
        let place = inside(disk.root(), &disk.root().join(&rewrite.name)).ok_or_else(outside)?;
        files.push(Replaced { rewrite, beside: hidden_beside(&place, ".plat-adopt"), place });
        let file = &files[files.len() - 1];
        file.fill(&rewrite.after).map_err(|source| file.failed(source))?;
    }
    for file in files {
        let now = fs::read(&file.place).map_err(|source| file.failed(source))?;
        if now != file.rewrite.before.as_bytes() {
            return Err(SessionError::Changed { path: file.rewrite.name.clone() });
        }
    }
    Ok(())
}

/// Puts what was written in its place, and, where one of them cannot be, back what was there.
fn replace(files: &[Replaced<'_>], put_in_place: PutInPlace<'_>) -> Result<(), SessionError> {
    for (index, file) in files.iter().enumerate() {
        let Err(source) = put_in_place(&file.beside, &file.place) else { continue };
        let (done, open) = files.split_at(index);
        let back = |file: &Replaced<'_>| {
            file.fill(&file.rewrite.before).and_then(|()| put_in_place(&file.beside, &file.place)).is_ok()
        };
        let (back, stays): (Vec<&Replaced<'_>>, Vec<&Replaced<'_>>) = done.iter().partition(|file| back(file));
        if stays.is_empty() {
            return Err(file.failed(source));
        }
        let names = |files: &mut dyn Iterator<Item = &Replaced<'_>>| {
            files.map(|file| &*file.rewrite.name).collect::<Vec<&str>>().join(", ")
        };
        return Err(SessionError::WrittenInPart {
            path: file.rewrite.name.clone(),
            written: names(&mut stays.into_iter()),
            unwritten: names(&mut back.into_iter().chain(open)),
            source,
        });
    }
    Ok(())
}
