//! Why a thing is as it is: where its values come from, who owns it, what of it is written, live and desired, why it is placed where
//! it is, and what refers to it.

mod origin;
mod placement;
mod references;

pub use placement::{Candidate, Fit, Placement};
pub use references::Reference;

use super::known::addresses;
use super::settle::{Settled, settle};
use super::{Loaded, SessionError, Unwatched, near};
use crate::apply::Targets;
use crate::catalog::{Catalog, Entry, OwnedFields, Times};
use crate::diag::suggest;
use crate::diff::{Desired, Verdict, desired, judge, moves};
use crate::model::{Address, Digest, Identity, Kind, Lifecycle, Map, Request, Value, fields};
use crate::object::canonical;
use crate::render::{Placed, Rendered};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The most runs that are looked through for the last one that touched an object.
const RUNS: usize = 100;

/// Why a thing is as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Why {
    /// Its address.
    pub address: String,
    /// Who the project is to its targets.
    pub project: Identity,
    /// The line that declares it, or the request that a file is rendered for; nothing for what no line declares.
    pub span: Option<Span>,
    /// Who owns it.
    pub owner: Owner,
    /// How it stands as a whole.
    pub state: State,
    /// What may happen to it in its life; nothing for the defaults.
    pub lifecycle: Option<Lifecycle>,
    /// When it was made and last changed, where the catalog has it.
    pub times: Option<Times>,
    /// The last run that is known to have touched it.
    pub run: Option<String>,
    /// Its fields, by path; none of a file.
    pub fields: Vec<WhyField>,
    /// The request that a file is rendered for.
    pub request: Option<Address>,
    /// The steps of the promise that write a file, each with its line.
    pub steps: Vec<Span>,
    /// What the values in a file refer to, by path.
    pub inputs: Vec<Input>,
    /// Why a request, or the request of a file, is placed where it is.
    pub placement: Option<Placement>,
    /// The files that a request is rendered to: addresses.
    pub files: Vec<String>,
    /// What refers to it.
    pub references: Vec<Reference>,
}

/// A field and where its value comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct WhyField {
    /// Its path.
    pub path: String,
    /// Where the desired value comes from; nothing for what is not declared.
    pub origin: Option<Origin>,
    /// Who owns it.
    pub owner: Owner,
    /// How it stands; nothing for a default that is only filled in where it is rendered.
    pub state: Option<State>,
    /// What was written last; nothing where that is nothing, or where it is not known any more.
    pub base: Option<Value>,
    /// What is there.
    pub live: Option<Value>,
    /// What is desired.
    pub desired: Option<Value>,
    /// Whether the lifecycle leaves it alone once it is made.
    pub is_ignored: bool,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A place in the text.
    Line(Span),
    /// Nobody says it: it is the language's default, or the one at a place.
    Default(Option<Span>),
}

/// Who owns something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// This project.
    This,
    /// Another project.
    Other(String),
    /// This project and another one.
    Both(String),
    /// Nobody.
    Nobody,
}

impl Owner {
    fn of(ours: bool, other: Option<String>) -> Self {
        match (ours, other) {
            (true, Some(other)) => Self::Both(other),
            (true, None) => Self::This,
            (false, Some(other)) => Self::Other(other),
            (false, None) => Self::Nobody,
        }
    }
}

/// How something stands between what was written last, what is live, and what is desired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// All three are the same.
    Same,
    /// Live is as desired, and only the inventory does not say so yet.
    Behind,
    /// It is declared and not there yet.
    New,
    /// What is declared changed since it was written.
    Changed,
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
    /// It is somebody else's.
    Foreign,
}

impl State {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Behind => "behind",
            Self::New => "new",
            Self::Changed => "changed",
            Self::Removed => "removed",
            Self::Drifted => "drifted",
            Self::Blocked => "blocked",
            Self::Unowned => "unowned",
            Self::Conflict => "conflict",
            Self::Foreign => "foreign",
        }
    }

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
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// How the promise refers to it: `$spec.size`.
    pub path: String,
    /// The value, where it can be told without rendering.
    pub value: Option<Value>,
    /// Where it comes from.
    pub origin: Origin,
}

/// What was asked for and is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// No object and no file has the address; perhaps another one is meant.
    Address(Option<String>),
    /// The object has no such field; perhaps another one is meant.
    Field(Option<String>),
}

/// Tells why a thing is as it is: an address, an address and a field with `#` between, or `file:STORE:PATH`. Writes nothing.
///
/// # Errors
/// Where a target cannot be read.
pub fn why(loaded: &Loaded, targets: &mut Targets, asked: &str) -> Result<Result<Why, Unknown>, SessionError> {
    let settled = settle(loaded, targets, &BTreeSet::new(), &Unwatched)?;
    if let Some((store, path)) = asked.strip_prefix("file:").and_then(|rest| rest.split_once(':')) {
        let why = file(loaded, &settled, targets, store, path)?;
        let why = why.map(|why| Why { project: targets.identity.clone(), ..why });
        return Ok(why.ok_or_else(|| Unknown::Address(near(loaded, asked))));
    }
    let (text, field) = asked.split_once('#').map_or((asked, None), |(text, field)| (text, Some(field)));
    let (catalog, project) = (&*targets.catalog, targets.identity.id.as_str());
    let observed = catalog.observe(project)?;
    let wanted = desired(&loaded.project);
    let sides =
        Address::parse(text).map(|address| Sides::find(loaded, (catalog, project), &wanted, &observed, address));
    let Some(sides) = sides.transpose()?.flatten() else {
        let live = observed.iter().filter(|entry| entry.live.is_some()).map(|entry| entry.address.to_string());
        let known: BTreeSet<String> = live.chain(addresses(loaded)).collect();
        let near = near(loaded, asked).or_else(|| suggest(text, known.iter().map(String::as_str)).map(str::to_owned));
        return Ok(Err(Unknown::Address(near)));
    };
    let mut why = sides.why(loaded, &settled, (catalog, project), field)?;
    why.project = targets.identity.clone();
    if let Some(field) = field {
        let paths: Vec<String> = why.fields.iter().map(|field| field.path.clone()).collect();
        why.fields.retain(|found| Lifecycle::covers(field, &found.path));
        if why.fields.is_empty() {
            let end = paths.iter().find(|path| path.rsplit('.').next() == Some(field));
            let near = end.map(String::as_str).or_else(|| suggest(field, paths.iter().map(String::as_str)));
            return Ok(Err(Unknown::Field(near.map(str::to_owned))));
        }
    }
    Ok(Ok(why))
}

/// Everything that is known of an object.
struct Sides<'a> {
    address: Address,
    desired: Option<&'a Desired<'a>>,
    entry: Option<&'a Entry>,
    live: Option<Map>,
    owned: OwnedFields,
    written: Map,
    others: OwnedFields,
    times: Option<Times>,
}

impl<'a> Sides<'a> {
    /// The object of an address, declared or in the catalog; nothing where it is neither.
    fn find(
        loaded: &Loaded,
        (catalog, project): (&dyn Catalog, &str),
        wanted: &'a [Desired<'a>],
        observed: &'a [Entry],
        address: Address,
    ) -> Result<Option<Self>, SessionError> {
        let place = wanted.binary_search_by(|desired| desired.address.cmp(&address)).ok();
        let known = observed.binary_search_by(|entry| entry.address.cmp(&address)).ok();
        let moves = moves(&loaded.project, wanted, observed);
        let moved = moves.moves.iter().find(|moved| Some(moved.desired) == place).map(|moved| moved.observed);
        let entry = moved.or(known).and_then(|index| observed.get(index));
        let desired = place.and_then(|index| wanted.get(index));
        if desired.is_none() && entry.is_none() {
            return Ok(None);
        }
        let keys: Vec<Address> = entry.iter().map(|entry| entry.address.clone()).collect();
        let other = entry.and_then(|entry| entry.other_owner.as_ref());
        Ok(Some(Self {
            address,
            desired,
            entry,
            live: catalog.objects(&keys)?.pop().flatten().map(|object| object.body),
            owned: catalog.owned_fields(project, &keys)?.pop().unwrap_or_default(),
            written: catalog.written(project, &keys)?.pop().unwrap_or_default(),
            others: match other {
                Some(other) => catalog.owned_fields(other, &keys)?.pop().unwrap_or_default(),
                None => OwnedFields::new(),
            },
            times: catalog.times(&keys)?.pop().flatten(),
        }))
    }

    fn why(
        &self,
        loaded: &Loaded,
        settled: &Settled<'_>,
        (catalog, project): (&dyn Catalog, &str),
        field: Option<&str>,
    ) -> Result<Why, SessionError> {
        let request = match self.address.kind {
            Kind::Request => self.desired.and_then(|desired| request_at(loaded, desired.span)),
            _ => None,
        };
        let rendered = settled.rendered.iter().find(|rendered| rendered.request == self.address);
        let is_own = |placed: &&Placed| request.is_some() && placed.request == self.address;
        let files = settled.placed.iter().filter(is_own).map(|file| format!("file:{}:{}", file.store, file.path));
        let ours = self.entry.is_some_and(|entry| entry.owner.is_some());
        let mut why = Why {
            address: self.address.to_string(),
            project: Identity::default(),
            span: self.desired.map(|desired| desired.span),
            owner: Owner::of(ours, self.other_owner()),
            state: self.state(),
            lifecycle: self.lifecycle().cloned(),
            times: self.times,
            run: last_run(catalog, project, &self.address.to_string())?,
            fields: self.fields(loaded),
            request: None,
            steps: Vec::new(),
            inputs: Vec::new(),
            placement: rendered.map(|rendered| placement::placement(&loaded.project, rendered, settled)),
            files: files.collect(),
            references: references::references(loaded, &settled.rendered, &self.address, field),
        };
        if let Some(request) = request
            && let Some(promise) = loaded.project.promise(&request.promise.value)
        {
            let default = |(path, value): (String, &crate::source::Spanned<Value>)| WhyField {
                path,
                origin: Some(Origin::Default(Some(value.span))),
                owner: Owner::Nobody,
                state: None,
                base: None,
                live: None,
                desired: Some(value.value.clone()),
                is_ignored: false,
            };
            why.fields.extend(origin::defaults(promise, request).into_iter().map(default));
        }
        Ok(why)
    }

    fn other_owner(&self) -> Option<String> {
        self.entry.and_then(|entry| entry.other_owner.as_ref()).map(ToString::to_string)
    }

    fn lifecycle(&self) -> Option<&Lifecycle> {
        let last = || self.entry.and_then(|entry| entry.owner.as_ref()).and_then(|owner| owner.lifecycle.as_deref());
        self.desired.map_or_else(last, |desired| desired.lifecycle)
    }

    /// How the object stands: as the one of its fields that is furthest from being as it should be.
    fn state(&self) -> State {
        let is_owned = self.entry.is_some_and(|entry| entry.owner.is_some());
        match (self.desired.is_some(), self.live.is_some(), is_owned) {
            (false, true, false) => return State::Foreign,
            (true, false, false) => return State::New,
            (true, false, true) => return State::Drifted,
            (true, true, false) => return State::Unowned,
            (false, false, _) => return State::Behind,
            (false, true, true) => return State::Removed,
            (true, true, true) => {}
        }
        let ignored = |path: &str| self.lifecycle().is_some_and(|lifecycle| lifecycle.ignores(path));
        let counted = self.compared().into_iter().filter(|compared| compared.is_owned || !ignored(&compared.path));
        let states: Vec<State> = counted.map(|compared| compared.state).collect();
        let any = |wanted: &[State]| states.iter().any(|state| wanted.contains(state));
        if any(&[State::Conflict]) {
            State::Conflict
        } else if any(&[State::Drifted]) {
            State::Drifted
        } else if any(&[State::Removed, State::Changed, State::Unowned, State::New]) {
            State::Changed
        } else if any(&[State::Behind]) {
            State::Behind
        } else {
            State::Same
        }
    }

    fn compared(&self) -> Vec<Compared> {
        let body = self.desired.map(|desired| desired.declared.body()).unwrap_or_default();
        let wanted: BTreeMap<String, (Value, Span)> =
            fields(&body).into_iter().map(|(path, value)| (path, (value.value.clone(), value.span))).collect();
        let live = self.live.clone().unwrap_or_default();
        let live: BTreeMap<String, Value> =
            fields(&live).into_iter().map(|(path, value)| (path, value.value.clone())).collect();
        let written: BTreeMap<String, Value> =
            fields(&self.written).into_iter().map(|(path, value)| (path, value.value.clone())).collect();
        let mut paths: BTreeSet<&String> = wanted.keys().chain(live.keys()).collect();
        paths.extend(self.owned.iter().map(|(path, _)| path));
        let compare = |path: &String| {
            let base = self.owned.iter().find(|(other, _)| other == path).map(|(_, digest)| *digest);
            let desired = wanted.get(path).map(|(value, _)| Digest::of_value(value));
            let has = live.get(path).map(|value| Digest::of_value(&canonical(self.address.kind, path, value)));
            let same = |value: Option<&Value>, digest| value.filter(|_| digest == base && base.is_some()).cloned();
            let desired_value = wanted.get(path).map(|(value, _)| value);
            let known = written.get(path).cloned().or_else(|| same(desired_value, desired));
            Compared {
                path: path.clone(),
                state: State::of(judge(base.as_ref(), has.as_ref(), desired.as_ref())),
                is_owned: base.is_some(),
                base: known.or_else(|| same(live.get(path), has)),
                live: live.get(path).cloned(),
                desired: wanted.get(path).cloned(),
            }
        };
        paths.into_iter().map(compare).collect()
    }

    fn fields(&self, loaded: &Loaded) -> Vec<WhyField> {
        let ignored = |path: &str| self.lifecycle().is_some_and(|lifecycle| lifecycle.ignores(path));
        let field = |compared: Compared| {
            let Compared { path, state, is_owned, base, live, desired } = compared;
            let others = self.others.iter().any(|(other, _)| *other == path);
            let origin = self
                .desired
                .zip(desired.as_ref())
                .map(|(object, (_, span))| origin::origin(loaded, &self.address, object.span, &path, *span));
            WhyField {
                origin,
                owner: Owner::of(is_owned, self.other_owner().filter(|_| others)),
                state: Some(state),
                base,
                live,
                desired: desired.map(|(value, _)| value),
                is_ignored: ignored(&path),
                path,
            }
        };
        self.compared().into_iter().map(field).collect()
    }
}

/// A field with its three sides.
struct Compared {
    path: String,
    state: State,
    is_owned: bool,
    base: Option<Value>,
    live: Option<Value>,
    desired: Option<(Value, Span)>,
}

fn request_at(loaded: &Loaded, span: Span) -> Option<&Request> {
    loaded.project.requests.iter().find(|request| request.span == span)
}

/// The newest run of which a step names an address.
fn last_run(catalog: &dyn Catalog, project: &str, address: &str) -> Result<Option<String>, SessionError> {
    let names = |step: &String| step.split_whitespace().any(|word| word.trim_end_matches([',', ':']) == address);
    let runs = catalog.runs(project, RUNS)?;
    Ok(runs.into_iter().find(|run| run.steps.iter().any(names)).map(|run| run.run))
}

/// Why a file of a state store is as it is; nothing where there is no such file.
fn file(
    loaded: &Loaded,
    settled: &Settled<'_>,
    targets: &mut Targets,
    store: &str,
    path: &str,
) -> Result<Option<Why>, SessionError> {
    let Some(opened) = targets.stores.get_mut(store) else { return Ok(None) };
    let placed = settled.placed.iter().find(|placed| *placed.store == *store && placed.path == path);
    let observed = opened.observe(&[path])?;
    let state = observed.files.get(path).cloned().unwrap_or_default();
    if placed.is_none() && state.live.is_none() && state.owned.is_none() {
        return Ok(None);
    }
    let wanted = placed.map(|placed| opened.content_id(&placed.content));
    let address = format!("file:{store}:{path}");
    let mut why = Why {
        project: Identity::default(),
        span: placed.map(|placed| placed.span),
        owner: Owner::of(state.owned.is_some(), state.other_owner.clone()),
        state: match state.obstacle {
            Some(_) if state.live.is_none() && wanted.is_some() => State::Blocked,
            // However much it is as declared, what is of another project is no business of this one.
            _ if state.owned.is_none() && state.other_owner.is_some() => State::Foreign,
            _ => State::of(judge(state.owned.as_ref(), state.live.as_ref(), wanted.as_ref())),
        },
        lifecycle: None,
        times: None,
        run: last_run(&*targets.catalog, &targets.identity.id, &address)?,
        fields: Vec::new(),
        request: placed.map(|placed| placed.request.clone()),
        steps: Vec::new(),
        inputs: Vec::new(),
        placement: None,
        files: Vec::new(),
        references: Vec::new(),
        address,
    };
    let Some(placed) = placed else { return Ok(Some(why)) };
    let rendered: Option<&Rendered> = settled.rendered.iter().find(|rendered| rendered.request == placed.request);
    why.placement = rendered.map(|rendered| placement::placement(&loaded.project, rendered, settled));
    if let Some(request) = request_at(loaded, placed.span)
        && let Some(promise) = loaded.project.promise(&request.promise.value)
    {
        why.lifecycle = request.lifecycle.as_deref().cloned();
        for (span, template) in origin::steps(promise, path) {
            why.steps.push(span);
            let inputs = template.map(|template| origin::inputs(promise, request, template)).unwrap_or_default();
            why.inputs.extend(inputs);
        }
        why.inputs.sort_by(|a, b| a.path.cmp(&b.path));
        why.inputs.dedup_by(|a, b| a.path == b.path);
    }
    Ok(Some(why))
}
