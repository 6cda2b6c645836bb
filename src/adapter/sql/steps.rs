//! The steps of a run as text: a JSON list of lines.

use crate::model::{Value, parse_json, write_json};
use crate::source::{Origin, Spanned};

/// The text of steps.
pub(crate) fn encode(steps: &[String]) -> String {
    let items = steps.iter().map(|step| Spanned::new(Value::string(step.as_str()), Origin::Nowhere));
    let mut text = Vec::new();
    write_json(&Value::Array(items.collect()), &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// The steps of a text; nothing where it is none of them.
pub(crate) fn decode(text: &[u8]) -> Option<Vec<String>> {
    let Ok(Value::Array(items)) = parse_json(text) else { return None };
    items.iter().map(|item| item.value.as_str().map(str::to_owned)).collect()
}
