use super::error::FunctionError;
use super::number;
use super::output::Output;
use super::scalar::{json, text_of};

use crate::model::{Number, Verb};
use std::borrow::Cow;
use std::collections::HashSet;

/// What a function makes of a list.
pub(super) fn apply<'a>(verb: Verb, value: Output<'a>, arguments: &[Output<'a>]) -> Result<Output<'a>, FunctionError> {
    if verb == Verb::Join {
        return join(value, arguments);
    }
    let mut items = value.items().unwrap_or_default();
    let nothing = Output::null;
    match verb {
        Verb::First => Ok(items.into_iter().next().unwrap_or_else(nothing)),
        Verb::Last => Ok(items.pop().unwrap_or_else(nothing)),
        Verb::Item => {
            let place = number::count_of(arguments.first(), verb)?;
            Ok(items.into_iter().nth(place).unwrap_or_else(nothing))
        }
        Verb::Concat => {
            let more = arguments.first().cloned().unwrap_or_else(nothing);
            match more.items() {
                Some(more) => items.extend(more),
                None if more.is_null() => {}
                None => items.push(more),
            }
            Ok(Output::Array(items))
        }
        Verb::Sum => number::sum(&items).map(Output::Owned),
        Verb::Sort => sorted(items),
        Verb::Unique => {
            let mut seen = HashSet::new();
            items.retain(|item| seen.insert(json(item)));
            Ok(Output::Array(items))
        }
        _ => {
            items.reverse();
            Ok(Output::Array(items))
        }
    }
}

/// The items of a list with a text between them. What another function gave for a list, as `default` does, is a text already.
fn join<'a>(value: Output<'a>, arguments: &[Output<'a>]) -> Result<Output<'a>, FunctionError> {
    let Some(items) = value.items() else { return text_of(value).map(Output::Text) };
    let items: Vec<Cow<'_, str>> = items.into_iter().map(text_of).collect::<Result<_, _>>()?;
    let between = arguments.first().cloned().and_then(Output::into_text).unwrap_or_default();
    Ok(Output::Text(items.join(&between).into()))
}

/// Items in order, where they are all numbers or all texts.
fn sorted(mut items: Vec<Output<'_>>) -> Result<Output<'_>, FunctionError> {
    if items.iter().any(Output::holds_secret) {
        return Err(FunctionError::Secret);
    }
    if items.iter().all(|item| item.number().is_some()) {
        items.sort_by(|a, b| {
            let (a, b) = (a.number(), b.number());
            a.map_or(0.0, Number::as_f64).total_cmp(&b.map_or(0.0, Number::as_f64))
        });
    } else if items.iter().all(Output::is_text) {
        items.sort_by(|a, b| a.key().cmp(&b.key()));
    } else {
        return Err(FunctionError::Type { found: "a list of several types", wanted: "a list of texts or of numbers" });
    }
    Ok(Output::Array(items))
}
