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
    let mut kept = String::new();
    let mut taken = 1;
    for character in text.chars() {
        taken += character.width().unwrap_or(0);
        if taken > most {
            break;
        }
        kept.push(character);
    }
    kept + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_ends_within_its_columns() {
        assert_eq!(cropped("abc", 3), "abc");
        assert_eq!(cropped("abcd", 3), "ab…");
        assert_eq!(cropped("日本語", 5), "日本…");
        assert_eq!(columns(&cropped("日本語日本語", 6)), 5);
        assert_eq!(cropped("abc", 0), "…");
    }
}
