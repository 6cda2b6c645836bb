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
        let applies = self.when.as_ref().is_none_or(|when| when.holds(values));
        applies.then(|| self.why(values, None)).flatten()
    }

    /// The same of a thing of which not everything is known: what cannot be ruled out is taken to be so.
    pub(super) fn maybe_broken<'v>(&self, values: &impl Fn(&FieldPath) -> Cell<'v>) -> Option<String> {
        let applies = self.when.as_ref().is_none_or(|when| when.may_hold(values));
        applies.then(|| self.why(values, self.when.as_ref())).flatten()
    }

    /// What is wrong with a thing that the policy applies to; `unsure` is the condition of which it is told what is not known.
    fn why<'v>(&self, values: &impl Fn(&FieldPath) -> Cell<'v>, unsure: Option<&Judge<'_>>) -> Option<String> {
        let why = match &self.require {
            Some(require) => open(require, values)?,
            None => {
                let unsure = unsure.and_then(|when| open(when, values));
                unsure.or_else(|| self.policy.when.as_ref().map(wording::holds)).unwrap_or_default()
            }
        };
        Some(wording::sentence(self.policy, &why))
    }
}

/// The parts of a condition that do not hold, in words; nothing where all do.
fn open<'v>(judge: &Judge<'_>, values: &impl Fn(&FieldPath) -> Cell<'v>) -> Option<String> {
    let open = judge.open(values);
    let parts = open.iter().map(|(part, verdict)| wording::open(part, verdict, values));
    (!open.is_empty()).then(|| parts.collect::<Vec<_>>().join("; "))
}
