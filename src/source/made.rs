use super::Span;
use std::sync::Arc;

/// How a text was made out of others: where each of its parts comes from.
#[derive(Clone, Debug, Default)]
pub struct Making {
    /// The parts that come from somewhere, in the order of the text. What stands between two is of the first.
    pub(super) parts: Vec<Part>,
    /// The lines that asked for something to be made, each with the one that it was made for.
    pub(super) asked: Arc<Vec<(Span, Option<u32>)>>,
}

/// A part of a text that was made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) start: u32,
    pub(super) end: u32,
    /// The text that it is a copy of, or that says its value.
    pub(super) from: Span,
    /// Where it was put in: its own text of a copy.
    pub(super) at: Span,
    /// The line that it was made for.
    pub(super) asked: Option<u32>,
}

impl Part {
    /// Whether it is a copy, byte by byte.
    pub(super) fn is_copy(&self) -> bool {
        self.from == self.at && self.end - self.start == self.from.end - self.from.start
    }
}

/// Names a line of a [`Making`] that asked for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asking(u32);

impl Making {
    /// Notes a line that asks for something to be made, perhaps within what another one asked for.
    pub fn asks(&mut self, line: Span, within: Option<Asking>) -> Asking {
        Arc::make_mut(&mut self.asked).push((line, within.map(|within| within.0)));
        Asking(self.asked.len() as u32 - 1)
    }

    /// Notes where the part between two places comes from; parts come in the order of the text. `from` is the text that it is a copy of or
    /// that says its value, `at` where that was put in, and `asked` the line that asked for it.
    pub fn part(&mut self, (start, end): (u32, u32), from: Span, at: Span, asked: Option<Asking>) {
        self.parts.push(Part { start, end, from, at, asked: asked.map(|asked| asked.0) });
    }

    /// A line that asked for something, and the lines that it was made for, the innermost first; each with its number.
    pub fn lines(&self, asking: Option<Asking>) -> impl Iterator<Item = (usize, Span)> {
        let at = |index: u32| Some((index, self.asked.get(index as usize)?));
        let first = asking.and_then(|asking| at(asking.0));
        let lines = std::iter::successors(first, move |(_, (_, within))| within.and_then(at));
        lines.map(|(index, (line, _))| (index as usize, *line))
    }

    /// How many parts there are.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Begins another text, and gives how this one was made, but for the lines that asked for it.
    #[must_use]
    pub fn turn(&mut self) -> Self {
        let next = Vec::with_capacity(self.parts.len());
        Self { parts: std::mem::replace(&mut self.parts, next), asked: Arc::default() }
    }

    /// Shares the lines that asked for something with another text.
    #[must_use]
    pub fn with_lines_of(self, other: &Self) -> Self {
        Self { asked: other.asked.clone(), ..self }
    }

    /// Takes back all parts but the first.
    pub fn truncate(&mut self, len: usize) {
        self.parts.truncate(len);
    }

    /// Takes over the lines that asked for something in another text; gives the number that the first of them has here.
    pub fn takes_lines(&mut self, other: &Self) -> u32 {
        let first = self.asked.len() as u32;
        let lines = other.asked.iter().map(|(line, within)| (*line, within.map(|within| within + first)));
        Arc::make_mut(&mut self.asked).extend(lines);
        first
    }

    /// Notes that what stands from a place on is a copy of a part of another text that was made, whose lines were taken over from `first` on.
    pub fn takes(&mut self, other: &Self, first: u32, span: Span, place: u32) {
        let begin = other.parts.partition_point(|part| part.end <= span.start);
        let inside = other.parts.get(begin..).unwrap_or_default().iter().take_while(|part| part.start < span.end);
        for part in inside {
            let (start, end) = (part.start.max(span.start), part.end.min(span.end));
            let mut copied = Part {
                start: start - span.start + place,
                end: end - span.start + place,
                asked: part.asked.map(|asked| asked + first),
                ..*part
            };
            if part.is_copy() {
                let offset = |place: u32| part.from.start + place - part.start;
                copied.from = Span::new(part.from.file, offset(start), offset(end));
                copied.at = copied.from;
            }
            self.parts.push(copied);
        }
    }

    /// The part that a place is in, or the last one before it.
    pub(super) fn part_at(&self, place: u32) -> Option<&Part> {
        let behind = self.parts.partition_point(|part| part.start <= place);
        self.parts.get(behind.saturating_sub(1))
    }
}
