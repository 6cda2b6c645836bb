use super::{Loaded, SessionError, ground};
use crate::apply::{ApplyError, Targets};
use crate::model::StorePlace;
use crate::plan::{Action, FileChange, Operation, Plan, PlannedStore, Target};
use std::collections::BTreeMap;

/// Why a saved plan is not for the project as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// A state store lies elsewhere than when the plan was made.
    Elsewhere {
        /// Where the plan has it.
        planned: PlannedStore,
        /// Where the project has it.
        declared: PlannedStore,
    },
    /// The project has no such state store.
    NoStore {
        /// Its name.
        store: String,
    },
    /// The plan does not say where a state store is whose files it changes.
    Nowhere {
        /// Its name.
        store: String,
    },
    /// A file that lies in the folder of no destination, and is not the project's to take away.
    Outside {
        /// Its address.
        address: String,
    },
    /// What is shown to be changed is not what would be.
    Misnamed {
        /// What is shown.
        address: String,
        /// What would be changed.
        file: String,
    },
}

/// Everything that keeps a saved plan from being one for this project: it goes to the places that it was made for, and writes where the
/// project delivers to. Targets are read only where that is not said by the plan and the project alone.
///
/// # Errors
/// Where a target cannot be read.
pub fn misfits(plan: &Plan, loaded: &Loaded, targets: &mut Targets) -> Result<Vec<Misfit>, SessionError> {
    let files: Vec<(&Operation, &FileChange)> = plan.operations.iter().filter_map(file).collect();
    let mut misfits: Vec<Misfit> = plan.made_for.stores.iter().filter_map(|store| moved(store, loaded)).collect();
    let mut by_store: BTreeMap<&str, Vec<(&Operation, &FileChange)>> = BTreeMap::new();
    for (operation, change) in files {
        let file = format!("file:{}:{}", change.store, change.path);
        if operation.address != file {
            misfits.push(Misfit::Misnamed { address: operation.address.clone(), file });
        }
        by_store.entry(&change.store).or_default().push((operation, change));
    }
    let named = |name: &str| plan.made_for.stores.iter().any(|planned| planned.store == name);
    let nowhere = by_store.keys().filter(|name| !named(name));
    misfits.extend(nowhere.map(|name| Misfit::Nowhere { store: (*name).to_owned() }));
    if misfits.is_empty() {
        for (store, changes) in by_store {
            misfits.extend(outside(store, &changes, loaded, targets)?);
        }
    }
    Ok(misfits)
}

fn file(operation: &Operation) -> Option<(&Operation, &FileChange)> {
    match &operation.target {
        Target::File(file) => Some((operation, file)),
        Target::Object(_) => None,
    }
}

fn moved(planned: &PlannedStore, loaded: &Loaded) -> Option<Misfit> {
    let Some(declared) = loaded.project.store(&planned.store) else {
        return Some(Misfit::NoStore { store: planned.store.clone() });
    };
    let repository = ground::repository(&planned.url, loaded.root.as_deref());
    let place = StorePlace::new(repository, &planned.branch, &planned.path);
    let elsewhere = || Misfit::Elsewhere { planned: planned.clone(), declared: PlannedStore::new(declared) };
    (!place.is(&declared.place())).then(elsewhere)
}

/// The files of a state store that the project delivers nowhere. One that goes may lie where a destination has been: then it is the
/// project's, or gone already.
fn outside(
    store: &str,
    changes: &[(&Operation, &FileChange)],
    loaded: &Loaded,
    targets: &mut Targets,
) -> Result<Vec<Misfit>, SessionError> {
    let is_path = |path: &str| !path.split('/').any(|part| matches!(part, "" | "." | ".."));
    let delivered = |path: &str| is_path(path) && loaded.project.destinations.iter().any(|one| one.holds(store, path));
    let stray: Vec<_> = changes.iter().filter(|(_, change)| !delivered(&change.path)).collect();
    let goes = |operation: &Operation| matches!(operation.action, Action::Delete | Action::Release | Action::Forget);
    let going: Vec<&str> =
        stray.iter().filter(|(operation, _)| goes(operation)).map(|(_, change)| change.path.as_str()).collect();
    let mut ours = Vec::new();
    if !going.is_empty() {
        let unknown = || ApplyError::UnknownStore { store: store.to_owned() };
        let observed = targets.stores.get_mut(store).ok_or_else(unknown)?.observe(&going)?;
        let state = |path: &&str| observed.files.get(*path);
        ours = going
            .into_iter()
            .filter(|path| state(path).is_none_or(|file| file.owned.is_some() || file.live.is_none()))
            .collect();
    }
    let is_ours = |operation: &Operation, path: &str| goes(operation) && ours.contains(&path);
    let outside = stray.into_iter().filter(|(operation, change)| !is_ours(operation, &change.path));
    Ok(outside.map(|(operation, _)| Misfit::Outside { address: operation.address.clone() }).collect())
}
