//! How many columns a text takes, and texts that take no more than there are.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The columns that a text takes on a terminal.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}

/// A text that takes at most `most` columns: where it is longer, its end is left out and says so.
pub(super) fn cropped(text: &str, most: usize) -> String {
    if columns(text) <= most {
        return text.to_owned();
    }
    // A text in quotes stays one.
    let is_quoted = text.len() > 1 && text.starts_with('"') && text.ends_with('"') && text.matches('"').count() == 2;
    let mut kept = String::new();
    let mut taken = 1 + usize::from(is_quoted);
    for character in text.chars() {
        taken += character.width().unwrap_or(0);
        if taken > most {
            break;
        }
        kept.push(character);
    }
    kept + if is_quoted { "…\"" } else { "…" }
}

/// A path that takes at most `most` columns: where it is longer, something is left out before the name of its file, and says so.
pub(super) fn cropped_path(path: &str, most: usize) -> String {
    let (folders, name) = path.split_at(path.rfind('/').unwrap_or(0));
    match most.checked_sub(columns(name)) {
        Some(free) if free > 1 && columns(path) > most => cropped(folders, free) + name,
        _ => cropped_head(path, most),
    }
}

/// Columns that are shown before the first character that differs.
const BEFORE: usize = 8;

/// Texts that each take at most `most` columns, cut so that two that differ never come to the same: what they have in common at
/// their beginning is left out first. Where even that is not enough they stay whole.
pub(super) fn cropped_apart(texts: &[&str], most: usize) -> Vec<String> {
    let simple: Vec<String> = texts.iter().map(|text| cropped(text, most)).collect();
    let Some(same) = longest_same(texts, &simple) else { return simple };
    let window = |text: &&str| {
        let start = before(text, same, BEFORE.min(most / 3));
        if start == 0 { cropped(text, most) } else { cropped(&format!("…{}", &text[start..]), most) }
    };
    let windows: Vec<String> = texts.iter().map(window).collect();
    match longest_same(texts, &windows) {
        None => windows,
        Some(_) => texts.iter().map(|text| (*text).to_owned()).collect(),
    }
}

/// Where the last columns, at most so many, of the first `length` characters of a text begin.
fn before(text: &str, length: usize, most: usize) -> usize {
    let head: Vec<(usize, char)> = text.char_indices().take(length).collect();
    let mut start = head.last().map_or(0, |(at, last)| at + last.len_utf8());
    let mut taken = 0;
    for (at, character) in head.into_iter().rev().take(most) {
        taken += character.width().unwrap_or(0);
        if taken > most {
            break;
        }
        start = at;
    }
    start
}

/// A text that takes at most `most` columns: where it is longer, its beginning is left out and says so.
pub(super) fn cropped_head(text: &str, most: usize) -> String {
    let count = text.chars().count();
    let start = before(text, count, most.saturating_sub(1));
    if columns(text) <= most { text.to_owned() } else { format!("…{}", &text[start..]) }
}

/// How many characters those texts begin alike that differ and are shown as the same; nothing where there are none.
fn longest_same(texts: &[&str], shown: &[String]) -> Option<usize> {
    let mut longest = None;
    for (index, text) in texts.iter().enumerate() {
        for (other, other_shown) in texts.iter().zip(shown).take(index) {
            if text != other && shown[index] == *other_shown {
                let same = text.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
                longest = longest.max(Some(same));
            }
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_in_quotes_keeps_both() {
        assert_eq!(cropped("\"a longer text\"", 8), "\"a lon…\"");
        assert_eq!(cropped("\"a\" \"longer\"", 8), "\"a\" \"lo…");
    }

    #[test]
    fn texts_that_differ_far_from_their_beginning_are_cut_around_that() {
        let (one, other) = (format!("{}x tail", "a".repeat(50)), format!("{}y tail", "a".repeat(50)));
        assert_eq!(cropped_apart(&[&one, &other], 20), ["…aaaaaax tail", "…aaaaaay tail"]);
        assert_eq!(cropped_apart(&["abc", "abd"], 20), ["abc", "abd"]);
        assert_eq!(cropped_apart(&[&one, "b"], 5), ["aaaa…", "b"]);
        // What says that something is left out may be a character of the text.
        let shown = cropped_apart(&["aaaaaaaaab", "aaa…"], 4);
        assert_ne!(shown[0], shown[1]);
    }

    #[test]
    fn a_long_text_begins_within_its_columns() {
        assert_eq!(cropped_head("abc", 3), "abc");
        assert_eq!(cropped_head("abcd", 3), "…cd");
        assert_eq!(cropped_head("日本語", 4), "…語");
    }

    #[test]
    fn a_long_path_keeps_the_name_of_its_file() {
        assert_eq!(cropped_path("prod/a.yaml", 11), "prod/a.yaml");
        assert_eq!(cropped_path("prod/resources/a.yaml", 12), "prod…/a.yaml");
        assert_eq!(cropped_path("prod/resources/a.yaml", 8), "…/a.yaml");
        assert_eq!(cropped_path("prod/resources/a.yaml", 5), "…yaml");
        assert_eq!(cropped_path("a.yaml", 4), "…aml");
    }

    #[test]
    fn a_long_text_ends_within_its_columns() {
        assert_eq!(cropped("abc", 3), "abc");
        assert_eq!(cropped("abcd", 3), "ab…");
        assert_eq!(cropped("日本語", 5), "日本…");
        assert_eq!(columns(&cropped("日本語日本語", 6)), 5);
        assert_eq!(cropped("abc", 0), "…");
    }
}
