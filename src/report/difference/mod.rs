//! What differs between two values, part by part, for people.
//!
//! Objects are compared by member, lists by what they are, texts by their words; JSON and YAML in a text by what they
//! mean. Knows nothing of plans, colours or widths.

mod embedded;
mod list;
mod text;

use super::plan::kdl_value;
use crate::model::Value;
use std::collections::BTreeSet;
pub(super) use text::Line;

/// A part of a value that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Where it is below the value: `spec.sizes[name=small].cpu`; empty for the value itself.
    pub(super) path: String,
    /// How it differs.
    pub(super) change: Change,
}

/// How a part differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// It comes, goes or becomes another one: values as KDL.
    Value {
        /// The value that goes.
        before: Option<String>,
        /// The value that comes.
        after: Option<String>,
    },
    /// Items of a list come and go, and the others stay in their order.
    Items {
        /// Those that come.
        added: Vec<String>,
        /// Those that go.
        removed: Vec<String>,
    },
    /// Lines of a text, or items of a list one a line, with a little around what differs.
    Lines(Vec<Line>),
}

/// How a text was read so that its parts can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notation {
    /// It was not.
    Plain,
    /// As JSON.
    Json,
    /// As YAML.
    Yaml,
}

impl Notation {
    /// What a reader is told.
    pub(super) fn note(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Json => Some("JSON, by its parts"),
            Self::Yaml => Some("YAML, by its parts"),
        }
    }
}

/// The parts that differ, by path, and how the two values were read. Nothing where they are equal.
pub(super) fn differences(before: Option<&Value>, after: Option<&Value>) -> (Notation, Vec<Part>) {
    let mut parts = Vec::new();
    let notation = match (before, after) {
        (Some(Value::String(old)), Some(Value::String(new))) if old != new => match embedded::read(old, new) {
            Some((notation, old, new)) => {
                walk("", &old, &new, &mut parts);
                notation
            }
            None => {
                walk("", &Value::String(old.clone()), &Value::String(new.clone()), &mut parts);
                Notation::Plain
            }
        },
        (Some(old), Some(new)) => {
            walk("", old, new, &mut parts);
            Notation::Plain
        }
        (before, after) => {
            if before.is_some() || after.is_some() {
                parts.push(whole("", before, after));
            }
            Notation::Plain
        }
    };
    (notation, parts)
}

/// A part that comes, goes or is replaced as a whole.
fn whole(path: &str, before: Option<&Value>, after: Option<&Value>) -> Part {
    let change = Change::Value { before: before.map(kdl_value), after: after.map(kdl_value) };
    Part { path: path.to_owned(), change }
}

fn walk(path: &str, before: &Value, after: &Value, parts: &mut Vec<Part>) {
    match (before, after) {
        _ if before == after => {}
        (Value::Object(old), Value::Object(new)) if !old.is_empty() && !new.is_empty() => {
            let names: BTreeSet<&str> =
                old.members.iter().chain(&new.members).map(|member| &*member.name.value).collect();
            for name in names {
                let path = joined(path, name);
                match (old.get(name), new.get(name)) {
                    (Some(old), Some(new)) => walk(&path, &old.value, &new.value, parts),
                    (old, new) => parts.push(whole(&path, old.map(|old| &old.value), new.map(|new| &new.value))),
                }
            }
        }
        (Value::Array(old), Value::Array(new)) => list::compare(path, old, new, parts),
        (Value::String(old), Value::String(new)) => {
            if let Some((_, old, new)) = embedded::read(old, new) {
                return walk(path, &old, &new, parts);
            }
            let change = if text::is_long(old) || text::is_long(new) {
                Change::Lines(text::lines(old, new))
            } else {
                Change::Value { before: Some(kdl_value(before)), after: Some(kdl_value(after)) }
            };
            parts.push(Part { path: path.to_owned(), change });
        }
        _ => parts.push(whole(path, Some(before), Some(after))),
    }
}

/// A path with one more name.
fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

#[cfg(test)]
mod tests;
