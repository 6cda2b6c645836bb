//! What may not stay where it is when a part of a plan is carried out alone.

use super::document::{Action, Guard, Operation, Plan};
use super::scope::Scope;
use crate::model::{Address, Kind, Name};
use std::collections::BTreeSet;

/// A guard for each file that stays at its place where only what is in a scope is done of a plan, and whose request or destination leaves
/// that place by it.
pub fn left_behind(plan: &Plan, scope: &Scope) -> Vec<Guard> {
    let departing = Departing::of(plan, scope);
    let left = plan.operations.iter().filter(|operation| !scope.holds(&operation.thing));
    let stays = left.filter(|operation| departing.takes_along(operation)).map(|operation| {
        let file = &operation.thing;
        Guard::new(format!("{file} would stay where it is, and its request or its destination leaves that"), None)
    });
    stays.collect()
}

/// What leaves its place, so that no file of it may stay there.
struct Departing<'p> {
    /// The requests: what stays of them would be delivered twice.
    requests: BTreeSet<&'p Address>,
    /// The destinations, by their old names and new ones: what stays would be in none.
    destinations: BTreeSet<&'p Name>,
}

impl<'p> Departing<'p> {
    /// What leaves by the operations of a plan that are in a scope.
    fn of(plan: &'p Plan, scope: &Scope) -> Self {
        let moves = plan.impact.moves.iter().map(|one| &one.request);
        let departs = |operation: &&Operation| {
            let fields = operation.object().map(|(_, change)| change.all_fields()).unwrap_or_default();
            let is_place = |path: &str| matches!(path, "path" | "store" | "layout");
            operation.former_address().is_some() || fields.iter().any(|field| is_place(&field.path))
        };
        let own = plan.operations.iter().filter(|operation| scope.holds(&operation.thing)).filter(departs);
        let names = own.flat_map(|operation| operation.object_address().into_iter().chain(operation.former_address()));
        Self {
            requests: moves.filter(|request| scope.holds_request(request)).collect(),
            destinations: names.filter(|one| one.kind == Kind::Destination).map(|one| &one.name).collect(),
        }
    }

    /// Whether an operation takes a file away that may not stay.
    fn takes_along(&self, operation: &Operation) -> bool {
        let is_there = matches!(operation.action, Action::Delete | Action::Vacate);
        operation.file().filter(|_| is_there).is_some_and(|file| {
            file.request.as_ref().is_some_and(|request| self.requests.contains(request))
                || file.destination.as_ref().is_some_and(|destination| self.destinations.contains(destination))
        })
    }
}
