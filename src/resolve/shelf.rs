use super::{Listing, LoadError, Loader};
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// The files that texts take besides texts, each read once and each folder looked at once, however many ask for them.
pub(super) struct Shelf<'l> {
    loader: &'l dyn Loader,
    /// Those of modules that do not lie in the project's folder, by what the names of their texts begin with.
    modules: Mutex<BTreeMap<String, Arc<dyn Loader + Send>>>,
    listings: Mutex<HashMap<String, Arc<Listing>>>,
    contents: Mutex<HashMap<String, Arc<[u8]>>>,
}

impl<'l> Shelf<'l> {
    /// Nothing was asked for yet.
    pub(super) fn new(loader: &'l dyn Loader) -> Self {
        Self { loader, modules: Mutex::default(), listings: Mutex::default(), contents: Mutex::default() }
    }

    /// Puts the files of a module beside those of the project; the names of its texts begin with `home`.
    pub(super) fn add(&self, home: &str, files: Arc<dyn Loader + Send>) {
        self.modules.lock().unwrap_or_else(PoisonError::into_inner).insert(format!("{home}/"), files);
    }

    /// The files that a text may take: those of its module, or of the project.
    pub(super) fn of(&self, text: &str) -> Section<'_> {
        let modules = self.modules.lock().unwrap_or_else(PoisonError::into_inner);
        let found =
            modules.iter().filter(|(home, _)| text.starts_with(home.as_str())).max_by_key(|(home, _)| home.len());
        let (home, files) = found.map(|(home, files)| (home.clone(), files.clone())).unzip();
        Section { shelf: self, home: home.unwrap_or_default(), files }
    }
}

/// The files that a text may take.
pub(super) struct Section<'s> {
    shelf: &'s Shelf<'s>,
    /// What the names of the texts beside them begin with: the folder of a module with a `/`, or nothing.
    home: String,
    files: Option<Arc<dyn Loader + Send>>,
}

impl Section<'_> {
    /// What the names of the texts beside the files begin with: the folder of a module with a `/`, or nothing for the project.
    pub(super) fn home(&self) -> &str {
        &self.home
    }

    /// Whose files they are, in a word.
    pub(super) fn whose(&self) -> &'static str {
        if self.home.is_empty() { "project" } else { "module" }
    }

    /// The content of a file of at most so many bytes, which nobody else asks for.
    pub(super) fn take(&self, name: &str, most: u64) -> Result<Vec<u8>, LoadError> {
        self.loader().read(name, most)
    }

    fn loader(&self) -> &dyn Loader {
        self.files.as_deref().map_or(self.shelf.loader, |files| files)
    }

    /// What there is below a folder.
    pub(super) fn list(&self, folder: &str) -> Result<Arc<Listing>, LoadError> {
        let name = format!("{}{folder}", self.home);
        kept(&self.shelf.listings, &name, || self.loader().list(folder).map(Arc::new))
    }

    /// The content of a file of at most so many bytes.
    pub(super) fn read(&self, name: &str, most: u64) -> Result<Arc<[u8]>, LoadError> {
        let whole = format!("{}{name}", self.home);
        kept(&self.shelf.contents, &whole, || self.loader().read(name, most).map(Arc::from))
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

    /// The files that a text may take. Whoever asks for them depends on other files.
    pub(super) fn of_text(&self, text: &str) -> Section<'s> {
        self.asked.set(true);
        self.shelf.of(text)
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
        let section = shelf.of("a.kdl");
        let first = section.read("a", 10).unwrap();
        for _ in 0..3 {
            assert!(Arc::ptr_eq(&first, &shelf.of("b.kdl").read("a", 10).unwrap()), "two copies are kept");
            section.list("folder").unwrap();
        }
        assert_eq!(loader.0.load(Ordering::Relaxed), 2);
    }
}
