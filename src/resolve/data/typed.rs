//! Texts of rows, by the type of what they are for.

use crate::model::{Base, Number, Schema, Value};
use crate::rows::{number, value_of};
use crate::source::{Origin, Spanned};

/// A text read by a schema; one that does not fit stays a text, for the check to judge.
pub(super) fn by_schema(text: &str, schema: &Schema, place: Origin) -> Value {
    let trimmed = text.trim();
    let read = match schema.base {
        Base::String | Base::Any => None,
        Base::Number | Base::Integer => number(trimmed).map(Value::Number),
        Base::Boolean if trimmed.eq_ignore_ascii_case("true") => Some(Value::Bool(true)),
        Base::Boolean if trimmed.eq_ignore_ascii_case("false") => Some(Value::Bool(false)),
        Base::Boolean => None,
        Base::IntOrString => number(trimmed).filter(|number| matches!(number, Number::Integer(_))).map(Value::Number),
        Base::Object => value_of(trimmed, place).filter(|value| value.as_object().is_some()),
        Base::Array => Some(list(text, place, |item| match &schema.items {
            Some(schema) => by_schema(item, schema, place),
            None => Value::string(item),
        })),
    };
    read.unwrap_or_else(|| Value::string(text))
}

/// The items of a text: those of a JSON list, or what `;` parts, or where there is none `,`.
pub(super) fn list(text: &str, place: Origin, item: impl Fn(&str) -> Value) -> Value {
    let trimmed = text.trim();
    if trimmed.starts_with('[')
        && let Some(list @ Value::Array(_)) = value_of(trimmed, place)
    {
        return list;
    }
    let separator = if text.contains(';') { ';' } else { ',' };
    let items = text.split(separator).map(str::trim).filter(|part| !part.is_empty());
    Value::Array(items.map(|part| Spanned::new(item(part), place)).collect())
}
