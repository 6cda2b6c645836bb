//! Conditions of scorecards look at fields that are there, with operators and operands that go with them.

use super::instance::to_json;
use super::pattern;
use super::problem::{is_unreadable, not_in_enum};
use super::subject::{Item, Subject, Subjects};
use super::validator::is_time;
use super::words;
use crate::diag::{Diagnostic, code};
use crate::model::{Base, Duration, Operator, Predicate, PredicateTest, Project, Schema, Scorecard, Value};
use crate::source::Spanned;
use rayon::prelude::*;

/// The problems of all conditions.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let subjects = Subjects::of(project);
    let problems = |scorecard: &Scorecard| {
        let mut diagnostics = Vec::new();
        let rules = scorecard.rules().map(|(_, rule)| &rule.predicate);
        for predicate in scorecard.only_for.iter().chain(rules) {
            walk(predicate, &scorecard.blueprint.value, &subjects, &mut diagnostics);
        }
        diagnostics
    };
    project.scorecards.par_iter().flat_map_iter(problems).collect()
}

/// Judges a condition and its parts; they are nested no deeper than the text that they came from.
fn walk(predicate: &Predicate, start: &str, subjects: &Subjects<'_>, diagnostics: &mut Vec<Diagnostic>) {
    match predicate {
        Predicate::All(parts) | Predicate::Any(parts) | Predicate::None(parts) => {
            for part in parts {
                walk(part, start, subjects, diagnostics);
            }
        }
        Predicate::Test(test) => match subjects.find(start, &test.field) {
            Some(Ok(subject)) => judge(test, subject, diagnostics),
            Some(Err(diagnostic)) => diagnostics.push(*diagnostic),
            None => {}
        },
    }
}

/// What an operator asks of the field.
#[derive(Clone, Copy, PartialEq)]
enum Asks {
    /// Nothing.
    Nothing,
    /// One value that can be equal to another.
    Equal,
    /// A value with an order: a number or a time.
    Ordered,
    /// A list, or text to look into.
    Container,
    /// A list.
    List,
    /// Text.
    Text,
    /// Text, and an operand that is a regular expression.
    Pattern,
    /// A time, and an operand that is a length of time.
    Age,
}

fn asks(operator: Operator) -> Asks {
    use Operator as O;
    match operator {
        O::Present | O::Absent => Asks::Nothing,
        O::Is | O::IsNot | O::In | O::NotIn => Asks::Equal,
        O::Above | O::Below | O::AtLeast | O::AtMost | O::Between | O::NotBetween => Asks::Ordered,
        O::Contains | O::NotContains => Asks::Container,
        O::ContainsAny => Asks::List,
        O::StartsWith | O::NotStartsWith | O::EndsWith | O::NotEndsWith => Asks::Text,
        O::Matches | O::NotMatches => Asks::Pattern,
        O::Within | O::NotWithin => Asks::Age,
    }
}

/// The problems of the operator and the operands of a test about a field.
pub(super) fn judge(test: &PredicateTest, subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let asks = asks(test.operator.value);
    if !goes_with(asks, subject) {
        diagnostics.push(misfit(test, subject, asks));
        return;
    }
    judge_operands(test, asks, subject, diagnostics);
}

/// The problems of a test about a field of which nobody knows what it is: of operands that no field goes with.
pub(super) fn judge_unknown(test: &PredicateTest, diagnostics: &mut Vec<Diagnostic>) {
    let subject = Subject { item: Item::Any, several: true };
    judge_operands(test, asks(test.operator.value), subject, diagnostics);
}

fn judge_operands(test: &PredicateTest, asks: Asks, subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let operands = test.operands.iter().filter(|operand| !is_unreadable(&operand.value, operand.span));
    diagnostics.extend(operands.filter_map(|operand| wrong_operand(test, asks, subject, operand)));
}

fn goes_with(asks: Asks, subject: Subject<'_>) -> bool {
    let Subject { item, several } = subject;
    let base = |wanted: &[Base]| match item {
        Item::Typed(schema) => wanted.contains(&schema.base),
        Item::Text => wanted.contains(&Base::String),
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
        Subject { item: Item::Text, .. } => "text",
        Subject { item: Item::Number, .. } => "a number",
        Subject { item: Item::Time, .. } => "a time",
        Subject { item: Item::Any, .. } => "of any type",
    }
}

fn wrong_operand(
    condition: &PredicateTest,
    asks: Asks,
    subject: Subject<'_>,
    operand: &Spanned<Value>,
) -> Option<Diagnostic> {
    if let Value::Secret(_) = operand.value {
        // Where secrets stand is told for all of them.
        return None;
    }
    let text = operand.value.as_str();
    let wrong = |takes: &str| {
        let message =
            format!("`{}` is compared with {takes} here, not {}", condition.field.value, operand.value.type_name());
        Diagnostic::error(code::WRONG_OPERAND, operand.span, message)
    };
    match asks {
        Asks::Nothing => None,
        Asks::Age => text.and_then(Duration::parse).is_none().then(|| {
            let message = format!("{} is no length of time", words::shown(&operand.value));
            let help = "write a whole number and one of s, m, h, d, w, in quotes: `\"90d\"`";
            Diagnostic::error(code::BAD_DURATION, operand.span, message).help(help)
        }),
        Asks::Pattern => match text {
            None => Some(wrong("a regular expression")),
            Some(text) => pattern::misfit(&Spanned::new(text, operand.span)),
        },
        // A part of a text need not be one of an enum's values.
        Asks::Text => text.is_none().then(|| wrong("text")),
        Asks::Container if !subject.several => text.is_none().then(|| wrong("text")),
        Asks::Equal | Asks::Ordered | Asks::Container | Asks::List => match subject.item {
            Item::Any => None,
            Item::Text => text.is_none().then(|| wrong("text")),
            Item::Number => (!fits(Base::Number, &operand.value)).then(|| wrong("a number")),
            Item::Time if text.is_some_and(is_time) => None,
            Item::Time => Some(wrong("a time").help("write it like `\"2026-01-31T10:00:00Z\"`")),
            Item::Typed(schema) => typed(condition, schema, operand).or_else(|| {
                let fits = fits(schema.base, &operand.value);
                (!fits).then(|| wrong(words::takes(schema)))
            }),
        },
    }
}

/// An operand that is none of the values of its field's enum.
fn typed(test: &PredicateTest, schema: &Schema, operand: &Spanned<Value>) -> Option<Diagnostic> {
    let known = schema.values.iter().any(|value| value.value.value == operand.value);
    if known || schema.values.is_empty() || !fits(schema.base, &operand.value) {
        return None;
    }
    let options = schema.values.iter().map(|value| to_json(&value.value)).collect();
    let field = format!("`{}`", test.field.value);
    let mut diagnostic = not_in_enum(operand.span, &field, Some(&operand.value), &options);
    diagnostic.code = code::WRONG_OPERAND;
    Some(diagnostic)
}

fn fits(base: Base, value: &Value) -> bool {
    match base {
        Base::String => matches!(value, Value::String(_)),
        Base::Number | Base::Integer => matches!(value, Value::Number(_)),
        Base::Boolean => matches!(value, Value::Bool(_)),
        Base::Object | Base::Array => true,
    }
}
