//! Conditions of scorecards look at fields that are there, with operators and operands that go with them.

use super::names::Names;
use super::operand::{self, Asks, asks};
use super::range;
use super::subject::{Item, Subject, Subjects};
use crate::diag::{Diagnostic, code};
use crate::model::{Base, FieldPath, Predicate, PredicateTest, Project, Scorecard};
use crate::source::{Origin, Spanned};
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
        let find = |path: &Spanned<FieldPath>| subjects.find(start, path).map(|found| found.map(Some));
        match find(&test.field) {
            Some(Ok(Some(subject))) => {
                judge(test, subject, names, diagnostics);
                judge_others(test, Some(subject), find, diagnostics);
            }
            Some(Err(diagnostic)) => diagnostics.push(*diagnostic),
            Some(Ok(None)) | None => {}
        }
    }
}

/// What a field is; nothing where nobody knows its type.
pub(super) type Known<'s> = Result<Option<Subject<'s>>, Box<Diagnostic>>;

/// The problems of the other fields that a field is compared with. `find` says of each what it is; nothing where that is not to be told.
pub(super) fn judge_others<'s>(
    test: &PredicateTest,
    subject: Option<Subject<'_>>,
    find: impl Fn(&Spanned<FieldPath>) -> Option<Known<'s>>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for other in test.others() {
        if test.operator.needs_more_than_values() {
            let message = format!("`{}` compares with no other field", test.operator.word());
            let help = "write what it compares with: other fields go with the words that compare values";
            diagnostics.push(Diagnostic::error(code::WRONG_OPERAND, other.span, message).help(help));
            continue;
        }
        match (find(&other), subject) {
            (Some(Err(diagnostic)), _) => diagnostics.push(*diagnostic),
            (Some(Ok(Some(found))), Some(subject)) => {
                diagnostics.extend(operand::other(test, subject, (&other, found)));
            }
            (Some(Ok(_)) | None, _) => {}
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
    let operands = operands.filter(|operand| operand.field_text().is_none());
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
    let (is_time, is_any) = (matches!(item, Item::Time), matches!(item, Item::Any));
    match asks {
        Asks::Nothing => true,
        Asks::Equal => !several && (is_time || is_any || !base(&[Base::Object, Base::Array])),
        Asks::Ordered => !several && (is_time || base(&[Base::Number, Base::Integer])),
        Asks::Container => several || base(&[Base::String]),
        Asks::List => several || is_any,
        Asks::Text | Asks::Pattern => !several && base(&[Base::String]),
        Asks::Age => !several && (is_time || is_any),
    }
}

fn misfit(test: &PredicateTest, subject: Subject<'_>, asks: Asks) -> Diagnostic {
    let (field, operator) = (&test.field.value, test.operator.word());
    let message = format!("`{operator}` does not go with `{field}`, which is {}", subject.what());
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
