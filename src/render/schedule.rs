//! Which destination takes a request: Kratix's rules, with a choice that is the same each time, and that stays.

use super::takers::Takers;
use super::unfit::{Unfit, out_of_use, unfit};
use super::{Rendered, Standing};
use crate::diag::{Diagnostic, Diagnostics, Suggestions, code};
use crate::model::{Destination, Name, Project};
use crate::source::Spanned;
use std::collections::{BTreeMap, HashMap};

/// The labels that a request asks for.
type Labels = Vec<(Name, String)>;

/// Places requests: one that is pinned where its line says; one that stands in a destination that still takes it there; any
/// other by rendezvous hashing among those that take it. Gives what cannot be placed, which is complete where every request
/// is new.
pub fn schedule(project: &Project, rendered: &mut [Rendered], standing: &Standing) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    let destinations = Takers::of(project);
    // What each set of labels is taken by, and the sets in the order in which they are met.
    let mut numbers: HashMap<Labels, usize> = HashMap::new();
    let mut candidates: Vec<Vec<&Destination>> = Vec::new();
    let mut homeless: BTreeMap<(Name, usize), Vec<usize>> = BTreeMap::new();
    for (index, request) in rendered.iter_mut().enumerate().filter(|(_, one)| one.is_of_request()) {
        let number = numbers.get(&request.labels).copied().unwrap_or_else(|| {
            candidates.push(destinations.taking(&request.labels));
            numbers.insert(request.labels.clone(), candidates.len() - 1);
            candidates.len() - 1
        });
        let takers = candidates.get(number).map_or(&[][..], |takers| takers);
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
            homeless.entry((request.request.parent.clone(), number)).or_default().push(index);
        }
    }
    diagnostics.extend(out_of_reach(project, rendered));
    let mut advice = Advice { destinations, suggestions: Suggestions::default() };
    for ((promise, _), requests) in homeless {
        let requests: Vec<&Rendered> = requests.iter().filter_map(|index| rendered.get(*index)).collect();
        diagnostics.extend(no_destination(project, &promise, &requests, &mut advice));
    }
    diagnostics
}

/// That a request is pinned to a destination that does not take it; a name that no destination has is told elsewhere.
fn pinned(project: &Project, request: &Rendered, pin: &Spanned<Name>, takers: &[&Destination]) -> Option<Diagnostic> {
    let destination = project.destination(&pin.value)?;
    if takers.iter().any(|taker| taker.name.value == pin.value) {
        return None;
    }
    let unfit = unfit(project, destination, &request.labels)?;
    let why = match &unfit {
        Unfit::Labels(keys) => {
            // Both are in the order of the labels.
            let mut keys = keys.iter().peekable();
            let asked = request.labels.iter().filter(|(key, _)| keys.next_if_eq(&key).is_some());
            let asked = spelled(asked.map(|(key, value)| (&**key, &**value)));
            format!("`{}` asks for `{asked}`", request.request.parent)
        }
        Unfit::Strict => "it is strict about its labels, and none is asked for".to_owned(),
        Unfit::OutOfUse(out_of_use) => format!("it {}", out_of_use.why()),
    };
    let message = format!("`{}` is pinned to `{}`, which does not take it: {why}", request.request.name, pin.value);
    let diagnostic = Diagnostic::error(code::PINNED_ELSEWHERE, pin.span, message);
    let names: Vec<String> = takers.iter().take(5).map(|taker| format!("`{}`", taker.name.value)).collect();
    let help = match names.as_slice() {
        [] => "no destination takes it".to_owned(),
        names => format!("take the pin out, or pin it to one that takes it: {}", names.join(", ")),
    };
    Some(diagnostic.because_of(destination.span, "the destination").help(help))
}

/// That a destination of another project takes requests, and that the state store which it lies in could not be had: nothing can be delivered
/// there, and nobody knows which of them stand there already.
fn out_of_reach(project: &Project, rendered: &[Rendered]) -> impl Iterator<Item = Diagnostic> {
    let is_lost = |one: &&Destination| {
        let store = &one.store.value;
        project.externs.holds(one.span) && project.store(store).is_none() && !project.is_bucket(store)
    };
    project.destinations.iter().filter(is_lost).filter_map(|lost| {
        let name = &lost.name.value;
        let is_taken = |one: &&Rendered| match &one.pin {
            Some(pin) => pin.value == *name,
            None => unfit(project, lost, &one.labels).is_none(),
        };
        let mut taken = rendered.iter().filter(|one| !one.files.is_empty()).filter(is_taken);
        let first = taken.next()?;
        let more = more(taken.count());
        let (request, store) = (&first.request.name, &lost.store.value);
        let message =
            format!("there is no state store `{store}`, in which `{name}` of another project takes `{request}`{more}");
        let diagnostic = Diagnostic::error(code::UNKNOWN_REFERENCE, first.span, message);
        Some(
            diagnostic.because_of(lost.span, "the destination").help("its project puts it right, or declares it again"),
        )
    })
}

/// How many requests there are beside the one that is named.
fn more(count: usize) -> String {
    if count == 0 { String::new() } else { format!(" and {count} more") }
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
    requests: &[&Rendered],
    advice: &mut Advice<'_>,
) -> Option<Diagnostic> {
    let first = requests.first()?;
    let labels = &first.labels;
    let more = more(requests.len() - 1);
    let asked = spelled(labels.iter().map(|(key, value)| (&**key, &**value)));
    let asked = if asked.is_empty() { "no labels".to_owned() } else { format!("`{asked}`") };
    let message = format!("no destination takes `{}`{more}: `{promise}` asks for {asked}", first.request.name);
    let mut diagnostic = Diagnostic::error(code::NO_DESTINATION, first.span, message);
    if let Some((key, _)) = project.promise(promise).and_then(|promise| promise.schedule.first()) {
        diagnostic = diagnostic.because_of(key.span, "the labels that it asks for");
    }
    Some(diagnostic.help(advice.about(project, labels)))
}

/// What may be done about requests without a destination.
struct Advice<'p> {
    destinations: Takers<'p>,
    suggestions: Suggestions,
}

impl Advice<'_> {
    /// What may be done so that labels are taken.
    fn about(&mut self, project: &Project, labels: &[(Name, String)]) -> String {
        let idle = |one: &&Destination| Some((one.name.value.clone(), out_of_use(project, one)?));
        if let Some((name, out_of_use)) = self.destinations.fitting(labels).iter().find_map(idle) {
            return format!("`{name}` would take it, and {}", out_of_use.why());
        }
        for (key, value) in labels {
            let known = self.destinations.values(key);
            if !known.contains(&&**value)
                && let Some(near) = self.suggestions.nearest(value, known.iter().copied())
            {
                return format!("did you mean `{key}={near}`?");
            }
            if known.is_empty()
                && let Some(near) = self.suggestions.nearest(key, self.destinations.keys.iter().copied())
            {
                return format!("did you mean the label `{near}`?");
            }
        }
        let described: Vec<String> = project.destinations.iter().take(5).map(describe).collect();
        let known = match (described.as_slice(), project.destinations.len()) {
            ([], _) => "declare a destination".to_owned(),
            (_, count) if count > 5 => format!("the first destinations: {}", described.join(", ")),
            _ => format!("the destinations: {}", described.join(", ")),
        };
        // With a promise come those of its owner alone.
        let of_others = if project.externs.asked.is_empty() {
            ""
        } else {
            "; one that neither this project nor the owner of the promise has comes by `extern destination NAME`"
        };
        known + of_others
    }
}

/// The most labels that are written out.
const MOST_SPELLED: usize = 20;

/// Labels as they are written; of very many, the first.
fn spelled<'l>(labels: impl Iterator<Item = (&'l str, &'l str)>) -> String {
    let mut labels = labels.map(|(key, value)| format!("{key}={value}"));
    let mut spelled: Vec<String> = labels.by_ref().take(MOST_SPELLED).collect();
    if labels.next().is_some() {
        spelled.push("...".to_owned());
    }
    spelled.join(" ")
}

fn describe(destination: &Destination) -> String {
    let labels = destination.labels.members.iter();
    let labels = spelled(labels.map(|label| (&*label.name.value, label.value.as_str().unwrap_or_default())));
    let strict = if destination.strict_labels.is_some() { ", strict" } else { "" };
    let labels = if labels.is_empty() { "no labels" } else { &labels };
    format!("`{}` ({labels}{strict})", destination.name.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::{MemoryLoader, resolve};

    /// A project of destinations by their labels.
    fn destinations(labels: &[String]) -> Project {
        let lines = labels.iter().enumerate().map(|(number, labels)| {
            format!("destination d{number} {{ store {}; path p{number}; {labels} }}\n", ["s", "b"][number % 2])
        });
        let stores = "state-store s git { url x }\nstate-store b bucket { endpoint e; bucket b }\n";
        let text = format!("project p\n{stores}{}", lines.collect::<String>());
        resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap().project
    }

    #[test]
    fn what_is_looked_up_takes_what_each_would_say() {
        let choices = ["", "a=1", "a=2", "b=1", "a=1 b=1", "a=2 b=1", "a=1 b=2 c=3"];
        let words = ["", "; strict-labels", "; drain", "; layout aggregated"];
        let all = choices.iter().flat_map(|labels| words.map(|word| (*labels, word)));
        let all: Vec<String> = all
            .map(
                |(labels, word)| {
                    if labels.is_empty() { word.replace("; ", "") } else { format!("labels {labels}{word}") }
                },
            )
            .collect();
        let project = destinations(&all);
        let takers = Takers::of(&project);
        for asked in
            [&[][..], &[("a", "1")], &[("a", "2"), ("b", "1")], &[("c", "3")], &[("a", "1"), ("b", "1")], &[("d", "1")]]
        {
            let asked: Labels = asked.iter().map(|(key, value)| ((*key).into(), (*value).to_owned())).collect();
            let names =
                |found: Vec<&Destination>| found.iter().map(|one| one.name.value.to_string()).collect::<Vec<_>>();
            let each = project.destinations.iter().filter(|one| unfit(&project, one, &asked).is_none()).collect();
            assert_eq!(names(takers.taking(&asked)), names(each), "{asked:?}");
            let fits = |one: &&Destination| matches!(unfit(&project, one, &asked), None | Some(Unfit::OutOfUse(_)));
            assert_eq!(names(takers.fitting(&asked)), names(project.destinations.iter().filter(fits).collect()));
        }
    }

    #[test]
    fn very_many_labels_are_not_all_told() {
        let many = (0..1_000).map(|number| (number.to_string(), "x"));
        let many: Vec<(String, &str)> = many.collect();
        let told = spelled(many.iter().map(|(key, value)| (&**key, *value)));
        assert!(told.starts_with("0=x 1=x ") && told.ends_with(" 19=x ..."), "{told}");
        assert_eq!(spelled([("a", "b")].into_iter()), "a=b");
    }
}
