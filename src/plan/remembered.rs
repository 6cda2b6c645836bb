//! What the targets remember of what a project made: whose the files of state stores are, and what protects an object.

use super::build::Input;
use super::document::{Operation, Relocation};
use super::meant::Meant;
use crate::model::{Address, Deletion, Kind, Lifecycle, Name, Renames};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

/// What the targets remember, under the names that things have now.
pub(super) struct Remembered<'i> {
    input: &'i Input<'i>,
    renames: Renames<'i>,
    /// What the text says is on purpose.
    pub(super) meant: Meant<'i>,
    held: Vec<Held>,
    /// The places in `held`, by store and path.
    files: HashMap<(&'i str, &'i str), usize>,
    /// The requests that leave a destination.
    moves: HashMap<&'i Address, Vec<&'i Relocation>>,
    /// What may happen to requests, as the stores that hold files of theirs have it.
    lives: HashMap<Address, Lifecycle>,
}

/// What was delivered for a request to a destination.
pub(super) struct Held {
    /// The request.
    pub(super) request: Address,
    /// The request by the name that it had then.
    pub(super) former: Address,
    /// The destination.
    pub(super) destination: Name,
}

impl<'i> Remembered<'i> {
    pub(super) fn new(input: &'i Input<'i>) -> Self {
        let mut remembered = Self {
            input,
            renames: Renames::of(&input.project.moved),
            meant: Meant::of(input.project),
            held: Vec::new(),
            files: HashMap::new(),
            moves: HashMap::new(),
            lives: HashMap::new(),
        };
        for one in &input.relocations {
            remembered.moves.entry(&one.request).or_default().push(one);
        }
        for store in &input.stores {
            for holding in store.holdings.iter() {
                let request = remembered.present(&holding.request);
                let destination = Address::new(Kind::Destination, holding.destination.clone());
                let destination =
                    remembered.renames.present(&destination, |address| remembered.is_declared(address)).name;
                let life = remembered.lives.entry(request.clone()).or_default();
                *life = life.stricter(&holding.lifecycle);
                let place = remembered.held.len();
                remembered.held.push(Held { request, former: holding.request.clone(), destination });
                let files = holding.files.iter().map(|path| ((&*store.store, path.as_str()), place));
                remembered.files.extend(files);
            }
        }
        remembered
    }

    /// The name that a request has now.
    pub(super) fn present(&self, request: &Address) -> Address {
        let renames = &self.renames;
        let is_there = |name: &Address| self.input.observed.binary_search_by(|entry| entry.address.cmp(name)).is_ok();
        renames.present_or_going(request, |name| self.is_declared(name), is_there)
    }

    /// Whether the project declares an object.
    pub(super) fn is_declared(&self, address: &Address) -> bool {
        self.input.desired.binary_search_by(|desired| desired.address.cmp(address)).is_ok()
    }

    /// What a file of a store was delivered for; nothing where nobody remembers.
    pub(super) fn holder(&self, store: &str, path: &str) -> Option<&Held> {
        self.held.get(*self.files.get(&(store, path))?)
    }

    /// Whether files were delivered for a request when it had another name of its own.
    pub(super) fn is_renamed(&self, request: &Address) -> bool {
        self.held.iter().any(|held| held.request == *request && held.former.name != request.name)
    }

    /// How a request leaves the destinations that it was delivered to.
    pub(super) fn moves(&self, request: &Address) -> &[&'i Relocation] {
        self.moves.get(request).map_or(&[], Vec::as_slice)
    }

    /// Whether what an operation takes away is to go, as the text says.
    pub(super) fn is_meant(&self, operation: &Operation) -> bool {
        self.meant.takes_away(operation, |request, from| {
            let moves = self.moves(request).iter().filter(|one| one.from == *from);
            moves.map(|one| one.to.clone()).collect()
        })
    }

    /// What may happen to a request, as the stores remember it; nothing where none does.
    pub(super) fn held_life(&self, request: &Address) -> Option<&Lifecycle> {
        self.lives.get(request)
    }

    /// The requests that files of the stores were delivered for and that are no longer declared.
    pub(super) fn undeclared(&self) -> BTreeSet<&Address> {
        self.lives.keys().filter(|request| !self.is_declared(request)).collect()
    }

    /// What may happen to an object: what its text says of one that is declared; of any other, what protects it most of what the
    /// catalog, the stores and a text that is not wanted any more say.
    pub(super) fn life(&self, address: &Address) -> Cow<'_, Lifecycle> {
        let Input { desired, observed, .. } = self.input;
        if let Ok(found) = desired.binary_search_by(|desired| desired.address.cmp(address)) {
            return desired[found].lifecycle.map_or_else(Cow::default, Cow::Borrowed);
        }
        let entry = observed.binary_search_by(|entry| entry.address.cmp(address)).ok();
        let owned = entry.and_then(|found| observed[found].owner.as_ref()?.lifecycle.as_deref());
        let said = [owned, self.lives.get(address), self.said(address)].into_iter().flatten();
        said.map(Cow::Borrowed).reduce(|one, other| Cow::Owned(one.stricter(&other))).unwrap_or_default()
    }

    /// What the text says of an object, wanted or not.
    fn said(&self, address: &Address) -> Option<&'i Lifecycle> {
        let found = self.input.text.binary_search_by(|declared| declared.address.cmp(address)).ok()?;
        self.input.text[found].lifecycle
    }

    /// Whether an object that is no longer declared stays, as a `removed` node or its lifecycle says.
    pub(super) fn stays(&self, address: &Address) -> bool {
        match self.meant.removed(address) {
            Some(removed) => removed.keep.is_some(),
            None => self.life(address).deletion == Deletion::Orphan,
        }
    }
}
