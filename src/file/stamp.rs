use super::Identity;
use std::fs::{self, Metadata};
use std::path::Path;
use std::time::SystemTime;

/// How a file looks from outside: where that is the same, its content is taken to be. What keeps its length and its time, as a copy may,
/// is another file, or was changed at another time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    identity: Option<Identity>,
    long: u64,
    written: Option<SystemTime>,
    changed: Option<(i64, i64)>,
}

impl Stamp {
    /// That of what a path leads to; nothing where the system does not tell.
    pub fn at(path: &Path) -> Option<Self> {
        let found = fs::metadata(path).ok()?;
        let (identity, changed) = (Identity::of(&found), changed(&found));
        Some(Self { identity, long: found.len(), written: found.modified().ok(), changed })
    }
}

/// When anything of a file changed last, which nobody can set; nothing where the system has nothing of the kind.
#[cfg(unix)]
#[allow(clippy::unnecessary_wraps, reason = "other systems have nothing of the kind")]
fn changed(found: &Metadata) -> Option<(i64, i64)> {
    use std::os::unix::fs::MetadataExt;
    Some((found.ctime(), found.ctime_nsec()))
}

/// When anything of a file changed last, which nobody can set; nothing where the system has nothing of the kind.
#[cfg(not(unix))]
fn changed(_: &Metadata) -> Option<(i64, i64)> {
    None
}
