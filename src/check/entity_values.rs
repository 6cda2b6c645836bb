//! The values of entities fit their blueprint.

use super::problem::Bearer;
use super::validator::{Completeness, Validator};
use crate::diag::Diagnostic;
use crate::model::{Blueprint, Entity, Project};
use rayon::prelude::*;
use std::collections::HashMap;

/// A blueprint, compiled.
struct Judge<'p> {
    blueprint: &'p Blueprint,
    validator: Validator<'p>,
}

/// The problems of all entities' values. An entity of a blueprint that is not there is judged elsewhere.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let blueprints = project.blueprints.par_iter();
    let validators: Vec<Validator<'_>> =
        blueprints.map(|blueprint| Validator::new(&blueprint.properties, Completeness::Whole)).collect();
    let mut judges: HashMap<&str, Judge<'_>> = HashMap::with_capacity(validators.len());
    for (blueprint, validator) in project.blueprints.iter().zip(validators) {
        judges.entry(&blueprint.name.value).or_insert(Judge { blueprint, validator });
    }
    let problems = |entity: &Entity| {
        let judge = judges.get(&*entity.blueprint.value);
        judge.map(|judge| problems(entity, judge)).unwrap_or_default()
    };
    let mut found: Vec<Diagnostic> = project.entities.par_iter().flat_map_iter(problems).collect();
    // What entities take over is told at its own place, whether there are any or not.
    for defaults in &project.defaults {
        if let Some(blueprint) = project.blueprint(&defaults.blueprint.value) {
            let validator = Validator::new(&blueprint.properties, Completeness::Part);
            found.extend(self::problems(defaults, &Judge { blueprint, validator }));
        }
    }
    found
}

fn problems(entity: &Entity, judge: &Judge<'_>) -> Vec<Diagnostic> {
    let place = Bearer {
        kind: &entity.blueprint.value,
        name: &entity.name.value,
        span: entity.span,
        declared: judge.blueprint.span,
        words: Entity::WORDS,
        group: "properties",
        relations: &judge.blueprint.relations,
    };
    judge.validator.check(&entity.properties, &place)
}
