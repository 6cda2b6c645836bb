use super::build::Options;
use super::document::{Action, Guard, Operation, Target};
use crate::catalog::{Entry, Owned};
use crate::model::{Address, Kind};
use std::collections::{BTreeMap, BTreeSet};

/// Everything about some operations that needs an explicit allowance.
pub(super) fn guards(operations: &[Operation], observed: &[Entry], limit: u64, options: &Options) -> Vec<Guard> {
    let deleted: Vec<&Operation> = operations.iter().filter(|operation| operation.action == Action::Delete).collect();
    let mut guards = Vec::new();
    guards.extend(too_many(&deleted, limit, options));
    guards.extend(emptied_kinds(&deleted, observed, options));
    guards.extend(protected(&deleted, observed, options));
    guards.extend(left_behind(&deleted, observed));
    guards.extend(operations.iter().filter_map(|operation| abandoned_store(operation, options)));
    guards
}

/// More deletions than the project lets pass unasked.
fn too_many(deleted: &[&Operation], limit: u64, options: &Options) -> Option<Guard> {
    let count = deleted.len() as u64;
    let limit = options.max_deletes.unwrap_or(limit);
    let asked = options.max_deletes.is_some();
    (count > limit || (asked && count > 0)).then(|| Guard {
        message: format!(
            "{count} {}, and at most {limit} are allowed",
            if count == 1 { "deletion" } else { "deletions" }
        ),
        allow: Some(format!("--max-deletes {count}")),
        allowed: count <= limit,
    })
}

/// Kinds of which the project owned several and keeps none.
fn emptied_kinds(deleted: &[&Operation], observed: &[Entry], options: &Options) -> Vec<Guard> {
    let mut owned: BTreeMap<Kind, usize> = BTreeMap::new();
    for entry in observed.iter().filter(|entry| entry.owner.is_some() && entry.live.is_some()) {
        *owned.entry(entry.address.kind).or_default() += 1;
    }
    let mut gone: BTreeMap<Kind, usize> = BTreeMap::new();
    for address in deleted.iter().filter_map(|operation| operation.object_address()) {
        *gone.entry(address.kind).or_default() += 1;
    }
    let emptied = gone.into_iter().filter(|(kind, count)| *count > 1 && owned.get(kind) == Some(count));
    emptied
        .map(|(kind, count)| {
            let word = kind.word();
            let pattern = format!("{word}:*");
            Guard {
                message: format!("all {count} objects of kind {word} are deleted"),
                allowed: options.allow_delete.contains(&pattern),
                allow: Some(format!("--allow-delete '{pattern}'")),
            }
        })
        .collect()
}

/// Objects that the inventory protects; deleting their text does not delete the protection.
fn protected(deleted: &[&Operation], observed: &[Entry], options: &Options) -> Vec<Guard> {
    let protected: BTreeSet<&Address> = observed
        .iter()
        .filter(|entry| entry.owner.as_ref().is_some_and(Owned::is_protected))
        .map(|entry| &entry.address)
        .collect();
    let stopped = deleted
        .iter()
        .filter(|operation| operation.object_address().is_some_and(|address| protected.contains(&address)));
    stopped
        .map(|operation| Guard {
            message: format!("{} is protected and would be deleted", operation.address),
            allow: Some(format!("--allow-delete {}", operation.address)),
            allowed: options.allow_delete.contains(&operation.address),
        })
        .collect()
}

/// Entities and requests, of whomever, that would stay without their blueprint or promise.
fn left_behind(deleted: &[&Operation], observed: &[Entry]) -> Vec<Guard> {
    let going: BTreeSet<Address> = deleted.iter().filter_map(|operation| operation.object_address()).collect();
    let orphaned = |kind: Kind, parent: &Address| {
        let stays = |entry: &&Entry| {
            entry.address.kind == kind
                && entry.address.parent == parent.name
                && entry.live.is_some()
                && !going.contains(&entry.address)
        };
        observed.iter().filter(stays).count()
    };
    let mut guards = Vec::new();
    for address in &going {
        let (members, one, many) = match address.kind {
            Kind::Blueprint => (Kind::Entity, "entity", "entities"),
            Kind::Promise => (Kind::Request, "request", "requests"),
            _ => continue,
        };
        let count = orphaned(members, address);
        if count > 0 {
            guards.push(Guard {
                message: format!(
                    "{address} would be deleted, and {count} {} of it would stay",
                    if count == 1 { one } else { many }
                ),
                allow: None,
                allowed: false,
            });
        }
    }
    guards
}

/// A state store that the project leaves: what it delivered there is out of its sight, and would stay.
fn abandoned_store(operation: &Operation, options: &Options) -> Option<Guard> {
    let Target::Object(change) = &operation.target else { return None };
    let is_store = operation.object_address().is_some_and(|address| address.kind == Kind::StateStore);
    let place = ["url", "branch", "path"];
    let leaves = match operation.action {
        Action::Delete => true,
        Action::Update => {
            change.fields.iter().any(|field| field.before.is_some() && place.contains(&field.path.as_str()))
        }
        Action::Release => true,
        Action::Create | Action::Move | Action::Adopt | Action::Forget | Action::Record => false,
    };
    (is_store && leaves).then(|| Guard {
        message: format!("the project leaves {}, and files that it delivered there would stay", operation.address),
        allow: Some(format!("--allow-delete {}", operation.address)),
        allowed: options.allow_delete.contains(&operation.address),
    })
}

/// State stores of which every file goes.
pub(super) fn emptied_stores(
    operations: &[Operation],
    kept: &BTreeMap<String, usize>,
    options: &Options,
) -> Vec<Guard> {
    let mut gone: BTreeMap<&str, usize> = BTreeMap::new();
    for operation in operations.iter().filter(|operation| operation.action == Action::Delete) {
        if let Target::File(file) = &operation.target {
            *gone.entry(&file.store).or_default() += 1;
        }
    }
    let emptied = gone.into_iter().filter(|(store, count)| *count > 1 && kept.get(*store).copied().unwrap_or(0) == 0);
    emptied
        .map(|(store, count)| {
            let pattern = format!("file:{store}:*");
            Guard {
                message: format!("all {count} files of state store {store} are deleted"),
                allowed: options.allow_delete.contains(&pattern),
                allow: Some(format!("--allow-delete '{pattern}'")),
            }
        })
        .collect()
}
