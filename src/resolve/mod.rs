//! Many files to one project: loading, parsing, `use`, and lowering trees into the model.
//!
//! Reads the world only through a [`Loader`]. Files are parsed, validated and lowered in parallel,
//! and each tree is dropped once it is lowered; a [`Workspace`] keeps what each file says, for who reads them again. All problems of all files are reported in one run.

mod action;
mod body;
mod calls;
mod condition;
mod control;
mod data;
mod defaults;
mod delivery;
mod entity;
mod environment;
mod expand;
mod externs;
mod fragment;
mod from_data;
mod given;
mod interpolation;
mod listed;
mod load;
mod loader;
mod lock;
mod lower;
mod members;
mod memory;
mod modules;
mod names;
mod overlay;
mod path;
mod project;
mod refactoring;
mod renamed;
mod schema;
mod secret;
mod shape;
mod shelf;
mod stdlib;
mod template;
mod text;
mod unit;
mod value;
mod version;
mod workspace;

pub use data::columns;
pub use expand::{ENVIRONMENT, NEW, OF_ENTITY, USE, late_names, name_behind, name_given, name_within};
pub(crate) use externs::{ANOTHER_HAS_IT, without_theirs};
pub use given::{Given, GivenFile, GivenValue, given_in};
pub use load::{LONGEST_FILE, refusal};
pub use loader::{Closed, Listing, LoadError, Loader, Root};
pub use lock::{LeftOut, Lock, LockedProject};
pub use memory::MemoryLoader;
pub use overlay::{Head, OVERLAY, OverlayVerb, heads, overlays};
pub use project::PROJECT_FILE;
pub use stdlib::library;
pub use template::template_of;
pub use unit::{MODULE_FILE, locked_in};
pub use workspace::Workspace;

use crate::diag::Diagnostics;
use crate::grammar::Index;
use crate::model::{Project, addresses, password};
use crate::source::{Sources, Span};
use fragment::Fragment;
use shelf::Shelf;
use unit::Unit;
use workspace::Reading;

/// A project as its texts declare it, whatever problems they have.
#[derive(Debug, Default)]
pub struct Resolved {
    /// The texts.
    pub sources: Sources,
    /// What could be understood.
    pub project: Project,
    /// The problems of the texts, of their nodes and of the names in them.
    pub diagnostics: Diagnostics,
    /// The names that it declares and uses, where it is read again and again.
    pub names: Index,
    /// The nodes at the top of a file of which not all could be read as it was meant, in the order of the texts.
    pub unread: Vec<Span>,
    /// The lines of declarations that values were to be put into, and of which nothing could be made.
    pub unmade: Vec<Span>,
}

/// Loads and lowers a whole project.
///
/// # Errors
/// Where a file cannot be read, or there is none. What users wrote wrong is a diagnostic of the result.
pub fn resolve(loader: &dyn Loader) -> Result<Resolved, LoadError> {
    read(loader, &mut Reading::default())
}

fn read(loader: &dyn Loader, reading: &mut Reading) -> Result<Resolved, LoadError> {
    let mut sources = Sources::default();
    let shelf = Shelf::new(loader);
    let (mut all, first) = load::project(&shelf, loader, (&mut sources, reading))?;
    let units = modules::read(&shelf, loader, (&mut sources, reading), &mut all);
    environment::choose(loader.environment().as_deref(), &mut all.project, &mut all.diagnostics);
    let waiting = load::made(&shelf, (&units, loader.given()), (&mut sources, reading), &mut all);
    load::overlaid(&shelf, loader.environment().as_deref(), (&mut sources, reading), &mut all);
    from_data::rows(&shelf, (&mut sources, reading), &mut all);
    if let Some(waiting) = waiting {
        load::made_for_entities(&shelf, (&units, waiting), (&mut sources, reading), &mut all);
        from_data::rows(&shelf, (&mut sources, reading), &mut all);
    }
    load::misspelt(reading.names(), &sources, &mut all.diagnostics);
    // One that is broken was told.
    if !all.projects.is_empty() || !all.is_declared {
        project::is_declared(&all.projects, Span::start_of(first), &sources, &mut all.diagnostics);
    }
    refactoring::forget_broken(&all.broken, &mut all.project);
    let (index, project, mut problems) = (&all.index, &mut all.project, Diagnostics::default());
    let (unknown, ()) = rayon::join(|| index.check(&sources), || shape::classify(project, &mut problems));
    all.diagnostics.append(unknown);
    all.diagnostics.append(problems);
    let problems = externs::set_apart(&mut all.project, loader, &sources);
    all.diagnostics.append(problems);
    all.project.kinds = delivery::known(&all.project);
    listed::manifests(&mut all.project);
    defaults::put_in(&mut all.project, &mut all.diagnostics);
    let names = if reading.is_again() { std::mem::take(&mut all.index) } else { Index::default() };
    Ok(Resolved { names, ..finished(all, sources) })
}

/// What the file says that names a project, of itself: what it refers to is looked for nowhere.
///
/// # Errors
/// Where it cannot be read. What users wrote wrong is a diagnostic of the result.
pub fn project_file(loader: &dyn Loader) -> Result<Resolved, LoadError> {
    let (mut sources, mut reading) = (Sources::default(), Reading::default());
    let file = reading.add(&mut sources, PROJECT_FILE, loader.read(PROJECT_FILE, LONGEST_FILE)?);
    let shelf = Shelf::new(loader);
    let mut all = load::alone(file, &shelf, (&mut sources, &mut reading));
    environment::choose(loader.environment().as_deref(), &mut all.project, &mut all.diagnostics);
    // Without an environment nobody knows what is put into a line that says it.
    if all.project.environment.is_some() || all.project.environments.is_empty() {
        load::made(&shelf, (&[Unit::default()], loader.given()), (&mut sources, &mut reading), &mut all);
    }
    Ok(finished(all, sources))
}

/// What was read, without what nobody is to be shown.
fn finished(mut all: Fragment, mut sources: Sources) -> Resolved {
    for span in secret::not_to_be_shown(&all.diagnostics, &sources) {
        sources.hide(span);
    }
    all.diagnostics = secret::withhold(all.diagnostics, all.logins, &mut sources);
    for (_, address) in addresses(&all.project) {
        if let Some(part) = password(address.value) {
            sources.hide_in(address.span.shown(), &address.value[part]);
        }
    }
    all.unread.sort_unstable();
    Resolved {
        sources,
        names: Index::default(),
        project: all.project,
        diagnostics: all.diagnostics.sorted(),
        unread: all.unread,
        unmade: all.unmade,
    }
}

#[cfg(test)]
mod tests;
