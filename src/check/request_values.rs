//! The values of requests fit the API of their promise.

use super::problem::Bearer;
use super::validator::{Completeness, Validator};
use crate::diag::Diagnostic;
use crate::model::{Project, Request};
use rayon::prelude::*;
use std::collections::HashMap;

/// The problems of all requests' values. A request of a promise that is not there is judged elsewhere.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let mut validators: HashMap<&str, Validator<'_>> = HashMap::new();
    for promise in &project.promises {
        if let Some(api) = &promise.api {
            validators.entry(&promise.name.value).or_insert_with(|| Validator::new(&api.fields, Completeness::Whole));
        }
    }
    let problems = |request: &Request| {
        let place = Bearer {
            kind: &request.promise.value,
            name: &request.name.value,
            span: request.span,
            words: Request::WORDS,
            group: "spec",
            relations: &[],
        };
        let validator = validators.get(&*request.promise.value);
        validator.map(|validator| validator.check(&request.spec, &place)).unwrap_or_default()
    };
    project.requests.par_iter().flat_map_iter(problems).collect()
}
