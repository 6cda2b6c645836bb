use super::{Listing, LoadError, Loader};
use std::cell::Cell;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The files that `files` steps take, each read once and each folder looked at once, however many steps ask for them.
pub(super) struct Shelf<'l> {
    loader: &'l dyn Loader,
    listings: Mutex<HashMap<String, Arc<Listing>>>,
    contents: Mutex<HashMap<String, Arc<[u8]>>>,
}

impl<'l> Shelf<'l> {
    /// Nothing was asked for yet.
    pub(super) fn new(loader: &'l dyn Loader) -> Self {
        Self { loader, listings: Mutex::default(), contents: Mutex::default() }
    }

    /// What there is below a folder of the project.
    pub(super) fn list(&self, folder: &str) -> Result<Arc<Listing>, LoadError> {
        kept(&self.listings, folder, || self.loader.list(folder).map(Arc::new))
    }

    /// The content of a file of the project of at most so many bytes.
    pub(super) fn read(&self, name: &str, most: u64) -> Result<Arc<[u8]>, LoadError> {
        kept(&self.contents, name, || self.loader.read(name, most).map(Arc::from))
    }
}

/// The shelf, lent to one file.
pub(super) struct Lent<'s> {
    shelf: &'s Shelf<'s>,
    /// Whether anybody asked.
    pub(super) asked: Cell<bool>,
}

impl<'s> Lent<'s> {
    /// Nothing was asked for yet.
    pub(super) fn of(shelf: &'s Shelf<'s>) -> Self {
        Self { shelf, asked: Cell::new(false) }
    }

    /// The shelf. Whoever asks for it depends on other files.
    pub(super) fn shelf(&self) -> &'s Shelf<'s> {
        self.asked.set(true);
        self.shelf
    }
}

/// What is kept under a name; made first where nothing is yet. Two threads that make it at the same time make the same.
fn kept<T: Clone>(
    all: &Mutex<HashMap<String, T>>,
    name: &str,
    make: impl FnOnce() -> Result<T, LoadError>,
) -> Result<T, LoadError> {
    // Whoever panicked with the lock left whole entries behind.
    let known = all.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
    if let Some(known) = known {
        return Ok(known);
    }
    let made = make()?;
    let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(all.entry(name.to_owned()).or_insert(made).clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[derive(Default)]
    struct Counted(AtomicUsize);

    impl Loader for Counted {
        fn files(&self) -> Result<Listing, LoadError> {
            Ok(Listing::default())
        }

        fn read(&self, _: &str, _: u64) -> Result<Vec<u8>, LoadError> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Ok(b"content".to_vec())
        }

        fn list(&self, _: &str) -> Result<Listing, LoadError> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Ok(Listing::default())
        }
    }

    #[test]
    fn a_file_and_a_folder_are_read_once() {
        let loader = Counted::default();
        let shelf = Shelf::new(&loader);
        let first = shelf.read("a", 10).unwrap();
        for _ in 0..3 {
            assert!(Arc::ptr_eq(&first, &shelf.read("a", 10).unwrap()), "two copies are kept");
            shelf.list("folder").unwrap();
        }
        assert_eq!(loader.0.load(Ordering::Relaxed), 2);
    }
}
