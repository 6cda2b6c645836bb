//! The rule of guarded writes, which every catalog keeps in the same way.
//!
//! Takes what is live and what is to be changed, gives the body to write or the conflict. Never
//! touches a field that is not listed.

use super::{CatalogError, FieldChange, OwnedFields, Presence};
use crate::model::{Address, Digest, Map, Value};
use crate::object::{fields, set_fields};
use std::collections::HashMap;

/// What a write makes of an object.
#[derive(Debug, PartialEq)]
pub(crate) enum Written {
    /// It is this already, as it should be.
    Unchanged(Map),
    /// It gets this body.
    Body(Map),
}

/// Judges the changes against the live body and carries them out on it. One that nobody can read is replaced as a whole where `replaces`
/// is its digest; else it is not what was seen.
pub(crate) fn write(
    address: &Address,
    live: Option<Presence<Map>>,
    changes: &[FieldChange],
    owned: &OwnedFields,
    replaces: Option<Digest>,
) -> Result<Written, CatalogError> {
    if let Some(Presence::Unreadable(unreadable)) = &live
        && replaces != Some(unreadable.digest)
    {
        return Err(CatalogError::Conflict { address: address.clone(), field: None });
    }
    let live = live.and_then(Presence::into_read);
    if live.is_none() {
        made_whole(address, changes, owned)?;
    }
    let is_made = live.is_none();
    let mut body = live.unwrap_or_default();
    let due = due_changes(address, &body, changes)?;
    if due.is_empty() && !is_made {
        return Ok(Written::Unchanged(body));
    }
    set_fields(&mut body, due.into_iter().map(|(path, after)| (path, after.cloned())));
    Ok(Written::Body(body))
}

/// Holds that an object is made of all the fields that will be owned, not of what was left to change of one
/// that has gone since.
fn made_whole(address: &Address, changes: &[FieldChange], owned: &OwnedFields) -> Result<(), CatalogError> {
    let mut set: Vec<&str> =
        changes.iter().filter(|change| change.after.is_some()).map(|change| &*change.path).collect();
    set.sort_unstable();
    match owned.iter().find(|(path, _)| set.binary_search(&path.as_str()).is_err()) {
        Some((path, _)) => Err(conflict(address, path)),
        None => Ok(()),
    }
}

/// The changes that are still to be made.
fn due_changes<'a>(
    address: &Address,
    body: &Map,
    changes: &'a [FieldChange],
) -> Result<Vec<(&'a str, Option<&'a Value>)>, CatalogError> {
    let live = values(body);
    let mut due = Vec::new();
    for FieldChange { path, before, after } in changes {
        let now = live.get(path).map(|value| Digest::of_value(value));
        if now == after.as_ref().map(Digest::of_value) {
            continue;
        }
        if now != *before {
            return Err(conflict(address, path));
        }
        due.push((path.as_str(), after.as_ref()));
    }
    Ok(due)
}

/// The fields of a body by path.
fn values(body: &Map) -> HashMap<String, &Value> {
    fields(body).into_iter().map(|(path, value)| (path, &value.value)).collect()
}

/// The values behind the digests of a record, as a body of these fields alone: what is live where that is what was written, else
/// what is known of before.
pub(crate) fn known_values(live: &Map, before: &Map, owned: &OwnedFields) -> Map {
    let (live, before) = (values(live), values(before));
    let mut known = Map::default();
    let values = owned.iter().filter_map(|(path, digest)| {
        let mut candidates = [live.get(path), before.get(path)].into_iter().flatten();
        let value = candidates.find(|value| Digest::of_value(value) == *digest)?;
        Some((path.as_str(), Some((*value).clone())))
    });
    set_fields(&mut known, values);
    known
}

fn conflict(address: &Address, path: &str) -> CatalogError {
    CatalogError::Conflict { address: address.clone(), field: Some(path.to_owned()) }
}
