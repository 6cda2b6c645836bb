use crate::syntax::character::Class;
use crate::syntax::{Scalar, is_bare_word, is_foreign_word};

/// A value as KDL text: strings without quotes where they can be.
pub fn write_scalar(value: Scalar<'_>) -> String {
    let mut out = String::new();
    push_scalar(value, &mut out);
    out
}

/// Adds a value as KDL text to a text.
pub(in crate::syntax) fn push_scalar(value: Scalar<'_>, out: &mut String) {
    match value {
        // Alone it would look like the beginning of an item.
        Scalar::String("-") => out.push_str("\"-\""),
        Scalar::String(text) => push_string(text, out),
        Scalar::Integer(value) => out.push_str(&value.to_string()),
        Scalar::BigInteger(raw) => out.push_str(raw),
        Scalar::Float(value) if value.is_nan() => out.push_str("#nan"),
        Scalar::Float(f64::INFINITY) => out.push_str("#inf"),
        Scalar::Float(f64::NEG_INFINITY) => out.push_str("#-inf"),
        Scalar::Float(value) => out.push_str(&format!("{value:?}")),
        Scalar::Bool(true) => out.push_str("#true"),
        Scalar::Bool(false) => out.push_str("#false"),
        Scalar::Null => out.push_str("#null"),
    }
}

/// A string as KDL text: a bare word where it can be one and looks like nothing else, otherwise in quotes on one line.
pub fn write_string(text: &str) -> String {
    let mut out = String::new();
    push_string(text, &mut out);
    out
}

/// Adds a string as KDL text to a text.
pub(in crate::syntax) fn push_string(text: &str, out: &mut String) {
    if is_bare_word(text) && !is_foreign_word(text) {
        return out.push_str(text);
    }
    out.push('"');
    // Most texts hold nothing that is written otherwise than it is.
    let plain = |byte: &u8| (b' '..0x7f).contains(byte) && !matches!(byte, b'"' | b'\\');
    let rest = text.bytes().position(|byte| !plain(&byte)).unwrap_or(text.len());
    let (plain, rest) = text.split_at(rest);
    out.push_str(plain);
    for character in rest.chars() {
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
}

/// A string as KDL text in the notation of another one, where it can stand in it: in quotes, raw, or on several lines.
pub fn write_string_like(like: &str, text: &str) -> String {
    let quotes = like.trim_start_matches('#');
    let hashes = &like[..like.len() - quotes.len()];
    let plain = write_string(text);
    if quotes.starts_with("\"\"\"") {
        let indent = like.rsplit_once('\n').map_or("", |(_, last)| &last[..last.len() - last.trim_start().len()]);
        return on_lines(text, hashes, indent).unwrap_or(plain);
    }
    let is_quoted = quotes.starts_with('"');
    let closes = !hashes.is_empty() && text.contains(&format!("\"{hashes}"));
    let stands_raw = !closes && !begins_lines(text) && !text.contains(must_be_escaped);
    match (is_quoted, hashes.is_empty()) {
        (true, false) if stands_raw => format!("{hashes}\"{text}\"{hashes}"),
        (true, _) if !plain.starts_with('"') => format!("\"{text}\""),
        _ => plain,
    }
}

/// A text of several lines as a string of several lines that are indented, which may be raw where that spares it escapes; nothing where it
/// cannot be one, or ends with its first line.
pub fn write_lines(text: &str, indent: &str, may_be_raw: bool) -> Option<String> {
    let raw = || on_lines(text, "#", indent).filter(|_| may_be_raw && text.contains('\\'));
    raw().or_else(|| on_lines(text, "", indent)).filter(|_| text.trim_end_matches('\n').contains('\n'))
}

/// A text of one line that would need escapes as a raw string; nothing where it needs none, or cannot be raw.
pub fn write_raw(text: &str) -> Option<String> {
    let is_one = text.contains(['"', '\\']) && !begins_lines(text) && !text.contains(must_be_escaped);
    let hashes = (1..4).map(|count| "#".repeat(count)).find(|hashes| !text.contains(&format!("\"{hashes}")));
    hashes.filter(|_| is_one).map(|hashes| format!("{hashes}\"{text}\"{hashes}"))
}

/// A string as KDL text where nothing is put into texts: raw, on one line or on several that are not indented, where it looks as if a
/// value were put in, so that nobody takes it for that.
pub fn write_inert(text: &str) -> String {
    if !text.contains("${") && !text.starts_with('$') {
        return write_string(text);
    }
    on_lines(text, "#", "").unwrap_or_else(|| write_string_like("#\"\"#", text))
}

/// A text of several lines as a string of several lines, raw where there are hashes; nothing where it cannot be one.
fn on_lines(text: &str, hashes: &str, indent: &str) -> Option<String> {
    let is_blank = |line: &str| line.chars().all(|character| Class::of(character) == Class::Space);
    let mut out = format!("{hashes}\"\"\"\n");
    for line in text.split('\n') {
        if line.contains(must_be_escaped) || (!line.is_empty() && is_blank(line)) {
            return None;
        }
        let line = match (hashes.is_empty(), line.contains("\"\"\"")) {
            (true, _) => line.replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\""),
            (false, true) => return None,
            (false, false) => line.to_owned(),
        };
        let indent = if line.is_empty() { "" } else { indent };
        out.push_str(&format!("{indent}{line}\n"));
    }
    out.push_str(&format!("{indent}\"\"\"{hashes}"));
    text.contains('\n').then_some(out)
}

/// Whether a text in quotes would look like one of several lines, which begins with three of them.
fn begins_lines(text: &str) -> bool {
    text == "\"" || text.starts_with("\"\"")
}

/// Whether a code point may not stand in a quoted string as it is.
fn must_be_escaped(character: char) -> bool {
    matches!(Class::of(character), Class::Newline | Class::Banned)
}
