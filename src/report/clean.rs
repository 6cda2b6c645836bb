//! Text that is safe to print: what users and servers wrote, without its power over a terminal.

use std::borrow::Cow;

/// Whether a character moves the cursor, starts an escape sequence, reorders the text around it, or is there without being seen.
pub(super) fn is_unsafe(character: char) -> bool {
    let reorders =
        matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let hides = matches!(character, '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{2060}' | '\u{feff}');
    reorders || hides || character.is_control()
}

/// `text` with line ends and tabs, and a stand-in for every other unsafe character.
pub fn clean(text: &str) -> Cow<'_, str> {
    replace(text, |character| match character {
        '\n' | '\t' => character,
        other if is_unsafe(other) => '\u{fffd}',
        other => other,
    })
}

/// `text` as one line: line ends and tabs are spaces, other unsafe characters have a stand-in.
pub fn one_line(text: &str) -> Cow<'_, str> {
    replace(text, |character| match character {
        '\n' | '\t' => ' ',
        other if is_unsafe(other) => '\u{fffd}',
        other => other,
    })
}

fn replace(text: &str, stand_in: impl Fn(char) -> char) -> Cow<'_, str> {
    if text.contains(is_unsafe) { Cow::Owned(text.chars().map(stand_in).collect()) } else { Cow::Borrowed(text) }
}

/// Source text where every unsafe character has a stand-in of the same length in bytes, so that offsets agree;
/// a lone carriage return ends a line, as it does for [`crate::source::LineIndex`].
pub(super) fn same_length(text: &str) -> String {
    let mut clean = String::with_capacity(text.len() + 1);
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        clean.push(match character {
            '\n' | '\t' => character,
            '\r' if rest.peek() == Some(&'\n') => '\r',
            '\r' => '\n',
            other if !is_unsafe(other) => other,
            other => match other.len_utf8() {
                1 => '?',
                2 => '\u{b7}',
                _ => '\u{fffd}',
            },
        });
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_reordering_marks_lose_their_power() {
        assert_eq!(clean("a\u{1b}[31m\nb\u{202e}"), "a\u{fffd}[31m\nb\u{fffd}");
        assert_eq!(one_line("a\nb\tc"), "a b c");
        assert!(matches!(clean("grün"), Cow::Borrowed(_)));
    }

    #[test]
    fn stand_ins_keep_the_length() {
        let text = "a\u{1b}b\u{85}c\u{202e}\rd\r\n\té";
        let clean = same_length(text);
        assert_eq!(clean, "a?b\u{b7}c\u{fffd}\nd\r\n\té");
        assert_eq!(clean.len(), text.len());
    }
}
