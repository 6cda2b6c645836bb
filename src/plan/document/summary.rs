use super::{Action, Plan};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How much there is of what in a plan, in the words that every report counts with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Changes by action, each that there is; `revert` are those that others made and that are set back.
    pub changes: BTreeMap<String, usize>,
    /// What others changed too.
    pub conflicts: usize,
    /// Guards that stop it.
    pub refusals: usize,
    /// Broken policies that stop it.
    pub denials: usize,
    /// All that stops it, or is wrong.
    pub errors: usize,
    /// What should be looked at: warnings of policies, new hosts, and what others changed and what stays so.
    pub warnings: usize,
}

impl Summary {
    /// The word for changes of others that are set back.
    pub const REVERT: &str = "revert";

    /// The counts of a plan.
    pub fn of(plan: &Plan) -> Self {
        let mut changes: BTreeMap<String, usize> = BTreeMap::new();
        for operation in plan.operations.iter().filter(|operation| operation.action.is_change()) {
            let word = if operation.is_revert() { Self::REVERT } else { Action::word(operation.action) };
            *changes.entry(word.to_owned()).or_default() += 1;
        }
        let (conflicts, refusals, denials) = (plan.conflicts.len(), plan.refusals().count(), plan.denials().count());
        Self {
            changes,
            conflicts,
            refusals,
            denials,
            errors: conflicts + refusals + denials,
            warnings: plan.violations.len() - denials + plan.new_hosts.len() + plan.kept.len(),
        }
    }
}
