//! Why a thing is as it is: where its values come from, who owns it, what of it is written, live and desired, why it is placed where
//! it is, and what refers to it.
//!
//! Takes what was observed, and reads only what is asked for. Writes nothing and locks nothing.

mod file;
mod object;
mod origin;
mod placement;
mod references;
mod unset;

pub use placement::{Candidate, Fit, Label, Placement};
pub use references::Referrer;

use crate::apply::Targets;
use crate::catalog::Catalog;
use crate::diag::suggest;
use crate::diff::{Desired, Verdict};
use crate::model::{Address, DeclaredAt, Identity, Json, Lifecycle, Renames, Request, covers};
use crate::observe::{Objects, ObserveError, Settled};
use crate::plan::Place;
use crate::source::{Origin, Sources};
use crate::workspace::{Loaded, addresses, near};
use serde::{Serialize, Serializer};
use std::collections::BTreeSet;

/// The most runs that are looked through for the last one that touched an object.
const RUNS: usize = 100;

/// Why a thing is as it is. A value that is not there is not known, or nothing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Why {
    /// Its address.
    pub address: String,
    /// The line that declares it, or the request that a file is rendered for; nothing for what no line declares.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Who owns it.
    pub owner: Owner,
    /// From whom its owner took it over, where it did and the catalog knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_from: Option<TakenFrom>,
    /// Where the owner's text declared it when it last changed it, of what no line of this text declares, where the catalog knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declared: Option<DeclaredAt>,
    /// Who the project is to its targets.
    #[serde(serialize_with = "known")]
    pub project: Identity,
    /// How it stands as a whole.
    pub state: State,
    /// What is live of it, where nobody can read that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<Illegible>,
    /// The other name that it gets with the next apply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
    /// What may happen to it in its life.
    pub lifecycle: Lifecycle,
    /// When it was made, in seconds since 1970 (UTC), where the catalog has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<i64>,
    /// When it was last changed, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<i64>,
    /// The last run that is known to have touched it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// Its fields, by path; none of a file.
    pub fields: Vec<WhyField>,
    /// The request that a file is rendered for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Address>,
    /// The steps of the promise that write a file, each with its line.
    pub steps: Vec<Place>,
    /// What the values in a file refer to, by path.
    pub inputs: Vec<Input>,
    /// Why a request, or the request of a file, is placed where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placement: Option<Placement>,
    /// What its promise says of a request.
    pub status: Vec<StatusValue>,
    /// The files that a request is rendered to: addresses.
    pub files: Vec<String>,
    /// What refers to it.
    pub references: Vec<Referrer>,
}

/// A new name for an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// The address that it has, or had.
    pub from: String,
    /// The address that it gets.
    pub to: String,
    /// The line that says so.
    pub place: Place,
}

/// A field and where its value comes from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WhyField {
    /// Its path.
    #[serde(rename = "field")]
    pub path: String,
    /// What it is, where it was asked for and nobody says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Where the desired value comes from; nothing for what is not declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Provenance>,
    /// Who owns it.
    pub owner: Owner,
    /// How it stands; nothing for a default that is only filled in where it is rendered, and where nobody can read what is live.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// Whether the lifecycle leaves it alone once it is made.
    #[serde(rename = "ignored")]
    pub is_ignored: bool,
    /// What was written last; nothing where that is nothing, or where it is not known any more.
    #[serde(rename = "written", skip_serializing_if = "Option::is_none")]
    pub base: Option<Json>,
    /// What is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live: Option<Json>,
    /// What is desired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub desired: Option<Json>,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Provenance {
    /// Whether nobody says it: it is the language's default, or the one at the place.
    pub default: bool,
    /// The place in the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// Who says a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    /// The thing itself, or the language where that says nothing.
    Itself(Origin),
    /// Its promise, as a default.
    Promise(Origin),
}

impl Said {
    /// Where that is.
    fn at(self, sources: &Sources) -> Provenance {
        match self {
            Self::Itself(Origin::Default(_)) => Provenance { default: true, place: None },
            Self::Itself(place) => Provenance { default: false, place: Some(Place::of(place, sources)) },
            Self::Promise(place) => Provenance { default: true, place: Some(Place::of(place, sources)) },
        }
    }
}

/// Who owns something: nobody, this project, another one, or both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Owner {
    /// Whether this project does.
    pub ours: bool,
    /// The other project that does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
}

/// From whom something was taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TakenFrom {
    /// The id of the project that had it.
    pub project: String,
    /// When it was taken, in seconds since 1970 (UTC).
    pub at: i64,
}

/// The name and the id of a project, where targets know it already.
fn known<S: Serializer>(project: &Identity, serializer: S) -> Result<S::Ok, S::Error> {
    let id = project.known().map(|id| ("id", id));
    serializer.collect_map([("name", &*project.name)].into_iter().chain(id))
}

/// How something stands between what was written last, what is live, and what is desired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// All three are the same.
    Same,
    /// Live is as desired, and only the inventory does not say so yet.
    Behind,
    /// It is declared and not there yet.
    New,
    /// What is declared changed since it was written.
    Changed,
    /// It is as declared but for its name.
    Moving,
    /// It is no longer declared, and goes.
    Removed,
    /// Others changed or removed it.
    Drifted,
    /// Something that is no file stands in its way.
    Blocked,
    /// It is there, and this project does not own it yet.
    Unowned,
    /// Others changed it, and so did we.
    Conflict,
    /// It is there, and nobody can read it.
    Unreadable,
    /// It is somebody else's.
    Foreign,
}

/// A live body that nobody can read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Illegible {
    /// What it is.
    pub why: String,
    /// What takes the object away, in the words of its catalog.
    pub removal: String,
}

impl State {
    fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Same => Self::Same,
            Verdict::Refresh => Self::Behind,
            Verdict::Add => Self::New,
            Verdict::Change => Self::Changed,
            Verdict::Remove => Self::Removed,
            Verdict::Drift => Self::Drifted,
            Verdict::Adopt => Self::Unowned,
            Verdict::Conflict => Self::Conflict,
            Verdict::Foreign => Self::Foreign,
        }
    }
}

/// A value that a file is made with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Input {
    /// How the promise refers to it: `$spec.size`.
    #[serde(rename = "reference")]
    pub path: String,
    /// The value, where it can be told without rendering.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Json>,
    /// Where it comes from.
    pub origin: Provenance,
}

/// A value that the workflow of a promise says of a request.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StatusValue {
    /// What it is called.
    pub name: String,
    /// What it is.
    pub value: Json,
    /// The place in the promise.
    pub place: Place,
}

/// What was asked for and is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// The object has another name now.
    Renamed(Moved),
    /// No object and no file has the address; perhaps another one is meant.
    Address(Option<String>),
    /// The object has no such field; perhaps another one is meant.
    Field(Option<String>),
}

/// What was observed of a project.
#[derive(Clone, Copy)]
pub struct Known<'k> {
    /// The project.
    pub loaded: &'k Loaded,
    /// What it wants in its catalog, by address.
    pub desired: &'k [Desired<'k>],
    /// Where its requests stand.
    pub settled: &'k Settled<'k>,
    /// What its catalog holds.
    pub objects: &'k Objects,
}

/// Tells why a thing is as it is: an address, an address and a field with `#` between, or `file:STORE:PATH`.
///
/// # Errors
/// Where a target cannot be read.
pub fn why(known: Known<'_>, targets: &mut Targets, asked: &str) -> Result<Result<Why, Unknown>, ObserveError> {
    if let Some((store, path)) = asked.strip_prefix("file:").and_then(|rest| rest.split_once(':')) {
        let why = file::file(known, targets, store, path)?;
        return Ok(why.ok_or_else(|| Unknown::Address(near(known.loaded, asked))));
    }
    let (text, field) = asked.split_once('#').map_or((asked, None), |(text, field)| (text, Some(field)));
    let why = match Address::parse(text) {
        Some(address) => object::object(known, targets, &address, field)?,
        None => None,
    };
    let Some(mut why) = why else {
        let renamed = || Renames::of(&known.loaded.project.moved).last(&Address::parse(text)?);
        if let Some((to, span)) = renamed() {
            let to = [Some(&*to.to_string()), field].into_iter().flatten().collect::<Vec<_>>().join("#");
            return Ok(Err(Unknown::Renamed(Moved { from: asked.to_owned(), to, place: known.place(span) })));
        }
        let entries = known.objects.entries.iter();
        let live = entries.filter(|entry| entry.live.is_some()).map(|entry| entry.address.to_string());
        let all: BTreeSet<String> = live.chain(addresses(known.loaded)).collect();
        let like = || suggest(text, all.iter().map(String::as_str)).map(str::to_owned);
        return Ok(Err(Unknown::Address(near(known.loaded, asked).or_else(like))));
    };
    if let Some(field) = field {
        let paths: Vec<String> = why.fields.iter().map(|field| field.path.clone()).collect();
        why.fields.retain(|found| covers(field, &found.path));
        let unset = || unset::unset(known, &Address::parse(text)?, field);
        if why.fields.is_empty() {
            why.fields.extend(unset());
        }
        if why.fields.is_empty() {
            let end = paths.iter().find(|path| path.rsplit('.').next() == Some(field));
            let near = end.map(String::as_str).or_else(|| suggest(field, paths.iter().map(String::as_str)));
            return Ok(Err(Unknown::Field(near.map(str::to_owned))));
        }
    }
    Ok(Ok(why))
}

impl Known<'_> {
    fn place(&self, span: Origin) -> Place {
        Place::of(span, &self.loaded.sources)
    }

    fn request_at(&self, span: Origin) -> Option<&Request> {
        self.loaded.project.requests.iter().find(|request| request.span == span)
    }

    /// Why a request is placed where it is; nothing for one that comes to no files, and for what is at each destination that may take it.
    fn placement(&self, request: &Address) -> Option<Placement> {
        let mut requests = self.settled.rendered.iter().filter(|rendered| rendered.is_of_request());
        let rendered = requests.find(|rendered| rendered.request == *request)?;
        Some(placement::placement(self.loaded, rendered, self.settled))
    }
}

/// The newest run of which a step names an address.
fn last_run(catalog: &dyn Catalog, project: &str, address: &str) -> Result<Option<String>, ObserveError> {
    let names = |step: &String| step.split_whitespace().any(|word| word.trim_end_matches([',', ':']) == address);
    let runs = catalog.runs(project, RUNS)?;
    Ok(runs.into_iter().find(|run| run.steps.iter().any(names)).map(|run| run.run))
}
