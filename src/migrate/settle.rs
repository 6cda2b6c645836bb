//! Objects as texts that a project can be made of: what the language cannot say, and what a project with it would be wrong by, is taken out
//! of an object and kept beside it.

use super::lost::{blueprints, drop_all, without_lost_targets, without_strangers};
use super::moving::{Moving, Reason};
use super::rule::judge_elsewhere;
use super::{Fate, Given, Note, layout};
use crate::diag::{Severity, code};
use crate::grammar::language;
use crate::model::{Address, Base, Kind, Map, Member, Value};
use crate::object::knows;
use crate::resolve::MemoryLoader;
use crate::source::{FileId, Origin, Span};
use crate::syntax::{Tree, format, parse};
use crate::workspace::{Loaded, load};
use crate::writer::{self, Draft, Listing};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// The most rounds of mending: each mends all that is found, and what was mended may only then show more.
const MOST_ROUNDS: usize = 200;

/// The files that declare all objects of which something can be said, and no error; the others are taken out.
///
/// # Errors
/// What is wrong where nothing more can be taken out.
pub(super) fn settle(
    moving: &mut Vec<Moving>,
    project: &str,
    given: &Given,
    notes: &mut Vec<Note>,
) -> Result<BTreeMap<String, String>, String> {
    for _ in 0..MOST_ROUNDS {
        without_strangers(moving, given);
        without_lost_targets(moving, given, notes);
        let texts = texts(moving, given, notes);
        let (mut files, places) = files(moving, &texts);
        files.extend(given.file.filter(|_| !moving.is_empty()).map(|(name, text)| (name.to_owned(), text.to_owned())));
        let loader = MemoryLoader::new(
            files.iter().map(|(name, text)| (name.as_str(), text.as_str())).chain([("plat.kdl", project)]),
        );
        let loaded = load(&loader).map_err(|error| error.to_string())?;
        let wrong = wrong(&loaded, &places);
        let error = loaded.diagnostics.iter().find(|problem| problem.severity == Severity::Error);
        match error {
            None if take_back(moving, &loaded) => {}
            None => return Ok(files),
            // Each time something goes.
            Some(_) if !wrong.is_empty() && mend(moving, wrong, notes) => {}
            Some(error) => return Err(format!("{} ({})", error.message, error.code)),
        }
    }
    Err("something is wrong again each time it is mended".to_owned())
}

/// The text of each object. What the language has no words for is taken out of its body first.
fn texts(moving: &mut Vec<Moving>, given: &Given, notes: &mut Vec<Note>) -> Vec<String> {
    let listings = Listings::of(moving, given);
    let written: Vec<Result<String, String>> = moving.par_iter_mut().map(|one| text(one, &listings)).collect();
    let mut texts = Vec::new();
    let mut index = 0;
    moving.retain(|one| {
        let written = &written[index];
        index += 1;
        match written {
            Ok(text) => {
                texts.push(text.clone());
                true
            }
            Err(reason) => {
                notes.push(Note { place: one.place.clone(), what: Fate::LeftOut, reason: reason.clone() });
                false
            }
        }
    });
    texts
}

fn text(one: &mut Moving, listings: &Listings) -> Result<String, String> {
    let address = one.address.clone();
    let listing = |group: &str, name: &str| listings.of_member(&address, group, name);
    let mut reasons: Vec<Reason> = Vec::new();
    loop {
        match writer::write(&address, &one.body, &listing) {
            Ok(line) if reasons.is_empty() => return Ok(on_lines(&line.to_string())),
            Ok(_) => one.keep(&[], &std::mem::take(&mut reasons)),
            Err(stuck) => {
                if !take_out(&mut one.body, &stuck.place) && !take_out_what_lacks(one, listings) {
                    return Err(stuck.reason);
                }
                reasons.push((stuck.place, stuck.reason));
            }
        }
    }
}

/// Takes out of a body what the language cannot say without something that is not there, and nothing else; whether it can say the rest.
fn take_out_what_lacks(one: &mut Moving, listings: &Listings) -> bool {
    let address = one.address.clone();
    let listing = |group: &str, name: &str| listings.of_member(&address, group, name);
    let can_say = |body: &Map| writer::write(&address, body, &listing).is_ok();
    let mut body = one.body.clone();
    let mut out = Vec::new();
    while !can_say(&body) {
        let Some(last) = body.members.pop() else { return false };
        out.push(last);
    }
    for member in out.into_iter().rev() {
        body.members.push(member);
        if !can_say(&body) {
            body.members.pop();
        }
    }
    one.body = body;
    true
}

/// The text of a node in the canonical format, in which texts of several lines stand on lines of their own.
fn on_lines(line: &str) -> String {
    let (tree, _) = parse(FileId(0), &Arc::from(line));
    let Some(mut draft) = tree.nodes().next().map(|node| Draft::of(&tree, node)) else { return String::new() };
    // Where they cannot stand so, they stay as they are.
    let text = if draft.spread("").is_ok() { draft.text() } else { line };
    format(&parse(FileId(0), &Arc::from(text)).0)
}

/// Whether something stands at a place of a body.
fn is_at(body: &Map, place: &[Box<str>]) -> bool {
    let Some((first, rest)) = place.split_first() else { return true };
    match (body.get(first).map(|value| &value.value), rest) {
        (Some(_), []) => true,
        (Some(Value::Object(inner)), rest) => is_at(inner, rest),
        (Some(Value::Array(items)), [index, rest @ ..]) => {
            let item = index.parse().ok().and_then(|index: usize| items.get(index));
            item.is_some_and(|item| rest.is_empty() || item.as_object().is_some_and(|item| is_at(item, rest)))
        }
        _ => false,
    }
}

/// Takes what stands at a place out of a body, or what it stands in; whether something was there.
fn take_out(body: &mut Map, place: &[Box<str>]) -> bool {
    judge_elsewhere(body, place) || take_part(body, place)
}

fn take_part(body: &mut Map, place: &[Box<str>]) -> bool {
    let Some((first, rest)) = place.split_first() else { return false };
    let Some(member) = body.members.iter_mut().find(|member| *member.name.value == **first) else {
        // What is said of a list's items stands in them.
        return match body
            .members
            .iter_mut()
            .find(|member| &*member.name.value == "items")
            .map(|items| &mut items.value.value)
        {
            Some(Value::Object(items)) => items.get(first).is_some() && take_part(items, place),
            _ => false,
        };
    };
    let inner = match &mut member.value.value {
        Value::Object(inner) if !rest.is_empty() => take_part(inner, rest),
        Value::Array(items) if !rest.is_empty() => match rest.split_first() {
            Some((index, rest)) => {
                let item = index.parse().ok().and_then(|index: usize| items.get_mut(index));
                match item.map(|item| &mut item.value) {
                    Some(Value::Object(item)) if !rest.is_empty() => take_part(item, rest),
                    _ => false,
                }
            }
            None => false,
        },
        _ => false,
    };
    inner || body.remove(first).is_some()
}

/// The texts of files, and where each object stands in its file: the offset behind it, and its index.
type Places = HashMap<String, Vec<(u32, usize)>>;

fn files(moving: &[Moving], texts: &[String]) -> (BTreeMap<String, String>, Places) {
    let (mut files, mut places): (BTreeMap<String, String>, Places) = (BTreeMap::new(), HashMap::new());
    let names = layout::files(moving);
    let mut order: Vec<usize> = (0..moving.len()).collect();
    order.sort_by_key(|index| moving[*index].address.kind);
    for index in order {
        let file = files.entry(names[index].clone()).or_default();
        let is_tight = matches!(moving[index].address.kind, Kind::Team | Kind::Entity) && !texts[index].contains('{');
        if !file.is_empty() && !is_tight {
            file.push('\n');
        }
        file.push_str(&texts[index]);
        let end = u32::try_from(file.len()).unwrap_or(u32::MAX);
        places.entry(names[index].clone()).or_default().push((end, index));
    }
    (files, places)
}

/// Gives objects the bodies that their texts say, where these are others; whether there was one.
fn take_back(moving: &mut [Moving], loaded: &Loaded) -> bool {
    let declared: HashMap<Address, Map> =
        loaded.project.declared().into_iter().map(|one| (one.address(), one.body())).collect();
    let mut is_other = false;
    for one in moving {
        match declared.get(&one.address) {
            Some(said) if *said != one.body => {
                one.body = said.clone();
                one.keep(&[], &[(Vec::new(), "the language does not say it so".to_owned())]);
                is_other = true;
            }
            _ => {}
        }
    }
    is_other
}

/// Something in the body of an object that a project is wrong by.
struct Wrong {
    /// The way to it in the body, and whether what stands there holds more than it.
    place: Option<(Vec<Box<str>>, bool)>,
    /// The names on the way to it in the text.
    names: Vec<Box<str>>,
    reason: String,
    /// Whether it is wrong by what is not there.
    lacks: bool,
}

/// What the objects are wrong by, by their index.
fn wrong(loaded: &Loaded, places: &Places) -> BTreeMap<usize, Vec<Wrong>> {
    let declared = loaded.project.declared();
    let by_span: HashMap<(u32, u32), usize> = declared
        .iter()
        .enumerate()
        .filter_map(|(number, one)| one.span().text().map(|span| ((span.file.0, span.start), number)))
        .collect();
    let mut wrong: BTreeMap<usize, Vec<Wrong>> = BTreeMap::new();
    let mut trees: HashMap<FileId, Tree> = HashMap::new();
    for problem in loaded.diagnostics.iter().filter(|problem| problem.severity == Severity::Error) {
        let span = problem.primary.span();
        let file = loaded.sources.file(span.file);
        let Some(places) = places.get(&file.name) else { continue };
        let position = places.partition_point(|(end, _)| *end <= span.start);
        let Some((_, index)) = places.get(position) else { continue };
        let start = position.checked_sub(1).and_then(|before| places.get(before)).map_or(0, |(end, _)| *end);
        // A blank line may stand before it.
        let start = start + u32::from(file.text.get(start as usize..).is_some_and(|text| text.starts_with('\n')));
        let object = by_span.get(&(span.file.0, start)).map(|number| declared[*number]);
        let place = object.and_then(|object| within(&object.body(), object.span(), span));
        let tree = trees.entry(span.file).or_insert_with(|| parse(span.file, &file.text).0);
        let names = named(tree, span, start);
        let reason = format!("{} ({})", problem.message, problem.code);
        let lacks = [code::MISSING_ARGUMENT, code::MISSING_PROPERTY, code::MISSING_CHILD].contains(&problem.code);
        wrong.entry(*index).or_default().push(Wrong { place, names, reason, lacks });
    }
    wrong
}

/// The way down a body to the smallest part of it that holds a span, and whether that part is several.
/// What stands where the whole object does is no part of it.
fn within(body: &Map, whole: Origin, span: Span) -> Option<(Vec<Box<str>>, bool)> {
    let holds = |origin: Origin| {
        let around = origin.text().filter(|around| Some(*around) != whole.text() && around.file == span.file);
        around.is_some_and(|around| around.start <= span.start && span.end <= around.end)
    };
    let mut best: Option<(u32, Vec<Box<str>>, bool)> = None;
    let mut open: Vec<(Vec<Box<str>>, &Map)> = vec![(Vec::new(), body)];
    while let Some((way, map)) = open.pop() {
        for Member { name, value } in &map.members {
            let step = |rest: Option<usize>| -> Vec<Box<str>> {
                let own = std::iter::once(Box::from(&*name.value));
                way.iter().cloned().chain(own).chain(rest.map(|index| index.to_string().into())).collect()
            };
            for origin in [name.span, value.span].into_iter().filter(|origin| holds(*origin)) {
                let length = origin.text().map_or(u32::MAX, |around| around.end - around.start);
                if best.as_ref().is_none_or(|(shortest, ..)| length <= *shortest) {
                    let is_whole = origin.text() == Some(span);
                    let holds_more = value.as_object().is_some_and(|map| !map.is_empty()) && !is_whole;
                    best = Some((length, step(None), holds_more));
                }
            }
            match &value.value {
                Value::Object(inner) => open.push((step(None), inner)),
                Value::Array(items) => {
                    for (index, item) in items.iter().enumerate() {
                        match &item.value {
                            Value::Object(inner) => open.push((step(Some(index)), inner)),
                            // One of several is taken out with the others.
                            _ if holds(item.span) => best = Some((0, step(None), false)),
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
    }
    best.map(|(_, way, holds_more)| (way, holds_more))
}

fn holds(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// Takes out of the body of an object of a kind what a line of its block says; whether something was there.
fn take_out_line(kind: Kind, body: &mut Map, line: &str) -> bool {
    let slot = language().object(kind.word()).and_then(|shape| shape.all_forms().find_map(|(_, form)| form.slot(line)));
    let Some((shape, None)) = slot.map(|slot| language().child(slot)) else { return false };
    let before = body.members.len();
    body.members.retain(|member| !knows(shape, &member.name.value));
    body.members.len() < before
}

/// The names of the nodes around a span, from the object's node on: a way as it is written.
fn named(tree: &Tree, span: Span, start: u32) -> Vec<Box<str>> {
    let mut names = Vec::new();
    let mut node = tree.node_at(start);
    while let Some(around) = node {
        node = around.children().find(|child| holds(child.span(), span));
        if let Some(inner) = node {
            let first = inner.argument(0).and_then(crate::syntax::Entry::string);
            names.push(Box::from(inner.name()));
            names.extend(first.map(Box::from));
        }
    }
    names
}

/// Takes out of objects what they are wrong by, or the objects; whether anything went.
fn mend(moving: &mut Vec<Moving>, wrong: BTreeMap<usize, Vec<Wrong>>, notes: &mut Vec<Note>) -> bool {
    let mut gone = BTreeSet::new();
    let mut is_less = false;
    for (index, wrongs) in wrong {
        let Some(one) = moving.get_mut(index) else { continue };
        let (mut reasons, mut lines_out): (Vec<Reason>, Vec<Box<str>>) = Default::default();
        for Wrong { place, names, reason, lacks } in wrongs {
            let word = one.neighbour.word();
            if place.is_none() && names.first().and_then(|first| first.strip_prefix("only-")) == Some(word) {
                // What is kept is not even read.
                let told = one.forget_named(names.get(1..).unwrap_or_default(), &reason);
                is_less |= told.is_some();
                let is_told = told.is_some();
                notes.extend(told);
                if is_told {
                    continue;
                }
            }
            if let Some((place, _)) =
                place.as_ref().filter(|(place, _)| place.first().is_some_and(|first| **first == *word))
            {
                // What cannot even be kept.
                let member = place.get(1).cloned();
                let told = member.map(|member| one.forget_member(&member, &reason)).unwrap_or_default();
                is_less |= !told.is_empty();
                notes.extend(told);
                continue;
            }
            let (own, around) = match place {
                Some((place, false)) => (Some(place), None),
                Some((place, true)) => (None, Some(place)),
                None => (None, None),
            };
            let body = &mut one.body;
            let line = names.first().filter(|_| lacks);
            if line.is_some_and(|line| lines_out.contains(line)) {
                continue;
            }
            let is_out = line.is_some_and(|line| take_out_line(one.address.kind, body, line))
                || own.as_ref().is_some_and(|place| is_at(body, place) && take_out(body, place))
                || take_out_named(body, &names, word)
                || around.as_ref().is_some_and(|place| take_out(body, place));
            lines_out.extend(line.filter(|_| is_out).cloned());
            if is_out {
                one.taken_out = Some(reason.clone());
                reasons.push((own.or(around).unwrap_or(names), reason));
            } else {
                // What it lacks by now was taken out for a reason.
                let reason = one.taken_out.take().filter(|_| lacks).unwrap_or(reason);
                notes.push(Note { place: one.place.clone(), what: Fate::LeftOut, reason });
                gone.insert(index);
                break;
            }
            is_less = true;
        }
        if !reasons.is_empty() {
            one.keep(&[], &reasons);
        }
    }
    drop_all(moving, &gone);
    is_less || !gone.is_empty()
}

/// Takes out what the innermost of some names leads to, wherever in the body it stands but in what is kept for the neighbour, where it
/// would come again.
fn take_out_named(body: &mut Map, names: &[Box<str>], kept: &str) -> bool {
    names.iter().rev().any(|name| {
        if **name != *kept && body.remove(name).is_some() {
            return true;
        }
        body.members.iter_mut().filter(|member| *member.name.value != *kept).any(|member| {
            match &mut member.value.value {
                Value::Object(inner) => inner.remove(name).is_some(),
                _ => false,
            }
        })
    })
}

/// Which values are lists, as the blueprints and promises that are taken in have it.
struct Listings(HashMap<(Kind, Box<str>), HashMap<Box<str>, Listing>>);

impl Listings {
    fn of(moving: &[Moving], given: &Given) -> Self {
        let promises = moving.iter().filter(|one| one.address.kind == Kind::Promise);
        let promises = promises.map(|one| (Kind::Request, &one.address.name, &one.body));
        let entities = blueprints(moving, given).map(|(name, body)| (Kind::Entity, name, body));
        let mut all = HashMap::new();
        for (kind, name, body) in entities.chain(promises) {
            let mut listings = HashMap::new();
            for (group, is_relation) in [("properties", false), ("relations", true)] {
                let members = body.get(group).and_then(|group| group.as_object()).map_or(&[][..], |map| &map.members);
                for member in members {
                    let says =
                        |name: &str| member.value.as_object().and_then(|map| map.get(name)).map(|value| &value.value);
                    let is_list = says("type").and_then(Value::as_str) == Some(Base::Array.word());
                    let listing = match (is_relation, says("many") == Some(&Value::Bool(true)), is_list) {
                        (true, true, _) => Listing::Set,
                        (false, _, true) => Listing::List,
                        _ => Listing::Any,
                    };
                    listings.insert(Box::from(&*member.name.value), listing);
                }
            }
            all.insert((kind, Box::from(&**name)), listings);
        }
        Self(all)
    }

    fn of_member(&self, address: &Address, _group: &str, name: &str) -> Listing {
        let listings = self.0.get(&(address.kind, Box::from(&*address.parent)));
        listings.and_then(|listings| listings.get(name)).copied().unwrap_or(Listing::Any)
    }
}
