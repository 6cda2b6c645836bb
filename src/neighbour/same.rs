//! Which values say the same to a neighbour, or nothing.

use super::template;
use crate::model::Value;
use crate::source::Spanned;

/// Whether a value says nothing where it has no place.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// Whether lists hold the same, in whatever order.
pub(super) fn are_alike(made: &[Spanned<Value>], there: &[Spanned<Value>]) -> bool {
    if made.len() != there.len() {
        return false;
    }
    if made.iter().zip(there).all(|(made, there)| is_within(&there.value, &made.value)) {
        return true;
    }
    let mut left: Vec<&Spanned<Value>> = made.iter().collect();
    there.iter().all(|item| {
        let twin = left.iter().position(|other| is_within(&item.value, &other.value));
        twin.map(|index| left.remove(index)).is_some()
    })
}

/// Whether a value says all that another one does.
pub(super) fn is_within(there: &Value, made: &Value) -> bool {
    match (there, made) {
        (Value::Object(there), Value::Object(made)) => there.members.iter().all(|member| {
            let value = &member.value.value;
            is_empty(value) || made.get(&member.name.value).is_some_and(|made| is_within(value, &made.value))
        }),
        (Value::Array(there), Value::Array(made)) => are_alike(made, there),
        (Value::String(there), Value::String(made)) => template::are_alike(there, made),
        (there, made) => there == made,
    }
}
