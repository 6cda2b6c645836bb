use super::policy::{self, Judgement};
use super::scene::Scene;
use super::{Failure, manifest};
use crate::diag::suggest;
use crate::model::{Expectation, Name, Value};
use crate::scorecard::{Scores, Truth};
use crate::source::Origin;
use serde_json::Value as Json;

/// What is otherwise than expected; nothing where it holds.
pub(super) fn judge(expectation: &Expectation, world: &Scene) -> Option<Failure> {
    let (span, message, diff) = match expectation {
        Expectation::Resource { span, kind, name, body } => {
            let (message, diff) = resource(kind, name, body, world)?;
            (*span, message, diff)
        }
        Expectation::NoResource { span, kind, name } => {
            let there = world.manifests.iter().any(|one| manifest::is(one, kind, name));
            (*span, there.then(|| format!("there is a resource `{}` `{}`", kind.value, name.value))?, None)
        }
        Expectation::Destination { span, request, destination } => (*span, goes_to(request, destination, world)?, None),
        Expectation::Level { span, scorecard, entity, level } => {
            (*span, reaches(scorecard, entity, level, world)?, None)
        }
        Expectation::Rule { span, scorecard, rule, entity, result } => {
            (*span, ends(&Ruling { scorecard, rule, entity, result }, world)?, None)
        }
        Expectation::Policy { span, policy, name, result } => {
            (*span, policy::ends(&Judgement { policy, name, result }, world)?, None)
        }
        Expectation::Error { span, code } => (*span, rejected(code, world)?, None),
    };
    Some(failure(span, message, diff))
}

fn failure(span: Origin, message: String, diff: Option<String>) -> Failure {
    Failure { span, message, diff }
}

fn resource(kind: &Name, name: &Name, body: &Value, world: &Scene) -> Option<(String, Option<String>)> {
    let expected = manifest::json(body);
    let named: Vec<&Json> = world.manifests.iter().filter(|one| manifest::is(one, kind, name)).collect();
    if named.iter().any(|actual| manifest::holds(actual, &expected)) {
        return None;
    }
    match named.first() {
        Some(actual) => {
            let diff = manifest::diff(&expected, &manifest::part(actual, &expected));
            Some((format!("`{kind}` `{name}` is otherwise"), Some(diff)))
        }
        None => Some((no_resource(kind, name, world), None)),
    }
}

fn no_resource(kind: &Name, name: &Name, world: &Scene) -> String {
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let known: Vec<String> = world
        .manifests
        .iter()
        .map(|one| format!("{} {}", text(&one["kind"]), text(&one["metadata"]["name"])))
        .collect();
    let message = format!("there is no resource `{kind}` `{name}`");
    match suggest(&format!("{kind} {name}"), known.iter().map(String::as_str)) {
        _ if known.is_empty() => format!("{message}: nothing is rendered"),
        Some(near) => format!("{message}; there is `{near}`"),
        None => format!("{message}; there are: {}", known.iter().take(10).cloned().collect::<Vec<_>>().join(", ")),
    }
}

fn goes_to(request: &Name, destination: &Name, world: &Scene) -> Option<String> {
    let named = world.rendered.iter().filter(|one| one.request.namespaced().1 == &**request);
    let chosen: Vec<Option<&Name>> = named.map(|one| one.destination.as_ref()).collect();
    if chosen.contains(&Some(destination)) {
        return None;
    }
    Some(match chosen.first() {
        None => format!("there is no request `{request}`"),
        Some(None) => format!("no destination takes `{request}`"),
        Some(Some(other)) => format!("`{request}` goes to `{other}`, not to `{destination}`"),
    })
}

/// The result of a scorecard, and the index of an entity in it.
fn score<'w>(scorecard: &Name, entity: &Name, world: &'w Scene) -> Result<(&'w Scores, usize), String> {
    let found = world.scores.iter().find(|scores| scores.scorecard == *scorecard);
    let scores = found.ok_or_else(|| format!("there is no scorecard `{scorecard}`"))?;
    let row = scores.entities.iter().position(|score| score.address.namespaced().1 == &**entity);
    row.map(|row| (scores, row)).ok_or_else(|| format!("`{scorecard}` does not judge `{entity}`"))
}

fn reaches(scorecard: &Name, entity: &Name, level: &Name, world: &Scene) -> Option<String> {
    let (scores, row) = match score(scorecard, entity, world) {
        Ok(found) => found,
        Err(message) => return Some(message),
    };
    let reached = scores.entities.get(row).and_then(|score| scores.levels.get(score.level?));
    let reached = reached.map_or("none", |level| level);
    if reached == &**level {
        return None;
    }
    let stops: Vec<&str> = scores
        .rules
        .iter()
        .enumerate()
        .filter(|(rule, _)| scores.truth(row, *rule) != Truth::Pass)
        .map(|(_, (name, _))| &**name)
        .collect();
    let why = if stops.is_empty() { String::new() } else { format!(" (not passed: {})", stops.join(", ")) };
    Some(format!("`{entity}` reaches `{reached}`, not `{level}`{why}"))
}

/// What is expected of a rule.
struct Ruling<'e> {
    scorecard: &'e Name,
    rule: &'e Name,
    entity: &'e Name,
    result: &'e Name,
}

fn ends(ruling: &Ruling<'_>, world: &Scene) -> Option<String> {
    let Ruling { scorecard, rule, entity, result } = ruling;
    let (scores, row) = match score(scorecard, entity, world) {
        Ok(found) => found,
        Err(message) => return Some(message),
    };
    let Some(index) = scores.rules.iter().position(|(name, _)| name == *rule) else {
        return Some(format!("`{scorecard}` has no rule `{rule}`"));
    };
    let ended = match scores.truth(row, index) {
        Truth::Pass => "pass",
        Truth::Fail => "fail",
        Truth::Unknown => "unknown",
    };
    (ended != &***result).then(|| format!("`{rule}` ends in {ended} for `{entity}`, not in {result}"))
}

fn rejected(code: &Name, world: &Scene) -> Option<String> {
    if world.errors.iter().any(|error| *error.code.id == **code) {
        return None;
    }
    let found: Vec<&str> = world.errors.iter().map(|error| error.code.id).collect();
    Some(match found.as_slice() {
        [] => format!("what is given is accepted, and {code} was expected"),
        _ => format!("what is given is rejected with {}, not with {code}", found.join(", ")),
    })
}
