//! What a path leads to on this machine: which file it is, whether it is one at all, who may look into it, and whether it is on the disk.
//!
//! Takes paths, gives answers of the file system. It knows no target and no text.

mod identity;
mod plain;
mod replacement;
mod stamp;

pub use identity::{Identity, Known};
#[cfg(all(test, unix))]
pub(crate) use plain::tests;
pub use plain::{is_folder, open_plain, open_read_pipe, read_plain};
pub use replacement::{Replacement, is_begun, is_left_over};
pub use stamp::Stamp;

use std::fs::{DirBuilder, File};
use std::io;
use std::path::{Path, PathBuf};

/// Read, write and enter, for the user.
#[cfg(unix)]
const PRIVATE: u32 = 0o700;

/// Makes a folder, and those above it that are missing, for their user alone.
///
/// # Errors
/// Where one of them cannot be made.
pub fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, PRIVATE);
    builder.create(folder)
}

/// The real path of a file, which may not be there yet where its folder is; nothing where neither is.
pub fn real_path(path: &Path) -> Option<PathBuf> {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    real(path).or_else(|| Some(real(path.parent()?)?.join(path.file_name()?)))
}

/// The most names of a folder that are read where somebody chooses among them.
const MOST_NAMES: usize = 1_000;

/// The names in a folder, those of folders with a `/` at the end, sorted: without what is hidden, and of very many some. None where the
/// folder cannot be read.
pub fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().take(MOST_NAMES);
    let named = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok().filter(|name| !name.starts_with('.'))?;
        Some(if entry.path().is_dir() { format!("{name}/") } else { name })
    });
    let mut names: Vec<String> = named.collect();
    names.sort_unstable();
    names
}

/// The folders in a folder, itself among them, that hold a file of a name, but for hidden ones; nothing where there are more folders than
/// `most`. What cannot be read holds none.
pub fn folders_with(folder: &Path, name: &str, most: usize) -> Option<Vec<PathBuf>> {
    let (mut open, mut found, mut count) = (vec![folder.to_owned()], Vec::new(), 0);
    while let Some(folder) = open.pop() {
        count += 1;
        if count > most {
            return None;
        }
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        // A link may lead back.
        let inner = entries.filter(|entry| entry.file_type().is_ok_and(|sort| sort.is_dir()));
        open.extend(
            inner.filter(|entry| !entry.file_name().as_encoded_bytes().starts_with(b".")).map(|entry| entry.path()),
        );
        if folder.join(name).is_file() {
            found.push(folder);
        }
    }
    found.sort_unstable();
    Some(found)
}

/// What lies beside a file or a folder and is called like it, with an ending.
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    path.with_file_name(name)
}

/// Gets what was written into a file onto the disk, before anybody is told of it.
///
/// # Errors
/// Where the system does not.
pub fn sync_file(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// The same of the names in a folder. Where a file system cannot do that there is nothing more to be done.
pub fn sync_folder(path: &Path) {
    if let Ok(folder) = File::open(path) {
        let _ = folder.sync_all();
    }
}
