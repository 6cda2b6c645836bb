//! What the targets remember of what a project made: whose the files of state stores are, and what protects an object.

use super::document::{Operation, Relocation};
use super::meant::Meant;
use crate::catalog::Entry;
use crate::diff::Desired;
use crate::model::{Address, Deletion, Holding, Kind, Lifecycle, Name, Project, Removed, Renames};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

/// What objects are, by address: what is wanted, what the text declares, wanted or not, and what the catalog holds.
#[derive(Clone, Copy)]
pub struct Objects<'p> {
    /// What is to be there in the end.
    pub wanted: &'p [Desired<'p>],
    /// What the text declares.
    pub text: &'p [Desired<'p>],
    /// What the catalog holds.
    pub observed: &'p [Entry],
}

impl<'p> Objects<'p> {
    /// What the text says of an object, wanted or not.
    pub fn declared(&self, address: &Address) -> Option<&'p Desired<'p>> {
        find(self.text, address)
    }

    /// What the catalog holds of an object.
    pub fn entry(&self, address: &Address) -> Option<&'p Entry> {
        self.observed.get(self.observed.binary_search_by(|entry| entry.address.cmp(address)).ok()?)
    }

    fn is_wanted(&self, address: &Address) -> bool {
        find(self.wanted, address).is_some()
    }
}

fn find<'p>(all: &'p [Desired<'p>], address: &Address) -> Option<&'p Desired<'p>> {
    all.get(all.binary_search_by(|desired| desired.address.cmp(address)).ok()?)
}

/// What the targets remember, under the names that things have now.
pub struct Remembered<'p> {
    /// The objects.
    pub objects: Objects<'p>,
    /// What `moved` nodes say.
    pub renames: Renames<'p>,
    /// What the text says is on purpose.
    pub(super) meant: Meant<'p>,
    holders: Vec<Holder>,
    /// The places in `holders`, by store and path.
    files: HashMap<(&'p str, &'p str), usize>,
    /// The requests that leave a destination.
    moves: HashMap<&'p Address, Vec<&'p Relocation>>,
    /// What may happen to requests, as the stores that hold files of theirs have it.
    lives: HashMap<Address, Lifecycle>,
}

/// Whom something was delivered for, and where to.
pub struct Holder {
    /// The request.
    pub request: Address,
    /// The request by the name that it had then.
    pub(super) former: Address,
    /// The destination.
    pub destination: Name,
}

impl<'p> Remembered<'p> {
    /// What state stores, each with its name, remember of the requests of a project.
    pub fn new(
        project: &'p Project,
        objects: Objects<'p>,
        stores: impl IntoIterator<Item = (&'p str, &'p [Holding])>,
    ) -> Self {
        let mut remembered = Self {
            objects,
            renames: Renames::of(&project.moved),
            meant: Meant::of(project),
            holders: Vec::new(),
            files: HashMap::new(),
            moves: HashMap::new(),
            lives: HashMap::new(),
        };
        for (store, holdings) in stores {
            for holding in holdings {
                let request = remembered.present(&holding.request);
                let destination = Address::new(Kind::Destination, holding.destination.clone());
                let destination =
                    remembered.renames.present(&destination, |address| remembered.is_declared(address)).name;
                let life = remembered.lives.entry(request.clone()).or_default();
                *life = life.stricter(&holding.lifecycle);
                let place = remembered.holders.len();
                remembered.holders.push(Holder { request, former: holding.request.clone(), destination });
                remembered.files.extend(holding.files.iter().map(|path| ((store, path.as_str()), place)));
            }
        }
        remembered
    }

    /// The same, with the requests that leave a destination.
    #[must_use]
    pub(super) fn with_moves(mut self, relocations: &'p [Relocation]) -> Self {
        for one in relocations {
            self.moves.entry(&one.request).or_default().push(one);
        }
        self
    }

    /// The name that a request has now.
    pub fn present(&self, request: &Address) -> Address {
        let is_there = |name: &Address| self.objects.entry(name).is_some();
        self.renames.present_or_going(request, |name| self.is_declared(name), is_there)
    }

    /// Whether the project declares an object that is to be there in the end.
    pub(super) fn is_declared(&self, address: &Address) -> bool {
        self.objects.is_wanted(address)
    }

    /// The other project that owns a request by now, so that what was delivered for it goes over to that one.
    pub(super) fn owner_instead(&self, request: &Address) -> Option<&'p Name> {
        let entry = self.objects.entry(request).filter(|_| !self.is_declared(request))?;
        entry.other_owner.as_ref().filter(|_| entry.owner.is_none())
    }

    /// What a file of a store was delivered for; nothing where nobody remembers.
    pub fn holder(&self, store: &str, path: &str) -> Option<&Holder> {
        self.holders.get(*self.files.get(&(store, path))?)
    }

    /// Every file that the stores remember, by store and path, with what it was delivered for, in that order.
    pub fn files(&self) -> Vec<((&'p str, &'p str), &Holder)> {
        let holder = |(place, at): (&(&'p str, &'p str), &usize)| Some((*place, self.holders.get(*at)?));
        let mut files: Vec<_> = self.files.iter().filter_map(holder).collect();
        files.sort_unstable_by_key(|(place, _)| *place);
        files
    }

    /// The `removed` node that says that an object goes, or is let go of.
    pub fn removed(&self, object: &Address) -> Option<&'p Removed> {
        self.meant.removed(object)
    }

    /// Whether files were delivered for a request when it had another name of its own.
    pub(super) fn is_renamed(&self, request: &Address) -> bool {
        self.holders.iter().any(|one| one.request == *request && one.former.name != request.name)
    }

    /// How a request leaves the destinations that it was delivered to.
    pub(super) fn moves(&self, request: &Address) -> &[&'p Relocation] {
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

    /// What may happen to an object: what its text says of one that is declared; of any other, what protects it most.
    pub fn life(&self, address: &Address) -> Cow<'_, Lifecycle> {
        match find(self.objects.wanted, address) {
            Some(wanted) => wanted.lifecycle.map_or_else(Cow::default, Cow::Borrowed),
            None => self.strictest(address),
        }
    }

    /// What protects an object most of what the catalog, the stores and the text say.
    pub fn strictest(&self, address: &Address) -> Cow<'_, Lifecycle> {
        let owned = self.objects.entry(address).and_then(|entry| entry.owner.as_ref()?.lifecycle.as_deref());
        let text = self.objects.declared(address).and_then(|declared| declared.lifecycle);
        let said = [text, owned, self.lives.get(address)].into_iter().flatten();
        said.map(Cow::Borrowed).reduce(|one, other| Cow::Owned(one.stricter(&other))).unwrap_or_default()
    }

    /// Whether an object that is no longer declared stays, as a `removed` node or its lifecycle says.
    pub(super) fn stays(&self, address: &Address) -> bool {
        match self.meant.removed(address) {
            Some(removed) => removed.keep.is_some(),
            None => self.life(address).deletion == Deletion::Orphan,
        }
    }
}
