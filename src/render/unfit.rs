//! Why a destination does not take what a request delivers.

use crate::model::{Destination, Layout, Name, Project, Promise, Template};
use std::collections::HashMap;

/// Why a destination does not take what asks for labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It lacks labels that are asked for, or has them with another value: their keys.
    Labels(Vec<Name>),
    /// It has labels, is strict about them, and none is asked for.
    Strict,
    /// It takes nothing, whatever is asked for.
    OutOfUse(OutOfUse),
}

/// Why a destination takes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutOfUse {
    /// It says `drain`.
    Drained,
    /// It lies in a bucket, which plat does not write to.
    Bucket,
    /// All in it is one file, which plat does not write.
    Aggregated,
}

impl OutOfUse {
    /// What is said of the destination, behind its name.
    pub(super) fn why(self) -> &'static str {
        match self {
            Self::Bucket => "lies in a bucket, which plat does not write to",
            Self::Aggregated => "keeps all in one file, which plat does not write",
            Self::Drained => "says `drain`",
        }
    }
}

/// Why a destination does not take what asks for labels; nothing where it does. As Kratix has it, it must carry them all with
/// equal values; what asks for none goes anywhere but to a destination with labels that is strict about them.
pub fn unfit(project: &Project, destination: &Destination, labels: &[(Name, String)]) -> Option<Unfit> {
    if labels.is_empty() && destination.strict_labels.is_some() && !destination.labels.is_empty() {
        return Some(Unfit::Strict);
    }
    let mut carried: HashMap<&str, Option<&str>> = HashMap::new();
    for label in &destination.labels.members {
        carried.entry(&label.name.value).or_insert_with(|| label.value.value.as_str());
    }
    let differs = |(key, value): &&(Name, String)| carried.get(&**key).copied().flatten() != Some(value.as_str());
    let differing: Vec<Name> = labels.iter().filter(differs).map(|(key, _)| key.clone()).collect();
    if !differing.is_empty() {
        return Some(Unfit::Labels(differing));
    }
    out_of_use(project, destination).map(Unfit::OutOfUse)
}

/// What the requests of a promise ask for, whatever they say.
pub(super) struct Asked {
    /// The labels whose values the promise itself says.
    labels: Vec<(Name, String)>,
    /// The keys of those whose values are the request's, each with all that they can be where the promise says that.
    keys: Vec<(Name, Option<Vec<Name>>)>,
}

impl Asked {
    /// What those of a promise ask for.
    pub(super) fn of(promise: &Promise) -> Self {
        let mut asked = Self { labels: Vec::new(), keys: Vec::new() };
        for (key, value) in &promise.schedule {
            match value.value.as_text() {
                Some(text) => asked.labels.push((key.value.clone(), text.to_owned())),
                None => asked.keys.push((key.value.clone(), choices(promise, &value.value))),
            }
        }
        asked
    }
}

/// All that a label can be which is the value of a field as it is; nothing where that is not said.
fn choices(promise: &Promise, label: &Template) -> Option<Vec<Name>> {
    let Template::Reference(path, calls) = label else { return None };
    let [root, name] = &*path.segments else { return None };
    let field = promise.fields().iter().find(|field| field.name.value == *name)?;
    let values = &field.schema.values;
    let is_closed = **root == *"spec" && calls.is_empty() && !values.is_empty();
    is_closed.then(|| values.iter().map(|one| one.value.value.as_key()).collect())
}

/// Why a destination takes no request of a promise, whatever it says: it lacks a label that each asks for.
pub(super) fn unfit_asked(project: &Project, destination: &Destination, asked: &Asked) -> Option<Unfit> {
    let carries = |(key, choices): &&(Name, Option<Vec<Name>>)| {
        let value = destination.labels.get(key).and_then(|value| value.as_str());
        value.is_some_and(|value| choices.as_ref().is_none_or(|all| all.iter().any(|choice| **choice == *value)))
    };
    let lacking: Vec<Name> = asked.keys.iter().filter(|one| !carries(one)).map(|(key, _)| key.clone()).collect();
    if !lacking.is_empty() {
        return Some(Unfit::Labels(lacking));
    }
    // What asks for a label of any value asks for one.
    let labels =
        (!asked.labels.is_empty() || asked.keys.is_empty()).then(|| unfit(project, destination, &asked.labels));
    labels.unwrap_or_else(|| out_of_use(project, destination).map(Unfit::OutOfUse))
}

/// Why a destination takes nothing, whatever is asked for.
pub(super) fn out_of_use(project: &Project, destination: &Destination) -> Option<OutOfUse> {
    let bucket = || project.is_bucket(&destination.store.value).then_some(OutOfUse::Bucket);
    let aggregated = || (destination.layout == Layout::Aggregated).then_some(OutOfUse::Aggregated);
    destination.drain.map(|_| OutOfUse::Drained).or_else(bucket).or_else(aggregated)
}
