use super::before::before;
use super::{ApplyError, Targets, convert};
use crate::catalog::{KEPT_RUNS, Presence, RunRecord};
use crate::model::{Address, Digest, Json, Name, Object, Thing, Value, fields};
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

/// Everything that a plan touches and that others changed since it was made. What it does not touch may change. A plan is carried
/// out once: of one that was, everything has to be as it left it, so that nothing which was made or set back since goes again.
///
/// # Errors
/// Where a target cannot be read.
pub fn verify(plan: &Plan, targets: &mut Targets) -> Result<Vec<Stale>, ApplyError> {
    let is_used = is_used(plan, targets)?;
    let mut stale = verify_catalog(plan, targets, is_used)?;
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
        let changes: Vec<&FileChange> = convert::files(plan, name).map(|(_, file)| file).collect();
        let paths: Vec<&str> = changes.iter().map(|change| &*change.path).collect();
        let observed = store.observe(&paths)?;
        let deleted: BTreeSet<&str> =
            changes.iter().filter(|change| change.content.is_none()).map(|change| &*change.path).collect();
        for change in changes {
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
            if is_used {
                stale.extend((live != after).then_some(Stale { thing, change: StaleChange::Undone }));
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

/// Whether a run has carried a plan out to its end, as far as the catalog knows. What is planned after that run names it, and is
/// another plan.
fn is_used(plan: &Plan, targets: &Targets) -> Result<bool, ApplyError> {
    let runs = targets.catalog.runs(&targets.identity.id, KEPT_RUNS)?;
    Ok(runs.iter().any(|run| run.plan == plan.id && run.state == RunRecord::DONE))
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

fn verify_catalog(plan: &Plan, targets: &Targets, is_used: bool) -> Result<Vec<Stale>, ApplyError> {
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
    let mut stale = Vec::new();
    for ((operation, change), live) in changes.iter().zip(live.chunks(2)) {
        let [old, new] = live else { continue };
        if operation.from.is_some() && old.is_some() && new.is_some() {
            stale.push(Stale { thing: operation.thing.clone(), change: StaleChange::NameTaken });
            continue;
        }
        let live = if is_used { new.as_ref() } else { new.as_ref().or(old.as_ref()) };
        let live = match live {
            Some(Presence::Unreadable(now)) if is_used || change.before != Some(now.digest) => {
                let why = now.to_string();
                stale.push(Stale { thing: operation.thing.clone(), change: StaleChange::Unreadable { why } });
                continue;
            }
            // It is as the plan saw it.
            Some(Presence::Unreadable(_)) => continue,
            live => live.and_then(Presence::read),
        };
        if is_used {
            let undone = Stale { thing: operation.thing.clone(), change: StaleChange::Undone };
            stale.extend((!is_as_left(operation, change, live)).then_some(undone));
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
        found != convert::digest(field.before.as_ref()) && !done
    };
    let fields = change.all_fields();
    let changed = fields.iter().filter(differs);
    let mut all: Vec<Stale> =
        changed.map(|one| field(&one.path, one.before.as_ref(), live.get(&one.path).cloned())).collect();
    if operation.action == Action::Delete {
        let seen: BTreeSet<&str> = fields.iter().map(|field| field.path.as_str()).collect();
        let new = live.iter().filter(|(path, _)| !seen.contains(path.as_str()));
        all.extend(new.map(|(path, value)| field(path, None, Some(value.clone()))));
    }
    all
}
