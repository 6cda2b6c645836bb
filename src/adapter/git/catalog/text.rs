//! What stands in the files of a catalog: canonical JSON, a member a line, so that a page of a host, `git log` and `git blame` show
//! what changed.

use crate::model::{Digest, Map, Value, parse_json, write_json};

/// The text of a body.
pub(super) fn of_body(body: &Map) -> Vec<u8> {
    let value = Value::Object(body.clone());
    let mut json = Vec::new();
    write_json(&value, &mut json);
    lines(&json)
}

/// The text of canonical JSON, which no other one has: members and items stand on lines of their own, each two spaces further in.
pub(super) fn lines(json: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(json.len() + json.len() / 2 + 1);
    let (mut depth, mut in_string, mut is_escaped) = (0_usize, false, false);
    let mut rest = json.iter().peekable();
    let line = |text: &mut Vec<u8>, depth: usize| {
        text.push(b'\n');
        text.resize(text.len() + 2 * depth, b' ');
    };
    while let Some(byte) = rest.next() {
        if in_string {
            in_string = is_escaped || *byte != b'"';
            is_escaped = !is_escaped && *byte == b'\\';
            text.push(*byte);
            continue;
        }
        match byte {
            b'{' | b'[' => {
                text.push(*byte);
                if let Some(close) = rest.next_if(|next| matches!(next, b'}' | b']')) {
                    text.push(*close);
                } else {
                    depth += 1;
                    line(&mut text, depth);
                }
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                line(&mut text, depth);
                text.push(*byte);
            }
            b',' => {
                text.push(b',');
                line(&mut text, depth);
            }
            b':' => text.extend_from_slice(b": "),
            other => {
                in_string = *other == b'"';
                text.push(*other);
            }
        }
    }
    text.push(b'\n');
    text
}

/// The body that a text is.
///
/// # Errors
/// What it is instead.
pub(super) fn body(text: &[u8]) -> Result<Map, String> {
    match parse_json(text) {
        Ok(Value::Object(body)) => Ok(body),
        Ok(other) => Err(format!("{}, not an object", other.type_name())),
        Err(error) => Err(error.to_string()),
    }
}

/// The digest of the body that a text is.
pub(super) fn digest(body: &Map) -> Digest {
    Digest::of_body(body.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_member_has_a_line_and_what_is_empty_none() {
        let json = br#"{"a":{},"b":[],"c":[1,{"d":"x{,:}\"\\"}],"e":null}"#;
        let text = String::from_utf8(lines(json)).unwrap();
        assert_eq!(
            text,
            "{\n  \"a\": {},\n  \"b\": [],\n  \"c\": [\n    1,\n    {\n      \"d\": \"x{,:}\\\"\\\\\"\n    }\n  ],\n  \"e\": null\n}\n"
        );
        assert_eq!(of_body(&body(text.as_bytes()).unwrap()), text.as_bytes());
        assert_eq!(body(b"[1]").unwrap_err(), "a list, not an object");
    }
}
