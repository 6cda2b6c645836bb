//! The objects of a fetch, looked at while they pass: libgit2 takes what a pack says of itself for true.

use std::io::{Read, Write};

use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZError, MZFlush, MZStatus};

use super::{Failure, Limit};

/// So much is read in one step.
const STEP: usize = 64 * 1024;

/// The bytes of a pack's header, and of the name of an object.
const HEADER: usize = 12;
const NAME: usize = 20;

/// More bytes than the two numbers take that a delta begins with.
const DELTA_NUMBERS: usize = 20;

/// The kinds of an object that is made of another one.
const OFFSET_DELTA: u8 = 6;
const NAMED_DELTA: u8 = 7;

/// A pack on its way from a server to whoever stores it. Nothing is passed on before it was looked at.
pub(super) struct Pack<'r, 'w> {
    input: &'r mut dyn Read,
    output: &'w mut dyn Write,
    buffer: Vec<u8>,
    /// How much of the buffer was looked at.
    at: usize,
    /// What was passed on before the buffer.
    passed: u64,
    /// The bytes of all objects so far.
    expanded: u64,
    scratch: Vec<u8>,
}

impl<'r, 'w> Pack<'r, 'w> {
    /// A pack that comes from `input` and goes to `output`.
    pub(super) fn new(input: &'r mut dyn Read, output: &'w mut dyn Write) -> Self {
        Self { input, output, buffer: Vec::new(), at: 0, passed: 0, expanded: 0, scratch: vec![0; STEP] }
    }

    /// Passes a pack with this header on, which was read already, and reads the answer to its end. The sizes of its objects
    /// are what it says, and within the limits.
    pub(super) fn pass(mut self, header: &[u8; HEADER]) -> Result<(), Failure> {
        let [_, _, _, _, _, _, _, _, count @ ..] = *header;
        let count = u64::from(u32::from_be_bytes(count));
        if Limit::Objects.is_passed_by(count) {
            return Err(Failure::TooMuch(Limit::Objects));
        }
        self.output.write_all(header)?;
        for _ in 0..count {
            self.object()?;
        }
        (0..NAME).try_for_each(|_| self.byte().map(drop))?;
        if self.at < self.buffer.len() || self.refill()? {
            return Err(garbled());
        }
        Ok(())
    }

    fn object(&mut self) -> Result<(), Failure> {
        let (kind, size) = self.object_header()?;
        bounded(size)?;
        let is_delta = match kind {
            OFFSET_DELTA => {
                while self.byte()? & 0x80 != 0 {}
                true
            }
            NAMED_DELTA => {
                (0..NAME).try_for_each(|_| self.byte().map(drop))?;
                true
            }
            _ => false,
        };
        let start = self.content(size, if is_delta { DELTA_NUMBERS } else { 0 })?;
        if !is_delta {
            return self.expand(size);
        }
        let (_, rest) = number(&start).ok_or_else(garbled)?;
        let (made, _) = number(rest).ok_or_else(garbled)?;
        bounded(made)?;
        self.expand(made)
    }

    /// The kind of an object, and its size.
    fn object_header(&mut self) -> Result<(u8, u64), Failure> {
        let first = self.byte()?;
        let (mut size, mut shift, mut byte) = (u64::from(first & 0x0f), 4, first);
        while byte & 0x80 != 0 {
            byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            if shift > 56 {
                return Err(Failure::TooMuch(Limit::Object));
            }
            size |= part << shift;
            shift += 7;
        }
        Ok((first >> 4 & 7, size))
    }

    fn expand(&mut self, size: u64) -> Result<(), Failure> {
        self.expanded += size;
        let sent = self.passed + self.at as u64;
        if Limit::is_passed_by_expansion(self.expanded, sent) {
            return Err(Failure::TooMuch(Limit::Expansion));
        }
        Ok(())
    }

    /// Looks through a compressed content of this size, and gives its first bytes, at most `kept`.
    fn content(&mut self, size: u64, kept: usize) -> Result<Vec<u8>, Failure> {
        let mut state = InflateState::new_boxed(DataFormat::Zlib);
        let (mut start, mut seen) = (Vec::new(), 0);
        loop {
            if self.at == self.buffer.len() && !self.refill()? {
                return Err(Failure::HungUp);
            }
            let step = inflate(&mut state, &self.buffer[self.at..], &mut self.scratch, MZFlush::None);
            self.at += step.bytes_consumed;
            seen += step.bytes_written as u64;
            let free = kept.saturating_sub(start.len()).min(step.bytes_written);
            start.extend_from_slice(&self.scratch[..free]);
            let ended = match step.status {
                Ok(MZStatus::StreamEnd) => true,
                Ok(MZStatus::Ok) | Err(MZError::Buf) => false,
                Ok(MZStatus::NeedDict) | Err(_) => return Err(garbled()),
            };
            match (ended, seen) {
                (_, seen) if seen > size => return Err(garbled()),
                (true, seen) if seen == size => return Ok(start),
                (true, _) => return Err(garbled()),
                (false, _) => {}
            }
        }
    }

    fn byte(&mut self) -> Result<u8, Failure> {
        if self.at == self.buffer.len() && !self.refill()? {
            return Err(Failure::HungUp);
        }
        let byte = self.buffer.get(self.at).copied().ok_or(Failure::HungUp)?;
        self.at += 1;
        Ok(byte)
    }

    /// Passes on what was looked at, and reads more; whether there is any.
    fn refill(&mut self) -> Result<bool, Failure> {
        self.output.write_all(&self.buffer)?;
        self.passed += self.buffer.len() as u64;
        if Limit::Pack.is_passed_by(self.passed) {
            return Err(Failure::TooMuch(Limit::Pack));
        }
        self.buffer.resize(STEP, 0);
        self.at = 0;
        let read = self.input.read(&mut self.buffer)?;
        self.buffer.truncate(read);
        Ok(read > 0)
    }
}

fn bounded(size: u64) -> Result<(), Failure> {
    if Limit::Object.is_passed_by(size) { Err(Failure::TooMuch(Limit::Object)) } else { Ok(()) }
}

/// A number in groups of seven bits, the lowest first, and what follows it.
fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0;
    for (index, byte) in bytes.iter().enumerate().take(9) {
        number |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((number, &bytes[index + 1..]));
        }
    }
    None
}

fn garbled() -> Failure {
    Failure::Unsound("the objects that it sends are garbled".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use miniz_oxide::deflate::compress_to_vec_zlib;
    use proptest::prelude::*;

    /// An object of a kind that says it has a size, before what stands for its content.
    fn object(kind: u8, mut size: u64, content: &[u8]) -> Vec<u8> {
        let mut bytes = vec![kind << 4 | (size & 15) as u8];
        size >>= 4;
        while size > 0 {
            if let Some(last) = bytes.last_mut() {
                *last |= 0x80;
            }
            bytes.push((size & 0x7f) as u8);
            size >>= 7;
        }
        bytes.extend(content);
        bytes
    }

    fn blob(content: &[u8]) -> Vec<u8> {
        object(3, content.len() as u64, &compress_to_vec_zlib(content, 6))
    }

    /// A delta that says what it makes.
    fn delta(makes: u64) -> Vec<u8> {
        let mut content = vec![0];
        let mut rest = makes;
        while rest > 0x7f {
            content.push((rest & 0x7f) as u8 | 0x80);
            rest >>= 7;
        }
        content.push(rest as u8);
        let packed = compress_to_vec_zlib(&content, 6);
        object(NAMED_DELTA, content.len() as u64, &[&[7; NAME], packed.as_slice()].concat())
    }

    fn pass(count: u32, objects: &[Vec<u8>]) -> (Result<(), Failure>, usize) {
        let mut header = *b"PACK\0\0\0\x02\0\0\0\0";
        header[8..].copy_from_slice(&count.to_be_bytes());
        let body = [objects.concat(), vec![0; NAME]].concat();
        let (mut input, mut output) = (body.as_slice(), Vec::new());
        let passed = Pack::new(&mut input, &mut output).pass(&header);
        (passed, output.len())
    }

    #[test]
    fn what_is_sound_is_passed_on_as_it_is() {
        let noise: Vec<u8> = (0..300_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let objects = [blob(b""), blob(b"hello"), blob(&noise), delta(5), blob(&vec![0; 5_000_000])];
        let length = objects.concat().len() + HEADER + NAME;
        assert_eq!(pass(5, &objects), (Ok(()), length));
    }

    #[test]
    fn a_size_that_is_a_lie_is_found_before_it_is_believed() {
        let short = compress_to_vec_zlib(b"abc", 6);
        for (size, limit) in [(1 << 60, true), (600 << 20, true), (4, false), (2, false)] {
            let (passed, written) = pass(1, &[object(3, size, &short)]);
            assert_eq!(passed == Err(Failure::TooMuch(Limit::Object)), limit, "{size}: {passed:?}");
            assert!(passed.is_err());
            assert_eq!(written, HEADER);
        }
        assert_eq!(pass(1, &[delta(1 << 40)]).0, Err(Failure::TooMuch(Limit::Object)));
        assert_eq!(pass(u32::MAX, &[]).0, Err(Failure::TooMuch(Limit::Objects)));
    }

    #[test]
    fn many_small_pieces_cannot_become_too_much() {
        let bombs = vec![delta(512 << 20); 5];
        assert_eq!(pass(5, &bombs).0, Err(Failure::TooMuch(Limit::Expansion)));
        assert_eq!(pass(4, &bombs[..4]).0, Ok(()));
    }

    #[test]
    fn what_ends_too_early_or_too_late_is_an_error() {
        assert!(pass(2, &[blob(b"a")]).0.is_err());
        assert!(matches!(pass(1, &[blob(b"a"), blob(b"b")]).0, Err(Failure::Unsound(_))));
    }

    proptest! {
        #[test]
        fn anything_may_be_a_pack(count in 0u32..4, bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = pass(count, &[bytes]);
        }
    }
}
