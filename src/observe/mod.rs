//! What the targets hold of a project, looked at once and paired with what it declares: the same look, the same pairs and the same verdicts
//! for whoever plans, tells what others changed, or tells why a thing is as it is.
//!
//! Takes a loaded project and its open targets. Reads and compares; writes nothing and locks nothing.

mod confidential;
mod files;
mod objects;
mod settle;

pub use confidential::Confidential;
pub use files::{Files, files};
pub use objects::{Objects, Sides};
pub use settle::{Settled, settle, unsuitable};

use crate::catalog::CatalogError;
use crate::diag::Diagnostics;
use crate::secret::SecretError;
use crate::store::StoreError;

/// Why targets could not be looked at. A partial answer is none.
#[derive(Debug, thiserror::Error)]
pub enum ObserveError {
    /// The catalog failed.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// A state store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A secret could not be had.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// Placing all requests anew shows no problem, and where they stand they have some.
    #[error("the project has errors where its requests stand")]
    Misplaced(Diagnostics),
}
