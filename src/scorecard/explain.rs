use super::cell::Cell;
use super::comparison::{Comparison, Condition, Outcome, Why};
use super::prepared::{Prepared, Probe, is_offline};
use super::program::Program;
use super::{Scores, Verdict};

use crate::model::{Combinator, PredicateTest};

impl Prepared<'_> {
    /// Judges one entity by one rule, by their indices in the scores that [`Prepared::evaluate`] gave, without
    /// the columns: the same verdict, with the reason where it cannot be told. Nothing for indices that the
    /// scores do not have.
    pub fn explain(&self, scores: &Scores, entity: usize, rule: usize) -> Option<Verdict> {
        let card = self.cards.get(scores.card)?;
        let (_, program) = card.rules.get(rule)?;
        let (table, row) = (card.table?, scores.entities.get(entity)?.row);
        Some(program.verdict(&|number: usize| {
            let Probe { test, comparison, .. } = &self.probes[number];
            verdict(test, comparison, || self.tables.cell(table, row, &test.field.value))
        }))
    }
}

impl Program {
    /// Judges one thing with Kleene's logic; `test` gives the verdict of a test by its number.
    pub(super) fn verdict(&self, test: &impl Fn(usize) -> Verdict) -> Verdict {
        match self {
            Self::Test(number) => test(*number),
            Self::Elsewhere => Verdict::Unknown("it is judged elsewhere".to_owned()),
            Self::Combined(Combinator::All, parts) => all(parts.iter().map(|part| part.verdict(test))),
            Self::Combined(Combinator::Any, parts) => negate(all(parts.iter().map(|part| negate(part.verdict(test))))),
            Self::Combined(Combinator::None, parts) => all(parts.iter().map(|part| negate(part.verdict(test)))),
        }
    }
}

/// The verdict of one test about a value, with the reason where it cannot be told.
pub(super) fn verdict<'v>(
    test: &PredicateTest,
    comparison: &Comparison<'_>,
    value: impl FnOnce() -> Cell<'v>,
) -> Verdict {
    let field = &test.field.value;
    if is_offline(&field.leaf) {
        return Verdict::Unknown(format!("`{field}` is known to the catalog only"));
    }
    match comparison.judge(&value()) {
        Outcome::Pass => Verdict::Pass,
        Outcome::Fail => Verdict::Fail,
        Outcome::Unknown(why) => Verdict::Unknown(reason(test, comparison, why)),
    }
}

fn reason(test: &PredicateTest, comparison: &Comparison<'_>, why: Why) -> String {
    let (field, condition) = (&test.field.value, &comparison.condition);
    match (why, condition) {
        (Why::NoValue, _) => format!("`{field}` has no value"),
        (Why::Type(name), _) => format!("`{field}` is {name}, not {}", expected(condition)),
        (Why::Forgotten, _) => format!("nobody knows its `{field}` any more"),
        (Why::NoMoment, _) => format!("`{field}` is no date-time as RFC 3339 writes it"),
        (Why::Operands, Condition::Invalid(reason)) => reason.clone(),
        (Why::Operands, _) => format!("`{}` has nothing to compare with", test.operator.value.word()),
    }
}

/// What a condition compares, in words.
fn expected(condition: &Condition<'_>) -> &'static str {
    match condition {
        Condition::Present | Condition::Invalid(_) => "any value",
        Condition::Equal(_) => "a single value",
        Condition::Numbers(..) => "a number",
        Condition::Moments(..) => "a date-time",
        Condition::Holds(_) => "a string or a list",
        Condition::Starts(_) | Condition::Ends(_) | Condition::Matches(_) => "a string",
    }
}

/// Kleene's conjunction: a failure decides, else what is unknown, for all its reasons.
fn all(verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    let mut reasons: Vec<String> = Vec::new();
    for verdict in verdicts {
        match verdict {
            Verdict::Fail => return Verdict::Fail,
            Verdict::Unknown(reason) if !reasons.contains(&reason) => reasons.push(reason),
            Verdict::Unknown(_) | Verdict::Pass => {}
        }
    }
    if reasons.is_empty() { Verdict::Pass } else { Verdict::Unknown(reasons.join("; ")) }
}

fn negate(verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Pass => Verdict::Fail,
        Verdict::Fail => Verdict::Pass,
        Verdict::Unknown(reason) => Verdict::Unknown(reason),
    }
}
