//! Moving in and out: what a neighbour holds as a project, and a project's objects as what a neighbour takes.
//!
//! In: the texts that somebody has of a neighbour, or a project. Out: the files of a project that has no errors, or documents; and what
//! of it could not be said, each with its place. Promises that nothing is lost in silence: what the language has no words for is kept
//! beside the object, for the neighbour, and what cannot be kept is told. Writes nothing.

mod answer;
mod apart;
mod asking;
mod backstage;
mod export;
mod exposed;
mod fate;
mod filled;
mod glob;
mod home;
mod kratix;
mod layout;
mod lone;
mod lost;
mod members;
mod moving;
mod namesakes;
mod narrowed;
mod orphan;
mod own_kind;
mod port;
mod provider;
mod refused;
mod relative;
mod replaced;
mod rule;
mod said;
mod settle;
mod targets;
mod terraform;
#[cfg(test)]
mod tests;
mod text;
mod trace;
mod typed;
mod walk;
mod way;
mod yaml;

pub use export::{Exported, export};
pub use exposed::{Secrets, secrets_in};
pub use fate::{Befallen, Count, Fate, Thing};
pub use glob::{fault, fits};
pub use home::{Load, alone};
pub use text::is_document;

use crate::diag::{Diagnostic, Diagnostics, Severity, code};
use crate::grammar::Neighbour;
use crate::model::{Address, Kind, Map, Name, Value};
use crate::neighbour::{Envelopes, Loss};
use crate::resolve::LoadError;
use crate::source::{FileId, SourceFile, Sources, Span};
use answer::Page;
use exposed::exposed;
use fate::fates;
use home::{Given, Home};
use moving::Moving;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use text::{DocumentPlace, Written};
use thiserror::Error;
use walk::Lost;

/// What became of the texts of a neighbour.
#[derive(Debug, Default)]
pub struct Imported {
    /// The texts.
    pub sources: Sources,
    /// What was left out, kept for the neighbour alone, or read as something else.
    pub problems: Diagnostics,
    /// The files of the project that are new or change so that it says it, by name.
    pub files: BTreeMap<String, String>,
    /// What those of them held that were there.
    pub before: BTreeMap<String, Arc<str>>,
    /// How many objects of each kind were taken in.
    pub objects: BTreeMap<Kind, usize>,
    /// How many of these the project said just so.
    pub same: usize,
    /// Those that it said otherwise.
    pub others: Vec<Otherwise>,
    /// Those that it says otherwise where no file of its own says it alone, so that nothing could make them what was read.
    pub fixed: Vec<Otherwise>,
    /// Of how many of the texts something is taken in.
    pub from: usize,
    /// What the project has that was not read, of what the neighbour has such of: how many objects of each kind, and the files that they stand in.
    pub beside: (BTreeMap<Kind, usize>, BTreeSet<String>),
    /// What looks like a secret in what is taken in, and in what the project says otherwise.
    pub secrets: Secrets,
    /// What else became of what was there.
    pub fates: BTreeMap<Fate, Befallen>,
}

/// An object that the project says otherwise than what was read.
#[derive(Clone, Debug)]
pub struct Otherwise {
    /// Its address.
    pub address: Address,
    /// The file that says it.
    pub file: String,
    /// The file, the line and the column, and what else says it.
    pub place: String,
    /// Where that is in the text of the file, whichever number that has.
    pub span: Span,
}

impl Imported {
    /// How many objects of each kind were left out as a whole.
    pub fn left_out(&self) -> impl Iterator<Item = (Thing, usize)> {
        let befallen = self.fates.get(&Fate::LeftOut).into_iter().flatten();
        befallen.map(|(thing, count)| (*thing, count.whole)).filter(|(_, whole)| *whole > 0)
    }

    /// Whether there is more of the neighbour than was read, by what it says itself.
    pub fn is_part(&self) -> bool {
        self.fates.contains_key(&Fate::Elsewhere)
    }

    /// How many texts cannot be read that may hold something of the neighbour.
    pub fn unread(&self) -> usize {
        self.unreadable(Severity::Error)
    }

    /// How many texts cannot be read and hold nothing of the neighbour.
    pub fn unread_of_others(&self) -> usize {
        self.unreadable(Severity::Warning)
    }

    fn unreadable(&self, severity: Severity) -> usize {
        let unread = |problem: &&Diagnostic| problem.code == code::UNREADABLE_DOCUMENT && problem.severity == severity;
        self.problems.iter().filter(unread).map(|problem| problem.count).sum()
    }
}

/// An object of a neighbour.
#[derive(Debug)]
struct Found {
    kind: Kind,
    document: Map,
    place: DocumentPlace,
}

/// What else is in the folders that somebody moves in with: Terraform's files refer to it by its path, in which `/` parts the folders.
pub trait Folder {
    /// The text of a file.
    fn read(&self, path: &str) -> Option<String>;

    /// The files in a folder and in those in it, each by its way from there; nothing where not all of them are known.
    fn files(&self, path: &str) -> Option<Vec<String>>;
}

impl Folder for &[(&str, &str)] {
    fn read(&self, path: &str) -> Option<String> {
        self.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned())
    }

    fn files(&self, path: &str) -> Option<Vec<String>> {
        let around = if path.is_empty() { String::new() } else { format!("{path}/") };
        Some(self.iter().filter_map(|(name, _)| name.strip_prefix(&around)).map(str::to_owned).collect())
    }
}

/// What was found in documents.
#[derive(Default)]
struct Recognised {
    found: Vec<Found>,
    unknown: Vec<DocumentPlace>,
    /// What would be an object, if it were known what it is called.
    nameless: Vec<(DocumentPlace, Kind)>,
    notes: Vec<Note>,
    /// What answers say of how much of all they have.
    pages: Vec<Page>,
    written: Written,
    /// The files of which a template makes others, each once.
    skeletons: BTreeSet<FileId>,
}

impl Recognised {
    /// Notes something that is no object.
    fn unknown(&mut self, place: &DocumentPlace) {
        self.unknown.push(place.clone());
    }
}

/// What is to be said of a part of the texts.
struct Note {
    place: DocumentPlace,
    what: Fate,
    reason: String,
    /// What in it the reason is said of, where that is another part.
    because: Option<DocumentPlace>,
}

impl Note {
    fn new(place: DocumentPlace, what: Fate, reason: impl Into<String>) -> Self {
        Self { place, what, reason: reason.into(), because: None }
    }

    /// Says of what in it the reason is, by its pointer from there.
    fn for_the(self, pointer: &str) -> Self {
        Self { because: Some(self.place.below(pointer)), ..self }
    }

    /// Where it is shown.
    fn shown(&self) -> &DocumentPlace {
        self.because.as_ref().unwrap_or(&self.place)
    }
}

/// What is needed to take objects in.
#[derive(Default)]
struct Prepared {
    given: Given,
    /// Blueprints that are made for what was found.
    own: Vec<(Address, Map, DocumentPlace)>,
    /// What the documents of each of them have that is no property of it.
    unlike: HashMap<Name, Vec<Loss>>,
    envelopes: Envelopes,
}

/// Why nothing can be taken in.
#[derive(Debug, Error)]
pub enum ImportError {
    /// The project cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Something is in the way of a file, at a path.
    #[error("{0} is in the way")]
    InTheWay(String),
}

/// Objects with their places, as a message names them.
pub fn named(objects: &[Otherwise]) -> String {
    let told = objects.iter().take(MOST_NAMED).map(|one| format!("{} ({})", one.address, one.place));
    let more = objects.len().saturating_sub(MOST_NAMED);
    let more = (more > 0).then(|| format!("{more} more"));
    told.chain(more).collect::<Vec<_>>().join(", ")
}

/// Of so many objects that the project has already each is named.
const MOST_NAMED: usize = 10;

/// Takes in what a neighbour holds. `folder` is what else is in its folders; `load` reads the project that it becomes a part of.
///
/// # Errors
/// Where the project cannot be read.
pub fn import(
    neighbour: Neighbour,
    sources: Sources,
    folder: &dyn Folder,
    load: &Load<'_>,
) -> Result<Imported, ImportError> {
    let home = Home::read(load)?;
    let mut problems = Diagnostics::default();
    let recognised = recognise(neighbour, &sources, folder, &mut problems);
    let Recognised { mut found, unknown, nameless, mut notes, pages, written, skeletons } = recognised;
    notes.extend(answer::missing(pages));
    let not_taken = |place, reason: &str| Note::new(place, Fate::Unknown, reason);
    let reason = format!("no object of {} is known here", neighbour.name());
    notes.extend(unknown.into_iter().map(|place| not_taken(place, &reason)));
    let whole = skeletons.into_iter().map(DocumentPlace::of_file);
    notes.extend(whole.map(|place| not_taken(place, backstage::MADE_BY_TEMPLATE)));
    let mut kinds: HashMap<DocumentPlace, Kind> = found.iter().map(|one| (one.place.clone(), one.kind)).collect();
    kinds.extend(nameless);
    let Prepared { mut given, own, unlike, envelopes } = prepare(neighbour, &mut found, &home, &mut notes);
    let is_of_neighbour = |address: &Address| match (neighbour, address.kind) {
        (Neighbour::Backstage, Kind::Entity) => envelopes.of_blueprint(&address.parent).is_some(),
        (Neighbour::Backstage, _) => false,
        (neighbour, kind) => export::has_objects(neighbour, kind),
    };
    exposed::without_logins(neighbour, &mut found, &mut notes);
    let mut moving = Moving::all(neighbour, found, &home, (envelopes.clone(), &unlike), &mut notes);
    moving.extend(own.into_iter().map(|(address, body, place)| Moving::made(neighbour, address, body, place)));
    without_twins(&mut moving, &mut notes);
    home.give(&mut given);
    let read: HashSet<Address> = moving.iter().map(|one| one.address.clone()).collect();
    let is_as_it_is =
        |one: &Moving| home.is_fixed(&one.address, &one.body) || home.is_of_another(&one.address, &one.body);
    let fixed: Vec<Moving> = moving.extract_if(.., |one| is_as_it_is(one)).collect();
    let otherwise = |one: &Moving| home.otherwise(&one.address, &one.body);
    let files = settle::settle(&mut moving, &home, &given, &mut notes)?;
    let before = files.keys().filter_map(|name| Some((name.clone(), home.text(name)?.0.text().into()))).collect();
    let mut beside = <(BTreeMap<Kind, usize>, BTreeSet<String>)>::default();
    for (address, file) in home.others(&read).filter(|(address, _)| is_of_neighbour(address)) {
        *beside.0.entry(address.kind).or_default() += 1;
        beside.1.insert(file.to_owned());
    }
    let taken_in = || moving.iter().chain(&fixed);
    let others: Vec<Otherwise> = moving.iter().filter_map(otherwise).collect();
    let unchangeable: Vec<Otherwise> = fixed.iter().filter_map(otherwise).collect();
    let (mut objects, mut there) = (BTreeMap::new(), 0);
    for one in taken_in() {
        *objects.entry(one.address.kind).or_default() += 1;
        there += usize::from(home.object(&one.address).is_some() || home.is_of_another(&one.address, &one.body));
    }
    let same = there - others.len() - unchangeable.len();
    let mut secrets = Secrets::new();
    for one in taken_in() {
        let there = home.object(&one.address).map(|there| exposed(&there.body));
        let all = exposed(&one.document).into_iter().chain(there.into_iter().flatten());
        secrets.extend(all.map(|(_, text)| text));
    }
    let known: HashSet<FileId> = taken_in().map(|one| one.place.file).collect();
    tell_of(&mut moving, &mut notes);
    let notes = in_brief(notes, &known);
    let fates = fates(&kinds, &notes);
    problems.append(told(neighbour, &sources, &written, &notes));
    let problems = problems.sorted().told();
    let (from, fixed) = (known.len(), unchangeable);
    Ok(Imported { sources, problems, files, before, objects, same, others, fixed, from, beside, secrets, fates })
}

/// Tells what of objects is kept for their neighbour, and what looks like a secret.
fn tell_of(moving: &mut [Moving], notes: &mut Vec<Note>) {
    for one in moving.iter() {
        notes.extend(exposed(&one.document).into_iter().map(|(pointer, _)| {
            let (around, name) = pointer.rsplit_once('/').unwrap_or_default();
            let reason = format!("`{name}` in it looks like a secret, and stands in the project as it is");
            Note::new(one.place.below(around), Fate::Exposed, reason)
        }));
    }
    for one in moving {
        let (place, kept) = (&one.place, std::mem::take(&mut one.kept));
        let what = if one.can_keep() { Fate::Kept } else { Fate::LeftOut };
        notes.extend(kept.into_iter().map(|(pointer, reason)| Note::new(place.below(&pointer), what, reason)));
    }
}

/// The objects in the texts.
fn recognise(neighbour: Neighbour, sources: &Sources, folder: &dyn Folder, problems: &mut Diagnostics) -> Recognised {
    let mut recognised = Recognised::default();
    for mut document in text::documents(neighbour, sources, folder, problems) {
        recognised.written.note(&document);
        let (place, found) = (document.place(), recognised.found.len());
        let all = [(&mut document.lost, Fate::LeftOut), (&mut document.untagged, Fate::Mended)];
        let [lost, untagged] = all.map(|(all, what)| {
            let notes = std::mem::take(all).into_iter();
            notes.map(|Lost { pointer, reason, .. }| Note::new(place.below(&pointer), what, reason)).collect()
        });
        let (lost, untagged): (Vec<Note>, Vec<Note>) = (lost, untagged);
        if let Some(reason) = document.unknown.take() {
            let is_told = !lost.is_empty();
            recognised.notes.extend(lost);
            recognised.notes.extend((!is_told).then(|| Note::new(place, Fate::Unknown, reason)));
            continue;
        }
        if let Some(reason) = answer::refusal(&document.value) {
            recognised.notes.push(Note::new(place, Fate::Unknown, reason));
            continue;
        }
        let is_nothing = document.value == Value::Null && !lost.is_empty();
        recognised.nameless.extend(document.kind.filter(|_| is_nothing).map(|kind| (place, kind)));
        match neighbour {
            _ if is_nothing => {}
            Neighbour::Port => {
                let name = sources.file(document.file).name.clone();
                port::recognise(document, &name, &mut recognised);
            }
            Neighbour::Kratix => kratix::recognise(document, &mut recognised),
            Neighbour::Backstage => backstage::recognise(document, &mut recognised),
        }
        // What is wrong with the JSON of others is nobody's business here.
        if is_nothing || recognised.found.len() > found {
            recognised.notes.extend(lost.into_iter().chain(untagged));
        }
    }
    if neighbour == Neighbour::Backstage {
        backstage::without_manifests(&mut recognised, sources);
        backstage::without_skeletons(&mut recognised, problems, sources);
    }
    let found = &recognised.found;
    let is_of_others = |file: &SourceFile| match neighbour {
        Neighbour::Port => false,
        Neighbour::Kratix => !kratix::is_told_of(&file.text, found),
        Neighbour::Backstage => !backstage::is_told_of(file, found, sources),
    };
    let unreadable = problems.iter_mut().filter(|problem| problem.code == code::UNREADABLE_DOCUMENT);
    for problem in unreadable.filter(|problem| is_of_others(sources.file(problem.primary.span().file))) {
        problem.severity = Severity::Warning;
        problem.message = format!("{}; nothing in it is of {}", problem.message, neighbour.name());
    }
    if neighbour == Neighbour::Backstage {
        relative::from_one_folder(&mut recognised.found, sources, &mut recognised.notes);
    }
    recognised
}

/// Writes out what a neighbour means by the documents of its objects, and tells what there is to tell of that.
fn prepare(neighbour: Neighbour, found: &mut Vec<Found>, home: &Home<'_>, notes: &mut Vec<Note>) -> Prepared {
    match neighbour {
        Neighbour::Port => port::mend(found, notes),
        Neighbour::Kratix => kratix::mend(found, notes),
        Neighbour::Backstage => return backstage::prepare(found, home, notes),
    }
    Prepared::default()
}

/// Leaves out what is there twice.
fn without_twins(moving: &mut Vec<Moving>, notes: &mut Vec<Note>) {
    let mut first: HashMap<Address, usize> = HashMap::new();
    let mut twins = BTreeSet::new();
    for (index, one) in moving.iter().enumerate() {
        let mut address = one.address.clone();
        if one.neighbour == Neighbour::Backstage {
            // Its catalog knows no upper case.
            address.name = address.name.to_lowercase().as_str().into();
        }
        let Some(first) = first.get(&address) else {
            first.insert(address, index);
            continue;
        };
        twins.insert(index);
        if moving.get(*first).is_none_or(|first| first.document != one.document) {
            let reason =
                format!("{} is there more than once, and this is not the same: the first is taken in", one.address);
            notes.push(one.left_out(reason));
        }
    }
    lost::drop_all(moving, &twins);
}

/// Of files in which nothing is known, one note for each.
fn in_brief(notes: Vec<Note>, known: &HashSet<FileId>) -> Vec<Note> {
    let mut told: HashMap<FileId, usize> = HashMap::new();
    let mut brief: Vec<Note> = Vec::new();
    for note in notes {
        let file = note.place.file;
        // A resource of Terraform is called by its address.
        if note.what != Fate::Unknown || known.contains(&file) || note.place.resource.is_some() {
            brief.push(note);
        } else if let Some(index) = told.get(&file) {
            brief[*index].place = DocumentPlace::of_file(file);
        } else {
            told.insert(file, brief.len());
            brief.push(note);
        }
    }
    brief
}

/// Notes as problems, each at its place.
fn told(neighbour: Neighbour, sources: &Sources, written: &Written, notes: &[Note]) -> Diagnostics {
    let mut places: BTreeMap<FileId, Vec<&DocumentPlace>> = BTreeMap::new();
    for note in notes {
        places.entry(note.place.file).or_default().push(note.shown());
    }
    let spans: BTreeMap<FileId, _> =
        places.into_iter().map(|(file, places)| (file, text::spans(sources.file(file), &places))).collect();
    let written = written.spans(notes.iter().map(Note::shown));
    let mut problems = Diagnostics::default();
    for note in notes {
        let Note { place, what, reason, because } = note;
        let found = written.get(note.shown()).copied().or_else(|| {
            let place = note.shown();
            let found = spans.get(&place.file)?.get(&(place.number.unwrap_or_default(), &*place.pointer));
            found.map(|(start, end)| Span::new(place.file, *start, *end))
        });
        let Span { file, start, end } = found.unwrap_or(Span::start_of(place.file));
        let (words, name) = (place.words(), neighbour.name());
        let message = match what {
            Fate::Kept => format!("{words} is kept for {name} alone: {reason}"),
            Fate::LeftOut => match because {
                Some(part) => format!("{words} is left out for `{}`: {reason}", part.pointer),
                None => format!("{words} is left out: {reason}"),
            },
            Fate::Mended | Fate::Exposed | Fate::Elsewhere => format!("{words}: {reason}"),
            Fate::Disarmed => format!("the password or token in {words} is left out: {reason}"),
            Fate::Refused => format!("{words} is refused by {name}: {reason}"),
            Fate::Unknown => format!("{words} is not taken in: {reason}"),
        };
        let code = match what {
            Fate::Kept => code::KEPT_FOR_NEIGHBOUR,
            Fate::LeftOut | Fate::Disarmed => code::LEFT_OUT,
            Fate::Mended => code::READ_AS_MEANT,
            Fate::Exposed => code::LOOKS_LIKE_A_SECRET,
            Fate::Refused => code::REFUSED_BY_NEIGHBOUR,
            Fate::Unknown | Fate::Elsewhere => code::NOT_RECOGNISED,
        };
        let line_end = sources.file(file).text.get(start as usize..end as usize).and_then(|text| text.find('\n'));
        let end = line_end.and_then(|length| u32::try_from(length).ok()).map_or(end, |length| start + length);
        let problem = Diagnostic::warning(code, Span::new(file, start, end), message);
        let severity = if *what == Fate::Kept { Severity::Advice } else { problem.severity };
        let sort = Some(format!("{} {} {reason}", place.sort(), note.shown().sort()));
        problems.push(Diagnostic { severity, sort, ..problem });
    }
    problems
}
