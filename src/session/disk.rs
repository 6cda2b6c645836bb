use crate::resolve::{LoadError, Loader};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// The file whose presence makes a folder a project.
const PROJECT_FILE: &str = "plat.kdl";

/// A project's folder on disk.
#[derive(Clone, Debug)]
pub struct Disk {
    root: PathBuf,
}

impl Disk {
    /// The project at a folder, or at the nearest folder above it.
    ///
    /// # Errors
    /// Where neither the folder nor one above it holds a `plat.kdl`.
    pub fn discover(folder: &Path) -> Result<Self, LoadError> {
        let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let root = absolute.ancestors().find(|folder| folder.join(PROJECT_FILE).is_file());
        let root = root.ok_or_else(|| LoadError::NoProject { folder: folder.display().to_string() })?;
        Ok(Self { root: root.to_owned() })
    }

    /// The project's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// All files below a folder that a filter lets in, by name relative to the project's folder.
    fn walk(&self, folder: &Path, wanted: impl Fn(&Path) -> bool) -> Result<Vec<String>, LoadError> {
        let enter = |entry: &walkdir::DirEntry| entry.depth() == 0 || self.belongs(entry);
        let mut names = Vec::new();
        for entry in WalkDir::new(folder).follow_links(true).into_iter().filter_entry(enter) {
            let entry = entry.map_err(|error| {
                let path = error.path().unwrap_or(folder).display().to_string();
                LoadError::Io { path, source: error.into() }
            })?;
            if entry.file_type().is_file() && wanted(entry.path()) {
                names.extend(self.name_of(entry.path()));
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    /// Whether an entry belongs to this project: it is not hidden and no project of its own.
    fn belongs(&self, entry: &walkdir::DirEntry) -> bool {
        let hidden = entry.file_name().as_encoded_bytes().first() == Some(&b'.');
        let nested =
            entry.file_type().is_dir() && entry.path() != self.root && entry.path().join(PROJECT_FILE).is_file();
        !hidden && !nested
    }

    fn name_of(&self, path: &Path) -> Option<String> {
        let relative = path.strip_prefix(&self.root).ok()?;
        let parts: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        Some(parts.join("/"))
    }
}

impl Loader for Disk {
    fn files(&self) -> Result<Vec<String>, LoadError> {
        self.walk(&self.root, |path| path.extension().is_some_and(|extension| extension == "kdl"))
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, LoadError> {
        std::fs::read(self.root.join(name)).map_err(|source| LoadError::Io { path: name.to_owned(), source })
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, LoadError> {
        let path = self.root.join(folder);
        if path.is_dir() { self.walk(&path, |_| true) } else { Ok(Vec::new()) }
    }
}
