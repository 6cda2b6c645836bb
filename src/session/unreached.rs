//! What was delivered for requests of the project and is in no state store that its text brings: it may be in one of those that others
//! have in the same catalog.

use super::SessionError;
use super::former::remains;
use crate::apply::Targets;
use crate::catalog::{Bodies, Entry};
use crate::model::{Address, Holding, Kind, Location, Name, StateStore};
use crate::observe::Settled;
use crate::plan::{Left, Remains, Unreached, UnreachedStore};
use crate::workspace::{Loaded, repository};
use std::collections::{BTreeMap, BTreeSet};

/// What that is. Nothing is read where each request that was applied is in a state store that the text brings, or is of a promise of the
/// project itself.
///
/// # Errors
/// Where the catalog cannot be read.
pub(super) fn unreached(
    loaded: &Loaded,
    settled: &Settled<'_>,
    observed: &[Entry],
    targets: &Targets,
) -> Result<Unreached, SessionError> {
    let entry = |address: &Address| {
        let place = observed.binary_search_by(|entry| entry.address.cmp(address)).ok()?;
        observed.get(place)
    };
    let held: BTreeSet<&Address> =
        settled.holdings.values().flat_map(|held| held.iter()).map(|holding| &holding.request).collect();
    let promise = |request: &Address| request.above().and_then(|promise| entry(&promise));
    let is_own = |entry: &Entry| entry.owner.is_some();
    let is_unheld = |entry: &&Entry| {
        let is_applied = entry.address.kind == Kind::Request && entry.owner.is_some() && entry.live.is_some();
        is_applied && !held.contains(&entry.address) && !promise(&entry.address).is_some_and(is_own)
    };
    let unheld: BTreeSet<&Address> = observed.iter().filter(is_unheld).map(|entry| &entry.address).collect();
    if unheld.is_empty() {
        return Ok(Unreached::default());
    }
    let is_store =
        |entry: &&Entry| entry.address.kind == Kind::StateStore && entry.owner.is_none() && entry.live.is_some();
    let stores: BTreeMap<&Address, &Name> = observed
        .iter()
        .filter(is_store)
        .filter_map(|entry| Some((&entry.address, entry.other_owner.as_ref()?)))
        .collect();
    let owners: BTreeSet<&Name> = stores.values().copied().collect();
    let addresses: Vec<Address> = stores.keys().map(|address| (*address).clone()).collect();
    let mut found = Vec::new();
    for object in Bodies::of(&*targets.catalog, &addresses)?.read {
        let Some(owner) = stores.get(&object.address) else { continue };
        let looked = StateStore::of_object(&object).and_then(|store| looked(store, &unheld, loaded, targets));
        let store = |remains| UnreachedStore { address: object.address.clone(), owner: (*owner).clone(), remains };
        found.extend(looked.map(store));
    }
    let is_found = |request: &Address| {
        let left = found.iter().filter_map(|store| match &store.remains {
            Remains::Files(left) => Some(left),
            Remains::Unseen(_) => None,
        });
        left.flat_map(|left| &left.holdings).any(|holding| holding.request == *request)
    };
    // Of whoever has a state store, what is not there was not delivered, or went already.
    let is_out = |request: &&&Address| {
        let owner = promise(request).and_then(|promise| promise.other_owner.as_ref());
        !owner.is_some_and(|owner| owners.contains(owner)) && !is_found(request)
    };
    let lost: BTreeSet<Address> = unheld.iter().filter(is_out).map(|request| (*request).clone()).collect();
    let idle = idle(&lost, targets)?;
    let lost = lost.into_iter().filter(|request| !request.above().is_some_and(|one| idle.contains(&one))).collect();
    Ok(Unreached { stores: found, lost })
}

/// The promises of some requests that deliver nothing.
fn idle(requests: &BTreeSet<Address>, targets: &Targets) -> Result<BTreeSet<Address>, SessionError> {
    let promises: BTreeSet<Address> = requests.iter().filter_map(Address::above).collect();
    let read = Bodies::of(&*targets.catalog, &Vec::from_iter(promises))?.read.into_iter();
    let idle = read.filter(|promise| promise.body.get("workflow").is_none());
    Ok(idle.map(|promise| promise.address).collect())
}

/// What of some requests is in a state store that the text does not bring; nothing where it does, where nothing is, or where the address
/// starts at the folder of somebody else.
fn looked(mut store: StateStore, requests: &BTreeSet<&Address>, loaded: &Loaded, targets: &Targets) -> Option<Remains> {
    let url = &*store.git.url.value;
    if matches!(Location::parse(url), Ok(Location::Folder(path)) if !path.starts_with('/')) {
        return None;
    }
    store.git.repository = repository(url, loaded.root.as_ref());
    let place = store.place();
    if loaded.project.stores.iter().any(|store| store.place().is(&place)) {
        return None;
    }
    match remains(&store, targets) {
        Remains::Files(mut left) => {
            left.holdings.retain(|holding: &Holding| requests.contains(&holding.request));
            let of_them = |path: &String| left.holdings.iter().any(|holding| holding.files.contains(path));
            let files = left.files.into_iter().filter(|(path, _)| of_them(path)).collect();
            (!left.holdings.is_empty()).then_some(Remains::Files(Left { files, others: BTreeMap::new(), ..left }))
        }
        unseen @ Remains::Unseen(_) => Some(unseen),
    }
}
