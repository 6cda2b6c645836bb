//! The plan's operations as the targets take them.

use super::ApplyError;
use crate::catalog::{self, Catalog, Change, LevelChange, LevelRecord};
use crate::model::{Address, DeclaredAt, Digest, Holding, Json, Lifecycle, Name};
use crate::plan::{
    Action, Changes, Content, Field, FileChange, ObjectChange, Operation, Phase, Plan, Record, Standing, Transition,
};
use crate::secret::{Secrets, fill};
use crate::store::{self, ContentId, Store, StoreError};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Which part of the catalog's operations: before the stores, or after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// What grows and what changes.
    First,
    /// What shrinks, and what goes.
    Last,
}

/// The catalog's operations of a part, in their order.
pub(super) fn catalog_operations(plan: &Plan, part: Part) -> Result<Vec<catalog::GuardedChange>, ApplyError> {
    let mut operations = Vec::new();
    for (operation, (address, change)) in plan.operations.iter().filter_map(|one| Some((one, one.object()?))) {
        let last = matches!(operation.phase, Phase::Contract | Phase::Prune);
        let mut change = match (last, part) {
            (false, Part::First) => whole(operation, change)?,
            // What a contracting change adds comes first: others may rely on it.
            (true, Part::First) if operation.phase == Phase::Contract => growing(operation, change)?,
            (true, Part::Last) => whole(operation, change)?,
            (false, Part::Last) | (true, Part::First) => continue,
        };
        if let Change::Write { declared, .. } | Change::Make { declared, .. } = &mut change {
            *declared = declared_at(plan, operation).map(Arc::new);
        }
        operations.push(catalog::GuardedChange { address: address.clone(), change });
    }
    Ok(operations)
}

/// Where the text declares the object of an operation, at the commit that the plan was made of.
fn declared_at(plan: &Plan, operation: &Operation) -> Option<DeclaredAt> {
    let (_, change) = operation.object()?;
    let place = change.declared.as_deref().or(operation.source.as_ref())?;
    // Without a commit there is no work tree either, and the place would begin where somebody happened to stand.
    let file = if plan.source.is_some() { Cow::from(&*place.file) } else { place.name() };
    Some(DeclaredAt::new(&file, place.line, plan.source.as_deref()))
}

fn damaged(operation: &Operation, what: &str) -> ApplyError {
    ApplyError::Plan { what: format!("{} {what}", operation.thing) }
}

fn whole(operation: &Operation, change: &ObjectChange) -> Result<Change, ApplyError> {
    match (operation.action, &change.before, &change.record) {
        (Action::Delete, Some(before), _) => Ok(Change::Delete { before: *before }),
        (Action::Delete, None, _) => Err(damaged(operation, "is deleted without a digest")),
        (Action::Vacate, _, _) => Err(damaged(operation, "leaves a path, as files do")),
        (Action::Forget | Action::Release, _, _) => Ok(Change::Forget),
        (Action::Create | Action::Update | Action::Move | Action::Adopt | Action::Record, _, None) => {
            Err(damaged(operation, "is owned without a record"))
        }
        (Action::Create | Action::Update | Action::Move | Action::Adopt | Action::Record, _, Some(record)) => {
            Ok(written(operation, change, record))
        }
    }
}

fn written(operation: &Operation, change: &ObjectChange, record: &Record) -> Change {
    let (base, lifecycle) = (record.base, lifecycle(record));
    let (from, taken_from) = (operation.former_address().cloned(), record.taken_from.clone());
    match &change.changes {
        Changes::Fields(fields) => {
            let fields = fields.iter().map(field_change).collect();
            Change::Write { fields, owned: record.owned.clone(), base, lifecycle, from, taken_from, declared: None }
        }
        Changes::Body(made) => {
            let (made, replaces) = (made.clone(), change.before);
            Change::Make { made, base, lifecycle, from, taken_from, declared: None, replaces }
        }
    }
}

/// The part of a change that takes nothing away. What is yet to go stays owned, with the digest that it has.
fn growing(operation: &Operation, change: &ObjectChange) -> Result<Change, ApplyError> {
    let record = change.record.as_ref().ok_or_else(|| damaged(operation, "is owned without a record"))?;
    let (stays, goes): (Vec<&Field>, Vec<&Field>) = change.fields().iter().partition(|field| field.after.is_some());
    let mut owned = record.owned.clone();
    owned.extend(goes.iter().filter_map(|field| Some((field.path.clone(), field.digest_before()?))));
    owned.sort_unstable();
    Ok(Change::Write {
        fields: stays.into_iter().map(field_change).collect(),
        owned,
        base: unfinished(record.base),
        lifecycle: lifecycle(record),
        from: operation.former_address().cloned(),
        taken_from: record.taken_from.clone(),
        declared: None,
    })
}

/// The base of a record until the last part is done: no body has this digest, so that nobody takes the object for finished.
fn unfinished(base: Digest) -> Digest {
    Digest::of(format!("on the way to {base}").as_bytes())
}

fn lifecycle(record: &Record) -> Option<Arc<Lifecycle>> {
    record.lifecycle.as_deref().cloned().map(Arc::new)
}

fn field_change(field: &Field) -> catalog::FieldChange {
    catalog::FieldChange {
        path: field.path.clone(),
        before: field.digest_before(),
        after: field.after.as_ref().map(|value| value.0.clone()),
    }
}

/// The digest of a value, where there is one.
pub(super) fn digest(value: Option<&Json>) -> Option<Digest> {
    value.map(|value| Digest::of_value(&value.0))
}

/// The levels that change, and those that only get another name. The catalog is asked for these where something does.
pub(super) fn levels(plan: &Plan, catalog: &dyn Catalog, project: &str) -> Result<Vec<LevelChange>, ApplyError> {
    let names: BTreeMap<&Address, &Address> = plan.operations.iter().filter_map(Operation::renames).collect();
    let kept = if names.is_empty() { Vec::new() } else { catalog.levels(project)? };
    let mut changes = renamed(kept, &names);
    changes.extend(plan.impact.levels.iter().flatten().map(changed));
    Ok(changes)
}

/// Levels that go on under other names; all go from under the old ones before any comes, as names may be swapped.
fn renamed(levels: Vec<LevelRecord>, names: &BTreeMap<&Address, &Address>) -> Vec<LevelChange> {
    let (mut changes, mut set) = (Vec::new(), Vec::new());
    for old in levels {
        let mut new = old.clone();
        new.rename(names);
        if new != old {
            changes.push(LevelChange::Remove { scorecard: old.scorecard, entity: old.entity });
            set.push(LevelChange::Set(new));
        }
    }
    changes.extend(set);
    changes
}

fn changed(transition: &Transition) -> LevelChange {
    let (scorecard, entity) = (transition.scorecard.clone(), transition.entity.clone());
    let level = match &transition.to {
        Standing::NotJudged => return LevelChange::Remove { scorecard, entity },
        Standing::Below => None,
        Standing::Level(level) => Some(level.clone()),
    };
    LevelChange::Set(LevelRecord { scorecard, entity, level })
}

/// The planned changes of the files of one store.
pub(super) fn files<'p>(plan: &'p Plan, store: &'p str) -> impl Iterator<Item = (&'p Operation, &'p FileChange)> {
    let files = plan.operations.iter().filter_map(|operation| Some((operation, operation.file()?)));
    files.filter(move |(_, file)| file.store == *store)
}

/// The identity that a planned content has in a store, with the values of its secrets at the time of the plan.
pub fn identity(content: &Content, store: &dyn Store) -> ContentId {
    match content {
        Content::Text(_) | Content::Bytes(_) => store.content_id(content.bytes()),
        Content::Guarded(guarded) => guarded.identity.clone(),
        Content::Kept { kept } => kept.clone(),
    }
}

/// The files of one store that change, with the values of their secrets.
pub(super) fn file_changes(
    plan: &Plan,
    name: &str,
    store: &mut dyn Store,
    secrets: &Secrets,
) -> Result<Vec<store::FileChange>, ApplyError> {
    let files: Vec<(Action, &FileChange)> =
        files(plan, name).map(|(operation, file)| (operation.action, file)).collect();
    let kept = files.iter().filter(|(_, file)| matches!(file.content, Some(Content::Kept { .. })));
    let kept: Vec<&str> = kept.map(|(_, file)| &*file.path).collect();
    if !kept.is_empty() {
        store.observe(&kept)?;
    }
    files.into_iter().map(|(action, file)| file_change(action, file, store, secrets)).collect()
}

/// The files of one store whose secrets have other values than when the plan was made.
pub(super) fn rotated<'p>(
    plan: &'p Plan,
    name: &'p str,
    store: &dyn Store,
    secrets: &Secrets,
) -> Result<Vec<(&'p FileChange, ContentId)>, ApplyError> {
    let mut rotated = Vec::new();
    for (_, file) in files(plan, name) {
        if let Some(Content::Guarded(guarded)) = &file.content {
            let identity = store.content_id(&fill(guarded.text.as_bytes(), &guarded.secrets, secrets)?);
            if identity != guarded.identity {
                rotated.push((file, identity));
            }
        }
    }
    Ok(rotated)
}

/// The bytes that are written: with the values of the secrets, and those that are there of a file that stays.
fn bytes(file: &FileChange, content: &Content, store: &dyn Store, secrets: &Secrets) -> Result<Arc<[u8]>, ApplyError> {
    match content {
        Content::Text(_) | Content::Bytes(_) => Ok(Arc::from(content.bytes())),
        Content::Guarded(guarded) => Ok(fill(guarded.text.as_bytes(), &guarded.secrets, secrets)?.into()),
        Content::Kept { kept } => {
            let live = store.read(&file.path)?.filter(|live| store.content_id(live) == *kept);
            let conflict = || StoreError::Conflict { store: file.store.to_string(), path: file.path.to_string() };
            Ok(live.ok_or_else(conflict)?.into())
        }
    }
}

fn file_change(
    action: Action,
    file: &FileChange,
    store: &dyn Store,
    secrets: &Secrets,
) -> Result<store::FileChange, ApplyError> {
    let after = file.content.as_ref().map(|content| bytes(file, content, store, secrets)).transpose()?;
    Ok(store::FileChange {
        path: file.path.to_string(),
        before: file.before.clone(),
        after,
        owned: file.content.is_some() && action != Action::Release,
        taken_from: file.taken_from.as_ref().map(ToString::to_string),
        replaces: file
            .replaces
            .as_ref()
            .map(|there| store::Replaced { path: there.path.clone(), id: there.id.clone() }),
    })
}

/// What a store remembers from now on of requests of which that changes.
pub(super) fn holdings(plan: &Plan, store: &str) -> Vec<Holding> {
    plan.holdings.iter().filter(|held| held.store == *store).map(|held| held.holding.clone()).collect()
}

/// The stores that a plan writes to, in their order.
pub(super) fn stores(plan: &Plan) -> BTreeSet<&Name> {
    let written = plan.operations.iter().filter_map(Operation::file).map(|file| &file.store);
    written.chain(plan.holdings.iter().map(|held| &held.store)).collect()
}
