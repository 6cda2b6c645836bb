//! The folder of a project that plat keeps its own things in, which is private to its user.

use super::Disk;
use crate::file::make_private;
#[cfg(unix)]
use std::fs;
use std::path::{Path, PathBuf};

/// Its name.
const NAME: &str = ".plat";

/// The folder in it that holds one for each environment.
const ENVIRONMENTS: &str = "environments";

/// The folder. Where it is there, and others may look into it, they no longer may: it holds what was applied, copies of
/// repositories, and what was delivered to encrypted destinations. Nothing is made.
pub(super) fn own_folder(disk: &Disk) -> PathBuf {
    let folder = own_folder_in(disk.root());
    // Each environment has its own catalog, and its own copies of repositories.
    match disk.environment() {
        Some(name) => folder.join(ENVIRONMENTS).join(&**name),
        None => folder,
    }
}

/// The same of a folder that need not be a project yet.
pub(super) fn own_folder_in(root: &Path) -> PathBuf {
    let folder = root.join(NAME);
    #[cfg(unix)]
    close(&folder);
    folder
}

/// Makes the folder where it is missing, before anything is written into it.
pub fn make_own_folder(disk: &Disk) {
    // Whoever writes into it says why it cannot be made.
    let _ = make_private(&own_folder(disk));
}

#[cfg(unix)]
fn close(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    // A link may lead to what is not plat's own.
    let Ok(found) = fs::symlink_metadata(folder) else { return };
    let mode = found.permissions().mode();
    if found.is_dir() && mode & 0o077 != 0 {
        // Somebody else's folder stays as they have it.
        let _ = fs::set_permissions(folder, fs::Permissions::from_mode(mode & !0o077));
    }
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    use super::*;
    #[cfg(unix)]
    use std::os::unix::fs::PermissionsExt;

    #[cfg(unix)]
    fn mode(folder: &std::path::Path) -> u32 {
        fs::metadata(folder).unwrap().permissions().mode() & 0o777
    }

    #[cfg(unix)]
    #[test]
    fn it_is_made_private_and_made_so_where_it_is_not() {
        let folder = tempfile::TempDir::new().unwrap();
        fs::write(folder.path().join("plat.kdl"), "project p\n").unwrap();
        let disk = Disk::discover(folder.path()).unwrap();
        let own = own_folder(&disk);
        assert!(!own.exists());
        make_own_folder(&disk);
        assert_eq!(mode(&own), 0o700);
        fs::set_permissions(&own, fs::Permissions::from_mode(0o755)).unwrap();
        own_folder(&disk);
        assert_eq!(mode(&own), 0o700);
        let elsewhere = tempfile::TempDir::new().unwrap();
        fs::set_permissions(elsewhere.path(), fs::Permissions::from_mode(0o755)).unwrap();
        fs::remove_dir(&own).unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), &own).unwrap();
        own_folder(&disk);
        assert_eq!(mode(elsewhere.path()), 0o755);
    }
}
