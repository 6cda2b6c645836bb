//! What is in the targets that nobody can read and that a plan does nothing to.

use super::document::{Conflict, Drift, Guard, Operation};
use super::input::Input;
use crate::catalog::{Entry, Presence, Stray};
use crate::model::Thing;
use std::collections::BTreeSet;

/// So many are told each for itself.
const FEW: usize = 5;

/// A notice for each, of many for the first. It stops nothing: that they are there is known, and whose they are.
pub(super) fn notices(
    input: &Input<'_>,
    operations: &[Operation],
    (conflicts, kept): (&[Conflict], &[Drift]),
) -> Vec<Guard> {
    let unreadable = |entry: &&Entry| entry.live.as_ref().is_some_and(|live| live.unreadable().is_some());
    let mut all = input.observed.iter().filter(unreadable).peekable();
    if all.peek().is_none() {
        return Vec::new();
    }
    let planned = operations.iter().flat_map(|operation| operation.from.iter().chain([&operation.thing]));
    let found = conflicts.iter().map(|conflict| &conflict.thing).chain(kept.iter().map(|drift| &drift.thing));
    let moved = input.moves.moves.iter().filter_map(|one| input.observed.get(one.observed));
    let moved = moved.map(|entry| Thing::Object(entry.address.clone()));
    let told: BTreeSet<Thing> = planned.chain(found).cloned().chain(moved).collect();
    let all: Vec<&Entry> = all.filter(|entry| !told.contains(&entry.address.clone().into())).collect();
    let more = all.len().saturating_sub(FEW);
    let more = (more > 0).then(|| Guard::notice(format!("nobody can read what is live of {more} more objects either")));
    all.into_iter().take(FEW).filter_map(notice).chain(more).collect()
}

/// A notice for each row that no address leads to, of many for the first.
pub(super) fn strays(strays: &[Stray]) -> Vec<Guard> {
    let more = strays.len().saturating_sub(FEW);
    let more = (more > 0).then(|| Guard::notice(format!("no address leads to {more} more rows of the catalog either")));
    let notice =
        |stray| Guard::notice(format!("in the catalog, {stray}. Nothing is done to it, as no address leads to it"));
    strays.iter().take(FEW).map(notice).chain(more).collect()
}

/// A notice for each other project of which nobody can read what it has in a state store. What may be that one's is refused where it is met.
pub(super) fn inventories(input: &Input<'_>) -> impl Iterator<Item = Guard> {
    let unread = input.stores.iter().flat_map(|store| store.unread.iter().map(|one| one.told(&store.store)));
    unread.map(Guard::notice)
}

fn notice(entry: &Entry) -> Option<Guard> {
    let unreadable = entry.live.as_ref().and_then(Presence::unreadable)?;
    let (address, removal) = (&entry.address, &unreadable.removal);
    Some(Guard::notice(format!(
        "of {address} {unreadable}. Nothing is done to it, and what it refers to is not known: put it right, or take it away by `{removal}`"
    )))
}
