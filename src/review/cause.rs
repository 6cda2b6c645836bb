//! What a consequence follows from that several changes may have: what of these decides it comes first.

use super::trace::{Cause, Hunks, Traces};
use crate::model::{Address, FieldPath, Json, Kind, Leaf, Name, Predicate};
use crate::plan::{Field, Leaving, Relocation, Transition, Violation};

/// What a scorecard says and judges nothing by.
const WORDS: [&str; 4] = ["title", "description", "color", "icon"];

/// A level follows from what the entity comes or goes by; of one that stays from what changes of it, where the scorecard reads that, then from
/// how the scorecard judges, then from what changes of those that the scorecard reads through its relations; else from what it is one of.
pub(super) fn of_level(one: &Transition, traces: &Traces<'_>) -> Cause {
    if let Some(end) = traces.of_end(&one.entity) {
        return end.into();
    }
    let cards = traces.projects.into_iter().flat_map(|project| &project.scorecards);
    let cards = cards.filter(|card| *card.name.value == *one.scorecard);
    let conditions =
        cards.flat_map(|card| card.only_for.iter().chain(card.rules().filter_map(|(_, rule)| rule.predicate.as_ref())));
    let read = fields(conditions);
    let judged = traces.of_fields(&Address::new(Kind::Scorecard, one.scorecard.clone()), judges);
    let causes = [of_read(&one.entity, &read, traces), judged, of_related(&one.entity, &read, traces)];
    Cause::of(causes, || traces.of_addresses(one.entity.above().iter()))
}

/// What breaks a policy does so because of its own change, because of one of those that the policy reads through its relations, or because of the
/// policy's.
pub(super) fn of_violation(one: &Violation, traces: &Traces<'_>) -> Cause {
    let policies = traces.projects.into_iter().flat_map(|project| &project.policies);
    let policies = policies.filter(|policy| *policy.name.value == *one.policy);
    let read = fields(policies.flat_map(|policy| policy.when.iter().chain(&policy.require)));
    let thing = one.thing.as_ref().map(|thing| traces.of_thing(thing)).unwrap_or_default();
    let related = one.thing.as_ref().and_then(|thing| thing.object()).map(|object| of_related(object, &read, traces));
    let policy = traces.of_address(&Address::new(Kind::Policy, one.policy.as_str().into()));
    let places = || traces.of_places(one.source.iter().filter(|_| !one.known));
    Cause::of([thing, related.unwrap_or_default(), policy].into_iter().find(|hunks| !hunks.is_empty()), places)
}

/// All that some conditions read.
fn fields<'p>(conditions: impl Iterator<Item = &'p Predicate>) -> Vec<FieldPath> {
    let tests = conditions.flat_map(Predicate::tests);
    tests.flat_map(|test| test.fields().map(|field| field.value).collect::<Vec<_>>()).collect()
}

/// What changes of an object, as far as it is read.
fn of_read(object: &Address, read: &[FieldPath], traces: &Traces<'_>) -> Hunks {
    traces.of_fields(object, |field| read.iter().any(|path| is_step(field, step(path, 0))))
}

/// What changes of those that a way through the relations of an entity leads to, as far as it is read.
fn of_related(entity: &Address, read: &[FieldPath], traces: &Traces<'_>) -> Hunks {
    let mut found = Hunks::new();
    for side in (0..traces.projects.len()).filter(|_| entity.kind == Kind::Entity) {
        for path in read {
            let mut here = vec![entity.clone()];
            for (index, relation) in path.way.iter().enumerate() {
                here = here.iter().flat_map(|one| targets(traces, side, one, relation)).collect();
                let of_one = |one| traces.of_fields(one, |field| is_step(field, step(path, index + 1)));
                found.extend(here.iter().flat_map(of_one));
            }
        }
    }
    found
}

/// What a relation of an entity points at on a side.
fn targets(traces: &Traces<'_>, side: usize, entity: &Address, relation: &str) -> Vec<Address> {
    let blueprint = traces.projects[side].blueprint(&entity.parent);
    let target = blueprint.and_then(|blueprint| blueprint.relation(relation));
    let of = traces.entity(side, entity).and_then(|one| one.relations.get(relation));
    let (Some(target), Some(of)) = (target, of) else { return Vec::new() };
    let names: Vec<&str> = match of.value.as_array() {
        Some(items) => items.iter().filter_map(|item| item.value.as_str()).collect(),
        None => of.value.as_str().into_iter().collect(),
    };
    names.into_iter().map(|name| Address::below(Kind::Entity, target.target.value.clone(), name.into())).collect()
}

/// The name at a place of what is read, as fields have it; nothing where it may be any.
fn step(path: &FieldPath, index: usize) -> Option<&str> {
    let metadata =
        Leaf::METADATA.iter().find(|(_, leaf)| *leaf == path.leaf).map(|(word, _)| word.trim_start_matches('$'));
    match path.way.get(index) {
        Some(name) => Some(name),
        None => path.leaf.name().map(|name| &**name).or(metadata),
    }
}

/// Whether a field has a name in its path.
fn is_step(field: &Field, name: Option<&str>) -> bool {
    name.is_none_or(|name| steps(&field.path).any(|step| step == name))
}

/// Whether a scorecard may judge otherwise because a field of it changes.
fn judges(field: &Field) -> bool {
    let is_word = |path: &str| WORDS.contains(&last(path));
    if field.parts.is_empty() { !is_word(&field.path) } else { field.parts.iter().any(|part| !is_word(&part.path)) }
}

/// A request moves because of what it asks for, what its promise does, or what the destinations offer, as far as the plan says it does.
pub(super) fn of_move(one: &Relocation, traces: &Traces<'_>) -> Cause {
    let destination = |name: &Name| Address::new(Kind::Destination, name.clone());
    let store = |name: &Name| Address::new(Kind::StateStore, name.clone());
    let (request, from, to) = (&one.request, destination(&one.from), destination(&one.to));
    let promise = request.above();
    let all = || traces.of_addresses([request, &from, &to]);
    let causes: Vec<Hunks> = match &one.because {
        Leaving::Labels(keys) => {
            let is_about = |field: &Field| keys.iter().any(|key| is_of(field, key));
            let asked = [Some(request), promise.as_ref(), Some(&from), Some(&to)].into_iter().flatten();
            let mut asked: Vec<Hunks> = asked.map(|address| traces.of_fields(address, is_about)).collect();
            asked.push(traces.of_address(request));
            asked
        }
        Leaving::Pinned => vec![traces.of_address(request), traces.of_addresses(&promise), traces.of_address(&to)],
        Leaving::Gone | Leaving::Strict | Leaving::Drained | Leaving::Bucket | Leaving::Aggregated => {
            vec![traces.of_address(&from)]
        }
        Leaving::StoreLeft(name) | Leaving::StoreMoved(name) => {
            vec![traces.of_address(&store(name)), traces.of_address(&from)]
        }
        Leaving::StoreChanged { .. } => vec![traces.of_address(&from)],
        Leaving::Rebalanced | Leaving::Unfinished => Vec::new(),
    };
    Cause::of(causes, all)
}

/// Whether a field, or what differs in it, is that of a label.
fn is_of(field: &Field, label: &str) -> bool {
    let has = |path: &str| steps(path).any(|step| step == label);
    let holds = |side: &Option<Json>| {
        let body = side.as_ref().and_then(|side| side.0.as_object());
        body.is_some_and(|body| body.get(label).is_some())
    };
    let is_whole = field.parts.is_empty() && (holds(&field.before) || holds(&field.after));
    has(&field.path) || field.parts.iter().any(|part| has(&part.path)) || is_whole
}

fn last(path: &str) -> &str {
    steps(path).next_back().unwrap_or(path)
}

fn steps(path: &str) -> impl DoubleEndedIterator<Item = &str> {
    path.split(['.', ' ']).filter(|step| !step.is_empty())
}
