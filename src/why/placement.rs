use crate::model::{Name, Project};
use crate::observe::Settled;
use crate::plan::Relocation;
use crate::render::{Rendered, Unfit, unfit, weight};
use crate::source::Origin;
use std::collections::BTreeSet;

/// Why a request's files go where they go.
#[derive(Clone, Debug, PartialEq)]
pub struct Placement {
    /// The labels that its promise's schedule asks for, each with the place that says it.
    pub labels: Vec<(Name, String, Option<Origin>)>,
    /// The destination that gets them; nothing where none takes them.
    pub destination: Option<Name>,
    /// Where its line pins it to that destination.
    pub pin: Option<Origin>,
    /// The destinations that it was delivered to: no more than one, but after an apply that was stopped on its way.
    pub stands: BTreeSet<Name>,
    /// Why it leaves where it was delivered to, a clause for each.
    pub leaves: Vec<String>,
    /// Every destination: the one that gets them first, then those that take them too by their score, then the others by name.
    pub candidates: Vec<Candidate>,
}

/// A destination as a request sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The destination.
    pub name: Name,
    /// The line that declares it.
    pub span: Origin,
    /// Whether it takes the request, and why not.
    pub fit: Fit,
    /// The first eight bytes of its score, in hex; of those that take a new request the highest gets it.
    pub score: String,
}

/// Whether a destination takes a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Fit {
    /// It takes it, and gets it.
    Chosen,
    /// It would take it, and another one has a higher score.
    Outscored,
    /// It would take it and has a higher score than the one that gets it: the request stays where it stands, or is pinned.
    Passed,
    /// It has other labels: what is asked for, and what it has.
    Labels(Vec<(Name, String, Option<String>)>),
    /// It has labels and is strict: it takes nothing that asks for none.
    Strict,
    /// It says `drain`.
    Drained,
}

/// Why a request is placed where it is.
pub(super) fn placement(project: &Project, rendered: &Rendered, settled: &Settled<'_>) -> Placement {
    let promise = project.promise(&rendered.request.parent);
    let place = |key: &Name| {
        let found = promise.and_then(|promise| promise.schedule.iter().find(|(other, _)| other.value == *key));
        found.map(|(key, _)| key.span)
    };
    let request = rendered.request.to_string();
    let mut candidates: Vec<([u8; 32], Candidate)> = Vec::new();
    let chosen = rendered.destination.as_ref().and_then(|name| project.destination(name));
    for destination in &project.destinations {
        let has = |key: &Name| destination.labels.get(key).and_then(|label| Some(label.as_str()?.to_owned()));
        let fit = match unfit(destination, &rendered.labels) {
            None if rendered.destination.as_ref() == Some(&destination.name.value) => Fit::Chosen,
            None if chosen.is_some_and(|chosen| weight(&request, destination) > weight(&request, chosen)) => {
                Fit::Passed
            }
            None => Fit::Outscored,
            Some(Unfit::Strict) => Fit::Strict,
            Some(Unfit::Drained) => Fit::Drained,
            Some(Unfit::Labels(keys)) => {
                let asked = rendered.labels.iter().filter(|(key, _)| keys.contains(key));
                Fit::Labels(asked.map(|(key, wanted)| (key.clone(), wanted.clone(), has(key))).collect())
            }
        };
        let weight = weight(&request, destination);
        let score = weight.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let name = destination.name.value.clone();
        candidates.push((weight, Candidate { name, span: destination.span, fit, score }));
    }
    candidates.sort_by(|(a_weight, a), (b_weight, b)| {
        let others = |fit: &Fit| matches!(fit, Fit::Labels(_) | Fit::Strict | Fit::Drained);
        let order =
            others(&a.fit).cmp(&others(&b.fit)).then_with(|| (b.fit == Fit::Chosen).cmp(&(a.fit == Fit::Chosen)));
        order.then_with(|| if others(&a.fit) { a.name.cmp(&b.name) } else { b_weight.cmp(a_weight) })
    });
    let leaves = settled.relocations.iter().filter(|one| one.request == rendered.request);
    Placement {
        labels: rendered.labels.iter().map(|(key, value)| (key.clone(), value.clone(), place(key))).collect(),
        destination: rendered.destination.clone(),
        pin: rendered.pin.as_ref().map(|pin| pin.span),
        stands: settled.standing.of(&rendered.request).clone(),
        leaves: leaves.map(Relocation::why).collect(),
        candidates: candidates.into_iter().map(|(_, candidate)| candidate).collect(),
    }
}
