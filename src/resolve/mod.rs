//! Many files to one project: loading, parsing, `use`, and lowering trees into the model.
//!
//! Reads the world only through a [`Loader`]. Files are parsed, validated and lowered in parallel,
//! and each tree is dropped once it is lowered. All problems of all files are reported in one run.

mod action;
mod blueprint;
mod condition;
mod delivery;
mod entity;
mod interpolation;
mod limits;
mod load;
mod lower;
mod members;
mod memory;
mod names;
mod people;
mod policy;
mod project;
mod refactoring;
mod schema;
mod scorecard;
mod secret;
mod shape;
mod stdlib;
mod template;
mod value;
mod version;

pub use memory::MemoryLoader;

use crate::diag::Diagnostics;
use crate::model::{Project, addresses, password};
use crate::source::{Sources, Span};
use std::path::Path;

/// Where the project's texts come from: the disk, an editor, a Git revision, a test.
pub trait Loader: Sync {
    /// The names of all KDL files of the project, sorted, relative to its folder.
    fn files(&self) -> Result<Vec<String>, LoadError>;

    /// The content of a file of the project's folder.
    fn read(&self, name: &str) -> Result<Vec<u8>, LoadError>;

    /// The names of all files below a folder of the project, sorted, relative to the project's folder.
    fn list(&self, folder: &str) -> Result<Vec<String>, LoadError>;

    /// The folder of a disk that relative paths of the project start at; nothing where the texts are not on a disk.
    fn root(&self) -> Option<&Path> {
        None
    }
}

/// Why a project's text could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// There is no project at or above a folder.
    #[error("there is no project here: no `plat.kdl` in {folder} or above it (`plat init` makes one)")]
    NoProject {
        /// Where it was looked for.
        folder: String,
    },
    /// A file or folder could not be read.
    #[error("cannot read {path}")]
    Io {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
}

/// A project as its texts declare it, whatever problems they have.
#[derive(Debug, Default)]
pub struct Resolved {
    /// The texts.
    pub sources: Sources,
    /// What could be understood.
    pub project: Project,
    /// The problems of the texts, of their nodes and of the names in them.
    pub diagnostics: Diagnostics,
}

/// Loads and lowers a whole project.
///
/// # Errors
/// Where a file cannot be read, or there is none. What users wrote wrong is a diagnostic of the result.
pub fn resolve(loader: &dyn Loader) -> Result<Resolved, LoadError> {
    let mut sources = Sources::default();
    let (mut all, first) = load::project(loader, &mut sources)?;
    load::modules(loader, &mut sources, &mut all);
    project::is_declared(&all.projects, Span::start_of(first), &sources, &mut all.diagnostics);
    all.diagnostics.append(all.index.check(&sources));
    refactoring::forget_broken(&all.broken, &mut all.project);
    shape::classify(&mut all.project, &mut all.diagnostics);
    for span in secret::not_to_be_shown(&all.diagnostics, &sources) {
        sources.hide(span);
    }
    for (_, address) in addresses(&all.project) {
        if let Some(part) = password(address.value) {
            sources.hide_in(address.span, &address.value[part]);
        }
    }
    Ok(Resolved { sources, project: all.project, diagnostics: all.diagnostics.sorted() })
}

#[cfg(test)]
mod tests;
