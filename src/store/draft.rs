use super::{ContentId, Replaced, StoreError};
use crate::model::{Holding, held_path_fault, path_fault};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is to be delivered at once: the next revision of a store, before anybody has it.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The changes, each path once.
    pub changes: Vec<FileChange>,
    /// What the project has delivered from then on, for the requests of which that changes: each replaces the holding of its
    /// key.
    pub holdings: Vec<Holding>,
    /// What it is, for people: a line and, after a blank one, facts of the form `Name: value`, one a line.
    pub message: String,
    /// Seconds since 1970 (UTC).
    pub time: i64,
}

/// A guarded change of one file, or of the inventory alone where `before` is already the content of `after`.
#[derive(Clone, Debug)]
pub struct FileChange {
    /// The path.
    pub path: String,
    /// The live content that may be replaced, with its mode; nothing for "no such file".
    pub before: Option<ContentId>,
    /// The new content; nothing deletes the file.
    pub after: Option<Arc<[u8]>>,
    /// Whether the project owns the file afterwards: false for a deletion or a file that is let go.
    pub owned: bool,
    /// Another project that owns it and loses it.
    pub taken_from: Option<String>,
    /// What stands in its way and may be taken away for it, with all that is in it.
    pub replaces: Option<Replaced>,
}

impl Draft {
    /// Makes sure that a store of a name can be given it: each path is one, and is there once.
    ///
    /// # Errors
    /// The first path that is none, or that is there again.
    pub fn check(&self, store: &str) -> Result<(), StoreError> {
        let mut seen = BTreeSet::new();
        for change in &self.changes {
            let fault = if seen.insert(&change.path) { change.fault() } else { Some("it is given twice") };
            if let Some(reason) = fault {
                return Err(StoreError::Path { store: store.to_owned(), path: change.path.clone(), reason });
            }
        }
        Ok(())
    }
}

impl FileChange {
    /// Why no file can be changed like this, for its path: what is there goes wherever it can be, and nothing is written that not
    /// every system can hold. Nothing where it can.
    fn fault(&self) -> Option<&'static str> {
        let writes = self.owned && self.after.is_some();
        if writes { path_fault(&self.path) } else { held_path_fault(&self.path) }
    }
}

/// What a delivery came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The new revision; nothing where everything was already as it should be.
    pub revision: Option<String>,
    /// How many files changed.
    pub changed: usize,
    /// Whether what the project owns there is remembered anew.
    pub recorded: bool,
    /// How often a server was asked to take it; 0 where none stands between.
    pub attempts: u32,
    /// What whoever guards the store said to it, line by line, without control characters.
    pub said: Vec<String>,
}
