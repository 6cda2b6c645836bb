use crate::model::Digest;
use crate::plan::{Action, Guard, Operation, Plan, Target};
use std::collections::{BTreeMap, BTreeSet};

/// How a plan differs from the one that was approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// It does something to a thing that the approved one leaves alone.
    New {
        /// What it does.
        action: Action,
        /// The thing.
        address: String,
    },
    /// It leaves a thing alone to which the approved one does something.
    Missing {
        /// What the approved one does.
        action: Action,
        /// The thing.
        address: String,
    },
    /// It does something else to a thing.
    OtherAction {
        /// What it does.
        action: Action,
        /// What the approved one does.
        approved: Action,
        /// The thing.
        address: String,
    },
    /// It makes something else of a thing, or takes something else away.
    OtherResult {
        /// The thing.
        address: String,
    },
    /// It needs an allowance that the approved one does not have, or is stopped.
    Guard {
        /// What stops it, in a sentence.
        message: String,
    },
    /// It cannot be carried out, because others changed the thing too.
    Conflict {
        /// The thing.
        address: String,
    },
    /// It breaks a policy.
    Denial {
        /// What is wrong, in a sentence.
        message: String,
    },
}

/// What keeps a plan from standing for the one that was approved; nothing where both come to the same: the same actions on the
/// same things with the same results, and no allowance beyond those given.
pub fn differences(approved: &Plan, again: &Plan) -> Vec<Difference> {
    let known: BTreeMap<&str, &Operation> = by_address(approved);
    let new: BTreeMap<&str, &Operation> = by_address(again);
    let mut all = Vec::new();
    for operation in &again.operations {
        let (action, address) = (operation.action, operation.address.clone());
        match known.get(operation.address.as_str()) {
            None => all.push(Difference::New { action, address }),
            Some(other) if other.action != action => {
                all.push(Difference::OtherAction { action, approved: other.action, address });
            }
            Some(other) if result(other) != result(operation) => all.push(Difference::OtherResult { address }),
            Some(_) => {}
        }
    }
    let missing = approved.operations.iter().filter(|operation| !new.contains_key(operation.address.as_str()));
    all.extend(
        missing.map(|operation| Difference::Missing { action: operation.action, address: operation.address.clone() }),
    );
    let given: BTreeSet<&str> = approved.guards.iter().map(identity).collect();
    let guards = again.guards.iter().filter(|guard| !guard.allowed || !given.contains(identity(guard)));
    all.extend(guards.map(|guard| Difference::Guard { message: guard.message.clone() }));
    let conflicts: BTreeSet<&String> = again.conflicts.iter().map(|conflict| &conflict.address).collect();
    all.extend(conflicts.into_iter().map(|address| Difference::Conflict { address: address.clone() }));
    all.extend(again.denials().map(|denial| Difference::Denial { message: denial.message.clone() }));
    all
}

fn by_address(plan: &Plan) -> BTreeMap<&str, &Operation> {
    plan.operations.iter().map(|operation| (operation.address.as_str(), operation)).collect()
}

/// What allows a guard, which does not depend on how generously it was allowed; else what it stops.
fn identity(guard: &Guard) -> &str {
    guard.allow.as_deref().unwrap_or(&guard.message)
}

/// What an operation comes to. Of what it deletes, that is what goes.
fn result(operation: &Operation) -> Digest {
    let from = &operation.from;
    let text = match &operation.target {
        Target::Object(change) => {
            let gone = (operation.action == Action::Delete).then_some(&change.before);
            let mut owned = change.owned.clone();
            owned.sort();
            format!("{from:?} {owned:?} {} {:?} {:?} {gone:?}", change.base, change.lifecycle, change.taken_from)
        }
        Target::File(file) => {
            let gone = file.content.is_none().then_some(&file.before);
            let content = file.content.as_ref().map(|content| Digest::of(content.bytes()));
            format!("{from:?} {content:?} {:?} {gone:?} {:?}", file.taken_from, file.replaces)
        }
    };
    Digest::of(text.as_bytes())
}
