//! Values as the types have them by which Port's provider for Terraform parts properties, inputs and the values of entities.

use crate::model::{Map, Member, Value, parse_json, write_json};
use crate::source::Spanned;
use std::fmt::Write as _;

/// A value that is of a type by which the provider parts properties and items: an object is text in JSON there, a text stays one whatever
/// made it, and of texts and numbers Terraform makes the other where an argument is that.
pub(super) fn typed(base: Option<&str>, Spanned { value, span }: Spanned<Value>) -> Spanned<Value> {
    let value = match (base, value) {
        (_, Value::Array(items)) => Value::Array(items.into_iter().map(|item| typed(base, item)).collect()),
        (Some("object"), value) => parsed(value),
        (Some("string"), value @ Value::Object(_)) => Value::String(json_text(&value).into()),
        (Some("string"), Value::Number(number)) => Value::string(number.to_string()),
        (Some("string"), Value::Bool(truth)) => Value::string(truth.to_string()),
        (Some("number"), Value::String(text)) => match parse_json(text.as_bytes()) {
            Ok(number @ Value::Number(_)) => number,
            _ => Value::String(text),
        },
        (_, value) => value,
    };
    Spanned::new(value, span)
}

/// The values of lists of one type, by name. Of a list to which several write, what one writes is by the name of that one.
pub(super) fn items(group: Member) -> Vec<Member> {
    let base = group.name.value.strip_suffix("_items").and_then(base_of);
    let is_slice = group.name.value.starts_with("union_");
    let one = |Member { name, value }| {
        if !is_slice {
            return Member { name, value: typed(base, value) };
        }
        let (span, mut slice) = (value.span, object(Some(value)));
        let mut by_writer = Map::default();
        if let (Some(writer), Some(items)) = (slice.remove("source_key"), slice.remove("items")) {
            by_writer.put(&writer.as_key(), items.value, items.span);
        }
        Member { name, value: Spanned::new(Value::Object(by_writer), span) }
    };
    object(Some(group.value)).members.into_iter().map(one).collect()
}

/// Gives a property its default and the values that it may have, which are of its type.
pub(super) fn put_default(map: &mut Map, base: Option<&str>, default: Option<Spanned<Value>>) {
    if let Some(Spanned { value, span }) = default.map(|default| typed(base, default)) {
        map.put("default", value, span);
    }
    // What works them out is no value of the type.
    if let Some(values) = map.remove("enum") {
        let is_list = matches!(values.value, Value::Array(_));
        let Spanned { value, span } = if is_list { typed(base, values) } else { values };
        map.put("enum", value, span);
    }
}

/// The JSON of a value as Terraform makes it, where it is a text: what means something in HTML, or ends a line to some, is an escape there.
pub(super) fn json_text(value: &Value) -> String {
    let mut json = Vec::new();
    write_json(value, &mut json);
    let mut text = String::with_capacity(json.len());
    for letter in String::from_utf8_lossy(&json).chars() {
        match letter {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => _ = write!(text, "\\u{:04x}", u32::from(letter)),
            letter => text.push(letter),
        }
    }
    text
}

/// What text in JSON says; anything else stays as it is.
pub(super) fn parsed(value: Value) -> Value {
    match value {
        Value::String(text) if text.trim_start().starts_with(['{', '[']) => {
            parse_json(text.as_bytes()).unwrap_or(Value::String(text))
        }
        other => other,
    }
}

/// The type by which the provider parts properties and items.
pub(super) fn base_of(word: &str) -> Option<&'static str> {
    ["string", "number", "boolean", "array", "object"].into_iter().find(|base| *base == word)
}

/// The members of an object; none of anything else.
pub(super) fn object(value: Option<Spanned<Value>>) -> Map {
    match value.map(|value| value.value) {
        Some(Value::Object(map)) => map,
        _ => Map::default(),
    }
}
