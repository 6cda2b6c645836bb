//! Which destination takes a request: Kratix's rules, with a choice that is the same each time.

use super::Rendered;
use crate::diag::{Diagnostic, Diagnostics, code, suggest};
use crate::model::{Destination, Name, Project};
use std::collections::BTreeMap;

/// Whether a destination takes what asks for labels. As Kratix has it: it must carry them all with equal
/// values; what asks for none goes anywhere but to a destination with labels that is strict about them.
pub fn takes(destination: &Destination, labels: &[(Name, String)]) -> bool {
    if labels.is_empty() {
        return destination.strict_labels.is_none() || destination.labels.is_empty();
    }
    labels.iter().all(|(key, value)| {
        let label = destination.labels.get(key).and_then(|label| label.as_str());
        label == Some(value)
    })
}

/// The labels that a request asks for.
type Labels = Vec<(Name, String)>;

/// The destination of each request. Among several the choice is by rendezvous hashing: it moves only requests
/// whose destination goes, or that a new destination wins.
pub(super) fn schedule(project: &Project, rendered: &mut [Rendered], diagnostics: &mut Diagnostics) {
    let mut candidates: BTreeMap<Labels, Vec<&Destination>> = BTreeMap::new();
    let mut homeless: BTreeMap<(Name, Labels), Vec<usize>> = BTreeMap::new();
    for (index, request) in rendered.iter_mut().enumerate() {
        if !candidates.contains_key(&request.labels) {
            let takers = project.destinations.iter().filter(|destination| takes(destination, &request.labels));
            candidates.insert(request.labels.clone(), takers.collect());
        }
        let takers = candidates.get(&request.labels).map_or(&[][..], |takers| takers);
        request.destination = choose(&request.request.to_string(), takers).map(|chosen| chosen.name.value.clone());
        if request.destination.is_none() && !request.files.is_empty() {
            homeless.entry((request.request.parent.clone(), request.labels.clone())).or_default().push(index);
        }
    }
    for ((promise, labels), requests) in homeless {
        let requests: Vec<&Rendered> = requests.iter().filter_map(|index| rendered.get(*index)).collect();
        diagnostics.extend(no_destination(project, &promise, &labels, &requests));
    }
}

/// The candidate whose hash with the request is the highest.
fn choose<'d>(request: &str, candidates: &[&'d Destination]) -> Option<&'d Destination> {
    let [first, _, ..] = candidates else { return candidates.first().copied() };
    let weight = |destination: &&Destination| (weight(request, destination), destination.name.value.clone());
    Some(candidates.iter().copied().max_by_key(weight).unwrap_or(first))
}

/// The score of a destination for a request, by its address: of those that take it, the one of the highest gets it.
pub fn weight(request: &str, destination: &Destination) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(request.as_bytes()).update(b"\n").update(destination.name.value.as_bytes());
    *hasher.finalize().as_bytes()
}

/// That nothing takes the requests of a promise that ask for some labels: one mistake, however many they are.
fn no_destination(
    project: &Project,
    promise: &Name,
    labels: &[(Name, String)],
    requests: &[&Rendered],
) -> Option<Diagnostic> {
    let first = requests.first()?;
    let more = match requests.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let asked: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let asked = if asked.is_empty() { "no labels".to_owned() } else { format!("`{}`", asked.join(" ")) };
    let message = format!("no destination takes `{}`{more}: `{promise}` asks for {asked}", first.request.name);
    let mut diagnostic = Diagnostic::error(code::NO_DESTINATION, first.span, message);
    if let Some((key, _)) = project.promise(promise).and_then(|promise| promise.schedule.first()) {
        diagnostic = diagnostic.other(key.span, "the labels that it asks for");
    }
    Some(diagnostic.help(advice(project, labels)))
}

fn advice(project: &Project, labels: &[(Name, String)]) -> String {
    for (key, value) in labels {
        let known = project.destinations.iter().filter_map(|destination| destination.labels.get(key)?.as_str());
        let known: Vec<&str> = known.collect();
        if !known.contains(&&**value)
            && let Some(near) = suggest(value, known.iter().copied())
        {
            return format!("did you mean `{key}={near}`?");
        }
        let keys = project.destinations.iter().flat_map(|destination| &destination.labels.members);
        if known.is_empty()
            && let Some(near) = suggest(key, keys.map(|member| &*member.name.value))
        {
            return format!("did you mean the label `{near}`?");
        }
    }
    let described: Vec<String> = project.destinations.iter().take(5).map(describe).collect();
    match (described.as_slice(), project.destinations.len()) {
        ([], _) => "declare a destination".to_owned(),
        (_, count) if count > 5 => format!("the first destinations: {}", described.join(", ")),
        _ => format!("the destinations: {}", described.join(", ")),
    }
}

fn describe(destination: &Destination) -> String {
    let labels = destination.labels.members.iter();
    let labels = labels.map(|label| format!("{}={}", label.name.value, label.value.as_str().unwrap_or_default()));
    let labels: Vec<String> = labels.collect();
    let strict = if destination.strict_labels.is_some() { ", strict" } else { "" };
    let labels = if labels.is_empty() { "no labels".to_owned() } else { labels.join(" ") };
    format!("`{}` ({labels}{strict})", destination.name.value)
}
