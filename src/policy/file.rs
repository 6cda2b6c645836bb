use super::{Change, FileFacts};
use crate::model::{Fact, FieldPath, Kind, Leaf, Thing};
use crate::render::Placed;
use crate::scorecard::Cell;

/// What is asked of a file that a project comes to.
pub(super) fn placed_file<'f>(placed: &'f Placed, path: &FieldPath) -> Cell<'f> {
    let facts = FileFacts {
        path: &placed.path,
        store: &placed.store,
        destination: Some(&placed.destination),
        request: Some(&placed.request),
        added: 0,
        removed: 0,
    };
    match fact(path) {
        Some(Fact::Action | Fact::Added | Fact::Removed) | None => Cell::Missing,
        Some(fact) => of_file(&placed.thing(), &facts, fact),
    }
}

/// What is asked of a file that a plan changes.
pub(super) fn planned_file<'c>(change: &Change<'_>, file: &'c FileFacts<'_>, path: &FieldPath) -> Cell<'c> {
    match fact(path) {
        Some(Fact::Action) => Cell::text(change.action),
        Some(Fact::Added) => Cell::count(file.added),
        Some(Fact::Removed) => Cell::count(file.removed),
        Some(fact) => of_file(&change.thing, file, fact),
        None => Cell::Missing,
    }
}

fn fact(path: &FieldPath) -> Option<Fact> {
    match path.leaf {
        Leaf::Fact(fact) if path.way.is_empty() => Some(fact),
        _ => None,
    }
}

fn of_file<'c>(thing: &Thing, file: &FileFacts<'c>, fact: Fact) -> Cell<'c> {
    match fact {
        Fact::Address => Cell::text(thing.to_string()),
        Fact::Path => Cell::text(file.path),
        Fact::Store => Cell::text(file.store),
        Fact::Destination => file.destination.map_or(Cell::Missing, Cell::text),
        Fact::Request => {
            let request = file.request.filter(|request| request.kind == Kind::Request);
            request.map_or(Cell::Missing, |request| Cell::text(request.to_string()))
        }
        _ => Cell::Missing,
    }
}
