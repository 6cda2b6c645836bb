use super::progress::{Counting, Progress, Unwatched};
use super::{ground, policy_problems};
use crate::check::check;
use crate::diag::Diagnostics;
use crate::model::Project;
use crate::render::{Placed, Rendered, place, render_each};
use crate::resolve::{LoadError, Loader, MemoryLoader, resolve};
use crate::source::Sources;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// A project, read, checked and rendered: everything that can be told without a target.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The texts.
    pub sources: Sources,
    /// What they declare.
    pub project: Project,
    /// What the requests come to.
    pub rendered: Vec<Rendered>,
    /// Their files at their places, by store and path.
    pub placed: Vec<Placed>,
    /// The problems, by place; of very many the first, and the others counted.
    pub diagnostics: Diagnostics,
    /// The folder of a disk that relative paths start at; nothing where there is none.
    pub root: Option<PathBuf>,
    /// The names of all files that it was read from.
    pub files: BTreeSet<String>,
}

impl Loaded {
    /// The project with nothing left of it but what tells who it is, where it delivers to, and what may happen to what it has.
    #[must_use]
    pub fn emptied(&self) -> Self {
        let Project { name, id, guards, stores, destinations, policies, removed, .. } = self.project.clone();
        let kept = Project { name, id, guards, stores, destinations, policies, removed, ..Project::default() };
        Self {
            sources: self.sources.clone(),
            project: kept,
            root: self.root.clone(),
            files: self.files.clone(),
            ..Self::default()
        }
    }
}

/// Reads, checks and renders a project. What is rendered is complete only where there are no errors.
///
/// # Errors
/// Where a file cannot be read.
pub fn load(loader: &dyn Loader) -> Result<Loaded, LoadError> {
    load_watched(loader, &Unwatched)
}

/// The same, with somebody who is told how far it is.
///
/// # Errors
/// Where a file cannot be read.
pub fn load_watched(loader: &dyn Loader, progress: &dyn Progress) -> Result<Loaded, LoadError> {
    let counting = Counting { read: Mutex::default(), loader, progress };
    let mut resolved = resolve(&counting)?;
    ground::settle(&mut resolved.project, loader.root());
    progress.begin("Checking the project", None);
    let mut diagnostics = resolved.diagnostics;
    diagnostics.append(check(&resolved.project));
    let (mut rendered, mut placed) = (Vec::new(), Vec::new());
    // A broken project would be rendered with consequences of mistakes that are already told.
    if !diagnostics.has_errors() {
        let problems;
        progress.begin("Rendering requests", Some(resolved.project.requests.len()));
        (rendered, problems) = render_each(&resolved.project, &|| progress.advance(1));
        diagnostics.append(problems);
        let problems;
        (placed, problems) = place(&resolved.project, &rendered);
        diagnostics.append(problems);
    }
    Ok(Loaded {
        sources: resolved.sources,
        project: resolved.project,
        rendered,
        placed,
        diagnostics: diagnostics.sorted().told(),
        root: loader.root().map(Path::to_owned),
        files: counting.read.into_inner().unwrap_or_else(PoisonError::into_inner),
    })
}

/// The problems of a project of texts, by name, broken policies included: for examples and tests. What depends on the time counts
/// from [`crate::verify::NOW`].
///
/// # Errors
/// Where a text asks for a file that is not among them.
pub fn check_text(files: &[(&str, &str)]) -> Result<Diagnostics, LoadError> {
    let loaded = load(&MemoryLoader::new(files.iter().copied()))?;
    let broken = policy_problems(&loaded, crate::verify::NOW);
    let mut diagnostics = loaded.diagnostics;
    diagnostics.append(broken);
    Ok(diagnostics.sorted().told())
}
