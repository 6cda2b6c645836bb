/// A keyed digest of a document: only who has the key can make it. Two are compared in the same time wherever they differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature(blake3::Hash);

/// What the key of a plan's signature is derived for: a key that serves something else as well gives no signature of a plan away.
const PURPOSE: &str = "plat 2026-11-26 signature of a saved plan";

impl Signature {
    /// The signature of a document's JSON by a key of any length.
    ///
    /// # Errors
    /// Where the document has no JSON.
    pub fn of_document(document: &impl serde::Serialize, key: &str) -> Result<Self, serde_json::Error> {
        let mut hasher = blake3::Hasher::new_keyed(&blake3::derive_key(PURPOSE, key.as_bytes()));
        serde_json::to_writer(std::io::BufWriter::new(&mut hasher), document)?;
        Ok(Self(hasher.finalize()))
    }

    /// Reads what `Display` wrote.
    pub fn parse(text: &str) -> Option<Self> {
        blake3::Hash::from_hex(text).ok().map(Self)
    }
}

impl std::fmt::Display for Signature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.to_hex())
    }
}

#[cfg(test)]
mod tests {
    use super::Signature;

    #[test]
    fn a_signature_is_of_one_document_by_one_key() {
        let of = |document: &str, key: &str| Signature::of_document(&document, key).unwrap();
        let signature = of("a plan", "a key");
        assert_eq!(Signature::parse(&signature.to_string()), Some(signature));
        assert_eq!(of("a plan", "a key"), signature);
        assert!(of("a plan", "a kez") != signature && of("b plan", "a key") != signature);
        assert_eq!((Signature::parse(""), Signature::parse("zz")), (None, None));
    }
}
