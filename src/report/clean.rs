//! Text that is safe to print: what users and servers wrote, without its power over a terminal.

use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;
use std::borrow::Cow;

/// Whether a character moves the cursor, starts an escape sequence, reorders the text around it, or is there without being seen: all
/// that Unicode has nothing drawn for (`Default_Ignorable_Code_Point`), and what separates lines and annotations. Some of them shape
/// their neighbours, and are safe beside those: see [`is_unsafe_between`].
pub(super) fn is_unsafe(character: char) -> bool {
    if character < '\u{7f}' {
        return character < ' ';
    }
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}')
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)
}

/// Whether a character is unsafe between these two. Persian, the scripts of India and pictures put together of others are not readable
/// without joiners and variation selectors: one is safe behind what it can shape. Behind a Latin letter, a space or another of its kind
/// it shapes nothing, and a row of them could only hide a text.
pub(super) fn is_unsafe_between(before: Option<char>, character: char, after: Option<char>) -> bool {
    let shapes = before.is_some_and(|before| match character {
        '\u{200c}' | '\u{200d}' => before == '\u{fe0f}' || (before >= FIRST_SHAPED && !is_unsafe(before)),
        // Keys are digits in a frame.
        '\u{fe0e}' | '\u{fe0f}' => after == Some('\u{20e3}') || !(before.is_ascii() || is_unsafe(before)),
        _ => false,
    });
    is_unsafe(character) && !shapes
}

/// Behind the Latin letters and the marks upon them.
const FIRST_SHAPED: char = '\u{370}';

/// `text` with line ends and tabs, and a stand-in for every other unsafe character.
pub fn clean(text: &str) -> Cow<'_, str> {
    replace(text, |character| character)
}

/// `text` as one line: line ends and tabs are spaces, other unsafe characters have a stand-in.
pub fn one_line(text: &str) -> Cow<'_, str> {
    replace(text, |_| ' ')
}

/// `space` is for line ends and tabs.
fn replace(text: &str, space: impl Fn(char) -> char) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let stand_in = |(_, character, is_unsafe): (usize, char, bool)| match character {
        '\n' | '\t' => space(character),
        _ if is_unsafe => '\u{fffd}',
        other => other,
    };
    Cow::Owned(judged(text).map(stand_in).collect())
}

/// The characters of a text with their places, each with whether it is unsafe where it stands.
pub(super) fn judged(text: &str) -> impl Iterator<Item = (usize, char, bool)> + '_ {
    let mut before = None;
    text.char_indices().map(move |(at, character)| {
        let after = text[at..].chars().nth(1);
        let is_unsafe = is_unsafe_between(before.replace(character), character, after);
        (at, character, is_unsafe)
    })
}

/// Source text where every unsafe character has a stand-in of the same length in bytes, so that offsets agree;
/// a lone carriage return ends a line, as it does for [`crate::source::LineIndex`].
pub(super) fn same_length(text: &str) -> String {
    let mut clean = String::with_capacity(text.len() + 1);
    let mut rest = judged(text).peekable();
    while let Some((_, character, is_unsafe)) = rest.next() {
        match character {
            '\n' | '\t' => clean.push(character),
            '\r' if rest.peek().is_some_and(|(_, next, _)| *next == '\n') => clean.push('\r'),
            '\r' => clean.push('\n'),
            other if !is_unsafe => clean.push(other),
            other => clean.push_str(match other.len_utf8() {
                1 => "?",
                2 => "\u{b7}",
                3 => "\u{fffd}",
                _ => "\u{fffd}?",
            }),
        }
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
    fn what_is_not_seen_has_a_stand_in() {
        for hidden in [
            '\u{ad}',
            '\u{34f}',
            '\u{61c}',
            '\u{115f}',
            '\u{1160}',
            '\u{17b4}',
            '\u{180b}',
            '\u{180e}',
            '\u{180f}',
            '\u{200b}',
            '\u{200e}',
            '\u{202e}',
            '\u{2060}',
            '\u{2063}',
            '\u{2069}',
            '\u{206a}',
            '\u{206f}',
            '\u{3164}',
            '\u{fe00}',
            '\u{feff}',
            '\u{ffa0}',
            '\u{fff0}',
            '\u{fff9}',
            '\u{fffb}',
            '\u{1bca0}',
            '\u{1d173}',
            '\u{e0001}',
            '\u{e0068}',
            '\u{e007f}',
            '\u{e0100}',
            '\u{e01ef}',
            '\u{e0fff}',
            '\u{2028}',
            '\u{200d}',
            '\u{fe0f}',
        ] {
            assert!(is_unsafe(hidden), "{hidden:?}");
            assert_eq!(clean(&format!("a{hidden}b")), "a\u{fffd}b", "{hidden:?}");
        }
        assert!("aé \u{a0}\u{300}\u{4e00}\u{1f600}\u{20e3}\u{94d}".chars().all(|seen| !is_unsafe(seen)));
    }

    #[test]
    fn what_shapes_its_neighbours_stays_beside_them() {
        for shaped in [
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
            "\u{915}\u{94d}\u{200d}\u{937}",
            "\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467}",
            "\u{2764}\u{fe0f}\u{200d}\u{1f525}",
            "1\u{fe0f}\u{20e3} \u{a9}\u{fe0e}",
        ] {
            assert_eq!(clean(shaped), shaped);
            assert_eq!(same_length(shaped), shaped);
        }
        assert_eq!(clean("\u{200d}a\u{200c}b 1\u{fe0f}2"), "\u{fffd}a\u{fffd}b 1\u{fffd}2");
        assert_eq!(clean("\u{915}\u{200d}\u{200c}\u{200d}"), "\u{915}\u{200d}\u{fffd}\u{fffd}");
    }

    #[test]
    fn stand_ins_keep_the_length() {
        let text = "a\u{1b}b\u{85}c\u{202e}\rd\r\n\té\u{e0068}";
        let clean = same_length(text);
        assert_eq!(clean, "a?b\u{b7}c\u{fffd}\nd\r\n\té\u{fffd}?");
        assert_eq!(clean.len(), text.len());
    }
}
