//! What Git writes into a file where it could not bring two sides together.
//!
//! A conflict is told once, and read as if only its first side were there: the rest of the file can be judged all the same.

use super::parser::Parser;
use super::tree::Range;
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::source::{FileId, Span};

/// How many times the character of a marker stands at the beginning of its line.
const LENGTH: usize = 7;

/// What to do about one.
const HELP: &str =
    "keep one side, or bring both together, and take out the lines that begin with `<<<<<<<`, `=======` and `>>>>>>>`";

/// The lines of a conflict.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Marker {
    Ours,
    Base,
    Middle,
    Theirs,
}

impl Marker {
    /// The marker that a line is.
    fn of(line: &str) -> Option<Self> {
        let marker = match line.as_bytes().first()? {
            b'<' => Self::Ours,
            b'|' => Self::Base,
            b'=' => Self::Middle,
            b'>' => Self::Theirs,
            _ => return None,
        };
        let rest = line.trim_start_matches(|character| line.starts_with(character));
        (line.len() - rest.len() == LENGTH && (rest.is_empty() || rest.starts_with([' ', '\r', '\n'])))
            .then_some(marker)
    }
}

/// A conflict that is whole.
struct Conflict {
    /// The first line.
    start: Range,
    /// The last line.
    end: Range,
    /// What is not to be read: the lines of Git, and all sides but the first.
    hidden: [Range; 2],
}

/// The conflicts of a text in their order.
fn conflicts(text: &str) -> Vec<Conflict> {
    let mut found = Vec::new();
    let (mut start, mut second) = (None, None);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let here = Range { start: at, end: at + line.trim_end().len() as u32 };
        at += line.len() as u32;
        match (Marker::of(line), start, second) {
            (Some(Marker::Ours), ..) => (start, second) = (Some(here), None),
            (Some(Marker::Base | Marker::Middle), Some(_), None) => second = Some(here),
            (Some(Marker::Theirs), Some(first), Some(other)) => {
                let rest = Range { start: other.start, end: here.end };
                found.push(Conflict { start: first, end: here, hidden: [first, rest] });
                (start, second) = (None, None);
            }
            _ => {}
        }
    }
    found
}

/// The text to read in place of one with conflicts, byte for byte as long, and what is to be said of them; nothing where there are none.
pub(super) fn resolved(file: FileId, text: &str) -> Option<(String, Diagnostics)> {
    // One character is looked for much faster than seven, and most files have none.
    if !text.contains('<') || !text.contains("<<<<<<<") {
        return None;
    }
    let found = conflicts(text);
    let mut bytes = text.as_bytes().to_vec();
    let mut diagnostics = Diagnostics::default();
    for Conflict { start, end, hidden } in &found {
        for range in hidden {
            let hidden = bytes.get_mut(range.start as usize..range.end as usize).unwrap_or_default();
            hidden.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
        }
        let span = |range: &Range| Span::new(file, range.start, range.end);
        let diagnostic = Diagnostic::error(code::CONFLICT, span(start), "a conflict of Git that nobody has resolved");
        diagnostics.push(diagnostic.label("from here").other(span(end), "to here").help(HELP));
    }
    Some((String::from_utf8(bytes).ok().filter(|_| !found.is_empty())?, diagnostics))
}

impl Parser<'_> {
    /// Moves over a line that is left of a conflict, and tells of it.
    pub(super) fn marker(&mut self) -> bool {
        let start = self.cursor.at();
        let text = self.tree.text();
        let begins_line = start == 0 || text.as_bytes().get(start as usize - 1) == Some(&b'\n');
        let line = text.get(start as usize..).and_then(|rest| rest.split_inclusive('\n').next()).unwrap_or_default();
        if !begins_line || Marker::of(line).is_none() {
            return false;
        }
        let span = self.span(start, start + line.trim_end().len() as u32);
        self.line_comment();
        let diagnostic = Diagnostic::error(code::CONFLICT, span, "a line that is left of a conflict of Git");
        self.report(diagnostic.help(HELP));
        true
    }
}
