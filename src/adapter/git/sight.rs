//! What the inventories say at one moment, read once however much is asked about it.

use std::sync::Arc;

use git2::{Error, Oid, Repository};

use super::Git;
use super::host::{StoreRefs, Tips};
use super::inventory::Inventory;
use super::ledger::Ledger;
use super::proposed::{self, Arrived};
use super::setback::{self, Known};
use crate::model::Holding;
use crate::store::Setback;

/// What the inventories say at some tips.
#[derive(Default)]
pub(super) struct Sight {
    tips: Tips,
    /// The project's own inventory.
    pub(super) own: Ledger,
    /// What it says was delivered.
    pub(super) holdings: Arc<[Holding]>,
    /// What it says once what has arrived is put into it.
    pub(super) arrived: Arrived,
    /// The inventories of other projects that it meets.
    pub(super) others: Vec<(Inventory, Ledger)>,
    /// What somebody set back.
    pub(super) setback: Option<Setback>,
}

impl Sight {
    fn read(repository: &Repository, tips: &Tips, references: &StoreRefs) -> Result<Self, Error> {
        let branch = tips.of(&references.branch);
        let read = |name: &str, commit: Option<Oid>| Ledger::read(repository, name, commit, branch);
        let own = read(&references.inventory, tips.of(&references.inventory))?;
        let holdings: Arc<[Holding]> = own.holdings(repository)?.into();
        let mut others = Vec::new();
        for (name, inventory, commit) in tips.others(references) {
            others.push((inventory, read(name, Some(commit))?));
        }
        let arrived = proposed::arrived(repository, tips, references, Arc::clone(&holdings))?;
        let known = Known { own: &own, others: &others, arrived: &arrived };
        let setback = setback::find(repository, tips, references, &known)?;
        Ok(Self { tips: tips.clone(), own, holdings, arrived, others, setback })
    }

    /// What the inventory of a reference says; nothing of any other.
    pub(super) fn other(&self, reference: &str) -> Option<&Ledger> {
        let found = self.others.iter().find(|(inventory, _)| inventory.name().as_deref() == Ok(reference));
        found.map(|(_, ledger)| ledger)
    }
}

impl Git {
    /// What the inventories say at `tips`; nothing before there is a repository.
    pub(super) fn sight(&self, tips: &Tips) -> Result<Arc<Sight>, Error> {
        let Some(repository) = self.host.repository() else { return Ok(Arc::default()) };
        let known = self.sight.borrow().clone();
        if let Some(known) = known.filter(|known| known.tips == *tips) {
            return Ok(known);
        }
        let sight = Arc::new(Sight::read(repository, tips, &self.references)?);
        *self.sight.borrow_mut() = Some(Arc::clone(&sight));
        Ok(sight)
    }
}
