//! Composes the phases for every front end: a folder to a loaded project, a loaded project and its targets to a
//! plan, a plan to an outcome. Prints nothing.

mod again;
mod allowance;
mod adopt;
mod confidential;
mod diff;
mod disk;
mod ground;
mod heartbeat;
mod identity;
mod drift;
mod former;
mod known;
mod levels;
mod new_hosts;
mod own_folder;
mod place;
#[cfg(test)]
mod laws;
mod leases;
mod load;
mod misfit;
mod planning;
mod policies;
mod proposals;
mod protection;
mod revision;
mod progress;
pub mod query;
mod settle;
mod targets;
mod walk;
mod why;

pub use crate::adapter::git::{RevisionError, commit_of, head_revision};
pub use adopt::{Adopted, Adoption, Refusal, Rewrite, Taken, adopt, write as write_adoption};
pub use again::plan_again;
pub use allowance::{UnknownAllowance, known_allowances};
pub use diff::{Difference, diff};
pub use disk::Disk;
pub use drift::{Drift, DriftedField, DriftedFile, DriftedObject, Outcome, drift};
pub use heartbeat::{Heartbeat, seconds_now};
pub use identity::identity_in;
pub use known::{is_known, near};
pub use leases::{TargetLease, clear_leases, clear_locks, leases};
pub use levels::level_records;
pub use load::{Loaded, check_text, load, load_watched};
pub use misfit::{Misfit, misfits};
pub use own_folder::make_own_folder;
pub use place::place_in_repository;
pub use planning::{Planning, pass, plan, plan_watched};
pub use policies::policy_problems;
pub use progress::{Progress, Unwatched};
pub use proposals::{Suggested, proposals};
pub use revision::{Version, load_revision, load_working_tree};
pub use targets::{open_catalog, open_targets, open_targets_of, settle_identity};
pub use why::{Candidate, Fit, Input, Origin, Owner, Placement, Reference, State, Unknown, Why, WhyField, why};

use crate::apply::ApplyError;
use crate::catalog::CatalogError;
use crate::diag::Diagnostics;
use crate::resolve::LoadError;
use crate::secret::{Leak, SecretError};
use crate::store::StoreError;

/// Why the world kept a session from its work. What users wrote wrong is never here.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The project's text could not be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The catalog failed.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// Targets know several projects of the same name, and the text does not say which of them it is.
    #[error("{} projects are called {name} ({}): write the id of this one into the project, as in `project {name} {{ id {} }}`", ids.len(), ids.join(", "), ids.first().map_or("", |id| id))]
    Namesakes {
        /// The name.
        name: String,
        /// Their ids.
        ids: Vec<String>,
    },
    /// A state store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Placing all requests anew shows no problem, and where they stand they have some.
    #[error("the project has errors where its requests stand")]
    Misplaced(Diagnostics),
    /// A file of the project is no longer what it was when the project was read.
    #[error("{path} was changed meanwhile, and nothing was written")]
    Changed {
        /// The file.
        path: String,
    },
    /// A file of the project could not be written.
    #[error("cannot write {path}")]
    Write {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A revision of the text could not be read.
    #[error(transparent)]
    Revision(#[from] RevisionError),
    /// A secret could not be had.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// A deletion was allowed of nothing.
    #[error(transparent)]
    Allowance(#[from] UnknownAllowance),
    /// An output would have held a secret.
    #[error(transparent)]
    Leak(#[from] Leak),
    /// An apply failed.
    #[error(transparent)]
    Apply(#[from] ApplyError),
}
