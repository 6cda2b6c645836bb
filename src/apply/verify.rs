use super::{ApplyError, Targets, convert};
use crate::catalog::{Change, FieldChange, Operation};
use crate::model::{Address, Digest, Json, Object, fields};
use crate::plan::Plan;
use crate::store::FileState;
use std::collections::BTreeMap;

/// Something that a plan touches and that is no longer what the plan saw.
#[derive(Clone, Debug, PartialEq)]
pub struct Stale {
    /// The object or file.
    pub address: String,
    /// The field, where it is one.
    pub field: Option<String>,
    /// What the plan saw, as far as it knows.
    pub planned: Option<String>,
    /// What is there now.
    pub found: Option<Json>,
}

/// Everything that a plan touches and that others changed since it was made. What it does not touch may change.
///
/// # Errors
/// Where a target cannot be read.
pub fn verify(plan: &Plan, targets: &mut Targets) -> Result<Vec<Stale>, ApplyError> {
    let mut stale = verify_catalog(plan, targets)?;
    for name in convert::stores(plan) {
        let store = targets.stores.get_mut(&name).ok_or_else(|| ApplyError::UnknownStore { store: name.clone() })?;
        let changes = convert::file_changes(plan, &name);
        let paths: Vec<&str> = changes.iter().map(|change| change.path.as_str()).collect();
        let observed = store.observe(&paths)?;
        for change in &changes {
            let live = observed.files.get(&change.path).and_then(|state: &FileState| state.live.clone());
            let after = change.after.as_ref().map(|content| store.content_id(content));
            if live != change.before && live != after {
                stale.push(Stale {
                    address: format!("file:{name}:{}", change.path),
                    field: None,
                    planned: change.before.as_ref().map(|id| id.0.to_string()),
                    found: live.map(|id| Json(crate::model::Value::String(id.0))),
                });
            }
        }
    }
    Ok(stale)
}

fn verify_catalog(plan: &Plan, targets: &mut Targets) -> Result<Vec<Stale>, ApplyError> {
    let mut operations = convert::catalog_operations(plan, convert::Part::First)?;
    operations.extend(convert::catalog_operations(plan, convert::Part::Last)?);
    let addresses: Vec<Address> = operations.iter().map(|operation| operation.address.clone()).collect();
    let live = targets.catalog.objects(&addresses)?;
    Ok(operations.iter().zip(&live).flat_map(|(operation, live)| changed(operation, live.as_ref())).collect())
}

fn changed(operation: &Operation, live: Option<&Object>) -> Vec<Stale> {
    let stale = |field: Option<&str>, planned: Option<Digest>, found: Option<Json>| Stale {
        address: operation.address.to_string(),
        field: field.map(str::to_owned),
        planned: planned.map(|digest| digest.to_string()),
        found,
    };
    match &operation.change {
        Change::Forget => Vec::new(),
        Change::Delete { before } => {
            let body = live.map(|object| crate::model::Value::Object(object.body.clone()));
            let moved = body.filter(|body| Digest::of_value(body) != *before);
            moved.map(|body| stale(None, Some(*before), Some(Json(body)))).into_iter().collect()
        }
        Change::Write { fields: changes, .. } => {
            let live: BTreeMap<String, _> =
                live.map(|object| fields(&object.body).into_iter().collect()).unwrap_or_default();
            let moved = |change: &&FieldChange| {
                let found = live.get(&change.path).map(|value| Digest::of_value(value));
                let after = change.after.as_ref().map(Digest::of_value);
                found != change.before && found != after
            };
            let found = |path: &str| live.get(path).map(|value| Json(value.value.clone()));
            changes
                .iter()
                .filter(moved)
                .map(|change| stale(Some(&change.path), change.before, found(&change.path)))
                .collect()
        }
    }
}
