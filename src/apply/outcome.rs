use crate::catalog::{self, CatalogError};
use crate::model::{Lease, Timestamp};
use crate::secret::SecretError;
use crate::store::{Proposal, Receipt, StoreError};
use crate::worded::{causes, counted};

/// Who applies, when and from what: values, so that an apply can be repeated to the byte.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// Identifies the run.
    pub id: String,
    /// Who runs it, for people: a user and a host, or a job's address.
    pub holder: String,
    /// When it began, in seconds since 1970 (UTC).
    pub time: i64,
    /// The commit of the KDL that the plan was made of, where it is known.
    pub source: Option<String>,
    /// For how many seconds a lease holds that is not renewed; without one, no lease is taken. What an apply comes to
    /// never depends on it.
    pub lease: Option<i64>,
    /// How what changes gets into the targets.
    pub delivery: Delivery,
    /// For how many seconds it waits for another run at most.
    pub patience: i64,
}

/// How what changes gets into a state store, and into a catalog that takes proposals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// As its newest revision.
    #[default]
    Direct,
    /// As a proposal, which people look at and merge.
    Proposal,
}

/// What an apply came to.
#[derive(Debug, Default)]
pub struct Applied {
    /// How many objects of the catalog were changed, as the plan's summary counts them.
    pub objects: usize,
    /// How many operations were carried out of which the inventory of the catalog alone tells.
    pub records: usize,
    /// What each state store was given.
    pub stores: Vec<StoreOutcome>,
    /// What was proposed to each state store.
    pub proposals: Vec<ProposalOutcome>,
    /// What was proposed to the catalog.
    pub catalog: Option<CatalogProposal>,
    /// What was not started: the apply was stopped, something before it failed, or it waits for a proposal to be merged.
    pub left: Vec<Left>,
    /// Whether it was stopped before its end.
    pub stopped: bool,
    /// Why the journal could not be written, where it could not: the plan is then not known to be carried out.
    pub journal: Option<String>,
}

impl Applied {
    /// Whether something waits for people to merge it.
    pub fn is_proposed(&self) -> bool {
        self.is_delivery_proposed() || self.catalog.as_ref().is_some_and(CatalogProposal::waits)
    }

    /// Whether files of a state store wait for people to merge them, or for what they merge.
    pub(super) fn is_delivery_proposed(&self) -> bool {
        self.proposals.iter().any(|outcome| outcome.proposal.revision.is_some())
            || self.left.iter().any(|left| matches!(left, Left::Departure { .. }))
    }

    /// Whether anything was written.
    pub fn is_partly(&self) -> bool {
        let written = |receipt: &Receipt| receipt.changed > 0 || receipt.revision.is_some();
        self.objects + self.records > 0
            || self.stores.iter().any(|outcome| written(&outcome.receipt))
            || self.proposals.iter().any(|outcome| outcome.proposal.revision.is_some())
            || self.catalog.as_ref().is_some_and(CatalogProposal::waits)
    }
}

/// What one state store was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreOutcome {
    /// Its name.
    pub store: String,
    /// What it said.
    pub receipt: Receipt,
}

/// What was proposed to one state store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalOutcome {
    /// Its name.
    pub store: String,
    /// What became of it.
    pub proposal: Proposal,
}

/// What was proposed to the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogProposal {
    /// How many objects it changes, as the plan's summary counts them.
    pub objects: usize,
    /// How many levels it changes.
    pub levels: usize,
    /// What became of it.
    pub proposal: catalog::Proposal,
}

impl CatalogProposal {
    /// Whether it waits for people to merge it.
    pub fn waits(&self) -> bool {
        self.proposal.revision.is_some()
    }
}

/// A part of an apply that was not started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Left {
    /// What grows and changes in the catalog.
    Catalog {
        /// How many objects change; none where only the inventory does.
        objects: usize,
    },
    /// The files of a state store.
    Store {
        /// Its name.
        store: String,
        /// How many files change; none where only the inventory does.
        files: usize,
    },
    /// The files that leave a state store for others, and wait until they are there.
    Departure {
        /// Its name.
        store: String,
        /// How many files.
        files: usize,
        /// Where they go.
        to: Vec<String>,
    },
    /// What shrinks and goes in the catalog.
    Prune {
        /// How many objects.
        objects: usize,
    },
}

impl std::fmt::Display for Left {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Catalog { objects: 0 } | Self::Prune { objects: 0 } => f.write_str("the inventory of the catalog"),
            Self::Catalog { objects } => write!(f, "{} of the catalog", counted(*objects, "object")),
            Self::Store { store, files: 0 } => write!(f, "the inventory of {store}"),
            Self::Store { store, files } => write!(f, "{} of {store}", counted(*files, "file")),
            Self::Departure { store, files, to } => {
                let (to, they) = (to.join(" and "), if *files == 1 { "it" } else { "them" });
                write!(f, "{} of {store}, once what replaces {they} is merged in {to}", counted(*files, "file"))
            }
            Self::Prune { objects } => {
                write!(f, "{} of the catalog that shrink or go", counted(*objects, "object"))
            }
        }
    }
}

/// Somebody's right to write to a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occupied {
    /// `the catalog`, or `state store NAME`.
    pub target: String,
    /// Who has it, and until when.
    pub lease: Lease,
}

/// Why an apply did not reach its end. Running it again goes on from where it stopped.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The catalog failed.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// A state store failed; every other one was written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Several state stores failed; every other one was written.
    #[error("{} state stores failed: {}", .0.len(), in_words(.0))]
    Stores(Vec<StoreError>),
    /// Another run has the right to write. Nothing was written.
    #[error("{} is being written by {} (run {}), who has it until {}", .0.target, .0.lease.holder, .0.lease.run, Timestamp(.0.lease.expires))]
    Occupied(Occupied),
    /// A secret of a file could not be had. Nothing was written.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// A secret has another value than when the plan was made. Nothing was written.
    #[error("a secret in {store}:{path} has changed since the plan was made: plan again")]
    Rotated {
        /// The state store.
        store: String,
        /// The file.
        path: String,
    },
    /// The catalog no longer knows of the run what that wrote into it.
    #[error(
        "the catalog was set back while this run was at work, and what the run wrote to it before is gone: apply anew"
    )]
    SetBack,
    /// The plan names a state store that the project does not have.
    #[error("the plan writes to state store `{store}`, which the project does not have")]
    UnknownStore {
        /// The name.
        store: String,
    },
    /// The plan's document holds something that it cannot hold.
    #[error("the plan is damaged: {what}")]
    Plan {
        /// What.
        what: String,
    },
}

/// Each failure with its causes.
fn in_words(failures: &[StoreError]) -> String {
    failures.iter().map(|failure| causes(failure)).collect::<Vec<_>>().join("; ")
}

impl ApplyError {
    /// Whether others were faster: what the plan touches is no longer what it saw.
    pub fn is_overtaken(&self) -> bool {
        let moved = |error: &StoreError| matches!(error, StoreError::Conflict { .. });
        match self {
            Self::Catalog(error) => matches!(error, CatalogError::Conflict { .. } | CatalogError::Owned { .. }),
            Self::Store(error) => moved(error),
            Self::Stores(errors) => errors.iter().all(moved),
            _ => false,
        }
    }

    /// Whether others changed what the plan touches, so that planning again is the way out.
    pub fn is_conflict(&self) -> bool {
        let moved = |error: &StoreError| {
            matches!(error, StoreError::Conflict { .. } | StoreError::Obstructed { .. } | StoreError::Taken { .. })
        };
        match self {
            Self::Catalog(error) => {
                matches!(error, CatalogError::Conflict { .. } | CatalogError::Owned { .. } | CatalogError::Taken { .. })
            }
            Self::Store(error) => moved(error),
            Self::Stores(errors) => errors.iter().all(moved),
            Self::Rotated { .. } => true,
            Self::Secret(_) | Self::Occupied(_) | Self::SetBack | Self::UnknownStore { .. } | Self::Plan { .. } => {
                false
            }
        }
    }
}
