use super::{Address, Name, Scope, Value, covers};
use crate::source::{Origin, Spanned};

/// What may happen to an object in its life. It is kept in the inventory too, so that it outlives its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lifecycle {
    /// Whether deleting the object needs an explicit allowance.
    pub protect: bool,
    /// What becomes of what others change.
    pub on_drift: OnDrift,
    /// What becomes of the object when it is no longer declared.
    pub deletion: Deletion,
    /// Paths of fields (`object::fields`) that are set when the object is made and left alone from then on; `*` stands
    /// for any part of a path. Sorted, each once.
    pub ignore: Vec<Spanned<Box<str>>>,
}

impl Lifecycle {
    /// Whether it says nothing that differs from an object without one.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// This one, with what protects most of both.
    #[must_use]
    pub fn stricter(&self, other: &Self) -> Self {
        Self { protect: self.protect || other.protect, deletion: self.deletion.max(other.deletion), ..self.clone() }
    }

    /// What stops something that goes, or a part of it.
    pub fn stop(&self) -> Option<Stop> {
        match (self.deletion, self.protect) {
            (Deletion::Forbid, _) => Some(Stop::Never),
            (Deletion::Confirm, _) | (Deletion::Delete | Deletion::Orphan, true) => Some(Stop::Asked),
            (Deletion::Delete | Deletion::Orphan, false) => None,
        }
    }

    /// Whether another one protects less.
    pub fn is_weakened_by(&self, other: &Self) -> bool {
        other.deletion < self.deletion || (self.protect && !other.protect)
    }

    /// What protects from a loss here and not in another one, as a text says it.
    pub fn protects_beyond(&self, other: &Self) -> Option<String> {
        let protect = (self.protect && !other.protect).then(|| "protect".to_owned());
        let is_deeper = other.deletion < self.deletion && self.deletion > Deletion::Orphan;
        let deletion = is_deeper.then(|| format!("deletion {}", self.deletion.word()));
        let said: Vec<String> = protect.into_iter().chain(deletion).collect();
        (!said.is_empty()).then(|| said.join("; "))
    }

    /// Whether a field is left alone.
    pub fn ignores(&self, path: &str) -> bool {
        self.ignore.iter().any(|pattern| covers(&pattern.value, path))
    }
}

/// How a loss is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Until the text says something else of what is lost.
    Never,
    /// Until somebody allows it: the text, or the caller.
    Asked,
}

worded! {
    /// What becomes of what others change.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum OnDrift {
        /// It is set back.
        #[default]
        Revert = "revert",
        /// It stays, and is told.
        Keep = "keep",
        /// It stops the plan.
        Fail = "fail",
    }
}

worded! {
    /// What becomes of an object that is no longer declared; what protects it more is greater.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Deletion {
        /// It is deleted.
        #[default]
        Delete = "delete",
        /// It stays, and is let go of.
        Orphan = "orphan",
        /// It is deleted where a `removed` node, or the caller, says so.
        Confirm = "confirm",
        /// It is never deleted: its text must come back, or say otherwise first.
        Forbid = "forbid",
    }
}

/// An object that got another name: it keeps its history and what others wrote into it.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// The line that says it.
    pub span: Origin,
    /// The old name.
    pub from: Spanned<Address>,
    /// The new name, which is declared or moved on ([`super::Renames`]). What lies below a blueprint or a promise moves with it.
    pub to: Spanned<Address>,
}

/// A member of the entities of a blueprint or the requests of a promise, or a value of one, that has another name now: what others wrote
/// under the old one stays.
#[derive(Clone, Debug, PartialEq)]
pub struct Renamed {
    /// The line that says it.
    pub span: Origin,
    /// The blueprint or the promise.
    pub of: Address,
    /// The group of a body that holds the member: `properties`, `relations` or `spec`.
    pub group: &'static str,
    /// The member: its old name, or, where a value got another name, its name.
    pub member: Spanned<Name>,
    /// What is new.
    pub to: NewName,
}

/// What got another name, and which.
#[derive(Clone, Debug, PartialEq)]
pub enum NewName {
    /// The member.
    Member(Spanned<Name>),
    /// A value of it.
    Value {
        /// The value, as it was.
        old: Spanned<Value>,
        /// As it is.
        new: Spanned<Value>,
    },
}

/// Requests that go from one destination to another, on purpose.
#[derive(Clone, Debug, PartialEq)]
pub struct Relocated {
    /// The line that says it.
    pub span: Origin,
    /// The requests.
    pub requests: Spanned<Scope>,
    /// Where they were delivered.
    pub from: Spanned<Address>,
    /// Where they are delivered from now on.
    pub to: Spanned<Address>,
}

/// Something that is no longer declared, or no longer delivered, on purpose.
#[derive(Clone, Debug, PartialEq)]
pub struct Removed {
    /// The line that says it.
    pub span: Origin,
    /// The object, or the objects or files.
    pub scope: Spanned<Scope>,
    /// Where it says that they stay and are only let go of.
    pub keep: Option<Origin>,
    /// The project that it goes to: it stays as it is until that one takes it over.
    pub to_project: Option<Spanned<Name>>,
}

/// What nobody owns and goes on purpose.
#[derive(Clone, Debug, PartialEq)]
pub struct Cleared {
    /// The line that says it.
    pub span: Origin,
    /// The object, or the objects or files.
    pub scope: Spanned<Scope>,
}

/// What exists already and is taken over on purpose.
#[derive(Clone, Debug, PartialEq)]
pub struct Adopt {
    /// The line that says it.
    pub span: Origin,
    /// The object, which is declared, or the objects.
    pub scope: Spanned<Scope>,
    /// The project that they are taken from; nothing for what nobody owns.
    pub from: Option<Spanned<Name>>,
}

#[cfg(test)]
mod tests {
    use super::{Deletion, Lifecycle, Stop};

    #[test]
    fn what_protects_most_stops_what_goes() {
        let stop = |deletion, protect| Lifecycle { protect, deletion, ..Lifecycle::default() }.stop();
        for (deletion, bare) in [
            (Deletion::Delete, None),
            (Deletion::Orphan, None),
            (Deletion::Confirm, Some(Stop::Asked)),
            (Deletion::Forbid, Some(Stop::Never)),
        ] {
            assert_eq!(stop(deletion, false), bare);
            assert_eq!(stop(deletion, true), bare.or(Some(Stop::Asked)));
        }
    }
}
