//! Promises times requests to manifests, and manifests to the places they go. Pure: the same project
//! gives the same bytes, in the same order, however many threads there are.

mod budget;
mod clear;
mod defaults;
mod dependencies;
mod evaluate;
mod files;
mod fit;
mod manifest;
mod misfit;
mod names;
mod objects;
mod place;
mod problem;
mod program;
mod resource;
mod run;
mod said;
mod scalar;
mod schedule;
mod standing;
mod takers;
#[cfg(test)]
mod tests;
mod twice;
mod unfit;

pub use budget::Budget;
pub(crate) use fit::{all as each_unfit, misfits, plain};
pub(crate) use misfit::{Misfit, MisfitField, MisfitName, a, way};
pub(crate) use names::Names;
pub use objects::{documents, identities, is_piece, manifests};
pub use place::place;
pub use said::{Step, said_at};
pub use schedule::{schedule, weight};
pub use standing::Standing;
pub use unfit::{OutOfUse, Unfit, unfit};

use crate::diag::{Diagnostic, Diagnostics, code};
use crate::kubernetes::Identity;
use crate::model::{Address, Kind, Map, Name, Project, Thing};
use crate::secret::SecretReference;
use crate::source::{Origin, Spanned};
use program::Program;
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

/// What a request comes to, or what a promise needs at a destination.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendered {
    /// The request; or the promise whose dependencies they are.
    pub request: Address,
    /// The line that declares it.
    pub span: Origin,
    /// Its files, by path.
    pub files: Vec<File>,
    /// The labels that its destination must carry, sorted.
    pub labels: Vec<(Name, String)>,
    /// The destination that its line pins it to.
    pub pin: Option<Spanned<Name>>,
    /// Where it goes; nothing where no destination takes it, which is a diagnostic.
    pub destination: Option<Name>,
    /// What its status says.
    pub status: Map,
    /// The objects of Kubernetes in its files; of files from disk, as far as these can be read.
    pub objects: Vec<Object>,
}

/// An object of Kubernetes that a workflow delivers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Which object it is.
    pub identity: Identity,
    /// The line of the workflow that delivers it.
    pub span: Origin,
    /// The file from disk that it stands in, by its path in the workflow's output; nothing for a resource.
    pub file: Option<Box<str>>,
}

/// A file that a workflow wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path in the workflow's output, `/` between parts.
    pub path: String,
    /// Its content; a secret is a reference in it.
    pub content: Arc<[u8]>,
    /// Where the values of secrets go, in the order of the places.
    pub secrets: Vec<SecretReference>,
}

/// A file at its place in a state store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The state store.
    pub store: Name,
    /// The destination.
    pub destination: Name,
    /// The path below the state store's folder: the destination's path, then what its layout says.
    pub path: String,
    /// How much of that is the folder of its request.
    pub folder: usize,
    /// Its content; a secret is a reference in it.
    pub content: Arc<[u8]>,
    /// Where the values of secrets go, in the order of the places.
    pub secrets: Vec<SecretReference>,
    /// The request that it was rendered for; or the promise whose dependency it is.
    pub request: Address,
    /// The line that declares the request, or the dependencies.
    pub span: Origin,
}

impl Rendered {
    /// Whether it is what a request comes to: that has one place, and stays there.
    pub fn is_of_request(&self) -> bool {
        self.request.kind == Kind::Request
    }
}

impl Placed {
    /// What it is called.
    pub fn thing(&self) -> Thing {
        Thing::file(&self.store, &self.path)
    }

    /// The promise that it comes of.
    pub fn promise(&self) -> &Name {
        if self.request.kind == Kind::Request { &self.request.parent } else { &self.request.name }
    }

    /// Its path in the output of its workflow, wherever its request is delivered.
    pub fn own_path(&self) -> &str {
        self.path.get(self.folder..).unwrap_or_default()
    }
}

/// Renders every request of a project, in parallel, in the order of the requests, and places each as a new one; behind them what its own
/// promises need, once for each destination. A request of a promise that does not exist, which is a diagnostic of the names, is left out.
pub fn render(project: &Project) -> (Vec<Rendered>, Diagnostics) {
    render_each(project, &|| ())
}

/// The same; `done` is called after each request, from any thread.
pub fn render_each(project: &Project, done: &(dyn Fn() + Sync)) -> (Vec<Rendered>, Diagnostics) {
    render_within(project, &Budget::default(), done)
}

/// The same within a budget, which others may share. Where it is not enough nothing is rendered, and that is all that is said,
/// whichever requests it was spent on.
pub fn render_within(project: &Project, budget: &Budget, done: &(dyn Fn() + Sync)) -> (Vec<Rendered>, Diagnostics) {
    let programs: Vec<Program<'_>> =
        project.promises.par_iter().map(|promise| Program::of_requests(promise, project.kinds_for(promise))).collect();
    let by_name: HashMap<&str, &Program<'_>> =
        programs.iter().map(|program| (&*program.promise.name.value, program)).collect();
    let results: Vec<_> = project
        .requests
        .par_iter()
        .filter_map(|request| {
            if budget.is_overspent() {
                return None;
            }
            let ran = run::run(by_name.get(&*request.promise.value)?, request);
            budget.spend(ran.cost);
            done();
            Some((request, ran))
        })
        .collect();
    let mut diagnostics = Diagnostics::default();
    if budget.is_overspent() {
        diagnostics.extend(too_large(project, budget));
        return (Vec::new(), diagnostics);
    }
    let mut rendered = Vec::with_capacity(results.len());
    for (request, ran) in results {
        let whose = (request.span, "for this request");
        diagnostics.extend(ran.problems.iter().map(|problem| problem.diagnostic(whose)));
        rendered.push(ran.rendered);
    }
    let (needed, problems) = dependencies::all(project, budget);
    diagnostics.append(problems);
    if budget.is_overspent() {
        diagnostics.extend(too_large(project, budget));
        return (Vec::new(), diagnostics);
    }
    rendered.extend(needed);
    diagnostics.append(schedule(project, &mut rendered, &Standing::default()));
    (rendered, diagnostics)
}

/// That the requests of a project come to too much together.
fn too_large(project: &Project, budget: &Budget) -> Option<Diagnostic> {
    let named = project.name.as_ref().map(|name| name.span);
    let place = named.or(project.requests.first().map(|request| request.span))?;
    let message = format!("the requests of the project are rendered to more than {budget} together");
    Some(Diagnostic::error(code::PROJECT_TOO_LARGE, place, message).help(
        "look for a promise that multiplies its files or its text, by `each` or by a table that is put into itself",
    ))
}
