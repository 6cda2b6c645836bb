use git2::{Oid, Repository};

use crate::store::StoreError;

/// Where a store's two references are kept and moved.
pub(super) trait Place {
    /// Where the references are.
    fn look(&mut self, freshness: Freshness) -> Result<Tips, StoreError>;

    /// The repository with the objects of the tips that were last seen; nothing before there is one.
    fn repository(&self) -> Option<&Repository>;

    /// Makes the repository where there is none and there may be one.
    fn create(&mut self) -> Result<(), StoreError>;

    /// Moves a reference from `old` to `new`, which is in the repository.
    fn publish(&mut self, which: Which, old: Option<Oid>, new: Oid) -> Result<Published, StoreError>;

    /// How references are moved.
    fn writing(&self) -> Writing;
}

/// How new the answer has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freshness {
    /// As it is now.
    Now,
    /// As it was last seen, where that spares a connection.
    Remembered,
}

/// How references are moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writing {
    /// In the repository itself.
    Direct,
    /// By a push.
    Pushed,
}

/// One of the two references of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// The branch that the manifests are on.
    Branch,
    /// The project's inventory.
    Inventory,
}

/// The full names of the references.
#[derive(Clone, Debug)]
pub(super) struct References {
    pub(super) branch: String,
    pub(super) inventory: String,
}

impl References {
    pub(super) fn name(&self, which: Which) -> &str {
        match which {
            Which::Branch => &self.branch,
            Which::Inventory => &self.inventory,
        }
    }
}

/// The commits that the references point to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tips {
    pub(super) branch: Option<Oid>,
    pub(super) inventory: Option<Oid>,
}

impl Tips {
    pub(super) fn of(&self, which: Which) -> Option<Oid> {
        match which {
            Which::Branch => self.branch,
            Which::Inventory => self.inventory,
        }
    }

    pub(super) fn set(&mut self, which: Which, tip: Oid) {
        match which {
            Which::Branch => self.branch = Some(tip),
            Which::Inventory => self.inventory = Some(tip),
        }
    }
}

/// What came of moving a reference.
#[derive(Debug)]
pub(super) enum Published {
    /// It moved.
    Done,
    /// It was no longer at its old place.
    Overtaken,
    /// Somebody else was writing it at this moment, or died doing so.
    Locked(git2::Error),
}
