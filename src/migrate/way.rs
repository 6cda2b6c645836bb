//! What stands in documents at ways of names.

use crate::model::{Map, Value};

/// What stands at a way.
pub(super) fn get<'m>(map: &'m Map, way: &[&str]) -> Option<&'m Value> {
    let (last, way) = way.split_last()?;
    let map = way.iter().try_fold(map, |map, step| map.get(step)?.as_object())?;
    map.get(last).map(|value| &value.value)
}

/// What stands at a JSON pointer, which leads by members alone.
pub(super) fn at<'d>(document: &'d Map, pointer: &str) -> Option<&'d Value> {
    let steps: Vec<String> =
        pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
    get(document, &steps.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The text that stands at a way.
pub(super) fn text<'m>(map: &'m Map, way: &[&str]) -> Option<&'m str> {
    get(map, way)?.as_str()
}

/// Whether the catalog of Backstage reads something else in the place of a value: an object whose only member is a word of its resolvers, those
/// of its modules among them. Any other is left as it is.
pub(super) fn is_placeholder(value: &Value) -> bool {
    let only = value.as_object().map(|map| map.members.as_slice());
    matches!(only, Some([only]) if PLACEHOLDERS.contains(&&*only.name.value))
}

const PLACEHOLDERS: [&str; 6] = ["$text", "$json", "$yaml", "$openapi", "$asyncapi", "$grpc"];

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
