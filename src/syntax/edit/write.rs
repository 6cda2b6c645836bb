use crate::syntax::{Scalar, is_bare_word, is_foreign_word};

/// A value as KDL text: strings without quotes where they can be.
pub fn write_scalar(value: Scalar<'_>) -> String {
    match value {
        // Alone it would look like the beginning of an item.
        Scalar::String("-") => "\"-\"".to_owned(),
        Scalar::String(text) => write_string(text),
        Scalar::Integer(value) => value.to_string(),
        Scalar::BigInteger(raw) => raw.to_owned(),
        Scalar::Float(value) if value.is_nan() => "#nan".to_owned(),
        Scalar::Float(f64::INFINITY) => "#inf".to_owned(),
        Scalar::Float(f64::NEG_INFINITY) => "#-inf".to_owned(),
        Scalar::Float(value) => format!("{value:?}"),
        Scalar::Bool(true) => "#true".to_owned(),
        Scalar::Bool(false) => "#false".to_owned(),
        Scalar::Null => "#null".to_owned(),
    }
}

/// A string as KDL text: a bare word where it can be one and looks like nothing else, otherwise in quotes on one line.
pub fn write_string(text: &str) -> String {
    if is_bare_word(text) && !is_foreign_word(text) {
        return text.to_owned();
    }
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            other if must_be_escaped(other) => out.extend(other.escape_unicode()),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// Whether a code point may not stand in a quoted string as it is.
fn must_be_escaped(character: char) -> bool {
    use crate::syntax::character::Class;
    matches!(Class::of(character), Class::Newline | Class::Banned)
}
