//! Taking in what neighbours hold.

use super::identity::project_id;
use super::scaffold;
use super::{Disk, Misuse, SessionError};
use crate::diag::Severity;
use crate::grammar::Neighbour;
use crate::migrate::{self, Imported, is_document};
use crate::resolve::{LONGEST_FILE, Listing, LoadError, Loader, Root};
use crate::source::{SourceFile, Sources};
use crate::workspace::load;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Reads files of a neighbour, and folders of such, as the files of a project in a folder, which need not be there yet. Writes nothing.
///
/// # Errors
/// Where a path cannot be read, or holds nothing to read.
pub fn import(neighbour: Neighbour, paths: &[PathBuf], folder: &Path) -> Result<Imported, SessionError> {
    let mut sources = Sources::default();
    for path in paths {
        let before = sources.iter().len();
        for file in files(neighbour, path)? {
            let io = |source| LoadError::Io { path: file.display().to_string(), source };
            let length = std::fs::metadata(&file).map_err(io)?.len();
            if length > LONGEST_FILE {
                return Err(LoadError::TooBig { path: file.display().to_string(), most: LONGEST_FILE }.into());
            }
            sources.add(SourceFile::new(file.display().to_string(), std::fs::read(&file).map_err(io)?));
        }
        if sources.iter().len() == before {
            return Err(Misuse::NothingThere(path.display().to_string()).into());
        }
    }
    let name = scaffold::project_name(folder);
    let project = format!("project {name} {{\n    id {}\n}}\n", project_id(&name));
    let mut imported = migrate::import(neighbour, sources, &project);
    if folder.join("plat.kdl").exists() {
        beside_others(folder, &imported)?;
    } else if !imported.files.is_empty() {
        imported.files.insert("plat.kdl".to_owned(), project);
    }
    Ok(imported)
}

/// # Errors
/// Where the project that is in a folder would have errors with the files.
fn beside_others(folder: &Path, imported: &Imported) -> Result<(), SessionError> {
    let base = Disk::discover(folder)?;
    let loaded = load(&Beside { base: &base, files: &imported.files })?;
    match loaded.diagnostics.iter().find(|problem| problem.severity == Severity::Error) {
        None => Ok(()),
        Some(error) => {
            let place = loaded.sources.location(error.primary.span());
            let problem = format!("{place}: {} ({})", error.message, error.code);
            Err(Misuse::WouldBreak { folder: folder.display().to_string(), problem }.into())
        }
    }
}

/// A project with more files, or with other ones.
struct Beside<'a> {
    base: &'a Disk,
    files: &'a BTreeMap<String, String>,
}

impl Loader for Beside<'_> {
    fn files(&self) -> Result<Listing, LoadError> {
        let mut listing = self.base.files()?;
        let there: BTreeSet<String> = listing.files.iter().cloned().collect();
        listing.files.extend(self.files.keys().filter(|name| !there.contains(*name)).cloned());
        listing.files.sort_unstable();
        Ok(listing)
    }

    fn read(&self, name: &str, most: u64) -> Result<Vec<u8>, LoadError> {
        self.files.get(name).map_or_else(|| self.base.read(name, most), |text| Ok(text.as_bytes().to_vec()))
    }

    fn list(&self, folder: &str) -> Result<Listing, LoadError> {
        self.base.list(folder)
    }

    fn root(&self) -> Option<Root> {
        Loader::root(self.base)
    }

    fn folder(&self) -> String {
        Loader::folder(self.base)
    }
}

/// The same of texts, by name: for examples and tests.
pub fn import_texts(neighbour: Neighbour, files: &[(&str, &str)]) -> Imported {
    let mut sources = Sources::default();
    for (name, text) in files {
        sources.add(SourceFile::new(*name, text.as_bytes().to_vec()));
    }
    migrate::import(neighbour, sources, "project demo\n")
}

/// The files to read below a path, in order; the path itself where it is a file.
fn files(neighbour: Neighbour, path: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let mut files = Vec::new();
    let is_hidden =
        |name: &std::ffi::OsStr| name.to_str().is_some_and(|name| matches!(name, ".git" | ".plat" | "node_modules"));
    let walk = WalkDir::new(path).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry.file_name())) {
        let entry = entry.map_err(|error| LoadError::Io {
            path: error.path().unwrap_or(path).display().to_string(),
            source: error.into_io_error().unwrap_or_else(|| std::io::ErrorKind::Other.into()),
        })?;
        let is_meant =
            entry.depth() == 0 || entry.file_name().to_str().is_some_and(|name| is_document(neighbour, name));
        if is_meant && entry.path().is_file() {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}
