//! Where the platform's objects live: the [`Catalog`] trait, its conformance suite and its implementations.
//!
//! A catalog keeps objects, says who owns them (the inventory), and writes what it is told if what
//! it holds is still what the writer saw. It decides nothing.

mod guard;
mod memory;
mod embedded;
mod watched;
#[cfg(test)]
mod conformance;

pub use embedded::Embedded;
pub use memory::Memory;
pub use watched::Watched;

use crate::model::{Address, Digest, Kind, Lease, Leased, Lifecycle, Made, Map, Name, Object, Value, fields};
use crate::secret::Leak;
use crate::source::Spanned;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// A store of objects with an inventory of who owns which of their fields.
pub trait Catalog {
    /// What there is, in the order of addresses: every live object, and everything that `project` owns.
    /// One consistent moment; never a partial answer.
    fn observe(&self, project: &str) -> Result<Vec<Entry>, CatalogError>;

    /// The ids of the projects of a name that wrote to it.
    fn identities(&self, name: &str) -> Result<BTreeSet<String>, CatalogError>;

    /// The id of the project of a name: the one that it has here, or else `fresh`, which it has from now on. Of two who ask at the
    /// same time both get the same.
    fn claim(&mut self, name: &str, fresh: &str) -> Result<String, CatalogError>;

    /// The live objects of some addresses, in their order; nothing for one that does not exist.
    fn objects(&self, addresses: &[Address]) -> Result<Vec<Option<Object>>, CatalogError>;

    /// The fields of some objects that `project` owns, in their order, each with the digest of what it last
    /// wrote; empty for an object that it does not own.
    fn owned_fields(&self, project: &str, addresses: &[Address]) -> Result<Vec<OwnedFields>, CatalogError>;

    /// The values of the owned fields of some objects as `project` last wrote them, in their order, each as a body of those
    /// fields alone; empty for an object that it does not own. A field of which only the digest is known is not there.
    fn written(&self, project: &str, addresses: &[Address]) -> Result<Vec<Map>, CatalogError>;

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
    fn renew(&mut self) -> Result<(), CatalogError>;

    /// Makes sure that what was written to it, and what was read, is still in its place.
    fn lasts(&self) -> Result<(), CatalogError>;

    /// Carries out a batch: all of it, or nothing where an operation meets neither its `before` nor its `after`.
    fn apply(&mut self, batch: &Batch<'_>) -> Result<Vec<Outcome>, CatalogError>;
}

/// What a catalog knows of an address without its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The object.
    pub address: Address,
    /// The digest of the live body ([`Digest::of_value`]); nothing where only the inventory knows it.
    pub live: Option<Digest>,
    /// What the asking project's inventory says of it.
    pub owner: Option<Owned>,
    /// Another project that owns it.
    pub other_owner: Option<Name>,
}

/// An object in a project's inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owned {
    /// The digest of the body made of the owned fields alone, as last written.
    pub base: Digest,
    /// What may happen to the object in its life, as last declared; nothing for the defaults.
    pub lifecycle: Option<Arc<Lifecycle>>,
}

impl Owned {
    /// Whether this is what a declaration comes to.
    pub fn is(&self, base: Digest, lifecycle: Option<&Lifecycle>) -> bool {
        self.base == base && self.lifecycle.as_deref() == lifecycle
    }

    /// Whether deleting the object needs an explicit allowance.
    pub fn is_protected(&self) -> bool {
        self.lifecycle.as_ref().is_some_and(|lifecycle| lifecycle.protect)
    }
}

/// Owned fields by path ([`crate::model::fields`]), sorted, with the digest of each as last written.
pub type OwnedFields = Vec<(String, Digest)>;

/// When an object was made and when its body last changed, in seconds since 1970 (UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// When it was made.
    pub created: i64,
    /// When plat last changed its body.
    pub updated: i64,
}

/// A level that an entity gets or loses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LevelChange {
    /// It has this one from now on.
    Set(LevelRecord),
    /// The scorecard does not judge it any more.
    Remove {
        /// The scorecard.
        scorecard: Name,
        /// The entity, or the request.
        entity: Address,
    },
}

/// A level that an entity had.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LevelRecord {
    /// The scorecard.
    pub scorecard: Name,
    /// The entity, or the request.
    pub entity: Address,
    /// The level; nothing for below the lowest.
    pub level: Option<Name>,
}

impl LevelRecord {
    /// Gives its scorecard and its entity the names that these have by now.
    pub fn rename(&mut self, names: &BTreeMap<&Address, &Address>) {
        if let Some(entity) = names.get(&self.entity) {
            self.entity = (*entity).clone();
        }
        if let Some(scorecard) = names.get(&Address::new(Kind::Scorecard, self.scorecard.clone())) {
            self.scorecard = scorecard.name.clone();
        }
    }
}

/// How many runs of a project a catalog keeps: the newest ones.
pub const KEPT_RUNS: usize = 500;

/// How an apply went, or how far it is. For people; all that is decided by it is that a saved plan is carried out once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRecord {
    /// The run.
    pub run: String,
    /// The plan that it carries out.
    pub plan: String,
    /// Who runs it.
    pub holder: String,
    /// The commit of the KDL, where it is known.
    pub source: Option<String>,
    /// When it began, in seconds since 1970 (UTC).
    pub began: i64,
    /// When it ended; nothing for one that has not, or that died. Of one that waits, when it gives up at the latest.
    pub ended: Option<i64>,
    /// How it stands: [`RunRecord::RUNNING`] and the like.
    pub state: String,
    /// What was done, one line a step, and what kept it from going on.
    pub steps: Vec<String>,
}

impl RunRecord {
    /// The state of a run that is at work, or was when it was last heard of.
    pub const RUNNING: &str = "running";
    /// The state of a run that waits for another one.
    pub const WAITING: &str = "waiting";
    /// The state of a run that never said that it ended.
    pub const DIED: &str = "died";
    /// The state of a run that carried its plan out to the end.
    pub const DONE: &str = "done";
    /// The state of a run that did its part, and what it proposed is for people to merge.
    pub const PROPOSED: &str = "proposed";

    /// How it stands at a time, in seconds since 1970 (UTC): one that waited for longer than it could died.
    #[must_use]
    pub fn seen_at(mut self, now: i64) -> Self {
        if self.state == Self::WAITING && self.ended.take().is_none_or(|until| until < now) {
            Self::DIED.clone_into(&mut self.state);
        }
        self
    }
}

/// What one apply writes to a catalog in one go.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    /// Who writes: the id of the project whose inventory is kept.
    pub project: &'a str,
    /// What that project is called.
    pub name: &'a str,
    /// Seconds since 1970 (UTC), for `$createdAt` and `$updatedAt`.
    pub time: i64,
    /// The operations, in the order in which they are carried out.
    pub operations: &'a [Operation],
    /// The levels that change.
    pub levels: &'a [LevelChange],
}

/// A guarded change of one object.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The object.
    pub address: Address,
    /// What is done.
    pub change: Change,
}

/// What is done to an object.
#[derive(Clone, Debug)]
pub enum Change {
    /// Sets and removes fields of a live object, or makes one of them, and keeps the inventory. An object is only
    /// made where the fields set every field that is to be owned; else the object that was seen is gone: a conflict.
    Write {
        /// The fields to set or remove; may be empty where only the inventory changes.
        fields: Vec<FieldChange>,
        /// The inventory's record after it.
        owned: OwnedFields,
        /// See [`Owned::base`].
        base: Digest,
        /// See [`Owned::lifecycle`].
        lifecycle: Option<Arc<Lifecycle>>,
        /// Another name that the live object and its record have had until now. Where it is still there and this one is not, it
        /// gets this name first, with all that others wrote into it; where only this one is there, that was done before.
        from: Option<Address>,
        /// Another project that owns it and loses it; nothing takes an object from nobody.
        taken_from: Option<Name>,
    },
    /// Makes an object of a whole body, as a [`Change::Write`] of each of its fields does; what its lifecycle ignores is not owned.
    Make {
        /// The body.
        made: Made,
        /// See [`Owned::base`].
        base: Digest,
        /// See [`Owned::lifecycle`].
        lifecycle: Option<Arc<Lifecycle>>,
        /// See [`Change::Write::from`].
        from: Option<Address>,
        /// See [`Change::Write::taken_from`].
        taken_from: Option<Name>,
    },
    /// Takes the object and its record away; [`Outcome::Already`] where the object is gone.
    Delete {
        /// The digest of the live body that may be deleted.
        before: Digest,
    },
    /// Takes the record away and leaves the object.
    Forget,
}

impl Change {
    /// The change with every field for itself.
    fn spelled(&self) -> Cow<'_, Self> {
        let Self::Make { made, base, lifecycle, from, taken_from } = self else { return Cow::Borrowed(self) };
        let ignores = |path: &str| lifecycle.as_ref().is_some_and(|lifecycle| lifecycle.ignores(path));
        let body = made.body();
        let mut all = fields(&body);
        all.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        let owned = all.iter().filter(|(path, _)| !ignores(path));
        let owned = owned.map(|(path, value)| (path.clone(), Digest::of_value(value))).collect();
        let field = |(path, value): (String, &Spanned<Value>)| FieldChange {
            path,
            before: None,
            after: Some(value.value.clone()),
        };
        Cow::Owned(Self::Write {
            fields: all.into_iter().map(field).collect(),
            owned,
            base: *base,
            lifecycle: lifecycle.clone(),
            from: from.clone(),
            taken_from: taken_from.clone(),
        })
    }
}

/// A guarded change of one field: carried out where live is `before`, skipped where it is `after`.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// The field's path.
    pub path: String,
    /// The digest of the live value that may be replaced; nothing for "no such field".
    pub before: Option<Digest>,
    /// The new value; nothing removes the field.
    pub after: Option<Value>,
}

/// What became of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was carried out.
    Done,
    /// Everything was already as it should be.
    Already,
}

/// Why a catalog could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// What was to be written would hold a secret. Nothing was written.
    #[error(transparent)]
    Leak(#[from] Leak),
    /// Live is neither what the plan saw nor what it wants. Nothing was written.
    #[error("{address} was changed by somebody else{}", field.as_ref().map(|field| format!(" (field `{field}`)")).unwrap_or_default())]
    Conflict {
        /// The object.
        address: Address,
        /// The field, where it is one.
        field: Option<String>,
    },
    /// The catalog was made by a newer plat.
    #[error("the catalog {place} has format {found}, and this plat knows formats up to {known}: use a newer plat")]
    Newer {
        /// Where it is.
        place: String,
        /// Its format.
        found: i64,
        /// The newest format that this plat knows.
        known: i64,
    },
    /// The catalog holds something that is not its own.
    #[error(
        "the catalog {place} is damaged: {what} (put a backup in its place, or move it away: the next apply makes a new one from \
         the project, without what only others wrote)"
    )]
    Damaged {
        /// Where it is.
        place: String,
        /// What is wrong.
        what: String,
    },
    /// Somebody took the catalog away, or put another one in its place, while it was in use.
    #[error(
        "the catalog {place} was taken away or replaced during this run, and what the run wrote to it may be gone with it: put it \
         back, or apply anew"
    )]
    Replaced {
        /// Where it was.
        place: String,
    },
    /// The folder of the catalog could not be made or read.
    #[error("cannot open the catalog {place}")]
    Open {
        /// Where it is.
        place: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Another process kept the catalog locked for too long. Nothing was written.
    #[error("the catalog {place} is in use by another process, and still was after {}s: try again", waited.as_secs())]
    Busy {
        /// Where it is.
        place: String,
        /// For how long it was waited.
        waited: Duration,
    },
    /// The run was interrupted while another process kept the catalog locked. Nothing was written.
    #[error("interrupted while another process used the catalog {place}")]
    Interrupted {
        /// Where it is.
        place: String,
    },
    /// The database failed.
    #[error("the catalog failed to {doing}")]
    Database {
        /// What it was doing.
        doing: &'static str,
        /// Why.
        source: rusqlite::Error,
    },
}
