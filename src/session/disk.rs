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
    /// Where there is no such folder, or neither it nor one above it holds a `plat.kdl`.
    pub fn discover(folder: &Path) -> Result<Self, LoadError> {
        let none = || LoadError::NoProject { folder: folder.display().to_string() };
        // The real path: what stands above `../b` is not what stands above this folder.
        let real = std::fs::canonicalize(folder).map_err(|_| none())?;
        let root = real.ancestors().find(|folder| folder.join(PROJECT_FILE).is_file()).ok_or_else(none)?;
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
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) if is_idle_link(&error, &wanted) => continue,
                Err(error) => return Err(unread(folder, error)),
            };
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

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().first() == Some(&b'.'))
}

/// Whether what cannot be read is a link that nobody asked for: back to a folder that it is in, or to nothing, as the
/// locks of some editors are.
fn is_idle_link(error: &walkdir::Error, wanted: impl Fn(&Path) -> bool) -> bool {
    let to_nothing = |path: &Path| path.is_symlink() && !path.exists() && (is_hidden(path) || !wanted(path));
    error.loop_ancestor().is_some() || error.path().is_some_and(to_nothing)
}

fn unread(folder: &Path, error: walkdir::Error) -> LoadError {
    let path = error.path().unwrap_or(folder).display().to_string();
    let source = error.into_io_error().unwrap_or_else(|| std::io::ErrorKind::Other.into());
    LoadError::Io { path, source }
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

    fn root(&self) -> Option<&Path> {
        Some(&self.root)
    }
}
