//! State stores that know nothing of what was delivered to them.

use super::document::{Flag, Guard};
use super::former::FormerStore;
use super::guard::quoted;
use super::input::{Input, StoreFiles};
use super::remembered::Remembered;
use super::unreached::named;
use crate::catalog::Entry;
use crate::model::{Address, Kind, Thing};
use crate::worded::counted;
use std::collections::BTreeSet;

/// A notice, or a guard where it would be made anew, for each store that knows nothing of the project, although the catalog has requests as applied that belong there and that
/// no store has: the store's address leads elsewhere than it did, or somebody emptied the repository. Nothing is lost by it, so
/// that it stops nothing; but where the files were, they stay. Where the repository is not there at all, it was deleted or moved, and to begin
/// another one is the last thing that is wanted unasked. While a proposal waits to be merged it is no wonder, nor after an apply that did
/// not reach its end, where none delivered to the store before.
pub(super) fn guards(input: &Input<'_>, remembered: &Remembered<'_>) -> Vec<Guard> {
    // That it goes elsewhere by its text, or went with another state store, is told already.
    let goes = |former: &FormerStore| !input.project.stores.iter().any(|store| store.place().is(&former.place));
    if input.former.values().any(goes) || !input.unreached.forgotten.is_empty() {
        return Vec::new();
    }
    let was_delivered_to =
        |store: &StoreFiles<'_>| input.unfinished.as_ref().is_none_or(|known| known.contains(&store.store));
    let unknown = input.stores.iter().filter(|store| store.is_unknown() && was_delivered_to(store));
    let unknown: Vec<&StoreFiles<'_>> = unknown.collect();
    if unknown.is_empty() {
        return Vec::new();
    }
    let held = input.stores.iter().flat_map(|store| store.holdings.iter()).map(|holding| &holding.request).collect();
    unknown.into_iter().filter_map(|store| guard(store, &held, input, remembered)).collect()
}

fn guard(
    store: &StoreFiles<'_>,
    held: &BTreeSet<&Address>,
    input: &Input<'_>,
    remembered: &Remembered<'_>,
) -> Option<Guard> {
    let was_applied = |entry: &Entry| entry.owner.is_some() && entry.live.is_some() && !held.contains(&entry.address);
    let is_lost = |request: &&Address| {
        let found = input.observed.binary_search_by(|entry| entry.address.cmp(request)).ok();
        found.and_then(|index| input.observed.get(index)).is_some_and(was_applied)
    };
    let is_declared = |entry: &Entry| input.desired.binary_search_by(|one| one.address.cmp(&entry.address)).is_ok();
    let going = input.observed.iter().filter(|entry| entry.address.kind == Kind::Request && !is_declared(entry));
    let going = going.filter(|entry| was_applied(entry)).count();
    let lost: BTreeSet<&Address> = store.placed.iter().map(|placed| &placed.request).collect();
    let lost = lost.into_iter().filter(is_lost).count();
    let url = input.project.store(&store.store).map(|declared| &*declared.git.url.value)?;
    let requests = |count: usize| counted(count, "request");
    let anew = || format!("{} of the catalog would be delivered to it anew", requests(lost));
    let left = || format!("nothing that was delivered for {} of the catalog goes with them", requests(going));
    let what = match (lost, going) {
        (0, 0) => return None,
        (_, 0) => anew(),
        (0, _) => left(),
        (_, _) => format!("{}, and {}", anew(), left()),
    };
    // Those of requests that go may be another project's by now.
    let files = input.delivered.get(&store.store).filter(|files| lost > 0 && !files.is_empty());
    let files = files.map(|files| format!(" ({})", named(files.iter()))).unwrap_or_default();
    if store.is_unmade && lost > 0 {
        let address = Address::new(Kind::StateStore, store.store.clone());
        let every = Thing::every_file_of(&store.store);
        let keeps = remembered.meant.removed_as(&every).is_some_and(|line| line.keep.is_some());
        let allowed = keeps || input.options.allow_delete.contains(&address.to_string());
        let message = format!(
            "the repository of state store {} ({url}) is not there, and {what}: where it lies now, what was delivered before stays{files}; put \
             it back, or write its new address as the `url` of the store",
            store.store
        );
        let line = format!("removed {} keep", quoted(&every));
        return Some(Guard::open(message, Some(&line), Flag::allow_delete(&address), allowed));
    }
    Some(Guard::notice(format!(
        "state store {} ({url}) knows nothing of this project, and {what}: where they were delivered before, they stay{files}; look \
         whether the address leads to another repository than it did",
        store.store
    )))
}
