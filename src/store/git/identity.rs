//! Which file or folder it is, whatever its path leads to meanwhile.

use std::fs::{self, File, Metadata};
use std::path::{Path, PathBuf};

/// What tells a file or a folder from all others; nothing where the system has nothing of the kind.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have nothing of the kind")]
pub(super) fn of(found: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((found.dev(), found.ino()))
}

/// What tells a file or a folder from all others; nothing where the system has nothing of the kind.
#[cfg(not(unix))]
pub(super) fn of(_: &Metadata) -> Option<(u64, u64)> {
    None
}

/// A folder that a path led to once.
#[derive(Debug)]
pub(super) struct Known {
    path: PathBuf,
    identity: Option<(u64, u64)>,
    /// While it is open no other folder gets its identity.
    _open: Option<File>,
}

impl Known {
    /// The folder that a path leads to now.
    pub(super) fn at(path: &Path) -> Self {
        let open = File::open(path).ok();
        let found = open.as_ref().map_or_else(|| fs::metadata(path), File::metadata);
        Self { path: path.to_owned(), identity: found.ok().as_ref().and_then(of), _open: open }
    }

    /// Whether its path still leads to it, as far as that can be told.
    pub(super) fn is_there(&self) -> bool {
        self.identity.is_none() || fs::metadata(&self.path).ok().as_ref().and_then(of) == self.identity
    }

    /// Its path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn another_folder_at_the_same_path_is_another_one() {
        let base = tempfile::tempdir().unwrap();
        let at = |name: &str| base.path().join(name);
        fs::create_dir(at("r")).unwrap();
        let known = Known::at(&at("r"));
        assert!(known.is_there());
        fs::rename(at("r"), at("away")).unwrap();
        assert!(!known.is_there(), "nothing is there");
        fs::create_dir(at("r")).unwrap();
        assert!(!known.is_there(), "another one is there");
        fs::remove_dir(at("r")).unwrap();
        fs::rename(at("away"), at("r")).unwrap();
        assert!(known.is_there(), "it came back");
    }
}
