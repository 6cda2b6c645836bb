//! Conditions of scorecards look at fields that are there, with operators and operands that go with them.

use super::names::Names;
use super::operand::{self, Asks, asks};
use super::subject::{Item, Subject, Subjects};
use super::{range, words};
use crate::diag::{Diagnostic, code};
use crate::model::{Base, Predicate, PredicateTest, Project, Scorecard};
use crate::source::Origin;
use rayon::prelude::*;

/// The problems of all conditions.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let (subjects, names) = (Subjects::of(project), Names::of(project));
    let problems = |scorecard: &Scorecard| {
        let mut diagnostics = Vec::new();
        for predicate in scorecard.predicates() {
            walk(predicate, &scorecard.blueprint.value, (&subjects, &names), &mut diagnostics);
        }
        diagnostics
    };
    let mut found: Vec<Diagnostic> = project.scorecards.par_iter().flat_map_iter(problems).collect();
    for selection in &project.selections {
        walk(&selection.predicate, &selection.blueprint, (&subjects, &names), &mut found);
    }
    found
}

/// Judges the comparisons of a condition.
fn walk(
    predicate: &Predicate,
    start: &str,
    (subjects, names): (&Subjects<'_>, &Names<'_>),
    diagnostics: &mut Vec<Diagnostic>,
) {
    for test in predicate.tests() {
        match subjects.find(start, &test.field) {
            Some(Ok(subject)) => judge(test, subject, names, diagnostics),
            Some(Err(diagnostic)) => diagnostics.push(*diagnostic),
            None => {}
        }
    }
}

/// The problems of the operator and the operands of a test about a field.
pub(super) fn judge(test: &PredicateTest, subject: Subject<'_>, names: &Names<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let asks = asks(test.operator.value);
    if goes_with(asks, subject) {
        judge_operands(test, asks, subject, names, diagnostics);
    } else {
        diagnostics.push(misfit(test, subject, asks));
    }
}

/// The problems of a test about a field of which nobody knows what it is: of operands that no field goes with.
pub(super) fn judge_unknown(test: &PredicateTest, names: &Names<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let subject = Subject { item: Item::Any, several: true };
    judge_operands(test, asks(test.operator.value), subject, names, diagnostics);
}

fn judge_operands(
    test: &PredicateTest,
    asks: Asks,
    subject: Subject<'_>,
    names: &Names<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let operands = test.operands.iter().filter(|operand| !matches!(operand.span, Origin::Unread(_)));
    let mut found = operands.filter_map(|operand| operand::problem(test, asks, subject, names, operand)).peekable();
    if found.peek().is_none() && asks == Asks::Ordered {
        diagnostics.extend(range::problem(test, subject));
    }
    diagnostics.extend(found);
}

fn goes_with(asks: Asks, subject: Subject<'_>) -> bool {
    let Subject { item, several } = subject;
    let base = |wanted: &[Base]| match item {
        Item::Typed(schema) => wanted.contains(&schema.base),
        Item::Text | Item::Name(_) => wanted.contains(&Base::String),
        Item::Number => wanted.contains(&Base::Number),
        Item::Time => false,
        Item::Any => true,
    };
    let is_time = matches!(item, Item::Time);
    match asks {
        Asks::Nothing => true,
        Asks::Equal => !several && (is_time || !base(&[Base::Object, Base::Array])),
        Asks::Ordered => !several && (is_time || base(&[Base::Number, Base::Integer])),
        Asks::Container => several || base(&[Base::String]),
        Asks::List => several,
        Asks::Text | Asks::Pattern => !several && base(&[Base::String]),
        Asks::Age => !several && is_time,
    }
}

fn misfit(test: &PredicateTest, subject: Subject<'_>, asks: Asks) -> Diagnostic {
    let (field, operator) = (&test.field.value, test.operator.word());
    let message = format!("`{operator}` does not go with `{field}`, which is {}", what(subject));
    let wants = match asks {
        Asks::Nothing => "any field",
        Asks::Equal => "a single value; a list has `contains`",
        Asks::Ordered => "a number or a time",
        Asks::Container => "a list or text",
        Asks::List => "a list; a single value has `in`",
        Asks::Text | Asks::Pattern => "text",
        Asks::Age => "a time",
    };
    Diagnostic::error(code::OPERATOR_MISFIT, test.operator.span, message).help(format!("`{operator}` is for {wants}"))
}

fn what(subject: Subject<'_>) -> &'static str {
    match subject {
        Subject { several: true, .. } => "a list",
        Subject { item: Item::Typed(schema), .. } if !schema.values.is_empty() => "an enum",
        Subject { item: Item::Typed(schema), .. } if schema.base == Base::Boolean => "a boolean",
        Subject { item: Item::Typed(schema), .. } => words::takes(schema),
        Subject { item: Item::Text | Item::Name(_), .. } => "text",
        Subject { item: Item::Number, .. } => "a number",
        Subject { item: Item::Time, .. } => "a time",
        Subject { item: Item::Any, .. } => "of any type",
    }
}
