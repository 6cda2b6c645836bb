use std::fs::File;
use std::io;
use std::path::Path;

/// Syncs a file.
pub fn sync_file(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Syncs the names in a folder. Where a file system cannot do that there is nothing more to be done.
pub fn sync_folder(path: &Path) {
    if let Ok(folder) = File::open(path) {
        let _ = folder.sync_all();
    }
}
