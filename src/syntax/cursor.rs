use super::character::Class;
#[cfg(test)]
use std::cell::Cell;

/// A place in a text that only moves forward.
#[derive(Debug)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
    /// How many bytes were looked at, so that tests can hold the parser to linear work.
    #[cfg(test)]
    pub(super) steps: Cell<u64>,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            #[cfg(test)]
            steps: Cell::new(0),
        }
    }

    /// Moves to an offset that is the boundary of a code point.
    pub(super) fn go_to(&mut self, at: u32) {
        self.at = at as usize;
    }

    pub(super) fn at(&self) -> u32 {
        self.at as u32
    }

    /// The text between two offsets that were this cursor's.
    pub(super) fn slice(&self, start: u32, end: u32) -> &'t str {
        &self.text[start as usize..end as usize]
    }

    #[inline]
    fn step(&self) {
        self.looked_at(1);
    }

    /// Counts bytes that were looked at, in tests.
    #[inline]
    #[cfg_attr(not(test), expect(unused_variables, clippy::unused_self, reason = "counts in tests alone"))]
    pub(super) fn looked_at(&self, bytes: usize) {
        #[cfg(test)]
        self.steps.set(self.steps.get() + bytes as u64);
    }

    /// The next byte.
    #[inline]
    pub(super) fn byte(&self) -> Option<u8> {
        self.byte_at(0)
    }

    /// The byte a distance ahead.
    #[inline]
    pub(super) fn byte_at(&self, ahead: usize) -> Option<u8> {
        self.step();
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    /// The next code point.
    #[inline]
    pub(super) fn character(&self) -> Option<char> {
        self.step();
        self.text[self.at..].chars().next()
    }

    /// The class of the next code point.
    #[inline]
    pub(super) fn class(&self) -> Class {
        match self.byte() {
            None => Class::End,
            Some(byte) if byte < 0x80 => Class::of_ascii(byte),
            Some(_) => self.character().map_or(Class::End, Class::of),
        }
    }

    /// Moves over one code point.
    #[inline]
    pub(super) fn bump(&mut self) {
        self.at += match self.byte() {
            Some(byte) if byte < 0x80 => 1,
            Some(_) => self.character().map_or(0, char::len_utf8),
            None => 0,
        };
    }

    /// Whether a mark comes next.
    #[inline]
    pub(super) fn sees(&self, mark: &str) -> bool {
        self.step();
        self.text.as_bytes()[self.at..].starts_with(mark.as_bytes())
    }

    /// Moves over a mark if it comes next.
    #[inline]
    pub(super) fn eat(&mut self, mark: &str) -> bool {
        let found = self.sees(mark);
        if found {
            self.at += mark.len();
        }
        found
    }

    /// Moves over all code points of a class.
    #[inline]
    pub(super) fn skip(&mut self, class: Class) {
        loop {
            self.skip_ascii(|byte| Class::of_ascii(byte) == class);
            if self.byte().is_none_or(|byte| byte < 0x80) || self.class() != class {
                return;
            }
            self.bump();
        }
    }

    /// Moves over ASCII bytes that are wanted.
    #[inline]
    fn skip_ascii(&mut self, wanted: impl Fn(u8) -> bool) {
        let rest = &self.text.as_bytes()[self.at..];
        let length = rest.iter().position(|byte| *byte >= 0x80 || !wanted(*byte)).unwrap_or(rest.len());
        self.looked_at(length + 1);
        self.at += length;
    }

    /// Moves over a newline if one comes next.
    pub(super) fn newline(&mut self) -> bool {
        let found = self.class() == Class::Newline;
        if found && !self.eat("\r\n") {
            self.bump();
        }
        found
    }

    /// Moves over a byte repeated, and tells how often it stood there.
    pub(super) fn count(&mut self, byte: u8) -> u32 {
        let start = self.at;
        while self.byte() == Some(byte) {
            self.at += 1;
        }
        (self.at - start) as u32
    }

    /// Moves over what has no meaning inside of strings and comments: to the next newline, banned
    /// code point, quote, backslash, slash or asterisk, or to the end.
    #[inline]
    pub(super) fn skip_plain(&mut self) {
        loop {
            self.skip_ascii(is_plain);
            match self.byte() {
                Some(byte) if byte >= 0x80 && matches!(self.class(), Class::Word | Class::Space) => self.bump(),
                _ => return,
            }
        }
    }
}

/// Whether an ASCII byte means nothing inside of strings and comments.
#[inline]
fn is_plain(byte: u8) -> bool {
    match Class::of_ascii(byte) {
        Class::Word => byte != b'*',
        Class::Mark => !matches!(byte, b'"' | b'\\' | b'/'),
        Class::Space => true,
        Class::Newline | Class::Banned | Class::End => false,
    }
}
