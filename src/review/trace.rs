//! Which hunks something follows from.

use super::Side;
use super::elsewhere::{Around, Elsewhere, Passage};
use super::hunk::Hunk;
use crate::model::{Address, Entity, Kind, Name, Project, Thing};
use crate::plan::{self, Action, Field, Operation, Place, Plan, Reason, Target};
use crate::source::{SourceFile, Sources};
use crate::syntax::parse;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The numbers of some hunks.
pub(super) type Hunks = BTreeSet<usize>;

/// A line: its side, its file and its number.
type Line<'p> = (usize, &'p str, u32);

/// What something follows from.
#[derive(Clone, Debug, Default)]
pub(super) struct Cause {
    /// The hunks that it stands under the first of.
    pub(super) first: Hunks,
    /// Those that it follows from as well.
    pub(super) others: Hunks,
}

impl Cause {
    /// Of some causes, the nearest first: the first that is one, and the others; where none is, what else there is.
    pub(super) fn of(causes: impl IntoIterator<Item = Hunks>, other: impl FnOnce() -> Hunks) -> Self {
        let mut causes = causes.into_iter().filter(|hunks| !hunks.is_empty());
        match causes.next() {
            Some(first) => Self { first, others: causes.flatten().collect() },
            None => Self { first: other(), others: Hunks::new() },
        }
    }

    /// All that it follows from.
    fn all(&self) -> Hunks {
        self.first.union(&self.others).copied().collect()
    }
}

impl From<Hunks> for Cause {
    fn from(first: Hunks) -> Self {
        Self { first, others: Hunks::new() }
    }
}

/// The hunks that the changes of a plan follow from.
pub(super) struct Traces<'t> {
    hunks: &'t [Hunk],
    /// The hunks of each file, as it was and as it is.
    by_file: [BTreeMap<&'t str, Vec<usize>>; 2],
    /// The lines of each node at the top of these files.
    nodes: [BTreeMap<&'t str, Vec<(u32, u32)>>; 2],
    /// What each change follows from, by its name, and by the one that it had.
    changes: BTreeMap<&'t Thing, (&'t Operation, Cause)>,
    /// What the texts say by names.
    elsewhere: Elsewhere<'t>,
    /// What they declare, as it was and as it is.
    pub(super) projects: [&'t Project; 2],
    /// The entities of these, by blueprint and name.
    entities: OnceCell<[HashMap<(&'t str, &'t str), &'t Entity>; 2]>,
}

impl<'t> Traces<'t> {
    /// Finds out what each change follows from: the lines that say what of it changes; where none of these is in a hunk, the nodes that
    /// they stand in; else what it is one of, and what it is made for.
    pub(super) fn of(plan: &'t Plan, hunks: &'t [Hunk], sides: [Side<'t>; 2]) -> Self {
        let mut by_file = [BTreeMap::new(), BTreeMap::new()];
        // A file that only gets another name changes nothing.
        for (index, hunk) in hunks.iter().enumerate().filter(|(_, hunk)| hunk.former.is_none()) {
            for files in &mut by_file {
                files.entry(hunk.file.as_str()).or_insert_with(Vec::new).push(index);
            }
        }
        let [old, new] = &by_file;
        let nodes = [nodes_of(old, sides[0].sources), nodes_of(new, sides[1].sources)];
        let (elsewhere, projects) = (Elsewhere::of(sides), sides.map(|side| side.project));
        let mut traces =
            Self { hunks, by_file, nodes, changes: BTreeMap::new(), elsewhere, projects, entities: OnceCell::new() };
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
                traces.keep(operation, &found.into());
            }
        }
        for operation in &files {
            let found = traces.of_file(operation);
            traces.keep(operation, &found.into());
        }
        traces
    }

    fn keep(&mut self, operation: &'t Operation, found: &Cause) {
        for name in [Some(&operation.thing), operation.from.as_ref()].into_iter().flatten() {
            self.changes.insert(name, (operation, found.clone()));
        }
    }

    /// An entity, as it was and as it is; nothing where it is not there.
    pub(super) fn entity(&self, side: usize, address: &Address) -> Option<&'t Entity> {
        let named = |project: &'t Project| {
            project.entities.iter().map(|one| ((&*one.blueprint.value, &*one.name.value), one)).collect()
        };
        let all = self.entities.get_or_init(|| self.projects.map(named));
        all[side].get(&(&*address.parent, &*address.name)).copied()
    }

    /// What the change of a thing follows from, that which decides it first.
    pub(super) fn cause_of(&self, thing: &Thing) -> Cause {
        self.changes.get(thing).map(|(_, cause)| cause.clone()).unwrap_or_default()
    }

    /// What the change of a thing follows from.
    pub(super) fn of_thing(&self, thing: &Thing) -> Hunks {
        self.cause_of(thing).all()
    }

    /// What the change of an object follows from.
    pub(super) fn of_address(&self, address: &Address) -> Hunks {
        self.of_thing(&address.clone().into())
    }

    /// What the changes of objects follow from, all of them.
    pub(super) fn of_addresses<'a>(&self, addresses: impl IntoIterator<Item = &'a Address>) -> Hunks {
        addresses.into_iter().flat_map(|address| self.of_address(address)).collect()
    }

    /// The hunks that hold one of some places, or say what the names are that are read there; where none does, those in the nodes that these
    /// places stand in, and those that say what the names are that are read in these.
    pub(super) fn of_places<'p>(&self, places: impl IntoIterator<Item = &'p Place>) -> Hunks {
        let lines = lines_of_all(places);
        let found: Hunks = self.at(&lines).into_iter().chain(self.read(&lines, Around::Line)).collect();
        if found.is_empty() { self.around(&lines) } else { found }
    }

    /// What those fields of an object follow from that are asked for, as far as they change; of one that comes or goes, what that follows from.
    pub(super) fn of_fields(&self, address: &Address, is_asked: impl Fn(&Field) -> bool) -> Hunks {
        let thing: Thing = address.clone().into();
        let Some((operation, cause)) = self.changes.get(&thing) else { return Hunks::new() };
        let Some((_, change)) = operation.object().filter(|_| operation.action.changes_fields()) else {
            return cause.all();
        };
        let fields: Vec<&Field> = change.fields().iter().filter(|field| is_asked(field)).collect();
        if fields.is_empty() {
            return Hunks::new();
        }
        let found = self.of_places(fields.into_iter().flat_map(places));
        if found.is_empty() { cause.all() } else { found }
    }

    /// What an object comes or goes by; nothing of one that stays.
    pub(super) fn of_end(&self, address: &Address) -> Option<Hunks> {
        let (operation, cause) = self.changes.get(&Thing::from(address.clone()))?;
        (!operation.action.changes_fields()).then(|| cause.all())
    }

    /// What that follows from which stands in the same nodes as a hunk, where this one has more than comments.
    pub(super) fn beside(&self, index: usize) -> Hunks {
        let hunk = &self.hunks[index];
        if !hunk.says_something() {
            return Hunks::new();
        }
        let is_in = |(side, file, line): (usize, &str, u32)| {
            let lines = self.lines(index, side);
            file == hunk.file && self.nodes_at((side, file, line)).any(|node| lines.touch(node))
        };
        let operations = self.changes.values().filter(|(operation, _)| {
            operation.object().is_some() && operation.source.iter().flat_map(lines_of).any(is_in)
        });
        operations.flat_map(|(_, cause)| cause.all()).filter(|other| *other != index).collect()
    }

    /// The lines that say what of it changes decide it first, then those of overlays, then those that say what the names are that it reads,
    /// then those that give it another name.
    fn of_object(&self, operation: &Operation) -> Cause {
        let Some((address, change)) = operation.object() else { return Cause::default() };
        let own = lines_of_all(operation.source.iter().chain(change.declared.as_deref()));
        let overlays = self.passages(self.elsewhere.of_overlays(address));
        let around = || self.around(&own);
        if !operation.action.changes_fields() {
            return Cause::of([self.at(&own), overlays, self.read(&own, Around::Line)], around);
        }
        let is_renamed = |field: &&Field| field.cause == plan::Cause::Renamed;
        let (renamed, said): (Vec<&Field>, Vec<&Field>) = change.fields().iter().partition(is_renamed);
        let [renamed, said] = [renamed, said].map(|fields| lines_of_all(fields.into_iter().flat_map(places)));
        let named = lines_of_all(operation.source.iter().filter(|_| operation.action != Action::Update));
        let names = self.at(&renamed).into_iter().chain(self.at(&named)).collect();
        Cause::of([self.at(&said), overlays, self.read(&said, Around::Line), names], around)
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

    /// The hunks that hold one of some lines.
    fn at(&self, lines: &[Line<'_>]) -> Hunks {
        let at = |(side, file, line): Line<'_>| {
            self.of_file_on(side, file).filter(move |index| self.lines(*index, side).hold(line)).collect::<Hunks>()
        };
        lines.iter().copied().flat_map(at).collect()
    }

    /// The hunks that say what the names are that are read at some lines.
    fn read(&self, lines: &[Line<'_>], around: Around) -> Hunks {
        self.passages(lines.iter().flat_map(|line| self.elsewhere.read_at(*line, around)))
    }

    /// The hunks that have some of these lines.
    fn passages<'e>(&self, passages: impl Iterator<Item = Passage<'e>>) -> Hunks {
        let touching = |one: Passage<'e>| {
            self.of_file_on(one.side, one.file).filter(move |index| self.lines(*index, one.side).touch(one.lines))
        };
        passages.flat_map(touching).collect()
    }

    /// The hunks in the nodes that hold some lines, as far as they say something, and those that say what the names are that are read in these.
    fn around(&self, lines: &[Line<'_>]) -> Hunks {
        let within = |(side, file, line): Line<'_>| {
            let nodes: Vec<(u32, u32)> = self.nodes_at((side, file, line)).collect();
            let touches = |index: &usize| nodes.iter().any(|node| self.lines(*index, side).touch(*node));
            self.of_file_on(side, file).filter(touches).collect::<Hunks>()
        };
        let within = lines.iter().copied().flat_map(within).filter(|index| self.hunks[*index].says_something());
        within.chain(self.read(lines, Around::Node)).collect()
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
fn lines_of(place: &Place) -> impl Iterator<Item = Line<'_>> {
    let side = usize::from(place.revision.is_none());
    let others = place.through.iter().map(move |via| (side, &*via.file, via.line));
    std::iter::once((side, &*place.file, place.line)).chain(others)
}

/// The lines of some places.
fn lines_of_all<'p>(places: impl IntoIterator<Item = &'p Place>) -> Vec<Line<'p>> {
    places.into_iter().flat_map(lines_of).collect()
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
