//! How a text and a number stand in a manifest, so that every reader takes them for what they are.
//!
//! Manifests are read by many: go-yaml 2 and 3 and what Kubernetes builds on them, `PyYAML`, js-yaml, npm's `yaml`, Ruby. Each has
//! its own idea of YAML 1.1 or 1.2, and each takes some texts for a number, a date, a truth value or a symbol. So the rule does not
//! list what they mistake: it says what none of them can, and everything else stands in double quotes.

use crate::secret::quoted;
use std::borrow::Cow;

/// Words that are a truth value or null somewhere, in whatever case.
const RESERVED: [&str; 9] = ["y", "yes", "n", "no", "on", "off", "true", "false", "null"];

/// A text in one line: as it is where nobody can mistake it, else in double quotes.
pub(super) fn inline(text: &str) -> Cow<'_, str> {
    if is_plain(text) { Cow::Borrowed(text) } else { Cow::Owned(quoted(text)) }
}

/// Whether every reader takes a text for itself.
fn is_plain(text: &str) -> bool {
    begins_as_text(text)
        && text.chars().all(is_harmless)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !RESERVED.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Whether a text begins as no number, date, symbol or sign of YAML does, or with one has a letter that those never have.
fn begins_as_text(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    match first {
        '0'..='9' => !is_like_a_number(text),
        '-' => {
            let rest = text.strip_prefix("--").or_else(|| text.strip_prefix('-')).unwrap_or_default();
            rest.starts_with(|letter: char| letter.is_ascii_alphabetic()) && !is_exponent(rest)
        }
        '/' | '$' => true,
        letter => (letter == '_' || letter.is_alphabetic()) && !is_exponent(text),
    }
}

/// Whether a text has nothing but what numbers, times and dates are made of, whatever their base. One letter besides makes it
/// a text to all readers: `500m`, `10.0.0.0/8`, `0 2 * * *`.
fn is_like_a_number(text: &str) -> bool {
    let digits = text.replace('_', "");
    let is_hexadecimal = digits.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("0x"));
    is_hexadecimal || text.chars().all(|letter| letter.is_ascii_digit() || "+-._,: eEtTzZoObB".contains(letter))
}

/// Whether a text could be the end of a number, which some take for all of it: `e8`.
fn is_exponent(text: &str) -> bool {
    text.chars().all(|letter| letter.is_ascii_digit() || "+-._,eE".contains(letter))
}

/// Whether a letter means nothing to YAML within a line, wherever it stands. Line ends of other scripts, marks of byte order and
/// what cannot be seen do.
fn is_harmless(letter: char) -> bool {
    if letter.is_ascii() {
        return letter == ' ' || letter.is_ascii_graphic();
    }
    !letter.is_whitespace() && !letter.is_control() && !matches!(letter, '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// A text of several lines that may stand as they are, below their key.
pub(super) struct Block<'t> {
    /// What says how many line ends its last line has.
    pub(super) header: &'static str,
    /// The lines, without the end of the last one.
    pub(super) lines: std::str::Split<'t, char>,
}

/// The lines of a text that every reader takes back from a block. In one, the first line with a text says how far all are
/// indented, so that it must not begin with a space of its own; and lines of spaces alone are taken for indentation by some.
pub(super) fn block(text: &str) -> Option<Block<'_>> {
    let is_blank = |line: &str| !line.is_empty() && line.trim_matches([' ', '\t']).is_empty();
    let first = text.split('\n').find(|line| !line.is_empty())?;
    let fits = text.contains('\n')
        && !first.starts_with([' ', '\t'])
        && text.chars().all(|letter| matches!(letter, '\n' | '\t') || is_harmless(letter))
        && !text.split('\n').any(is_blank);
    let header = match text.strip_suffix('\n') {
        None => "|-",
        Some(before) if before.ends_with('\n') => "|+",
        Some(_) => "|",
    };
    fits.then(|| Block { header, lines: text.strip_suffix('\n').unwrap_or(text).split('\n') })
}

/// A fraction, or a number beyond the whole ones: with a point, and a sign in its exponent, without which some read a text.
pub(super) fn float(value: f64) -> String {
    if (1e-5..1e15).contains(&value.abs()) {
        return value.to_string();
    }
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let point = if mantissa.contains('.') { "" } else { ".0" };
    let sign = if exponent.starts_with('-') { "" } else { "+" };
    format!("{mantissa}{point}e{sign}{exponent}")
}

#[cfg(test)]
mod tests {
    use super::{block, float, inline};

    #[test]
    fn words_and_measures_stand_as_they_are() {
        for text in [
            "a",
            "Cluster",
            "my-app-db",
            "500m",
            "1.5Gi",
            "5m30s",
            "/etc/x",
            "--zone=EU",
            "-v",
            "$5",
            "_x",
            "10.0.0.0/8",
            "0 0 2 * * *",
            "10:30 Uhr",
            "5058f",
            "7d",
            "ghcr.io/a/b:15",
            "a#b",
            "a b, c",
            "über",
            "it's",
        ] {
            assert_eq!(inline(text), text);
        }
    }

    #[test]
    fn what_a_reader_may_mistake_is_quoted() {
        let numbers = "08:30 10:30 1,000 +1 -1 1 01 017 0o7 0b1 1_000 .5 1. 5.5 1e3 1E3 1.5e-3 0x1F 0_x1 1e e8 -e-8 E+1 -0x1 -.5 +.inf 1.2.3 10.0.0.1 190:20:30.15 -1:30";
        let dates = "2001-12-14 2001-12-14t21:59:43.10-05:00 2001-1-1 20010101";
        let words = "~ null NULL Null y Y n N yes Yes NO on Off OFF true False .nan .NaN .inf -.INF = << <<<";
        let signs = "- ? : -- --- ... -- ! !a & &a * *a % %a @ @a ` `a # #a | > [a] {a} , \" ' 'a' :a a: - (a)";
        for text in [numbers, dates, words, signs].into_iter().flat_map(|texts| texts.split(' ')) {
            assert_eq!(inline(text), format!("{text:?}"), "{text}");
        }
        for text in ["", " a", "a ", "a: b", "a #b", "- a", "? a", "2001-12-14 21:59:43 +5", "1 000"] {
            assert_eq!(inline(text), format!("{text:?}"));
        }
        assert_eq!(inline("a\tb\r\u{85}\u{2028}\u{feff}\u{7f}\u{0}"), r#""a\tb\r\u0085\u2028\ufeff\u007f\u0000""#);
    }

    #[test]
    fn lines_stand_in_a_block_where_all_readers_take_them_back() {
        let header = |text| block(text).map(|block| block.header);
        assert_eq!(header("a\nb"), Some("|-"));
        assert_eq!(header("a\n\tb\n"), Some("|"));
        assert_eq!(header("\na\n\n"), Some("|+"));
        for text in [
            "a",
            "\n",
            "\n\n",
            "\ta\nb",
            " a\nb",
            "\n\ta\nb",
            "a\n \nb",
            "a\n\t",
            "a\r\nb",
            "a\n\u{85}",
            "a\n\u{feff}b",
        ] {
            assert_eq!(header(text), None, "{text:?}");
        }
    }

    #[test]
    fn fractions_have_a_point_and_their_exponents_a_sign() {
        for (value, text) in [
            (0.5, "0.5"),
            (-2.25, "-2.25"),
            (1e-5, "0.00001"),
            (1.5e-7, "1.5e-7"),
            (1e19, "1.0e+19"),
            (-1.5e300, "-1.5e+300"),
        ] {
            assert_eq!(float(value), text);
        }
    }
}
