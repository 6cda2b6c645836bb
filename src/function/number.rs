use super::error::FunctionError;
use super::output::Output;
use crate::model::{Number, Value, Verb};

/// What a function makes of a number.
pub(super) fn apply(verb: Verb, value: &Output<'_>, arguments: &[Output<'_>]) -> Result<Value, FunctionError> {
    let zero = Number::Integer(0);
    let (one, other) = (value.number().unwrap_or(zero), arguments.first().and_then(Output::number).unwrap_or(zero));
    let made = match verb {
        Verb::Plus => exact(one, other, i64::checked_add, |a, b| a + b),
        Verb::Minus => exact(one, other, i64::checked_sub, |a, b| a - b),
        Verb::Times => exact(one, other, i64::checked_mul, |a, b| a * b),
        Verb::DividedBy | Verb::Modulo if other == zero => {
            return Err(FunctionError::Impossible("no number is divided by 0".to_owned()));
        }
        Verb::DividedBy => match (one, other) {
            (Number::Integer(a), Number::Integer(b)) if a.checked_rem(b) == Some(0) => Some(Number::Integer(a / b)),
            _ => Number::from_float(one.as_f64() / other.as_f64()),
        },
        Verb::Modulo => exact(one, other, i64::checked_rem_euclid, f64::rem_euclid),
        Verb::Round => whole(one, f64::round),
        Verb::Floor => whole(one, f64::floor),
        Verb::Ceiling => whole(one, f64::ceil),
        Verb::LargerOf => Some(if is_above(other, one) { other } else { one }),
        Verb::SmallerOf => Some(if is_above(one, other) { other } else { one }),
        _ => Some(one),
    };
    made.map(Value::Number).ok_or_else(too_large)
}

/// The sum of numbers.
pub(super) fn sum(items: &[Output<'_>]) -> Result<Value, FunctionError> {
    let mut sum = Number::Integer(0);
    for item in items {
        let wrong = || FunctionError::Type { found: item.type_name(), wanted: "a list of numbers" };
        let number = item.number().ok_or_else(wrong)?;
        sum = exact(sum, number, i64::checked_add, |a, b| a + b).ok_or_else(too_large)?;
    }
    Ok(Value::Number(sum))
}

/// The number that a text says.
pub(super) fn read(text: &str) -> Result<Value, FunctionError> {
    let trimmed = text.trim();
    let is_plain =
        trimmed.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'));
    let whole = trimmed.parse().map(Number::Integer).ok();
    let number = whole.or_else(|| trimmed.parse().ok().filter(|_| is_plain).and_then(Number::from_float));
    let shown: String = text.chars().take(40).collect();
    number.map(Value::Number).ok_or_else(|| FunctionError::Impossible(format!("`{shown}` is no number")))
}

/// A count as a number.
pub(super) fn count(count: usize) -> Value {
    Value::integer(i64::try_from(count).unwrap_or(i64::MAX))
}

/// How many something is.
pub(super) fn count_of(argument: Option<&Output<'_>>, verb: Verb) -> Result<usize, FunctionError> {
    let number = argument.and_then(Output::number).map(|number| number.to_string());
    let count = number.and_then(|number| number.parse().ok());
    let wrong =
        FunctionError::Argument { function: verb.word(), found: "no count", wanted: "a whole number, 0 or more" };
    count.ok_or(wrong)
}

/// Of whole numbers exactly, of others as computers do; nothing where it is larger than a number can be.
fn exact(one: Number, other: Number, whole: fn(i64, i64) -> Option<i64>, float: fn(f64, f64) -> f64) -> Option<Number> {
    match (one, other) {
        (Number::Integer(a), Number::Integer(b)) => whole(a, b).map(Number::Integer),
        _ => Number::from_float(float(one.as_f64(), other.as_f64())),
    }
}

fn whole(number: Number, round: fn(f64) -> f64) -> Option<Number> {
    match number {
        Number::Integer(_) => Some(number),
        Number::Float(float) => Number::from_float(round(float)),
    }
}

fn is_above(one: Number, other: Number) -> bool {
    match (one, other) {
        (Number::Integer(a), Number::Integer(b)) => a > b,
        _ => one.as_f64() > other.as_f64(),
    }
}

fn too_large() -> FunctionError {
    FunctionError::Impossible("it comes to more than a number can be".to_owned())
}
