//! What a saved plan does to what is protected. Its own guards are only its word: what protects an object is judged by the text, the
//! catalog and the state stores as they are now.

use super::{Misfit, Seen};
use crate::apply::{Targets, identity};
use crate::diff::desired;
use crate::model::{Address, Deletion, Lifecycle, Name, Project, Stop};
use crate::plan::{self, Action, Content, FileChange, Held, Holder, Objects, Operation, Plan, Remembered};
use crate::store::{ContentId, StoreError};
use crate::workspace::Loaded;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that a plan takes away or lets go of although its lifecycle says otherwise, and everything that it would protect less than the
/// project does. What asks for a word needs one: of the project, or of who made the plan.
pub(super) fn unprotected(plan: &Plan, loaded: &Loaded, seen: &Seen<'_>, targets: &Targets) -> Vec<Misfit> {
    let declared = desired(&loaded.project);
    let objects = Objects { wanted: &declared, text: &declared, observed: &seen.objects };
    let stores = seen.stores.iter().map(|(name, seen)| (*name, &*seen.holdings));
    let remembered = Remembered::new(&loaded.project, objects, stores);
    let protection = Protection { project: &loaded.project, remembered, seen };
    let weakened = plan.operations.iter().filter(|operation| protection.is_weakened(operation));
    let weakened = weakened.map(|operation| Misfit::Weakened(operation.thing.clone()));
    let lost = protection.losses(plan, targets).into_iter().filter_map(|(address, loss)| {
        let life = protection.life(&address, loss);
        match life.stop()? {
            _ if protection.is_let_go(&address, loss, &life) => None,
            Stop::Never => Some(Misfit::Forbidden(address.into())),
            Stop::Asked => (!protection.is_asked(&address, loss, plan)).then(|| Misfit::Unasked(address.into())),
        }
    });
    weakened.chain(lost).collect()
}

/// What becomes of something; the greater is the worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Loss {
    /// The project lets go of it.
    Released,
    /// It gets a name that the text does not give it.
    Renamed,
    /// Some of its files go.
    Files,
    /// It goes.
    All,
}

/// What protects the objects of a project.
struct Protection<'p> {
    project: &'p Project,
    remembered: Remembered<'p>,
    seen: &'p Seen<'p>,
}

/// What is in files, by store and path.
type Files<'p> = BTreeMap<&'p str, BTreeMap<&'p str, Vec<u8>>>;

/// What files hold that a protected request may lose objects of.
#[derive(Default)]
struct Delivered<'p> {
    live: Files<'p>,
    /// What the project wrote last into those that others changed.
    written: Files<'p>,
    /// The files that nothing is done to, with their stores and destinations.
    staying: Vec<(&'p str, Name, &'p str, Vec<u8>)>,
}

/// The contents of files, of as many as can be read.
fn contents<'p>(
    paths: &[&'p str],
    read: impl Fn(&[&str]) -> Result<Vec<Option<Vec<u8>>>, StoreError>,
) -> BTreeMap<&'p str, Vec<u8>> {
    let one = |path: &&str| read(&[path]).ok()?.pop()?;
    let found = read(paths).unwrap_or_else(|_| paths.iter().map(one).collect());
    paths.iter().zip(found).filter_map(|(path, content)| Some((*path, content?))).collect()
}

impl plan::Contents for Delivered<'_> {
    fn live(&self, store: &str, path: &str) -> Option<&[u8]> {
        self.live.get(store)?.get(path).map(Vec::as_slice)
    }

    fn written(&self, store: &str, path: &str) -> Option<&[u8]> {
        self.written.get(store)?.get(path).map(Vec::as_slice)
    }

    fn staying(&self, _: &BTreeSet<&Address>) -> Vec<plan::Staying<'_>> {
        let staying = self.staying.iter();
        staying.map(|(store, destination, path, content)| plan::Staying { store, destination, path, content }).collect()
    }
}

/// What is written for whom and where: the store, the destination, the request and the identity of the content.
type Written<'o> = (&'o str, &'o Name, &'o Address, ContentId);

/// What gets another path, for whom and where: the store, the destination, the request and the old path.
type Moved<'o> = (&'o str, &'o Name, &'o Address, &'o str);

impl<'p> Protection<'p> {
    /// What may happen to an object. The text has the word about what stays; of what goes as a whole, what protects it most counts.
    fn life(&self, address: &Address, loss: Loss) -> Cow<'_, Lifecycle> {
        match loss {
            Loss::Files => self.remembered.life(address),
            Loss::Released | Loss::Renamed | Loss::All => self.remembered.strictest(address),
        }
    }

    /// Whether the project may let go of something that stays: because a `removed` node says so, or because it is an orphan once it is
    /// no longer declared.
    fn is_let_go(&self, address: &Address, loss: Loss, life: &Lifecycle) -> bool {
        let keeps = || self.remembered.removed(address).is_some_and(|removed| removed.keep.is_some());
        loss == Loss::Released && (life.deletion == Deletion::Orphan || keeps())
    }

    /// Whether somebody said the word: a `removed` node about the whole, or the plan's maker about either.
    fn is_asked(&self, address: &Address, loss: Loss, plan: &Plan) -> bool {
        let asked = plan.guards.iter().any(|guard| guard.allowed && guard.is_about(address));
        asked || (loss == Loss::All && self.remembered.removed(address).is_some())
    }

    /// Whether an object would be protected less than the text says, or else than it was.
    fn is_weakened(&self, operation: &Operation) -> bool {
        let Some((address, change)) = operation.object() else { return false };
        let life = self.remembered.life(address);
        !operation.action.takes_away()
            && change
                .lifecycle()
                .map_or_else(|| life.is_weakened_by(&Lifecycle::default()), |planned| life.is_weakened_by(planned))
    }

    /// What goes, with the worst that becomes of it.
    fn losses(&self, plan: &Plan, targets: &Targets) -> BTreeMap<Address, Loss> {
        let mut losses = BTreeMap::new();
        let mut lose = |address: Address, loss: Loss| {
            let known = losses.entry(address).or_insert(loss);
            *known = loss.max(*known);
        };
        let written: BTreeSet<Written<'_>> =
            plan.operations.iter().filter_map(|operation| self.written(operation, targets)).collect();
        let moved: BTreeSet<Moved<'_>> = plan.operations.iter().filter_map(|operation| self.moved(operation)).collect();
        for operation in &plan.operations {
            let lost = match operation.file() {
                None => self.of_object(operation),
                Some(file) => self.of_file(operation, file, (&written, &moved)),
            };
            if let Some((address, loss)) = lost {
                lose(address, loss);
            }
        }
        self.forgotten(plan).for_each(|request| lose(request, Loss::Files));
        self.robbed(plan, targets).into_iter().for_each(|request| lose(request, Loss::Files));
        losses
    }

    /// The requests of which a store would forget a file that stays, or would remember it for another one.
    fn forgotten<'o>(&'o self, plan: &'o Plan) -> impl Iterator<Item = Address> + 'o {
        let gone = plan.operations.iter().filter(|operation| operation.action.takes_away());
        let gone: BTreeSet<(&str, &str)> =
            gone.filter_map(Operation::file).map(|file| (&*file.store, &*file.path)).collect();
        let files =
            |held: &'o Held| held.holding.files.iter().map(|path| (&*held.store, &**path, &held.holding.request));
        let given: BTreeSet<(&str, &str, &Address)> = plan.holdings.iter().flat_map(files).collect();
        plan.holdings.iter().filter_map(move |held| {
            let seen = self.seen.stores.get(&*held.store)?;
            let after = &held.holding;
            let found = seen.holdings.binary_search_by(|known| known.key().cmp(&after.key())).ok()?;
            let before = seen.holdings.get(found)?;
            let request = self.remembered.present(&before.request);
            let is_lost = |path: &String| {
                let is_there = seen.files.get(path).is_some_and(|state| state.owned.is_some() && state.live.is_some());
                is_there && !gone.contains(&(&*held.store, path)) && !given.contains(&(&*held.store, path, &request))
            };
            before.files.difference(&after.files).any(is_lost).then_some(request)
        })
    }

    /// The requests that lose objects out of files that stay.
    fn robbed(&self, plan: &Plan, targets: &Targets) -> BTreeSet<Address> {
        let delivered = self.delivered(plan, targets);
        let lost = plan::lost_objects(&plan.operations, &delivered).into_iter().filter(|(_, lost)| !lost.by_others);
        lost.filter_map(|(file, _)| self.present_request(file)).collect()
    }

    /// What the files hold of which a protected request may lose objects: those that are written anew, and others of such requests.
    fn delivered(&self, plan: &Plan, targets: &Targets) -> Delivered<'p> {
        let (mut changes, mut anew) = (BTreeSet::new(), BTreeSet::new());
        for operation in &plan.operations {
            let Some(file) = operation.file() else { continue };
            changes.insert((&*file.store, &*file.path));
            let path = match operation.action {
                Action::Update | Action::Adopt => Some(&*file.path),
                Action::Move => operation.from_path(),
                _ => None,
            };
            anew.extend(path.map(|path| (&*file.store, path)));
        }
        let is_anew = |(place, holder): &&((&str, &str), &Holder)| {
            anew.contains(place) && self.remembered.life(&holder.request).stop().is_some()
        };
        let files = self.remembered.files();
        let (mut delivered, mut requests) = (Delivered::default(), BTreeSet::new());
        let mut written_anew: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for &((name, path), holder) in files.iter().filter(is_anew) {
            requests.insert(&holder.request);
            written_anew.entry(name).or_default().push(path);
        }
        for (name, paths) in written_anew {
            let Some((store, seen)) = targets.stores.get(name).zip(self.seen.stores.get(name)) else { continue };
            let is_changed = |path: &&&str| {
                let state = seen.files.get(**path);
                state.is_some_and(|state| state.owned.is_some() && state.owned != state.live)
            };
            let changed: Vec<&str> = paths.iter().filter(is_changed).copied().collect();
            delivered.live.insert(name, contents(&paths, |paths| store.read_all(paths)));
            delivered.written.insert(name, contents(&changed, |paths| store.written_all(paths)));
        }
        let stays =
            |(place, holder): &&((&str, &str), &Holder)| requests.contains(&holder.request) && !changes.contains(place);
        let mut staying: BTreeMap<&str, Vec<(&str, &Holder)>> = BTreeMap::new();
        for &((name, path), holder) in files.iter().filter(stays) {
            staying.entry(name).or_default().push((path, holder));
        }
        for (name, files) in staying {
            let Some(store) = targets.stores.get(name) else { continue };
            let paths: Vec<&str> = files.iter().map(|(path, _)| *path).collect();
            let mut read = contents(&paths, |paths| store.read_all(paths));
            let found = files
                .iter()
                .filter_map(|(path, holder)| Some((name, holder.destination.clone(), *path, read.remove(path)?)));
            delivered.staying.extend(found);
        }
        delivered
    }

    /// The request that a file is written for, or was.
    fn present_request(&self, file: &FileChange) -> Option<Address> {
        let held = self.holder(file).map(|holder| holder.request.clone());
        held.or_else(|| file.request.clone())
    }

    fn holder(&self, file: &FileChange) -> Option<&Holder> {
        self.remembered.holder(&file.store, &file.path)
    }

    fn written<'o>(&self, operation: &'o Operation, targets: &Targets) -> Option<Written<'o>> {
        let file = operation.file()?;
        let is_whole = |content: &&Content| {
            let is_plain = matches!(content, Content::Text(_) | Content::Bytes(_));
            match operation.action {
                Action::Create | Action::Update | Action::Adopt | Action::Record => is_plain,
                Action::Move => is_plain || matches!(content, Content::Guarded(_)),
                Action::Delete | Action::Vacate | Action::Release | Action::Forget => false,
            }
        };
        let content = file.content.as_ref().filter(is_whole)?;
        let destination = file.destination.as_ref()?;
        let is_there = self.project.destination(destination)?.holds(&file.store, &file.path);
        let store = targets.stores.get(&*file.store).filter(|_| is_there)?;
        Some((&file.store, destination, file.request.as_ref()?, identity(content, &**store)))
    }

    fn moved<'o>(&self, operation: &'o Operation) -> Option<Moved<'o>> {
        let file = operation.file()?;
        let destination = file.destination.as_ref().filter(|_| operation.action == Action::Move)?;
        let is_there = self.project.destination(destination)?.holds(&file.store, &file.path);
        is_there.then_some((&*file.store, destination, file.request.as_ref()?, operation.from_path()?))
    }

    fn of_object(&self, operation: &Operation) -> Option<(Address, Loss)> {
        let address = operation.object_address()?;
        let from = operation.former_address();
        if let Some(from) =
            from.filter(|from| self.remembered.renames.last(from).is_none_or(|(name, _)| name != *address))
        {
            return Some((from.clone(), Loss::Renamed));
        }
        let is_there =
            self.remembered.objects.entry(address).is_some_and(|entry| entry.live.is_some() && entry.owner.is_some());
        match operation.action {
            Action::Delete => is_there.then(|| (address.clone(), Loss::All)),
            Action::Release | Action::Forget => is_there.then(|| (address.clone(), Loss::Released)),
            Action::Create | Action::Update | Action::Move | Action::Adopt | Action::Vacate | Action::Record => None,
        }
    }

    fn of_file(
        &self,
        operation: &Operation,
        file: &FileChange,
        (written, moved): (&BTreeSet<Written<'_>>, &BTreeSet<Moved<'_>>),
    ) -> Option<(Address, Loss)> {
        let holder = self.holder(file)?;
        let state = self.seen.stores.get(&*file.store)?.files.get(&*file.path)?;
        let live = state.live.as_ref().filter(|_| state.owned.is_some())?;
        let request = &holder.request;
        // The same content for the same request in the same destination is the same file under another name, and so is one that the
        // plan moves there: what that no longer holds is looked at by itself.
        let goes_on = || {
            let destination = self.project.destination(&holder.destination);
            let is_there = destination.is_some_and(|destination| destination.holds(&file.store, &file.path));
            is_there && written.contains(&(&*file.store, &holder.destination, request, live.clone()))
                || moved.contains(&(&*file.store, &holder.destination, request, &*file.path))
        };
        let loss = match operation.action {
            Action::Release | Action::Forget => Loss::Released,
            Action::Delete | Action::Vacate if goes_on() => return None,
            // All of a request that is no longer declared goes with its files.
            Action::Delete | Action::Vacate if self.remembered.objects.declared(&holder.request).is_none() => Loss::All,
            Action::Delete | Action::Vacate => Loss::Files,
            Action::Create | Action::Update | Action::Move | Action::Adopt | Action::Record => {
                return (file.request.as_ref() != Some(request)).then(|| (request.clone(), Loss::Files));
            }
        };
        Some((holder.request.clone(), loss))
    }
}
