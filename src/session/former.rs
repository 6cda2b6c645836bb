//! The state stores that a project may leave, as it wrote them last: what of the project is still there.

use crate::apply::Targets;
use crate::catalog::Entry;
use crate::diff::Pairs;
use crate::model::{Address, Holding, Kind, Name, Object, StateStore};
use crate::plan::{FormerStore, Left, Opened, Remains};
use crate::store::{Store, StoreError};
use crate::workspace::{Loaded, repository};
use std::collections::{BTreeMap, BTreeSet};

/// The state stores that differ from what is declared, by the names that the catalog has for them, each as the project wrote it last: there
/// its files are, whatever others made of its object. As it is live where that is not known. Where one is left, it is looked at: once more for
/// each plan, until it is gone.
pub(super) fn former_stores(
    (pairs, opened): (&Pairs, &[Opened]),
    observed: &[Entry],
    loaded: &Loaded,
    targets: &Targets,
) -> BTreeMap<Address, FormerStore> {
    let both = pairs.open.iter().zip(opened);
    let stores = both.filter_map(|(pair, opened)| {
        let address = &observed.get(pair.observed?)?.address;
        (address.kind == Kind::StateStore).then_some((address, opened))
    });
    let former = |(address, opened): (&Address, &Opened)| {
        let written = Object { address: address.clone(), body: opened.remembered.written.clone() };
        let live = || StateStore::of_object(opened.live.as_ref()?.read()?);
        let mut store = StateStore::of_object(&written).or_else(live)?;
        store.git.repository = repository(&store.git.url.value, loaded.root.as_ref());
        let place = store.place();
        let stays = loaded.project.stores.iter().any(|store| store.place().is(&place));
        let remains = if stays { Remains::Files(Left::default()) } else { remains(&store, targets) };
        Some((address.clone(), FormerStore { place, remains }))
    };
    stores.filter_map(former).collect()
}

/// What is left in a store that is no longer declared.
pub(super) fn remains(store: &StateStore, targets: &Targets) -> Remains {
    let others = targets.catalog.projects().unwrap_or_default();
    let others =
        others.into_iter().map(|project| project.id).filter(|id| **id != *targets.identity.id).collect::<Vec<_>>();
    let opened = (targets.reopen)(store);
    opened.and_then(|mut store| left(&mut *store, &others)).unwrap_or_else(|error| unseen(&error))
}

fn unseen(error: &StoreError) -> Remains {
    match error {
        StoreError::Missing { .. } => Remains::Files(Left::default()),
        error => Remains::Unseen(error.to_string()),
    }
}

/// The files of the project that are there, the requests that they were delivered for, and how many files others have there.
fn left(store: &mut dyn Store, others: &[Name]) -> Result<Remains, StoreError> {
    let holdings = store.look()?;
    let mut theirs = BTreeMap::new();
    for project in others {
        let files: BTreeSet<String> = store.holdings_of(project)?.into_iter().flat_map(|one| one.files).collect();
        if !files.is_empty() {
            theirs.insert(project.to_string(), files.len());
        }
    }
    let observed = store.observe(&[])?;
    let own = observed.files.into_iter().filter(|(_, file)| file.owned.is_some());
    let files: BTreeMap<_, _> = own.filter_map(|(path, file)| Some((path, file.live?))).collect();
    let is_there = |holding: &&Holding| holding.files.iter().any(|path| files.contains_key(path));
    let holdings = holdings.iter().filter(is_there).cloned().collect();
    Ok(Remains::Files(Left { files, holdings, others: theirs }))
}
