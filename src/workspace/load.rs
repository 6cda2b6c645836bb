use super::consequence::without_consequences;
use super::ground;
use super::loaded::Loaded;
use super::progress::{Counting, Progress, Unwatched};
use super::written::where_written;
use crate::check::{check, too_many_looks_at_files};
use crate::render::{place, render_each};
use crate::resolve::{LoadError, Loader, Resolved, Workspace, resolve, without_theirs};
use std::sync::{Mutex, PoisonError};

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
    load_by(resolve, loader, progress).map(told)
}

impl Workspace {
    /// Reads, checks and renders a project, as [`load_watched`] does, for an editor, a server or whoever tries a change of it: what has not
    /// changed since the last time is neither parsed nor lowered.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub fn load(&mut self, loader: &dyn Loader, progress: &dyn Progress) -> Result<Loaded, LoadError> {
        let loaded = load_by(|loader| self.resolve(loader), loader, progress)?;
        Ok(if self.tells_all() { loaded } else { told(loaded) })
    }
}

/// The same, with as many of its problems as somebody reads.
fn told(loaded: Loaded) -> Loaded {
    Loaded { diagnostics: loaded.diagnostics.told(), ..loaded }
}

fn load_by(
    resolve: impl FnOnce(&dyn Loader) -> Result<Resolved, LoadError>,
    loader: &dyn Loader,
    progress: &dyn Progress,
) -> Result<Loaded, LoadError> {
    let counting = Counting { read: Mutex::default(), listed: Mutex::default(), loader, progress };
    let mut resolved = resolve(&counting)?;
    resolved.sources.lie_in(loader.folder());
    let root = loader.root();
    ground::settle(&mut resolved.project, root.as_ref());
    progress.begin("Checking the project", None);
    let mut diagnostics = resolved.diagnostics;
    diagnostics.append(check(&resolved.project));
    let mut diagnostics = without_theirs(diagnostics, &resolved.project);
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
        diagnostics.extend(too_many_looks_at_files(&resolved.project, placed.len()));
    }
    let diagnostics =
        without_consequences(diagnostics, (&resolved.unread, &resolved.unmade), &resolved.sources).sorted();
    Ok(Loaded {
        diagnostics: where_written(diagnostics, &resolved.sources, &resolved.project),
        project: resolved.project.into(),
        names: resolved.names,
        rendered,
        placed,
        sources: resolved.sources,
        root,
        files: counting.read.into_inner().unwrap_or_else(PoisonError::into_inner),
        folders: counting.listed.into_inner().unwrap_or_else(PoisonError::into_inner),
    })
}
