//! Objects as texts that a project can be made of: what the language cannot say, and what a project with it would be wrong by, is taken out
//! of an object and kept beside it.

use super::home::{Given, Home};
use super::lone::{without_lone, without_lone_defaults};
use super::lost::{blueprints, drop_all, without_lost_targets, without_strangers};
use super::moving::{Moving, UNSAID};
use super::orphan::{Parents, without_orphans, without_those_of_others};
use super::replaced::{Schemas, promises};
use super::said::{Families, Gone, Said, said};
use super::trace::Trace;
use super::{ImportError, Note, layout};
use crate::diag::{Diagnostic, Edit, Severity, code};
use crate::grammar::language;
use crate::model::{Address, Base, Kind, Map, Value};
use crate::neighbour::Part;
use crate::source::{FileId, Span};
use crate::syntax::{Node, edit, format, parse};
use crate::workspace::{Loaded, Workspace};
use crate::writer::{self, Listing, Stuck, end_lines, newline_of, on_lines};
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
    let parents = Parents::of(moving);
    without_those_of_others(moving, home, notes);
    // Each time something goes: parts, and at last objects.
    let mut round = 0;
    loop {
        #[cfg(test)]
        ROUNDS.with(|rounds| rounds.set(rounds.get() + 1));
        let is_whole = round >= ROUNDS_OF_PARTS;
        round += 1;
        without_orphans(moving, &parents, notes);
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
    moving.iter_mut().filter(|one| one.text.is_none()).for_each(without_lone_defaults);
    let (listings, schemas) = (Listings::of(moving, given), Schemas::of(moving, given));
    // How a value is written depends on what is above its object.
    let changed: HashSet<Address> =
        moving.iter().filter(|one| one.text.is_none()).map(|one| one.address.clone()).collect();
    let is_stale = |one: &Moving| one.address.above().is_some_and(|above| changed.contains(&above));
    moving.iter_mut().filter(|one| is_stale(one)).for_each(|one| one.text = None);
    let written: Vec<Result<Arc<str>, Note>> =
        moving.par_iter_mut().map(|one| text(one, home, (&listings, &schemas))).collect();
    let mut texts = Vec::new();
    let mut written = written.into_iter();
    moving.retain(|_| match written.next() {
        Some(Ok(text)) => {
            texts.push(text);
            true
        }
        other => {
            notes.extend(other.and_then(Result::err));
            false
        }
    });
    texts
}

/// # Errors
/// That it is left out, where the language cannot say enough of it.
fn text(one: &mut Moving, home: &Home<'_>, (listings, schemas): (&Listings, &Schemas)) -> Result<Arc<str>, Note> {
    if let Some(text) = &one.text {
        return Ok(Arc::clone(text));
    }
    let address = one.address.clone();
    let listing = |group: &str, name: &str| listings.of_member(&address, group, name);
    without_lone(one, schemas);
    let mut taken: Vec<(Said, String)> = Vec::new();
    // Each time something goes that does not come again.
    loop {
        if let Some(note) = one.strays().or_else(|| schemas.replaced(one)) {
            return Err(note);
        }
        let stuck = match writer::write(&address, &one.body, &listing) {
            Ok(line) if taken.is_empty() => {
                let text = match home.changed(&address, &one.body, &listing) {
                    Some(changed) => {
                        changed.map_err(|stuck| one.left_out_without(stuck.missing.as_deref(), stuck.reason))?
                    }
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
        let missing = stuck.missing.clone();
        let (mut gone, mut trace): (HashSet<Vec<Box<str>>>, _) = (HashSet::new(), Trace::default());
        for Stuck { place, reason, .. } in stuck.each() {
            let is_kept = place.first().is_some_and(|first| **first == *one.neighbour.word());
            // With what another one is stuck at, all that is in it has gone.
            if is_kept || (1..=place.len()).any(|length| gone.contains(&place[..length])) {
                continue;
            }
            let around = (1..=place.len()).rev().map(|length| &place[..length]);
            if let Some(out) = around.into_iter().find(|way| one.take_out(&Said::at(way), false, &mut trace)) {
                gone.insert(out.to_vec());
                taken.push((Said::at(&place), bare(&reason).to_owned()));
            }
        }
        if gone.is_empty() {
            if !take_out_what_lacks(one, listings) {
                one.keep_taken(&taken);
                let reason = taken.into_iter().next().unwrap_or(first).1;
                return Err(one.left_out_without(missing.as_deref(), reason));
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
    let declared: HashMap<Address, Map> =
        loaded.project.declared().into_iter().map(|one| (one.address(), one.body())).collect();
    let mut others = BTreeSet::new();
    for (index, one) in moving.iter_mut().enumerate() {
        match declared.get(&one.address) {
            Some(said) if *said != one.body => {
                one.body = said.clone();
                // What only names what has gone goes for the reason of that.
                let last = |pointer: &str| pointer.rsplit('/').next().unwrap_or_default().to_owned();
                let gone: HashMap<String, String> =
                    one.kept.iter().map(|(pointer, reason)| (last(pointer), reason.clone())).collect();
                let why =
                    |part: &Part| part.value.as_array()?.iter().find_map(|item| gone.get(item.as_str()?).cloned());
                one.keep_for(&[], &why, &|_| Some(UNSAID.to_owned()));
                others.insert(index);
            }
            _ => {}
        }
    }
    if is_whole {
        notes.extend(others.iter().map(|index| moving[*index].left_out(UNSAID)));
        drop_all(moving, &others);
    }
    !others.is_empty()
}

/// Something that a project is wrong by, in the text of an object.
struct Wrong {
    /// The parts of the body that say it, each in the one before it.
    said: Vec<Said>,
    reason: String,
    /// What is missing, or which of its names is wrong, where it is wrong by that.
    missing: Option<Box<str>>,
    /// Whether all is too much that stands behind it.
    is_last: bool,
}

/// What the objects are wrong by, by their index.
fn wrong(loaded: &Loaded, places: &Places, moving: &[Moving]) -> BTreeMap<usize, Vec<Wrong>> {
    let mut wrong: BTreeMap<usize, Vec<Wrong>> = BTreeMap::new();
    let mut by_file: BTreeMap<FileId, Vec<(Span, &Diagnostic)>> = BTreeMap::new();
    for problem in loaded.diagnostics.iter().filter(|problem| problem.severity == Severity::Error) {
        // In a text that was made of a file, such as one with values put in, it is told where somebody wrote it.
        let span = loaded.sources.written(problem.primary.span()).span;
        by_file.entry(span.file).or_default().push((span, problem));
    }
    for (file, problems) in by_file {
        let source = loaded.sources.file(file);
        let Some(places) = places.get(&source.name) else { continue };
        let (tree, _) = parse(file, &source.text);
        let nodes: Vec<Node<'_>> = tree.nodes().collect();
        let mut families = Families::default();
        for (span, problem) in problems {
            let position = nodes.partition_point(|node| node.span().end <= span.start);
            let Some(index) = places.get(position).copied().flatten() else { continue };
            let shape = moving.get(index).and_then(|one| language().object(one.address.kind.word()));
            let found = shape.zip(nodes.get(position));
            let found = found.map(|(shape, node)| said(shape, *node, span, &mut families));
            let (mut said, named) = found.unwrap_or_default();
            // Without its kind an API is none: it goes as a whole, for this reason.
            if problem.code == code::SAME_API && said.len() > 1 {
                said.pop();
            }
            let reason = format!("{} ({})", problem.message, problem.code);
            let missing = problem.missing.clone().or_else(|| named.map(Into::into));
            let is_last = problem.code == code::TOO_MANY_NAMES;
            wrong.entry(index).or_default().push(Wrong { said, reason, missing, is_last });
        }
    }
    wrong
}

/// Takes out of objects what they are wrong by, or the objects, where nothing less can go or is to go.
fn mend(moving: &mut Vec<Moving>, wrong: BTreeMap<usize, Vec<Wrong>>, is_whole: bool, notes: &mut Vec<Note>) {
    let mut gone = BTreeSet::new();
    let faulty: HashSet<Address> =
        wrong.keys().filter_map(|index| moving.get(*index)).map(|one| one.address.clone()).collect();
    for (index, wrongs) in wrong {
        let Some(one) = moving.get_mut(index) else { continue };
        // What it is one of is mended first: it may be right then.
        if one.address.above().is_some_and(|above| faulty.contains(&above)) {
            continue;
        }
        let word = one.neighbour.word();
        let (mut out, mut taken, mut trace) = (Gone::default(), Vec::new(), Trace::default());
        let follows = wrongs.iter().any(|wrong| wrong.missing.is_some()).then(|| one.gone_by_names());
        for Wrong { mut said, reason, missing, is_last } in wrongs {
            if is_whole {
                said.clear();
            }
            // What was wrong in what has gone is mended, and what is wrong around it may be.
            let last = said.last();
            if said.iter().any(|part| out.has(part)) || last.map_or(!taken.is_empty(), |last| out.was_in(last)) {
                continue;
            }
            let kept = last.filter(|last| last.way.first().is_some_and(|first| **first == *word));
            // What can be kept nowhere is not cut off: the rest would pass for all of it.
            if let Some(kept) = kept {
                notes.push(one.left_out_within(&kept.way[1..], &reason));
                gone.insert(index);
                break;
            }
            let Some(part) = said.iter().rposition(|said| one.take_out(said, is_last, &mut trace)) else {
                one.keep_taken(&std::mem::take(&mut taken));
                notes.push(one.left_out_without(missing.as_deref(), reason));
                gone.insert(index);
                break;
            };
            let part = said.swap_remove(part);
            out.insert(part.clone());
            // What it lacks by now was taken out for a reason.
            let lack = |missing: &str| {
                let mut steps = part.way.iter().rev();
                steps.find_map(|step| follows.as_ref()?.get(&[&**step, missing].map(Into::into)).cloned())
            };
            let reason = missing.as_deref().and_then(lack).unwrap_or(reason);
            taken.push((part, reason));
        }
        one.keep_taken(&taken);
    }
    drop_all(moving, &gone);
}

/// Which values are lists, as the blueprints and promises that are taken in have it.
struct Listings(HashMap<(Kind, Box<str>), HashMap<Box<str>, Listing>>);

impl Listings {
    fn of(moving: &[Moving], given: &Given) -> Self {
        let promises = promises(moving, given).map(|(name, body)| (Kind::Request, name, body));
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
