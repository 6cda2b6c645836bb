use std::io::{Error, ErrorKind};
use std::path::Path;

/// What SQLite keeps beside a database.
const BESIDE: [&str; 3] = ["-journal", "-wal", "-shm"];

/// Makes sure that nothing but plain files stands in the place of a database and of what belongs to it, in a folder that is there
/// itself. A link would have somebody else's file written, and a pipe or a device would be waited at for ever.
///
/// # Errors
/// Which of them is something else.
pub(super) fn is_own(path: &Path) -> Result<(), Error> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        judge(folder, std::fs::FileType::is_dir)?;
    }
    judge(path, std::fs::FileType::is_file)?;
    BESIDE.iter().try_for_each(|ending| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        judge(Path::new(&name), std::fs::FileType::is_file)
    })
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
            Err(Error::other(format!("{place} is a symbolic link, and plat keeps what is its own where it is itself")))
        }
        _ => Err(Error::other(format!("{place} is not what belongs there: neither pipes nor devices are opened"))),
    }
}
