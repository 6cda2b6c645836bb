//! What the targets remember of what a project made: whose the files of state stores are, and what protects an object.

use super::build::Input;
use super::document::Relocation;
use crate::model::{Address, Deletion, Kind, Lifecycle, Name, Renames};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

/// What the targets remember, under the names that things have now.
pub(super) struct Remembered<'i> {
    input: &'i Input<'i>,
    held: Vec<Held>,
    /// The places in `held`, by store and path.
    files: HashMap<(&'i str, &'i str), usize>,
    /// The requests that leave a destination.
    moves: HashMap<&'i str, Vec<&'i Relocation>>,
    /// What may happen to requests, as the stores that hold files of theirs have it.
    lives: BTreeMap<Address, Lifecycle>,
}

/// What was delivered for a request to a destination.
pub(super) struct Held {
    /// The request.
    pub(super) request: Address,
    /// The destination.
    pub(super) destination: Name,
}

impl<'i> Remembered<'i> {
    pub(super) fn new(input: &'i Input<'i>) -> Self {
        let renames = Renames::of(&input.project.moved);
        let mut remembered =
            Self { input, held: Vec::new(), files: HashMap::new(), moves: HashMap::new(), lives: BTreeMap::new() };
        for one in &input.relocations {
            remembered.moves.entry(&one.request).or_default().push(one);
        }
        for store in &input.stores {
            for holding in &store.holdings {
                let request = renames.present(&holding.request, |address| remembered.is_declared(address));
                let destination = Address::new(Kind::Destination, holding.destination.clone());
                let destination = renames.present(&destination, |address| remembered.is_declared(address)).name;
                let life = remembered.lives.entry(request.clone()).or_default();
                *life = stricter(life, &holding.lifecycle);
                let place = remembered.held.len();
                remembered.held.push(Held { request, destination });
                let files = holding.files.iter().map(|path| ((store.store.as_str(), path.as_str()), place));
                remembered.files.extend(files);
            }
        }
        remembered
    }

    /// Whether the project declares an object.
    pub(super) fn is_declared(&self, address: &Address) -> bool {
        self.input.desired.binary_search_by(|desired| desired.address.cmp(address)).is_ok()
    }

    /// What a file of a store was delivered for; nothing where nobody remembers.
    pub(super) fn holder(&self, store: &str, path: &str) -> Option<&Held> {
        self.held.get(*self.files.get(&(store, path))?)
    }

    /// How a request leaves the destinations that it was delivered to.
    pub(super) fn moves(&self, request: &str) -> &[&'i Relocation] {
        self.moves.get(request).map_or(&[], Vec::as_slice)
    }

    /// The requests that files of the stores were delivered for and that are no longer declared.
    pub(super) fn undeclared(&self) -> impl Iterator<Item = &Address> {
        self.lives.keys().filter(|request| !self.is_declared(request))
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
        said.map(Cow::Borrowed).reduce(|one, other| Cow::Owned(stricter(&one, &other))).unwrap_or_default()
    }

    /// What the text says of an object, wanted or not.
    fn said(&self, address: &Address) -> Option<&'i Lifecycle> {
        let found = self.input.text.binary_search_by(|declared| declared.address.cmp(address)).ok()?;
        self.input.text[found].lifecycle
    }

    /// Whether an object that is no longer declared stays, as a `removed` node or its lifecycle says.
    pub(super) fn stays(&self, address: &Address) -> bool {
        match self.input.project.removed.iter().find(|removed| removed.address.value == *address) {
            Some(removed) => removed.keep.is_some(),
            None => self.life(address).deletion == Deletion::Orphan,
        }
    }
}

/// The first lifecycle, with what protects most of both.
fn stricter(one: &Lifecycle, other: &Lifecycle) -> Lifecycle {
    Lifecycle { protect: one.protect || other.protect, deletion: one.deletion.max(other.deletion), ..one.clone() }
}
