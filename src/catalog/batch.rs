use super::{LevelChange, OwnedFields};
use crate::model::{Address, Digest, Lifecycle, Name, Value};
use std::sync::Arc;

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
    pub operations: &'a [GuardedChange],
    /// The levels that change.
    pub levels: &'a [LevelChange],
}

/// A guarded change of one object.
#[derive(Clone, Debug, PartialEq)]
pub struct GuardedChange {
    /// The object.
    pub address: Address,
    /// What is done.
    pub change: Change,
}

/// What is done to an object.
#[derive(Clone, Debug, PartialEq)]
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
    /// Takes the object and its record away; [`Outcome::Already`] where the object is gone.
    Delete {
        /// The digest of the live body that may be deleted.
        before: Digest,
    },
    /// Takes the record away and leaves the object.
    Forget,
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
