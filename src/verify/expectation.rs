use super::policy;
use super::scene::Scene;
use super::{Failure, manifest};
use crate::diag::suggest;
use crate::model::{Expectation, Name, Value};
use crate::scorecard::{Scores, Truth};
use crate::source::Spanned;
use serde_json::Value as Json;

/// What is otherwise than expected; nothing where it holds.
pub(super) fn judge(expectation: &Spanned<Expectation>, world: &Scene) -> Option<Failure> {
    let span = expectation.span;
    let message = match &expectation.value {
        Expectation::Resource { kind, name, body } => {
            let (message, diff) = resource(kind, name, body, world)?;
            return Some(Failure { span, message, diff });
        }
        Expectation::NoResource { kind, name } => {
            let there = world.manifests.iter().any(|one| manifest::is(one, kind, name));
            there.then(|| format!("there is a resource `{}` `{}`", kind.value, name.value))
        }
        Expectation::Destination { request, destination } => goes_to(request, destination, world),
        Expectation::Level { scorecard, entity, level } => reaches(scorecard, entity, level, world).err(),
        Expectation::Rule { scorecard, rule, entity, result } => ends(scorecard, rule, entity, result, world).err(),
        Expectation::Policy { policy, name, result } => policy::ends(policy, name, result, world),
        Expectation::Error(code) => rejected(code, world),
    };
    message.map(|message| Failure { span, message, diff: None })
}

fn resource(kind: &Name, name: &Name, body: &Value, world: &Scene) -> Option<(String, Option<String>)> {
    let expected = manifest::json(body);
    let named: Vec<&Json> = world.manifests.iter().filter(|one| manifest::is(one, kind, name)).collect();
    if named.iter().any(|actual| manifest::holds(actual, &expected)) {
        return None;
    }
    match named.first() {
        Some(actual) => {
            let diff = manifest::diff(kind, &expected, &manifest::part(actual, &expected));
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
    let requests = world.rendered.iter().filter(|one| one.is_of_request());
    let named = requests.filter(|one| one.request.namespaced().1 == &**request);
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

fn reaches(scorecard: &Name, entity: &Name, level: &Name, world: &Scene) -> Result<(), String> {
    let (scores, row) = score(scorecard, entity, world)?;
    let reached = scores.entities.get(row).and_then(|score| scores.levels.get(score.level?));
    let reached = reached.map_or("none", |level| level);
    if reached == &**level {
        return Ok(());
    }
    let stops: Vec<&str> = scores
        .rules
        .iter()
        .enumerate()
        .filter(|(rule, _)| scores.truth(row, *rule) != Truth::Pass)
        .map(|(_, (name, _))| &**name)
        .collect();
    let why = if stops.is_empty() { String::new() } else { format!(" (not passed: {})", stops.join(", ")) };
    Err(format!("`{entity}` reaches `{reached}`, not `{level}`{why}"))
}

fn ends(scorecard: &Name, rule: &Name, entity: &Name, result: &Name, world: &Scene) -> Result<(), String> {
    let (scores, row) = score(scorecard, entity, world)?;
    let index = scores.rules.iter().position(|(name, _)| name == rule);
    let index = index.ok_or_else(|| format!("`{scorecard}` has no rule `{rule}`"))?;
    let ended = scores.truth(row, index).word();
    if ended == &**result { Ok(()) } else { Err(format!("`{rule}` ends in {ended} for `{entity}`, not in {result}")) }
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
