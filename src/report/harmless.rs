//! The gate that every output passes: nothing in it has power over whoever reads it, whatever users, servers and hooks wrote.

use super::clean::{is_unsafe, judged};
use std::borrow::Cow;
use std::iter::Peekable;

/// Who reads an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// People at a terminal with colours.
    Terminal,
    /// People, in a file or in the log of a job.
    Log,
    /// Programs that read JSON.
    Program,
    /// A workflow of GitHub that reads commands, one a line, among what a log holds.
    Workflow,
}

/// The commands that plat gives to a workflow.
const COMMANDS: [&str; 3] = ["::error ", "::warning ", "::notice "];

/// An output without what its reader would obey: escape sequences (but colours at a terminal), characters that reorder or hide text, and
/// what a job's runner takes for a command: a line that begins with `::`, and `##[` or `##vso[` anywhere. In JSON they are escaped, so
/// that it says the same; elsewhere they have a stand-in, or a space in them.
pub fn harmless(text: &str, reader: Reader) -> Cow<'_, str> {
    if !text.contains(|character| is_unsafe(character) && character != '\n' && character != '\t')
        && !text.contains("##")
        && !text.contains("::")
    {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        clean_line(line, reader, &mut clean);
    }
    Cow::Owned(clean)
}

fn clean_line(line: &str, reader: Reader, clean: &mut String) {
    let bare = line.trim_start_matches(|character: char| character.is_whitespace() || is_unsafe(character));
    let is_own = reader == Reader::Workflow && COMMANDS.iter().any(|command| line.starts_with(command));
    let command = (bare.starts_with("::") && !is_own).then(|| line.len() - bare.len() + 1);
    let mut rest = judged(line).peekable();
    while let Some((at, character, is_unsafe)) = rest.next() {
        if command == Some(at) {
            clean.push(' ');
        }
        match character {
            '\n' | '\t' => clean.push(character),
            '#' if begins_command(&line[at..]) => {
                clean.push_str(if reader == Reader::Program { "\\u0023" } else { "# " });
            }
            '\u{1b}' if reader == Reader::Terminal => match colour(&line[at..]) {
                Some(sequence) => {
                    clean.push_str(sequence);
                    skip(&mut rest, at + sequence.len());
                }
                None => clean.push('\u{fffd}'),
            },
            other if !is_unsafe => clean.push(other),
            other if reader == Reader::Program => {
                // JSON has two escapes for what is beyond the first 65,536 characters.
                other.encode_utf16(&mut [0; 2]).iter().for_each(|unit| clean.push_str(&format!("\\u{unit:04x}")));
            }
            _ => clean.push('\u{fffd}'),
        }
    }
}

/// Whether a text begins as a command of an older runner does: `##[`, `##vso[`.
fn begins_command(text: &str) -> bool {
    let word = text.strip_prefix("##");
    word.is_some_and(|word| word.trim_start_matches(|letter: char| letter.is_ascii_alphabetic()).starts_with('['))
}

/// The sequence that changes colours at the beginning of a text.
fn colour(text: &str) -> Option<&str> {
    let inner = text.strip_prefix("\u{1b}[")?;
    let end = inner.find(|character: char| !(character.is_ascii_digit() || character == ';'))?;
    inner[end..].starts_with('m').then(|| &text[..end + 3])
}

fn skip(rest: &mut Peekable<impl Iterator<Item = (usize, char, bool)>>, to: usize) {
    while rest.next_if(|(at, ..)| *at < to).is_some() {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use Reader::{Log, Program, Terminal, Workflow};

    #[test]
    fn escape_sequences_and_hidden_characters_lose_their_power() {
        let text = "a\u{1b}[2J\u{9b}31m\u{7}\u{202e}\u{200b}\tb\r\n";
        let expected = "a\u{fffd}[2J\u{fffd}31m\u{fffd}\u{fffd}\u{fffd}\tb\u{fffd}\n";
        for reader in [Terminal, Log, Workflow] {
            assert_eq!(harmless(text, reader), expected, "{reader:?}");
        }
        assert!(matches!(harmless("grün\n\tx: y", Log), Cow::Borrowed(_)));
    }

    #[test]
    fn colours_stay_at_a_terminal_alone() {
        let painted = "\u{1b}[1;31mx\u{1b}[0m";
        assert_eq!(harmless(painted, Terminal), painted);
        assert_eq!(harmless(painted, Log), "\u{fffd}[1;31mx\u{fffd}[0m");
        for other in ["\u{1b}[31", "\u{1b}[3;1H", "\u{1b}]0;x\u{7}", "\u{1b}", "\u{1b}[", "\u{1b}[?25m"] {
            assert!(!harmless(other, Terminal).contains('\u{1b}'), "{other:?}");
        }
    }

    #[test]
    fn no_line_is_a_command_that_is_not_ours() {
        for reader in [Terminal, Log, Program] {
            assert_eq!(harmless("a\n  ::error::x\n::y\nb::c", reader), "a\n  : :error::x\n: :y\nb::c", "{reader:?}");
        }
        assert_eq!(harmless("\u{a0}\u{7}::set-env name=x::y", Log), "\u{a0}\u{fffd}: :set-env name=x::y");
        assert_eq!(harmless("a ##[error]b ##vso[x]c ## [d", Log), "a # #[error]b # #vso[x]c ## [d");
        let ours = "::error file=a::b\n::set-env name=x::y\n ::error x::y\n";
        assert_eq!(harmless(ours, Workflow), "::error file=a::b\n: :set-env name=x::y\n : :error x::y\n");
    }

    #[test]
    fn json_says_the_same() {
        let text = "a\u{9b}\u{7f}\u{202e}\u{2028}\u{e0068}##[group]é😀::";
        let json = serde_json::to_string(text).unwrap();
        let clean = harmless(&json, Program);
        assert_eq!(clean, "\"a\\u009b\\u007f\\u202e\\u2028\\udb40\\udc68\\u0023#[group]é😀::\"");
        assert_eq!(serde_json::from_str::<String>(&clean).unwrap(), text);
    }
}
