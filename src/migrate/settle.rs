//! Objects as texts that a project can be made of: what the language cannot say, and what a project with it would be wrong by, is taken out
//! of an object and kept beside it.

use super::home::{Given, Home};
use super::lost::{blueprints, drop_all, without_lost_targets, without_strangers};
use super::moving::Moving;
use super::said::{Said, said};
use super::{Fate, ImportError, Note, layout};
use crate::diag::{Edit, Severity, code};
use crate::grammar::language;
use crate::model::{Address, Base, Kind, Map, Value};
use crate::source::{FileId, Span};
use crate::syntax::{Node, Tree, edit, format, parse};
use crate::workspace::{Loaded, Workspace};
use crate::writer::{self, Draft, Listing, Stuck, end_lines, newline_of};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// The most rounds in which parts of objects are taken out: each mends all that is found, and what was mended may only then show more.
const ROUNDS_OF_PARTS: usize = 50;

#[cfg(test)]
thread_local! {
    /// How often projects were read.
    pub(super) static ROUNDS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// The files of the project that change so that it declares all objects of which something can be said, and no error is in these; the others
/// are taken out.
///
/// # Errors
/// Where the project cannot be read with them.
pub(super) fn settle(
    moving: &mut Vec<Moving>,
    home: &Home<'_>,
    given: &Given,
    notes: &mut Vec<Note>,
) -> Result<BTreeMap<String, String>, ImportError> {
    // What has not changed since the last time costs little.
    let mut workspace = Workspace::telling_all();
    // Each time something goes: parts, and at last objects.
    let mut round = 0;
    loop {
        #[cfg(test)]
        ROUNDS.with(|rounds| rounds.set(rounds.get() + 1));
        let is_whole = round >= ROUNDS_OF_PARTS;
        round += 1;
        without_strangers(moving, given);
        without_lost_targets(moving, given, notes);
        let texts = texts(moving, (home, given), notes);
        let (mut files, places) = files(moving, &texts, home);
        if let Some((name, text)) = given.file.filter(|_| !moving.is_empty()) {
            let there = || home.text(name).map(|(tree, _)| tree.text().to_owned());
            let before = files.remove(name).or_else(there).unwrap_or_default();
            files.insert(name.to_owned(), with_more(before, [(Kind::Blueprint, text)].into_iter()));
        }
        let loaded = (home.load)(&files, &mut workspace)?;
        // What else is wrong with the project is nothing of theirs.
        let wrong = wrong(&loaded, &places, moving);
        let is_settled = wrong.is_empty() && !take_back(moving, &loaded, is_whole, notes);
        if is_settled {
            return Ok(files);
        }
        mend(moving, wrong, is_whole, notes);
    }
}

/// The text of each object. What the language has no words for is taken out of its body first.
fn texts(moving: &mut Vec<Moving>, (home, given): (&Home<'_>, &Given), notes: &mut Vec<Note>) -> Vec<Arc<str>> {
    let listings = Listings::of(moving, given);
    // How a value is written depends on what is above its object.
    let changed: HashSet<Address> =
        moving.iter().filter(|one| one.text.is_none()).map(|one| one.address.clone()).collect();
    let is_stale = |one: &Moving| one.address.above().is_some_and(|above| changed.contains(&above));
    moving.iter_mut().filter(|one| is_stale(one)).for_each(|one| one.text = None);
    let written: Vec<Result<Arc<str>, String>> = moving.par_iter_mut().map(|one| text(one, home, &listings)).collect();
    let mut texts = Vec::new();
    let mut index = 0;
    moving.retain(|one| {
        let written = &written[index];
        index += 1;
        match written {
            Ok(text) => {
                texts.push(Arc::clone(text));
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

fn text(one: &mut Moving, home: &Home<'_>, listings: &Listings) -> Result<Arc<str>, String> {
    if let Some(text) = &one.text {
        return Ok(Arc::clone(text));
    }
    let address = one.address.clone();
    let listing = |group: &str, name: &str| listings.of_member(&address, group, name);
    let mut taken: Vec<(Said, String)> = Vec::new();
    // Each time something goes that does not come again.
    loop {
        if let Some(reason) = one.strays() {
            return Err(reason);
        }
        let stuck = match writer::write(&address, &one.body, &listing) {
            Ok(line) if taken.is_empty() => {
                let text = match home.changed(&address, &one.body, &listing) {
                    Some(changed) => changed.map_err(|stuck| stuck.reason)?,
                    None => on_lines(&line.to_string()).into(),
                };
                return Ok(Arc::clone(one.text.insert(text)));
            }
            Ok(_) => {
                one.keep_taken(&std::mem::take(&mut taken));
                continue;
            }
            Err(stuck) => stuck,
        };
        let first = (Said::at(&stuck.place), bare(&stuck.reason).to_owned());
        let mut gone: HashSet<Vec<Box<str>>> = HashSet::new();
        for Stuck { place, reason, .. } in stuck.each() {
            let is_kept = place.first().is_some_and(|first| **first == *one.neighbour.word());
            // With what another one is stuck at, all that is in it has gone.
            if is_kept || (1..=place.len()).any(|length| gone.contains(&place[..length])) {
                continue;
            }
            let around = (1..=place.len()).rev().map(|length| &place[..length]);
            if let Some(out) = around.into_iter().find(|way| one.take_out(&Said::at(way), false)) {
                gone.insert(out.to_vec());
                taken.push((Said::at(&place), bare(&reason).to_owned()));
            }
        }
        if gone.is_empty() {
            if !take_out_what_lacks(one, listings) {
                return Err(taken.into_iter().next().unwrap_or(first).1);
            }
            taken.push(first);
        }
    }
}

/// A reason without the name before it of what it is said of: the place of a note says that, and notes of one reason are told as one.
fn bare(reason: &str) -> &str {
    let of = reason.strip_prefix('`').and_then(|reason| reason.split_once('`')?.1.strip_prefix(": "));
    of.unwrap_or(reason)
}

/// Takes out of a body what the language cannot say without something that is not there, and nothing else; whether there is such, and the
/// language can say the rest.
fn take_out_what_lacks(one: &mut Moving, listings: &Listings) -> bool {
    let address = one.address.clone();
    let listing = |group: &str, name: &str| listings.of_member(&address, group, name);
    let can_say = |body: &Map| writer::write(&address, body, &listing).is_ok();
    let mut body = one.body.clone();
    body.remove(one.neighbour.word());
    let (all, mut out) = (body.members.len(), Vec::new());
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
    let is_less = body.members.len() < all;
    one.body = body;
    is_less
}

/// The text of a node in the canonical format, in which texts of several lines stand on lines of their own, and others have no escapes.
fn on_lines(line: &str) -> String {
    let (tree, _) = parse(FileId(0), &Arc::from(line));
    let Some(mut draft) = tree.nodes().next().map(|node| Draft::of(&tree, node)) else { return String::new() };
    // Where they cannot stand so, they stay as they are.
    let text = if draft.spread("").and_then(|()| draft.make_raw()).is_ok() { draft.text() } else { line };
    format(&parse(FileId(0), &Arc::from(text)).0)
}

/// Which object each node of a file declares, by its index; nothing for what is not taken in.
type Places = HashMap<String, Vec<Option<usize>>>;

/// The texts of the files that change, and the places in those and in all others in which something that is taken in stands.
fn files(moving: &[Moving], texts: &[Arc<str>], home: &Home<'_>) -> (BTreeMap<String, String>, Places) {
    let mut order: Vec<usize> = (0..moving.len()).collect();
    order.sort_by_key(|index| moving[*index].address.kind);
    let mut objects: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let names = layout::files(moving, home);
    for index in order {
        objects.entry(names[index].clone()).or_default().push(index);
    }
    let (mut files, mut places): (BTreeMap<String, String>, Places) = (BTreeMap::new(), HashMap::new());
    for (name, objects) in objects {
        let there = home.text(&name);
        let before = there.map_or("", |(tree, _)| tree.text());
        let (mut edits, mut stand, mut new) = (Vec::new(), HashMap::new(), Vec::new());
        for index in objects {
            let Some(node) = home.object(&moving[index].address).and_then(|there| home.node(there)) else {
                new.push(index);
                continue;
            };
            stand.insert(node.span().start, index);
            let edit = Edit { span: node.span(), text: texts[index].to_string() };
            edits.extend((before[node.span().range()] != edit.text).then_some(edit));
        }
        let nodes = there.into_iter().flat_map(|(tree, _)| tree.nodes());
        let mut standing: Vec<Option<usize>> = nodes.map(|node| stand.get(&node.span().start).copied()).collect();
        standing.extend(new.iter().copied().map(Some));
        let is_same = there.is_some() && edits.is_empty() && new.is_empty();
        if !is_same {
            let text = edit::apply(before, &edits).unwrap_or_default();
            let text = with_more(text, new.iter().map(|index| (moving[*index].address.kind, &*texts[*index])));
            let is_canonical = there.is_none_or(|(_, is_canonical)| is_canonical) && !edits.is_empty();
            let text = if is_canonical { format(&parse(FileId(0), &text.as_str().into()).0) } else { text };
            files.insert(name.clone(), text);
        }
        places.insert(name, standing);
    }
    (files, places)
}

/// A text with more nodes at its end.
fn with_more<'t>(mut text: String, nodes: impl Iterator<Item = (Kind, &'t str)>) -> String {
    let newline = newline_of(&text);
    for (kind, node) in nodes {
        let is_line = |text: &str| matches!(kind, Kind::Team | Kind::Entity) && !text.contains('{');
        if !text.is_empty() && !text.ends_with('\n') {
            text.push_str(newline);
        }
        // A comment at the end is none of the next node's.
        let is_tight = is_line(node) && !text.lines().last().is_some_and(|last| last.trim_start().starts_with("//"));
        if !text.is_empty() && !is_tight {
            text.push_str(newline);
        }
        let mut edit = Edit { span: Span::start_of(FileId(0)), text: node.to_owned() };
        end_lines(&mut edit, newline);
        text.push_str(&edit.text);
    }
    text
}

/// Gives objects the bodies that their texts say, where these are others, or takes them out where that is of no use; whether there was one.
fn take_back(moving: &mut Vec<Moving>, loaded: &Loaded, is_whole: bool, notes: &mut Vec<Note>) -> bool {
    const REASON: &str = "the language does not say it so";
    let declared: HashMap<Address, Map> =
        loaded.project.declared().into_iter().map(|one| (one.address(), one.body())).collect();
    let mut others = BTreeSet::new();
    for (index, one) in moving.iter_mut().enumerate() {
        match declared.get(&one.address) {
            Some(said) if *said != one.body => {
                one.body = said.clone();
                one.keep(&[], Some(REASON));
                others.insert(index);
            }
            _ => {}
        }
    }
    if is_whole {
        let left_out = |index: &usize| Note {
            place: moving[*index].place.clone(),
            what: Fate::LeftOut,
            reason: REASON.to_owned(),
        };
        notes.extend(others.iter().map(left_out));
        drop_all(moving, &others);
    }
    !others.is_empty()
}

/// Something that a project is wrong by, in the text of an object.
struct Wrong {
    /// The parts of the body that say it, each in the one before it.
    said: Vec<Said>,
    reason: String,
    /// Whether it is wrong by what is not there.
    lacks: bool,
    /// Whether all is too much that stands behind it.
    is_last: bool,
}

/// What the objects are wrong by, by their index.
fn wrong(loaded: &Loaded, places: &Places, moving: &[Moving]) -> BTreeMap<usize, Vec<Wrong>> {
    let mut wrong: BTreeMap<usize, Vec<Wrong>> = BTreeMap::new();
    let mut trees: HashMap<FileId, (Tree, Vec<Span>)> = HashMap::new();
    for problem in loaded.diagnostics.iter().filter(|problem| problem.severity == Severity::Error) {
        let span = problem.primary.span();
        let file = loaded.sources.file(span.file);
        let Some(places) = places.get(&file.name) else { continue };
        let (tree, nodes) = trees.entry(span.file).or_insert_with(|| {
            let (tree, _) = parse(span.file, &file.text);
            let nodes = tree.nodes().map(Node::span).collect();
            (tree, nodes)
        });
        let position = nodes.partition_point(|node| node.end <= span.start);
        let Some(index) = places.get(position).copied().flatten() else { continue };
        let node = nodes.get(position).and_then(|node| tree.node_at(node.start));
        let shape = moving.get(index).and_then(|one| language().object(one.address.kind.word()));
        let said = shape.zip(node).map(|(shape, node)| said(shape, node, span)).unwrap_or_default();
        let reason = format!("{} ({})", problem.message, problem.code);
        let lacks = [code::MISSING_ARGUMENT, code::MISSING_PROPERTY, code::MISSING_CHILD].contains(&problem.code);
        let is_last = problem.code == code::TOO_MANY_NAMES;
        wrong.entry(index).or_default().push(Wrong { said, reason, lacks, is_last });
    }
    wrong
}

/// Takes out of objects what they are wrong by, or the objects, where nothing less can go or is to go.
fn mend(moving: &mut Vec<Moving>, wrong: BTreeMap<usize, Vec<Wrong>>, is_whole: bool, notes: &mut Vec<Note>) {
    let mut gone = BTreeSet::new();
    for (index, wrongs) in wrong {
        let Some(one) = moving.get_mut(index) else { continue };
        let word = one.neighbour.word();
        let mut out: Vec<(Said, String)> = Vec::new();
        for Wrong { mut said, reason, lacks, is_last } in wrongs {
            if is_whole {
                said.clear();
            }
            // What was wrong in what has gone is mended, and what is wrong around it may be.
            let last = said.last();
            if out.iter().any(|(gone, _)| said.contains(gone) || last.is_none_or(|last| last.holds(gone))) {
                continue;
            }
            let told = match last {
                Some(last) if last.way.first().is_some_and(|first| **first == *word) => {
                    one.keep_taken(&out);
                    one.forget(&last.way[1..], &reason).map(Some)
                }
                _ => match said.iter().rposition(|said| one.take_out(said, is_last)) {
                    Some(part) => {
                        out.push((said.swap_remove(part), reason.clone()));
                        one.taken_out = Some(reason.clone());
                        Some(None)
                    }
                    None => None,
                },
            };
            let Some(told) = told else {
                // What it lacks by now was taken out for a reason.
                let reason = one.taken_out.take().filter(|_| lacks).unwrap_or(reason);
                notes.push(Note { place: one.place.clone(), what: Fate::LeftOut, reason });
                gone.insert(index);
                break;
            };
            notes.extend(told);
        }
        one.keep_taken(&out);
    }
    drop_all(moving, &gone);
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
