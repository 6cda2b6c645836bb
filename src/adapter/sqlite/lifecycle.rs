//! A lifecycle as text: canonical JSON of what differs from the defaults.

use super::flaw::Flaw;
use crate::model::{Lifecycle, Value, parse_json, write_json};

/// The text of a lifecycle.
pub(super) fn encode(lifecycle: &Lifecycle) -> String {
    let mut text = Vec::new();
    write_json(&Value::Object(lifecycle.to_body()), &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// The lifecycle of a text. What it says and this plat does not know is damage, never a default: a protection must not get lost.
pub(super) fn decode(text: &str) -> Result<Lifecycle, Flaw> {
    let body = parse_json(text.as_bytes()).ok();
    let lifecycle = body.as_ref().and_then(Value::as_object).and_then(Lifecycle::of_body);
    lifecycle.ok_or_else(|| Flaw::Damaged(format!("it holds the unreadable lifecycle `{text}`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_is_damage() {
        for text in ["", "[]", r#"{"protect":false}"#, r#"{"guard":true}"#, r#"{"on-drift":"x"}"#, r#"{"ignore":[1]}"#]
        {
            assert!(matches!(decode(text), Err(Flaw::Damaged(_))), "{text}");
        }
        assert_eq!(decode(&encode(&Lifecycle::default())).unwrap(), Lifecycle::default());
    }
}
