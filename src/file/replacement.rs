use super::Identity;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The ending of what is written before it takes the place of a file.
const NEW: &str = ".plat-new";

/// What is written beside the place of a file, hidden: whoever reads the file, also after a stop in between, sees all of the old one or all of the
/// new one. It has the same name each time, so that what a killed process left goes with the next one. What was not put in its place
/// is taken away.
#[derive(Debug)]
pub struct Replacement {
    place: PathBuf,
    beside: PathBuf,
    identity: Option<Identity>,
    is_left_over: bool,
}

impl Replacement {
    /// One of a file, with what `fill` writes into it.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn of(place: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<Self> {
        let beside = beside(place);
        let is_left_over = match fs::remove_file(&beside) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            removed => removed.is_ok(),
        };
        let mut file = File::create_new(&beside)?;
        let identity = Identity::of(&file.metadata()?);
        let replacement = Self { place: place.to_owned(), beside, identity, is_left_over };
        fill(&mut file)?;
        Ok(replacement)
    }

    /// Whether a killed process had left one there, which is gone.
    pub fn was_left_over(&self) -> bool {
        self.is_left_over
    }

    /// Puts it in the place of what is there; a link is replaced, and not followed.
    ///
    /// # Errors
    /// Where it cannot be put there.
    pub fn replace(self) -> io::Result<()> {
        self.is_own()?;
        fs::rename(&self.beside, &self.place)
    }

    /// Puts it where nothing is yet, not even a link.
    ///
    /// # Errors
    /// Where it cannot be put there.
    pub fn create(self) -> io::Result<()> {
        self.is_own()?;
        match fs::hard_link(&self.beside, &self.place) {
            // Not every file system has such links.
            Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::PermissionDenied) => {
                io::copy(&mut File::open(&self.beside)?, &mut File::create_new(&self.place)?).map(drop)
            }
            made => made,
        }
    }

    /// # Errors
    /// Where another run has written beside the same place since, or has taken this away.
    fn is_own(&self) -> io::Result<()> {
        let now = fs::symlink_metadata(&self.beside).ok();
        if now.is_some_and(|now| self.is(&now)) { Ok(()) } else { Err(io::Error::other("another run writes it too")) }
    }

    fn is(&self, found: &Metadata) -> bool {
        Identity::of(found) == self.identity
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        // In its place it is no longer there. What cannot go is of no use to anybody, and the error that is told says more.
        if self.is_own().is_ok() {
            let _ = fs::remove_file(&self.beside);
        }
    }
}

/// Where what comes to a place is written first.
fn beside(place: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(place.file_name().unwrap_or_default());
    name.push(NEW);
    place.with_file_name(name)
}

/// Whether a run that was killed, or is at work, has written what comes to a place and not put it there.
pub fn is_begun(place: &Path) -> bool {
    beside(place).is_file()
}

/// Whether a file of a name is what a run left that was killed.
pub fn is_left_over(name: &str) -> bool {
    name.starts_with('.') && name.ends_with(NEW)
}
