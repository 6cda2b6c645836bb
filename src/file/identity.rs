use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Which file or folder it is, whatever it holds, and whatever its path leads to meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    device: u64,
    node: u64,
}

impl Identity {
    /// That of what was found; nothing where the system has nothing of the kind.
    #[cfg(unix)]
    pub fn of(found: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        Some(Self { device: found.dev(), node: found.ino() })
    }

    /// That of what was found; nothing where the system has nothing of the kind.
    #[cfg(not(unix))]
    pub fn of(_: &Metadata) -> Option<Self> {
        None
    }

    /// That of what a path leads to; nothing where nothing is there.
    ///
    /// # Errors
    /// Where nobody can look.
    pub fn at(path: &Path) -> io::Result<Option<Self>> {
        match fs::metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            found => Ok(Self::of(&found?)),
        }
    }
}

/// A folder that a path led to once.
#[derive(Debug)]
pub struct Known {
    path: PathBuf,
    identity: Option<Identity>,
    /// While it is open no other folder gets its identity.
    _open: Option<File>,
}

impl Known {
    /// The folder that a path leads to now.
    pub fn at(path: &Path) -> Self {
        let open = File::open(path).ok();
        let found = open.as_ref().map_or_else(|| fs::metadata(path), File::metadata);
        Self { path: path.to_owned(), identity: found.ok().as_ref().and_then(Identity::of), _open: open }
    }

    /// Whether its path still leads to it, as far as that can be told.
    pub fn is_there(&self) -> bool {
        self.identity.is_none() || Identity::at(&self.path).ok().flatten() == self.identity
    }

    /// Its path.
    pub fn path(&self) -> &Path {
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
