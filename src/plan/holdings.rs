//! What each state store remembers of requests once a plan is carried out.

use super::document::{Action, Held, Operation};
use super::input::{Input, StoreFiles};
use crate::model::{Address, Deletion, Holding, Lifecycle, Name, OnDrift};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// A request and the destination that it was delivered to.
type Key<'a> = (&'a Address, &'a Name);

/// The holdings that differ from those that the stores have, by store and key.
pub(super) fn holdings(operations: &[Operation], input: &Input<'_>) -> Vec<Held> {
    let mut held = Vec::new();
    for store in &input.stores {
        let fates = fates(operations, &store.store);
        let after = after(store, &fates);
        let changes = changes(store, &after, input).into_iter();
        let changes = changes.filter(|holding| input.options.may_be_for(&holding.request));
        held.extend(changes.map(|holding| Held { store: store.store.clone(), holding }));
    }
    held
}

/// Whether the project owns the files of a store that operations are about, by path.
fn fates<'o>(operations: &'o [Operation], store: &str) -> BTreeMap<&'o str, bool> {
    let fate = |operation: &'o Operation| {
        let file = operation.file().filter(|file| file.store == *store)?;
        Some((&*file.path, file.content.is_some() && operation.action != Action::Release))
    };
    operations.iter().filter_map(fate).collect()
}

/// The owned files, each with its request, sorted: those that are written or are as they should be, and those that nothing is
/// done to.
fn after<'a>(store: &'a StoreFiles<'_>, fates: &BTreeMap<&str, bool>) -> Vec<(Key<'a>, &'a str)> {
    let differing: BTreeSet<&str> = store.diffs.iter().map(|diff| diff.path.as_str()).collect();
    let is_held = |path: &str| fates.get(path).copied().unwrap_or(!differing.contains(path));
    let placed = store.placed.iter().filter(|placed| is_held(&placed.path));
    let mut after: Vec<_> =
        placed.map(|placed| ((&placed.request, &placed.destination), placed.path.as_str())).collect();
    let settled: HashSet<&str> = after.iter().map(|(_, path)| *path).collect();
    let stays = |path: &str| !settled.contains(path) && fates.get(path).copied().unwrap_or(true);
    for holding in store.holdings.iter() {
        let files = holding.files.iter().map(String::as_str).filter(|path| stays(path));
        after.extend(files.map(|path| (holding.key(), path)));
    }
    after.sort_unstable();
    after
}

/// What is no longer as the store has it.
fn changes<'a>(store: &'a StoreFiles<'_>, after: &[(Key<'a>, &'a str)], input: &Input<'_>) -> Vec<Holding> {
    let owned = |files: &[(Key<'a>, &'a str)]| files.iter().map(|(_, path)| (*path).to_owned()).collect();
    let mut changes = Vec::new();
    for holding in store.holdings.iter() {
        let files = of(holding.key(), after);
        let lifecycle = lifecycle(&holding.request, input).unwrap_or(&holding.lifecycle);
        let same = files.iter().map(|(_, path)| *path).eq(holding.files.iter().map(String::as_str));
        if !same || *lifecycle != holding.lifecycle {
            changes.push(Holding { lifecycle: lifecycle.clone(), files: owned(files), ..holding.clone() });
        }
    }
    let is_known = |key: Key<'a>| store.holdings.binary_search_by(|holding| holding.key().cmp(&key)).is_ok();
    let new = after.chunk_by(|one, other| one.0 == other.0).filter(|files| !is_known(files[0].0));
    changes.extend(new.map(|files| {
        let (request, destination) = files[0].0;
        Holding {
            request: request.clone(),
            destination: destination.clone(),
            lifecycle: lifecycle(request, input).cloned().unwrap_or_default(),
            files: owned(files),
        }
    }));
    changes.sort_by(|one, other| one.key().cmp(&other.key()));
    changes
}

/// The files of one request at one destination.
fn of<'s, 'a>(key: Key<'a>, files: &'s [(Key<'a>, &'a str)]) -> &'s [(Key<'a>, &'a str)] {
    let first = files.partition_point(|(one, _)| *one < key);
    let count = files[first..].partition_point(|(one, _)| *one == key);
    &files[first..first + count]
}

/// That of a request whose text says nothing.
static DEFAULT: Lifecycle =
    Lifecycle { protect: false, on_drift: OnDrift::Revert, deletion: Deletion::Delete, ignore: Vec::new() };

/// What the text says of a request; nothing where it is not declared.
fn lifecycle<'i>(request: &Address, input: &'i Input<'_>) -> Option<&'i Lifecycle> {
    let found = input.desired.binary_search_by(|desired| desired.address.cmp(request)).ok()?;
    Some(input.desired[found].lifecycle.unwrap_or(&DEFAULT))
}
