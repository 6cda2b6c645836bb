//! What a consequence follows from that several changes may have: what of these decides it comes first.

use super::trace::{Hunks, Traces};
use crate::model::{Address, Json, Kind, Name};
use crate::plan::{Field, Leaving, Relocation, Transition};

/// What something follows from.
#[derive(Debug, Default)]
pub(super) struct Cause {
    /// The hunks that it stands under the first of.
    pub(super) first: Hunks,
    /// Those that it follows from as well.
    pub(super) others: Hunks,
}

impl Cause {
    /// Of some causes, the nearest first: the first that is one, and the others; where none is, what else there is.
    fn of(causes: impl IntoIterator<Item = Hunks>, other: impl FnOnce() -> Hunks) -> Self {
        let mut causes = causes.into_iter().filter(|hunks| !hunks.is_empty());
        match causes.next() {
            Some(first) => Self { first, others: causes.flatten().collect() },
            None => Self { first: other(), others: Hunks::new() },
        }
    }
}

/// What a scorecard says and judges nothing by.
const WORDS: [&str; 4] = ["title", "description", "color", "icon"];

/// A level follows from what changes of its entity, where the scorecard reads that, then from how the scorecard judges; else from what
/// the entity is one of.
pub(super) fn of_level(one: &Transition, traces: &Traces<'_>) -> Cause {
    let scorecard = Address::new(Kind::Scorecard, one.scorecard.clone());
    let judged = traces.of_fields(&scorecard, judges);
    let is_read = |field: &Field| judged.is_empty() || traces.says(&scorecard, last(&field.path));
    let read = traces.of_fields(&one.entity, is_read);
    Cause::of([read, judged], || traces.of_addresses(one.entity.above().iter()))
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
