//! What the text says is on purpose: what goes, and what moves.

use super::document::Operation;
use crate::model::{Address, Cleared, Kind, Name, Project, Relocated, Removed, Scopes};

/// The lines that say so.
pub(super) struct Meant<'i> {
    removed: Scopes<'i, Removed>,
    cleared: Scopes<'i, Cleared>,
    relocated: &'i [Relocated],
}

impl<'i> Meant<'i> {
    /// Those of a project.
    pub(super) fn of(project: &'i Project) -> Self {
        Self {
            removed: Scopes::of(&project.removed, |line| &line.scope.value),
            cleared: Scopes::of(&project.cleared, |line| &line.scope.value),
            relocated: &project.relocated,
        }
    }

    /// The line that says that an object goes which nobody owns.
    pub(super) fn cleared(&self, object: &Address) -> Option<&'i Cleared> {
        self.cleared.of_object(object)
    }

    /// The line that says that a file goes which nobody owns.
    pub(super) fn cleared_as(&self, text: &str) -> Option<&'i Cleared> {
        self.cleared.of_pattern(text)
    }

    /// The line that says that an object goes, or is let go of.
    pub(super) fn removed(&self, object: &Address) -> Option<&'i Removed> {
        self.removed.of_object(object)
    }

    /// Whether an object stays until another project takes it over.
    pub(super) fn is_handed(&self, object: &Address) -> bool {
        self.removed(object).is_some_and(|line| line.to_project.is_some())
    }

    /// The line that says that a file goes, or is let go of, or that all that a pattern covers does.
    pub(super) fn removed_as(&self, text: &str) -> Option<&'i Removed> {
        self.removed.of_pattern(text)
    }

    /// Whether a request goes from one destination to another on purpose.
    pub(super) fn moves(&self, request: &Address, from: &str, to: &str) -> bool {
        let is = |end: &Address, name: &str| *end.name == *name;
        let mut lines = self.relocated.iter();
        lines.any(|line| is(&line.from.value, from) && is(&line.to.value, to) && line.requests.value.covers(request))
    }

    /// Whether an operation takes away what is to go: an object; a file that is named, that is one of a request or a destination
    /// which goes, or one of a request that moves.
    pub(super) fn takes_away(&self, operation: &Operation, moves_to: impl Fn(&Address, &str) -> Vec<Name>) -> bool {
        if operation.clears() {
            return true;
        }
        let Some(file) = operation.file() else {
            return operation.object_address().is_some_and(|object| self.removed(object).is_some());
        };
        let request = file.request.as_ref();
        let goes = |destination: &str| {
            let whole = Address::new(Kind::Destination, destination.into());
            self.removed(&whole).is_some() || self.removed_as(&every_file_of(destination)).is_some()
        };
        let moves =
            |request: &Address, from: &str| moves_to(request, from).iter().any(|to| self.moves(request, from, to));
        self.removed_as(&operation.thing.to_string()).is_some()
            || request.is_some_and(|request| self.removed(request).is_some())
            || file.destination.as_deref().is_some_and(|destination| {
                goes(destination) || request.is_some_and(|request| moves(request, destination))
            })
    }
}

/// What every file of a destination is called.
pub(super) fn every_file_of(destination: &str) -> String {
    format!("{}:{destination}:*", Kind::Destination.word())
}
