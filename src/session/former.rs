//! The state stores that a project may leave, as the catalog has them: what of the project is still there.

use crate::apply::Targets;
use crate::catalog::{CatalogError, Entry, Presence};
use crate::diff::Pairs;
use crate::model::{Address, Holding, Kind, Object, StateStore};
use crate::plan::{FormerStore, Left, Opened, Remains};
use crate::store::{Store, StoreError};
use crate::workspace::{Loaded, repository};
use std::collections::BTreeMap;

/// The state stores that differ from what is declared, by the names that the catalog has for them. Where one is left, it is looked
/// at: once more for each plan, until it is gone. Of one that nobody can read it is known what the project wrote.
///
/// # Errors
/// Where the catalog cannot be read.
pub(super) fn former_stores(
    (pairs, opened): (&Pairs, &[Opened]),
    observed: &[Entry],
    loaded: &Loaded,
    targets: &Targets,
) -> Result<BTreeMap<Address, FormerStore>, CatalogError> {
    let (mut stores, mut unreadable) = (Vec::new(), Vec::new());
    for (pair, opened) in pairs.open.iter().zip(opened) {
        let entry = pair.observed.and_then(|index| observed.get(index));
        let Some(entry) = entry.filter(|entry| entry.address.kind == Kind::StateStore) else { continue };
        match &opened.live {
            Some(Presence::Read(object)) => stores.push(object.clone()),
            Some(Presence::Unreadable(_)) => unreadable.push(entry.address.clone()),
            None => {}
        }
    }
    if !unreadable.is_empty() {
        let written = targets.catalog.written(&targets.identity.id, &unreadable)?;
        stores.extend(unreadable.into_iter().zip(written).map(|(address, body)| Object { address, body }));
    }
    let former = |object: &Object| {
        let mut store = StateStore::of_object(object)?;
        store.repository = repository(&store.url.value, loaded.root.as_ref());
        let place = store.place();
        let stays = loaded.project.stores.iter().any(|store| store.place().is(&place));
        let remains = if stays { Remains::Files(Left::default()) } else { remains(&store, targets) };
        Some((object.address.clone(), FormerStore { place, remains }))
    };
    Ok(stores.iter().filter_map(former).collect())
}

/// What is left in a store that is no longer declared.
fn remains(store: &StateStore, targets: &Targets) -> Remains {
    let opened = (targets.reopen)(store);
    opened.and_then(|mut store| left(&mut *store)).unwrap_or_else(|error| unseen(&error))
}

fn unseen(error: &StoreError) -> Remains {
    match error {
        StoreError::Missing { .. } => Remains::Files(Left::default()),
        error => Remains::Unseen(error.to_string()),
    }
}

/// The files of the project that are there, and the requests that they were delivered for.
fn left(store: &mut dyn Store) -> Result<Remains, StoreError> {
    let holdings = store.look()?;
    let observed = store.observe(&[])?;
    let own = observed.files.into_iter().filter(|(_, file)| file.owned.is_some());
    let files: BTreeMap<_, _> = own.filter_map(|(path, file)| Some((path, file.live?))).collect();
    let is_there = |holding: &&Holding| holding.files.iter().any(|path| files.contains_key(path));
    let holdings = holdings.iter().filter(is_there).cloned().collect();
    Ok(Remains::Files(Left { files, holdings }))
}
