//! What others changed of what a project wrote: objects field by field, files as a whole, each with what becomes of it.
//!
//! Takes what was observed, and reads only the contents that differ. Writes nothing and locks nothing.

mod files;
mod objects;

use crate::apply::Targets;
use crate::catalog::{Presence, Unreadable};
use crate::diff::{Desired, Hidden};
use crate::model::{Address, Map, Name, OnDrift, Project, Stop, Thing, Value};
use crate::observe::{Files, Objects, ObserveError};
use crate::source::Origin;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What others changed of what a project wrote, by address and path. What they made for themselves is not in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drift {
    /// The objects of the catalog.
    pub objects: Vec<DriftedObject>,
    /// The files of the state stores.
    pub files: Vec<DriftedFile>,
    /// The objects of the catalog that no project owns, by address, where they are asked for.
    pub unmanaged: Option<Vec<Unmanaged>>,
    /// The files in the destinations of the project that no project owns, by state store and path, where they are asked for.
    pub unmanaged_files: Vec<Thing>,
    /// The files there of other projects for requests that these own no more, by state store and path, where they are asked for.
    pub left: Vec<LeftFile>,
    /// The files that runs of the project delivered to state stores which its text brings no more, as far as its journal tells, where they are
    /// asked for. Whether they still lie there nobody looks.
    pub left_behind: BTreeSet<Thing>,
    /// Of requests among what no project owns, the project that some state store still knows to have delivered them, whatever became of
    /// their files.
    pub delivered_by: BTreeMap<Address, Name>,
    /// The files that the next apply writes or deletes for what the text says already.
    pub pending: BTreeSet<Thing>,
    /// What is told of other projects of which nobody can read what they have in a state store.
    pub unread: Vec<String>,
}

/// A file that another project delivered for a request which it does not own any more, as where the catalog forgot the project. To its state
/// store it is still that project's.
#[derive(Clone, Debug, PartialEq)]
pub struct LeftFile {
    /// What it is called.
    pub thing: Thing,
    /// The project.
    pub owner: Name,
    /// The request that it was delivered for.
    pub request: Address,
}

/// An object that somebody made, and that no project owns or declares.
#[derive(Clone, Debug, PartialEq)]
pub struct Unmanaged {
    /// What it is called.
    pub address: Address,
    /// What it holds.
    pub live: Presence<Map>,
}

/// How far one looks for what others did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// At what the project wrote.
    Own,
    /// Also at what nobody owns.
    Unmanaged,
}

impl Drift {
    /// Whether nobody changed anything of what the project wrote.
    pub fn is_as_written(&self) -> bool {
        self.objects.is_empty() && self.files.is_empty()
    }

    /// Whether there is nothing to tell, also of what nobody owns where that is asked for.
    pub fn is_empty(&self) -> bool {
        let nobodys = self.unmanaged.iter().flatten().count() + self.unmanaged_files.len() + self.left.len();
        self.is_as_written() && nobodys == 0
    }
}

/// An object of which others changed something, or that they deleted.
#[derive(Clone, Debug, PartialEq)]
pub struct DriftedObject {
    /// What it is called.
    pub address: Address,
    /// The line that declares it; nothing for one that is no longer declared.
    pub span: Option<Origin>,
    /// Another project that owns it too.
    pub other_owner: Option<Name>,
    /// What they did to it as a whole; nothing where only some of its fields changed.
    pub whole: Option<Whole>,
    /// Its fields that others changed or removed, by path.
    pub fields: Vec<DriftedField>,
    /// All that is live of it, also what others made for themselves.
    pub live: Map,
}

/// What others did to an object as a whole, with what becomes of that.
#[derive(Clone, Debug, PartialEq)]
pub enum Whole {
    /// They deleted it, though something may have been to stop that.
    Deleted(Outcome, Option<Stop>),
    /// They made of it what nobody can read.
    Unreadable(Outcome, Arc<Unreadable>),
}

impl Whole {
    /// What becomes of it.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Deleted(outcome, _) | Self::Unreadable(outcome, _) => *outcome,
        }
    }
}

/// A field that others changed or removed.
#[derive(Clone, Debug, PartialEq)]
pub struct DriftedField {
    /// Its path.
    pub path: String,
    /// What we wrote last; nothing where only its digest is known.
    pub written: Option<Value>,
    /// What is there now, as it may be shown; nothing where others removed it.
    pub live: Option<Value>,
    /// What of what is there is not shown.
    pub veils: Option<Hidden>,
    /// What is desired; nothing where it is no longer declared.
    pub desired: Option<Value>,
    /// The place of the line that says it.
    pub span: Option<Origin>,
    /// What becomes of it.
    pub outcome: Outcome,
}

/// A file that others changed or deleted.
#[derive(Clone, Debug, PartialEq)]
pub struct DriftedFile {
    /// The state store.
    pub store: String,
    /// The path below the store's folder.
    pub path: String,
    /// The request that it is rendered for; nothing for a file that is no longer rendered.
    pub request: Option<Address>,
    /// The line that declares the request.
    pub span: Option<Origin>,
    /// Another project that owns it too.
    pub other_owner: Option<String>,
    /// What we wrote last; nothing where only its identity is known.
    pub written: Option<Arc<[u8]>>,
    /// What is there now; nothing where others deleted it.
    pub live: Option<Arc<[u8]>>,
    /// What is desired; nothing where it is no longer rendered.
    pub desired: Option<Arc<[u8]>>,
    /// What becomes of it.
    pub outcome: Outcome,
    /// What others put in its way, in words.
    pub obstacle: Option<String>,
    /// Whether others made it executable.
    pub is_executable: bool,
}

worded! {
    /// What the next apply makes of a change of others.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Outcome {
        /// It is set back.
        Revert = "revert",
        /// It stays.
        Keep = "keep",
        /// It stops the plan, as the lifecycle says.
        Fail = "fail",
        /// It stops the plan, because what is declared changed too.
        Conflict = "conflict",
    }
}

impl Outcome {
    fn of(on_drift: OnDrift) -> Self {
        match on_drift {
            OnDrift::Revert => Self::Revert,
            OnDrift::Keep => Self::Keep,
            OnDrift::Fail => Self::Fail,
        }
    }
}

/// Tells what others changed of the objects and the files that were observed. `lost` are the files that the project delivered to a state store
/// which knows nothing of that any more.
///
/// # Errors
/// Where a target cannot be read, as a whole.
pub fn drift(
    project: &Project,
    (desired, objects): (&[Desired<'_>], &Objects),
    (files, lost): (Vec<Files<'_>>, &BTreeSet<Thing>),
    (targets, extent): (&mut Targets, Extent),
) -> Result<Drift, ObserveError> {
    let wanted = files.iter().flat_map(|of_store| &of_store.placed).map(|placed| placed.thing()).collect();
    let pending = files.iter().flat_map(files::pending).filter(|thing| !lost.contains(thing)).collect();
    let files_drifted = files::drifted(project, (files, lost), targets)?;
    let (unmanaged_files, left) = match extent {
        Extent::Own => Default::default(),
        Extent::Unmanaged => files::unmanaged(project, &wanted, &objects.entries, targets)?,
    };
    let unmanaged = match extent {
        Extent::Own => None,
        Extent::Unmanaged => Some(objects::unmanaged(desired, objects, targets)?),
    };
    let nobodys = unmanaged.iter().flatten().map(|one| &one.address);
    Ok(Drift {
        left_behind: BTreeSet::new(),
        unread: Vec::new(),
        delivered_by: files::delivered_by(nobodys, targets)?,
        unmanaged,
        objects: objects::drifted(project, desired, objects, targets)?,
        files: files_drifted,
        unmanaged_files,
        left,
        pending,
    })
}
