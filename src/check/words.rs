//! How values and types are spoken of in messages.

use crate::model::{Base, Blueprint, Entity, Format, Schema, Value};
use crate::syntax::edit::write_string;
use std::borrow::Cow;

/// The most candidates that one problem looks at or lists: what a mistake costs must not grow with what is right.
pub(super) const MOST_CANDIDATES: usize = 100;

/// A name as messages show it.
pub(super) fn quoted(name: &str) -> String {
    format!("`{name}`")
}

/// Things after one another: `a, b and c`.
pub(super) fn list(items: impl IntoIterator<Item = String>) -> String {
    let mut items: Vec<String> = items.into_iter().collect();
    let last = items.pop().unwrap_or_default();
    if items.is_empty() { last } else { format!("{} and {last}", items.join(", ")) }
}

/// A number of things.
pub(super) fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// A value in few characters, on one line.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) if text.chars().count() > 60 || text.contains('\n') => {
            let line = text.lines().next().unwrap_or_default();
            format!("`{}...`", line.chars().take(60).collect::<String>())
        }
        Value::String(text) => quoted(text),
        Value::Number(number) => number.to_string(),
        Value::Bool(true) => "#true".to_owned(),
        Value::Bool(false) => "#false".to_owned(),
        Value::Null | Value::Array(_) | Value::Object(_) | Value::Secret(_) => value.type_name().to_owned(),
    }
}

/// The most values of an enum that are named.
const MOST_VALUES: usize = 10;

/// What a type asks for, in words: of an enum its values.
pub(super) fn asked(schema: &Schema) -> String {
    let values = |schema: &Schema| {
        let named: Vec<String> = schema.values.iter().take(MOST_VALUES).map(|value| shown(&value.value)).collect();
        let more = schema.values.len().saturating_sub(MOST_VALUES);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("one of {}{more}", named.join(", "))
    };
    match &schema.items {
        _ if !schema.values.is_empty() && schema.base != Base::Array => values(schema),
        Some(items) if !items.values.is_empty() && schema.base == Base::Array => {
            format!("a list, each item {}", values(items))
        }
        _ => takes(schema).to_owned(),
    }
}

/// What a type takes, in words.
pub(super) fn takes(schema: &Schema) -> &'static str {
    match (schema.base, schema.format) {
        (_, Some(format)) => match format {
            Format::DateTime | Format::Timer => "a date and time",
            Format::Url => "a URL",
            Format::Email | Format::IdnEmail | Format::User => "an email address",
            Format::Ipv4 => "an IPv4 address",
            Format::Ipv6 => "an IPv6 address",
            Format::LabeledUrl => "an object with `url` and `displayText`",
            Format::Team => "the name of a team",
            Format::Blueprints => "the name of a blueprint",
            Format::Markdown | Format::MultiLine => "a string",
            Format::Entity => "the identifier of an entity",
            Format::Yaml => "a text in YAML",
            Format::Proto => "a text in the language of Protocol Buffers",
        },
        (Base::String, None) => "a string",
        (Base::Number, None) => "a number",
        (Base::Integer, None) => "a whole number",
        (Base::Boolean, None) => "#true or #false",
        (Base::Object, None) => "an object",
        (Base::Array, None) => "a list",
        (Base::IntOrString, None) => "a whole number or a string",
        (Base::Any, None) => "any value",
    }
}

/// What a text must be to have a format, and an example of it.
pub(super) fn format(word: &str) -> (&'static str, &'static str) {
    match word {
        "date-time" | "timer" => ("date and time", "`\"2026-01-31T10:00:00Z\"`"),
        "url" => ("URL", "`\"https://example.com\"`"),
        "email" | "idn-email" | "user" => ("email address", "`ana@example.com`"),
        "ipv4" => ("IPv4 address", "`\"10.0.0.1\"`"),
        "ipv6" => ("IPv6 address", "`\"2001:db8::1\"`"),
        "yaml" => ("YAML", "`\"replicas: 3\"`"),
        "proto" => ("file of Protocol Buffers", "`\"message Order { string id = 1; }\"`"),
        _ => ("text of its format", "the format asks for"),
    }
}

/// A value that a type takes, as a start for a new line.
pub(super) fn example(schema: &Schema) -> String {
    if let Some(first) = schema.values.first() {
        return first.value.as_str().map_or_else(|| shown(&first.value), write_string);
    }
    let example = match schema.format {
        Some(Format::LabeledUrl) => "url=\"https://example.com\"",
        Some(other) if format(other.word()).1.starts_with("`\"") => format(other.word()).1.trim_matches('`'),
        Some(Format::Email | Format::IdnEmail | Format::User) => "ana@example.com",
        _ => match schema.base {
            Base::String | Base::Array | Base::Any => "\"\"",
            Base::Number | Base::Integer | Base::IntOrString => "0",
            Base::Boolean => "#false",
            Base::Object => "{}",
        },
    };
    example.to_owned()
}

/// The line that declares an entity with all that its blueprint demands, as a start.
pub(super) fn entity(blueprint: &Blueprint, name: &str) -> String {
    let demanded = blueprint.properties.iter().filter(|property| property.is_demanded());
    let properties = demanded.map(|property| (&*property.name.value, example(&property.schema), "properties"));
    let relations =
        blueprint.relations.iter().filter(|relation| relation.required.is_some() && relation.many.is_none());
    let relations = relations.map(|relation| (&*relation.name.value, "...".to_owned(), "relations"));
    let lines = properties.chain(relations).map(|(name, value, group)| {
        line(&write_string(name), &value, Entity::WORDS.contains(&name).then_some(group)) + "; "
    });
    format!("entity {} {} {{ {}}}", blueprint.name.value, write_string(name), lines.collect::<String>())
}

/// The line that gives a name a value, within a group where the name alone is a word of the language.
pub(super) fn line(name: &str, value: &str, group: Option<&str>) -> String {
    match group {
        Some(group) => format!("{group} {{ {name} {value}; }}"),
        None => format!("{name} {value}"),
    }
}

/// What somebody who wrote a string meant, where the type takes none.
pub(super) fn meant(base: Base, text: &str) -> Option<Cow<'_, str>> {
    match (base, text.to_ascii_lowercase().as_str()) {
        (Base::Boolean, "true" | "yes" | "on") => Some("#true".into()),
        (Base::Boolean, "false" | "no" | "off") => Some("#false".into()),
        (Base::Integer, _) if text.parse::<i64>().is_ok() => Some(text.into()),
        (Base::Number, _) => {
            let number = text.parse::<f64>().ok().filter(|number| number.is_finite())?;
            // KDL has digits on both sides of a point.
            let is_bare = text
                .split('.')
                .all(|part| part.trim_start_matches(['+', '-']).starts_with(|one: char| one.is_ascii_digit()));
            Some(if is_bare { text.into() } else { number.to_string().into() })
        }
        _ => None,
    }
}

/// Whether a text is what other languages write where there is no value.
pub(super) fn is_nothing(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "null" | "none" | "nil" | "undefined" | "~")
}
