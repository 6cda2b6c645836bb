use crate::model::{Destination, Name};
use crate::observe::Settled;
use crate::plan::{Place, Relocation};
use crate::render::{OutOfUse, Rendered, Unfit, unfit, weight};
use crate::workspace::Loaded;
use serde::Serialize;
use std::collections::BTreeSet;

/// Why a request's files go where they go.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Placement {
    /// The labels that its promise's schedule asks for.
    pub labels: Vec<Label>,
    /// The destination that gets them; nothing where none takes them.
    pub destination: Option<Name>,
    /// Where its line pins it to that destination.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pinned: Option<Place>,
    /// The destinations that it was delivered to: no more than one, but after an apply that was stopped on its way.
    pub stands: BTreeSet<Name>,
    /// Why it leaves where it was delivered to, a clause for each.
    pub leaves: Vec<String>,
    /// Every destination: the one that gets them first, then those that take them too by their score, then the others by name.
    pub candidates: Vec<Candidate>,
}

/// A label that is asked for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Label {
    /// Its key.
    pub label: Name,
    /// Its value.
    pub value: String,
    /// The place that asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// A destination as a request sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Candidate {
    /// The destination.
    pub destination: Name,
    /// The line that declares it.
    pub place: Place,
    /// Whether it takes the request.
    pub fit: Fit,
    /// That in words, and why not.
    pub reason: String,
    /// The first eight bytes of its score, in hex; of those that take a new request the highest gets it.
    pub score: String,
}

/// Whether a destination takes a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fit {
    /// It takes it, and gets it.
    Chosen,
    /// It would take it, and another one has a higher score.
    Outscored,
    /// It would take it and has a higher score than the one that gets it: the request stays where it stands, or is pinned.
    Passed,
    /// It has other labels than are asked for.
    Labels,
    /// It has labels and is strict: it takes nothing that asks for none.
    Strict,
    /// It says `drain`.
    Drained,
    /// It lies in a bucket, which plat does not write to.
    Bucket,
    /// All in it is one file, which plat does not write.
    Aggregated,
}

/// Why a request is placed where it is.
pub(super) fn placement(loaded: &Loaded, rendered: &Rendered, settled: &Settled<'_>) -> Placement {
    let (project, place) = (&loaded.project, |span| Place::of(span, &loaded.sources));
    let promise = project.promise(&rendered.request.parent);
    let asked = |key: &Name| {
        let found = promise.and_then(|promise| promise.schedule.iter().find(|(other, _)| other.value == *key));
        found.map(|(key, _)| place(key.span))
    };
    let request = rendered.request.to_string();
    let mut candidates: Vec<([u8; 32], Candidate)> = Vec::new();
    let chosen = rendered.destination.as_ref().and_then(|name| project.destination(name));
    for destination in &project.destinations {
        let score = weight(&request, destination);
        let (fit, reason) = match unfit(project, destination, &rendered.labels) {
            None if rendered.destination.as_ref() == Some(&destination.name.value) => (Fit::Chosen, String::new()),
            None if chosen.is_some_and(|chosen| score > weight(&request, chosen)) => (Fit::Passed, String::new()),
            None => (Fit::Outscored, String::new()),
            Some(Unfit::Strict) => (Fit::Strict, "no: it is strict about its labels, and none is asked for".to_owned()),
            Some(Unfit::OutOfUse(OutOfUse::Drained)) => (Fit::Drained, "no: it is drained".to_owned()),
            Some(Unfit::OutOfUse(OutOfUse::Bucket)) => {
                (Fit::Bucket, "no: it lies in a bucket, which plat does not write to".to_owned())
            }
            Some(Unfit::OutOfUse(OutOfUse::Aggregated)) => {
                (Fit::Aggregated, "no: it keeps all in one file, which plat does not write".to_owned())
            }
            Some(Unfit::Labels(keys)) => (Fit::Labels, lacks(destination, &rendered.labels, &keys)),
        };
        let digits = score.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let (name, place) = (destination.name.value.clone(), place(destination.span));
        candidates.push((score, Candidate { destination: name, place, fit, reason, score: digits }));
    }
    let takes = |fit: Fit| matches!(fit, Fit::Chosen | Fit::Outscored | Fit::Passed);
    candidates.sort_by(|(a_score, a), (b_score, b)| {
        let order = takes(b.fit).cmp(&takes(a.fit)).then_with(|| (b.fit == Fit::Chosen).cmp(&(a.fit == Fit::Chosen)));
        order.then_with(|| if takes(a.fit) { b_score.cmp(a_score) } else { a.destination.cmp(&b.destination) })
    });
    let mut candidates: Vec<Candidate> = candidates.into_iter().map(|(_, candidate)| candidate).collect();
    let any = |wanted: Fit| candidates.iter().any(|candidate| candidate.fit == wanted);
    let (passed, outscored, is_pinned) = (any(Fit::Passed), any(Fit::Outscored), rendered.pin.is_some());
    for candidate in candidates.iter_mut().filter(|candidate| takes(candidate.fit)) {
        candidate.reason = String::from(match candidate.fit {
            Fit::Chosen if !outscored && !passed => "yes, and no other one does",
            Fit::Chosen if is_pinned => "yes, and the request is pinned to it",
            Fit::Chosen if passed => "yes, and the request stands there",
            Fit::Chosen => "yes, and has the highest score",
            Fit::Passed if is_pinned => "yes, and the request is pinned to another one",
            Fit::Passed => "yes, and the request stays where it stands",
            Fit::Outscored | Fit::Labels | Fit::Strict | Fit::Drained | Fit::Bucket | Fit::Aggregated => {
                "yes, and another one has a higher score"
            }
        });
    }
    let label = |(key, value): &(Name, String)| Label { label: key.clone(), value: value.clone(), place: asked(key) };
    let leaves = settled.relocations.iter().filter(|one| one.request == rendered.request);
    Placement {
        labels: rendered.labels.iter().map(label).collect(),
        destination: rendered.destination.clone(),
        pinned: rendered.pin.as_ref().map(|pin| place(pin.span)),
        stands: settled.standing.of(&rendered.request).clone(),
        leaves: leaves.map(Relocation::why).collect(),
        candidates,
    }
}

/// Which labels a destination has otherwise than it is asked for.
fn lacks(destination: &Destination, asked: &[(Name, String)], keys: &[Name]) -> String {
    let asked = asked.iter().filter(|(key, _)| keys.contains(key));
    let label = |(key, wanted): &(Name, String)| match destination.labels.get(key).and_then(|label| label.as_str()) {
        Some(has) => format!("{key} is {has}, not {wanted}"),
        None => format!("it has no label {key}"),
    };
    format!("no: {}", asked.map(label).collect::<Vec<_>>().join(", "))
}
