use crate::model::{Digest, Thing};
use crate::plan::{Action, Changes, Guard, Operation, Plan, Target};
use std::collections::{BTreeMap, BTreeSet};

/// How a plan differs from the one that was approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// It does something to a thing that the approved one leaves alone.
    New {
        /// What it does.
        action: Action,
        /// The thing.
        thing: Thing,
    },
    /// It leaves a thing alone to which the approved one does something.
    Missing {
        /// What the approved one does.
        action: Action,
        /// The thing.
        thing: Thing,
    },
    /// It does something else to a thing.
    OtherAction {
        /// What it does.
        action: Action,
        /// What the approved one does.
        approved: Action,
        /// The thing.
        thing: Thing,
    },
    /// It makes something else of a thing, or takes something else away.
    OtherResult {
        /// The thing.
        thing: Thing,
    },
    /// It needs an allowance that the approved one does not have, or is stopped.
    Guard {
        /// What stops it, in a sentence.
        message: String,
    },
    /// It cannot be carried out, because others changed the thing too.
    Conflict {
        /// The thing.
        thing: Thing,
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
    let (known, new) = (by_thing(approved), by_thing(again));
    let mut all = Vec::new();
    for operation in &again.operations {
        let (action, thing) = (operation.action, operation.thing.clone());
        match known.get(&operation.thing) {
            None => all.push(Difference::New { action, thing }),
            Some(other) if other.action != action => {
                all.push(Difference::OtherAction { action, approved: other.action, thing });
            }
            Some(other) if result(other) != result(operation) => all.push(Difference::OtherResult { thing }),
            Some(_) => {}
        }
    }
    let missing = approved.operations.iter().filter(|operation| !new.contains_key(&operation.thing));
    all.extend(
        missing.map(|operation| Difference::Missing { action: operation.action, thing: operation.thing.clone() }),
    );
    let given: BTreeSet<&str> = approved.guards.iter().map(Guard::subject).collect();
    let guards = again.guards.iter().filter(|guard| !guard.allowed || !given.contains(guard.subject()));
    all.extend(guards.map(|guard| Difference::Guard { message: guard.message.clone() }));
    let conflicts: BTreeSet<&Thing> = again.conflicts.iter().map(|conflict| &conflict.thing).collect();
    all.extend(conflicts.into_iter().map(|thing| Difference::Conflict { thing: thing.clone() }));
    all.extend(again.denials().map(|denial| Difference::Denial { message: denial.message.clone() }));
    all
}

fn by_thing(plan: &Plan) -> BTreeMap<&Thing, &Operation> {
    plan.operations.iter().map(|operation| (&operation.thing, operation)).collect()
}

/// What an operation comes to. Of what it deletes, that is what goes.
fn result(operation: &Operation) -> Digest {
    let from = &operation.from;
    let text = match &operation.target {
        Target::Object(change) => {
            let gone = (operation.action == Action::Delete).then_some(&change.before);
            let made = match &change.changes {
                Changes::Body(made) => Some(made.digest()),
                Changes::Fields(_) => None,
            };
            format!("{from:?} {:?} {made:?} {gone:?}", change.record)
        }
        Target::File(file) => {
            let gone = file.content.is_none().then_some(&file.before);
            let content = file.content.as_ref().map(|content| Digest::of(content.bytes()));
            format!("{from:?} {content:?} {:?} {gone:?} {:?}", file.taken_from, file.replaces)
        }
    };
    Digest::of(text.as_bytes())
}
