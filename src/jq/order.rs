//! The order of values in jq: null, false, true, numbers, texts, lists, objects.

use crate::model::{Map, Name, Value};
use crate::source::{Origin, Spanned};
use std::cmp::Ordering;

/// Which of two values comes first.
pub(super) fn compare(one: &Value, other: &Value) -> Ordering {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) if one == other => Ordering::Equal,
        (Value::Number(one), Value::Number(other)) => one.as_f64().total_cmp(&other.as_f64()),
        (Value::String(one), Value::String(other)) => one.cmp(other),
        (Value::Array(one), Value::Array(other)) => {
            let mut differing = one.iter().zip(other).map(|(one, other)| compare(&one.value, &other.value));
            differing.find(|order| order.is_ne()).unwrap_or_else(|| one.len().cmp(&other.len()))
        }
        (Value::Object(one), Value::Object(other)) => {
            let keys =
                |map: &Map| map.sorted().into_iter().map(|member| member.name.value.clone()).collect::<Vec<Name>>();
            keys(one).cmp(&keys(other)).then_with(|| {
                let mut pairs = one.sorted().into_iter().zip(other.sorted());
                let differs = |(one, other): (&crate::model::Member, &crate::model::Member)| {
                    compare(&one.value.value, &other.value.value)
                };
                pairs.find_map(|pair| Some(differs(pair)).filter(|order| order.is_ne())).unwrap_or(Ordering::Equal)
            })
        }
        _ => rank(one).cmp(&rank(other)),
    }
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(false) => 1,
        Value::Bool(true) => 2,
        Value::Number(_) => 3,
        Value::String(_) | Value::Secret(_) => 4,
        Value::Array(_) => 5,
        Value::Object(_) => 6,
    }
}

/// Whether one value has another in it, as `contains` has it; nothing where they are of two types.
pub(super) fn contains(one: &Value, other: &Value) -> Option<bool> {
    Some(match (one, other) {
        (Value::String(one), Value::String(other)) => one.contains(&**other),
        (Value::Array(one), Value::Array(other)) => {
            other.iter().all(|wanted| one.iter().any(|item| contains(&item.value, &wanted.value).unwrap_or(false)))
        }
        (Value::Object(one), Value::Object(other)) => other.members.iter().all(|wanted| {
            one.get(&wanted.name.value)
                .is_some_and(|value| contains(&value.value, &wanted.value.value).unwrap_or(false))
        }),
        (one, other) if rank(one) == rank(other) || matches!((one, other), (Value::Bool(_), Value::Bool(_))) => {
            one == other
        }
        _ => return None,
    })
}

/// A value of no text.
pub(super) fn bare(value: Value) -> Spanned<Value> {
    Spanned::new(value, Origin::Nowhere)
}

/// A list.
pub(super) fn list(items: impl IntoIterator<Item = Value>) -> Value {
    Value::Array(items.into_iter().map(bare).collect())
}
