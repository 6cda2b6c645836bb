//! Where manifests go, as everybody else sees it: the port [`Store`] of state stores, its errors, its conformance suite, and a store in
//! memory.
//!
//! A store keeps files, says which of them a project owns (the inventory), and writes what it is told if
//! what it holds is still what the writer saw. It decides nothing. What keeps one in a repository or a bucket is an adapter; what not
//! every kind can do is a trait of its own, as [`Proposals`] is.

mod content;
mod draft;
mod error;
mod memory;
mod observed;
mod obstacle;
mod proposal;
mod watched;
#[cfg(test)]
pub(crate) mod conformance;

pub use content::ContentId;
pub use draft::{Draft, FileChange, Receipt};
pub use error::StoreError;
pub use memory::Memory;
pub use observed::{FileState, Observed, SetBack, Setback, Unread};
pub use obstacle::{Obstacle, ObstacleKind, Replaced};
pub use proposal::{Outstanding, Pending, Proposal, Proposals};
pub use watched::Watched;

#[cfg(test)]
use crate::model::{Address, Kind, Lifecycle};
use crate::model::{Holding, Lease, Leased};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// A state store, opened for one project: a folder of files that come in revisions.
pub trait Store: Send {
    /// Looks at the store as it is now, for the next [`Store::observe`] to tell of the same revision, and gives what the project
    /// delivered there, in the order of [`Holding::key`].
    fn look(&mut self) -> Result<Arc<[Holding]>, StoreError>;

    /// What another project delivered there, as last looked at or observed; nothing of one of which nobody can read that
    /// ([`Observed::unread`]).
    fn holdings_of(&self, project: &str) -> Result<Vec<Holding>, StoreError>;

    /// The ids of other projects of a name that own files in the store's folder, or in one around or below it.
    fn namesakes(&mut self, name: &str) -> Result<BTreeSet<String>, StoreError>;

    /// The state of `paths` and of every file that the project owns, at one revision: the one last looked at, where nothing was
    /// observed or written since, or else the present one. Paths are relative to the store's folder, `/` between parts.
    fn observe(&mut self, paths: &[&str]) -> Result<Observed, StoreError>;

    /// The same of files that are wanted with these contents. One that is live and owned with exactly its content may be left out:
    /// of what is as it should be, nothing need be read.
    fn compare(&mut self, wanted: &[(&str, ContentId)]) -> Result<Observed, StoreError>;

    /// The paths of all files and symbolic links below the store's folder, whoever put them there, at the revision last observed; in no particular order.
    fn paths(&self) -> Result<Vec<String>, StoreError>;

    /// The content of each file at the revision last observed. A store may be quicker where the paths are sorted.
    fn read_all(&self, paths: &[&str]) -> Result<Vec<Option<Vec<u8>>>, StoreError>;

    /// The content of each file as the project last wrote it, at the inventory last observed; nothing where it does not own it.
    fn written_all(&self, paths: &[&str]) -> Result<Vec<Option<Vec<u8>>>, StoreError>;

    /// [`Store::read_all`] of one file.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.read_all(&[path])?.pop().flatten())
    }

    /// [`Store::written_all`] of one file.
    fn written(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.written_all(&[path])?.pop().flatten())
    }

    /// Asks for the right to write for the project, or for more time where `lease.run` has it already; `now` is in seconds
    /// since 1970 (UTC). One that no longer holds is taken over; see [`Lease::judge`].
    fn acquire(&mut self, lease: &Lease, now: i64) -> Result<Leased, StoreError>;

    /// The right that was last given for the project and not given back, whether it still holds or not.
    fn lease(&mut self) -> Result<Option<Lease>, StoreError>;

    /// Gives the right of a run back, where it still has it.
    fn release(&mut self, run: &str) -> Result<(), StoreError>;

    /// Takes away the locks that runs left there which were killed, and gives them; nothing while a run is at work. What somebody
    /// else may hold, or another program made, stays.
    fn unlock(&mut self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// The identity that content has in this store.
    fn content_id(&self, content: &[u8]) -> ContentId;

    /// Whether the inventory does not say all that was seen: that something that was proposed has arrived, or that something was set
    /// back. Any delivery puts it there.
    fn is_behind(&self) -> bool {
        false
    }

    /// Says whether a draft would be taken, as far as that can be known without writing anything.
    fn rehearse(&mut self, draft: &Draft) -> Result<(), StoreError>;

    /// Makes a draft the store's newest revision, and records the inventory, all of it or nothing where the
    /// store can. Where others were faster it is tried again on what they made, a bounded number of times, as long as every touched
    /// path is still its `before` or already its `after`. Nothing outside of the changes' paths changes; where nothing
    /// differs there is no new revision.
    fn deliver(&mut self, draft: &Draft) -> Result<Receipt, StoreError>;

    /// What it does with drafts that people are to merge; nothing for one that can do nothing of the kind.
    fn proposals(&mut self) -> Option<Box<dyn Proposals + '_>> {
        None
    }
}

impl dyn Store + '_ {
    /// The proposals of the project that are remembered, the oldest first; none of a store that takes no proposals.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub fn outstanding(&mut self) -> Result<Vec<Outstanding>, StoreError> {
        self.proposals().map_or_else(|| Ok(Vec::new()), |mut proposals| proposals.outstanding())
    }
}
