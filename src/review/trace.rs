//! Which hunks something follows from.

use super::hunk::Hunk;
use crate::model::{Address, Kind, Name, Thing};
use crate::plan::{Action, Field, Operation, Place, Plan, Reason, Target};
use crate::source::{SourceFile, Sources};
use crate::syntax::parse;
use std::collections::{BTreeMap, BTreeSet};

/// The numbers of some hunks.
pub(super) type Hunks = BTreeSet<usize>;

/// The hunks that the changes of a plan follow from.
pub(super) struct Traces<'t> {
    hunks: &'t [Hunk],
    /// The hunks of each file, as it was and as it is.
    by_file: [BTreeMap<&'t str, Vec<usize>>; 2],
    /// The lines of each node at the top of these files.
    nodes: [BTreeMap<&'t str, Vec<(u32, u32)>>; 2],
    /// What each change follows from, by its name, and by the one that it had.
    changes: BTreeMap<&'t Thing, (&'t Operation, Hunks)>,
    /// The files that have hunks, as they are.
    texts: BTreeMap<&'t str, &'t SourceFile>,
}

impl<'t> Traces<'t> {
    /// Finds out what each change follows from: the lines that say what of it changes; where none of these is in a hunk, the nodes that
    /// they stand in; else what it is one of, and what it is made for.
    pub(super) fn of(plan: &'t Plan, hunks: &'t [Hunk], sources: [&'t Sources; 2]) -> Self {
        let mut by_file = [BTreeMap::new(), BTreeMap::new()];
        // A file that only gets another name changes nothing.
        for (index, hunk) in hunks.iter().enumerate().filter(|(_, hunk)| hunk.former.is_none()) {
            for files in &mut by_file {
                files.entry(hunk.file.as_str()).or_insert_with(Vec::new).push(index);
            }
        }
        let [old, new] = &by_file;
        let nodes = [nodes_of(old, sources[0]), nodes_of(new, sources[1])];
        let texts = sources[1].of_people().filter_map(|(id, file)| {
            let (name, _) = new.get_key_value(sources[1].path(id).as_str())?;
            Some((*name, file))
        });
        let texts = texts.collect();
        let mut traces = Self { hunks, by_file, nodes, changes: BTreeMap::new(), texts };
        let (objects, files): (Vec<&Operation>, Vec<&Operation>) =
            plan.operations.iter().partition(|operation| operation.object().is_some());
        for operation in &objects {
            let found = traces.of_object(operation);
            traces.keep(operation, &found);
        }
        // What an object is one of has to be known before; it makes none come or go.
        for operation in objects.iter().filter(|operation| operation.action.changes_fields()) {
            let above = operation.object_address().and_then(Address::above);
            if let Some(above) = above.filter(|_| traces.of_thing(&operation.thing).is_empty()) {
                let found = traces.of_address(&above);
                traces.keep(operation, &found);
            }
        }
        for operation in &files {
            let found = traces.of_file(operation);
            traces.keep(operation, &found);
        }
        traces
    }

    fn keep(&mut self, operation: &'t Operation, found: &Hunks) {
        for name in [Some(&operation.thing), operation.from.as_ref()].into_iter().flatten() {
            self.changes.insert(name, (operation, found.clone()));
        }
    }

    /// What the change of a thing follows from.
    pub(super) fn of_thing(&self, thing: &Thing) -> Hunks {
        self.changes.get(thing).map(|(_, hunks)| hunks.clone()).unwrap_or_default()
    }

    /// What the change of an object follows from.
    pub(super) fn of_address(&self, address: &Address) -> Hunks {
        self.of_thing(&address.clone().into())
    }

    /// What the changes of objects follow from, all of them.
    pub(super) fn of_addresses<'a>(&self, addresses: impl IntoIterator<Item = &'a Address>) -> Hunks {
        addresses.into_iter().flat_map(|address| self.of_address(address)).collect()
    }

    /// The hunks that hold one of some places; where none does, those in the nodes that these places stand in.
    pub(super) fn of_places<'p>(&self, places: impl IntoIterator<Item = &'p Place>) -> Hunks {
        let lines: Vec<(usize, &str, u32)> = places.into_iter().flat_map(lines_of).collect();
        let found: Hunks = lines.iter().flat_map(|line| self.at(*line)).collect();
        if found.is_empty() { lines.iter().flat_map(|line| self.around(*line)).collect() } else { found }
    }

    /// What those fields of an object follow from that are asked for, as far as they change; of one that comes or goes, what that follows from.
    pub(super) fn of_fields(&self, address: &Address, is_asked: impl Fn(&Field) -> bool) -> Hunks {
        let thing: Thing = address.clone().into();
        let Some((operation, hunks)) = self.changes.get(&thing) else { return Hunks::new() };
        let Some((_, change)) = operation.object().filter(|_| operation.action.changes_fields()) else {
            return hunks.clone();
        };
        let fields: Vec<&Field> = change.fields().iter().filter(|field| is_asked(field)).collect();
        if fields.is_empty() {
            return Hunks::new();
        }
        let found = self.of_places(fields.into_iter().flat_map(places));
        if found.is_empty() { hunks.clone() } else { found }
    }

    /// Whether the text of an object that changes has a word; it may, where its text is not known.
    pub(super) fn says(&self, address: &Address, word: &str) -> bool {
        let thing: Thing = address.clone().into();
        let text = self.changes.get(&thing).and_then(|(operation, _)| {
            let place =
                operation.source.as_ref().filter(|place| place.revision.is_none() && place.through.is_empty())?;
            let (_, lines) = self.nodes_at((1, &place.file, place.line)).next()?;
            let text = &self.texts.get(&*place.file)?.text;
            Some(text.lines().skip(place.line as usize - 1).take((lines + 1).saturating_sub(place.line) as usize))
        });
        let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
        text.is_none_or(|mut lines| lines.any(|line| line.split(|letter| !is_part(letter)).any(|one| one == word)))
    }

    /// What that follows from which stands in the same nodes as a hunk, where this one has more than comments.
    pub(super) fn beside(&self, index: usize) -> Hunks {
        let hunk = &self.hunks[index];
        let is_said = |line: &str| {
            let said = line.strip_prefix(['+', '-']).map(str::trim);
            said.is_some_and(|said| !(said.is_empty() || said.starts_with("//")))
        };
        if !hunk.text.lines().any(is_said) {
            return Hunks::new();
        }
        let is_in = |(side, file, line): (usize, &str, u32)| {
            let lines = self.lines(index, side);
            file == hunk.file && self.nodes_at((side, file, line)).any(|node| lines.touch(node))
        };
        let operations = self.changes.values().filter(|(operation, _)| {
            operation.object().is_some() && operation.source.iter().flat_map(lines_of).any(is_in)
        });
        operations.flat_map(|(_, hunks)| hunks.iter().copied()).filter(|other| *other != index).collect()
    }

    fn of_object(&self, operation: &Operation) -> Hunks {
        let Some((_, change)) = operation.object() else { return Hunks::new() };
        let own = operation.source.iter().chain(change.declared.as_deref());
        if !operation.action.changes_fields() {
            return self.of_places(own);
        }
        let of_fields = change.fields().iter().flat_map(places);
        let named = operation.source.iter().filter(|_| operation.action != Action::Update);
        let found = self.of_places(of_fields.chain(named));
        if found.is_empty() { self.of_places(own) } else { found }
    }

    fn of_file(&self, operation: &Operation) -> Hunks {
        let Target::File(file) = &operation.target else { return Hunks::new() };
        let destination = |name: &str| Address::new(Kind::Destination, Name::from(name));
        let reasons = operation.reasons.iter().filter_map(|reason| match reason {
            Reason::Because(address) => Some(address.clone()),
            Reason::MovesTo(name) | Reason::MovesFrom(name) => Some(destination(name)),
            _ => None,
        });
        let request = file.request.clone();
        let own = request.as_ref().map(|request| self.of_address(request)).unwrap_or_default();
        if matches!(operation.action, Action::Create | Action::Delete) && !own.is_empty() {
            return own;
        }
        let causes: Vec<Address> = reasons.chain(request.as_ref().and_then(Address::above)).collect();
        let found: Hunks = own.into_iter().chain(self.of_addresses(&causes)).collect();
        if found.is_empty() {
            let delivered = file.destination.as_ref().map(|name| self.of_address(&destination(name)));
            return delivered.filter(|hunks| !hunks.is_empty()).unwrap_or_else(|| self.of_places(&operation.source));
        }
        found
    }

    /// The hunks that hold a line.
    fn at(&self, (side, file, line): (usize, &str, u32)) -> impl Iterator<Item = usize> + use<'_, 't> {
        self.of_file_on(side, file).filter(move |index| self.lines(*index, side).hold(line))
    }

    /// The hunks in the nodes that hold a line.
    fn around(&self, (side, file, line): (usize, &str, u32)) -> impl Iterator<Item = usize> + use<'_, 't> {
        let nodes: Vec<(u32, u32)> = self.nodes_at((side, file, line)).collect();
        let touches = move |index: &usize| nodes.iter().any(|node| self.lines(*index, side).touch(*node));
        self.of_file_on(side, file).filter(touches)
    }

    /// The lines of the nodes at the top of a file that hold a line.
    fn nodes_at(&self, (side, file, line): (usize, &str, u32)) -> impl Iterator<Item = (u32, u32)> + use<'_, 't> {
        let nodes = self.nodes[side].get(file).map(Vec::as_slice).unwrap_or_default();
        nodes.iter().filter(move |(start, end)| (*start..=*end).contains(&line)).copied()
    }

    fn of_file_on(&self, side: usize, file: &str) -> impl Iterator<Item = usize> + use<'_, 't> {
        self.by_file[side].get(file).into_iter().flatten().copied()
    }

    fn lines(&self, index: usize, side: usize) -> super::Lines {
        let hunk = &self.hunks[index];
        if side == 0 { hunk.before } else { hunk.after }
    }
}

/// Where what changes of a field is said. What says only a part says where it is better than the field as a whole.
fn places(field: &Field) -> impl Iterator<Item = &Place> {
    let parts = field.parts.iter().filter_map(|part| part.source.as_ref());
    parts.chain(field.source.as_ref().filter(|_| field.parts.is_empty()))
}

/// A place and the lines that have made it what it is, each with its side.
fn lines_of(place: &Place) -> impl Iterator<Item = (usize, &str, u32)> {
    let side = usize::from(place.revision.is_none());
    let others = place.through.iter().map(move |via| (side, &*via.file, via.line));
    std::iter::once((side, &*place.file, place.line)).chain(others)
}

/// The lines of the nodes at the top of some files; of data there are none.
fn nodes_of<'t>(files: &BTreeMap<&'t str, Vec<usize>>, sources: &Sources) -> BTreeMap<&'t str, Vec<(u32, u32)>> {
    let asked = sources.of_people().filter(|(_, file)| file.is_in_folder() && !file.is_data());
    let asked = asked.filter_map(|(id, file)| {
        let (name, _) = files.get_key_value(sources.path(id).as_str())?;
        let (tree, _) = parse(id, &file.text);
        Some((*name, tree.nodes().map(|node| lines(file, node.span().range())).collect()))
    });
    asked.collect()
}

fn lines(file: &SourceFile, range: std::ops::Range<usize>) -> (u32, u32) {
    let line = |offset: usize| file.lines().line_of(offset as u32) as u32 + 1;
    (line(range.start), line(range.end.saturating_sub(1).max(range.start)))
}
