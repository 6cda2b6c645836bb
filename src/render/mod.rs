//! Promises times requests to manifests, and manifests to the places they go. Pure: the same project
//! gives the same bytes, in the same order, however many threads there are.

mod clear;
mod defaults;
mod evaluate;
mod files;
mod filter;
mod key;
mod manifest;
mod output;
mod place;
mod problem;
mod program;
mod run;
mod schedule;
mod standing;
#[cfg(test)]
mod tests;

pub use place::place;
pub use schedule::{Misfit, misfit, schedule, weight};
pub use standing::Standing;

use crate::diag::Diagnostics;
use crate::model::{Address, Map, Name, Project};
use crate::secret::Reference;
use crate::source::{Span, Spanned};
use program::Program;
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

/// What a request comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendered {
    /// The request.
    pub request: Address,
    /// The line that declares it.
    pub span: Span,
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
}

/// A file that a workflow wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path in the workflow's output, `/` between parts.
    pub path: String,
    /// Its content; a secret is a reference in it.
    pub content: Arc<[u8]>,
    /// Where the values of secrets go, in the order of the places.
    pub secrets: Vec<Reference>,
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
    /// Its content; a secret is a reference in it.
    pub content: Arc<[u8]>,
    /// Where the values of secrets go, in the order of the places.
    pub secrets: Vec<Reference>,
    /// The request that it was rendered for.
    pub request: Address,
    /// The line that declares the request.
    pub span: Span,
}

/// Renders every request of a project, in parallel, in the order of the requests, and places each as a new one. A request of
/// a promise that does not exist, which is a diagnostic of the names, is left out.
pub fn render(project: &Project) -> (Vec<Rendered>, Diagnostics) {
    render_each(project, &|| ())
}

/// The same; `done` is called after each request, from any thread.
pub fn render_each(project: &Project, done: &(dyn Fn() + Sync)) -> (Vec<Rendered>, Diagnostics) {
    let programs: Vec<Program<'_>> = project.promises.par_iter().map(Program::new).collect();
    let by_name: HashMap<&str, &Program<'_>> =
        programs.iter().map(|program| (&*program.promise.name.value, program)).collect();
    let results: Vec<_> = project
        .requests
        .par_iter()
        .filter_map(|request| {
            let result = run::run(by_name.get(&*request.promise.value)?, request);
            done();
            Some((request, result))
        })
        .collect();
    let mut diagnostics = Diagnostics::default();
    let mut rendered = Vec::with_capacity(results.len());
    for (request, (result, problems)) in results {
        diagnostics.extend(problems.iter().map(|problem| problem.diagnostic(request)));
        rendered.push(result);
    }
    diagnostics.append(schedule(project, &mut rendered, &Standing::default()));
    (rendered, diagnostics)
}
