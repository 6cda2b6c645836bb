//! What follows from a project: how far its things are, and what its requests come to; and what an edit changes of that.

use super::Snapshot;
use crate::model::{Address, Declared as _, Kind, Name};
use crate::scorecard::evaluate;
use crate::source::{FileId, Origin, Span};
use crate::syntax::{Tree, parse};
use crate::worded::counted;
use ahash::AHashMap as HashMap;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// How far things are by a scorecard.
#[derive(Debug)]
struct Reached {
    scorecard: Name,
    /// Its levels, from the lowest.
    levels: Vec<Name>,
    /// The place of the level that each thing reaches; nothing for below the lowest.
    by_thing: HashMap<Address, Option<usize>>,
}

/// The files that a request comes to, by store and path, each with what tells whether it is another.
type Files = BTreeMap<(Name, String), u64>;

/// What follows from the declarations of a project.
#[derive(Debug, Default)]
pub struct Consequences {
    /// How far entities and requests are, by each scorecard.
    reached: Vec<Reached>,
    /// The levels of each scorecard, from the highest, with how many reach it.
    pub(super) counts: HashMap<Name, String>,
    /// How many entities there are of each blueprint, and requests of each promise.
    pub(super) members: HashMap<Address, usize>,
    /// The files that each request comes to; nothing where the project is broken.
    pub(super) files: Option<BTreeMap<Address, Files>>,
    /// What follows in the project's other environments.
    others: Vec<(Name, Self)>,
}

/// What an edit changes of that.
#[derive(Debug, Default)]
pub struct Changes {
    /// The things that reach another level, each with the scorecard, whether it is a higher one, and the level.
    levels: Vec<(Address, Name, bool, Option<Name>)>,
    /// The requests whose files change, each with how many come, go and are otherwise.
    files: Vec<(Address, [usize; 3])>,
    /// What it changes in the project's other environments.
    others: Vec<(Name, Self)>,
}

impl Consequences {
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        let loaded = &snapshot.loaded;
        let mut all = Self::default();
        for scores in evaluate(&loaded.project, snapshot.now) {
            let mut counts = vec![0; scores.levels.len() + 1];
            for entity in &scores.entities {
                counts[entity.level.map_or(0, |level| level + 1)] += 1;
            }
            let named = scores.levels.iter().map(|level| format!("at {level}"));
            let names = std::iter::once("without a level".to_owned()).chain(named);
            let parts = names.zip(&counts).filter(|(_, count)| **count > 0);
            let mut told: Vec<String> = parts.map(|(name, count)| format!("{count} {name}")).collect();
            told.reverse();
            all.counts.insert(scores.scorecard.clone(), told.join(", "));
            let by_thing = scores.entities.into_iter().map(|one| (one.address, one.level)).collect();
            all.reached.push(Reached { scorecard: scores.scorecard, levels: scores.levels, by_thing });
        }
        let project = &loaded.project;
        let mut entities: HashMap<&Name, usize> = HashMap::new();
        for one in &project.entities {
            *entities.entry(&one.blueprint.value).or_default() += 1;
        }
        let of_blueprints =
            entities.into_iter().map(|(name, count)| (Address::new(Kind::Blueprint, name.clone()), count));
        all.members.extend(of_blueprints);
        for of in project.requests.iter().filter_map(|one| one.address().above()) {
            *all.members.entry(of).or_default() += 1;
        }
        if !loaded.diagnostics.has_errors() {
            let mut files: BTreeMap<Address, Files> = BTreeMap::new();
            for file in &loaded.placed {
                let mut hasher = DefaultHasher::new();
                file.content.hash(&mut hasher);
                let place = (file.store.clone(), file.path.clone());
                files.entry(file.request.clone()).or_default().insert(place, hasher.finish());
            }
            all.files = Some(files);
        }
        all.others = snapshot.others.iter().map(|(name, other)| (name.clone(), Self::of(other))).collect();
        all
    }

    /// How far a thing is by each scorecard that judges it, with the name of the level; nothing for below the lowest.
    pub(super) fn levels_of(&self, address: &Address) -> impl Iterator<Item = (&Name, Option<&Name>)> {
        let all = self.reached.iter();
        all.filter_map(|one| Some((&one.scorecard, one.by_thing.get(address)?.and_then(|level| one.levels.get(level)))))
    }

    /// What it is otherwise than it was before.
    pub fn since(&self, before: &Self) -> Changes {
        let mut changes = Changes::default();
        for now in &self.reached {
            let Some(was) = before.reached.iter().find(|was| was.scorecard == now.scorecard) else { continue };
            let others = now.by_thing.iter().filter_map(|(address, is)| {
                let was = was.by_thing.get(address).filter(|was| *was != is)?;
                let level = is.and_then(|level| now.levels.get(level)).cloned();
                Some((address.clone(), now.scorecard.clone(), was < is, level))
            });
            changes.levels.extend(others);
        }
        if let (Some(was), Some(now)) = (&before.files, &self.files) {
            let none = Files::new();
            let all: BTreeSet<&Address> = was.keys().chain(now.keys()).collect();
            for address in all {
                let (was, now) = (was.get(address).unwrap_or(&none), now.get(address).unwrap_or(&none));
                let come = now.keys().filter(|file| !was.contains_key(*file)).count();
                let go = was.keys().filter(|file| !now.contains_key(*file)).count();
                let others = now.iter().filter(|(file, is)| was.get(*file).is_some_and(|was| was != *is)).count();
                if come + go + others > 0 {
                    changes.files.push((address.clone(), [come, go, others]));
                }
            }
        }
        for (name, now) in &self.others {
            let was = before.others.iter().find(|(other, _)| other == name);
            changes.others.extend(was.map(|(_, was)| (name.clone(), now.since(was))));
        }
        changes
    }
}

impl Changes {
    /// Those of some things, in words, in the first environment in which there are some; that of others with its name.
    fn told(&self, is_meant: impl Fn(&Address, Option<&Name>) -> bool) -> (Option<&Name>, Vec<String>) {
        let others = self.others.iter().map(|(name, changes)| (Some(name), changes));
        let all = std::iter::once((None, self)).chain(others);
        let mut said = all.map(|(name, changes)| (name, changes.said(&is_meant)));
        said.find(|(_, said)| !said.is_empty()).unwrap_or_default()
    }

    /// Those of some things, in words.
    fn said(&self, is_meant: &impl Fn(&Address, Option<&Name>) -> bool) -> Vec<String> {
        let mut levels: BTreeMap<(&Name, bool, Option<&Name>), usize> = BTreeMap::new();
        for (address, scorecard, is_rise, level) in &self.levels {
            if is_meant(address, Some(scorecard)) {
                *levels.entry((scorecard, *is_rise, level.as_ref())).or_default() += 1;
            }
        }
        let several = levels.keys().map(|(scorecard, ..)| scorecard).collect::<HashSet<_>>().len() > 1;
        let mut told: Vec<String> = levels
            .into_iter()
            .map(|((scorecard, is_rise, level), count)| {
                let way = if is_rise { "rise" } else { "drop" };
                let level = level.map_or("no level", |level| level);
                let of = if several { format!(" in {scorecard}") } else { String::new() };
                format!("{count} would {way} to {level}{of}")
            })
            .collect();
        let mut sums = [0; 3];
        for (_, counts) in self.files.iter().filter(|(address, _)| is_meant(address, None)) {
            sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
        let words = ["would come", "would go", "would change"];
        told.extend(
            sums.iter()
                .zip(words)
                .filter(|(count, _)| **count > 0)
                .map(|(count, word)| format!("{} {word}", counted(*count, "file"))),
        );
        told
    }
}

impl Snapshot {
    /// What an edit that is not saved yet would change, beside each line of a file that begins a declaration which is not as it was saved, and in
    /// which environment, where that is not the one that the project was read in. `before` is what the text was; `is_all` says that nothing
    /// else of the project is edited.
    pub(super) fn said_of_edit(&self, file: FileId, before: &str, is_all: bool) -> Vec<(Span, Option<&Name>, String)> {
        let (Some(changes), Some(source)) = (self.changes.get(), self.loaded.sources.get(file)) else {
            return Vec::new();
        };
        let tree = parse(file, &source.text).0;
        let (changed, gone) = changed(&tree, before);
        let is_only = is_all && changed.len() == 1;
        let mut told = Vec::new();
        // What goes has no line any more.
        if changed.is_empty() && gone > 0 && is_all {
            let goes = format!("{} would go", counted(gone, "declaration"));
            let (environment, parts) = changes.told(|_, _| true);
            let all: Vec<String> = std::iter::once(goes).chain(parts).collect();
            told.push((Span::start_of(file), environment, all.join(", ")));
        }
        for (span, head) in changed {
            let objects: Vec<Address> = self.declared_in(span);
            let is_of = |address: &Address, scorecard: Option<&Name>| {
                is_only
                    || objects.iter().any(|object| match object.kind {
                        Kind::Scorecard => scorecard == Some(&object.name),
                        _ => object == address || address.above().as_ref() == Some(object),
                    })
            };
            let (environment, mut parts) = changes.told(is_of);
            let members = objects.iter().filter_map(|object| {
                let count = *self.consequences().members.get(object)?;
                let noun = if object.kind == Kind::Promise { "request" } else { "entity" };
                Some(counted(count, noun))
            });
            // How many there are is known of the first environment.
            let members: Vec<String> = members.filter(|_| environment.is_none()).collect();
            if parts.is_empty() && !members.is_empty() && !self.loaded.diagnostics.has_errors() {
                parts.push("none changes level or files".to_owned());
            }
            // How many there are is said above the line anyway.
            if !parts.is_empty() {
                let all: Vec<String> = members.into_iter().chain(parts).collect();
                told.push((head, environment, all.join(", ")));
            }
        }
        told
    }

    /// What is declared in a part of a file.
    fn declared_in(&self, part: Span) -> Vec<Address> {
        let named = self.names().within(part).filter(|(place, _, places)| places.declared.contains(place));
        let project = &self.loaded.project;
        let found = named.filter_map(|(place, thing, _)| match Kind::from_word(thing.kind)? {
            Kind::Request => {
                let requests = project.requests.iter().map(|one| (one.address(), one.span));
                let stands =
                    |span: Origin| span.text().is_some_and(|span| self.loaded.sources.written(span).span.covers(place));
                // One line may make several.
                let is_it =
                    |address: &Address| *address.parent == *thing.within && address.namespaced().1 == &*thing.name;
                requests.into_iter().find(|(address, span)| is_it(address) && stands(*span)).map(|(address, _)| address)
            }
            Kind::Entity => Some(Address::below(Kind::Entity, (&*thing.within).into(), (&*thing.name).into())),
            kind => Some(Address::new(kind, (&*thing.name).into())),
        });
        found.collect()
    }
}

/// The nodes at the top of a text that were otherwise before, each with its line, and how many are no longer there.
fn changed(tree: &Tree, before: &str) -> (Vec<(Span, Span)>, usize) {
    let old = parse(tree.file(), &before.into()).0;
    let texts: HashSet<&str> = old.nodes().map(|node| node.text_at(node.span())).collect();
    let news = tree.nodes().filter(|node| !texts.contains(node.text_at(node.span())));
    let changed: Vec<(Span, Span)> = news.map(|node| (node.span(), node.head_span())).collect();
    (changed, old.nodes().count().saturating_sub(tree.nodes().count()))
}
