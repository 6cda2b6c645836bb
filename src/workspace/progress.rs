//! Long work, told to whoever waits for it.

use crate::resolve::{Listing, LoadError, Loader};
use std::collections::BTreeSet;

use std::sync::{Mutex, PoisonError};

/// Watches long work, from any thread. What it is told has no influence on the work.
pub trait Progress: Sync {
    /// Work begins, and with it ends what was begun before. `what` says in words what is done; `total` is how many steps
    /// it takes, nothing where nobody knows.
    fn begin(&self, what: &str, total: Option<usize>);

    /// So many more steps are done.
    fn advance(&self, steps: usize);
}

/// Watches nothing.
#[derive(Clone, Copy, Debug)]
pub struct Unwatched;

impl Progress for Unwatched {
    fn begin(&self, _: &str, _: Option<usize>) {}

    fn advance(&self, _: usize) {}
}

/// A loader that counts the files that it reads, and remembers which they were.
pub(super) struct Counting<'l> {
    /// Those that were read, by name.
    pub(super) read: Mutex<BTreeSet<String>>,
    /// The folders of which all files were asked for.
    pub(super) listed: Mutex<BTreeSet<String>>,
    /// The loader.
    pub(super) loader: &'l dyn Loader,
    /// Who is told.
    pub(super) progress: &'l dyn Progress,
}

impl Loader for Counting<'_> {
    fn below(&self) -> Option<&dyn Loader> {
        Some(self.loader)
    }

    fn files(&self) -> Result<Listing, LoadError> {
        let files = self.loader.files()?;
        self.progress.begin("Reading files", Some(files.files.len()));
        Ok(files)
    }

    fn read(&self, name: &str, most: u64) -> Result<Vec<u8>, LoadError> {
        let content = self.loader.read(name, most)?;
        // Whoever panicked while adding a name left the others as they were.
        self.read.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
        self.progress.advance(1);
        Ok(content)
    }

    fn list(&self, folder: &str) -> Result<Listing, LoadError> {
        self.listed.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned());
        self.loader.list(folder)
    }

    fn module(&self, folder: &str) -> Result<Vec<(String, Vec<u8>)>, LoadError> {
        let files = self.loader.module(folder)?;
        // Whoever panicked while adding a name left the others as they were.
        self.read.lock().unwrap_or_else(PoisonError::into_inner).extend(files.iter().map(|(name, _)| name.clone()));
        Ok(files)
    }
}
