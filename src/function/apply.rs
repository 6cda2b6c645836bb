use super::error::FunctionError;
use super::output::Output;
use super::scalar::{json, text_of};
use super::{list, number, object, text};
use crate::model::{Call, Function, Operator, Takes, Value, ValueType, Verb};
use crate::scorecard::{Incomparable, compare};
use crate::source::{Origin, Spanned};

/// How much a function has to look at and to put between, in bytes and parts of values. What it gives is longer at most six times, which
/// is what `quote` makes of a control character, so that a chain of functions that is paid for before each one stays bounded.
pub fn cost(call: &Call, value: &Output<'_>, arguments: &[Output<'_>]) -> usize {
    let taken: usize = arguments.iter().map(Output::weight).sum();
    let weight = value.weight();
    let between = match call.function {
        Function::Verb(Verb::Join) => taken.saturating_mul(value.count()),
        Function::Verb(Verb::Replace) => text::replaced_cost(value, arguments),
        Function::Verb(Verb::Map | Verb::Keep | Verb::Where) => {
            let (own, each) = arguments.split_at(call.arguments.len().min(arguments.len()));
            let of_items = value.items().unwrap_or_default();
            let each_cost = |item: &Output<'_>| call.each.as_ref().map_or(0, |call| cost(call, item, each));
            of_items.iter().map(each_cost).fold(own.iter().map(Output::weight).sum(), usize::saturating_add)
        }
        _ => taken,
    };
    weight.saturating_add(between)
}

/// The value after a function; `arguments` are the values of [`Call::all_arguments`].
///
/// # Errors
/// Where the function does not take the value, or what stands behind it.
pub fn apply<'a>(call: &Call, value: Output<'a>, arguments: &[Output<'a>]) -> Result<Output<'a>, FunctionError> {
    match call.function {
        Function::Compare(operator) => {
            compared(operator, &value, arguments).map(|holds| Output::Owned(Value::Bool(holds)))
        }
        Function::Verb(verb) => verbal(call, verb, value, arguments),
    }
}

fn verbal<'a>(
    call: &Call,
    verb: Verb,
    value: Output<'a>,
    arguments: &[Output<'a>],
) -> Result<Output<'a>, FunctionError> {
    if value.is_null() && !verb.takes_nothing() {
        return Ok(value);
    }
    judged(verb, &value, arguments)?;
    let first = || arguments.first().cloned().unwrap_or_else(Output::null);
    let second = || arguments.get(1).cloned().unwrap_or_else(Output::null);
    match verb {
        Verb::Default => Ok(if value.is_null() { first() } else { value }),
        Verb::Then => truth(&value).map(|holds| if holds { first() } else { second() }),
        Verb::And => truth(&value).and_then(|one| Ok(Output::Owned(Value::Bool(one && truth(&first())?)))),
        Verb::Or => truth(&value).and_then(|one| Ok(Output::Owned(Value::Bool(one || truth(&first())?)))),
        Verb::Not => truth(&value).map(|holds| Output::Owned(Value::Bool(!holds))),
        Verb::Json if value.holds_secret() => Err(FunctionError::Secret),
        Verb::Json => Ok(Output::Text(json(&value).into())),
        Verb::Length => Ok(Output::Owned(number::count(value.length()))),
        Verb::Lower
        | Verb::Upper
        | Verb::Trim
        | Verb::Slug
        | Verb::Trunc
        | Verb::Replace
        | Verb::Split
        | Verb::Text
        | Verb::Quote
        | Verb::Base64
        | Verb::Sha256 => text::apply(verb, text_of(value)?, arguments),
        Verb::Number => number::read(&text_of(value)?).map(Output::Owned),
        Verb::Plus
        | Verb::Minus
        | Verb::Times
        | Verb::DividedBy
        | Verb::Modulo
        | Verb::Round
        | Verb::Floor
        | Verb::Ceiling
        | Verb::LargerOf
        | Verb::SmallerOf => number::apply(verb, &value, arguments).map(Output::Owned),
        Verb::Join
        | Verb::First
        | Verb::Last
        | Verb::Item
        | Verb::Concat
        | Verb::Sort
        | Verb::Unique
        | Verb::Reverse
        | Verb::Sum => list::apply(verb, value, arguments),
        Verb::Map | Verb::Keep | Verb::Where => each(call, verb, &value, arguments),
        Verb::Get | Verb::Keys | Verb::Values | Verb::Merge | Verb::Without => {
            Ok(object::apply(verb, value, arguments))
        }
    }
}

/// That a function takes a value, and what stands behind it.
fn judged(verb: Verb, value: &Output<'_>, arguments: &[Output<'_>]) -> Result<(), FunctionError> {
    let usage = verb.usage();
    if !value.is_null() && value.value_type().is_some_and(|found| !usage.takes.contains(&found)) {
        return Err(FunctionError::Type { found: value.type_name(), wanted: usage.wanted() });
    }
    for (argument, (_, takes)) in arguments.iter().zip(usage.arguments) {
        fits(argument, *takes).map_err(|wanted| FunctionError::Argument {
            function: verb.word(),
            found: argument.type_name(),
            wanted,
        })?;
    }
    Ok(())
}

/// Whether something is what a function takes beside the value; what is needed where it is not.
fn fits(argument: &Output<'_>, takes: Takes) -> Result<(), &'static str> {
    let found = argument.value_type();
    match (takes, found) {
        (Takes::Any, _)
        | (Takes::Text, Some(ValueType::Text | ValueType::Number | ValueType::Truth))
        | (Takes::Number, Some(ValueType::Number))
        | (Takes::Truth, Some(ValueType::Truth))
        | (Takes::Object, Some(ValueType::Object)) => Ok(()),
        // Nothing is merged where there is nothing.
        (Takes::Object, None) if argument.is_null() => Ok(()),
        (Takes::Text, _) => Err("a text"),
        (Takes::Number, _) => Err("a number"),
        (Takes::Truth, _) => Err("a boolean"),
        (Takes::Object, _) => Err("an object"),
    }
}

fn truth(value: &Output<'_>) -> Result<bool, FunctionError> {
    match value {
        Output::Value(Value::Bool(holds)) | Output::Owned(Value::Bool(holds)) => Ok(*holds),
        other => Err(FunctionError::Type { found: other.type_name(), wanted: ValueType::Truth.word() }),
    }
}

/// Whether a comparison holds of a value.
///
/// # Errors
/// Where the value is one that the operator does not compare, or a secret: what is chosen by it would tell of it.
pub fn compared(operator: Operator, value: &Output<'_>, operands: &[Output<'_>]) -> Result<bool, FunctionError> {
    let asks_for_presence = matches!(operator, Operator::Present | Operator::Absent);
    if !asks_for_presence && (value.holds_secret() || operands.iter().any(Output::holds_secret)) {
        return Err(FunctionError::Secret);
    }
    let operands: Vec<Spanned<Value>> =
        operands.iter().map(|operand| Spanned::new(operand.to_value(Origin::Nowhere), Origin::Nowhere)).collect();
    compare(operator, &value.as_value(), &operands).map_err(|incomparable| match incomparable {
        Incomparable::Nothing => FunctionError::Missing,
        Incomparable::Type { found, wanted } => FunctionError::Type { found, wanted },
        Incomparable::Operand { found, wanted } => FunctionError::Argument { function: operator.word(), found, wanted },
    })
}

/// What a function that does something to each item makes of a list.
fn each<'a>(
    call: &Call,
    verb: Verb,
    value: &Output<'a>,
    arguments: &[Output<'a>],
) -> Result<Output<'a>, FunctionError> {
    let Some(each) = &call.each else { return Ok(value.clone()) };
    let (own, behind) = arguments.split_at(call.arguments.len().min(arguments.len()));
    let items = value.items().unwrap_or_default();
    let made = match verb {
        Verb::Map => items.into_iter().map(|item| apply(each, item, behind)).collect::<Result<_, _>>()?,
        _ => {
            let member = own.first().cloned().and_then(Output::into_text);
            let mut kept = Vec::new();
            for item in items {
                let judged = match &member {
                    Some(member) => item.member(member),
                    None => item.clone(),
                };
                let holds = match apply(each, judged, behind) {
                    // What has no value is neither above nor below anything.
                    Err(FunctionError::Missing) => false,
                    holds => matches!(holds?, Output::Owned(Value::Bool(true))),
                };
                if holds {
                    kept.push(item);
                }
            }
            kept
        }
    };
    Ok(Output::Array(made))
}
