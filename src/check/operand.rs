//! What a field is compared with could be its value.

use super::found::Found;
use super::instance::to_json;
use super::names::{Named, Names};
use super::problem::{Bearer, not_in_enum};
use super::subject::{Item, Subject};
use super::validator::{Completeness, Validator, is_time};
use super::{pattern, words};
use crate::diag::{Diagnostic, code};
use crate::model::{
    Base, Duration, FieldPath, Format, Limits, Map, Member, Name, Operator, PredicateTest, Property, Schema, Value,
};
use crate::source::Spanned;
use std::borrow::Cow;

/// What an operator asks of the field.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Asks {
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

pub(super) fn asks(operator: Operator) -> Asks {
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

/// The problem of an operand.
pub(super) fn problem(
    test: &PredicateTest,
    asks: Asks,
    subject: Subject<'_>,
    names: &Names<'_>,
    operand: &Spanned<Value>,
) -> Option<Diagnostic> {
    if let Value::Secret(_) = operand.value {
        // Where secrets stand is told for all of them.
        return None;
    }
    let text = operand.value.as_str();
    let wrong = |takes: &str| wrong(test, operand, takes);
    match asks {
        Asks::Nothing => None,
        Asks::Age => text.and_then(Duration::parse).is_none().then(|| no_duration(operand)),
        Asks::Pattern => match text {
            None => Some(wrong("a regular expression")),
            Some(text) => {
                let misfit = pattern::misfit(&Spanned::new(text, operand.span));
                misfit.or_else(|| in_no_value(test, subject, operand))
            }
        },
        Asks::Text => text.is_none().then(|| wrong("text")).or_else(|| in_no_value(test, subject, operand)),
        Asks::Container if !subject.several => {
            text.is_none().then(|| wrong("text")).or_else(|| in_no_value(test, subject, operand))
        }
        Asks::Equal | Asks::Ordered | Asks::Container | Asks::List => match (subject.item, text) {
            (Item::Any, Some(text)) if asks == Asks::Ordered && !is_time(text) => Some(wrong("a number or a time")),
            (Item::Any, _) => None,
            (Item::Text | Item::Name(_), None) => Some(wrong("text")),
            (Item::Text, Some(_)) => None,
            (Item::Name(named), Some(name)) => names.problem(code::WRONG_OPERAND, named, name, operand.span),
            (Item::Number, _) => (!fits(Base::Number, &operand.value)).then(|| wrong("a number")),
            (Item::Time, Some(text)) if is_time(text) => None,
            (Item::Time, _) => Some(wrong("a time").help("write it like `\"2026-01-31T10:00:00Z\"`")),
            (Item::Typed(schema), _) if schema.is_mixed() => None,
            (Item::Typed(schema), _) if !fits(schema.base, &operand.value) => {
                Some(meant(wrong(words::takes(schema)), schema.base, operand))
            }
            // With what numbers are compared that have an order is told of all operands together.
            (Item::Typed(_), _) if asks == Asks::Ordered => None,
            (Item::Typed(schema), _) => typed(test, schema, names, operand),
        },
    }
}

/// The problem of another field that a field is compared with, of which it is known what it is.
pub(super) fn other(
    test: &PredicateTest,
    subject: Subject<'_>,
    (path, found): (&Spanned<FieldPath>, Subject<'_>),
) -> Option<Diagnostic> {
    let takes_several = matches!(test.operator.value, Operator::In | Operator::NotIn | Operator::ContainsAny);
    let goes = |sort: Option<Sort>, other: Option<Sort>| sort.is_none() || other.is_none() || sort == other;
    if goes(Sort::of(subject.item), Sort::of(found.item)) && (takes_several || !found.several) {
        return None;
    }
    let (field, operator) = (&test.field.value, test.operator.word());
    let is = match (found.several, Sort::of(found.item)) {
        (true, _) if takes_several => "a list of another type",
        _ => found.what(),
    };
    let message = format!(
        "`{operator}` does not compare `{field}`, which is {}, with `{}`, which is {is}",
        subject.what(),
        path.value
    );
    let help = "name a field whose values could be equal to those of the first";
    Some(Diagnostic::error(code::WRONG_OPERAND, path.span, message).help(help))
}

/// What values can be compared with each other.
#[derive(Clone, Copy, PartialEq)]
enum Sort {
    Text,
    Number,
    Flag,
    Time,
    Other,
}

impl Sort {
    /// That of one value; nothing where it may be several.
    fn of(item: Item<'_>) -> Option<Self> {
        match item {
            Item::Any => None,
            Item::Text | Item::Name(_) => Some(Self::Text),
            Item::Number => Some(Self::Number),
            Item::Time => Some(Self::Time),
            Item::Typed(schema) if schema.is_mixed() => None,
            Item::Typed(schema) => match schema.base {
                Base::String => Some(Self::Text),
                Base::Number | Base::Integer => Some(Self::Number),
                Base::Boolean => Some(Self::Flag),
                Base::Object | Base::Array => Some(Self::Other),
                Base::IntOrString | Base::Any => None,
            },
        }
    }
}

fn wrong(test: &PredicateTest, operand: &Spanned<Value>, takes: &str) -> Diagnostic {
    let given = operand.value.type_name();
    let message = format!("`{}` is compared with {takes} here, not {given}", test.field.value);
    Diagnostic::error(code::WRONG_OPERAND, operand.span, message)
}

fn no_duration(operand: &Spanned<Value>) -> Diagnostic {
    let message = format!("{} is no length of time", words::shown(&operand.value));
    let help = "write a whole number and one of s, m, h, d, w, in quotes: `\"90d\"`";
    Diagnostic::error(code::BAD_DURATION, operand.span, message).help(help)
}

/// Says what somebody wrote who has the habits of another language.
fn meant(diagnostic: Diagnostic, base: Base, operand: &Spanned<Value>) -> Diagnostic {
    let written = match (base, &operand.value) {
        (Base::String, Value::Number(number)) => Some(format!("\"{number}\"")),
        (_, Value::String(text)) => words::meant(base, text).map(Cow::into_owned),
        _ => None,
    };
    match written {
        Some(written) => {
            diagnostic.help(format!("write `{written}`")).fix(format!("change to `{written}`"), operand.span, written)
        }
        None => diagnostic,
    }
}

/// An operand of the right type that no value of its field can be.
fn typed(test: &PredicateTest, schema: &Schema, names: &Names<'_>, operand: &Spanned<Value>) -> Option<Diagnostic> {
    if !schema.values.is_empty() {
        return not_of_enum(test, schema, operand);
    }
    if let (Some(named), Some(name)) = (Named::by(schema), operand.value.as_str()) {
        return names.problem(code::WRONG_OPERAND, named, name, operand.span);
    }
    let is_any = matches!(schema.format, None | Some(Format::Markdown)) && schema.limits == Limits::default();
    if is_any {
        return None;
    }
    let property = Property {
        name: Spanned::new((&*test.field.value.to_string()).into(), test.field.span),
        span: test.field.span,
        schema: schema.clone(),
        required: None,
        default: None,
    };
    let value = Member { name: property.name.clone(), value: operand.clone() };
    let name: Name = property.name.value.clone();
    let place = Bearer {
        kind: "",
        name: &name,
        span: operand.span,
        declared: operand.span,
        words: &[],
        group: "",
        relations: &[],
    };
    let properties = [property];
    let problems = Validator::new(&properties, Completeness::Part).check(&Map { members: vec![value] }, &place);
    problems.into_iter().next().map(|problem| Diagnostic { code: code::WRONG_OPERAND, ..problem })
}

/// An operand that is none of the values of its field's enum.
fn not_of_enum(test: &PredicateTest, schema: &Schema, operand: &Spanned<Value>) -> Option<Diagnostic> {
    if schema.values.iter().any(|value| value.value.value == operand.value) {
        return None;
    }
    let options = schema.values.iter().map(|value| to_json(&value.value)).collect();
    let field = format!("`{}`", test.field.value);
    let problem = not_in_enum(operand.span, &field, (Some(&operand.value), &words::shown(&operand.value)), &options);
    let declared = schema.values.first().map(|value| value.value.span);
    let problem = Diagnostic { lacks: declared, ..problem };
    Some(Diagnostic { code: code::WRONG_OPERAND, ..problem })
}

/// A part of a text that no value of its field's enum has: a part need not be one of the values.
fn in_no_value(test: &PredicateTest, subject: Subject<'_>, operand: &Spanned<Value>) -> Option<Diagnostic> {
    let Item::Typed(schema) = subject.item else { return None };
    if schema.is_mixed() {
        return None;
    }
    let part = operand.value.as_str()?;
    let found = match test.operator.value {
        Operator::Matches | Operator::NotMatches => Some(Found::new(part)?),
        _ => None,
    };
    let has_part = |value: &str| match test.operator.value {
        Operator::StartsWith | Operator::NotStartsWith => value.starts_with(part),
        Operator::EndsWith | Operator::NotEndsWith => value.ends_with(part),
        _ => found.as_ref().map_or_else(|| value.contains(part), |found| found.is_in(value)),
    };
    let mut values = schema.values.iter().filter_map(|value| value.value.value.as_str());
    if schema.values.is_empty() || values.any(has_part) {
        return None;
    }
    let never = format!("no value of `{}` {} `{part}`", test.field.value, test.operator.value.word().replace('-', " "));
    let shown = schema.values.iter().take(words::MOST_CANDIDATES).map(|value| words::shown(&value.value.value));
    let diagnostic = Diagnostic::error(code::WRONG_OPERAND, operand.span, never);
    Some(diagnostic.help(format!("it takes {}", words::list(shown))))
}

fn fits(base: Base, value: &Value) -> bool {
    match base {
        Base::String => matches!(value, Value::String(_)),
        Base::Number | Base::Integer => matches!(value, Value::Number(_)),
        Base::Boolean => matches!(value, Value::Bool(_)),
        Base::IntOrString => matches!(value, Value::Number(_) | Value::String(_)),
        Base::Object | Base::Array | Base::Any => true,
    }
}
