//! Names that are not the same and are taken for it: those of objects by people, in another form of Unicode or with letters of another
//! script, and those of files by the disks of some systems.

use super::document::{Guard, Operation};
use super::input::{Input, StoreFiles};
use crate::diff::FileDiff;
use crate::model::Address;
use crate::syntax::{Escapes, escaped, skeleton};
use std::collections::{BTreeMap, BTreeSet};

/// So many are told each for itself.
const FEW: usize = 5;

/// A notice for what is taken for the same, of much for the first. It stops nothing: both may be meant.
pub(super) fn notices(input: &Input<'_>, operations: &[Operation]) -> Vec<Guard> {
    let of_stores = input.stores.iter().flat_map(|store| of_store(store, operations));
    objects(input).into_iter().chain(of_stores).collect()
}

/// Those of the files that come to a store where other files stay.
fn of_store(store: &StoreFiles<'_>, operations: &[Operation]) -> Vec<Guard> {
    let alike: Vec<(&FileDiff<'_>, &str)> =
        store.diffs.iter().filter_map(|diff| Some((diff, diff.alike.as_deref()?))).collect();
    if alike.is_empty() {
        return Vec::new();
    }
    let files = operations.iter().filter(|one| one.action.takes_away()).filter_map(Operation::file);
    let gone: BTreeSet<&str> = files.filter(|file| file.store == store.store).map(|file| &*file.path).collect();
    let alike: Vec<_> = alike.into_iter().filter(|(_, there)| !gone.contains(there)).collect();
    let more = alike.len().saturating_sub(FEW);
    let more =
        (more > 0).then(|| Guard::notice(format!("{more} more files of {} are taken for others too", store.store)));
    let notice = |(diff, there): &(&FileDiff<'_>, &str)| {
        let [new, there] = [&*diff.path, there].map(|path| escaped(path, Escapes::BesideAscii));
        Guard::notice(format!(
            "`{new}` of state store {} and `{there}`, which is there, are one file to the disks of Windows and macOS: a clone there has one of them",
            store.store
        ))
    };
    alike.iter().take(FEW).map(notice).chain(more).collect()
}

/// Those of all objects that are declared or live.
fn objects(input: &Input<'_>) -> Vec<Guard> {
    let live = input.observed.iter().filter(|entry| entry.live.is_some()).map(|entry| &entry.address);
    let mut all: Vec<&Address> = live.chain(input.desired.iter().map(|desired| &desired.address)).collect();
    let is_plain = |address: &Address| address.name.is_ascii() && address.parent.is_ascii();
    if all.iter().all(|address| is_plain(address)) {
        return Vec::new();
    }
    all.sort_unstable();
    all.dedup();
    let mut looks: BTreeMap<String, Vec<&Address>> = BTreeMap::new();
    for address in all {
        looks.entry(skeleton(&address.to_string())).or_default().push(address);
    }
    let alike = looks.into_values().filter(|alike| alike.len() > 1 && !alike.iter().all(|address| is_plain(address)));
    let alike: Vec<Vec<&Address>> = alike.collect();
    let more = alike.len().saturating_sub(FEW);
    let more = (more > 0).then(|| Guard::notice(format!("{more} more names look like others too")));
    alike.iter().take(FEW).map(|alike| notice(alike)).chain(more).collect()
}

fn notice(alike: &[&Address]) -> Guard {
    let named = alike.iter().map(|address| format!("`{}`", escaped(&address.to_string(), Escapes::BesideAscii)));
    let (named, count) = (named.collect::<Vec<_>>().join(" and "), alike.len());
    Guard::notice(format!(
        "{named} look the same and are {count} objects: give one another name, or take away what nobody meant"
    ))
}
