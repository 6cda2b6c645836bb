//! What was delivered for requests of the project and is in no state store that its text brings: it may be in one of those that others
//! have in the same catalog.

use super::SessionError;
use super::former::remains;
use crate::apply::{Targets, delivered};
use crate::catalog::{Bodies, Entry};
use crate::diff::Pairs;
use crate::model::{Address, Holding, Kind, Location, Name, StateStore, Thing};
use crate::observe::Settled;
use crate::plan::{Left, Remains, Unreached, UnreachedStore};
use crate::workspace::{Loaded, repository};
use std::collections::{BTreeMap, BTreeSet};

/// What that is. Nothing is read where each request that the plan does something to, or for, is in a state store that the text brings, is of
/// a promise of the project itself, or of one that delivers nothing.
///
/// # Errors
/// Where the catalog cannot be read.
pub(super) fn unreached(
    loaded: &Loaded,
    settled: &Settled<'_>,
    (observed, pairs): (&[Entry], &Pairs),
    targets: &Targets,
) -> Result<Unreached, SessionError> {
    let mut unheld = unheld(settled, (observed, pairs), targets)?;
    unheld.extend(needing(loaded, settled, (observed, pairs), targets)?);
    if unheld.is_empty() {
        return Ok(Unreached::default());
    }
    let is_store = |entry: &&Entry| entry.address.kind == Kind::StateStore && entry.live.is_some();
    let known: BTreeSet<&Name> = observed.iter().filter(is_store).map(|entry| &entry.address.name).collect();
    let of_others = observed.iter().filter(is_store).filter(|entry| entry.owner.is_none());
    let stores: BTreeMap<&Address, &Name> =
        of_others.filter_map(|entry| Some((&entry.address, entry.other_owner.as_ref()?))).collect();
    let addresses: Vec<Address> = stores.keys().map(|address| (*address).clone()).collect();
    let mut found = Vec::new();
    for object in Bodies::of(&*targets.catalog, &addresses)?.read {
        let Some(owner) = stores.get(&object.address) else { continue };
        let looked = StateStore::of_object(&object).and_then(|store| looked(store, &unheld, loaded, targets));
        let store = |remains| UnreachedStore { address: object.address.clone(), owner: (*owner).clone(), remains };
        found.extend(looked.map(store));
    }
    let left = found.iter().filter_map(|store| match &store.remains {
        Remains::Files(left) => Some(left),
        Remains::Unseen(_) => None,
    });
    let seen: BTreeSet<&Address> = left.flat_map(|left| &left.holdings).map(|holding| &holding.request).collect();
    let out: BTreeSet<&Address> = unheld.into_iter().filter(|request| !seen.contains(request)).collect();
    let is_known = |store: &Name| known.contains(store) || loaded.project.store(store).is_some();
    let forgotten = if out.is_empty() { BTreeMap::new() } else { forgotten(settled, is_known, targets) };
    // Of whoever has a state store, what is not there was not delivered, or went already.
    let owners: BTreeSet<&Name> = stores.values().copied().collect();
    let is_lost = |request: &&Address| {
        // What a promise depends on may never have had a place.
        if request.kind == Kind::Promise {
            return false;
        }
        let promise = request.above().and_then(|promise| entry(observed, &promise));
        !promise.and_then(|promise| promise.other_owner.as_ref()).is_some_and(|owner| owners.contains(owner))
    };
    let lost = out.into_iter().filter(is_lost).cloned().collect();
    Ok(Unreached { stores: found, lost, forgotten })
}

fn entry<'e>(observed: &'e [Entry], address: &Address) -> Option<&'e Entry> {
    let place = observed.binary_search_by(|entry| entry.address.cmp(address)).ok()?;
    observed.get(place)
}

/// The requests of others' promises that were applied, that the plan does something to or for, and of which no state store that the text
/// brings has anything, although something is delivered for them.
fn unheld<'e>(
    settled: &Settled<'_>,
    (observed, pairs): (&'e [Entry], &Pairs),
    targets: &Targets,
) -> Result<BTreeSet<&'e Address>, SessionError> {
    let held: BTreeSet<&Address> =
        settled.holdings.values().flat_map(|held| held.iter()).map(|holding| &holding.request).collect();
    let is_own = |promise: Address| entry(observed, &promise).is_some_and(|entry| entry.owner.is_some());
    let is_unheld = |entry: &&Entry| {
        let is_applied = entry.address.kind == Kind::Request && entry.owner.is_some() && entry.live.is_some();
        is_applied && !held.contains(&entry.address) && !entry.address.above().is_some_and(is_own)
    };
    let mut unheld: BTreeSet<&Address> = observed.iter().filter(is_unheld).map(|entry| &entry.address).collect();
    if unheld.is_empty() {
        return Ok(unheld);
    }
    let open = pairs.open.iter().filter_map(|pair| Some(&observed.get(pair.observed?)?.address));
    let open: BTreeSet<&Address> = open.filter(|address| unheld.contains(address)).collect();
    let placed: BTreeSet<&Address> = settled.placed.iter().map(|file| &file.request).collect();
    unheld.retain(|request| placed.contains(request) || open.contains(request));
    let unplaced = unheld.iter().filter(|request| !placed.contains(*request));
    let idle = idle(unplaced.copied(), targets)?;
    unheld.retain(|request| !request.above().is_some_and(|promise| idle.contains(&promise)));
    Ok(unheld)
}

/// The promises of the project that were applied and depend on something, as the text says or as the catalog holds those that change or go, and of
/// which no state store that the text brings has anything.
fn needing<'e>(
    loaded: &Loaded,
    settled: &Settled<'_>,
    (observed, pairs): (&'e [Entry], &Pairs),
    targets: &Targets,
) -> Result<Vec<&'e Address>, SessionError> {
    let held: BTreeSet<&Address> =
        settled.holdings.values().flat_map(|held| held.iter()).map(|holding| &holding.request).collect();
    let is_there = |entry: &&Entry| {
        let is_applied = entry.address.kind == Kind::Promise && entry.owner.is_some() && entry.live.is_some();
        is_applied && !held.contains(&entry.address)
    };
    let says = |address: &Address| loaded.project.promise(&address.name).is_some_and(|one| one.dependencies.is_some());
    let there = observed.iter().filter(is_there).map(|entry| &entry.address);
    let (mut needing, others): (Vec<&Address>, Vec<&Address>) = there.partition(|address| says(address));
    let open = pairs.open.iter().filter_map(|pair| Some(&observed.get(pair.observed?)?.address));
    let open: BTreeSet<&Address> = open.collect();
    let others: Vec<&Address> = others.into_iter().filter(|address| open.contains(address)).collect();
    if !others.is_empty() {
        let asked: Vec<Address> = others.iter().map(|address| (*address).clone()).collect();
        let read = Bodies::of(&*targets.catalog, &asked)?.read.into_iter();
        let depend = read.filter(|promise| promise.body.get("dependencies").is_some()).map(|promise| promise.address);
        let depend: BTreeSet<Address> = depend.collect();
        needing.extend(others.into_iter().filter(|address| depend.contains(*address)));
    }
    Ok(needing)
}

/// The promises of some requests that deliver nothing.
fn idle<'r>(requests: impl Iterator<Item = &'r Address>, targets: &Targets) -> Result<BTreeSet<Address>, SessionError> {
    let promises: BTreeSet<Address> = requests.filter_map(Address::above).collect();
    let read = Bodies::of(&*targets.catalog, &Vec::from_iter(promises))?.read.into_iter();
    let idle = read.filter(|promise| promise.body.get("workflow").is_none());
    Ok(idle.map(|promise| promise.address).collect())
}

/// What the runs of the project delivered to state stores of which none is known, and that is in none under another name.
pub(super) fn forgotten(
    settled: &Settled<'_>,
    is_known: impl Fn(&Name) -> bool,
    targets: &Targets,
) -> BTreeMap<Name, BTreeSet<Thing>> {
    // Nothing that is done depends on the journal: where it cannot be read, it tells nothing.
    let runs = targets.catalog.runs(&targets.identity.id, usize::MAX).unwrap_or_default();
    let held = settled.holdings.values().flat_map(|held| held.iter()).flat_map(|holding| &holding.files);
    let held: BTreeSet<&str> = held.map(String::as_str).collect();
    let mut forgotten: BTreeMap<Name, BTreeSet<Thing>> = BTreeMap::new();
    for thing in delivered(runs.iter()) {
        let Thing::File { store, path } = &thing else { continue };
        if !is_known(store) && !held.contains(&**path) {
            forgotten.entry(store.clone()).or_default().insert(thing);
        }
    }
    forgotten
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
