//! Texts so that all of them is seen: what has no picture of its own stands as KDL escapes it.

use super::character::nfc;
use super::is_bare_word;
use std::borrow::Cow;
use unicode_general_category::{GeneralCategory, get_general_category};

/// Which characters of a text stand as escapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escapes {
    /// Those that nobody sees, or that look like others only because of the form that they are written in.
    Hidden,
    /// Everything beside ASCII: for texts that look the same and are not.
    BesideAscii,
}

/// A string as KDL, all of it visible: a bare word where it can be one, else in quotes on one line.
pub fn visible_string(text: &str, escapes: Escapes) -> String {
    if is_bare_word(text) && !needs_escapes(text) && (escapes == Escapes::Hidden || text.is_ascii()) {
        return text.to_owned();
    }
    let mut out = String::from("\"");
    for part in text.split_inclusive('"') {
        let (part, quote) = part.strip_suffix('"').map_or((part, ""), |part| (part, "\\\""));
        write(part, text, escapes, &mut out);
        out.push_str(quote);
    }
    out.push('"');
    out
}

/// A text without quotes around it, all of it visible; a backslash of its own is doubled, so that no two texts become one.
pub fn escaped(text: &str, escapes: Escapes) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    write(text, text, escapes, &mut out);
    out
}

/// Whether a text holds what stands as an escape, however it is looked at.
pub fn needs_escapes(text: &str) -> bool {
    let plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    text.match_indices("##").any(|(at, _)| begins_command(&text[at..]))
        || !plain && text.chars().scan(None, behind).any(|(before, character)| is_hidden(before, character))
        || !plain && !nfc().is_normalized(text)
}

/// The characters of a text, each with whether it stands as an escape where all is to be seen.
pub fn judged(text: &str) -> impl Iterator<Item = (char, bool)> {
    text.char_indices()
        .zip(text.chars().scan(None, behind))
        .map(|((at, _), (before, character))| (character, is_hidden(before, character) || begins_command(&text[at..])))
}

/// Whether two texts are not the same and look as if they were, as the skeletons of UTS 39 have it. What looks alike within ASCII is
/// left to the reader's font.
pub fn look_alike(one: &str, other: &str) -> bool {
    let differ = one != other && !(one.is_ascii() && other.is_ascii());
    differ && unicode_security::skeleton(one).eq(unicode_security::skeleton(other))
}

/// What a text looks like: the same for all that look alike.
pub fn skeleton(text: &str) -> String {
    unicode_security::skeleton(text).collect()
}

/// A part of a text, which is in NFC or not as a whole.
fn write(part: &str, whole: &str, escapes: Escapes, out: &mut String) {
    let form = if whole.is_ascii() { Cow::Borrowed(whole) } else { nfc().normalize(whole) };
    let is_normal = *form == *whole;
    for ((at, _), (before, character)) in part.char_indices().zip(part.chars().scan(None, behind)) {
        let beside = escapes == Escapes::BesideAscii && !character.is_ascii();
        match character {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '#' if begins_command(&part[at..]) => out.push_str("\\u{23}"),
            hidden if beside || is_hidden(before, hidden) => out.extend(hidden.escape_unicode()),
            changed if !is_normal && is_of_another_form(changed) => out.extend(changed.escape_unicode()),
            plain => out.push(plain),
        }
    }
}

/// Each character with the one before it.
#[expect(clippy::unnecessary_wraps, reason = "the shape that `scan` asks for")]
fn behind(before: &mut Option<char>, character: char) -> Option<(Option<char>, char)> {
    Some((before.replace(character), character))
}

/// Whether a character is not seen where it stands, is not told from a space, or would change what stands beside it.
fn is_hidden(before: Option<char>, character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control();
    }
    match get_general_category(character) {
        GeneralCategory::Control
        | GeneralCategory::Format
        | GeneralCategory::LineSeparator
        | GeneralCategory::ParagraphSeparator
        | GeneralCategory::SpaceSeparator
        | GeneralCategory::PrivateUse
        | GeneralCategory::Surrogate
        | GeneralCategory::Unassigned => true,
        // It would be drawn upon what is no part of the text.
        GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark => {
            is_ignorable(character) || before.is_none_or(|before| before == ' ' || before.is_control())
        }
        _ => is_ignorable(character),
    }
}

/// Whether a text begins as what the runner of a job takes for a command: `##[`, `##vso[`. No output shows that as it is.
fn begins_command(text: &str) -> bool {
    let word = text.strip_prefix("##");
    word.is_some_and(|word| word.trim_start_matches(|letter: char| letter.is_ascii_alphabetic()).starts_with('['))
}

/// Letters, marks and signs that are drawn as nothing: fillers, joiners, selectors of variants, the empty Braille cell.
pub(super) fn is_ignorable(character: char) -> bool {
    matches!(
        character,
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2800}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{fffc}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Whether a character belongs to the form that a text which is not in NFC is written in: a mark, or what NFC puts another one for.
fn is_of_another_form(character: char) -> bool {
    let is_mark = matches!(
        get_general_category(character),
        GeneralCategory::NonspacingMark | GeneralCategory::SpacingMark | GeneralCategory::EnclosingMark
    );
    let is_jamo = matches!(character, '\u{1100}'..='\u{11ff}');
    is_mark || is_jamo || !nfc().is_normalized(character.encode_utf8(&mut [0; 4]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn stands(text: &str, visible: &str) {
        assert_eq!(visible_string(text, Escapes::Hidden), visible);
    }

    #[test]
    fn what_nobody_sees_stands_as_an_escape() {
        stands("a", "a");
        stands("a b", "\"a b\"");
        stands("5", "\"5\"");
        stands("", "\"\"");
        stands("a\"\\b", r#""a\"\\b""#);
        stands("\u{1b}x\0", r#""\u{1b}x\u{0}""#);
        stands("a\tb\r\n", r#""a\tb\r\n""#);
        stands("a\u{a0}b", r#""a\u{a0}b""#);
        stands("a\u{200b}b\u{202e}", r#""a\u{200b}b\u{202e}""#);
        stands("a\u{3164}\u{2800}\u{fe0f}", r#""a\u{3164}\u{2800}\u{fe0f}""#);
        stands("\u{301}a", r#""\u{301}a""#);
        stands("## a ##[b]", r###""## a \u{23}#[b]""###);
    }

    #[test]
    fn only_a_text_in_another_form_shows_its_form() {
        stands("café", "café");
        stands("cafe\u{301}", r#""cafe\u{301}""#);
        stands("\u{212b}ngström", r#""\u{212b}ngström""#);
        stands("\u{1112}\u{1161}\u{11ab}", r#""\u{1112}\u{1161}\u{11ab}""#);
        // Nothing composes these.
        stands("x\u{323}y", "x\u{323}y");
        stands("हिन्दी", "हिन्दी");
    }

    #[test]
    fn texts_that_look_the_same_are_known() {
        assert!(look_alike("p\u{430}y", "pay"));
        assert!(look_alike("it\u{2019}s", "it's"));
        assert!(!look_alike("pay", "pay"));
        assert!(!look_alike("Müller", "Muller"));
        assert!(!look_alike("l0", "1O"));
        assert_eq!(visible_string("p\u{430}y", Escapes::BesideAscii), r#""p\u{430}y""#);
    }
}
