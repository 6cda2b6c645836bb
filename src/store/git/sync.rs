//! Getting what was written onto the disk before anybody is told of it.

use std::fs::File;
use std::io;
use std::path::Path;

/// Syncs a file.
pub(super) fn file(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Syncs the names in a folder. Where a file system cannot do that there is nothing more to be done.
pub(super) fn folder(path: &Path) {
    if let Ok(folder) = File::open(path) {
        let _ = folder.sync_all();
    }
}
