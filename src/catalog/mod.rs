//! Where the platform's objects live, as everybody else sees it: the port [`Catalog`], its errors, its conformance suite, and a catalog
//! in memory.
//!
//! A catalog keeps objects, says who owns them (the inventory), and writes what it is told if what
//! it holds is still what the writer saw. It decides nothing. What keeps one on a disk or a server is an adapter; what not every kind can do
//! is a trait of its own, as [`Proposals`] is.

mod batch;
mod contents;
mod entry;
mod error;
pub(crate) mod guard;
pub(crate) mod keeper;
mod level;
mod memory;
mod presence;
mod proposal;
mod run;
mod watched;
#[cfg(test)]
pub(crate) mod conformance;

pub use batch::{Batch, Change, FieldChange, GuardedChange, Outcome};
pub use contents::{Contents, Incomplete, KnownProject, Record};
pub use entry::{Entry, KnownBy, Observed, Owned, OwnedFields, SetBackTo, Stray, Times};
pub use error::CatalogError;
pub use level::{LevelChange, LevelRecord};
pub use memory::Memory;
pub use presence::{Bodies, Presence, Unreadable};
pub use proposal::{Proposal, Proposals, Waiting};
pub use run::{KEPT_RUNS, RunRecord};
pub use watched::Watched;

use crate::model::{Address, DeclaredAt, HandOvers, Lease, Leased, Map, Object};
use std::collections::BTreeSet;

/// A keeper of objects with an inventory of who owns which of their fields.
pub trait Catalog: Send {
    /// What there is, in the order of addresses: every live object, also one whose body nobody can read, and everything that `project`
    /// owns. One consistent moment; never a partial answer.
    fn observe(&self, project: &str) -> Result<Observed, CatalogError>;

    /// The projects that wrote to it, in the order of their ids.
    fn projects(&self) -> Result<Vec<KnownProject>, CatalogError>;

    /// Whether it is known what a project is called that wrote to it.
    ///
    /// # Errors
    /// Where that stands there and nobody can read it: the project is then called as its id.
    fn named(&self, _project: &str) -> Result<(), CatalogError> {
        Ok(())
    }

    /// The ids of the projects of a name that wrote to it.
    fn identities(&self, name: &str) -> Result<BTreeSet<String>, CatalogError>;

    /// The id of the project of a name: the one that it has here, or else `fresh`, which it has from now on. Of two who ask at the
    /// same time both get the same.
    fn claim(&mut self, name: &str, fresh: &str) -> Result<String, CatalogError>;

    /// The live objects of some addresses, in their order; nothing for one that does not exist.
    fn objects(&self, addresses: &[Address]) -> Result<Vec<Option<Presence<Object>>>, CatalogError>;

    /// The fields of some objects that `project` owns, in their order, each with the digest of what it last
    /// wrote; empty for an object that it does not own.
    fn owned_fields(&self, project: &str, addresses: &[Address]) -> Result<Vec<OwnedFields>, CatalogError>;

    /// The values of the owned fields of some objects as `project` last wrote them, in their order, each as a body of those
    /// fields alone; empty for an object that it does not own. A field of which only the digest is known is not there.
    fn written(&self, project: &str, addresses: &[Address]) -> Result<Vec<Map>, CatalogError>;

    /// Where the text of `project` declares some objects that it owns, in their order, each as of the last change of it; nothing where
    /// that is not known, as of what an older plat wrote.
    fn declared_at(&self, project: &str, addresses: &[Address]) -> Result<Vec<Option<DeclaredAt>>, CatalogError>;

    /// From whom some objects came to `project`, which owns them, in their order; nothing where it made them, took what was nobody's, or
    /// took them over with an older plat.
    fn hand_overs(&self, project: &str, addresses: &[Address]) -> Result<Vec<HandOvers>, CatalogError>;

    /// When some objects were made and last changed, in their order; nothing for one that does not exist.
    fn times(&self, addresses: &[Address]) -> Result<Vec<Option<Times>>, CatalogError>;

    /// The levels that the scorecards of `project` had at its last apply, by scorecard and entity.
    fn levels(&self, project: &str) -> Result<Vec<LevelRecord>, CatalogError>;

    /// Asks for the right to write for `project`, or for more time where `lease.run` has it already; `now` is in seconds
    /// since 1970 (UTC). One that no longer holds is taken over; see [`Lease::judge`].
    fn acquire(&mut self, project: &str, lease: &Lease, now: i64) -> Result<Leased, CatalogError>;

    /// The right that was last given for `project` and not given back, whether it still holds or not.
    fn lease(&self, project: &str) -> Result<Option<Lease>, CatalogError>;

    /// Gives the right of a run back, where it still has it.
    fn release(&mut self, project: &str, run: &str) -> Result<(), CatalogError>;

    /// Writes down how a run stands: the record of a run of that id is replaced. Of many, the newest [`KEPT_RUNS`] stay.
    /// All that depends on it is that a saved plan is carried out once.
    fn record_run(&mut self, project: &str, record: &RunRecord) -> Result<(), CatalogError>;

    /// The newest runs of `project`, at most `limit`, the newest first; those that began in the same second by their id, the
    /// last first.
    fn runs(&self, project: &str, limit: usize) -> Result<Vec<RunRecord>, CatalogError>;

    /// Brings what is kept into the newest form where an older plat wrote it, so that nobody has to read it through a copy any more.
    /// It says what it said.
    fn renew(&mut self) -> Result<(), CatalogError> {
        Ok(())
    }

    /// Makes sure that what was written to it, and what was read, is still in its place.
    fn lasts(&self) -> Result<(), CatalogError> {
        Ok(())
    }

    /// What somebody set back since this machine last saw it, or a run of the project that was last observed wrote to it, where that can be
    /// known.
    fn set_back(&self) -> Result<Option<SetBackTo>, CatalogError> {
        Ok(None)
    }

    /// Takes what there is for what is meant to be there, where [`Self::set_back`] told otherwise: it does so no more on this machine.
    fn accept_set_back(&self) -> Result<(), CatalogError> {
        Ok(())
    }

    /// Takes in all that another catalog holds: all of it, or nothing where it holds something itself.
    fn take_in(&mut self, contents: &Contents) -> Result<(), CatalogError>;

    /// Carries out a batch: all of it, or nothing where an operation meets neither its `before` nor its `after`.
    fn apply(&mut self, batch: &Batch<'_>) -> Result<Vec<Outcome>, CatalogError>;

    /// What it does with batches that people are to merge; nothing for one that can do nothing of the kind.
    fn proposals(&mut self) -> Option<Box<dyn Proposals + '_>> {
        None
    }
}
