use crate::file::beside;
use std::io::{Error, ErrorKind};
use std::path::Path;

/// What a database is called while it is made.
pub(super) const NEW: &str = "-new";

/// What is kept beside a database.
const BESIDE: [&str; 5] = ["-journal", "-wal", "-shm", NEW, "-new-journal"];

/// What else plat keeps in the folder of its catalog: copies of repositories, and repositories that a project puts there.
const ITS_OWN: [&str; 2] = ["git", "stores"];

/// Makes sure that nothing but plain files stands in the place of a database and of what belongs to it, in a folder that is there
/// itself, or that a link leads to where nothing is but what is plat's. Any other link would have somebody else's files written, and a
/// pipe or a device would be waited at for ever.
///
/// # Errors
/// Which of them is something else.
pub(super) fn is_own(path: &Path) -> Result<(), Error> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let leads_to_its_own = folder.is_symlink() && holds_its_own(folder, path)?;
        if !leads_to_its_own {
            judge(folder, std::fs::FileType::is_dir)?;
        }
    }
    judge(path, std::fs::FileType::is_file)?;
    BESIDE.iter().try_for_each(|ending| judge(&beside(path, ending), std::fs::FileType::is_file))
}

/// Whether a folder holds nothing but a database, what belongs to it, and what else plat keeps.
fn holds_its_own(folder: &Path, database: &Path) -> Result<bool, Error> {
    if !folder.is_dir() {
        return Ok(false);
    }
    let name = database.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    for entry in std::fs::read_dir(folder)? {
        let found = entry?.file_name().to_string_lossy().into_owned();
        let of_database = found.strip_prefix(&name).is_some_and(|end| end.is_empty() || BESIDE.contains(&end));
        if !of_database && !ITS_OWN.contains(&found.as_str()) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn judge(path: &Path, fits: impl Fn(&std::fs::FileType) -> bool) -> Result<(), Error> {
    let kind = match path.symlink_metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        found => found?.file_type(),
    };
    let place = path.display();
    match kind {
        _ if fits(&kind) => Ok(()),
        _ if kind.is_symlink() => {
            Err(Error::other(format!("{place} is a symbolic link, and does not lead to what is plat's own alone")))
        }
        _ => Err(Error::other(format!("{place} is not what belongs there: neither pipes nor devices are opened"))),
    }
}
