//! What somebody's repository holds may be pipes, which are waited at for ever, devices, and links that lead elsewhere.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What Git reads of a repository before anything else.
const READ: [&str; 6] = ["", ".git", "HEAD", "config", "packed-refs", "commondir"];

/// What of a repository may be written through.
const WRITTEN: [&str; 9] =
    ["", "HEAD", "config", "packed-refs", "objects", "objects/info", "objects/pack", "refs", "refs/heads"];

/// What would be waited at in a repository of somebody's, where links may lead to other files.
pub(crate) fn pipe(repository: &Path) -> Option<PathBuf> {
    let references = [repository.join("refs"), repository.join(".git/refs")];
    pipe_at_the_door(repository).or_else(|| references.iter().find_map(|folder| below(folder)))
}

/// What would be waited at where a repository is only opened.
pub(crate) fn pipe_at_the_door(repository: &Path) -> Option<PathBuf> {
    let folders = [repository.to_owned(), repository.join(".git")];
    let mut read = folders.iter().flat_map(|folder| READ.iter().map(|name| folder.join(name)));
    read.find(|path| is_special(path))
}

fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// The first file below a folder that is none.
fn below(folder: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.into_iter().find_map(|entry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => below(&entry.path()),
        Ok(kind) if kind.is_file() => None,
        Ok(_) | Err(_) => Some(entry.path()).filter(|path| is_special(path)),
    })
}

/// Whether all of a repository of plat's own is there itself: no link leads out of it, and nothing of it is waited at.
pub(crate) fn is_own(repository: &Path, more: &[&str]) -> bool {
    let names = WRITTEN.iter().chain(more);
    names.map(|name| repository.join(name)).all(|path| match fs::symlink_metadata(path) {
        Ok(found) => found.is_file() || found.is_dir(),
        Err(error) => error.kind() == ErrorKind::NotFound,
    })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::file::tests::make_pipe;
    use std::os::unix::fs::symlink;
    use tempfile::TempDir;

    #[test]
    fn a_pipe_is_found_wherever_git_would_read_it() {
        for name in ["HEAD", "config", "packed-refs", "refs/heads/main", ".git/HEAD", ".git/refs/plat/x/y"] {
            let folder = TempDir::new().unwrap();
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            assert_eq!(pipe(folder.path()), None);
            make_pipe(&path);
            assert_eq!(pipe(folder.path()), Some(path));
        }
    }

    #[test]
    fn what_leads_elsewhere_is_not_its_own() {
        let (folder, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        assert!(is_own(folder.path(), &["seen"]));
        symlink(other.path(), folder.path().join("objects")).unwrap();
        assert!(!is_own(folder.path(), &[]));
        fs::remove_file(folder.path().join("objects")).unwrap();
        make_pipe(&folder.path().join("seen"));
        assert!(is_own(folder.path(), &[]) && !is_own(folder.path(), &["seen"]));
    }
}
