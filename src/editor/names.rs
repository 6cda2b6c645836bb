//! Where each thing of a project is declared and named.

use crate::grammar::{Index, language};
use crate::model::{Address, Declared as _, Kind};
use crate::object::Types;
use crate::source::{FileId, Origin, Sources, Span};
use crate::syntax::parse;
use crate::workspace::Loaded;
use rayon::prelude::*;
use std::collections::HashMap;

/// The kind of values that have a name in all of a project.
pub(super) const VALUE: &str = "value";

/// A thing that has a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Thing {
    /// Its kind, as the grammar calls it.
    pub kind: &'static str,
    /// What its name is one of: the blueprint of an entity; empty for most.
    pub within: Box<str>,
    /// Its name.
    pub name: Box<str>,
}

/// Where things of a project are declared and named. What was made out of a template or of data is where somebody wrote it.
#[derive(Debug, Default)]
pub struct Names {
    things: Vec<(Thing, Places)>,
    numbers: HashMap<Thing, usize>,
    /// Each place of a file with the number of its thing, in the order of the text.
    by_file: HashMap<FileId, Vec<(Span, usize)>>,
}

/// The places of a thing.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Where it is declared: the place of the name.
    pub declared: Vec<Span>,
    /// Where it is named by others.
    pub used: Vec<Span>,
    /// Whether one of them is made, so that it cannot be given another name there.
    pub is_made: bool,
}

impl Names {
    /// The names of a project that was read.
    pub fn of(loaded: &Loaded) -> Self {
        let mut names = Self::default();
        let sources = &loaded.sources;
        names.add_all(&loaded.names, sources);
        for index in set_aside(sources) {
            names.add_all(&index, sources);
        }
        let mut found = references(loaded);
        found.sort_unstable_by_key(|(_, span)| *span);
        for (address, span) in found {
            // A value of an open body stands there perhaps in quotes.
            let written = sources.text(span);
            let span = match written.find(&*address.name) {
                Some(start) if written.len() > address.name.len() => {
                    let start = span.start + start as u32;
                    Span::new(span.file, start, start + address.name.len() as u32)
                }
                _ => span,
            };
            names.add(Thing::of(&address), span, sources, |places| &mut places.used);
        }
        names.settle();
        names
    }

    fn add_all(&mut self, index: &Index, sources: &Sources) {
        for one in index.declared(sources).filter(|one| !one.name.is_empty()) {
            // Where names differ by the node that they stand in, others name them by what is around.
            let is_inner = one.within.contains(':') && !is_below(one.kind);
            if !is_inner {
                let thing =
                    Thing { kind: one.kind, within: of_entity(one.kind, one.within).into(), name: one.name.into() };
                self.add(thing, one.span, sources, |places| &mut places.declared);
            }
        }
        for one in index.used(sources).filter(|one| !one.name.is_empty()) {
            let named = |kind| Thing { kind, within: "".into(), name: one.name.into() };
            let [first, second] = one.kinds.map(named);
            let thing = if self.numbers.contains_key(&first) { first } else { second };
            self.add(thing, one.span, sources, |places| &mut places.used);
        }
    }

    fn add(&mut self, thing: Thing, span: Span, sources: &Sources, list: impl Fn(&mut Places) -> &mut Vec<Span>) {
        let next = self.things.len();
        let number = *self.numbers.entry(thing.clone()).or_insert(next);
        if number == next {
            self.things.push((thing, Places::default()));
        }
        let Some((_, places)) = self.things.get_mut(number) else { return };
        let written = sources.written(span);
        places.is_made |= !written.is_as_written();
        list(places).push(written.span);
    }

    /// Each place once, in the order of the texts.
    fn settle(&mut self) {
        for (number, (_, places)) in self.things.iter_mut().enumerate() {
            let Places { declared, used, .. } = places;
            for list in [&mut *declared, &mut *used] {
                list.sort_unstable();
                list.dedup();
            }
            used.retain(|span| declared.binary_search(span).is_err());
            for span in declared.iter().chain(&*used) {
                self.by_file.entry(span.file).or_default().push((*span, number));
            }
        }
        self.by_file.par_iter_mut().for_each(|(_, all)| all.sort_unstable());
    }

    /// The thing that is named at an offset of a file, where its name stands, and where else it does. A value that has a name is named in texts
    /// of which no index knows ([`Snapshot::local`](super::Snapshot::local)).
    pub fn at(&self, file: FileId, at: u32) -> Option<(&Thing, Span, &Places)> {
        let all = self.by_file.get(&file)?;
        let until = all.partition_point(|(span, _)| span.start <= at);
        let (span, number) = all.get(..until)?.iter().rev().find(|(span, _)| at <= span.end)?;
        let (thing, places) = self.things.get(*number)?;
        (thing.kind != VALUE).then_some((thing, *span, places))
    }

    /// The things that are named within a part of a file, in the order of the text, each with the place and all of its places.
    pub fn within(&self, part: Span) -> impl Iterator<Item = (Span, &Thing, &Places)> {
        let all = self.by_file.get(&part.file).map(Vec::as_slice).unwrap_or_default();
        let first = all.partition_point(|(span, _)| span.start < part.start);
        let inside = all.iter().skip(first).take_while(move |(span, _)| span.end <= part.end);
        inside.filter_map(|(span, number)| self.things.get(*number).map(|(thing, places)| (*span, thing, places)))
    }

    /// Where a thing is declared and named.
    pub fn places(&self, thing: &Thing) -> Option<&Places> {
        self.things.get(*self.numbers.get(thing)?).map(|(_, places)| places)
    }

    /// All things that are declared, in the order in which they were found.
    pub fn declared(&self) -> impl Iterator<Item = (&Thing, &Places)> {
        self.things.iter().filter(|(_, places)| !places.declared.is_empty()).map(|(thing, places)| (thing, places))
    }
}

impl Thing {
    /// The thing that an address names.
    pub fn of(address: &Address) -> Self {
        let name = if address.parent.is_empty() { &*address.name } else { address.namespaced().1 };
        Self { kind: address.kind.word(), within: (&*address.parent).into(), name: name.into() }
    }
}

/// The names of the texts of a project in which something is changed by overlays: what one of them takes away is in no project.
fn set_aside(sources: &Sources) -> Vec<Index> {
    let files: Vec<_> = sources.of_people().filter(|(_, file)| file.may_be_changed()).collect();
    if files.iter().all(|(_, file)| !file.text.contains("overlay")) {
        return Vec::new();
    }
    files.into_par_iter().map(|(id, file)| language().index(&parse(id, &file.text).0)).collect()
}

/// Whether things of a kind are of something that is declared: entities of a blueprint, requests of a promise.
pub(super) fn is_below(kind: &str) -> bool {
    Kind::from_word(kind).and_then(Kind::above).is_some()
}

/// What the name of an entity is within; of others their names are not said to be within something.
fn of_entity<'w>(kind: &str, within: &'w str) -> &'w str {
    if is_below(kind) { within.split('\u{1}').next().unwrap_or_default() } else { "" }
}

/// What objects name in the places that the grammar knows nothing of: relations, and values that are names.
fn references(loaded: &Loaded) -> Vec<(Address, Span)> {
    let project = &loaded.project;
    let types = Types::new(&project.blueprints, &project.promises);
    let written = |references: Vec<crate::object::Reference>| {
        references.into_iter().filter_map(|one| match one.span {
            Origin::Text(span) => Some((one.to, span)),
            Origin::Unread(_) | Origin::Default(_) | Origin::Live { .. } | Origin::Nowhere => None,
        })
    };
    let entities = project.entities.par_iter();
    let mut found: Vec<(Address, Span)> =
        entities.flat_map_iter(|entity| written(types.of_declared(&entity.address(), entity))).collect();
    let requests = project.requests.par_iter();
    found.par_extend(requests.flat_map_iter(|request| written(types.of_declared(&request.address(), request))));
    found
}
