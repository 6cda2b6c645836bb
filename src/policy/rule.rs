use super::wording;
use crate::model::{FieldPath, Policy};
use crate::scorecard::{Cell, Judge};

/// A policy whose conditions are read.
pub(super) struct Rule<'p> {
    pub(super) policy: &'p Policy,
    when: Option<Judge<'p>>,
    require: Option<Judge<'p>>,
}

impl<'p> Rule<'p> {
    /// Reads a policy; `now`, in seconds since 1970 (UTC), is what `within` counts from.
    pub(super) fn new(policy: &'p Policy, now: i64) -> Self {
        let judge = |predicate| Judge::new(predicate, now);
        Self { policy, when: policy.when.as_ref().map(judge), require: policy.require.as_ref().map(judge) }
    }

    /// What is wrong with a thing, in a sentence; nothing where it does not break the policy. `values` gives the value of a field.
    pub(super) fn broken<'v>(&self, values: &impl Fn(&FieldPath) -> Cell<'v>) -> Option<String> {
        if self.when.as_ref().is_some_and(|when| !when.holds(values)) {
            return None;
        }
        let why = match &self.require {
            Some(require) => {
                let open = require.open(values);
                if open.is_empty() {
                    return None;
                }
                open.iter().map(|(part, verdict)| wording::open(part, verdict, values)).collect::<Vec<_>>().join("; ")
            }
            None => self.policy.when.as_ref().map(wording::holds).unwrap_or_default(),
        };
        Some(wording::sentence(self.policy, &why))
    }
}
