use super::{Map, Value, write_json};

/// BLAKE3 of canonical bytes, cut to 128 bits: equal digests mean equal content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 16]);

/// So many bytes of a document are hashed together, which costs far less than to hash a few at a time.
const PIECE: usize = 1 << 16;

impl Digest {
    /// The digest of bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self::cut(blake3::hash(bytes))
    }

    /// The digest of a value's canonical JSON.
    pub fn of_value(value: &Value) -> Self {
        let mut bytes = Vec::new();
        write_json(value, &mut bytes);
        Self::of(&bytes)
    }

    /// The digest of a body, by which catalogs tell what is the same.
    pub fn of_body(body: Map) -> Self {
        Self::of_value(&Value::Object(body))
    }

    /// The digest of a document's JSON, which is not made as a whole for it.
    ///
    /// # Errors
    /// Where the document has no JSON.
    pub fn of_document(document: &impl serde::Serialize) -> Result<Self, serde_json::Error> {
        let mut hasher = blake3::Hasher::new();
        serde_json::to_writer(std::io::BufWriter::with_capacity(PIECE, &mut hasher), document)?;
        Ok(Self::cut(hasher.finalize()))
    }

    fn cut(hash: blake3::Hash) -> Self {
        let mut short = [0; 16];
        short.copy_from_slice(&hash.as_bytes()[..16]);
        Self(short)
    }

    /// Reads what `Display` wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 16];
        if text.len() != 32 || !text.is_ascii() {
            return None;
        }
        for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 32];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair.copy_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}
