//! Whether a saved plan is one for the project as it is now: of its word nothing is believed.

mod protection;

use super::SessionError;
use crate::apply::{ApplyError, Targets, identity};
use crate::catalog::Entry;
use crate::model::{Address, Declared, Holding, Kind, Name, Request, Thing, held_path_fault, path_fault};
use crate::plan::{
    Action, Content, FileChange, Held, ObjectChange, Operation, Plan, PlannedCatalog, PlannedStore, Target,
};
use crate::store::{ContentId, FileState};
use crate::workspace::Loaded;
use protection::unprotected;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Why a saved plan is not for the project as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// A state store lies elsewhere than when the plan was made.
    Elsewhere {
        /// Where the plan has it.
        planned: Box<PlannedStore>,
        /// Where the project has it.
        declared: Box<PlannedStore>,
    },
    /// The project has no such state store.
    NoStore(Name),
    /// The catalog is another one than that of the plan; nothing stands for the one in plat's own folder.
    OtherCatalog {
        /// The catalog that the plan was made for.
        planned: Option<Box<PlannedCatalog>>,
        /// The one that the project has.
        declared: Option<Box<PlannedCatalog>>,
    },
    /// Something else is given for a parameter of the project than when the plan was made; nothing stands for what is not given.
    OtherParameter {
        /// The parameter.
        name: Name,
        /// What the plan was made with.
        planned: Option<Box<str>>,
        /// What is given now.
        given: Option<Box<str>>,
    },
    /// The plan does not say where a state store is whose files it changes.
    Nowhere(Name),
    /// A file that is written and lies in the folder of no destination.
    Outside(Thing),
    /// A file at a path that none can have.
    NoPath {
        /// What it is.
        thing: Thing,
        /// Why.
        reason: &'static str,
    },
    /// Something that is taken away and is not the project's.
    NotOwned(Thing),
    /// Something that is written, and that another project owns from whom the plan does not take it.
    Foreign {
        /// What it is.
        thing: Thing,
        /// The other project.
        owner: String,
    },
    /// A file that is said to get another path, and that no file of its request goes on as.
    NotMoved(Thing),
    /// Something that is changed twice.
    Twice(Thing),
    /// What a store is told to remember of a request is not what the text and the store say of it.
    Misremembered {
        /// The state store.
        store: Name,
        /// The request.
        request: Address,
    },
    /// Something that must not go goes, or loses files.
    Forbidden(Thing),
    /// Something that is protected goes, or loses files, and neither the plan nor the project was asked.
    Unasked(Thing),
    /// Something would be protected less than the project says.
    Weakened(Thing),
    /// What is shown to be changed is not what would be.
    Misnamed {
        /// What is shown.
        thing: Thing,
        /// What would be changed.
        file: Thing,
    },
}

/// Everything that keeps a saved plan from being one for this project: it goes to the places that it was made for, writes where the
/// project delivers to, takes nothing that is not the project's, and nothing that is protected. Whoever made the plan is not asked,
/// but for what it was allowed to take. Targets are read only where the places are right.
///
/// # Errors
/// Where a target cannot be read.
pub fn misfits(plan: &Plan, loaded: &Loaded, targets: &mut Targets) -> Result<Vec<Misfit>, SessionError> {
    let (mut files, mut objects): (BTreeMap<&str, Vec<_>>, Vec<_>) = Default::default();
    for operation in &plan.operations {
        match &operation.target {
            Target::File(file) => files.entry(&*file.store).or_default().push((operation, &**file)),
            Target::Object(change) => objects.push((operation, change)),
        }
    }
    let stores: Vec<&PlannedStore> = plan.made_for.stores.iter().collect();
    let mut misfits: Vec<Misfit> = stores.iter().filter_map(|store| moved(store, loaded)).collect();
    misfits.extend(other_catalog(plan, loaded));
    misfits.extend(other_parameters(&plan.made_for.parameters, &loaded.project.given));
    let nowhere = files.keys().filter(|name| !stores.iter().any(|planned| planned.store == ***name));
    misfits.extend(nowhere.map(|name| Misfit::Nowhere((*name).into())));
    misfits.extend(twice(plan));
    misfits.extend(plan.operations.iter().filter_map(misnamed));
    misfits.extend(files.values().flatten().filter_map(|(operation, file)| misplaced(operation, file, loaded)));
    if misfits.is_empty() {
        let seen = Seen::of(plan, targets)?;
        misfits.extend(foreign_objects(&objects, &seen.objects));
        misfits.extend(misremembered(plan, &files, loaded, &seen.stores));
        for (store, changes) in files {
            misfits.extend(foreign_files(store, &changes, (&seen.stores, targets))?);
        }
        misfits.extend(unprotected(plan, loaded, &seen, targets));
    }
    Ok(misfits)
}

/// What the targets have of what a plan touches.
pub(super) struct Seen<'p> {
    /// The objects of the catalog, by address.
    pub(super) objects: Vec<Entry>,
    /// The state stores that the plan changes, by name.
    pub(super) stores: BTreeMap<&'p str, SeenStore>,
}

/// What a state store has and remembers, at one revision.
pub(super) struct SeenStore {
    /// What was delivered for whom.
    pub(super) holdings: Arc<[Holding]>,
    /// The files that the plan changes, and those of the project.
    pub(super) files: BTreeMap<String, FileState>,
}

impl<'p> Seen<'p> {
    fn of(plan: &'p Plan, targets: &mut Targets) -> Result<Self, SessionError> {
        let mut paths: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for held in &plan.holdings {
            paths.entry(&held.store).or_default();
        }
        for operation in &plan.operations {
            if let Some(file) = operation.file() {
                paths.entry(&file.store).or_default().push(&file.path);
            }
        }
        let mut stores = BTreeMap::new();
        for (name, paths) in paths {
            let unknown = || ApplyError::UnknownStore { store: name.to_owned() };
            let store = targets.stores.get_mut(name).ok_or_else(unknown)?;
            let holdings = store.look()?;
            stores.insert(name, SeenStore { holdings, files: store.observe(&paths)?.files });
        }
        Ok(Self { objects: targets.catalog.observe(&targets.identity.id)?.entries, stores })
    }
}

fn moved(planned: &PlannedStore, loaded: &Loaded) -> Option<Misfit> {
    let Some(declared) = loaded.project.store(&planned.store) else {
        return Some(Misfit::NoStore(planned.store.clone()));
    };
    let elsewhere =
        || Misfit::Elsewhere { planned: Box::new(planned.clone()), declared: Box::new(PlannedStore::new(declared)) };
    (!planned.place().is(&declared.place())).then(elsewhere)
}

/// A plan of one catalog is none of another one.
fn other_catalog(plan: &Plan, loaded: &Loaded) -> Option<Misfit> {
    let (planned, declared) = (plan.made_for.catalog.clone(), PlannedCatalog::of(&loaded.project));
    let is_same = match (&planned, &declared) {
        (Some(planned), Some(declared)) => planned.is(declared),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    (!is_same).then(|| Misfit::OtherCatalog { planned: planned.map(Box::new), declared: declared.map(Box::new) })
}

fn other_parameters<'p>(
    planned: &'p BTreeMap<Name, Box<str>>,
    given: &'p BTreeMap<Name, Box<str>>,
) -> impl Iterator<Item = Misfit> + 'p {
    let names: BTreeSet<&Name> = planned.keys().chain(given.keys()).collect();
    let others = names.into_iter().filter(|name| planned.get(*name) != given.get(*name));
    others.map(|name| Misfit::OtherParameter {
        name: name.clone(),
        planned: planned.get(name).cloned(),
        given: given.get(name).cloned(),
    })
}

fn twice(plan: &Plan) -> impl Iterator<Item = Misfit> {
    let mut seen = BTreeSet::new();
    let again = plan.operations.iter().filter(move |operation| !seen.insert(&operation.thing));
    again.map(|operation| Misfit::Twice(operation.thing.clone()))
}

fn misnamed(operation: &Operation) -> Option<Misfit> {
    let thing = operation.thing.clone();
    match operation.file() {
        None if operation.object().is_none() => Some(Misfit::Misnamed { file: thing.clone(), thing }),
        None => None,
        Some(FileChange { store, path, .. }) => {
            let file = Thing::File { store: store.clone(), path: path.clone() };
            (thing != file).then_some(Misfit::Misnamed { thing, file })
        }
    }
}

/// A file where none can be, or where the project delivers none.
fn misplaced(operation: &Operation, change: &FileChange, loaded: &Loaded) -> Option<Misfit> {
    let thing = operation.thing.clone();
    // What is there goes, also where an older plat wrote what not every system checks out.
    let fault = if operation.action.takes_away() { held_path_fault(&change.path) } else { path_fault(&change.path) };
    if let Some(reason) = fault {
        return Some(Misfit::NoPath { thing, reason });
    }
    let destinations = &loaded.project.destinations;
    let delivers = destinations.iter().any(|destination| destination.holds(&change.store, &change.path));
    (!operation.action.takes_away() && !delivers).then_some(Misfit::Outside(thing))
}

/// The objects that are not the project's to change. What is gone is nobody's, and letting go of what is not owned changes nothing.
fn foreign_objects(changes: &[(&Operation, &ObjectChange)], observed: &[Entry]) -> Vec<Misfit> {
    let find = |address: &Address| observed.binary_search_by(|entry| entry.address.cmp(address)).ok();
    let judge = |(operation, change): &(&Operation, &ObjectChange)| {
        let former = operation.former_address().and_then(find);
        let goes = operation.action == Action::Delete || former.is_some();
        let entry = &observed[former.or_else(|| find(operation.object_address()?))?];
        let thing = operation.thing.clone();
        if entry.owner.is_some() || (operation.action.takes_away() && !goes) {
            return None;
        }
        if goes {
            return entry.live.as_ref().map(|_| Misfit::NotOwned(thing));
        }
        let Some(owner) = &entry.other_owner else { return unowned(operation, entry.live.is_some()) };
        (change.taken_from() != Some(owner)).then(|| Misfit::Foreign { thing, owner: owner.to_string() })
    };
    changes.iter().filter_map(judge).collect()
}

/// That what is changed is nobody's by now: the plan was made when the project owned it, and did not say that it is taken over.
fn unowned(operation: &Operation, is_there: bool) -> Option<Misfit> {
    (operation.action == Action::Update && is_there).then(|| Misfit::NotOwned(operation.thing.clone()))
}

/// What stores are told to remember, where that is not what protects a request, or where it forgets a file that stays.
fn misremembered(
    plan: &Plan,
    files: &BTreeMap<&str, Vec<(&Operation, &FileChange)>>,
    loaded: &Loaded,
    stores: &BTreeMap<&str, SeenStore>,
) -> Vec<Misfit> {
    let mut by_store: BTreeMap<&str, Vec<&Held>> = BTreeMap::new();
    for held in &plan.holdings {
        by_store.entry(&held.store).or_default().push(held);
    }
    let requests: BTreeMap<Address, &Request> =
        loaded.project.requests.iter().map(|request| (request.address(), request)).collect();
    let mut misfits = Vec::new();
    for (name, all) in by_store {
        let Some(seen) = stores.get(name) else { continue };
        let changes = files.get(name).map_or(&[][..], Vec::as_slice);
        let mut given: BTreeMap<&str, BTreeSet<&Address>> = BTreeMap::new();
        for (path, held) in all.iter().flat_map(|held| held.holding.files.iter().map(move |path| (path, held))) {
            given.entry(path).or_default().insert(&held.holding.request);
        }
        let memory = Memory {
            seen,
            given,
            changed: changes.iter().map(|(_, change)| &*change.path).collect(),
            requests: &requests,
        };
        let wrong = all.into_iter().filter(|held| !memory.takes(&held.holding));
        misfits.extend(
            wrong.map(|held| Misfit::Misremembered { store: name.into(), request: held.holding.request.clone() }),
        );
    }
    misfits
}

/// What a state store remembers, and what a plan does there.
struct Memory<'p> {
    seen: &'p SeenStore,
    /// The files that requests have afterwards, with those requests.
    given: BTreeMap<&'p str, BTreeSet<&'p Address>>,
    /// The files that are written, deleted or let go of.
    changed: BTreeSet<&'p str>,
    requests: &'p BTreeMap<Address, &'p Request>,
}

impl Memory<'_> {
    /// Whether a holding says of a request what the text says, or else the store, has no file that is not the project's, and lets
    /// none go that stays.
    fn takes(&self, holding: &Holding) -> bool {
        let known = &self.seen.holdings;
        let before = known.binary_search_by(|known| known.key().cmp(&holding.key()));
        let before = before.ok().and_then(|index| known.get(index));
        let lifecycle = match (self.requests.get(&holding.request), before) {
            (Some(request), _) => request.lifecycle.as_deref().cloned().unwrap_or_default(),
            (None, Some(before)) => before.lifecycle.clone(),
            // What is forgotten already stays forgotten.
            (None, None) => return holding.files.is_empty(),
        };
        let changes = |path: &str| self.changed.contains(path);
        let owned = |path: &str| self.seen.files.get(path).is_some_and(|state| state.owned.is_some());
        let is_given = |path: &str| {
            self.given.get(path).is_some_and(|requests| requests.iter().any(|request| **request != holding.request))
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
    (seen, targets): (&BTreeMap<&str, SeenStore>, &Targets),
) -> Result<Vec<Misfit>, SessionError> {
    let unknown = || ApplyError::UnknownStore { store: store.to_owned() };
    let (seen, store) = seen.get(store).zip(targets.stores.get(store)).ok_or_else(unknown)?;
    let judge = |(operation, change): &(&Operation, &FileChange)| {
        let state = seen.files.get(&*change.path).filter(|state| state.owned.is_none())?;
        let thing = operation.thing.clone();
        if operation.action.takes_away() {
            let live = state.live.as_ref()?;
            let stays = change.content.as_ref().is_some_and(|content| identity(content, &**store) == *live);
            return (!stays).then_some(Misfit::NotOwned(thing));
        }
        let Some(owner) = &state.other_owner else { return unowned(operation, state.live.is_some()) };
        (change.taken_from.as_deref() != Some(owner.as_str())).then(|| Misfit::Foreign { thing, owner: owner.clone() })
    };
    let mut misfits: Vec<Misfit> = changes.iter().filter_map(judge).collect();
    misfits.extend(unmoved(changes, |content| identity(content, &**store)));
    Ok(misfits)
}

/// The files that are said to get another path, and that no other file of the plan, for the same request, goes on as: with the same
/// content where nothing else is said.
fn unmoved(changes: &[(&Operation, &FileChange)], identify: impl Fn(&Content) -> ContentId) -> Vec<Misfit> {
    let moves = changes.iter().filter(|(operation, _)| operation.action == Action::Move);
    let moves: BTreeMap<_, _> = moves.filter_map(|moved_to| Some((moved_to.0.from_path()?, moved_to))).collect();
    let goes_on = |(_, old): &&(&Operation, &FileChange)| {
        moves.get(&*old.path).is_some_and(|(operation, new)| {
            let keeps = || new.content.as_ref().map(&identify) == old.before;
            new.request == old.request && (!operation.keeps_bytes() || keeps())
        })
    };
    let vacated = changes.iter().filter(|(operation, _)| operation.action == Action::Vacate);
    let unmoved = vacated.filter(|change| !goes_on(change));
    unmoved.map(|(operation, _)| Misfit::NotMoved(operation.thing.clone())).collect()
}
