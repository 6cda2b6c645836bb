//! Taking in what neighbours hold.

use super::identity::project_id;
use super::scaffold;
use super::{Misuse, SessionError};
use crate::grammar::Neighbour;
use crate::migrate::{self, Imported, is_document};
use crate::resolve::{LONGEST_FILE, LoadError};
use crate::source::{SourceFile, Sources};
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
        for file in files(path)? {
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
    if !folder.join("plat.kdl").exists() {
        imported.files.insert("plat.kdl".to_owned(), project);
    }
    Ok(imported)
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
fn files(path: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let mut files = Vec::new();
    let is_hidden =
        |name: &std::ffi::OsStr| name.to_str().is_some_and(|name| matches!(name, ".git" | ".plat" | "node_modules"));
    let walk = WalkDir::new(path).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry.file_name())) {
        let entry = entry.map_err(|error| LoadError::Io {
            path: error.path().unwrap_or(path).display().to_string(),
            source: error.into_io_error().unwrap_or_else(|| std::io::ErrorKind::Other.into()),
        })?;
        let is_meant = entry.depth() == 0 || entry.file_name().to_str().is_some_and(is_document);
        if is_meant && entry.path().is_file() {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}
