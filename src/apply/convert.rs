//! The plan's operations as the targets take them.

use super::ApplyError;
use crate::catalog::{self, Catalog, LevelChange, LevelRecord, OwnedFields};
use crate::model::{Address, Digest, Holding, Lifecycle};
use crate::plan::{
    Action, Content, Field, FileChange, ObjectChange, Operation, Phase, Plan, Standing, Target, Transition,
};
use crate::secret::{Secrets, fill};
use crate::store::{self, ContentId, Store, StoreError};
use std::collections::BTreeMap;
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
    for operation in &plan.operations {
        let Target::Object(change) = &operation.target else { continue };
        let address = address(operation)?;
        let last = matches!(operation.phase, Phase::Contract | Phase::Prune);
        let change = match (last, part) {
            (false, Part::First) => whole(operation, change)?,
            // What a contracting change adds comes first: others may rely on it.
            (true, Part::First) if operation.phase == Phase::Contract => growing(operation, change)?,
            (true, Part::Last) => whole(operation, change)?,
            (false, Part::Last) | (true, Part::First) => continue,
        };
        operations.push(catalog::GuardedChange { address, change });
    }
    Ok(operations)
}

pub(super) fn address(operation: &Operation) -> Result<Address, ApplyError> {
    operation.object_address().ok_or_else(|| ApplyError::Plan { what: format!("the address {}", operation.address) })
}

fn digest(text: &str) -> Result<Digest, ApplyError> {
    Digest::parse(text).ok_or_else(|| ApplyError::Plan { what: format!("the digest `{text}`") })
}

fn whole(operation: &Operation, change: &ObjectChange) -> Result<catalog::Change, ApplyError> {
    match (operation.action, &change.before) {
        (Action::Delete, Some(before)) => Ok(catalog::Change::Delete { before: digest(before)? }),
        (Action::Delete, None) => Err(ApplyError::Plan { what: "a deletion without a digest".to_owned() }),
        (Action::Vacate, _) => Err(ApplyError::Plan { what: "an object that leaves a path, as files do".to_owned() }),
        (Action::Forget | Action::Release, _) => Ok(catalog::Change::Forget),
        (Action::Create | Action::Update | Action::Move | Action::Adopt | Action::Record, _) => {
            Ok(catalog::Change::Write {
                fields: change.fields.iter().map(field_change).collect(),
                owned: owned(change)?,
                base: digest(&change.base)?,
                lifecycle: lifecycle(change)?,
                from: from(operation)?,
                taken_from: change.taken_from.as_deref().map(Into::into),
            })
        }
    }
}

/// The part of a change that takes nothing away. What is yet to go stays owned, with the digest that it has.
fn growing(operation: &Operation, change: &ObjectChange) -> Result<catalog::Change, ApplyError> {
    let (stays, goes): (Vec<&Field>, Vec<&Field>) = change.fields.iter().partition(|field| field.after.is_some());
    let mut owned = owned(change)?;
    for field in goes {
        if let Some(before) = &field.before {
            owned.push((field.path.clone(), Digest::of_value(&before.0)));
        }
    }
    owned.sort_unstable();
    Ok(catalog::Change::Write {
        fields: stays.into_iter().map(field_change).collect(),
        owned,
        base: unfinished(digest(&change.base)?),
        lifecycle: lifecycle(change)?,
        from: from(operation)?,
        taken_from: change.taken_from.as_deref().map(Into::into),
    })
}

/// The base of a record until the last part is done: no body has this digest, so that nobody takes the object for finished.
fn unfinished(base: Digest) -> Digest {
    Digest::of(format!("on the way to {base}").as_bytes())
}

fn lifecycle(change: &ObjectChange) -> Result<Option<Arc<Lifecycle>>, ApplyError> {
    let parse = |words: &crate::plan::Lifecycle| {
        words.parse().map(Arc::new).ok_or_else(|| ApplyError::Plan { what: format!("the lifecycle {words:?}") })
    };
    change.lifecycle.as_ref().map(parse).transpose()
}

pub(super) fn from(operation: &Operation) -> Result<Option<Address>, ApplyError> {
    let parse =
        |text: &String| Address::parse(text).ok_or_else(|| ApplyError::Plan { what: format!("the address {text}") });
    operation.from.as_ref().map(parse).transpose()
}

fn owned(change: &ObjectChange) -> Result<OwnedFields, ApplyError> {
    let mut owned = change
        .owned
        .iter()
        .map(|(path, text)| Ok((path.clone(), digest(text)?)))
        .collect::<Result<OwnedFields, ApplyError>>()?;
    owned.sort_unstable();
    Ok(owned)
}

fn field_change(field: &Field) -> catalog::FieldChange {
    catalog::FieldChange {
        path: field.path.clone(),
        before: field.before.as_ref().map(|value| Digest::of_value(&value.0)),
        after: field.after.as_ref().map(|value| value.0.clone()),
    }
}

/// The levels that change, and those that only get another name. The catalog is asked for these where something does.
pub(super) fn levels(plan: &Plan, catalog: &dyn Catalog, project: &str) -> Result<Vec<LevelChange>, ApplyError> {
    let names: BTreeMap<Address, Address> = plan.operations.iter().filter_map(Operation::renames).collect();
    let kept = if names.is_empty() { Vec::new() } else { catalog.levels(project)? };
    let mut changes = renamed(kept, &names);
    changes.extend(changed(plan)?);
    Ok(changes)
}

/// Levels that go on under other names; all go from under the old ones before any comes, as names may be swapped.
fn renamed(levels: Vec<LevelRecord>, names: &BTreeMap<Address, Address>) -> Vec<LevelChange> {
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

/// The levels that change.
fn changed(plan: &Plan) -> Result<Vec<LevelChange>, ApplyError> {
    let change = |transition: &Transition| {
        let entity = Address::parse(&transition.entity)
            .ok_or_else(|| ApplyError::Plan { what: format!("the address {}", transition.entity) })?;
        let scorecard = transition.scorecard.as_str().into();
        let level = match &transition.to {
            Standing::NotJudged => return Ok(LevelChange::Remove { scorecard, entity }),
            Standing::Below => None,
            Standing::Level(level) => Some(level.as_str().into()),
        };
        Ok(LevelChange::Set(LevelRecord { scorecard, entity, level }))
    };
    plan.impact.levels.iter().flatten().map(change).collect()
}

/// The planned changes of the files of one store.
pub(super) fn files<'p>(plan: &'p Plan, store: &'p str) -> impl Iterator<Item = (Action, &'p FileChange)> {
    plan.operations.iter().filter_map(move |operation| match &operation.target {
        Target::File(file) if file.store == store => Some((operation.action, file)),
        Target::File(_) | Target::Object(_) => None,
    })
}

/// The identity that a planned content has in a store, with the values of its secrets at the time of the plan.
pub fn identity(content: &Content, store: &dyn Store) -> ContentId {
    match content {
        Content::Text(_) | Content::Bytes(_) => store.content_id(content.bytes()),
        Content::Guarded(guarded) => ContentId(guarded.identity.as_str().into()),
        Content::Kept { kept } => ContentId(kept.as_str().into()),
    }
}

/// The files of one store that change, with the values of their secrets.
pub(super) fn file_changes(
    plan: &Plan,
    name: &str,
    store: &mut dyn Store,
    secrets: &Secrets,
) -> Result<Vec<store::FileChange>, ApplyError> {
    let files: Vec<(Action, &FileChange)> = files(plan, name).collect();
    let kept = files.iter().filter(|(_, file)| matches!(file.content, Some(Content::Kept { .. })));
    let kept: Vec<&str> = kept.map(|(_, file)| file.path.as_str()).collect();
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
            if *identity.0 != *guarded.identity {
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
            let live = store.read(&file.path)?.filter(|live| *store.content_id(live).0 == **kept);
            let conflict = || StoreError::Conflict { store: file.store.clone(), path: file.path.clone() };
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
        path: file.path.clone(),
        before: file.before.as_deref().map(|id| ContentId(id.into())),
        after,
        owned: file.content.is_some() && action != Action::Release,
        taken_from: file.taken_from.clone(),
        replaces: file.replaces.as_ref().map(|there| {
            let (path, id) = (there.path.clone(), ContentId(there.id.as_str().into()));
            store::Replaced { path, id }
        }),
    })
}

/// What a store remembers from now on of requests of which that changes.
pub(super) fn holdings(plan: &Plan, store: &str) -> Result<Vec<Holding>, ApplyError> {
    let of_store = plan.holdings.iter().filter(|held| held.store == store);
    let parsed = of_store.map(|held| held.parse().ok_or_else(|| held.request.clone()));
    parsed.collect::<Result<_, _>>().map_err(|request| ApplyError::Plan { what: format!("what is held for {request}") })
}

/// The stores that a plan writes to, in their order.
pub(super) fn stores(plan: &Plan) -> Vec<String> {
    let written = plan.operations.iter().filter_map(|operation| match &operation.target {
        Target::File(file) => Some(file.store.clone()),
        Target::Object(_) => None,
    });
    let mut stores: Vec<String> = written.chain(plan.holdings.iter().map(|held| held.store.clone())).collect();
    stores.sort_unstable();
    stores.dedup();
    stores
}
