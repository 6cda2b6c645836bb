//! How what differs is shown to people: a scalar as it was and as it becomes, a list by what comes and goes, a text by its lines and
//! words.
//!
//! What differs never looks the same. Knows nothing of plans, colours or widths.

mod list;
#[cfg(test)]
mod tests;
mod text;

use crate::diff::written;
use crate::model::Value;
use crate::syntax::{Escapes, look_alike};
pub(super) use text::{Line, Run, hunk_lines};

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
    Lines {
        /// The lines.
        lines: Vec<Line>,
        /// Whether they are as KDL escapes them.
        are_escaped: bool,
    },
}

/// How a part of a name differs: two scalars, two texts, two lists, or something that is on one side alone.
pub(super) fn change(name: &str, before: Option<&Value>, after: Option<&Value>) -> Change {
    match (before, after) {
        (Some(Value::Array(old)), Some(Value::Array(new))) if !list::holds_lists(old, new) => {
            list::compare(name, old, new)
        }
        (Some(Value::String(old)), Some(Value::String(new))) if text::is_long(old) || text::is_long(new) => {
            text::compare(old, new)
        }
        (Some(before), Some(after)) => {
            let mut texts = told_apart(&[before, after]).into_iter();
            Change::Value { before: texts.next(), after: texts.next() }
        }
        (before, after) => {
            let text = |value: &Value| written(value, Escapes::Hidden);
            Change::Value { before: before.map(text), after: after.map(text) }
        }
    }
}

/// Values as KDL, so that those that are not the same do not look so.
pub(super) fn told_apart(values: &[&Value]) -> Vec<String> {
    let write = |escapes: Escapes| values.iter().map(|value| written(value, escapes)).collect::<Vec<_>>();
    let texts = write(Escapes::Hidden);
    let alike = |index: usize| texts[..index].iter().any(|other| look_alike(other, &texts[index]));
    if (1..texts.len()).any(alike) { write(Escapes::BesideAscii) } else { texts }
}
