use crate::file::is_left_over;
use crate::model::is_apart;
use crate::resolve::{Closed, Listing, LoadError, MODULE_FILE};
use std::path::{Component, Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// The most entries that are looked at behind links. Folders that link to one another have a path for each way through them, which
/// doubles with each folder.
const MOST_LINKED: usize = 10_000;

/// What there is below a folder of a project, as far as it belongs to the project: not what is hidden, nor other projects within.
/// Links are followed where they stay inside, and what is outside is not looked into.
pub(super) struct Walk<'r, W> {
    root: &'r Path,
    /// The file whose presence makes a folder a project.
    project_file: &'r str,
    /// Whether a file is asked for.
    wanted: W,
    listing: Listing,
    /// How deep the link is that the walk is behind.
    behind: Option<usize>,
    /// How many entries it saw behind links.
    linked: usize,
}

impl<'r, W: Fn(&Path) -> bool> Walk<'r, W> {
    /// A walk within the real path of a project's folder.
    pub(super) fn new(root: &'r Path, project_file: &'r str, wanted: W) -> Self {
        Self { root, project_file, wanted, listing: Listing::default(), behind: None, linked: 0 }
    }

    /// What there is below a folder.
    pub(super) fn below(mut self, folder: &Path) -> Result<Listing, LoadError> {
        let mut entries = WalkDir::new(folder).follow_links(true).into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.unread(folder, error);
                    continue;
                }
            };
            self.count(folder, &entry)?;
            if !self.enters(&entry) && entry.file_type().is_dir() {
                entries.skip_current_dir();
            }
        }
        self.listing.files.sort_unstable();
        self.listing.left_over.sort_unstable();
        self.listing.closed.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(self.listing)
    }

    /// Whether an entry is looked into; a file that is asked for is kept.
    fn enters(&mut self, entry: &DirEntry) -> bool {
        let path = entry.path();
        if entry.depth() > 0 && !self.belongs(entry) {
            if entry.file_type().is_file() && entry.file_name().to_str().is_some_and(is_left_over) {
                self.listing.left_over.push(self.name_of(path));
            }
            return false;
        }
        let is_folder = entry.file_type().is_dir();
        let asked = is_folder || (self.wanted)(path);
        if entry.path_is_symlink() && inside(self.root, path).is_none() {
            if asked {
                let name = self.name_of(path);
                self.listing.closed.push(Closed { error: LoadError::Outside(name.clone()), name });
            }
            return false;
        }
        if asked && !is_folder {
            let name = self.name_of(path);
            match path.strip_prefix(self.root).unwrap_or(path).to_str() {
                Some(_) => self.listing.files.push(name),
                None => self.listing.closed.push(Closed { error: unnamed(&name), name }),
            }
        }
        true
    }

    /// Whether an entry belongs to this project: it is not hidden, no project of its own and no module.
    fn belongs(&self, entry: &DirEntry) -> bool {
        let path = entry.path();
        let is_apart = || path.join(self.project_file).is_file() || path.join(MODULE_FILE).is_file();
        let nested = entry.file_type().is_dir() && path != self.root && is_apart();
        !is_hidden(path) && !nested
    }

    /// Counts what is behind links.
    fn count(&mut self, folder: &Path, entry: &DirEntry) -> Result<(), LoadError> {
        if self.behind.is_some_and(|depth| entry.depth() <= depth) {
            self.behind = None;
        }
        if self.behind.is_some() {
            self.linked += 1;
        } else if entry.path_is_symlink() && entry.depth() > 0 {
            self.behind = Some(entry.depth());
        }
        if self.linked > MOST_LINKED {
            let source = std::io::Error::other(format!("links lead to more than {MOST_LINKED} places below it"));
            return Err(LoadError::Io { path: self.name_of(folder), source });
        }
        Ok(())
    }

    /// Keeps what cannot be looked into. A link that nobody asked for is none of that: back to a folder that it is in, or to
    /// nothing, as the locks of some editors are.
    fn unread(&mut self, folder: &Path, error: walkdir::Error) {
        let path = error.path().unwrap_or(folder);
        let leads_nowhere = path.is_symlink() && !path.exists();
        let idle = leads_nowhere && (is_hidden(path) || !(self.wanted)(path));
        if error.loop_ancestor().is_some() || idle {
            return;
        }
        let name = self.name_of(path);
        let source = error.into_io_error().unwrap_or_else(|| std::io::ErrorKind::Other.into());
        self.listing.closed.push(Closed { error: LoadError::Io { path: name.clone(), source }, name });
    }

    fn name_of(&self, path: &Path) -> String {
        let relative = path.strip_prefix(self.root).unwrap_or(path);
        let parts: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
    }
}

/// That a file has a name which no text can say.
fn unnamed(name: &str) -> LoadError {
    let source = std::io::Error::other("its name, or that of a folder that it is in, is not UTF-8: rename it");
    LoadError::Io { path: name.to_owned(), source }
}

/// Whether what is at a path below a project's folder belongs to the project, as a [`Walk`] has it: `is_project` says of a folder on the way,
/// with a slash behind it, whether it is a project of its own.
pub(super) fn belongs(path: &str, is_project: impl Fn(&str) -> bool) -> bool {
    let is_hidden = path.split('/').any(|part| part.starts_with('.'));
    !is_hidden && !path.match_indices('/').any(|(end, _)| is_project(&path[..=end]))
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().first() == Some(&b'.'))
}

/// The real path of a place, as long as it lies in the folder of a real path, and not in what is kept apart there.
pub(super) fn inside(root: &Path, place: &Path) -> Option<PathBuf> {
    std::fs::canonicalize(place).ok().filter(|real| below(root, real).is_some())
}

/// The path of a place of the project from its folder, both of them real; nothing for what is no file or folder of the project.
pub(super) fn below<'p>(root: &Path, real: &'p Path) -> Option<&'p Path> {
    let is_apart = |part: Component<'_>| part.as_os_str().to_str().is_some_and(is_apart);
    real.strip_prefix(root).ok().filter(|below| !below.components().any(is_apart))
}
