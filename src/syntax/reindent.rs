use super::parser::Parser;
use crate::source::FileId;
use std::sync::Arc;

/// A string of several lines as written, with its lines indented by four spaces for each block.
///
/// Anything whose value would change, such as a string with escaped newlines, stays as it is.
pub(super) fn reindent(written: &str, depth: usize) -> String {
    let moved = moved(written, depth);
    match moved {
        Some(moved) if value(&moved) == value(written) => moved,
        _ => written.to_owned(),
    }
}

fn moved(written: &str, depth: usize) -> Option<String> {
    let (opening, rest) = written.split_once('\n')?;
    let is_raw = opening.starts_with('#');
    let has_several_lines = opening.trim_start_matches('#') == "\"\"\"";
    if !has_several_lines || (!is_raw && escapes_whitespace(rest)) {
        return None;
    }
    let (body, last) = rest.rsplit_once('\n').map_or((None, rest), |(body, last)| (Some(body), last));
    let closing = last.trim_start();
    let indent = &last[..last.len() - closing.len()];
    let mut out = format!("{opening}\n");
    for line in body.into_iter().flat_map(|body| body.split('\n')) {
        if !line.trim().is_empty() {
            out.extend(std::iter::repeat_n("    ", depth));
            out.push_str(line.strip_prefix(indent)?);
        }
        out.push('\n');
    }
    out.extend(std::iter::repeat_n("    ", depth));
    out.push_str(closing);
    Some(out)
}

/// Whether a backslash that is no second one stands before a space or at the end of a line.
fn escapes_whitespace(text: &str) -> bool {
    let mut escaped = false;
    text.chars().any(|character| {
        let found = escaped && character.is_whitespace();
        escaped = !escaped && character == '\\';
        found
    })
}

/// The value of a string, or nothing where the text is none.
fn value(written: &str) -> Option<String> {
    let text = Arc::from(written);
    let mut parser = Parser::new(FileId(0), &text);
    let string = parser.string()?;
    let is_whole = string.range.end as usize == written.len() && parser.diagnostics.is_empty();
    is_whole.then(|| parser.tree.unescaped[string.value.start as usize..string.value.end as usize].to_owned())
}

#[cfg(test)]
mod tests {
    use super::reindent;

    #[test]
    fn lines_move_only_where_the_value_stays() {
        let cases = [
            ("\"\"\"\n  a\n\n    b\n  \"\"\"", "\"\"\"\n    a\n\n      b\n    \"\"\""),
            ("\"\"\"\n\"\"\"", "\"\"\"\n    \"\"\""),
            ("#\"\"\"\n\ta\\\n\t\"\"\"#", "#\"\"\"\n    a\\\n    \"\"\"#"),
            ("\"\"\"\n  a\\\n  b\n  \"\"\"", "\"\"\"\n  a\\\n  b\n  \"\"\""),
            ("\"a\\\n  b\"", "\"a\\\n  b\""),
            ("\"\"\"\n  a\\\\\n  \"\"\"", "\"\"\"\n    a\\\\\n    \"\"\""),
        ];
        for (written, moved) in cases {
            assert_eq!(reindent(written, 1), moved);
        }
    }
}
