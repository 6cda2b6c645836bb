//! Composes the phases for every front end: a folder to a loaded project, a loaded project and its targets to a
//! plan, a plan to an outcome, and each to how it ended. What a command, a server or an editor decides is decided here, with values in and
//! values out. Prints nothing.

mod again;
mod at_work;
mod allowance;
mod apart;
mod adopt;
mod canonical;
mod carry;
mod catalogs;
mod consumers;
mod diff;
mod disk;
mod ending;
mod everywhere;
mod heartbeat;
mod holder;
mod identity;
mod files;
mod former;
mod gone;
mod new_hosts;
mod own_folder;
mod pipeline;
mod place;
#[cfg(test)]
mod laws;
mod join;
mod leases;
mod lineage;
mod levels;
mod listing;
mod loaded;
mod look;
mod look_again;
mod migrate;
mod misfit;
mod misuse;
mod modules;
mod other_names;
mod planning;
mod policies;
mod proposals;
mod revision;
mod pull;
mod rendered;
mod rollback;
pub mod query;
mod runs;
mod saved;
mod sayable;
mod scaffold;
mod spent;
mod take_over;
mod targets;
mod team;
mod unreached;
mod walk;
mod watch;

pub use crate::apply::{Delivery, Targets};
pub use crate::catalog::Contents;
pub use crate::credentials::Environment;
pub use crate::grammar::Neighbour;
pub use crate::migrate::{Exported, Imported, Secrets, export};
pub use crate::resolve::{Given, PROJECT_FILE, given_in};
pub use adopt::{Adopted, Adoption, Delivered, Reach, Refusal, Rewrite, Taken, adopt, write as write_adoption};
pub use again::{Again, plan_again, plan_no_more};
pub use allowance::{UnknownAllowance, known_allowances};
pub use apart::without_unreachable;
pub use at_work::{Made, Session};
pub use canonical::{Canonical, Text, canonical, text, texts};
pub use carry::{Carried, Carrying, levels_after};
pub use catalogs::{Copied, Forgotten, LetGo, ProjectInCatalog, forget, projects_in, take_in, to_forget};
pub use diff::{Difference, diff, since};
pub use disk::{Disk, is_text};
pub use ending::Ending;
pub use everywhere::{Everywhere, environments, judged};
pub use files::{Change, Guard, Outgoing, stopped, write as write_files, write_export, write_import, write_scaffold};
pub use heartbeat::{Heartbeat, seconds_now};
pub use holder::holder;
pub use identity::identity_in;
pub use join::{Joining, joining};
pub use leases::{TargetLease, clear_leases, clear_locks, leases, leases_of};
pub use levels::level_records;
pub use loaded::check_text;
pub use look::{drift, why};
pub use look_again::{check_again, render_again};
pub use migrate::{Import, Intake, import, import_texts};
pub use misfit::{Misfit, misfits};
pub use misuse::Misuse;
pub use modules::{Entry as LockEntry, MODULES_LOCK, Modules, Updated};
pub use other_names::OtherName;
pub use own_folder::make_own_folder;
pub use pipeline::Pipeline;
pub use place::{place_in_repository, repository_of, way_from_here};
use planning::pass;
pub use planning::{Planning, plan, plan_watched};
use policies::policy_problems;
pub use proposals::{ProposedTo, Suggested, proposals, proposals_beside};
pub use pull::{Live, Pulled, Since, against_catalog};
pub use rendered::{Filled, write_rendered};
pub use revision::{Version, load_environments, load_range};
pub use rollback::{Former, former, not_brought_back, way_around_others};
pub use runs::{Asked, runs};
pub use saved::{Approved, Replan, read_plan};
pub use scaffold::{is_left_in, pipeline as pipeline_of, scaffold};
pub use take_over::Written;
pub use targets::{
    CatalogAt, Looked, open_catalog, open_catalog_at, open_targets, open_targets_in, open_targets_of, settle_identity,
};
pub use team::{Asked as TeamAsked, Team};
pub use watch::Notice;

use crate::adapter::git::RevisionError;
use crate::apply::ApplyError;
use crate::catalog::{CatalogError, Incomplete};
use crate::diag::Diagnostics;
use crate::observe::ObserveError;
use crate::plan::DocumentError;
use crate::resolve::LoadError;
use crate::secret::{Leak, SecretError};
use crate::store::StoreError;
use crate::worded::counted;

/// Why the world kept a session from its work. What users wrote wrong is never here.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The project's text could not be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The catalog failed.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// Not all of a catalog can be had.
    #[error(transparent)]
    Incomplete(#[from] Incomplete),
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
    /// A state store is not there, and runs of the project delivered to it.
    #[error("{source}; runs of this project delivered {} to it, so that it was there, or was elsewhere: put it back, or see to its address", counted(*files, "file"))]
    Lost {
        /// How many files.
        files: usize,
        /// What is not there.
        source: StoreError,
    },
    /// Placing all requests anew shows no problem, and where they stand they have some.
    #[error("the project has errors where its requests stand")]
    Misplaced(Diagnostics),
    /// A file of the project is no longer what it was when the project was read.
    #[error("{path} was changed meanwhile, and nothing was written")]
    Changed {
        /// The file.
        path: String,
    },
    /// A file of the project could not be written, and all are as they were.
    #[error("cannot write {path}, so that no file is changed")]
    Write {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A file of the project could not be written, and others that were before could not be put back.
    #[error(
        "cannot write {path}, and what was written could not be put back; written: {written}; as before: {unwritten}"
    )]
    WrittenInPart {
        /// The file.
        path: String,
        /// The files that have their new text.
        written: String,
        /// The files that are as they were.
        unwritten: String,
        /// Why.
        source: std::io::Error,
    },
    /// A signal came while files were written.
    #[error("stopped by a signal, {state}")]
    Stopped {
        /// Its number.
        signal: usize,
        /// What is written.
        state: String,
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
    /// Something was asked for that cannot be.
    #[error(transparent)]
    Misuse(#[from] Misuse),
    /// What was saved is no plan to use.
    #[error("cannot use {name}")]
    Unusable {
        /// What it is called.
        name: String,
        /// Why.
        source: DocumentError,
    },
    /// An apply stopped on its way.
    #[error("the apply failed{advice}")]
    Unfinished {
        /// What was written, and what to do, where others were faster; empty otherwise.
        advice: &'static str,
        /// Why.
        source: ApplyError,
        /// How it ended.
        ending: Ending,
    },
    /// An output would have held a secret.
    #[error(transparent)]
    Leak(#[from] Leak),
    /// An apply failed.
    #[error(transparent)]
    Apply(#[from] ApplyError),
}

impl From<ObserveError> for SessionError {
    fn from(error: ObserveError) -> Self {
        match error {
            ObserveError::Catalog(error) => error.into(),
            ObserveError::Store(error) => error.into(),
            ObserveError::Secret(error) => error.into(),
            ObserveError::Misplaced(problems) => Self::Misplaced(problems),
        }
    }
}
