//! YAML, of which no text stands for more than it has.

use crate::model::{Json, Value};

/// The documents of a text that hold something. Of YAML 1.1 `yes` and `on` say true, and 0644 is a number to the base of 8.
///
/// # Errors
/// Where it cannot be read.
pub(super) fn documents(text: &str, is_1_1: bool) -> Result<Vec<Value>, serde_saphyr::Error> {
    let values = serde_saphyr::from_multiple_with_options::<Json>(text, options(text, is_1_1))?;
    Ok(values.into_iter().map(|Json(value)| value).filter(|value| *value != Value::Null).collect())
}

/// How YAML is read: as much of it as the text has, and what its aliases stand for no more often than that.
pub(super) fn options(text: &str, is_1_1: bool) -> serde_saphyr::Options {
    let most = text.len().max(1 << 16);
    serde_saphyr::options! {
        strict_booleans: !is_1_1,
        legacy_octal_numbers: is_1_1,
        budget: serde_saphyr::budget! {
            max_events: most,
            max_nodes: most,
            max_documents: most,
            max_aliases: most,
            max_anchors: most,
            max_merge_keys: most,
            max_recorded_anchor_events: most,
            max_total_scalar_bytes: most,
            max_depth: DEEPEST,
            enforce_alias_anchor_ratio: false,
        },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: most },
    }
}

/// Why YAML cannot be read.
pub(super) fn said(error: &serde_saphyr::Error) -> String {
    let text = first_line(&error.to_string());
    // The place is told beside it.
    let text = text.strip_prefix("line ").and_then(|rest| Some(rest.split_once(": ")?.1)).unwrap_or(&text);
    let has = |words: &str| text.contains(words);
    if let Some(rest) = text.strip_prefix("duplicate mapping key: ") {
        return format!("`{}` stands twice in one object", rest.split(", set ").next().unwrap_or(rest));
    }
    if has("Depth {") || has("recursion limit") {
        return format!("it nests deeper than {DEEPEST} levels");
    }
    if has("alias replay") || has("alias expansion") || has("budget breached") {
        return "its aliases stand for more than the text itself has".to_owned();
    }
    if has("non-finite float") {
        return "a number here is none that JSON has".to_owned();
    }
    text.to_owned()
}

/// The most objects and lists around a value.
const DEEPEST: usize = 64;

pub(super) fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}
