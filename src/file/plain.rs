use std::fs::{self, File, OpenOptions};
use std::io::{Error, ErrorKind, Read};
use std::path::Path;

/// Opens a file to be locked, which is made where it is missing. It is never waited for, and no link is followed.
///
/// # Errors
/// Of the kind `InvalidInput` where something else stands in its place; any other where the system does not open it.
pub fn open_plain(path: &Path) -> Result<File, Error> {
    let mut options = File::options();
    // Somebody else's may only be read, which is enough for a lock.
    opened(path, &mut options, |options| {
        let made = options.clone().create(true).truncate(false).write(true).open(path);
        made.or_else(|_| options.read(true).open(path))
    })
}

/// What a file holds; nothing where nothing is there. It is never waited for, and no link is followed.
///
/// # Errors
/// Of the kind `InvalidInput` where something else stands in its place; any other where it cannot be read.
pub fn read_plain(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match opened(path, &mut File::options(), |options| options.read(true).open(path)) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        file => {
            let mut content = Vec::new();
            file?.read_to_end(&mut content)?;
            Ok(Some(content))
        }
    }
}

fn opened(
    path: &Path,
    options: &mut OpenOptions,
    open: impl FnOnce(&mut OpenOptions) -> Result<File, Error>,
) -> Result<File, Error> {
    let no_file = || Error::new(ErrorKind::InvalidInput, "it is no file");
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => {
            return Err(Error::new(ErrorKind::InvalidInput, "it is a link, which is not followed"));
        }
        Ok(found) if !found.is_file() => return Err(no_file()),
        Ok(_) | Err(_) => {}
    }
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
        options.custom_flags(flags.bits().cast_signed());
    }
    let file = open(options)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(no_file()) }
}

/// Opens what is there, and is no plain file, to be written: a device, or a pipe that somebody reads; nothing while nobody does.
///
/// # Errors
/// Where the system does not open it.
pub fn open_read_pipe(path: &Path) -> Result<Option<File>, Error> {
    let mut options = File::options();
    options.write(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags((OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed());
    }
    let file = options.open(path);
    #[cfg(unix)]
    match &file {
        // What is read slowly is waited for.
        Ok(file) => rustix::fs::fcntl_setfl(file, rustix::fs::fcntl_getfl(file)? - rustix::fs::OFlags::NONBLOCK)?,
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::NXIO.raw_os_error()) => return Ok(None),
        Err(_) => {}
    }
    file.map(Some)
}

/// Whether a folder is at a path itself: a link may lead anywhere.
pub fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|file| file.is_dir())
}

#[cfg(all(test, unix))]
pub(crate) mod tests {
    use super::*;
    use rustix::fs::{FileType, Mode, mknodat};
    use std::os::unix::fs::symlink;
    use tempfile::TempDir;

    /// Makes a pipe, at which whoever opens it waits.
    pub(crate) fn make_pipe(path: &Path) {
        let made = mknodat(rustix::fs::CWD, path, FileType::Fifo, Mode::from_raw_mode(0o600), 0);
        assert!(made.is_ok(), "{made:?}");
    }

    #[test]
    fn nothing_but_a_file_is_opened_and_nothing_is_waited_for() {
        let folder = TempDir::new().unwrap();
        let at = |name: &str| folder.path().join(name);
        assert!(open_plain(&at("new")).is_ok() && open_plain(&at("new")).is_ok());
        make_pipe(&at("pipe"));
        symlink(at("new"), at("link")).unwrap();
        symlink(at("nothing"), at("dead")).unwrap();
        for name in ["pipe", "link", "dead", "."] {
            assert_eq!(open_plain(&at(name)).unwrap_err().kind(), ErrorKind::InvalidInput, "{name}");
            assert_eq!(read_plain(&at(name)).unwrap_err().kind(), ErrorKind::InvalidInput, "{name}");
        }
        assert!(open_read_pipe(&at("pipe")).unwrap().is_none());
        assert_eq!((read_plain(&at("new")).unwrap(), read_plain(&at("nothing")).unwrap()), (Some(Vec::new()), None));
        assert!(!at("nothing").exists());
    }
}
