//! A plan and the targets to an outcome. Nothing is compared and nothing decided here: every operation says what it
//! may replace, and each target holds it to that.
//!
//! An apply can be stopped at any point and run again: what is already as it should be is skipped, so the end is the
//! same as without the stop. Nothing is locked and no journal is needed for that.

mod convert;
mod execute;
mod progress;
mod verify;

pub use execute::{Applied, ApplyError, Run, StoreOutcome, apply};
pub use progress::{Observer, Step, Unobserved};
pub use verify::{Stale, verify};

use crate::catalog::Catalog;
use crate::store::Store;
use std::collections::BTreeMap;

/// The open targets of a project.
pub struct Targets {
    /// The catalog.
    pub catalog: Box<dyn Catalog>,
    /// The state stores, by name.
    pub stores: BTreeMap<String, Box<dyn Store>>,
}
