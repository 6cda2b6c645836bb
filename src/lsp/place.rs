//! Places as the protocol counts them: lines from 0, and characters in the units that were agreed upon.

use crate::source::{LineIndex, SourceFile, Span};
use gen_lsp_types::{Position, Range};

worded! {
    /// The units of a character. The word is that of the protocol (3.18, `PositionEncodingKind`).
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(super) enum Units {
        Utf8 = "utf-8",
        Utf16 = "utf-16",
    }
}

/// A text with its lines.
#[derive(Clone, Copy)]
pub(super) struct Lines<'t> {
    pub(super) text: &'t str,
    pub(super) index: &'t LineIndex,
    pub(super) units: Units,
}

impl<'t> Lines<'t> {
    pub(super) fn of(file: &'t SourceFile, units: Units) -> Self {
        Self { text: &file.text, index: file.lines(), units }
    }

    /// The place of a byte.
    pub(super) fn position(self, offset: u32) -> Position {
        let offset = offset.min(self.text.len() as u32);
        let line = self.index.line_of(offset);
        let before = self.text.get(self.index.start_of(line, self.text) as usize..offset as usize).unwrap_or_default();
        let character = match self.units {
            Units::Utf8 => before.len(),
            Units::Utf16 => before.chars().map(char::len_utf16).sum(),
        };
        Position { line: line as u32, character: character as u32 }
    }

    /// The byte at a place; of a place behind the end of its line, that end.
    pub(super) fn offset(self, place: Position) -> u32 {
        let line = place.line as usize;
        if line >= self.index.count() {
            return self.text.len() as u32;
        }
        let (start, end) = (self.index.start_of(line, self.text), self.index.start_of(line + 1, self.text));
        let whole = self.text.get(start as usize..end as usize).unwrap_or_default();
        let whole = whole.trim_end_matches(['\n', '\r']);
        let mut units = 0;
        for (offset, character) in whole.char_indices() {
            if units >= place.character as usize {
                return start + offset as u32;
            }
            units += match self.units {
                Units::Utf8 => character.len_utf8(),
                Units::Utf16 => character.len_utf16(),
            };
        }
        start + whole.len() as u32
    }

    pub(super) fn range(self, span: Span) -> Range {
        Range { start: self.position(span.start), end: self.position(span.end) }
    }
}

/// How a text differs from what it was: one part of it was replaced by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shift {
    /// Where the part begins.
    start: u32,
    /// Where it ended, and where it ends.
    ends: (u32, u32),
}

impl Shift {
    /// The shift from a text to another.
    pub(super) fn new(old: &str, new: &str) -> Self {
        let same = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
        let rest = old.len().min(new.len()) - same;
        let behind = old.bytes().rev().zip(new.bytes().rev()).take(rest).take_while(|(a, b)| a == b).count();
        Self { start: same as u32, ends: ((old.len() - behind) as u32, (new.len() - behind) as u32) }
    }

    /// Where an offset of the new text was in the old one; nothing within what was replaced.
    pub(super) fn back(self, new: u32) -> Option<u32> {
        match new {
            _ if new <= self.start => Some(new),
            _ if new >= self.ends.1 => Some(new - self.ends.1 + self.ends.0),
            _ => None,
        }
    }

    /// Where an offset of the old text is in the new one: the nearest place, within what was replaced.
    pub(super) fn forth(self, old: u32) -> u32 {
        match old {
            _ if old <= self.start => old,
            _ if old >= self.ends.0 => old - self.ends.0 + self.ends.1,
            _ => old.min(self.ends.1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_go_there_and_back_in_both_units() {
        let text = "a😀b\r\nö\rx\n";
        let index = LineIndex::new(text);
        for units in [Units::Utf8, Units::Utf16] {
            let lines = Lines { text, index: &index, units };
            for (offset, character) in text.char_indices() {
                if !matches!(character, '\r' | '\n') {
                    assert_eq!(lines.offset(lines.position(offset as u32)), offset as u32, "{units:?} {offset}");
                }
            }
            assert_eq!(lines.offset(Position { line: 9, character: 0 }), text.len() as u32);
            assert_eq!(lines.offset(Position { line: 0, character: 99 }), 6, "the end of the line");
        }
        let lines = Lines { text, index: &index, units: Units::Utf16 };
        assert_eq!(lines.position(5), Position { line: 0, character: 3 });
        assert_eq!(lines.offset(Position { line: 2, character: 0 }), 11);
    }

    #[test]
    fn a_shift_finds_what_is_around_a_change() {
        let shift = Shift::new("one two three", "one twenty three");
        assert_eq!((shift.back(3), shift.back(15), shift.back(7)), (Some(3), Some(12), None));
        assert_eq!((shift.forth(0), shift.forth(12)), (0, 15));
        assert_eq!(Shift::new("aa", "aaa").back(3), Some(2));
        assert_eq!(Shift::new("same", "same").back(2), Some(2));
    }
}
