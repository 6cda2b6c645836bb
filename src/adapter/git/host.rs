use std::collections::BTreeMap;
use std::path::PathBuf;

use git2::{Error, Oid, Repository};

use super::inventory::Inventory;
use super::ledger::Ledger;
use crate::store::StoreError;

/// Where a store's references are kept and moved.
pub(super) trait Host: Send {
    /// Where the store's references are.
    fn look(&mut self, freshness: Freshness) -> Result<Tips, StoreError>;

    /// Where one other reference is now; its objects are then in the repository.
    fn find(&mut self, reference: &str) -> Result<Option<Oid>, StoreError>;

    /// The repository with the objects of the tips that were last seen; nothing before there is one.
    fn repository(&self) -> Option<&Repository>;

    /// Makes the repository where there is none and there may be one.
    fn create(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Moves references, all or none, in this order where it can be seen.
    fn publish(&mut self, moves: &[Move]) -> Result<Published, StoreError>;

    /// See [`crate::store::Store::unlock`]. Those of a copy go when it is opened, and a server sees to its own.
    fn unlock(&mut self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// What the hooks said when references were last moved, line by line; nothing where nobody hears them.
    fn said(&self) -> Vec<String> {
        Vec::new()
    }

    /// Whether references are moved by pushes, and not in the repository itself.
    fn is_pushed_to(&self) -> bool {
        false
    }

    /// Something is wrong with the repository; whether it is only a copy, so that the next look makes a new one.
    fn condemn(&self) -> bool {
        false
    }
}

/// A guarded move of a reference. The objects of where it goes are in the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Move {
    /// Its full name.
    pub(super) reference: String,
    /// Where it has to be; nothing for "there is none".
    pub(super) old: Option<Oid>,
    /// Where it goes; nothing takes it away.
    pub(super) new: Option<Oid>,
}

/// How new the answer has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freshness {
    /// As it is now.
    Now,
    /// As it was last seen, where that spares a connection.
    Remembered,
}

/// The references that a store looks at: its branch, its inventory, and those of other projects that it may meet.
#[derive(Clone, Debug)]
pub(super) struct StoreRefs {
    /// The full name of the branch that the manifests are on.
    pub(super) branch: String,
    /// The full name of the project's inventory.
    pub(super) inventory: String,
    /// What that inventory is of.
    pub(super) own: Inventory,
    /// What the branches of the project's proposals begin with.
    pub(super) proposals: String,
}

impl StoreRefs {
    /// Whether a store looks at a reference.
    pub(super) fn hold(&self, name: &str) -> bool {
        name == self.branch
            || name == self.inventory
            || Inventory::parse(name).is_some_and(|inventory| self.own.meets(&inventory))
            || self.own.proposed(name).is_some()
            || name.strip_prefix("refs/heads/").is_some_and(|branch| branch.starts_with(&self.proposals))
    }
}

/// A repository with the references of a store at one moment.
#[derive(Clone, Copy)]
pub(super) struct View<'v> {
    pub(super) repository: &'v Repository,
    pub(super) tips: &'v Tips,
    pub(super) references: &'v StoreRefs,
}

impl<'v> View<'v> {
    /// Where the store's branch is.
    pub(super) fn branch(&self) -> Option<Oid> {
        self.tips.of(&self.references.branch)
    }

    /// What the project's inventory says.
    pub(super) fn ledger(&self) -> Result<Ledger, Error> {
        let name = &self.references.inventory;
        Ledger::read(self.repository, name, self.tips.of(name), self.branch())
    }

    /// What the inventories of other projects say.
    pub(super) fn others(&self) -> Result<Vec<(Inventory, Ledger)>, Error> {
        let known = self.tips.0.iter().filter_map(|(name, tip)| Some((name, Inventory::parse(name)?, *tip)));
        let others = known.filter(|(_, inventory, _)| self.references.own.meets(inventory));
        others
            .map(|(name, inventory, tip)| {
                Ok((inventory, Ledger::read(self.repository, name, Some(tip), self.branch())?))
            })
            .collect()
    }

    /// What was proposed and is remembered: the branch, the reference and its commit.
    pub(super) fn proposed(&self) -> impl Iterator<Item = (String, &'v String, Oid)> {
        let Self { tips, references, .. } = *self;
        tips.0.iter().filter_map(move |(name, tip)| Some((references.own.proposed(name)?, name, *tip)))
    }
}

/// The full name of a branch.
pub(super) fn branch_reference(branch: &str) -> String {
    format!("refs/heads/{branch}")
}

/// Whether a reference is a branch that makes a repository one that has begun: proposals wait beside a branch that is yet to come.
pub(super) fn is_begun_by(name: &str) -> bool {
    name.strip_prefix("refs/heads/").is_some_and(|branch| !branch.starts_with("plat/"))
}

/// The commits that references point to, by full name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tips(pub(super) BTreeMap<String, Oid>);

impl Tips {
    pub(super) fn of(&self, name: &str) -> Option<Oid> {
        self.0.get(name).copied()
    }

    /// What they are after a move.
    pub(super) fn set(&mut self, step: &Move) {
        match step.new {
            Some(new) => self.0.insert(step.reference.clone(), new),
            None => self.0.remove(&step.reference),
        };
    }
}

/// What came of moving references.
#[derive(Debug)]
pub(super) enum Published {
    /// They moved.
    Done,
    /// The first moved; another one was no longer at its old place. Only where they cannot be moved as one.
    Partly,
    /// One was no longer at its old place, and none moved.
    Overtaken,
}
