use super::{LevelChange, OwnedFields};
use crate::model::{Address, DeclaredAt, Digest, Lifecycle, Made, Name, Value};
use crate::object::fields;
use crate::source::Spanned;
use std::borrow::Cow;
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
    /// What is done, in words: a first line, and lines that name the run, where what keeps the catalog has a place for them.
    pub message: &'a str,
    /// The operations, in the order in which they are carried out.
    pub operations: &'a [GuardedChange],
    /// The levels that change.
    pub levels: &'a [LevelChange],
    /// Whether what it comes to own, and what it deletes, must be owned by no other project: else it fails with
    /// [`CatalogError::Owned`](super::CatalogError::Owned). Who writes beside the owner of an object does not ask for it.
    pub alone: bool,
}

/// A guarded change of one object.
#[derive(Clone, Debug)]
pub struct GuardedChange {
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
        /// See [`Owned::base`](super::Owned::base).
        base: Digest,
        /// See [`Owned::lifecycle`](super::Owned::lifecycle).
        lifecycle: Option<Arc<Lifecycle>>,
        /// Another name that the live object and its record have had until now. Where it is still there and this one is not, it
        /// gets this name first, with all that others wrote into it; where only this one is there, that was done before.
        from: Option<Address>,
        /// Another project that owns it and loses it; nothing takes an object from nobody.
        taken_from: Option<Name>,
        /// Where the text declares it, which is kept with whatever else changes of the object or of its record, and never alone.
        declared: Option<Arc<DeclaredAt>>,
    },
    /// Makes an object of a whole body, as a [`Change::Write`] of each of its fields does; what its lifecycle ignores is not owned.
    Make {
        /// The body.
        made: Made,
        /// See [`Owned::base`](super::Owned::base).
        base: Digest,
        /// See [`Owned::lifecycle`](super::Owned::lifecycle).
        lifecycle: Option<Arc<Lifecycle>>,
        /// See [`Change::Write::from`].
        from: Option<Address>,
        /// See [`Change::Write::taken_from`].
        taken_from: Option<Name>,
        /// See [`Change::Write::declared`].
        declared: Option<Arc<DeclaredAt>>,
        /// The digest of the live body that nobody can read and that goes as a whole; nothing where none is live.
        replaces: Option<Digest>,
    },
    /// Takes the object and its record away; [`Outcome::Already`] where the object is gone.
    Delete {
        /// The digest of the live body that may be deleted.
        before: Digest,
    },
    /// Takes the record away and leaves the object.
    Forget,
    /// Leaves an object of others as it is, and holds that it is what was seen: what is written beside it rests on it.
    Hold {
        /// The digest of the live body that was seen.
        before: Digest,
    },
}

impl Change {
    /// The digest of the unreadable live body that it may replace.
    pub(crate) fn replaces(&self) -> Option<Digest> {
        match self {
            Self::Make { replaces, .. } => *replaces,
            Self::Write { .. } | Self::Delete { .. } | Self::Forget | Self::Hold { .. } => None,
        }
    }

    /// The change with every field for itself.
    pub(crate) fn spelled(&self) -> Cow<'_, Self> {
        let Self::Make { made, base, lifecycle, from, taken_from, declared, .. } = self else {
            return Cow::Borrowed(self);
        };
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
            declared: declared.clone(),
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
