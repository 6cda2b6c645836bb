use super::Name;
use crate::source::{Origin, Spanned};

/// Which state of a module in a Git repository is used, whatever its repository has by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    /// The module, as it is named where it is used ([`super::GitModule`]).
    pub module: Spanned<Name>,
    /// The line that says it.
    pub span: Origin,
    /// The commit.
    pub commit: Box<str>,
    /// The digest of its files ([`contents_digest`]).
    pub digest: Box<str>,
    /// The tag that it was found by, where a range was asked for.
    pub tag: Option<Box<str>>,
    /// The folder of the project that holds a copy.
    pub vendored: Option<Box<str>>,
}

/// The digest of files by their names, in the order of these: BLAKE3 in hexadecimal.
pub fn contents_digest<'f>(files: impl Iterator<Item = (&'f str, &'f [u8])>) -> String {
    let mut hasher = blake3::Hasher::new();
    for (name, content) in files {
        for part in [name.as_bytes(), content] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
    }
    hasher.finalize().to_hex().to_string()
}
