//! Differences to a plan: ordered, guarded operations with their reasons and consequences. Pure.
//!
//! A [`Plan`] can be saved, shown and applied without the project that it was made of. It holds things, digests and identities as
//! types, and refers to the declaration of an object that is made; their texts, and the object's body, are only in the document
//! ([`Plan::to_json`]). It holds no secret, because nothing that it is made of can.

mod beyond;
mod build;
mod compared;
mod departing;
mod document;
mod doubled;
mod former;
mod guard;
mod holdings;
mod look_alikes;
mod meant;
mod presumed;
mod impact;
mod input;
mod order;
mod parts;
mod references;
mod remembered;
mod restraints;
mod scope;
mod setback;
mod unfamiliar;
mod unknown;
mod unreached;
mod unreadable;
mod waiting;

pub use beyond::beyond;
pub use build::build;
pub use compared::Former;
pub use departing::left_behind;
pub use document::{
    Action, Bases, Broken, Cause, Changes, Closure, ClosureMember, Concerned, Conflict, Content, Declared,
    DocumentError, Drift, Extent, Field, FieldPart, FileChange, Flag, Following, Guard, Guarded, Held, Impact,
    InTheWay, Invalid, Leaving, Looked, Lost, LostObject, MadeFor, Manifested, NewHost, ObjectChange, Operation, Phase,
    Place, Plan, PlannedCatalog, PlannedStore, Reason, Record, Redelivery, Referring, Relocation, Renamed, Repath,
    Rerender, Restraint, RestsOn, Standing, Summary, Target, Transition, Violation, parts as field_parts,
    parts_between, parts_shown,
};
pub use doubled::Doubled;
pub use former::{FormerStore, Left, Remains, Unreached, UnreachedStore, holders};
pub use guard::{Contents, Staying, lost_objects};
pub use impact::{Consequences, LevelsOfOthers, Look, OfOthers, Seen};
pub use input::{
    Aim, Elsewhere, FormerCatalog, Input, Lineage, OnConflict, Opened, Options, Spent, StoreFiles, Unknown,
};
pub use parts::Part;
pub use remembered::{Holder, Objects, Remembered};
pub use restraints::{Restraining, restraints};
pub use scope::Scope;
