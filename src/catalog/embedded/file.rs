use std::fs::metadata;
use std::io::{Error, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Which file it is, whatever it holds and whatever its name has become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileIdentity {
    device: u64,
    node: u64,
}

impl FileIdentity {
    /// That of the file in a place; nothing where there is none.
    pub(super) fn at(path: &Path) -> Result<Option<Self>, Error> {
        match metadata(path) {
            Ok(found) => Ok(Some(Self { device: found.dev(), node: found.ino() })),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}
