//! The lines around some places of one file, for `miette` to draw.
//!
//! Its cost depends on the places, not on where they are: lines are found through the file's index, long
//! lines are cut to a window, and a place that runs over several lines is drawn on its first.

use super::clean::{one_line, same_length};
use crate::source::{SourceFile, Span};
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use std::ops::Range;

/// A longer line is cut around the places on it.
const LONG_LINE: usize = 300;
/// What is kept of a long line before a place.
const BEFORE: usize = 60;

/// Excerpts of a file: enough to show each of some places with a line above and below.
#[derive(Debug)]
pub(super) struct Excerpt<'s> {
    file: &'s SourceFile,
    windows: Vec<Window>,
}

#[derive(Debug)]
struct Window {
    start: usize,
    text: String,
    line: usize,
}

impl<'s> Excerpt<'s> {
    /// The excerpt that shows `spans` of `file`.
    pub(super) fn new(file: &'s SourceFile, spans: impl Iterator<Item = Span>) -> Self {
        let mut starts_at_end = false;
        let mut ranges: Vec<Range<usize>> = spans
            .map(|span| {
                let place = place(file, span);
                starts_at_end |= place.start == file.text.len();
                around(file, &place)
            })
            .collect();
        ranges.sort_by_key(|range| range.start);
        let mut windows: Vec<Range<usize>> = Vec::new();
        for range in ranges {
            match windows.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => windows.push(range),
            }
        }
        let windows = windows.into_iter().map(|range| Window::new(file, range, starts_at_end)).collect();
        Self { file, windows }
    }

    /// The window that covers a whole span.
    fn window(&self, span: &SourceSpan) -> Option<&Window> {
        let end = span.offset() + span.len();
        self.windows.iter().find(|window| window.start <= span.offset() && end <= window.start + window.text.len())
    }
}

impl Window {
    fn new(file: &SourceFile, range: Range<usize>, starts_at_end: bool) -> Self {
        let mut text = same_length(&file.shown(range.clone()));
        if starts_at_end && range.end == file.text.len() {
            text.push(' '); // an arrow needs a column to point at
        }
        Self { start: range.start, text, line: file.lines().line_of(range.start as u32) }
    }
}

/// What is underlined for a span: its part on its first line, or where that line is long, the beginning of it.
pub(super) fn place(file: &SourceFile, span: Span) -> Range<usize> {
    let text = &*file.text;
    let start = text.floor_char_boundary(span.start as usize);
    let line = line_range(file, file.lines().line_of(start as u32));
    let content = text[line.clone()].trim_end_matches(['\n', '\r']).len() + line.start;
    let last = if start < content { content } else { line.end };
    let longest = if line.len() > LONG_LINE { start + LONG_LINE - BEFORE } else { last };
    start..text.floor_char_boundary((span.end as usize).min(last).min(longest)).max(start)
}

/// The bytes to show around a place: its line with its neighbours, or a window of it where it is long.
fn around(file: &SourceFile, place: &Range<usize>) -> Range<usize> {
    let number = file.lines().line_of(place.start as u32);
    let line = line_range(file, number);
    if line.len() > LONG_LINE {
        let start = file.text.floor_char_boundary(place.start.saturating_sub(BEFORE));
        let end = file.text.ceil_char_boundary(place.start + LONG_LINE - BEFORE);
        return start.max(line.start)..end.min(line.end);
    }
    let is_short = |line: &Range<usize>| line.len() <= LONG_LINE;
    let above = number.checked_sub(1).map(|above| line_range(file, above)).filter(is_short);
    let below = Some(line_range(file, number + 1)).filter(is_short);
    above.map_or(line.start, |above| above.start)..below.map_or(line.end, |below| below.end)
}

/// The bytes of a line, counted from 0, with its end.
fn line_range(file: &SourceFile, line: usize) -> Range<usize> {
    let start = |line| file.lines().start_of(line, &file.text) as usize;
    start(line)..start(line + 1)
}

impl SourceCode for Excerpt<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let window = self.window(span).ok_or(MietteError::OutOfBounds)?;
        let covered = SourceSpan::from((window.start, window.text.len()));
        let (line, column) = if lines_before + lines_after == 0 {
            let position = self.file.position(span.offset() as u32);
            (position.line as usize - 1, position.column as usize - 1)
        } else {
            (window.line, 0)
        };
        let (name, count) = (one_line(&self.file.name).into_owned(), window.text.lines().count());
        Ok(Box::new(MietteSpanContents::new_named(name, window.text.as_bytes(), covered, line, column, count)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn shown(text: &str, spans: &[(u32, u32)]) -> Vec<String> {
        let file = SourceFile::new("a.kdl", text.into());
        let spans = spans.iter().map(|(start, end)| Span::new(FileId(0), *start, *end));
        Excerpt::new(&file, spans).windows.into_iter().map(|window| window.text).collect()
    }

    #[test]
    fn a_place_at_the_end_of_ten_megabytes_takes_three_lines() {
        let text = "entity service a\n".repeat(600_000);
        let end = text.len() as u32;
        assert_eq!(shown(&text, &[(end - 20, end - 18)]), ["entity service a\n".repeat(3)]);
    }

    #[test]
    fn a_line_of_a_megabyte_is_cut_around_the_place() {
        let text = "é".repeat(500_000);
        let windows = shown(&text, &[(600_000, 600_004)]);
        assert_eq!(windows.len(), 1);
        assert_eq!(windows[0].len(), LONG_LINE);
    }

    #[test]
    fn near_places_share_a_window_and_far_ones_do_not() {
        let text = "a\nb\nc\nd\ne\nf\ng\nh\n";
        assert_eq!(shown(text, &[(0, 1), (6, 7)]), ["a\nb\nc\nd\ne\n"]);
        assert_eq!(shown(text, &[(14, 15), (0, 1)]), ["a\nb\n", "g\nh\n"]);
    }

    #[test]
    fn what_a_name_says_to_be_a_secret_is_shown_beside_no_place() {
        let text = "    password pw9\n    n x\n    token \"a b\"\n";
        assert_eq!(shown(text, &[(21, 22)]), ["    password ***\n    n x\n    token *****\n"]);
        let text = "    property token {\n        default hunter2\n    }\n";
        assert_eq!(shown(text, &[(4, 5)]), ["    property token {\n        default *******\n"]);
        let text = "    password \"\"\"\n        hunter2\n        \"\"\"\n";
        assert_eq!(shown(text, &[(4, 5)]), ["    password ***\n        *******\n"]);
        let text = "resource v1 Secret $name {\n    stringData { a hunter2; }\n}\n";
        assert_eq!(shown(text, &[(0, 5)]), ["resource v1 Secret $name {\n    stringData { a *******; }\n"]);
    }

    #[test]
    fn a_place_over_several_lines_is_drawn_on_the_first() {
        let file = SourceFile::new("a.kdl", "a {\r\n  b\r\n}\r\n".into());
        assert_eq!(place(&file, Span::new(FileId(0), 0, 11)), 0..3);
        assert_eq!(place(&file, Span::new(FileId(0), 3, 5)), 3..5, "the line's end itself");
        assert_eq!(place(&file, Span::new(FileId(0), 90, 99)), 13..13, "behind the end");
    }
}
