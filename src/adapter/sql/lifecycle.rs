//! A lifecycle as text: canonical JSON of what differs from the defaults.

use crate::model::{Lifecycle, Value, parse_json, write_json};

/// The text of a lifecycle.
pub(crate) fn encode(lifecycle: &Lifecycle) -> String {
    let mut text = Vec::new();
    write_json(&Value::Object(lifecycle.to_body()), &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// The lifecycle of a text; nothing where it says what this plat does not know, which is never a default: a protection must not get lost.
pub(crate) fn decode(text: &[u8]) -> Option<Lifecycle> {
    parse_json(text).ok()?.as_object().and_then(Lifecycle::of_body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_is_damage() {
        for text in ["", "[]", r#"{"protect":false}"#, r#"{"guard":true}"#, r#"{"on-drift":"x"}"#, r#"{"ignore":[1]}"#]
        {
            assert_eq!(decode(text.as_bytes()), None, "{text}");
        }
        assert_eq!(decode(encode(&Lifecycle::default()).as_bytes()), Some(Lifecycle::default()));
    }
}
