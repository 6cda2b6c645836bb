use super::cell::{Cell, Figure};
use super::moment::Moment;
use crate::model::{Duration, Operator, Value, linear_pattern};
use crate::source::Spanned;
use regex::{Regex, RegexBuilder};
use std::ops::{Bound, RangeBounds};

/// A comparison, read once: what must hold of a cell.
#[derive(Debug)]
pub(super) struct Comparison<'a> {
    /// Whether it asks that the condition holds, or that it does not.
    pub(super) sense: Sense,
    /// The condition.
    pub(super) condition: Condition<'a>,
}

/// Whether a condition is asked for as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sense {
    /// `is`, `contains`.
    Plain,
    /// `is-not`, `not-contains`.
    Negated,
}

/// The conditions that all operators come down to.
#[derive(Debug)]
pub(super) enum Condition<'a> {
    /// It has a value.
    Present,
    /// It is one of these.
    Equal(Vec<Cell<'a>>),
    /// It is a number within these bounds.
    Numbers(Bound<Figure>, Bound<Figure>),
    /// It is a moment within these bounds.
    Moments(Bound<Moment>, Bound<Moment>),
    /// It is a text with one of these in it, or a list with one of these among its items.
    Holds(Vec<Cell<'a>>),
    /// It is a text that begins with this.
    Starts(&'a str),
    /// It is a text that ends with this.
    Ends(&'a str),
    /// It is a text in which this pattern is found.
    Matches(Box<Regex>),
    /// Its operands mean nothing, for this reason: nothing can be told of any value.
    Invalid(String),
}

/// How a comparison ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// It cannot be told.
    Unknown(Why),
}

/// Why a comparison cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// There is no value to put in an order.
    NoValue,
    /// The value is of a type, named here, that the operator does not compare.
    Type(&'static str),
    /// The value is a text that is no date-time.
    NoMoment,
    /// Nobody knows the value any more.
    Forgotten,
    /// The operands mean nothing.
    Operands,
}

/// The most memory that a compiled pattern may take, in bytes.
const PATTERN_LIMIT: usize = 8 << 20;

impl<'a> Comparison<'a> {
    /// Reads an operator and its operands; `now` is what `within` counts from, in seconds since 1970.
    pub(super) fn new(operator: Operator, operands: &'a [Spanned<Value>], now: i64) -> Self {
        use Bound::{Excluded, Included, Unbounded};
        use Sense::{Negated, Plain};
        let nothing = &Value::Null;
        let operand = |index: usize| operands.get(index).map_or(nothing, |operand| &operand.value);
        let (first, second) = (operand(0), operand(1));
        let (sense, condition) = match operator {
            Operator::Present => (Plain, Condition::Present),
            Operator::Absent => (Negated, Condition::Present),
            Operator::Is | Operator::In => (Plain, Condition::Equal(cells(operands))),
            Operator::IsNot | Operator::NotIn => (Negated, Condition::Equal(cells(operands))),
            Operator::Above => (Plain, range(Excluded(first), Unbounded)),
            Operator::Below => (Plain, range(Unbounded, Excluded(first))),
            Operator::AtLeast => (Plain, range(Included(first), Unbounded)),
            Operator::AtMost => (Plain, range(Unbounded, Included(first))),
            Operator::Between => (Plain, range(Included(first), Included(second))),
            Operator::NotBetween => (Negated, range(Included(first), Included(second))),
            Operator::Contains | Operator::ContainsAny => (Plain, Condition::Holds(cells(operands))),
            Operator::NotContains => (Negated, Condition::Holds(cells(operands))),
            Operator::StartsWith => (Plain, text(first, Condition::Starts)),
            Operator::NotStartsWith => (Negated, text(first, Condition::Starts)),
            Operator::EndsWith => (Plain, text(first, Condition::Ends)),
            Operator::NotEndsWith => (Negated, text(first, Condition::Ends)),
            Operator::Within => (Plain, within(first, now)),
            Operator::NotWithin => (Negated, within(first, now)),
            Operator::Matches => (Plain, text(first, pattern)),
            Operator::NotMatches => (Negated, text(first, pattern)),
        };
        Self { sense, condition }
    }

    /// Compares one cell.
    pub(super) fn judge(&self, cell: &Cell<'_>) -> Outcome {
        match (self.condition.judge(cell), self.sense) {
            (Outcome::Pass, Sense::Negated) => Outcome::Fail,
            (Outcome::Fail, Sense::Negated) => Outcome::Pass,
            (outcome, _) => outcome,
        }
    }
}

impl Condition<'_> {
    /// Whether it holds of one cell.
    pub(super) fn judge(&self, cell: &Cell<'_>) -> Outcome {
        match self.holds(cell) {
            Ok(true) => Outcome::Pass,
            Ok(false) => Outcome::Fail,
            Err(why) => Outcome::Unknown(why),
        }
    }

    fn holds(&self, cell: &Cell<'_>) -> Result<bool, Why> {
        match (self, cell) {
            (Self::Invalid(_), _) => Err(Why::Operands),
            (_, Cell::Forgotten) => Err(Why::Forgotten),
            (Self::Present, cell) => Ok(*cell != Cell::Missing),
            (Self::Numbers(..) | Self::Moments(..), Cell::Missing) => Err(Why::NoValue),
            // What is not there is equal to nothing, and holds nothing.
            (_, Cell::Missing) => Ok(false),
            (Self::Equal(operands), Cell::Flag(_) | Cell::Figure(_) | Cell::Text(_)) => Ok(operands.contains(cell)),
            (Self::Numbers(low, high), Cell::Figure(figure)) => Ok((*low, *high).contains(figure)),
            (Self::Moments(low, high), Cell::Text(text)) => {
                Moment::parse(text).map(|moment| (*low, *high).contains(&moment)).ok_or(Why::NoMoment)
            }
            (Self::Holds(operands), Cell::Text(text)) => {
                Ok(operands.iter().any(|operand| matches!(operand, Cell::Text(part) if text.contains(&**part))))
            }
            (Self::Holds(operands), Cell::List(items)) => Ok(items.iter().any(|item| operands.contains(item))),
            (Self::Starts(part), Cell::Text(text)) => Ok(text.starts_with(part)),
            (Self::Ends(part), Cell::Text(text)) => Ok(text.ends_with(part)),
            (Self::Matches(pattern), Cell::Text(text)) => Ok(pattern.is_match(text)),
            (_, other) => Err(Why::Type(other.type_name())),
        }
    }
}

/// Why a value cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incomparable {
    /// There is none.
    Nothing,
    /// It is of a type that the operator does not compare.
    Type {
        /// What it is.
        found: &'static str,
        /// What is needed.
        wanted: &'static str,
    },
    /// The operator compares with nothing like this.
    Operand {
        /// What it is.
        found: &'static str,
        /// What is needed.
        wanted: &'static str,
    },
}

/// Whether a comparison holds of a value, as it would in a rule. No operator that asks for the time.
///
/// # Errors
/// Where it cannot be told.
pub fn compare(operator: Operator, value: &Value, operands: &[Spanned<Value>]) -> Result<bool, Incomparable> {
    let has_order =
        |value: &Value| matches!(value, Value::Number(_)) || value.as_str().and_then(Moment::parse).is_some();
    let in_order = matches!(
        operator,
        Operator::Above
            | Operator::Below
            | Operator::AtLeast
            | Operator::AtMost
            | Operator::Between
            | Operator::NotBetween
    );
    let wanted = if in_order { "a number, or a date-time in quotes," } else { "a text" };
    match Comparison::new(operator, operands, 0).judge(&Cell::of(value)) {
        Outcome::Pass => Ok(true),
        Outcome::Fail => Ok(false),
        Outcome::Unknown(Why::NoValue | Why::Forgotten) => Err(Incomparable::Nothing),
        Outcome::Unknown(Why::Type(found)) => Err(Incomparable::Type { found, wanted }),
        Outcome::Unknown(Why::NoMoment) => Err(Incomparable::Type { found: "a string", wanted }),
        Outcome::Unknown(Why::Operands) => {
            let wrong = operands.iter().find(|operand| !in_order || !has_order(&operand.value));
            Err(Incomparable::Operand { found: wrong.map_or("something else", |one| one.type_name()), wanted })
        }
    }
}

/// The operands that a cell may equal: single values. A list, an object or an empty text equals none.
fn cells(operands: &[Spanned<Value>]) -> Vec<Cell<'_>> {
    let single = |cell: &Cell<'_>| matches!(cell, Cell::Flag(_) | Cell::Figure(_) | Cell::Text(_));
    operands.iter().map(|operand| Cell::of(&operand.value)).filter(single).collect()
}

fn text<'a>(operand: &'a Value, condition: impl Fn(&'a str) -> Condition<'a>) -> Condition<'a> {
    match operand.as_str() {
        Some(text) => condition(text),
        None => Condition::Invalid(format!("{} is no text to compare with", operand.type_name())),
    }
}

/// Whether a text is a pattern that `matches` can search for.
#[cfg(test)]
pub(crate) fn can_match(text: &str) -> bool {
    matches!(pattern(text), Condition::Matches(_))
}

fn pattern(text: &str) -> Condition<'_> {
    let linear = linear_pattern(text).ok();
    match linear.and_then(|linear| RegexBuilder::new(&linear).size_limit(PATTERN_LIMIT).build().ok()) {
        Some(pattern) => Condition::Matches(Box::new(pattern)),
        None => Condition::Invalid(format!("`{text}` is no pattern that can be searched for in linear time")),
    }
}

fn within<'a>(operand: &Value, now: i64) -> Condition<'a> {
    match operand.as_str().and_then(Duration::parse) {
        Some(Duration(seconds)) => {
            let oldest = Moment::from_seconds(now.saturating_sub(seconds));
            // The second that `now` names counts whole.
            let newest = Moment(Moment::from_seconds(now).0.saturating_add(999_999));
            Condition::Moments(Bound::Included(oldest), Bound::Included(newest))
        }
        None => Condition::Invalid("`within` needs a length of time, such as `\"90d\"`".into()),
    }
}

fn range<'a>(low: Bound<&Value>, high: Bound<&Value>) -> Condition<'a> {
    let figure = |value: &Value| match value {
        Value::Number(number) => Some(Figure::of(*number)),
        _ => None,
    };
    let moment = |value: &Value| value.as_str().and_then(Moment::parse);
    if let (Some(low), Some(high)) = (bound(low, figure), bound(high, figure)) {
        Condition::Numbers(low, high)
    } else if let (Some(low), Some(high)) = (bound(low, moment), bound(high, moment)) {
        Condition::Moments(low, high)
    } else {
        Condition::Invalid("only numbers, or date-times as RFC 3339 writes them, have an order".into())
    }
}

fn bound<T>(bound: Bound<&Value>, read: impl Fn(&Value) -> Option<T>) -> Option<Bound<T>> {
    Some(match bound {
        Bound::Included(value) => Bound::Included(read(value)?),
        Bound::Excluded(value) => Bound::Excluded(read(value)?),
        Bound::Unbounded => Bound::Unbounded,
    })
}
