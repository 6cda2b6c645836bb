//! Judges a whole project: one rule a file, every problem in one run.
//!
//! Takes a project whose open bodies have the shape of their blueprints. Names that the grammar knows to be
//! references or definitions are judged before, with all files' names; here is what needs the model. Never stops
//! at a problem, and never blames a thing for what another one lacks.

mod address;
mod automation;
mod branch;
mod destination_place;
mod dollar;
mod entity_relations;
mod entity_values;
mod environments;
mod externs;
mod folder;
mod found;
mod given;
mod instance;
mod keys;
mod lifecycle;
mod pattern;
mod matching;
mod more;
mod names;
mod operand;
mod other_api;
mod page;
mod old_names;
mod page_order;
mod parameters;
mod payload;
mod policy;
mod predicates;
mod place;
mod problem;
mod promise;
mod promise_apis;
mod property;
mod range;
mod proto;
mod refactoring;
mod renamed;
mod references;
mod relation;
mod request_values;
mod size;
mod requirements;
mod selectors;
mod sets;
mod store_place;
mod subject;
mod validator;
mod walk;
mod words;
mod worked_out;
mod yaml;

pub use lifecycle::missing_field;
pub use size::too_many_looks_at_files;

use crate::diag::{Diagnostic, Diagnostics};
use crate::model::{Address, Project};
use rayon::prelude::*;

/// A rule: the problems that it finds in a project, in the project's order.
type Rule = fn(&Project) -> Vec<Diagnostic>;

/// Every rule.
const RULES: &[Rule] = &[
    property::check,
    parameters::check,
    environments::check,
    relation::check,
    worked_out::check,
    automation::check,
    entity_values::check,
    entity_relations::check,
    references::check,
    predicates::check,
    policy::check,
    payload::check,
    page::check,
    old_names::check,
    page_order::check,
    place::check,
    promise::check,
    promise_apis::check,
    requirements::check,
    request_values::check,
    folder::check,
    externs::check,
    address::check,
    branch::check,
    selectors::check,
    other_api::check,
    sets::check,
    store_place::check,
    destination_place::check,
    given::check,
    lifecycle::check,
    refactoring::check,
    renamed::check,
];

/// Every problem of a project that reading its text alone does not show.
pub fn check(project: &Project) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    // What is too much to look at would be looked at by the rules.
    diagnostics.extend(size::too_much(project).into_iter().chain(pattern::too_many(project)));
    // What is matched is measured by paths and expressions that are not too much themselves.
    if diagnostics.is_empty() {
        diagnostics.extend(matching::too_much(project));
    }
    if !diagnostics.is_empty() {
        return diagnostics.sorted();
    }
    let found: Vec<Diagnostic> = RULES.par_iter().flat_map_iter(|rule| rule(project)).collect();
    diagnostics.extend(found);
    diagnostics.sorted()
}

/// The problems of the entities and requests alone: of objects of a catalog, which may be nobody's. `others` are objects that are
/// there and are not to be judged. The problems are in no particular order.
pub fn check_objects(project: &Project, others: &[&Address]) -> Vec<Diagnostic> {
    let mut found = entity_values::check(project);
    found.extend(entity_relations::check_beside(project, others));
    found.extend(references::check(project));
    found.extend(request_values::check(project));
    found
}

#[cfg(test)]
mod tests;
