use super::{Planning, SessionError, plan};
use crate::apply::Targets;
use crate::model::{Adoption, Thing};
use crate::plan::{
    Action, Aim, Cause, Flag, Leaving, OnConflict, Operation, Options, Plan, Reason, Scope, Target, beyond, left_behind,
};
use crate::workspace::Loaded;
use std::collections::BTreeSet;

/// Plans again with what an approved plan was allowed; `now` is in seconds since 1970 (UTC).
///
/// # Errors
/// Where a target cannot be read.
pub fn plan_again(loaded: &Loaded, targets: &mut Targets, approved: &Plan, now: i64) -> Result<Plan, SessionError> {
    plan(loaded, targets, Planning { now, options: allowed(approved), ..Planning::default() })
}

/// What an approved plan comes to where nothing is done that it does not hold.
#[derive(Debug)]
pub struct Again {
    /// The plan that is carried out in its place, of what that one is about.
    pub plan: Plan,
    /// What it comes to beyond the approved one, as a plan of that alone; nothing where it is no more.
    pub beyond: Option<Plan>,
    /// What else a plan would do that is about everything, and what is left as it is.
    pub left: Vec<Thing>,
}

/// Plans again what an approved plan is about, and compares all that it does and that follows from it.
///
/// # Errors
/// Where a target cannot be read.
pub fn plan_no_more(loaded: &Loaded, targets: &mut Targets, approved: &Plan, now: i64) -> Result<Again, SessionError> {
    let scope = Scope::of(approved);
    let whole = plan_again(loaded, targets, approved, now)?;
    let (own, left): (Vec<&Operation>, Vec<&Operation>) =
        whole.operations.iter().partition(|operation| scope.holds(&operation.thing));
    // What is to be there first, and was approved with nobody.
    let needs: BTreeSet<&Thing> = own.iter().flat_map(|operation| &operation.needs).collect();
    let needed = left.iter().filter(|operation| needs.contains(&operation.thing));
    let needed: Vec<Operation> = needed.map(|operation| (*operation).clone()).collect();
    let stays = left_behind(&whole, &scope);
    let left: Vec<Thing> = left.into_iter().map(|operation| operation.thing.clone()).collect();
    let is_all = left.is_empty() && whole.conflicts.iter().all(|conflict| scope.holds(&conflict.thing));
    let again = if is_all {
        whole
    } else {
        let options = Options { within: Some(scope), ..allowed(approved) };
        plan(loaded, targets, Planning { now, options, ..Planning::default() })?
    };
    let mut beyond = beyond(&again, approved);
    if !(needed.is_empty() && stays.is_empty()) {
        let told = beyond.get_or_insert_with(|| Plan { project: again.project.clone(), ..Plan::default() });
        told.operations.extend(needed);
        told.guards.extend(stays);
    }
    Ok(Again { plan: Plan { stands_for: Some(approved.id.clone()), ..again }, beyond, left })
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
