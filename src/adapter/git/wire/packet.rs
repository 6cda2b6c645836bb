//! The lines that both sides speak in: four hexadecimal digits that say how long a line is, themselves included, and the line.

use std::io::Read;

use super::Failure;

/// What a line may hold at most.
const LONGEST: usize = 65_516;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Packet {
    /// With this in it.
    Data(Vec<u8>),
    /// The end of a section.
    Flush,
}

impl Packet {
    /// Reads one; whoever ends before it ends has hung up.
    pub(super) fn read(reader: &mut dyn Read) -> Result<Self, Failure> {
        let mut digits = [0; 4];
        reader.read_exact(&mut digits)?;
        let digit = |digit: u8| char::from(digit).to_digit(16).map(|digit| digit as usize);
        let length = digits.into_iter().try_fold(0, |length, byte| Some(length * 16 + digit(byte)?));
        match length {
            Some(0) => Ok(Self::Flush),
            Some(length @ 4..) if length - 4 <= LONGEST => {
                let mut data = vec![0; length - 4];
                reader.read_exact(&mut data)?;
                Ok(Self::Data(data))
            }
            _ => Err(Failure::Broken("what answers does not speak Git's protocol".to_owned())),
        }
    }
}

/// Appends a line.
pub(super) fn append(to: &mut Vec<u8>, line: &str) {
    to.extend_from_slice(format!("{:04x}{line}", line.len() + 4).as_bytes());
}

/// Appends the end of a section.
pub(super) fn flush(to: &mut Vec<u8>) {
    to.extend_from_slice(b"0000");
}

/// A line's text without the end of line; nothing where it is no text.
pub(super) fn text(data: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(data).ok()?;
    Some(text.strip_suffix('\n').unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_says_how_long_it_is() {
        let mut bytes = Vec::new();
        append(&mut bytes, "a\n");
        flush(&mut bytes);
        assert_eq!(bytes, b"0006a\n0000");
        let mut reader = bytes.as_slice();
        assert_eq!(Packet::read(&mut reader), Ok(Packet::Data(b"a\n".to_vec())));
        assert_eq!(Packet::read(&mut reader), Ok(Packet::Flush));
        assert_eq!(Packet::read(&mut reader), Err(Failure::HungUp));
    }

    #[test]
    fn a_length_that_cannot_be_is_refused() {
        for bytes in [b"0003".as_slice(), b"0001", b"fffff", b"<htm", b"+00a"] {
            assert!(matches!(Packet::read(&mut &*bytes), Err(Failure::Broken(_))), "{bytes:?}");
        }
        assert_eq!(Packet::read(&mut b"0009abc".as_slice()), Err(Failure::HungUp));
    }

    proptest! {
        #[test]
        fn what_is_appended_is_read(line in "\\PC{0,200}", noise in proptest::collection::vec(any::<u8>(), 0..40)) {
            let mut bytes = Vec::new();
            append(&mut bytes, &line);
            prop_assert_eq!(Packet::read(&mut bytes.as_slice()), Ok(Packet::Data(line.into_bytes())));
            let _ = Packet::read(&mut noise.as_slice());
        }
    }
}
