//! What the inventories say at one moment, read once however much is asked about it.

use crate::adapter::git::inventory::view::View;
use std::sync::Arc;

use git2::{Error, Repository};

use super::ledger::Ledger;
use super::setback::{self, Known};
use crate::adapter::git::Git;
use crate::adapter::git::host::Tips;
use crate::adapter::git::proposal::proposed::{self, Arrived};
use crate::adapter::git::references::Inventory;
use crate::model::Holding;
use crate::store::{Setback, Unread};

/// What the inventories say at some tips.
#[derive(Default)]
pub(crate) struct Sight {
    tips: Tips,
    /// The project's own inventory.
    pub(crate) own: Ledger,
    /// What it says was delivered.
    pub(crate) holdings: Arc<[Holding]>,
    /// What it says once what has arrived is put into it.
    pub(crate) arrived: Arrived,
    /// The inventories of other projects that it meets.
    pub(crate) others: Vec<(Inventory, Ledger)>,
    /// What somebody set back.
    pub(crate) setback: Option<Setback>,
}

impl Sight {
    fn read(view: View<'_>, is_copy: bool) -> Result<Self, Error> {
        let (own, others) = (view.ledger()?, view.others(is_copy)?);
        let holdings: Arc<[Holding]> = own.holdings(view.repository)?.into();
        let arrived = proposed::arrived(view, Arc::clone(&holdings))?;
        let setback = setback::find(view, &Known { own: &own, others: &others, arrived: &arrived })?;
        Ok(Self { tips: view.tips.clone(), own, holdings, arrived, others, setback })
    }

    /// The projects of which nobody can read what they own.
    pub(crate) fn unread(&self) -> Vec<Unread> {
        let unread = self.others.iter().filter_map(|(inventory, ledger)| {
            Some(Unread { project: inventory.project.clone(), why: ledger.flaw.clone()? })
        });
        unread.collect()
    }

    /// What the inventory of a reference says; nothing of any other.
    pub(crate) fn other(&self, reference: &str) -> Option<&Ledger> {
        let found = self.others.iter().find(|(inventory, _)| inventory.name().as_deref() == Ok(reference));
        found.map(|(_, ledger)| ledger)
    }
}

impl Git {
    /// The store's references at `tips`.
    pub(crate) fn view<'v>(&'v self, repository: &'v Repository, tips: &'v Tips) -> View<'v> {
        View { repository, tips, references: &self.references }
    }

    /// What the inventories say at `tips`; nothing before there is a repository.
    pub(crate) fn sight(&self, tips: &Tips) -> Result<Arc<Sight>, Error> {
        let Some(repository) = self.host.repository() else { return Ok(Arc::default()) };
        let known = self.sight.borrow().clone();
        if let Some(known) = known.filter(|known| known.tips == *tips) {
            return Ok(known);
        }
        let sight = Arc::new(Sight::read(self.view(repository, tips), self.host.is_pushed_to())?);
        *self.sight.borrow_mut() = Some(Arc::clone(&sight));
        Ok(sight)
    }
}
