//! A number that is compared by its order could be on either side of what it is compared with.

use super::subject::{Item, Subject};
use super::words;
use crate::diag::{Diagnostic, Edit, code};
use crate::model::{Limits, Operator, PredicateTest, Value};
use crate::source::{Origin, Spanned};

/// Where a range of numbers ends.
#[derive(Clone, Copy)]
struct End {
    at: f64,
    /// Whether the number itself is out of the range.
    is_open: bool,
}

/// All numbers from one end to another, where it has them.
#[derive(Clone, Copy)]
struct Range {
    from: Option<End>,
    to: Option<End>,
}

impl Range {
    fn of(limits: &Limits) -> Self {
        let end = |closed: &Option<Spanned<Value>>, open: &Option<Spanned<Value>>| {
            let closed = closed.as_ref().and_then(number).map(|at| End { at, is_open: false });
            closed.or(open.as_ref().and_then(number).map(|at| End { at, is_open: true }))
        };
        Self { from: end(&limits.min, &limits.above), to: end(&limits.max, &limits.below) }
    }

    /// The numbers that are compared as an operator says, or of which the contrary is said.
    fn compared(operator: Operator, operands: &[f64]) -> Option<Self> {
        let end = |at, is_open| Some(End { at, is_open });
        Some(match (operator, operands) {
            (Operator::Above, &[at]) => Self { from: end(at, true), to: None },
            (Operator::AtLeast, &[at]) => Self { from: end(at, false), to: None },
            (Operator::Below, &[at]) => Self { from: None, to: end(at, true) },
            (Operator::AtMost, &[at]) => Self { from: None, to: end(at, false) },
            (Operator::Between | Operator::NotBetween, &[from, to]) => {
                Self { from: end(from, false), to: end(to, false) }
            }
            _ => return None,
        })
    }

    fn point(at: f64) -> Self {
        let end = Some(End { at, is_open: false });
        Self { from: end, to: end }
    }

    /// Whether both have a number in common.
    fn meets(self, other: Self) -> bool {
        let ends_before = |to: Option<End>, from: Option<End>| match (to, from) {
            (Some(to), Some(from)) => to.at < from.at || to.at <= from.at && (to.is_open || from.is_open),
            _ => false,
        };
        !ends_before(self.to, other.from) && !ends_before(other.to, self.from)
    }
}

/// The problem of a comparison that comes to the same for all numbers that its field can be.
pub(super) fn problem(test: &PredicateTest, subject: Subject<'_>) -> Option<Diagnostic> {
    let operands: Vec<f64> = test.operands.iter().filter_map(number).collect();
    if let ([from, to], [greater, smaller]) = (&*test.operands, &*operands)
        && greater > smaller
    {
        return Some(backwards(test.operator.value, from, to));
    }
    let Item::Typed(schema) = subject.item else { return None };
    let (possible, compared) = (Range::of(&schema.limits), Range::compared(test.operator.value, &operands)?);
    let is_contrary = test.operator.value == Operator::NotBetween;
    if !compared.meets(possible) {
        return Some(decided(test, &schema.limits, if is_contrary { "always" } else { "never" }));
    }
    let is_outside = matches!(*operands, [at] if !Range::point(at).meets(possible));
    is_outside.then(|| decided(test, &schema.limits, "always"))
}

fn number(value: &Spanned<Value>) -> Option<f64> {
    match value.value {
        Value::Number(number) => Some(number.as_f64()),
        _ => None,
    }
}

/// Nothing lies between a greater number and a smaller one.
fn backwards(operator: Operator, from: &Spanned<Value>, to: &Spanned<Value>) -> Diagnostic {
    let (less, more) = (words::shown(&to.value), words::shown(&from.value));
    let message = format!("nothing lies between {more} and {less}");
    let edit = |(place, text): (&Spanned<Value>, &String)| Some(Edit { span: place.span.text()?, text: text.clone() });
    let edits = [(from, &less), (to, &more)].into_iter().filter_map(edit).collect();
    Diagnostic::error(code::WRONG_OPERAND, from.span, message)
        .help(format!("the smaller one comes first: `{} {less} {more}`", operator.word()))
        .fix_all("turn them around", edits)
}

/// A comparison whose result the limits of the field have decided.
fn decided(test: &PredicateTest, limits: &Limits, how_often: &str) -> Diagnostic {
    let operands = words::list(test.operands.iter().map(|operand| words::shown(&operand.value)));
    let operator = test.operator.value.word().replace('-', " ");
    let ends =
        [("at least", &limits.min), ("above", &limits.above), ("at most", &limits.max), ("below", &limits.below)];
    let ends: Vec<(String, Origin)> = ends
        .into_iter()
        .filter_map(|(bound, limit)| {
            let limit = limit.as_ref()?;
            Some((format!("{bound} {}", words::shown(&limit.value)), limit.span))
        })
        .collect();
    let is = words::list(ends.iter().map(|(is, _)| is.clone()));
    let message = format!("`{}` is {how_often} {operator} {operands}: it is {is}", test.field.value);
    let place = test.operands.first().map_or(test.span, |operand| operand.span);
    // Limits move without the conditions that look at them, which may be meant to hold later.
    let diagnostic = Diagnostic::warning(code::WRONG_OPERAND, place, message);
    let diagnostic = ends.iter().fold(diagnostic, |diagnostic, (_, span)| diagnostic.other(*span, "its limit"));
    diagnostic.help("compare it with a number within its limits, or change them")
}
