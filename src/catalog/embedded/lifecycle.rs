//! A lifecycle as text: canonical JSON of what differs from the defaults.

use super::fault::Fault;
use crate::model::{Deletion, Lifecycle, Map, OnDrift, Value, parse_json, write_json};
use crate::source::{FileId, Span, Spanned};

const NOWHERE: Span = Span { file: FileId(0), start: 0, end: 0 };

/// The text of a lifecycle.
pub(super) fn encode(lifecycle: &Lifecycle) -> String {
    let Lifecycle { protect, on_drift, deletion, ignore } = lifecycle;
    let mut map = Map::default();
    if *protect {
        map.put("protect", Value::Bool(true), NOWHERE);
    }
    if *on_drift != OnDrift::default() {
        map.put("on-drift", Value::string(on_drift.word()), NOWHERE);
    }
    if *deletion != Deletion::default() {
        map.put("deletion", Value::string(deletion.word()), NOWHERE);
    }
    if !ignore.is_empty() {
        let paths = ignore.iter().map(|path| Spanned::new(Value::String(path.value.clone()), NOWHERE));
        map.put("ignore", Value::Array(paths.collect()), NOWHERE);
    }
    let mut text = Vec::new();
    write_json(&Value::Object(map), &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// The lifecycle of a text. What it says and this plat does not know is damage, never a default: a protection must not get lost.
pub(super) fn decode(text: &str) -> Result<Lifecycle, Fault> {
    let unreadable = || Fault::Damaged(format!("it holds the unreadable lifecycle `{text}`"));
    let Ok(Value::Object(map)) = parse_json(text.as_bytes()) else { return Err(unreadable()) };
    let mut lifecycle = Lifecycle::default();
    for member in &map.members {
        let value = &member.value.value;
        let known = match &*member.name.value {
            "protect" => matches!(value, Value::Bool(true)).then(|| lifecycle.protect = true),
            "on-drift" => value.as_str().and_then(OnDrift::from_word).map(|word| lifecycle.on_drift = word),
            "deletion" => value.as_str().and_then(Deletion::from_word).map(|word| lifecycle.deletion = word),
            "ignore" => paths(value).map(|paths| lifecycle.ignore = paths),
            _ => None,
        };
        known.ok_or_else(unreadable)?;
    }
    Ok(lifecycle)
}

fn paths(value: &Value) -> Option<Vec<Spanned<Box<str>>>> {
    let Value::Array(items) = value else { return None };
    items.iter().map(|item| Some(Spanned::new(item.value.as_str()?.into(), NOWHERE))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifecycle_reads_back() {
        for (_, on_drift) in OnDrift::ALL.map(|row| (row.1, row.0)) {
            for (deletion, _) in Deletion::ALL {
                for ignore in [&[][..], &["properties.*", "a\"b"]] {
                    let ignore = ignore.iter().map(|path| Spanned::new((*path).into(), NOWHERE)).collect();
                    let lifecycle = Lifecycle { protect: ignore != vec![], on_drift, deletion, ignore };
                    assert_eq!(decode(&encode(&lifecycle)).unwrap(), lifecycle);
                }
            }
        }
        assert_eq!(encode(&Lifecycle::default()), "{}");
    }

    #[test]
    fn what_is_not_understood_is_damage() {
        for text in ["", "[]", r#"{"protect":false}"#, r#"{"guard":true}"#, r#"{"on-drift":"x"}"#, r#"{"ignore":[1]}"#]
        {
            assert!(matches!(decode(text), Err(Fault::Damaged(_))), "{text}");
        }
    }
}
