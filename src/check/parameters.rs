//! What is given to templates fits what they ask for.

use super::problem::Bearer;
use super::property;
use super::validator::{Completeness, Validator};
use crate::diag::Diagnostic;
use crate::model::{Arguments, Parameters, Project};
use rayon::prelude::*;

/// The problems of all parameters, and of all that is given for them.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for Parameters { kind, name, list, given } in &project.parameters {
        property::list(list, kind, name, &mut diagnostics);
        let validator = Validator::new(list, Completeness::Whole);
        let problems = |given: &Arguments| {
            let place = Bearer {
                kind,
                name: &name.value,
                span: given.span,
                declared: name.span,
                words: &[],
                group: "",
                relations: &[],
            };
            validator.check(&given.values, &place)
        };
        diagnostics.extend(given.par_iter().flat_map_iter(problems).collect::<Vec<_>>());
    }
    diagnostics
}
