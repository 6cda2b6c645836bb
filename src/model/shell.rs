//! Words of a POSIX shell: what a person is told to type is typed as it stands.

use std::borrow::Cow;

/// A text as one word of a shell, in single quotes where it needs some.
pub fn shell_word(text: &str) -> Cow<'_, str> {
    let plain = |letter: char| letter.is_alphanumeric() || "-_./:@%+".contains(letter);
    if !text.is_empty() && text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("'{}'", text.replace('\'', r"'\''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_where_a_shell_reads_more_into_it() {
        for (text, word) in [
            ("entity:service:cart", "entity:service:cart"),
            ("../shop/plan.json", "../shop/plan.json"),
            ("entity:*", "'entity:*'"),
            (r"entity:s:a\b", r"'entity:s:a\b'"),
            ("my folder", "'my folder'"),
            ("$HOME", "'$HOME'"),
            ("", "''"),
            ("it's", r"'it'\''s'"),
        ] {
            assert_eq!(shell_word(text), word);
        }
    }

    #[test]
    fn what_was_quoted_is_read_again() {
        for text in ["plain", "entity:*", r"a\b", "it's", "a \"b\"", "`x`", "~", "#", "ü b", "!"] {
            assert_eq!(shlex::split(&shell_word(text)), Some(vec![text.to_owned()]));
        }
    }
}
