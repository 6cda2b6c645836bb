//! Where each thing of a project is declared and named.

use super::cursor::{module_of, name_span, without_quotes};
use crate::grammar::{Body, Index, Inner, Line, language};
use crate::model::{Address, Declared as _, Kind, Parameters};
use crate::object::Types;
use crate::resolve::{Head, NEW, OVERLAY, OverlayVerb, heads};
use crate::source::{FileId, Origin, Sources, Span};
use crate::syntax::{Entry, Node, Nodes, Tree, parse};
use crate::workspace::Loaded;
use ahash::{AHashMap as HashMap, AHashSet as HashSet};
use rayon::prelude::*;
use std::sync::Arc;

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
    /// Each place of a file, by its number, with the number of its thing, in the order of the text.
    by_file: Vec<Vec<(Span, usize)>>,
}

/// A thing by what it is called somewhere: its kind, what its name is one of, and its name.
type Called<'s> = (&'static str, &'s str, &'s str);

/// The things of a project while its names are met. A large one names each of its things several times, and nothing is written down of a
/// name that was met before.
struct Met<'s> {
    sources: &'s Sources,
    things: Vec<(Called<'s>, Places)>,
    numbers: HashMap<Called<'s>, usize>,
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
    /// The names of a project that was read, and of its overlays.
    pub(super) fn of(loaded: &Loaded, overlaid: &Overlaid) -> Self {
        let sources = &loaded.sources;
        let heads: Vec<(Head<'_>, Address)> =
            overlaid.trees.iter().flat_map(heads).filter_map(|head| Some((head, head.address()?))).collect();
        let above: Vec<Option<Address>> = heads.iter().map(|(_, address)| address.above()).collect();
        let mut found = references(loaded);
        found.sort_unstable_by_key(|(_, span)| *span);
        let reuse = Reuse::of(sources);
        let mut met = Met { sources, things: Vec::new(), numbers: HashMap::new() };
        met.add_all(&loaded.names);
        let private: HashSet<(&str, &str)> = reuse.iter().flat_map(Reuse::private).collect();
        for one in &reuse {
            met.add_templates(one, &private);
        }
        overlaid.aside.iter().for_each(|index| met.add_all(index));
        for ((head, address), above) in heads.iter().zip(&above) {
            met.add_head((head, address, above.as_ref()), loaded);
        }
        for (address, span) in &found {
            // A value of an open body stands there perhaps in quotes.
            let (span, written) = (*span, sources.text(*span));
            let span = match written.find(&*address.name) {
                Some(start) if written.len() > address.name.len() => {
                    let start = span.start + start as u32;
                    Span::new(span.file, start, start + address.name.len() as u32)
                }
                _ => span,
            };
            met.add(Thing::called(address), span, |places| &mut places.used);
        }
        let things = met.things.into_iter().map(|(called, places)| (called.into(), places)).collect();
        Self::settled(things, sources.iter().len())
    }

    /// Each place of some things once, in the order of the text that it is in; of so many texts.
    fn settled(mut things: Vec<(Thing, Places)>, files: usize) -> Self {
        things.par_iter_mut().for_each(|(_, Places { declared, used, .. })| {
            for list in [&mut *declared, &mut *used] {
                list.sort_unstable();
                list.dedup();
            }
            used.retain(|span| declared.binary_search(span).is_err());
        });
        let mut by_file = vec![Vec::new(); files];
        for (number, (_, Places { declared, used, .. })) in things.iter().enumerate() {
            for span in declared.iter().chain(used) {
                if let Some(places) = by_file.get_mut(span.file.0 as usize) {
                    places.push((*span, number));
                }
            }
        }
        by_file.par_iter_mut().for_each(|all| all.sort_unstable());
        let numbers = things.iter().zip(0..).map(|((thing, _), number)| (thing.clone(), number)).collect();
        Self { things, numbers, by_file }
    }

    /// The thing that is named at an offset of a file, where its name stands, and where else it does. A value that has a name is named in texts
    /// of which no index knows ([`Snapshot::local`](super::Snapshot::local)).
    pub fn at(&self, file: FileId, at: u32) -> Option<(&Thing, Span, &Places)> {
        let all = self.by_file.get(file.0 as usize)?;
        let until = all.partition_point(|(span, _)| span.start <= at);
        let (span, number) = all.get(..until)?.iter().rev().find(|(span, _)| at <= span.end)?;
        let (thing, places) = self.things.get(*number)?;
        (thing.kind != VALUE).then_some((thing, *span, places))
    }

    /// The things that are named within a part of a file, in the order of the text, each with the place and all of its places.
    pub fn within(&self, part: Span) -> impl Iterator<Item = (Span, &Thing, &Places)> {
        let all = self.by_file.get(part.file.0 as usize).map(Vec::as_slice).unwrap_or_default();
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

impl<'s> Met<'s> {
    fn add_all(&mut self, index: &'s Index) {
        let sources = self.sources;
        for one in index.declared(sources).filter(|one| !one.name.is_empty()) {
            // Where names differ by the node that they stand in, others name them by what is around.
            let is_inner = one.within.contains(':') && !is_below(one.kind);
            if !is_inner {
                let called = (one.kind, of_entity(one.kind, one.within), one.name);
                self.add(called, one.span, |places| &mut places.declared);
            }
        }
        for one in index.used(sources).filter(|one| !one.name.is_empty()) {
            let [first, second] = one.kinds.map(|kind| (kind, "", one.name));
            let called = if self.numbers.contains_key(&first) { first } else { second };
            self.add(called, one.span, |places| &mut places.used);
        }
    }

    /// The templates that a text asks for, and those that only the module knows which it is of.
    fn add_templates(&mut self, text: &'s Reuse, private: &HashSet<(&str, &str)>) {
        let is_private = |name: &str| private.contains(&(&*text.folder, name));
        for (name, entry) in text.named(Parameters::TEMPLATE).filter(|(name, _)| is_private(name)) {
            self.add((Parameters::TEMPLATE, &text.folder, name), name_span(entry), |places| &mut places.declared);
        }
        for (name, entry) in text.named(NEW) {
            let within = if is_private(name) { &*text.folder } else { "" };
            self.add((Parameters::TEMPLATE, within, name), name_span(entry), |places| &mut places.used);
        }
    }

    /// What an overlay names: the object that it changes, what that is one of, its teams, and the targets of its relations.
    fn add_head(&mut self, (head, address, above): (&Head<'s>, &'s Address, Option<&'s Address>), loaded: &'s Loaded) {
        let is_added = head.is_added();
        self.add(Thing::called(address), head.named.value_span(), |places| {
            if is_added { &mut places.declared } else { &mut places.used }
        });
        if let (Some(above), Some(named)) = (above, head.above) {
            self.add(Thing::called(above), named.value_span(), |places| &mut places.used);
        }
        let blueprint = loaded.project.blueprint(&address.parent).filter(|_| head.kind == Kind::Entity);
        let relations = blueprint.map(|of| of.relations.as_slice()).unwrap_or_default();
        let lines = head.node.children().flat_map(|line| {
            let inner = line.children().map(move |inner| (line.name(), inner));
            std::iter::once(("", line)).chain(inner)
        });
        for (inside, line) in lines {
            let is_verb = OverlayVerb::from_word(line.name()).is_some();
            let said = if is_verb { line.argument(0).and_then(Entry::string) } else { Some(line.name()) };
            let relation = relations.iter().find(|one| Some(&*one.name.value) == said);
            let (kind, within) = match relation {
                _ if said == Some(Kind::Team.word()) && ["", "metadata"].contains(&inside) => (Kind::Team, ""),
                Some(relation) => (Kind::Entity, &*relation.target.value),
                None => continue,
            };
            for target in line.arguments().skip(usize::from(is_verb)) {
                if let Some(name) = target.string().filter(|name| !name.is_empty()) {
                    self.add((kind.word(), within, name), target.value_span(), |places| &mut places.used);
                }
            }
        }
    }

    fn add(&mut self, called: Called<'s>, span: Span, list: impl Fn(&mut Places) -> &mut Vec<Span>) {
        let written = self.sources.written(span);
        // What is put in whole is changed where it is written.
        let is_made = !written.is_as_written() && !says(self.sources, written.span, called.2);
        let next = self.things.len();
        let number = *self.numbers.entry(called).or_insert(next);
        if number == next {
            self.things.push((called, Places::default()));
        }
        let Some((_, places)) = self.things.get_mut(number) else { return };
        places.is_made |= is_made;
        list(places).push(written.span);
    }
}

impl From<Called<'_>> for Thing {
    fn from((kind, within, name): Called<'_>) -> Self {
        Self { kind, within: within.into(), name: name.into() }
    }
}

impl Thing {
    /// The thing that an address names.
    pub fn of(address: &Address) -> Self {
        Self::called(address).into()
    }

    fn called(address: &Address) -> Called<'_> {
        let name = if address.parent.is_empty() { &*address.name } else { address.namespaced().1 };
        (address.kind.word(), &address.parent, name)
    }
}

/// Whether a place says a name and nothing else, in quotes or without.
fn says(sources: &Sources, span: Span, name: &str) -> bool {
    sources.text(without_quotes(span, sources.text(span))) == name
}

/// A text that asks for nodes of templates, wherever a `new` line stands in it: where these are written out no such line is left, and those
/// of modules are no names of the project.
struct Reuse {
    /// The folder of the module that it is of; empty where it is one of the project.
    folder: String,
    tree: Tree,
}

impl Reuse {
    fn of(sources: &Sources) -> Vec<Self> {
        let says = |text: &str| [NEW, Parameters::TEMPLATE].iter().any(|word| text.contains(word));
        let files = sources.of_people().filter(|(_, file)| !file.is_data() && says(&file.text));
        let files: Vec<_> = files.collect();
        let texts = files.into_par_iter().map(|(id, file)| Self {
            folder: module_of(sources, id).unwrap_or_default(),
            tree: named_tree(id, &file.text),
        });
        texts.collect()
    }

    /// The lines of a word that stand where nodes are made, each with the name that it begins with.
    fn named<'r>(&'r self, word: &'static str) -> impl Iterator<Item = (&'r str, Entry<'r>)> {
        let mut found = Vec::new();
        made(self.tree.nodes(), &mut |node| found.extend(Some(node).filter(|node| node.name() == word)));
        found.into_iter().filter_map(|node| {
            let entry = node.argument(0)?;
            Some((entry.string().filter(|name| !name.is_empty())?, entry))
        })
    }

    /// The templates that it declares and that its module alone knows, each by the folder of that and its name.
    fn private(&self) -> impl Iterator<Item = (&str, &str)> {
        let is_private = |node: &Node<'_>| {
            node.name() == Parameters::TEMPLATE && node.arguments().skip(1).any(|flag| flag.string() == Some("private"))
        };
        let all = self.tree.nodes().filter(move |node| !self.folder.is_empty() && is_private(node));
        all.filter_map(|node| Some((&*self.folder, node.argument(0)?.string()?)))
    }
}

/// Visits the nodes of a block in which nodes are made, and of those below it.
fn made<'t>(nodes: Nodes<'t>, visit: &mut dyn FnMut(Node<'t>)) {
    for node in nodes {
        visit(node);
        let inner = language().line_at(language().at_top(node), node).and_then(Line::inner);
        if inner.and_then(Inner::body).is_some_and(|body| matches!(body.0, Body::Nodes)) {
            made(node.children(), visit);
        }
    }
}

/// The texts of a project in which overlays change something, and what that asks for.
#[derive(Debug)]
pub(super) struct Overlaid {
    trees: Vec<Tree>,
    /// The names of all texts as somebody wrote them, where there is an overlay: what one takes away is in no project.
    pub(super) aside: Vec<Index>,
}

impl Overlaid {
    pub(super) fn of(sources: &Sources) -> Self {
        let files = sources.of_people().filter(|(_, file)| file.may_be_changed() && file.text.contains(OVERLAY));
        let trees: Vec<Tree> = files.map(|(id, file)| named_tree(id, &file.text)).collect();
        let has_heads = trees.iter().any(|tree| heads(tree).next().is_some());
        Self { trees, aside: if has_heads { as_written(sources) } else { Vec::new() } }
    }
}

/// The tree of a text in which names are in the form that they are compared in.
fn named_tree(file: FileId, text: &Arc<str>) -> Tree {
    let mut tree = parse(file, text).0;
    language().compose(&mut tree);
    tree
}

/// The names of the texts of a project as somebody wrote them.
fn as_written(sources: &Sources) -> Vec<Index> {
    let files: Vec<_> = sources.of_people().filter(|(_, file)| file.may_be_changed()).collect();
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
