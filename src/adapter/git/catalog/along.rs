//! The references beside the branch that a run asks for too: a server lists all of them in one answer, so that they are looked at with it.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};

use git2::Oid;

use super::{Fault, GitCatalog};
use crate::adapter::git::host::{Freshness, Tips};
use crate::adapter::git::references::References;

/// The folder of the references of the journals.
pub(super) const JOURNALS: &str = "refs/plat/catalog/runs/";

/// The references of a catalog that are looked at together.
pub(super) struct Branch {
    name: String,
    along: Along,
}

/// Those beside the branch.
#[derive(Clone, Default)]
pub(super) struct Along(Arc<RwLock<BTreeSet<String>>>);

impl Along {
    fn has(&self, name: &str) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains(name)
    }

    fn set(&self, names: impl IntoIterator<Item = String>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = names.into_iter().collect();
    }
}

impl Branch {
    pub(super) fn new(name: String, along: Along) -> Self {
        Self { name, along }
    }
}

impl References for Branch {
    fn branch(&self) -> &str {
        &self.name
    }

    fn own(&self) -> Vec<&str> {
        vec![&self.name]
    }

    fn hold(&self, name: &str) -> bool {
        name == self.name || self.along.has(name)
    }

    fn is_proposal(&self, _: &str) -> bool {
        false
    }
}

impl GitCatalog {
    /// Looks at the references of a project with the branch from now on, where that saves a question to a server.
    pub(super) fn look_along(&self, project: &str) -> Result<(), Fault> {
        if project.is_empty() {
            return Ok(());
        }
        let journal = self.beside(JOURNALS, project)?;
        *self.own_journal.borrow_mut() = Some(journal.clone());
        if !self.host.borrow().is_pushed_to() {
            return Ok(());
        }
        let names = self.names(project)?;
        self.along.set([journal, names.record, names.branch]);
        Ok(())
    }

    /// Where the branch is, and what is looked at with it. Something beside it that is no good keeps nobody from the catalog.
    pub(super) fn tips(&self, freshness: Freshness) -> Result<Tips, Fault> {
        let looked = self.host.borrow_mut().look(freshness);
        let has_more = !self.along.0.read().unwrap_or_else(PoisonError::into_inner).is_empty();
        let tips = match looked {
            Err(_) if has_more => {
                self.along.set([]);
                self.host.borrow_mut().look(Freshness::Now)?
            }
            looked => looked?,
        };
        if freshness == Freshness::Now {
            *self.looked.borrow_mut() = Some(tips.clone());
        }
        Ok(tips)
    }

    /// Where a reference beside the branch is: as it was seen with that, where nothing was written since.
    pub(super) fn find(&self, reference: &str) -> Result<Option<Oid>, Fault> {
        let seen = self.looked.borrow().as_ref().filter(|_| self.along.has(reference)).map(|tips| tips.of(reference));
        match seen {
            Some(tip) => Ok(tip),
            None => Ok(self.host.borrow_mut().find(reference)?),
        }
    }

    /// What was seen beside the branch does not count any more.
    pub(super) fn forget_looked(&self) {
        *self.looked.borrow_mut() = None;
    }
}
