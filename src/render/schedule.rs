//! Which destination takes a request: Kratix's rules, with a choice that is the same each time, and that stays.

use super::{Rendered, Standing};
use crate::diag::{Diagnostic, Diagnostics, code, suggest};
use crate::model::{Destination, Name, Project};
use crate::source::Spanned;
use std::collections::BTreeMap;

/// Why a destination does not take what asks for labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It lacks labels that are asked for, or has them with another value: their keys.
    Labels(Vec<Name>),
    /// It has labels, is strict about them, and none is asked for.
    Strict,
    /// It says `drain`.
    Drained,
}

/// Why a destination does not take what asks for labels; nothing where it does. As Kratix has it, it must carry them all with
/// equal values; what asks for none goes anywhere but to a destination with labels that is strict about them.
pub fn unfit(destination: &Destination, labels: &[(Name, String)]) -> Option<Unfit> {
    if labels.is_empty() && destination.strict_labels.is_some() && !destination.labels.is_empty() {
        return Some(Unfit::Strict);
    }
    let differs = |(key, value): &&(Name, String)| {
        destination.labels.get(key).and_then(|label| label.as_str()) != Some(value.as_str())
    };
    let differing: Vec<Name> = labels.iter().filter(differs).map(|(key, _)| key.clone()).collect();
    if !differing.is_empty() {
        return Some(Unfit::Labels(differing));
    }
    destination.drain.map(|_| Unfit::Drained)
}

/// The labels that a request asks for.
type Labels = Vec<(Name, String)>;

/// Places requests: one that is pinned where its line says; one that stands in a destination that still takes it there; any
/// other by rendezvous hashing among those that take it. Gives what cannot be placed, which is complete where every request
/// is new.
pub fn schedule(project: &Project, rendered: &mut [Rendered], standing: &Standing) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    let mut candidates: BTreeMap<Labels, Vec<&Destination>> = BTreeMap::new();
    let mut homeless: BTreeMap<(Name, Labels), Vec<usize>> = BTreeMap::new();
    for (index, request) in rendered.iter_mut().enumerate() {
        if !candidates.contains_key(&request.labels) {
            let takers = project.destinations.iter().filter(|one| unfit(one, &request.labels).is_none());
            candidates.insert(request.labels.clone(), takers.collect());
        }
        let takers = candidates.get(&request.labels).map_or(&[][..], |takers| takers);
        if let Some(pin) = &request.pin {
            let problem = pinned(project, request, pin, takers);
            request.destination = problem.is_none().then(|| pin.value.clone());
            diagnostics.extend(problem);
            continue;
        }
        let address = request.request.to_string();
        let stands = standing.of(&request.request);
        let kept: Vec<&Destination> =
            takers.iter().copied().filter(|taker| stands.contains(&taker.name.value)).collect();
        let chosen = choose(&address, &kept).or_else(|| choose(&address, takers));
        request.destination = chosen.map(|chosen| chosen.name.value.clone());
        if request.destination.is_none() && !request.files.is_empty() {
            homeless.entry((request.request.parent.clone(), request.labels.clone())).or_default().push(index);
        }
    }
    for ((promise, labels), requests) in homeless {
        let requests: Vec<&Rendered> = requests.iter().filter_map(|index| rendered.get(*index)).collect();
        diagnostics.extend(no_destination(project, &promise, &labels, &requests));
    }
    diagnostics
}

/// That a request is pinned to a destination that does not take it; a name that no destination has is told elsewhere.
fn pinned(project: &Project, request: &Rendered, pin: &Spanned<Name>, takers: &[&Destination]) -> Option<Diagnostic> {
    let destination = project.destination(&pin.value)?;
    let why = match unfit(destination, &request.labels)? {
        Unfit::Labels(keys) => {
            let asked = request.labels.iter().filter(|(key, _)| keys.contains(key));
            let asked: Vec<String> = asked.map(|(key, value)| format!("{key}={value}")).collect();
            format!("`{}` asks for `{}`", request.request.parent, asked.join(" "))
        }
        Unfit::Strict => "it is strict about its labels, and none is asked for".to_owned(),
        Unfit::Drained => "it says `drain`".to_owned(),
    };
    let message = format!("`{}` is pinned to `{}`, which does not take it: {why}", request.request.name, pin.value);
    let diagnostic = Diagnostic::error(code::PINNED_ELSEWHERE, pin.span, message);
    let names: Vec<String> = takers.iter().take(5).map(|taker| format!("`{}`", taker.name.value)).collect();
    let help = match names.as_slice() {
        [] => "no destination takes it".to_owned(),
        names => format!("take the pin out, or pin it to one that takes it: {}", names.join(", ")),
    };
    Some(diagnostic.other(destination.span, "the destination").help(help))
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
    let is_drained = |one: &&Destination| unfit(one, labels) == Some(Unfit::Drained);
    if let Some(drained) = project.destinations.iter().find(is_drained) {
        return format!("`{}` would take it, and says `drain`", drained.name.value);
    }
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
