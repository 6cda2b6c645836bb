use super::{Planning, SessionError, plan};
use crate::apply::Targets;
use crate::model::Adoption;
use crate::plan::{Action, Aim, Cause, Flag, Leaving, OnConflict, Operation, Options, Plan, Reason, Target};
use crate::workspace::Loaded;

/// Plans again with what an approved plan was allowed; `now` is in seconds since 1970 (UTC).
///
/// # Errors
/// Where a target cannot be read.
pub fn plan_again(loaded: &Loaded, targets: &mut Targets, approved: &Plan, now: i64) -> Result<Plan, SessionError> {
    plan(loaded, targets, Planning { now, options: allowed(approved), source: None })
}

/// What a plan was allowed, out of what it says of it.
fn allowed(plan: &Plan) -> Options {
    let anew = plan.impact.moves.iter().filter(|one| one.because == Leaving::Rebalanced);
    let rebalance = anew.map(|one| one.request.to_string()).collect();
    let aim = if plan.destroys { Aim::Nothing } else { Aim::Declared };
    let mut options = Options { additive: plan.additive, rebalance, aim, ..Options::default() };
    for guard in plan.guards.iter().filter(|guard| guard.allowed) {
        match &guard.flag {
            Some(Flag::MaxDeletes(count)) => options.max_deletes = Some(*count),
            Some(Flag::AllowDelete(what)) => drop(options.allow_delete.insert(what.clone())),
            None => {}
        }
    }
    if plan.operations.iter().any(is_forced) {
        options.on_conflict = OnConflict::Ours;
    }
    if plan.operations.iter().any(|operation| operation.action == Action::Adopt) {
        // What is taken over is compared afterwards.
        options.adoption =
            Some(if plan.operations.iter().any(is_taken) { Adoption::Force } else { Adoption::IfUnowned });
    }
    options
}

fn is_forced(operation: &Operation) -> bool {
    match &operation.target {
        Target::Object(change) => {
            change.fields().iter().any(|field| field.cause == Cause::Forced)
                || operation.reasons.iter().any(|reason| matches!(reason, Reason::Unreadable(_)))
        }
        Target::File(file) => file.replaces.is_some(),
    }
}

fn is_taken(operation: &Operation) -> bool {
    match &operation.target {
        Target::Object(change) => change.taken_from().is_some(),
        Target::File(file) => file.taken_from.is_some(),
    }
}
