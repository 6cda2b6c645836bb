use super::journal::wrote;
use super::{ApplyError, Targets, convert, ground};
use crate::align::before;
use crate::catalog::{KEPT_RUNS, OwnedFields, Presence, RunRecord};
use crate::model::{Address, Digest, Json, Name, Object, Thing, Value};
use crate::object::fields;
use crate::plan::{Action, Field, FileChange, ObjectChange, Operation, Plan};
use crate::store::{ContentId, FileState, Obstacle, ObstacleKind, Store, StoreError};
use std::collections::{BTreeMap, BTreeSet};

/// Something that a plan touches and that is no longer what the plan saw.
#[derive(Clone, Debug, PartialEq)]
pub struct Stale {
    /// The object or file.
    pub thing: Thing,
    /// What happened to it.
    pub change: StaleChange,
}

/// What others did to something that a plan touches.
#[derive(Clone, Debug, PartialEq)]
pub enum StaleChange {
    /// They took the object away.
    Gone,
    /// They made an object of the name that it is to get.
    NameTaken,
    /// They made of the object what nobody can read.
    Unreadable {
        /// That it cannot be, and why.
        why: String,
    },
    /// They put something in the way of the file.
    InTheWay {
        /// What, in words.
        what: String,
    },
    /// The plan was carried out before, and this is no longer as it left it.
    Undone,
    /// The plan was carried out in part, and another run has been at work since: whether this was a part of it is not known.
    Overtaken,
    /// It is another project's, and they changed what the plan was made with.
    Ground,
    /// It was another project's, and they took away what the plan was made with.
    GroundGone,
    /// It is another project's policy that came since the plan was made, which was not judged by it.
    GroundNew,
    /// They changed a field.
    Field {
        /// Its path.
        path: String,
        /// What the plan saw.
        planned: Option<Json>,
        /// What is there now.
        found: Option<Json>,
    },
    /// They changed the file.
    File {
        /// What the plan saw.
        planned: Seen,
        /// What is there now.
        found: Seen,
    },
}

/// What a file was seen to hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    /// There was no file.
    Nothing,
    /// Text.
    Text(String),
    /// Something of which only its identity is known, or that is no text.
    Other(ContentId),
}

/// Everything that a plan touches or rests on and that others changed since it was made. What else there is may change. A plan is carried
/// out once: of one that was, everything has to be as it left it, so that nothing which was made or set back since goes again. Of one that
/// was in part, that holds of the part.
///
/// # Errors
/// Where a target cannot be read.
pub fn verify(plan: &Plan, targets: &mut Targets) -> Result<Vec<Stale>, ApplyError> {
    let carried = Carried::of(plan, targets)?;
    let ground = ground::changed(plan, targets)?.into_iter().map(|(address, is_there)| {
        let change = if is_there { StaleChange::Ground } else { StaleChange::GroundGone };
        Stale { thing: address.into(), change }
    });
    let mut stale: Vec<Stale> = ground.collect();
    stale.extend(verify_catalog(plan, targets, carried)?);
    for name in convert::stores(plan) {
        let store =
            targets.stores.get_mut(&**name).ok_or_else(|| ApplyError::UnknownStore { store: name.to_string() })?;
        let thing = |path: &Name| Thing::File { store: name.clone(), path: path.clone() };
        for (file, found) in convert::rotated(plan, name, &**store, &targets.secrets)? {
            let planned = file
                .content
                .as_ref()
                .map_or(Seen::Nothing, |content| Seen::Other(convert::identity(content, &**store)));
            let change = StaleChange::File { planned, found: Seen::Other(found) };
            stale.push(Stale { thing: thing(&file.path), change });
        }
        let operations: Vec<(&Operation, &FileChange)> = convert::files(plan, name).collect();
        let changes = || operations.iter().map(|(_, change)| *change);
        let paths: Vec<&str> = changes().map(|change| &*change.path).collect();
        let observed = store.observe(&paths)?;
        let deleted: BTreeSet<&str> =
            changes().filter(|change| change.content.is_none()).map(|change| &*change.path).collect();
        for (operation, change) in operations {
            let thing = thing(&change.path);
            if let Some(obstacle) = observed.files.get(&*change.path).and_then(|state| state.obstacle.as_ref())
                && is_new(obstacle, change, &deleted)
            {
                let what = StaleChange::InTheWay { what: obstacle.to_string() };
                stale.push(Stale { thing, change: what });
                continue;
            }
            let live = observed.files.get(&*change.path).and_then(|state: &FileState| state.live.clone());
            let after = change.content.as_ref().map(|content| convert::identity(content, &**store));
            let is_owned_so = observed.files.get(&*change.path).is_some_and(|state| state.owned == after);
            let is_undone = || live == change.before && is_owned_so && !operation.is_revert();
            if let Some(undone) = carried.undone(live == after, is_undone) {
                stale.push(Stale { thing, change: undone });
            } else if live != change.before && live != after {
                let found = match live {
                    Some(id) if change.patch.is_none() => Seen::Other(id),
                    live => found(live, &change.path, &**store)?,
                };
                let change = StaleChange::File { planned: seen(change, &**store), found };
                stale.push(Stale { thing, change });
            }
        }
    }
    Ok(stale)
}

/// How far runs have carried a plan out, as far as the catalog knows. What is planned after a run that did so to its end names that run,
/// and is another plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Carried {
    Nowhere,
    /// A run stopped on its way.
    InPart,
    /// A run stopped on its way, and another one wrote since.
    Overtaken,
    ToItsEnd,
}

impl Carried {
    fn of(plan: &Plan, targets: &Targets) -> Result<Self, ApplyError> {
        let runs = targets.catalog.runs(&targets.identity.id, KEPT_RUNS)?;
        let (own, others): (Vec<&RunRecord>, Vec<&RunRecord>) = runs.iter().partition(|run| run.plan == plan.id);
        // One that cannot be read may have gone to its end.
        if own.iter().any(|run| [RunRecord::DONE, RunRecord::UNREADABLE].contains(&&*run.state)) {
            return Ok(Self::ToItsEnd);
        }
        // Those that proposed wait for people, and go on.
        let stopped = own.into_iter().filter(|run| run.state != RunRecord::PROPOSED && wrote(run));
        let Some(began) = stopped.map(|run| run.began).min() else { return Ok(Self::Nowhere) };
        let is_before = |run: &RunRecord| plan.after.as_ref().is_some_and(|after| after.contains(&run.run));
        let is_since = |run: &&RunRecord| run.began >= began && !is_before(run) && wrote(run);
        Ok(if others.iter().any(is_since) { Self::Overtaken } else { Self::InPart })
    }

    /// What is wrong with something that is as the plan leaves it, or not: `is_undone` says whether it was so once.
    fn undone(self, is_as_left: bool, is_undone: impl FnOnce() -> bool) -> Option<StaleChange> {
        match self {
            _ if is_as_left => None,
            Self::Nowhere => None,
            Self::InPart => is_undone().then_some(StaleChange::Undone),
            Self::Overtaken => Some(StaleChange::Overtaken),
            Self::ToItsEnd => Some(StaleChange::Undone),
        }
    }
}

/// Whether a plan did not see what stands in the way of a file that it writes.
fn is_new(obstacle: &Obstacle, change: &FileChange, deleted: &BTreeSet<&str>) -> bool {
    let replaced = change.replaces.as_ref().is_some_and(|seen| seen.path == obstacle.path && seen.id == obstacle.id);
    // A symbolic link is compared as the content that it is.
    let is_content = obstacle.kind == ObstacleKind::Link && change.before.as_ref() == Some(&obstacle.id);
    change.content.is_some() && !replaced && !is_content && !obstacle.goes_with(|path| deleted.contains(path))
}

/// What a plan saw of a file: the content that it leads to, with its patch taken back. What has no patch is no text, or may
/// hold secrets.
fn seen(file: &FileChange, store: &dyn Store) -> Seen {
    let Some(id) = &file.before else { return Seen::Nothing };
    let after = file.content.as_ref().map_or(Some(""), |content| std::str::from_utf8(content.bytes()).ok());
    let text = after.zip(file.patch.as_deref()).and_then(|(after, patch)| before(after, patch));
    match text.filter(|text| store.content_id(text.as_bytes()) == *id) {
        Some(text) => Seen::Text(text),
        None => Seen::Other(id.clone()),
    }
}

fn found(live: Option<ContentId>, path: &str, store: &dyn Store) -> Result<Seen, StoreError> {
    let Some(id) = live else { return Ok(Seen::Nothing) };
    let text = store.read(path)?.and_then(|content| String::from_utf8(content).ok());
    let is_all = |text: &String| store.content_id(text.as_bytes()) == id;
    Ok(text.filter(is_all).map_or(Seen::Other(id), Seen::Text))
}

fn verify_catalog(plan: &Plan, targets: &Targets, carried: Carried) -> Result<Vec<Stale>, ApplyError> {
    let mut changes: Vec<(&Operation, &ObjectChange)> = Vec::new();
    // The object under its own name, and under the one that it has had until now.
    let mut addresses: Vec<Address> = Vec::new();
    // What is let go of may be as it likes.
    let matters = |operation: &&Operation| !matches!(operation.action, Action::Forget | Action::Release);
    for operation in plan.operations.iter().filter(matters) {
        if let Some((address, change)) = operation.object() {
            changes.push((operation, change));
            addresses.push(operation.former_address().unwrap_or(address).clone());
            addresses.push(address.clone());
        }
    }
    let live = targets.catalog.objects(&addresses)?;
    let owned = match carried {
        Carried::InPart => targets.catalog.owned_fields(&targets.identity.id, &addresses)?,
        Carried::Nowhere | Carried::Overtaken | Carried::ToItsEnd => vec![OwnedFields::new(); addresses.len()],
    };
    let mut stale = Vec::new();
    for ((operation, change), (live, owned)) in changes.iter().zip(live.chunks(2).zip(owned.chunks(2))) {
        let [old, new] = live else { continue };
        if operation.from.is_some() && old.is_some() && new.is_some() {
            stale.push(Stale { thing: operation.thing.clone(), change: StaleChange::NameTaken });
            continue;
        }
        let seen = new.as_ref().or(old.as_ref());
        if let Some(Presence::Unreadable(now)) = seen {
            let is_open = matches!(carried, Carried::Nowhere | Carried::InPart);
            // It may be as the plan saw it.
            if !is_open || change.before != Some(now.digest) {
                let why = now.to_string();
                stale.push(Stale { thing: operation.thing.clone(), change: StaleChange::Unreadable { why } });
            }
            continue;
        }
        let is_as_left = is_as_left(operation, change, new.as_ref().and_then(Presence::read));
        let live = seen.and_then(Presence::read);
        if let Some(undone) = carried.undone(is_as_left, || is_undone(operation, change, live, &owned.concat())) {
            stale.push(Stale { thing: operation.thing.clone(), change: undone });
        } else {
            stale.extend(moved(operation, change, live));
        }
    }
    Ok(stale)
}

/// Whether an object is as a plan that was carried out left it.
fn is_as_left(operation: &Operation, change: &ObjectChange, live: Option<&Object>) -> bool {
    match (operation.action, live) {
        (Action::Vacate | Action::Release | Action::Forget, _) | (Action::Delete, None) => true,
        (Action::Delete, Some(_)) => false,
        (Action::Create | Action::Update | Action::Move | Action::Adopt | Action::Record, None) => false,
        (Action::Create | Action::Update | Action::Move | Action::Adopt | Action::Record, Some(object)) => {
            let live: BTreeMap<String, &Value> =
                fields(&object.body).into_iter().map(|(path, value)| (path, &value.value)).collect();
            let is_left = |field: &Field| {
                let found = live.get(&field.path).map(|value| Digest::of_value(value));
                found == convert::digest(field.after.as_ref())
            };
            change.all_fields().iter().all(is_left)
        }
    }
}

/// Whether an object is as a plan saw it, and the project wrote it as the plan makes it. What others did, and a plan sets back, looks the
/// same before that.
fn is_undone(operation: &Operation, change: &ObjectChange, live: Option<&Object>, owned: &OwnedFields) -> bool {
    match (operation.action, live) {
        _ if operation.is_revert() => false,
        (Action::Create, live) => live.is_none() && !owned.is_empty(),
        // Of what has no fields none is owned, whoever has it.
        (Action::Delete, live) => live.is_some() && owned.is_empty() && !change.all_fields().is_empty(),
        (Action::Update | Action::Move | Action::Adopt, Some(object)) => {
            let live: BTreeMap<String, &Value> =
                fields(&object.body).into_iter().map(|(path, value)| (path, &value.value)).collect();
            let owned: BTreeMap<&str, &Digest> = owned.iter().map(|(path, digest)| (path.as_str(), digest)).collect();
            let is_set_back = |field: &Field| {
                let found = live.get(&field.path).map(|value| Digest::of_value(value));
                let after = convert::digest(field.after.as_ref());
                found != after && owned.get(field.path.as_str()).copied() == after.as_ref()
            };
            change.all_fields().iter().any(is_set_back)
        }
        (Action::Update | Action::Move | Action::Adopt, None) => false,
        (Action::Vacate | Action::Release | Action::Forget | Action::Record, _) => false,
    }
}

/// The fields of an object that are neither as the plan saw them nor as it makes them.
fn moved(operation: &Operation, change: &ObjectChange, live: Option<&Object>) -> Vec<Stale> {
    let stale = |change: StaleChange| Stale { thing: operation.thing.clone(), change };
    let field = |path: &str, planned: Option<&Json>, found: Option<Json>| {
        stale(StaleChange::Field { path: path.to_owned(), planned: planned.cloned(), found })
    };
    let Some(object) = live else {
        return match operation.action {
            // It is made anew, or gone as it should be.
            Action::Create | Action::Delete | Action::Vacate | Action::Release | Action::Forget => Vec::new(),
            Action::Update | Action::Move | Action::Adopt | Action::Record => vec![stale(StaleChange::Gone)],
        };
    };
    let live: BTreeMap<String, Json> =
        fields(&object.body).into_iter().map(|(path, value)| (path, Json(value.value.clone()))).collect();
    let differs = |field: &&Field| {
        let found = convert::digest(live.get(&field.path));
        // A deletion takes the object as a whole, so that each of its fields has to be as it was.
        let done = operation.action != Action::Delete && found == convert::digest(field.after.as_ref());
        found != field.digest_before() && !done
    };
    let fields = change.all_fields();
    let changed = fields.iter().filter(differs);
    let shown = change.shown(&object.body);
    let found = |path: &str| shown.get(path).cloned();
    let mut all: Vec<Stale> = changed.map(|one| field(&one.path, one.before.as_ref(), found(&one.path))).collect();
    if operation.action == Action::Delete {
        let seen: BTreeSet<&str> = fields.iter().map(|field| field.path.as_str()).collect();
        let new = live.keys().filter(|path| !seen.contains(path.as_str()));
        all.extend(new.map(|path| field(path, None, found(path))));
    }
    all
}
