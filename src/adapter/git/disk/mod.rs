//! What the system says of files that it does not read or write: libgit2 tells it in words alone, and at times as something else.

pub(crate) mod foreign;
pub(crate) mod plain;
pub(crate) mod real;

use std::fs;
use std::fs::File;
use std::io;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use git2::{Error, ErrorClass, ErrorCode};

/// The highest number of an error of any system.
const HIGHEST: i32 = 140;

/// What libgit2 says in its own words where something else stands in the place of a folder.
const TAKEN: [&str; 2] = ["directory exists", "it is not a directory"];

/// As much is written to find out whether anything can be.
const PROBE: usize = 1024 * 1024;

/// An error of a file, with its path, as libgit2 would say it.
pub(crate) fn error(path: &Path, error: &io::Error) -> Error {
    Error::new(ErrorCode::GenericError, ErrorClass::Os, format!("{}: {}", path.display(), words(error)))
}

/// What to do about an error, where its words are those of the system; nothing of any other error, nor of what is merely not there.
pub(crate) fn advice(message: &str) -> Option<&'static str> {
    let is_said = |error: &io::Error| message.ends_with(&words(error));
    let said = (1..=HIGHEST).map(io::Error::from_raw_os_error).find(is_said).map(|error| error.kind());
    let taken = TAKEN.iter().any(|words| message.ends_with(words)).then_some(ErrorKind::AlreadyExists);
    Some(match said.or(taken)? {
        ErrorKind::NotFound => return None,
        ErrorKind::StorageFull => "free some space there, and run it again",
        ErrorKind::QuotaExceeded => "the quota is used up: free some space there, and run it again",
        ErrorKind::FileTooLarge => "files may not be that large here (`ulimit -f`): allow it, and run it again",
        ErrorKind::ReadOnlyFilesystem => "it is mounted to be read alone: mount it to be written, and run it again",
        ErrorKind::PermissionDenied => "let the user of this run read and write all of it, and run it again",
        ErrorKind::NotADirectory | ErrorKind::IsADirectory | ErrorKind::AlreadyExists => {
            "something stands there in the place of a folder or a file: see what it is, and move it away"
        }
        _ => "see what is wrong with that disk",
    })
}

/// What the system says of a folder that it lets nobody look into, which libgit2 takes for one that is not there.
pub(crate) fn closed(folder: &Path) -> Option<Error> {
    let denied = fs::read_dir(folder).err().filter(|cause| cause.kind() == ErrorKind::PermissionDenied)?;
    Some(error(folder, &denied))
}

/// Tries to write where a repository is, and gives what the system says where it does not let it.
pub(crate) fn probe(repository: &Path) -> Option<Error> {
    let inner = repository.join(".git");
    let mut folder = if inner.is_dir() { inner } else { repository.to_owned() };
    while !folder.exists() && folder.pop() {}
    let file = folder.join(format!("plat.{}.probe", std::process::id()));
    let written = written(&file);
    let _ = fs::remove_file(&file);
    written.err().map(|cause| error(&folder, &cause))
}

fn written(path: &PathBuf) -> io::Result<()> {
    let mut file = File::options().write(true).create_new(true).open(path)?;
    file.write_all(&vec![0; PROBE])?;
    file.sync_all()
}

/// What the system calls an error, without its number.
pub(crate) fn words(error: &io::Error) -> String {
    let text = error.to_string();
    text.split_once(" (os error").map_or(text.clone(), |(words, _)| words.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_known_in_whatever_words_it_is_wrapped() {
        let said = |kind: ErrorKind| {
            let mut all = (1..=HIGHEST).map(io::Error::from_raw_os_error);
            words(&all.find(|error| error.kind() == kind).unwrap())
        };
        for (kind, part) in [
            (ErrorKind::StorageFull, "free some space"),
            (ErrorKind::ReadOnlyFilesystem, "mounted"),
            (ErrorKind::PermissionDenied, "let the user"),
            (ErrorKind::FileTooLarge, "ulimit"),
            (ErrorKind::NotADirectory, "in the place of"),
        ] {
            let told = advice(&format!("refs/x: failed to write out file: {}", said(kind))).unwrap();
            assert!(told.contains(part), "{kind}: {told}");
        }
        for other in ["object not found - no match for id", "Write error", "", &said(ErrorKind::NotFound)] {
            assert_eq!(advice(other), None, "{other}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_nobody_may_look_into_is_no_missing_one() {
        use std::os::unix::fs::PermissionsExt;
        let base = tempfile::tempdir().unwrap();
        let folder = base.path().join("r.git");
        assert!(closed(&folder).is_none());
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(base.path(), fs::Permissions::from_mode(0o000)).unwrap();
        // Nothing is closed to the superuser.
        let is_denied = fs::read_dir(base.path()).is_err();
        let told = closed(&folder).map(|error| error.message().to_owned());
        fs::set_permissions(base.path(), fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(told.is_some(), is_denied);
        assert!(told.is_none_or(|told| advice(&told).unwrap().contains("let the user")));
    }

    #[test]
    fn a_probe_leaves_nothing_and_tells_what_is_in_its_way() {
        let base = tempfile::tempdir().unwrap();
        assert!(probe(&base.path().join("r/none/yet")).is_none());
        assert_eq!(fs::read_dir(base.path()).unwrap().count(), 0);
        fs::write(base.path().join("file"), "").unwrap();
        let told = probe(&base.path().join("file")).unwrap();
        assert!(told.message().ends_with("Not a directory"), "{told}");
    }
}
