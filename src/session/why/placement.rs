use crate::model::{Name, Project};
use crate::render::{Rendered, takes, weight};
use crate::source::Span;

/// Why a request's files go where they go.
#[derive(Clone, Debug, PartialEq)]
pub struct Placement {
    /// The labels that its promise's schedule asks for, each with the place that says it.
    pub labels: Vec<(Name, String, Option<Span>)>,
    /// The destination that gets them; nothing where none takes them.
    pub destination: Option<Name>,
    /// Every destination: the one that gets them first, then those that take them too by their score, then the others by name.
    pub candidates: Vec<Candidate>,
}

/// A destination as a request sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The destination.
    pub name: Name,
    /// The line that declares it.
    pub span: Span,
    /// Whether it takes the request, and why not.
    pub fit: Fit,
    /// The first eight bytes of its score, in hex; of those that take the request the highest gets it.
    pub score: String,
}

/// Whether a destination takes a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Fit {
    /// It takes it, and gets it.
    Chosen,
    /// It would take it, and another one has a higher score.
    Outscored,
    /// It has other labels: what is asked for, and what it has.
    Labels(Vec<(Name, String, Option<String>)>),
    /// It has labels and is strict: it takes nothing that asks for none.
    Strict,
}

/// Why a request is placed where it is.
pub(super) fn placement(project: &Project, rendered: &Rendered) -> Placement {
    let promise = project.promise(&rendered.request.parent);
    let place = |key: &Name| {
        let found = promise.and_then(|promise| promise.schedule.iter().find(|(other, _)| other.value == *key));
        found.map(|(key, _)| key.span)
    };
    let request = rendered.request.to_string();
    let mut candidates: Vec<([u8; 32], Candidate)> = Vec::new();
    for destination in &project.destinations {
        let has = |key: &Name| destination.labels.get(key).and_then(|label| Some(label.as_str()?.to_owned()));
        let fit = match (takes(destination, &rendered.labels), rendered.labels.is_empty()) {
            (true, _) if rendered.destination.as_ref() == Some(&destination.name.value) => Fit::Chosen,
            (true, _) => Fit::Outscored,
            (false, true) => Fit::Strict,
            (false, false) => {
                let labels = rendered.labels.iter().map(|(key, wanted)| (key.clone(), wanted.clone(), has(key)));
                Fit::Labels(labels.filter(|(_, wanted, has)| has.as_ref() != Some(wanted)).collect())
            }
        };
        let weight = weight(&request, destination);
        let score = weight.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let name = destination.name.value.clone();
        candidates.push((weight, Candidate { name, span: destination.span, fit, score }));
    }
    candidates.sort_by(|(a_weight, a), (b_weight, b)| {
        let others = |fit: &Fit| matches!(fit, Fit::Labels(_) | Fit::Strict);
        let order = others(&a.fit).cmp(&others(&b.fit));
        order.then_with(|| if others(&a.fit) { a.name.cmp(&b.name) } else { b_weight.cmp(a_weight) })
    });
    Placement {
        labels: rendered.labels.iter().map(|(key, value)| (key.clone(), value.clone(), place(key))).collect(),
        destination: rendered.destination.clone(),
        candidates: candidates.into_iter().map(|(_, candidate)| candidate).collect(),
    }
}
