//! The values of requests fit the API of their promise.

use super::problem::Bearer;
use super::validator::Validator;
use crate::diag::Diagnostic;
use crate::model::{Project, Request};
use crate::source::Origin;
use rayon::prelude::*;
use std::collections::HashMap;

/// The problems of all requests' values. A request of a promise that is not there is judged elsewhere.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let mut validators: HashMap<&str, (Origin, Validator<'_>)> = HashMap::new();
    for promise in &project.promises {
        if let Some(api) = &promise.api {
            let validator = || (promise.span, Validator::of_api(api));
            validators.entry(&promise.name.value).or_insert_with(validator);
        }
    }
    let problems = |request: &Request| {
        let Some((declared, validator)) = validators.get(&*request.promise.value) else { return Vec::new() };
        let place = Bearer {
            kind: &request.promise.value,
            name: &request.name.value,
            span: request.span,
            declared: *declared,
            words: Request::WORDS,
            group: "spec",
            relations: &[],
        };
        validator.check(&request.spec, &place)
    };
    project.requests.par_iter().flat_map_iter(problems).collect()
}
