//! Documents inside texts.

use crate::model::{Json, Value, parse_json};
use crate::yaml::options;

/// A text longer than this is not read as a document: its lines say enough, and reading costs.
const MOST_BYTES: usize = 1 << 20;

/// How texts are read so that their parts can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// As JSON.
    Json,
    /// As YAML.
    Yaml,
}

/// How two values are read, where both are texts that are compared by what they mean.
pub fn notation(before: &Value, after: &Value) -> Option<Notation> {
    read(before.as_str()?, after.as_str()?).map(|(notation, ..)| notation)
}

/// Two texts as the documents that both are, where these differ; nothing where one of them is none, or where only
/// their spelling differs.
pub(super) fn read(before: &str, after: &str) -> Option<(Notation, Value, Value)> {
    if before.len() > MOST_BYTES || after.len() > MOST_BYTES {
        return None;
    }
    let both = |read: fn(&str) -> Option<Value>| Some((read(before)?, read(after)?));
    let (notation, (old, new)) = match both(json) {
        Some(both) => (Notation::Json, both),
        None => (Notation::Yaml, both(yaml)?),
    };
    let alike = matches!((&old, &new), (Value::Object(_), Value::Object(_)) | (Value::Array(_), Value::Array(_)));
    (alike && old != new).then_some((notation, old, new))
}

fn json(text: &str) -> Option<Value> {
    let opens = text.trim_start().starts_with(['{', '[']);
    opens.then(|| parse_json(text.as_bytes()).ok()).flatten()
}

/// YAML of several lines: a single line such as `note: this` is a sentence more often than a document.
fn yaml(text: &str) -> Option<Value> {
    let lines = text.trim_end().contains('\n') && text.contains([':', '-']);
    let read = || serde_saphyr::from_str_with_options::<Json>(text, options(text.len(), false)).ok();
    let value = lines.then(read).flatten()?.0;
    // A comment would be lost, and what differs might be just that.
    matches!(value, Value::Object(_) | Value::Array(_)).then_some(value)
}
