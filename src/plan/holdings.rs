//! What each state store remembers of requests once a plan is carried out.

use super::build::{Input, StoreFiles};
use super::document::{Action, Held, Operation, Target};
use crate::model::{Address, Deletion, Holding, Lifecycle, Name, OnDrift};
use std::collections::{BTreeMap, BTreeSet};

/// A request and the destination that it was delivered to.
type Key<'a> = (&'a Address, &'a Name);

/// The holdings that differ from those that the stores have, by store and key.
pub(super) fn holdings(operations: &[Operation], input: &Input<'_>) -> Vec<Held> {
    let mut held = Vec::new();
    for store in &input.stores {
        let fates = fates(operations, &store.store);
        let after = after(store, &fates);
        held.extend(changes(store, after, input).iter().map(|holding| Held::new(&store.store, holding)));
    }
    held
}

/// Whether the project owns the files of a store that operations are about, by path.
fn fates<'o>(operations: &'o [Operation], store: &str) -> BTreeMap<&'o str, bool> {
    let fate = |operation: &'o Operation| match &operation.target {
        Target::File(file) if file.store == store => {
            Some((file.path.as_str(), file.content.is_some() && operation.action != Action::Release))
        }
        Target::File(_) | Target::Object(_) => None,
    };
    operations.iter().filter_map(fate).collect()
}

/// The owned files of each request: those that are written or are as they should be, and those that nothing is done to.
fn after<'a>(store: &'a StoreFiles<'_>, fates: &BTreeMap<&str, bool>) -> BTreeMap<Key<'a>, BTreeSet<&'a str>> {
    let differing: BTreeSet<&str> = store.diffs.iter().map(|diff| diff.path.as_str()).collect();
    let mut after: BTreeMap<Key<'a>, BTreeSet<&'a str>> = BTreeMap::new();
    let mut settled = BTreeSet::new();
    for placed in &store.placed {
        let path = placed.path.as_str();
        if fates.get(path).copied().unwrap_or(!differing.contains(path)) {
            after.entry((&placed.request, &placed.destination)).or_default().insert(path);
            settled.insert(path);
        }
    }
    for holding in &store.holdings {
        let stays = |path: &&str| !settled.contains(path) && fates.get(path).copied().unwrap_or(true);
        let files = holding.files.iter().map(String::as_str).filter(stays);
        let files: BTreeSet<&str> = files.collect();
        if !files.is_empty() {
            after.entry(holding.key()).or_default().extend(files);
        }
    }
    after
}

/// What is no longer as the store has it.
fn changes<'a>(
    store: &'a StoreFiles<'_>,
    mut after: BTreeMap<Key<'a>, BTreeSet<&'a str>>,
    input: &Input<'_>,
) -> Vec<Holding> {
    let mut changes = Vec::new();
    for holding in &store.holdings {
        let files = after.remove(&holding.key()).unwrap_or_default();
        let lifecycle = lifecycle(&holding.request, input).unwrap_or(&holding.lifecycle);
        let same = files.iter().copied().eq(holding.files.iter().map(String::as_str));
        if !same || *lifecycle != holding.lifecycle {
            let files = files.into_iter().map(ToOwned::to_owned).collect();
            changes.push(Holding { lifecycle: lifecycle.clone(), files, ..holding.clone() });
        }
    }
    changes.extend(after.into_iter().map(|((request, destination), files)| Holding {
        request: request.clone(),
        destination: destination.clone(),
        lifecycle: lifecycle(request, input).cloned().unwrap_or_default(),
        files: files.into_iter().map(ToOwned::to_owned).collect(),
    }));
    changes.sort_by(|one, other| one.key().cmp(&other.key()));
    changes
}

/// That of a request whose text says nothing.
static DEFAULT: Lifecycle =
    Lifecycle { protect: false, on_drift: OnDrift::Revert, deletion: Deletion::Delete, ignore: Vec::new() };

/// What the text says of a request; nothing where it is not declared.
fn lifecycle<'i>(request: &Address, input: &'i Input<'_>) -> Option<&'i Lifecycle> {
    let found = input.desired.binary_search_by(|desired| desired.address.cmp(request)).ok()?;
    Some(input.desired[found].lifecycle.unwrap_or(&DEFAULT))
}
