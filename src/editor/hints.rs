//! What follows from a declaration, to be shown beside its line: how far an entity is, what a request comes to, who is how far in a scorecard.

use super::{Snapshot, Thing};
use crate::model::{Address, Declared as _, Entity, Kind};
use crate::scorecard::evaluate;
use crate::source::{FileId, Span};
use std::collections::HashMap;

/// What is shown beside a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The line, as the project was read.
    pub line: Span,
    /// What follows from it.
    pub text: String,
}

/// What follows from the declarations of a project.
#[derive(Debug, Default)]
pub(super) struct Consequences {
    /// The levels of each entity and request: the scorecard, and the level that it reaches.
    levels: HashMap<Address, Vec<String>>,
    /// The levels of each scorecard, from the highest, with how many reach it.
    counts: HashMap<String, String>,
    /// How many entities there are of each blueprint, and requests of each promise.
    members: HashMap<Address, usize>,
    /// How many files each request comes to.
    files: HashMap<Address, usize>,
}

impl Consequences {
    fn of(snapshot: &Snapshot) -> Self {
        let mut all = Self::default();
        for scores in evaluate(&snapshot.loaded.project, snapshot.now) {
            let mut reached = vec![0; scores.levels.len() + 1];
            for entity in &scores.entities {
                let level = entity.level.and_then(|level| scores.levels.get(level));
                let text = format!("{} in {}", level.map_or("no level", |level| level), scores.scorecard);
                all.levels.entry(entity.address.clone()).or_default().push(text);
                let place = entity.level.map_or(0, |level| level + 1);
                reached[place] += 1;
            }
            let named = scores.levels.iter().map(|level| format!("at {level}"));
            let names = std::iter::once("without a level".to_owned()).chain(named);
            let parts = names.zip(&reached).filter(|(_, count)| **count > 0);
            let mut told: Vec<String> = parts.map(|(name, count)| format!("{count} {name}")).collect();
            told.reverse();
            all.counts.insert(scores.scorecard.to_string(), told.join(", "));
        }
        let project = &snapshot.loaded.project;
        let entities = project.entities.iter().map(|one| Address::new(Kind::Blueprint, one.blueprint.value.clone()));
        let requests = project.requests.iter().filter_map(|one| one.address().above());
        for of in entities.chain(requests) {
            *all.members.entry(of).or_default() += 1;
        }
        for file in &snapshot.loaded.placed {
            *all.files.entry(file.request.clone()).or_default() += 1;
        }
        all
    }
}

impl Snapshot {
    fn consequences(&self) -> &Consequences {
        self.consequences.get_or_init(|| Consequences::of(self))
    }

    /// What follows from the entities and requests of a file.
    pub fn hints(&self, file: FileId) -> Vec<Hint> {
        let project = &self.loaded.project;
        let entities = project.entities.iter().filter_map(|one| {
            let line = self.line_in(file, one.span.text()?)?;
            let mut told = self.consequences().levels.get(&one.address()).cloned().unwrap_or_default();
            told.extend(self.defaults(one));
            Some(Hint { line, text: told.join(", ") })
        });
        let requests = project.requests.iter().filter_map(|one| {
            let line = self.line_in(file, one.span.text()?)?;
            let address = one.address();
            let files = match self.consequences().files.get(&address) {
                Some(1) => "1 file".to_owned(),
                Some(count) => format!("{count} files"),
                None => return None,
            };
            let levels = self.consequences().levels.get(&address).into_iter().flatten();
            let told: Vec<&str> = std::iter::once(&*files).chain(levels.map(|level| &**level)).collect();
            Some(Hint { line, text: told.join(", ") })
        });
        entities.chain(requests).filter(|hint| !hint.text.is_empty()).collect()
    }

    /// What is said of the blueprints, promises and scorecards of a file: how many there are of each, and how far.
    pub fn lenses(&self, file: FileId) -> Vec<Hint> {
        let project = &self.loaded.project;
        let lines = project.objects.iter().filter_map(|one| {
            let line = self.line_in(file, one.span.text()?)?;
            let members = self.consequences().members.get(&one.address).copied().unwrap_or_default();
            let text = match one.address.kind {
                Kind::Blueprint => counted(members, "entity", "entities"),
                Kind::Promise => counted(members, "request", "requests"),
                Kind::Scorecard => self.consequences().counts.get(&*one.address.name)?.clone(),
                _ => {
                    let places = self.names().places(&Thing::of(&one.address))?;
                    format!("named at {}", counted(places.used.len(), "place", "places"))
                }
            };
            Some(Hint { line, text })
        });
        lines.filter(|hint| !hint.text.is_empty()).collect()
    }

    /// A line of a file that somebody wrote there.
    fn line_in(&self, file: FileId, line: Span) -> Option<Span> {
        let written = self.loaded.sources.written(line);
        (written.span.file == file && written.through.is_empty()).then_some(written.span)
    }

    /// The properties of an entity that stand by their blueprint's defaults.
    fn defaults(&self, entity: &Entity) -> Vec<String> {
        let blueprint = self.loaded.project.blueprints.iter().find(|one| one.name.value == entity.blueprint.value);
        let properties = blueprint.into_iter().flat_map(|one| &one.properties);
        let unset = properties.filter(|one| entity.properties.get(&one.name.value).is_none());
        unset
            .filter_map(|one| {
                Some(format!("{} {}", one.name.value, super::fields::shown(&one.default.as_ref()?.value)))
            })
            .collect()
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
