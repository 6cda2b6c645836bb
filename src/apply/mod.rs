//! A plan and the targets to an outcome. Nothing is compared and nothing decided here: every operation says what it
//! may replace, and each target holds it to that.
//!
//! An apply can be stopped at any point and run again: what is already as it should be is skipped, so the end is the
//! same as without the stop. That needs neither the leases, which spare two applies from meeting, nor the journal, which
//! tells people what happened.

mod begin;
mod convert;
mod equivalent;
mod departure;
mod execute;
mod ground;
mod journal;
mod lease;
mod message;
mod outcome;
mod progress;
mod told;
mod verify;
mod waiting;
mod work;

pub use convert::identity;
pub use departure::{Departing, departing};
pub use equivalent::{Difference, differences};
pub use execute::apply;
pub use journal::{delivered, parameters};
pub use lease::Leases;
pub use outcome::{Applied, ApplyError, CatalogProposal, Delivery, Left, Occupied, ProposalOutcome, Run, StoreOutcome};
pub use progress::{Observer, Patience, Step, Unobserved};
pub use verify::{Seen, Stale, StaleChange, verify};
pub use waiting::waiting;

use crate::catalog::{Catalog, Observed};
use crate::model::{Identity, StateStore};
use crate::secret::Secrets;
use crate::store::{Store, StoreError};
use std::cell::Cell;
use std::collections::BTreeMap;

/// The open targets of a project. They can be handed to another thread, as a server does with them.
pub struct Targets {
    /// Who the project is to them.
    pub identity: Identity,
    /// The catalog.
    pub catalog: Box<dyn Catalog>,
    /// The state stores, by name.
    pub stores: BTreeMap<String, Box<dyn Store>>,
    /// The secrets that files refer to.
    pub secrets: Secrets,
    /// What the catalog holds as whoever opened it saw it: the first to look at it has that.
    pub looked: Cell<Option<Observed>>,
    /// What opens a state store as the catalog has it, which may no longer be declared.
    pub reopen: Reopen,
}

const _: () = {
    const fn is_send<T: Send>() {}
    is_send::<Targets>();
};

/// Opens a state store that a project leaves.
pub type Reopen = Box<dyn Fn(&StateStore) -> Result<Box<dyn Store>, StoreError> + Send>;
