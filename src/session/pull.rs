//! What a project uses of others, as the catalog holds it: selected, written as KDL, and read beside the project's own texts.

use super::SessionError;
use super::catalogs::known_as;
use super::gone;
use super::listing::listing;
use super::other_names::{OtherName, renamed, renamed_members};
use super::sayable::{is_rested_on, lost};
use crate::catalog::{Bodies, Catalog, CatalogError, Entry, Observed, Presence, SetBackTo};
use crate::diff::Veil;
use crate::model::{
    Address, Asked, Blueprint, Declaration, Declared, Digest, Externs, Kind, Map, Name, Object, Project, Promise,
    Scope, Scopes, Timestamp, Value, extern_file, extern_lock,
};
use crate::object::{Types, fields};
use crate::plan::Concerned;
use crate::resolve::{ANOTHER_HAS_IT, LeftOut, Listing, LoadError, Loader, Lock, LockedProject, Workspace};
use crate::secret;
use crate::source::{Origin, Spanned};
use crate::syntax::{Escapes, visible_string};
use crate::workspace::{Loaded, Progress};
use crate::writer::{on_lines, write};
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write;
use std::sync::Arc;

/// What other projects own and a project uses, as a catalog holds it.
#[derive(Clone, Debug)]
pub struct Pulled {
    /// The text that holds it.
    pub text: String,
    /// What says which one that is.
    pub lock: Lock,
    /// What there is, with the project that owns it; nobody where none is named.
    pub objects: Vec<(Address, Option<String>)>,
    /// What could not be written as KDL, and why.
    pub left_out: Vec<(Address, String)>,
    /// What looks like a secret in the text, which whoever reads that reads: the object, and the last of the names that lead to it.
    pub exposed: Vec<(Address, Box<str>)>,
}

/// What became of an object since a copy was made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// It came.
    New,
    /// It is another one.
    Changed,
    /// It went, or is not used any more.
    Gone,
}

/// A project with what others own as the catalog holds it now.
#[derive(Debug)]
pub struct Live {
    /// The project.
    pub loaded: Loaded,
    /// What is otherwise than in the copy beside it.
    pub since: Vec<(Address, Since)>,
    /// What the catalog holds; nothing where nobody had to look.
    pub observed: Option<Observed>,
    /// What there is; nothing where the copy beside the project is what the catalog holds.
    pub pulled: Option<Pulled>,
    /// What is in the copy and went, each with what came that is the same under another name.
    pub renamed: Vec<OtherName>,
    /// What somebody set back of the catalog.
    pub set_back: Option<SetBackTo>,
}

impl Live {
    /// A project of which nobody looked for more.
    fn of(loaded: Loaded) -> Self {
        Self { loaded, since: Vec::new(), observed: None, pulled: None, renamed: Vec::new(), set_back: None }
    }
}

/// How often what is found may ask for more: the model, what refers to it, and what that refers to.
const ROUNDS: usize = 4;

/// Holds a project of the id `own` that uses what others own to what a catalog holds of it; `now` is in seconds since 1970 (UTC). Where the copy
/// beside it is another one, the project is read once more with what there is.
///
/// # Errors
/// Where the catalog, or the project, cannot be read.
pub fn against_catalog(
    loader: &dyn Loader,
    loaded: Loaded,
    (catalog, own): (&dyn Catalog, &str),
    now: i64,
    progress: &dyn Progress,
) -> Result<Live, SessionError> {
    if loaded.project.externs.asked.is_empty() || loaded.project.name.is_none() {
        return Ok(Live::of(loaded));
    }
    progress.begin("Looking at what other projects own", None);
    let observed = catalog.observe(own)?;
    let mut workspace = Workspace::default();
    let mut seen = Vec::new();
    let copy_before = pulled(&loaded.project);
    let before = digests(&copy_before);
    let renamed = renamed(&copy_before, &observed.entries, catalog)?;
    let mut live = Live { set_back: catalog.set_back()?, renamed, ..Live::of(loaded) };
    let mut lock = Lock::of(loader).ok().filter(|_| !live.loaded.project.externs.is_changed);
    let projects = lock.as_ref().map(|lock| lock.projects.clone()).unwrap_or_default();
    for _ in 0..ROUNDS {
        let selected = select(&live.loaded.project, &observed.entries, catalog)?;
        let objects = digest(&selected);
        let rested_on = selected.iter().filter(|entry| is_rested_on(entry.address.kind));
        seen = rested_on.filter_map(|entry| Some((entry.address.clone(), entry.digest()?))).collect();
        let is_held = |lock: &Lock| live.pulled.is_some() || says(&before, &selected, lock);
        if lock.as_ref().is_some_and(|lock| lock.objects == objects && is_held(lock)) {
            break;
        }
        let pulled = copy(&live.loaded.project, &selected, catalog, now)?;
        lock = Some(pulled.lock.clone());
        live.loaded = workspace.load(&Beside { loader, pulled: &pulled }, progress)?;
        live.pulled = Some(pulled);
    }
    Arc::make_mut(&mut live.loaded.project).externs.seen = seen;
    if let Some(Pulled { left_out, .. }) = &live.pulled {
        let now = pulled(&live.loaded.project);
        live.renamed.extend(renamed_members(&copy_before, &now));
        live.since = since(&before, &digests(&now));
        // That these could not be had is told for itself.
        live.since.retain(|(address, _)| !left_out.iter().any(|(out, _)| out == address));
    }
    // What has another name by now is told with that.
    let is_renamed = |address: &Address| live.renamed.iter().any(|one| one.from == address.to_string());
    let before = before.keys().filter(|address| !is_renamed(address)).collect();
    let known = gone::Known { before, projects: &projects, observed: &observed.entries, catalog, own };
    gone::told(&mut live.loaded, &known)?;
    live.observed = Some(observed);
    Ok(live)
}

impl Live {
    /// The same for who does not write down what there is: of a problem no place is told that only the catalog's copy would have, but the line that
    /// brings what is there, where that is the only one.
    #[must_use]
    pub fn unwritten(mut self) -> Self {
        let Externs { file, asked, .. } = &self.loaded.project.externs;
        let file = file.filter(|_| self.pulled.is_some());
        let line = if let [only] = &**asked { Some(only.span) } else { None };
        let is_apart = |place: Origin| place.text().is_some_and(|span| Some(span.file) == file);
        let told = std::mem::take(&mut self.loaded.diagnostics).into_iter().map(|mut one| {
            for label in one.others.iter_mut().filter(|label| label.text == ANOTHER_HAS_IT && is_apart(label.origin)) {
                label.origin = line.unwrap_or(label.origin);
            }
            one.others.retain(|label| !is_apart(label.origin));
            one.because = one.because.filter(|place| !is_apart(*place));
            one
        });
        self.loaded.diagnostics.extend(told);
        self
    }
}

/// Whether a copy says what a catalog holds, whatever its lock says of it.
fn says(copy: &BTreeMap<Address, Digest>, selected: &[&Entry], lock: &Lock) -> bool {
    let is_said = |entry: &&Entry| {
        let held = entry.live.as_ref().and_then(Presence::read);
        held.is_none_or(|digest| match copy.get(&entry.address) {
            Some(said) => said == digest,
            None => lock.left_out.iter().any(|out| out.address == entry.address.to_string()),
        })
    };
    copy.len() <= selected.len() && selected.iter().all(is_said)
}

/// What others own, as a project knows it.
fn pulled(project: &Project) -> BTreeMap<Address, Map> {
    project.externs.declared().map(|one| (one.address(), one.body())).collect()
}

fn digests(pulled: &BTreeMap<Address, Map>) -> BTreeMap<Address, Digest> {
    pulled.iter().map(|(address, body)| (address.clone(), Digest::of_body(body.clone()))).collect()
}

fn since(before: &BTreeMap<Address, Digest>, after: &BTreeMap<Address, Digest>) -> Vec<(Address, Since)> {
    let addresses: BTreeSet<&Address> = before.keys().chain(after.keys()).collect();
    let became = |address: &Address| match (before.get(address), after.get(address)) {
        (None, _) => Some(Since::New),
        (_, None) => Some(Since::Gone),
        (then, now) => (then != now).then_some(Since::Changed),
    };
    addresses.into_iter().filter_map(|address| Some((address.clone(), became(address)?))).collect()
}

/// What a project uses of what a catalog holds, by owner and address: what its lines ask for, what goes along with that, and what its own
/// text refers to and does not declare.
fn select<'e>(project: &Project, entries: &'e [Entry], catalog: &dyn Catalog) -> Result<Vec<&'e Entry>, CatalogError> {
    let taken_over = taken_over(project);
    let others: BTreeMap<&Address, &Entry> = entries
        .iter()
        .filter(|entry| entry.owner.is_none() && entry.live.is_some() && !taken_over.contains(&entry.address))
        .map(|entry| (&entry.address, entry))
        .collect();
    let asked = Questions::of(project);
    let named = named(project);
    let is_meant = |entry: &&&Entry| asked.cover(entry) || named.contains(&entry.address);
    let mut taken: BTreeMap<&Address, &Entry> =
        others.values().filter(is_meant).map(|entry| (&entry.address, *entry)).collect();
    // What the relations of a blueprint lead to, and so on.
    let mut open: Vec<Address> =
        taken.keys().filter(|one| one.kind == Kind::Blueprint).map(|one| (*one).clone()).collect();
    while !open.is_empty() {
        let targets: BTreeSet<Address> = Bodies::of(catalog, &open)?.read.iter().flat_map(targets).collect();
        let is_new = |entry: &&&Entry| !taken.contains_key(&entry.address);
        let new: Vec<&Entry> = targets.iter().filter_map(|target| others.get(target)).filter(is_new).copied().collect();
        open = new.iter().map(|entry| entry.address.clone()).collect();
        taken.extend(new.into_iter().map(|entry| (&entry.address, entry)));
    }
    // Where a promise's owner delivers to, where that lies, and the scorecards and policies that its owner has for what is used.
    let owners = |kinds: &[Kind]| -> BTreeSet<Option<&Name>> {
        let of_kinds = taken.values().filter(|entry| kinds.contains(&entry.address.kind));
        of_kinds.map(|entry| entry.other_owner.as_ref()).collect()
    };
    let (of_promises, of_types) = (owners(&[Kind::Promise]), owners(&[Kind::Blueprint, Kind::Promise]));
    let along = |kinds: &[Kind], owners: &BTreeSet<Option<&Name>>| -> Vec<&'e Entry> {
        let is_along =
            |entry: &&&Entry| kinds.contains(&entry.address.kind) && owners.contains(&entry.other_owner.as_ref());
        others.values().filter(is_along).copied().collect()
    };
    let places = along(&[Kind::Destination, Kind::StateStore], &of_promises);
    let judging = along(&[Kind::Scorecard, Kind::Policy], &of_types);
    taken.extend(places.into_iter().map(|entry| (&entry.address, entry)));
    let destinations = taken.keys().filter(|address| address.kind == Kind::Destination).copied();
    let read: Vec<Address> = destinations.chain(judging.iter().map(|entry| &entry.address)).cloned().collect();
    let types = Types::new(&project.blueprints, &project.promises);
    for object in Bodies::of(catalog, &read)?.read {
        let names = types.of_body(&object.address, &object.body).into_iter().map(|reference| reference.to);
        let along: Vec<Address> = match object.address.kind {
            // The state store that it lies in may be somebody else's.
            Kind::Destination => names.collect(),
            _ => names.filter(|name| judges(name, &taken)).map(|_| object.address.clone()).collect(),
        };
        taken.extend(along.iter().filter_map(|address| others.get_key_value(address)));
    }
    let mut selected: Vec<&Entry> = taken.into_values().collect();
    selected.sort_by(|a, b| (&a.other_owner, &a.address).cmp(&(&b.other_owner, &b.address)));
    Ok(selected)
}

/// What the text declares and takes over from others, whatever lines bring it.
fn taken_over(project: &Project) -> HashSet<Address> {
    if project.adopted.is_empty() {
        return HashSet::new();
    }
    let lines = Scopes::of(&project.adopted, |line| &line.scope.value);
    let declared = project.declared().into_iter().map(Declared::address);
    declared.filter(|address| lines.of_object(address).is_some()).collect()
}

/// Whether something that is named for what it judges, which may be a blueprint or a promise, is used.
fn judges(named: &Address, taken: &BTreeMap<&Address, &Entry>) -> bool {
    let kinds = [Kind::Blueprint, Kind::Promise];
    kinds.into_iter().any(|kind| taken.contains_key(&Address::new(kind, named.name.clone())))
}

/// What the lines of a project ask for.
struct Questions<'p> {
    projects: BTreeSet<&'p str>,
    objects: BTreeSet<&'p Address>,
    patterns: Vec<&'p Scope>,
}

impl<'p> Questions<'p> {
    fn of(project: &'p Project) -> Self {
        let mut all = Self { projects: BTreeSet::new(), objects: BTreeSet::new(), patterns: Vec::new() };
        for line in &project.externs.asked {
            match &line.what {
                Asked::Project(id) => drop(all.projects.insert(id)),
                Asked::Objects(Scope::Object(address)) => drop(all.objects.insert(address)),
                Asked::Objects(pattern) => all.patterns.push(pattern),
            }
        }
        all
    }

    fn cover(&self, entry: &Entry) -> bool {
        entry.other_owner.as_deref().is_some_and(|owner| self.projects.contains(owner))
            || self.objects.contains(&entry.address)
            || self.patterns.iter().any(|pattern| pattern.covers(&entry.address))
    }
}

/// The blueprints that the relations of one lead to.
fn targets(blueprint: &Object) -> Vec<Address> {
    let lifted = Blueprint::of(&Declaration::of_object(blueprint, 0));
    let relations = lifted.into_iter().flat_map(|blueprint| blueprint.relations);
    relations.map(|relation| Address::new(Kind::Blueprint, relation.target.value)).collect()
}

/// What the texts of a project refer to and do not declare.
fn named(project: &Project) -> BTreeSet<Address> {
    let types = Types::new(&project.blueprints, &project.promises);
    let declared = project.declared();
    let refers = |mut named: HashSet<Address>, one: &&(dyn Declared + Sync)| {
        let address = one.address();
        named
            .extend(types.of_declared(&address, *one).into_iter().map(|reference| reference.to).chain(address.above()));
        named
    };
    let joined = |one: HashSet<Address>, other| one.into_iter().chain(other).collect();
    let mut named: HashSet<Address> = declared.par_iter().fold(HashSet::new, refers).reduce(HashSet::new, joined);
    for one in &declared {
        named.remove(&one.address());
    }
    named.into_iter().collect()
}

/// What tells whether a catalog holds the same.
fn digest(selected: &[&Entry]) -> Digest {
    let mut text = String::new();
    for entry in selected {
        let digest = entry.digest().map(|digest| digest.to_string()).unwrap_or_default();
        let owner = entry.other_owner.as_deref().unwrap_or_default();
        let _ = writeln!(text, "{} {owner} {digest}", entry.address);
    }
    Digest::of(text.as_bytes())
}

/// The copy of some objects of a catalog.
fn copy(project: &Project, selected: &[&Entry], catalog: &dyn Catalog, now: i64) -> Result<Pulled, SessionError> {
    let addresses: Vec<Address> = selected.iter().map(|entry| entry.address.clone()).collect();
    let Bodies { read, unreadable } = Bodies::of(catalog, &addresses)?;
    let mut lost = lost(project, &read);
    let read: BTreeMap<&Address, &Object> = read.iter().map(|object| (&object.address, object)).collect();
    let known = known(project, read.values().copied());
    let owners: BTreeSet<&str> = selected.iter().filter_map(|entry| entry.other_owner.as_deref()).collect();
    let owners = known_as(catalog, &Vec::from_iter(owners))?;
    let projects: Vec<LockedProject> = owners
        .into_iter()
        .map(|Concerned { project: id, name, source }| {
            let name = name.unwrap_or_else(|| id.clone());
            LockedProject { id, name, commit: source }
        })
        .collect();
    let mut text =
        "// What other projects own, as `plat catalog pull` found it. Change it there, and pull again.\n".to_owned();
    let (mut objects, mut left_out, mut exposed) = (Vec::new(), Vec::new(), Vec::new());
    let mut unreadable: BTreeMap<&Address, String> =
        unreadable.iter().map(|one| (&one.address, one.to_string())).collect();
    let mut last: Option<Option<&str>> = None;
    for entry in selected {
        let written = match (read.get(&entry.address), unreadable.remove(&entry.address)) {
            (Some(object), _) => lost.remove(&object.address).map_or_else(|| node(&known, &of_use(object)), Err),
            (None, Some(why)) => Err(why),
            (None, None) => continue,
        };
        let node = match written {
            Ok(node) => node,
            Err(why) => {
                left_out.push((entry.address.clone(), why));
                let Some(node) = pulled_before(project, &known, &entry.address) else { continue };
                node
            }
        };
        let owner = entry.other_owner.as_deref();
        if last != Some(owner) {
            // What others call themselves stays on the line of a comment.
            let shown = |text: &str| visible_string(text, Escapes::Hidden);
            let known = projects.iter().find(|project| owner == Some(&project.id));
            let of = known.map_or_else(
                || "nobody".to_owned(),
                |LockedProject { id, name, .. }| format!("{} ({})", shown(name), shown(id)),
            );
            let _ = writeln!(text, "\n// Of {of}.");
            last = Some(owner);
        }
        text.push_str(&node);
        let body = read.get(&entry.address).map(|object| &object.body);
        let looking = body.into_iter().flat_map(secret::exposed).filter_map(|mut one| one.way.pop());
        exposed.extend(looking.map(|name| (entry.address.clone(), name)));
        objects.push((entry.address.clone(), owner.map(str::to_owned)));
    }
    let lock = Lock {
        text: Digest::of(text.as_bytes()),
        objects: digest(selected),
        pulled: Timestamp(now).to_string(),
        projects,
        left_out: left_out.iter().filter_map(|out| told(out, selected)).collect(),
    };
    Ok(Pulled { text, lock, objects, left_out, exposed })
}

/// How a lock says of something that it could not be had.
fn told((address, why): &(Address, String), selected: &[&Entry]) -> Option<LeftOut> {
    let owner = selected.iter().find(|entry| entry.address == *address)?.other_owner.as_ref();
    let (address, owner) = (address.to_string(), owner.map(ToString::to_string));
    Some(LeftOut { address, why: why.clone(), is_nobodys: owner.is_none(), owner })
}

/// The node of an object as it was pulled before, which counts as long as the catalog's cannot be had.
fn pulled_before(project: &Project, known: &Project, address: &Address) -> Option<String> {
    let mut pulled = project.externs.declared().filter(|_| !project.externs.is_changed);
    let body = pulled.find(|one| one.address() == *address)?.body();
    node(known, &Object { address: address.clone(), body }).ok()
}

/// What says which values of others' objects are lists.
fn known<'o>(project: &Project, read: impl Iterator<Item = &'o Object>) -> Project {
    let mut known = Project::default();
    for object in read {
        let declared = Declaration::of_object(object, 0);
        match object.address.kind {
            Kind::Blueprint => known.blueprints.extend(Blueprint::of(&declared)),
            Kind::Promise => known.promises.extend(Promise::of(&declared)),
            _ => {}
        }
    }
    known.blueprints.extend(project.blueprints.iter().cloned());
    known.promises.extend(project.promises.iter().cloned());
    known
}

/// An object as those have it who use it: what a promise depends on is delivered by its owner alone, and may be files of the owner's folder.
fn of_use(object: &Object) -> Cow<'_, Object> {
    let is_of_owner = |name: &str| object.address.kind == Kind::Promise && Promise::OF_OWNER.contains(&name);
    if !object.body.members.iter().any(|member| is_of_owner(&member.name.value)) {
        return Cow::Borrowed(object);
    }
    let mut object = object.clone();
    object.body.members.retain(|member| !Promise::OF_OWNER.contains(&&*member.name.value));
    Cow::Owned(object)
}

/// The node of an object that stands alone.
pub(super) fn node_alone(object: &Object) -> Result<String, String> {
    node(&Project::default(), object)
}

/// The node of an object, or why there is none.
fn node(known: &Project, Object { address, body }: &Object) -> Result<String, String> {
    let is_hidden = |(path, value): (String, &Spanned<Value>)| Veil::default().over(&path, value).1.is_some();
    if fields(body).into_iter().any(is_hidden) {
        return Err("an address in it holds a password, which stands in no text".to_owned());
    }
    let listings = |group: &str, name: &str| listing(known, address, group, name);
    let node = write(address, body, &listings).map_err(|stuck| match stuck.place.join(".") {
        place if place.is_empty() || stuck.reason.starts_with('`') => stuck.reason,
        place => format!("`{}`: {}", visible_string(&place, Escapes::Hidden), stuck.reason),
    })?;
    Ok(on_lines(&node.to_string()))
}

/// A project's texts with another copy of what others own beside them.
struct Beside<'l> {
    loader: &'l dyn Loader,
    pulled: &'l Pulled,
}

impl Loader for Beside<'_> {
    fn below(&self) -> Option<&dyn Loader> {
        Some(self.loader)
    }

    fn files(&self) -> Result<Listing, LoadError> {
        let mut listing = self.loader.files()?;
        let copy = extern_file(self.environment().as_deref());
        if !listing.files.iter().any(|name| *name == copy) {
            listing.files.push(copy.into_owned());
        }
        Ok(listing)
    }

    fn read(&self, name: &str, most: u64) -> Result<Vec<u8>, LoadError> {
        let environment = self.environment();
        if name == extern_file(environment.as_deref()) {
            Ok(self.pulled.text.clone().into_bytes())
        } else if name == extern_lock(environment.as_deref()) {
            Ok(self.pulled.lock.to_string().into_bytes())
        } else {
            self.loader.read(name, most)
        }
    }
}
