use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{Error, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::adapter::git::wire::Failure;
use crate::credentials::{Credential, Secret, SshKey};
use crate::file::{beside, make_private};

/// The ending of the folders with keys, behind the name of a cache and the process.
pub(in crate::adapter::git) const KEY: &str = "key";

/// What answers `ssh` when it asks what a key is encrypted with, and nothing else.
const ASKPASS: &str =
    "#!/bin/sh\ncase \"$1\" in\n\"Enter passphrase for key '\"*) exec cat \"${0%/*}/passphrase\" ;;\nesac\nexit 1\n";

/// A key as a program can read it, which takes files alone: those that are made for it lie in a folder for their user alone, and go
/// when this is dropped.
#[derive(Debug)]
pub(super) struct KeyFiles {
    pub(super) file: PathBuf,
    /// The program that says what the key is encrypted with.
    pub(super) askpass: Option<PathBuf>,
    folder: Option<PathBuf>,
}

impl KeyFiles {
    /// The files of a credential, made beside a cache; nothing where it is no key.
    pub(super) fn of(credential: &Credential, cache: &Path) -> Result<Option<Self>, Failure> {
        let Credential::Key { key, passphrase, .. } = credential else { return Ok(None) };
        if let SshKey::File(file) = key {
            // `ssh` would go on with others.
            File::open(file).map_err(|error| Failure::Denied(format!("the key cannot be read: {error}")))?;
        }
        let made = Self::make(key, passphrase.as_ref(), cache);
        made.map(Some).map_err(|error| Failure::Unwritten(format!("the key cannot be given to `ssh`: {error}")))
    }

    fn make(key: &SshKey, passphrase: Option<&Secret>, cache: &Path) -> Result<Self, Error> {
        let mut files = Self { file: PathBuf::new(), askpass: None, folder: None };
        files.file = match key {
            SshKey::File(file) => file.clone(),
            SshKey::Text(text) => write(files.folder(cache)?.join("key"), text.expose(), 0o600)?,
        };
        if let Some(passphrase) = passphrase {
            let folder = files.folder(cache)?;
            write(folder.join("passphrase"), &format!("{}\n", passphrase.expose()), 0o600)?;
            let askpass = write(folder.join("askpass"), ASKPASS, 0o700)?;
            until_it_runs(&askpass)?;
            files.askpass = Some(askpass);
        }
        Ok(files)
    }

    /// The folder, made where it is not there yet. Its name says whose it is, so that what a killed run leaves is found.
    fn folder(&mut self, cache: &Path) -> Result<PathBuf, Error> {
        static MADE: AtomicU64 = AtomicU64::new(0);
        if let Some(folder) = &self.folder {
            return Ok(folder.clone());
        }
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        // What has the name already was left by a process that is gone.
        let folder = std::path::absolute(beside(cache, &format!(".{}{number:06}.{KEY}", std::process::id())))?;
        let _ = fs::remove_dir_all(&folder);
        make_private(&folder)?;
        self.folder = Some(folder.clone());
        Ok(folder)
    }

    #[cfg(test)]
    pub(super) fn named(file: &str, askpass: Option<&str>) -> Self {
        Self { file: PathBuf::from(file), askpass: askpass.map(PathBuf::from), folder: None }
    }
}

impl Drop for KeyFiles {
    fn drop(&mut self) {
        // What cannot be deleted now is left to the next run.
        let _ = self.folder.take().map(fs::remove_dir_all);
    }
}

/// A path as OpenSSH's options have it, in which `%` begins something else.
pub(super) fn key_option(file: &Path) -> OsString {
    match file.to_str() {
        Some(text) => text.replace('%', "%%").into(),
        None => file.as_os_str().to_owned(),
    }
}

/// Makes a file for its user alone.
fn write(file: PathBuf, text: &str, mode: u32) -> Result<PathBuf, Error> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    options.open(&file)?.write_all(text.as_bytes())?;
    Ok(file)
}

/// Waits until a program that was just written can be run. A process that another thread started in between has the file open for
/// writing for as long as it takes to become its own program, and until then nobody may run it (`ETXTBSY` in execve(2)).
fn until_it_runs(program: &Path) -> Result<(), Error> {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        // Asked nothing, it answers nothing.
        let run = Command::new(program).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        match run {
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy && Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(1));
            }
            run => return run.map(drop),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(key: SshKey, passphrase: Option<&str>) -> (tempfile::TempDir, Result<Option<KeyFiles>, Failure>) {
        let folder = tempfile::TempDir::new().unwrap();
        let credential = Credential::Key { user: None, key, passphrase: passphrase.map(Secret::new) };
        let files = KeyFiles::of(&credential, &folder.path().join("state.git"));
        (folder, files)
    }

    #[cfg(unix)]
    #[test]
    fn a_key_lies_in_a_file_of_its_user_alone_for_as_long_as_it_is_needed() {
        use std::os::unix::fs::PermissionsExt;
        let (folder, files) = made(SshKey::Text(Secret::new("the key\n")), Some("the passphrase"));
        let files = files.unwrap().unwrap();
        let mode = |file: &Path| fs::metadata(file).unwrap().permissions().mode() & 0o777;
        assert_eq!(fs::read_to_string(&files.file).unwrap(), "the key\n");
        assert_eq!((mode(&files.file), mode(files.file.parent().unwrap())), (0o600, 0o700));
        let asks = |question: &str| {
            let output = std::process::Command::new(files.askpass.as_ref().unwrap()).arg(question).output().unwrap();
            (output.status.success(), String::from_utf8(output.stdout).unwrap())
        };
        assert_eq!(asks("Enter passphrase for key '/x/key': "), (true, "the passphrase\n".to_owned()));
        for question in ["git@git.example's password: ", "(a@b) Enter passphrase for key 'x': ", "yes or no"] {
            assert_eq!(asks(question), (false, String::new()), "{question}");
        }
        drop(files);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_key_in_a_file_stays_there_and_one_that_is_not_there_is_told() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("key");
        assert!(matches!(made(SshKey::File(file.clone()), None).1, Err(Failure::Denied(_))));
        fs::write(&file, "x").unwrap();
        let (cache, files) = made(SshKey::File(file.clone()), None);
        let files = files.unwrap().unwrap();
        assert_eq!((&files.file, files.askpass.is_none()), (&file, true));
        drop(files);
        assert!(file.exists() && fs::read_dir(cache.path()).unwrap().count() == 0);
    }
}
