//! Objects whose names look the same and are not: in another form of Unicode, or with letters of another script.

use super::document::Guard;
use super::input::Input;
use crate::model::Address;
use crate::syntax::{Escapes, escaped, skeleton};
use std::collections::BTreeMap;

/// So many are told each for itself.
const FEW: usize = 5;

/// A notice for what looks the same of all that is declared or live, of much for the first. It stops nothing: both may be meant.
pub(super) fn notices(input: &Input<'_>) -> Vec<Guard> {
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
        "{named} look the same and are {count} objects: give one another name by `moved`, or take away what nobody meant"
    ))
}
