use super::{ApplyError, Targets, convert};
use crate::model::{Address, Digest, Json, Object, Value, fields};
use crate::plan::{Action, Field, ObjectChange, Operation, Plan, Target};
use crate::store::{ContentId, FileState};
use std::collections::{BTreeMap, BTreeSet};

/// Something that a plan touches and that is no longer what the plan saw.
#[derive(Clone, Debug, PartialEq)]
pub struct Stale {
    /// The object or file.
    pub address: String,
    /// The field; nothing for a file, and for an object that is gone.
    pub field: Option<String>,
    /// What the plan saw; of a file the identity of its content.
    pub planned: Option<Json>,
    /// What is there now, in the same form.
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
                    planned: change.before.clone().map(identity),
                    found: live.map(identity),
                });
            }
        }
    }
    Ok(stale)
}

fn identity(content: ContentId) -> Json {
    Json(Value::String(content.0))
}

fn verify_catalog(plan: &Plan, targets: &mut Targets) -> Result<Vec<Stale>, ApplyError> {
    let mut changes: Vec<(&Operation, &ObjectChange)> = Vec::new();
    let mut addresses: Vec<Address> = Vec::new();
    for operation in plan.operations.iter().filter(|operation| operation.action != Action::Forget) {
        if let Target::Object(change) = &operation.target {
            changes.push((operation, change));
            addresses.push(convert::address(operation)?);
        }
    }
    let live = targets.catalog.objects(&addresses)?;
    Ok(changes
        .iter()
        .zip(&live)
        .flat_map(|((operation, change), live)| moved(operation, change, live.as_ref()))
        .collect())
}

/// The fields of an object that are neither as the plan saw them nor as it makes them.
fn moved(operation: &Operation, change: &ObjectChange, live: Option<&Object>) -> Vec<Stale> {
    let stale = |field: Option<&str>, planned: Option<&Json>, found: Option<Json>| Stale {
        address: operation.address.clone(),
        field: field.map(str::to_owned),
        planned: planned.cloned(),
        found,
    };
    let Some(object) = live else {
        return match operation.action {
            // It is made anew, or gone as it should be.
            Action::Create | Action::Delete | Action::Release | Action::Forget => Vec::new(),
            Action::Update | Action::Move | Action::Adopt | Action::Record => vec![stale(None, None, None)],
        };
    };
    let live: BTreeMap<String, Json> =
        fields(&object.body).into_iter().map(|(path, value)| (path, Json(value.value.clone()))).collect();
    let digest = |value: Option<&Json>| value.map(|value| Digest::of_value(&value.0));
    let differs = |field: &&Field| {
        let found = digest(live.get(&field.path));
        // A deletion takes the object as a whole, so that each of its fields has to be as it was.
        let done = operation.action != Action::Delete && found == digest(field.after.as_ref());
        found != digest(field.before.as_ref()) && !done
    };
    let changed = change.fields.iter().filter(differs);
    let mut all: Vec<Stale> =
        changed.map(|field| stale(Some(&field.path), field.before.as_ref(), live.get(&field.path).cloned())).collect();
    if operation.action == Action::Delete {
        let seen: BTreeSet<&str> = change.fields.iter().map(|field| field.path.as_str()).collect();
        let new = live.iter().filter(|(path, _)| !seen.contains(path.as_str()));
        all.extend(new.map(|(path, value)| stale(Some(path), None, Some(value.clone()))));
    }
    all
}
