use super::{Change, FileFacts};
use crate::model::{Fact, FieldPath, Leaf};
use crate::render::Placed;
use crate::scorecard::Cell;

/// A file that a project comes to.
pub(super) struct PlacedFile<'f> {
    pub(super) address: String,
    request: String,
    placed: &'f Placed,
}

impl<'f> PlacedFile<'f> {
    pub(super) fn new(placed: &'f Placed) -> Self {
        let address = format!("file:{}:{}", placed.store, placed.path);
        Self { address, request: placed.request.to_string(), placed }
    }

    /// What is asked of it.
    pub(super) fn cell(&self, path: &FieldPath) -> Cell<'_> {
        let facts = FileFacts {
            path: &self.placed.path,
            store: &self.placed.store,
            destination: Some(&self.placed.destination),
            request: Some(&self.request),
            added: 0,
            removed: 0,
        };
        match fact(path) {
            Some(Fact::Action | Fact::Added | Fact::Removed) | None => Cell::Missing,
            Some(fact) => of_file(&self.address, &facts, fact),
        }
    }
}

/// What is asked of a file that a plan changes.
pub(super) fn planned_file<'c>(change: &'c Change<'_>, file: &'c FileFacts<'_>, path: &FieldPath) -> Cell<'c> {
    match fact(path) {
        Some(Fact::Action) => Cell::text(change.action),
        Some(Fact::Added) => Cell::count(file.added),
        Some(Fact::Removed) => Cell::count(file.removed),
        Some(fact) => of_file(change.address, file, fact),
        None => Cell::Missing,
    }
}

fn fact(path: &FieldPath) -> Option<Fact> {
    match path.leaf {
        Leaf::Fact(fact) if path.relations.is_empty() => Some(fact),
        _ => None,
    }
}

fn of_file<'c>(address: &'c str, file: &FileFacts<'c>, fact: Fact) -> Cell<'c> {
    let text = match fact {
        Fact::Address => Some(address),
        Fact::Path => Some(file.path),
        Fact::Store => Some(file.store),
        Fact::Destination => file.destination,
        Fact::Request => file.request,
        _ => None,
    };
    text.map_or(Cell::Missing, Cell::text)
}
