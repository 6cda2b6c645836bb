use super::{Loaded, SessionError, ground};
use crate::apply::{ApplyError, Targets, identity};
use crate::catalog::Entry;
use crate::model::{Address, Declared, Holding, Kind, Repository, Request, StorePlace};
use crate::plan::{Action, FileChange, Held, ObjectChange, Operation, Plan, PlannedStore, Target};
use crate::store::{FileState, path_fault};
use std::collections::{BTreeMap, BTreeSet};

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
    /// A file that is written and lies in the folder of no destination.
    Outside {
        /// Its address.
        address: String,
    },
    /// A file at a path that none can have.
    NoPath {
        /// Its address.
        address: String,
        /// Why.
        reason: &'static str,
    },
    /// Something that is taken away and is not the project's.
    NotOwned {
        /// Its address.
        address: String,
    },
    /// Something that is written, and that another project owns from whom the plan does not take it.
    Foreign {
        /// Its address.
        address: String,
        /// The other project.
        owner: String,
    },
    /// Something that is changed twice.
    Twice {
        /// Its address.
        address: String,
    },
    /// What a store is told to remember of a request is not what the text and the store say of it.
    Misremembered {
        /// The state store.
        store: String,
        /// The request.
        request: String,
    },
    /// What is shown to be changed is not what would be.
    Misnamed {
        /// What is shown.
        address: String,
        /// What would be changed.
        file: String,
    },
}

/// Everything that keeps a saved plan from being one for this project: it goes to the places that it was made for, writes where the
/// project delivers to, and takes nothing that is not the project's. Whoever made the plan is not asked. Targets are read only where
/// the places are right.
///
/// # Errors
/// Where a target cannot be read.
pub fn misfits(plan: &Plan, loaded: &Loaded, targets: &mut Targets) -> Result<Vec<Misfit>, SessionError> {
    let (mut files, mut objects): (BTreeMap<&str, Vec<_>>, Vec<_>) = Default::default();
    for operation in &plan.operations {
        match &operation.target {
            Target::File(file) => files.entry(file.store.as_str()).or_default().push((operation, file)),
            Target::Object(change) => objects.push((operation, change)),
        }
    }
    let stores: Vec<&PlannedStore> = plan.made_for.stores.iter().collect();
    let mut misfits: Vec<Misfit> = stores.iter().filter_map(|store| moved(store, loaded)).collect();
    let nowhere = files.keys().filter(|name| !stores.iter().any(|planned| planned.store == ***name));
    misfits.extend(nowhere.map(|name| Misfit::Nowhere { store: (*name).to_owned() }));
    misfits.extend(twice(plan));
    misfits.extend(files.values().flatten().filter_map(|(operation, file)| misnamed(operation, file)));
    misfits.extend(files.values().flatten().filter_map(|(operation, file)| misplaced(operation, file, loaded)));
    if misfits.is_empty() {
        misfits.extend(foreign_objects(&objects, &targets.catalog.observe(&targets.identity.id)?));
        misfits.extend(misremembered(plan, &files, loaded, targets)?);
        for (store, changes) in files {
            misfits.extend(foreign_files(store, &changes, targets)?);
        }
    }
    Ok(misfits)
}

fn moved(planned: &PlannedStore, loaded: &Loaded) -> Option<Misfit> {
    let Some(declared) = loaded.project.store(&planned.store) else {
        return Some(Misfit::NoStore { store: planned.store.clone() });
    };
    let repository = match &planned.folder {
        // Where a link leads to by now is not where it led to.
        Some(folder) => Repository::Folder(folder.clone()),
        None => ground::repository(&planned.url, loaded.root.as_deref()),
    };
    let place = StorePlace::new(repository, &planned.branch, &planned.path);
    let elsewhere = || Misfit::Elsewhere { planned: planned.clone(), declared: PlannedStore::new(declared) };
    (!place.is(&declared.place())).then(elsewhere)
}

fn twice(plan: &Plan) -> impl Iterator<Item = Misfit> {
    let mut seen = BTreeSet::new();
    let again = plan.operations.iter().filter(move |operation| !seen.insert(operation.address.as_str()));
    again.map(|operation| Misfit::Twice { address: operation.address.clone() })
}

fn misnamed(operation: &Operation, change: &FileChange) -> Option<Misfit> {
    let file = format!("file:{}:{}", change.store, change.path);
    (operation.address != file).then(|| Misfit::Misnamed { address: operation.address.clone(), file })
}

/// A file where none can be, or where the project delivers none.
fn misplaced(operation: &Operation, change: &FileChange, loaded: &Loaded) -> Option<Misfit> {
    let address = operation.address.clone();
    if let Some(reason) = path_fault(&change.path) {
        return Some(Misfit::NoPath { address, reason });
    }
    let destinations = &loaded.project.destinations;
    let delivers = destinations.iter().any(|destination| destination.holds(&change.store, &change.path));
    (!takes_away(operation) && !delivers).then_some(Misfit::Outside { address })
}

/// Whether something is no longer there, or no longer the project's, afterwards.
fn takes_away(operation: &Operation) -> bool {
    match operation.action {
        Action::Delete | Action::Release | Action::Forget => true,
        Action::Create | Action::Update | Action::Move | Action::Adopt | Action::Record => false,
    }
}

/// The objects that are not the project's to change. What is gone is nobody's, and letting go of what is not owned changes nothing.
fn foreign_objects(changes: &[(&Operation, &ObjectChange)], observed: &[Entry]) -> Vec<Misfit> {
    let find = |address: &Address| observed.binary_search_by(|entry| entry.address.cmp(address)).ok();
    let judge = |(operation, change): &(&Operation, &ObjectChange)| {
        let former = operation.from.as_deref().and_then(Address::parse).and_then(|address| find(&address));
        let goes = operation.action == Action::Delete || former.is_some();
        let entry = &observed[former.or_else(|| find(&operation.object_address()?))?];
        let address = operation.address.clone();
        if entry.owner.is_some() || (takes_away(operation) && !goes) {
            return None;
        }
        if goes {
            return entry.live.map(|_| Misfit::NotOwned { address });
        }
        let owner = entry.other_owner.as_deref().filter(|other| change.taken_from.as_deref() != Some(*other))?;
        Some(Misfit::Foreign { address, owner: owner.to_owned() })
    };
    changes.iter().filter_map(judge).collect()
}

/// What stores are told to remember, where that is not what protects a request, or where it forgets a file that stays.
fn misremembered(
    plan: &Plan,
    files: &BTreeMap<&str, Vec<(&Operation, &FileChange)>>,
    loaded: &Loaded,
    targets: &mut Targets,
) -> Result<Vec<Misfit>, SessionError> {
    let mut by_store: BTreeMap<&str, Vec<&Held>> = BTreeMap::new();
    for held in &plan.holdings {
        by_store.entry(&held.store).or_default().push(held);
    }
    let requests: BTreeMap<Address, &Request> =
        loaded.project.requests.iter().map(|request| (request.address(), request)).collect();
    let mut misfits = Vec::new();
    for (name, all) in by_store {
        let unknown = || ApplyError::UnknownStore { store: name.to_owned() };
        let store = targets.stores.get_mut(name).ok_or_else(unknown)?;
        let changes = files.get(name).map_or(&[][..], Vec::as_slice);
        let memory = Memory {
            known: store.look()?,
            files: store.observe(&[])?.files,
            given: all.iter().flat_map(|held| held.files.iter().map(|path| (&**path, &*held.request))).collect(),
            changed: changes.iter().map(|(_, change)| change.path.as_str()).collect(),
            requests: &requests,
        };
        let wrong = all.into_iter().filter(|held| !held.parse().is_some_and(|holding| memory.takes(&holding)));
        misfits
            .extend(wrong.map(|held| Misfit::Misremembered { store: name.to_owned(), request: held.request.clone() }));
    }
    Ok(misfits)
}

/// What a state store remembers, and what a plan does there.
struct Memory<'p> {
    known: Vec<Holding>,
    files: BTreeMap<String, FileState>,
    /// The files that requests have afterwards, with those requests.
    given: BTreeSet<(&'p str, &'p str)>,
    /// The files that are written, deleted or let go of.
    changed: BTreeSet<&'p str>,
    requests: &'p BTreeMap<Address, &'p Request>,
}

impl Memory<'_> {
    /// Whether a holding says of a request what the text says, or else the store, has no file that is not the project's, and lets
    /// none go that stays.
    fn takes(&self, holding: &Holding) -> bool {
        let before = self.known.binary_search_by(|known| known.key().cmp(&holding.key()));
        let before = before.ok().and_then(|index| self.known.get(index));
        let lifecycle = match (self.requests.get(&holding.request), before) {
            (Some(request), _) => request.lifecycle.as_deref().cloned().unwrap_or_default(),
            (None, Some(before)) => before.lifecycle.clone(),
            // What is forgotten already stays forgotten.
            (None, None) => return holding.files.is_empty(),
        };
        let request = holding.request.to_string();
        let changes = |path: &str| self.changed.contains(path);
        let owned = |path: &str| self.files.get(path).is_some_and(|state| state.owned.is_some());
        let is_given = |path: &str| {
            let mut given = self.given.range((path, "")..).take_while(|(other, _)| *other == path);
            given.any(|(_, other)| *other != request)
        };
        let mut lost = before.into_iter().flat_map(|before| before.files.difference(&holding.files));
        // Of a request that has no file any more there is nothing to protect.
        holding.request.kind == Kind::Request
            && (holding.files.is_empty() || holding.lifecycle == lifecycle)
            && lost.all(|path| changes(path) || !owned(path) || is_given(path))
            && holding.files.iter().all(|path| changes(path) || owned(path))
    }
}

/// The files of a state store that are not the project's to change. What is gone is nobody's, and letting go of what is not owned changes
/// nothing.
fn foreign_files(
    store: &str,
    changes: &[(&Operation, &FileChange)],
    targets: &mut Targets,
) -> Result<Vec<Misfit>, SessionError> {
    let paths: Vec<&str> = changes.iter().map(|(_, change)| change.path.as_str()).collect();
    let unknown = || ApplyError::UnknownStore { store: store.to_owned() };
    let store = targets.stores.get_mut(store).ok_or_else(unknown)?;
    let observed = store.observe(&paths)?;
    let judge = |(operation, change): &(&Operation, &FileChange)| {
        let state = observed.files.get(&change.path).filter(|state| state.owned.is_none())?;
        let address = operation.address.clone();
        if takes_away(operation) {
            let live = state.live.as_ref()?;
            let stays = change.content.as_ref().is_some_and(|content| identity(content, &**store) == *live);
            return (!stays).then_some(Misfit::NotOwned { address });
        }
        let owner = state.other_owner.as_ref().filter(|other| change.taken_from.as_ref() != Some(*other))?;
        Some(Misfit::Foreign { address, owner: owner.clone() })
    };
    Ok(changes.iter().filter_map(judge).collect())
}
