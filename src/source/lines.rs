use memchr::memchr2_iter;

/// A place in a file as people count it: both from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in Unicode scalar values.
    pub column: u32,
}

/// The offsets at which the lines of a text start, and how many characters stand before every so many of them. Built once, in one pass, so
/// that a place in a line of any length costs as much as one in a short line.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// The characters that begin before the step of the same number.
    before: Vec<u32>,
}

/// How many bytes are counted together.
const STEP: usize = 1_024;

impl LineIndex {
    /// Finds the lines of `text`; `\n`, `\r\n` and a lone `\r` each end one.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        let ends = |offset: &usize| bytes[*offset] == b'\n' || bytes.get(offset + 1) != Some(&b'\n');
        starts.extend(memchr2_iter(b'\n', b'\r', bytes).filter(ends).map(|offset| offset as u32 + 1));
        let mut before = vec![0];
        for step in bytes.chunks(STEP) {
            before.push(before.last().map_or(0, |last| last + characters(step)));
        }
        Self { starts, before }
    }

    /// The line, from 0, that holds the byte at `offset`.
    pub fn line_of(&self, offset: u32) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// The offset at which a line, counted from 0, starts; the end of the text for a line behind the last.
    pub fn start_of(&self, line: usize, text: &str) -> u32 {
        self.starts.get(line).copied().unwrap_or(text.len() as u32)
    }

    /// The number of lines; at least 1.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// Line and column of the byte at `offset` of `text`, the text that this index was made of.
    pub fn position(&self, offset: u32, text: &str) -> Position {
        let line = self.line_of(offset);
        let start = self.start_of(line, text) as usize;
        let column = match text.as_bytes().get(start..offset as usize) {
            Some(part) if part.len() < STEP => characters(part),
            _ => self.before(offset as usize, text).saturating_sub(self.before(start, text)),
        };
        Position { line: line as u32 + 1, column: column + 1 }
    }

    /// The characters that begin before a byte of the text.
    fn before(&self, offset: usize, text: &str) -> u32 {
        let offset = offset.min(text.len());
        let step = (offset / STEP).min(self.before.len().saturating_sub(1));
        let counted = self.before.get(step).copied().unwrap_or_default();
        counted + text.as_bytes().get(step * STEP..offset).map_or(0, characters)
    }
}

/// The characters that begin in a part of a text.
fn characters(bytes: &[u8]) -> u32 {
    if bytes.is_ascii() {
        return bytes.len() as u32;
    }
    bytes.iter().filter(|byte| !(0x80..0xc0).contains(*byte)).count() as u32
}
