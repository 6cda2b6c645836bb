use super::wording::{self, Held};
use crate::model::{FieldPath, Policy, Predicate};
use crate::scorecard::{Cell, Items, Judge};

/// A policy whose conditions are read.
pub(super) struct Rule<'p> {
    pub(super) policy: &'p Policy,
    when: Option<Judge<'p>>,
    require: Option<Judge<'p>>,
}

impl<'p> Rule<'p> {
    /// Reads a policy; `now`, in seconds since 1970 (UTC), is what `within` counts from.
    pub(super) fn new(policy: &'p Policy, now: i64) -> Self {
        // Of what a path leads to in the items of lists, one is enough to be meant, and each must be as it should.
        let judge = |predicate: &'p Option<Predicate>, items| Some(Judge::new(predicate.as_ref()?, items, now));
        Self { policy, when: judge(&policy.when, Items::Some), require: judge(&policy.require, Items::Every) }
    }

    /// What is wrong with a thing, in a sentence; nothing where it does not break the policy. `values` gives the value of a field.
    pub(super) fn broken<'v>(&self, values: &impl Fn(&FieldPath) -> Cell<'v>) -> Option<String> {
        self.broken_of(values, &|_| false)
    }

    /// The same, in a sentence without the values of the fields that hold a secret.
    pub(super) fn broken_of<'v>(&self, values: &impl Fn(&FieldPath) -> Cell<'v>, held: Held<'_>) -> Option<String> {
        let applies = self.when.as_ref().is_none_or(|when| when.holds(values));
        applies.then(|| self.why(values, held, None)).flatten()
    }

    /// The field of a thing that breaks the policy for which it does, with its place among those that there are for the items of lists.
    pub(super) fn culprit<'v>(&self, values: &impl Fn(&FieldPath) -> Cell<'v>) -> Option<(&'p FieldPath, usize)> {
        let first = |judge: &Judge<'p>, part: &'p Predicate, holds: bool| match part {
            Predicate::Test(test) if test.field.names().is_some() => {
                Some((&test.field.value, judge.first(part, holds, values)?.0))
            }
            _ => None,
        };
        match (&self.require, &self.when) {
            (Some(require), _) => require.open(values).into_iter().find_map(|(part, _)| first(require, part, false)),
            (None, Some(when)) => when.parts().find_map(|part| first(when, part, true)),
            (None, None) => None,
        }
    }

    /// The same of a thing of which not everything is known: what cannot be ruled out is taken to be so.
    pub(super) fn maybe_broken<'v>(&self, values: &impl Fn(&FieldPath) -> Cell<'v>) -> Option<String> {
        let applies = self.when.as_ref().is_none_or(|when| when.may_hold(values));
        applies.then(|| self.why(values, &|_| false, self.when.as_ref())).flatten()
    }

    /// What is wrong with a thing that the policy applies to; `unsure` is the condition of which it is told what is not known.
    fn why<'v>(
        &self,
        values: &impl Fn(&FieldPath) -> Cell<'v>,
        held: Held<'_>,
        unsure: Option<&Judge<'_>>,
    ) -> Option<String> {
        let why = match &self.require {
            Some(require) => open(require, values, held)?,
            None => {
                let unsure = unsure.and_then(|when| open(when, values, held));
                unsure.or_else(|| self.policy.when.as_ref().map(wording::holds)).unwrap_or_default()
            }
        };
        Some(wording::sentence(self.policy, &why))
    }
}

/// The parts of a condition that do not hold, in words; nothing where all do.
fn open<'v>(judge: &Judge<'_>, values: &impl Fn(&FieldPath) -> Cell<'v>, held: Held<'_>) -> Option<String> {
    let open = judge.open(values);
    let parts = open.iter().map(|(part, verdict)| wording::open(judge, (part, verdict), values, held));
    (!open.is_empty()).then(|| parts.collect::<Vec<_>>().join("; "))
}
