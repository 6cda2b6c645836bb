//! What the destinations of a promise get besides what is asked for: each that may take its requests.

use super::Rendered;
use super::budget::Budget;
use super::program::Program;
use super::run::{Ran, run};
use super::unfit::{Asked, unfit_asked};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::model::{Address, Dependencies, Destination, Kind, Map, Name, Project, Promise, Request};
use crate::source::Spanned;
use rayon::prelude::*;

/// What each of a project's own promises needs, once for each destination that may take its requests, in the order of the two. What others own is
/// delivered by them.
pub(super) fn all(project: &Project, budget: &Budget) -> (Vec<Rendered>, Diagnostics) {
    let own = project.promises.par_iter().filter(|promise| !project.externs.holds(promise.span));
    let ran: Vec<_> = own
        .filter_map(|promise| {
            let dependencies = promise.dependencies.as_ref().filter(|_| !budget.is_overspent())?;
            let program = Program::of_dependencies(promise, &dependencies.steps, project.kinds_for(promise));
            let ran = run(&program, &nobody(promise, dependencies));
            let takers: Vec<&Destination> = takers(project, promise).collect();
            // They are files at each of them.
            budget.spend(ran.cost.saturating_mul(takers.len().max(1)));
            Some((promise, dependencies, ran, takers))
        })
        .collect();
    let (mut all, mut diagnostics) = (Vec::new(), Diagnostics::default());
    if budget.is_overspent() {
        return (all, diagnostics);
    }
    for (promise, dependencies, Ran { rendered, problems, .. }, takers) in ran {
        let whose = (dependencies.span, "in these dependencies");
        diagnostics.extend(problems.iter().map(|problem| problem.diagnostic(whose)));
        let rendered = Rendered { request: Address::new(Kind::Promise, promise.name.value.clone()), ..rendered };
        if takers.is_empty() && !rendered.files.is_empty() && !project.destinations.is_empty() {
            diagnostics.extend([homeless(promise, dependencies)]);
        }
        let at = |taker: &Destination| Rendered { destination: Some(taker.name.value.clone()), ..rendered.clone() };
        all.extend(takers.into_iter().map(at));
    }
    (all, diagnostics)
}

/// The destinations that may take requests of a promise, whatever these ask for.
fn takers<'p>(project: &'p Project, promise: &'p Promise) -> impl Iterator<Item = &'p Destination> {
    let asked = Asked::of(promise);
    project.destinations.iter().filter(move |destination| unfit_asked(project, destination, &asked).is_none())
}

/// What the dependencies of a promise are run for, as steps are run for something: nothing of it is in their scope.
fn nobody(promise: &Promise, dependencies: &Dependencies) -> Request {
    let named = |name: Name| Spanned::new(name, dependencies.span);
    Request {
        promise: promise.name.clone(),
        name: promise.name.clone(),
        namespace: named(Name::from("default")),
        title: None,
        teams: Vec::new(),
        labels: Map::default(),
        destination: None,
        span: dependencies.span,
        spec: Map::default(),
        beyond: None,
        lifecycle: None,
    }
}

/// That nothing takes what a promise depends on.
fn homeless(promise: &Promise, dependencies: &Dependencies) -> Diagnostic {
    let message = format!("no destination takes what `{}` depends on", promise.name.value);
    let mut diagnostic = Diagnostic::warning(code::NO_DESTINATION, dependencies.span, message);
    if let Some((key, _)) = promise.schedule.first() {
        diagnostic = diagnostic.because_of(key.span, "the labels that it asks for");
    }
    diagnostic.help("it is delivered as soon as there is a destination with these labels")
}
