//! Where references are kept and moved: in a repository of this machine, or of a server.

pub(crate) mod local;
pub(crate) mod origin;
pub(crate) mod server;
pub(crate) mod words;

use std::collections::BTreeMap;
use std::path::PathBuf;

use git2::{Oid, Repository};

use crate::adapter::git::references::References;
use crate::store::StoreError;

/// Where a store's references are kept and moved.
pub(crate) trait Host: Send {
    /// Where the store's references are.
    fn look(&mut self, freshness: Freshness) -> Result<Tips, StoreError>;

    /// Where one other reference is now; its objects are then in the repository.
    fn find(&mut self, reference: &str) -> Result<Option<Oid>, StoreError>;

    /// The full names of all references that there are; nothing is fetched.
    fn names(&mut self) -> Result<Vec<String>, StoreError>;

    /// The repository with the objects of the tips that were last seen; nothing before there is one.
    fn repository(&self) -> Option<&Repository>;

    /// Makes the repository where there is none and there may be one.
    fn create(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Moves references, all or none, in this order where it can be seen.
    fn publish(&mut self, moves: &[Move]) -> Result<Published, StoreError>;

    /// See [`crate::store::Store::unlock`]. Those of a copy go when it is opened, and a server sees to its own.
    fn unlock(&mut self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// What the hooks said when references were last moved, line by line; nothing where nobody hears them.
    fn said(&self) -> Vec<String> {
        Vec::new()
    }

    /// Whether references are moved by pushes, and not in the repository itself.
    fn is_pushed_to(&self) -> bool {
        false
    }

    /// Something is wrong with the repository; whether it is only a copy, so that the next look makes a new one.
    fn condemn(&self) -> bool {
        false
    }
}

/// What to do where there is no repository yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenMissing {
    /// The first commit makes one. Until then it is an empty one.
    Create,
    /// It is an error, and only the branch is made with the first commit: others declare where it is, who hold it to what there is.
    Begin,
    /// It is an error.
    Fail,
}

/// A guarded move of a reference. The objects of where it goes are in the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Move {
    /// Its full name.
    pub(crate) reference: String,
    /// Where it has to be; nothing for "there is none".
    pub(crate) old: Option<Oid>,
    /// Where it goes; nothing takes it away.
    pub(crate) new: Option<Oid>,
}

/// How new the answer has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// As it is now.
    Now,
    /// As it was last seen, where that spares a connection.
    Remembered,
}

/// The commits that references point to, by full name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tips(pub(crate) BTreeMap<String, Oid>);

impl Tips {
    pub(crate) fn of(&self, name: &str) -> Option<Oid> {
        self.0.get(name).copied()
    }

    /// Whether something is there of what is kept beside a branch for what was delivered to it.
    pub(crate) fn have_beside(&self, references: &dyn References) -> bool {
        references.own().into_iter().skip(1).any(|name| self.of(name).is_some())
    }

    /// What they are after a move.
    pub(crate) fn set(&mut self, step: &Move) {
        match step.new {
            Some(new) => self.0.insert(step.reference.clone(), new),
            None => self.0.remove(&step.reference),
        };
    }
}

/// What came of moving references.
#[derive(Debug)]
pub(crate) enum Published {
    /// They moved.
    Done,
    /// The first moved; another one was no longer at its old place. Only where they cannot be moved as one.
    Partly,
    /// One was no longer at its old place, and none moved.
    Overtaken,
}
