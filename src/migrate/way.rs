//! What stands in documents at ways of names.

use crate::model::{Map, Value};

/// What stands at a way.
pub(super) fn get<'m>(map: &'m Map, way: &[&str]) -> Option<&'m Value> {
    let (last, way) = way.split_last()?;
    let map = way.iter().try_fold(map, |map, step| map.get(step)?.as_object())?;
    map.get(last).map(|value| &value.value)
}

/// The text that stands at a way.
pub(super) fn text<'m>(map: &'m Map, way: &[&str]) -> Option<&'m str> {
    get(map, way)?.as_str()
}

/// What stands at a way, to be changed.
pub(super) fn get_mut<'m>(map: &'m mut Map, way: &[&str]) -> Option<&'m mut Value> {
    let (first, rest) = way.split_first()?;
    let value = &mut map.members.iter_mut().find(|member| *member.name.value == **first)?.value.value;
    match value {
        value if rest.is_empty() => Some(value),
        Value::Object(inner) => get_mut(inner, rest),
        _ => None,
    }
}
