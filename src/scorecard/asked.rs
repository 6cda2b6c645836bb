//! What a test compares its field with: values that are read once, or other fields of the same thing.

use super::Verdict;
use super::cell::{Cell, Figure};
use super::comparison::{Comparison, Condition, Outcome, Why};
use super::kleene::Items;
use crate::model::{FieldPath, Number, Operator, PredicateTest, Value};
use crate::source::{Origin, Spanned};

/// A test that is read.
pub(super) enum Asked<'a> {
    /// It compares with values.
    Values(Comparison<'a>),
    /// It compares with other fields, perhaps beside values: an operand that is one has its path.
    Fields(Vec<Option<FieldPath>>),
}

impl<'a> Asked<'a> {
    /// Reads a test; `now`, in seconds since 1970, is what `within` counts from.
    pub(super) fn new(test: &'a PredicateTest, now: i64) -> Self {
        let others: Vec<Option<FieldPath>> = test.operands.iter().map(|operand| operand.other_field()).collect();
        if others.iter().all(Option::is_none) {
            Self::Values(Comparison::new(test.operator.value, &test.operands, now))
        } else {
            Self::Fields(others)
        }
    }

    /// The verdict about a thing, with the reason where it cannot be told. `value` gives the value of a field, `items` says of how many
    /// it must hold where there is one for each item of a list.
    pub(super) fn verdict<'v>(
        &self,
        test: &PredicateTest,
        items: Items,
        value: &impl Fn(&FieldPath) -> Cell<'v>,
    ) -> Verdict {
        match given(&test.field, value) {
            Ok(Cell::Each(cells)) => items.verdict(cells.iter().map(|cell| self.of_one(test, cell, value))),
            Ok(cell) => self.of_one(test, &cell, value),
            Err(reason) => Verdict::Unknown(reason),
        }
    }

    /// The verdict about one value of the field.
    pub(super) fn of_one<'v>(
        &self,
        test: &PredicateTest,
        cell: &Cell<'_>,
        value: &impl Fn(&FieldPath) -> Cell<'v>,
    ) -> Verdict {
        let compared = match self {
            Self::Values(comparison) => judge(test, comparison, cell),
            Self::Fields(others) => of_fields(test, others, cell, value),
        };
        match compared {
            Ok(true) => Verdict::Pass,
            Ok(false) => Verdict::Fail,
            Err(reason) => Verdict::Unknown(reason),
        }
    }
}

/// The value of a field, where it is not for a catalog alone to know.
fn given<'v>(field: &FieldPath, value: &impl Fn(&FieldPath) -> Cell<'v>) -> Result<Cell<'v>, String> {
    if field.leaf.is_offline() {
        return Err(format!("`{field}` is known to the catalog only"));
    }
    Ok(value(field))
}

fn judge(test: &PredicateTest, comparison: &Comparison<'_>, cell: &Cell<'_>) -> Result<bool, String> {
    match comparison.judge(cell) {
        Outcome::Pass => Ok(true),
        Outcome::Fail => Ok(false),
        Outcome::Unknown(why) => Err(reason(test, comparison, why)),
    }
}

/// Why a comparison cannot be told.
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

/// Whether a field stands to others, and to values beside them, as a test says.
fn of_fields<'v>(
    test: &PredicateTest,
    others: &[Option<FieldPath>],
    cell: &Cell<'_>,
    value: &impl Fn(&FieldPath) -> Cell<'v>,
) -> Result<bool, String> {
    if *cell == Cell::Missing {
        return Err(format!("`{}` has no value", test.field.value));
    }
    let takes_several = matches!(test.operator.value, Operator::In | Operator::NotIn | Operator::ContainsAny);
    let mut operands = Vec::with_capacity(others.len());
    for (operand, other) in test.operands.iter().zip(others) {
        let Some(path) = other else {
            operands.push(operand.clone());
            continue;
        };
        match given(path, value)? {
            Cell::List(items) | Cell::Each(items) if takes_several => operands.extend(items.iter().filter_map(single)),
            cell => operands.push(single(&cell).ok_or_else(|| no_operand(path, &cell))?),
        }
    }
    judge(test, &Comparison::new(test.operator.value, &operands, 0), cell)
}

/// A cell as an operand; nothing for what equals no single value.
fn single(cell: &Cell<'_>) -> Option<Spanned<Value>> {
    let value = match cell {
        Cell::Flag(flag) => Value::Bool(*flag),
        Cell::Figure(Figure::Whole(number)) => Value::integer(*number),
        Cell::Figure(Figure::Other(number)) => Value::Number(Number::from_float(*number)?),
        Cell::Text(text) => Value::string(&**text),
        Cell::Missing | Cell::List(_) | Cell::Each(_) | Cell::Forgotten | Cell::Opaque => return None,
    };
    Some(Spanned::new(value, Origin::Nowhere))
}

/// Why what a field holds cannot be compared with.
fn no_operand(path: &FieldPath, cell: &Cell<'_>) -> String {
    match cell {
        Cell::Missing => format!("`{path}` has no value"),
        Cell::Forgotten => format!("nobody knows its `{path}` any more"),
        other => format!("`{path}` is {}, not a single value", other.type_name()),
    }
}
