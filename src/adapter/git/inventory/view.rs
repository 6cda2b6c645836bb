use git2::{Error, Oid, Repository};

use crate::adapter::git::host::Tips;
use crate::adapter::git::inventory::ledger::Ledger;
use crate::adapter::git::references::{Inventory, StoreRefs};

/// A repository with the references of a store at one moment.
#[derive(Clone, Copy)]
pub(crate) struct View<'v> {
    pub(crate) repository: &'v Repository,
    pub(crate) tips: &'v Tips,
    pub(crate) references: &'v StoreRefs,
}

impl<'v> View<'v> {
    /// Where the store's branch is.
    pub(crate) fn branch(&self) -> Option<Oid> {
        self.tips.of(&self.references.branch)
    }

    /// What the project's inventory says.
    pub(crate) fn ledger(&self) -> Result<Ledger, Error> {
        let name = &self.references.inventory;
        Ledger::read(self.repository, name, self.tips.of(name), self.branch())
    }

    /// What the inventories of other projects say, in a repository that is a copy or not.
    pub(crate) fn others(&self, is_copy: bool) -> Result<Vec<(Inventory, Ledger)>, Error> {
        let known = self.tips.0.iter().filter_map(|(name, tip)| Some((name, Inventory::parse(name)?, *tip)));
        let others = known.filter(|(_, inventory, _)| self.references.own.meets(inventory));
        others
            .map(|(name, inventory, tip)| {
                Ok((inventory, Ledger::of_other(self.repository, name, (tip, self.branch()), is_copy)?))
            })
            .collect()
    }

    /// What was proposed and is remembered: the branch, the reference and its commit.
    pub(crate) fn proposed(&self) -> impl Iterator<Item = (String, &'v String, Oid)> {
        let Self { tips, references, .. } = *self;
        tips.0.iter().filter_map(move |(name, tip)| Some((references.own.proposed(name)?, name, *tip)))
    }
}
