use icu_normalizer::ComposingNormalizerBorrowed;

/// What a code point is to KDL 2.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// May stand in a bare word.
    Word,
    /// `unicode-space` of the specification.
    Space,
    /// `newline` of the specification; a carriage return and a line feed count as one.
    Newline,
    /// Punctuation: one of `\/(){};[]"#=`.
    Mark,
    /// May not stand anywhere in a document, comments and strings included.
    Banned,
    /// Behind the last code point.
    End,
}

/// The class of each ASCII byte.
const ASCII: [Class; 128] = {
    let mut table = [Class::Word; 128];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = match byte as u8 {
            b'\t' | b' ' => Class::Space,
            b'\n' | 0x0b | 0x0c | b'\r' => Class::Newline,
            0..=0x1f | 0x7f => Class::Banned,
            b'\\' | b'/' | b'(' | b')' | b'{' | b'}' | b';' | b'[' | b']' | b'"' | b'#' | b'=' => Class::Mark,
            _ => Class::Word,
        };
        byte += 1;
    }
    table
};

impl Class {
    /// The class of an ASCII byte.
    #[inline]
    pub(super) fn of_ascii(byte: u8) -> Self {
        ASCII[usize::from(byte & 0x7f)]
    }

    /// The class of any code point.
    pub(super) fn of(character: char) -> Self {
        match character {
            '\0'..='\x7f' => Self::of_ascii(character as u8),
            '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => Self::Space,
            '\u{85}' | '\u{2028}' | '\u{2029}' => Self::Newline,
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => Self::Banned,
            _ => Self::Word,
        }
    }
}

/// Whether a line ends with a character.
pub fn is_newline(character: char) -> bool {
    Class::of(character) == Class::Newline
}

/// Whether a text reads as a string when it stands without quotes: as the rules of bare words say.
pub fn is_bare_word(text: &str) -> bool {
    let plain = if text.is_ascii() {
        text.bytes().all(|byte| Class::of_ascii(byte) == Class::Word)
    } else {
        text.chars().all(|character| Class::of(character) == Class::Word)
    };
    plain && !text.is_empty() && !looks_like_number(text) && !is_reserved(text)
}

/// Whether a bare word stands for a value only with `#` before it.
pub(super) fn is_reserved(word: &str) -> bool {
    matches!(word, "true" | "false" | "null" | "inf" | "-inf" | "nan")
}

/// Whether a word begins as only a number may: a digit, behind an optional sign and an optional point.
pub(super) fn looks_like_number(word: &str) -> bool {
    let bytes = word.as_bytes();
    let unsigned = match bytes {
        [b'+' | b'-', rest @ ..] => rest,
        _ => bytes,
    };
    matches!(unsigned, [b'0'..=b'9', ..] | [b'.', b'0'..=b'9', ..])
}

/// Unicode's composed form, NFC.
pub(super) fn nfc() -> ComposingNormalizerBorrowed<'static> {
    ComposingNormalizerBorrowed::new_nfc()
}

#[cfg(test)]
mod tests {
    use super::is_bare_word;

    #[test]
    fn words_that_would_be_read_as_something_else_need_quotes() {
        for word in
            ["a", "-", "+", ".", "-.", "--1", "$spec.size", "v1.2.3", "a,b", "*.kdl", "true_", "-a1", "...", "é"]
        {
            assert!(is_bare_word(word), "{word}");
        }
        for word in
            ["", "1", "-1", "+.5", ".5", "true", "-inf", "nan", "a b", "a/b", "a=b", "a;b", "a\u{a0}b", "a\u{feff}"]
        {
            assert!(!is_bare_word(word), "{word}");
        }
    }
}
