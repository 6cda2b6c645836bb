//! What follows from a declaration, to be shown beside its line: how far an entity is, what a request comes to, who is how far in a scorecard.

use super::{Snapshot, Thing};
use crate::model::{Address, Declared as _, Entity, Kind, Name};
use crate::source::{FileId, Span};
use crate::worded::counted;
use std::collections::BTreeMap;

/// What is shown beside a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The line, as the project was read.
    pub line: Span,
    /// What follows from it.
    pub text: String,
}

/// What an editor shows above a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// The line, as the project was read.
    pub line: Span,
    /// What is said.
    pub text: String,
    /// What whoever asks for more is shown.
    pub shows: Option<Shows>,
}

/// What can be shown of a declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shows {
    /// The files of a request.
    Files(Address),
    /// A run of the project's tests.
    Tests,
    /// What the edit comes to with all that the project owns.
    Plan,
}

impl Snapshot {
    /// What follows from the entities and requests of a file.
    pub fn hints(&self, file: FileId) -> Vec<Hint> {
        let project = &self.loaded.project;
        let own = self.entities_by_file().get(&file).map(Vec::as_slice).unwrap_or_default();
        let entities = own.iter().filter_map(|number| project.entities.get(*number)).filter_map(|one| {
            let line = self.line_in(file, one.span.text()?)?;
            let mut told = self.levels_of(&one.address());
            told.extend(self.defaults(one));
            Some(Hint { line, text: self.here(told.join(", ")) })
        });
        let requests = project.requests.iter().filter_map(|one| {
            let line = self.line_in(file, one.span.text()?)?;
            let address = one.address();
            let told: Vec<String> = self.files_of(&address).into_iter().chain(self.levels_of(&address)).collect();
            Some(Hint { line, text: self.here(told.join(", ")) })
        });
        entities.chain(requests).filter(|hint| !hint.text.is_empty()).collect()
    }

    fn levels_of(&self, address: &Address) -> Vec<String> {
        let reached = self.consequences().levels_of(address);
        reached
            .map(|(scorecard, level)| format!("{} in {scorecard}", level.map_or("no level", |level| level)))
            .collect()
    }

    /// How many files a request comes to; nothing where that is not known, or it comes to none.
    fn files_of(&self, request: &Address) -> Option<String> {
        let files = self.consequences().files.as_ref()?.get(request)?;
        Some(counted(files.len(), "file"))
    }

    /// What is said above the declarations of a file: of blueprints, promises and scorecards how many there are of each, and how far; of a
    /// request its files, of a test how it ends; and of what is edited what that would change. `before` is the text as it was saved, and
    /// whether nothing else of the project is edited.
    pub fn lenses(&self, file: FileId, before: Option<(&str, bool)>) -> Vec<Lens> {
        let edits: Vec<(Span, Option<&Name>, String)> =
            before.into_iter().flat_map(|(text, is_all)| self.said_of_edit(file, text, is_all)).collect();
        // What is said of an edit may begin with how many there are.
        let begins = |text: &str| self.here(text.split(", ").next().unwrap_or_default().to_owned());
        let counts: Vec<(u32, String)> = edits.iter().map(|(line, _, text)| (line.start, begins(text))).collect();
        let is_said = |lens: &Lens| counts.iter().any(|(at, text)| *at == lens.line.start && *text == lens.text);
        let edits = edits.into_iter().map(|(line, environment, text)| {
            let text = match environment {
                Some(environment) => format!("{text} (in {environment})"),
                None => self.here(text),
            };
            Lens { line, text, shows: Some(Shows::Plan) }
        });
        let objects = self.lenses_of_objects(file).into_iter().filter(|lens| !is_said(lens));
        edits
            .chain(objects)
            .chain(self.lenses_of_requests(file))
            .chain(self.lenses_of_tests(file))
            .filter(|lens| !lens.text.is_empty())
            .collect()
    }

    fn lenses_of_objects(&self, file: FileId) -> Vec<Lens> {
        let lines = self.loaded.project.objects.iter().filter_map(|one| {
            let line = self.line_in(file, one.span.text()?)?;
            let members = self.consequences().members.get(&one.address).copied().unwrap_or_default();
            let text = match one.address.kind {
                Kind::Blueprint => self.here(counted(members, "entity")),
                Kind::Promise => self.here(counted(members, "request")),
                Kind::Scorecard => self.here(self.consequences().counts.get(&one.address.name)?.clone()),
                _ => {
                    let places = self.names().places(&Thing::of(&one.address))?;
                    format!("named at {}", counted(places.used.len(), "place"))
                }
            };
            Some(Lens { line, text, shows: None })
        });
        lines.collect()
    }

    /// Above the line of a request its files; above one that makes several, as in a template or an `each`, how many these are and what they
    /// come to together.
    fn lenses_of_requests(&self, file: FileId) -> Vec<Lens> {
        let mut by_line: BTreeMap<Span, Vec<Address>> = BTreeMap::new();
        for one in &self.loaded.project.requests {
            let written = one.span.text().map(|span| self.loaded.sources.written(span).span);
            if let Some(line) = written.filter(|line| line.file == file) {
                by_line.entry(line).or_default().push(one.address());
            }
        }
        let lenses = by_line.into_iter().filter_map(|(line, requests)| match requests.as_slice() {
            [address] => Some(Lens {
                line,
                text: self.here(self.files_of(address)?),
                shows: Some(Shows::Files(address.clone())),
            }),
            several => {
                let files = self.consequences().files.as_ref()?;
                let files: usize = several.iter().filter_map(|one| files.get(one)).map(BTreeMap::len).sum();
                let text = format!("{}, {}", counted(several.len(), "request"), counted(files, "file"));
                Some(Lens { line, text: self.here(text), shows: None })
            }
        });
        lenses.collect()
    }

    fn lenses_of_tests(&self, file: FileId) -> Vec<Lens> {
        let tests = self.tried(file).into_iter().flatten().map(|one| {
            let text = match one.failures.as_slice() {
                [] => "passes".to_owned(),
                [(_, first)] => format!("fails: {first}"),
                [(_, first), others @ ..] => format!("fails: {first}, and {} more", others.len()),
            };
            Lens { line: one.line, text: self.here(text), shows: Some(Shows::Tests) }
        });
        tests.collect()
    }

    /// What holds in the environment that the project was read in, with its name where there are others.
    fn here(&self, text: String) -> String {
        let project = &self.loaded.project;
        match &project.environment {
            Some(environment) if project.environments.len() > 1 && !text.is_empty() => {
                format!("{text} (in {environment})")
            }
            _ => text,
        }
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
