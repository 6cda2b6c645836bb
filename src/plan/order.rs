use super::document::{Action, Operation, Phase, Target};
use crate::model::{Address, Kind};

/// The phase of an operation on an object: the model grows first and shrinks last, and nothing goes before all else is there.
pub(super) fn phase(kind: Kind, action: Action, removes: Removes) -> Phase {
    match (action, kind) {
        (Action::Delete | Action::Release | Action::Forget, _) => Phase::Prune,
        (_, Kind::Blueprint | Kind::Promise) if removes == Removes::Fields => Phase::Contract,
        (_, Kind::Blueprint | Kind::Promise) => Phase::Expand,
        _ => Phase::Objects,
    }
}

/// Whether an operation takes fields away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Removes {
    /// It does.
    Fields,
    /// It does not.
    Nothing,
}

/// Puts operations in the order in which they are carried out: by phase, then by kind, what refers to others going first when
/// it is taken away, then by address.
pub(super) fn sort(operations: &mut [Operation]) {
    operations.sort_by_cached_key(|operation| (operation.phase, rank(operation), operation.address.clone()));
}

fn rank(operation: &Operation) -> usize {
    let kind = match &operation.target {
        Target::Object(_) => Address::parse(&operation.address).map(|address| address.kind),
        Target::File(_) => None,
    };
    let last = Kind::ALL.len();
    let rank = kind.map_or(last, |kind| Kind::ALL.iter().position(|row| row.0 == kind).unwrap_or(last));
    match operation.phase {
        Phase::Prune => last - rank,
        Phase::Expand | Phase::Objects | Phase::Files | Phase::Contract => rank,
    }
}
