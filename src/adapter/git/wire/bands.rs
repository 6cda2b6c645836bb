use std::io::{Error, Read};

use super::packet::{Packet, text};
use super::{Failure, Limit};

/// More than this of what a server says beside its answer is not kept.
const LONGEST_SAID: usize = 4096;

/// An answer whose lines carry data, progress and errors side by side, each marked by its first byte. Reading gives the data.
pub(super) struct Bands<'r> {
    reader: &'r mut dyn Read,
    data: Vec<u8>,
    at: usize,
    ended: bool,
    /// The bytes that were no data.
    beside: u64,
    /// What the server said for people.
    pub(super) said: Vec<u8>,
}

impl<'r> Bands<'r> {
    pub(super) fn new(reader: &'r mut dyn Read) -> Self {
        Self { reader, data: Vec::new(), at: 0, ended: false, beside: 0, said: Vec::new() }
    }

    /// Reads on to the next data, or to the end.
    fn fill(&mut self) -> Result<(), Failure> {
        while self.at == self.data.len() && !self.ended {
            match Packet::read(self.reader)? {
                Packet::Flush => self.ended = true,
                Packet::Data(line) => self.take(&line)?,
            }
        }
        Ok(())
    }

    fn take(&mut self, line: &[u8]) -> Result<(), Failure> {
        if !matches!(line, [1, _, ..]) {
            // The four digits of its length count too: a line may be empty.
            self.beside += line.len() as u64 + 4;
        }
        if Limit::Said.is_passed_by(self.beside) {
            return Err(Failure::TooMuch(Limit::Said));
        }
        match line.split_first() {
            Some((1, data)) => (self.data, self.at) = (data.to_vec(), 0),
            Some((2, said)) => {
                let room = LONGEST_SAID.saturating_sub(self.said.len()).min(said.len());
                self.said.extend_from_slice(&said[..room]);
            }
            Some((3, words)) => return Err(Failure::said(&String::from_utf8_lossy(words))),
            _ => match text(line) {
                Some(line) if line.starts_with("ACK ") || line == "NAK" => {}
                Some(line) if line.starts_with("ERR ") => return Err(Failure::said(&line[4..])),
                _ => return Err(Failure::Broken("the server's answer is garbled".to_owned())),
            },
        }
        Ok(())
    }
}

impl Read for Bands<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.fill().map_err(|failure| match failure {
            Failure::HungUp => std::io::ErrorKind::UnexpectedEof.into(),
            other => Error::other(other),
        })?;
        let count = buffer.len().min(self.data.len() - self.at);
        buffer[..count].copy_from_slice(&self.data[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter::git::wire::packet;
    use proptest::prelude::*;

    fn lines(lines: &[&str]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for line in lines {
            packet::append(&mut bytes, line);
        }
        packet::flush(&mut bytes);
        bytes
    }

    #[test]
    fn data_and_what_is_said_are_told_apart() {
        let bytes = lines(&["NAK\n", "\u{2}counting\n", "\u{1}PA", "\u{1}", "\u{1}CK", "\u{2}done\n"]);
        let (mut reader, mut data) = (bytes.as_slice(), Vec::new());
        let mut bands = Bands::new(&mut reader);
        bands.read_to_end(&mut data).unwrap();
        assert_eq!((data.as_slice(), bands.said.as_slice()), (b"PACK".as_slice(), b"counting\ndone\n".as_slice()));
    }

    #[test]
    fn an_error_or_a_missing_end_is_one() {
        for bytes in [lines(&["\u{3}no space\n"]), lines(&["ERR no"]), lines(&["what"]), b"0006\x01a".to_vec()] {
            assert!(Bands::new(&mut bytes.as_slice()).read_to_end(&mut Vec::new()).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn what_is_said_beside_the_data_has_an_end() {
        for line in ["\u{2}x", "NAK\n", "\u{1}"] {
            let mut endless = Endless(lines(&[line]), 0);
            let error = Bands::new(&mut endless).read_to_end(&mut Vec::new()).unwrap_err();
            assert_eq!(Failure::from(error), Failure::TooMuch(Limit::Said), "{line:?}");
        }
    }

    /// A line again and again, without the end of its section.
    struct Endless(Vec<u8>, usize);

    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let line = &self.0[..self.0.len() - 4];
            let count = buffer.len().min(line.len() - self.1);
            buffer[..count].copy_from_slice(&line[self.1..self.1 + count]);
            self.1 = (self.1 + count) % line.len();
            Ok(count)
        }
    }

    proptest! {
        #[test]
        fn anything_may_answer(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Bands::new(&mut bytes.as_slice()).read_to_end(&mut Vec::new());
        }
    }
}
