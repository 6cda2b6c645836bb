//! Who may write to a repository: runs of plat take turns by a lock of the system, and plat and Git keep off each other by
//! Git's lock files.
//!
//! The system ends its locks with the process. Git's lock files outlive one that is killed, and nobody can see whether
//! whoever made one still lives. So plat makes its own as hard links of files in a folder of its own: a lock file that is
//! the same file as one there was made by plat, and whoever has the turn knows that this run is dead. Only such a lock is
//! ever taken away.

use std::fs;
use std::fs::{File, TryLockError};
use std::io;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::file::{Identity, beside, is_folder, open_plain, sync_folder};
use crate::wait::{Ended, Wait};

/// The file that runs of plat take turns by.
const TURN: &str = "plat.lock";

/// The folder of the files that lock files of plat are links of.
const OWN: &str = "plat.locks";

/// Keeps other runs from moving references of a repository while it lives.
pub(crate) struct Turn {
    folder: PathBuf,
    /// Nothing where the file system has no such locks: then no lock file is ever taken for a dead run's.
    file: Option<File>,
}

/// What is waited for in vain.
#[derive(Debug)]
pub(crate) struct Waited {
    /// The file that somebody holds.
    pub(crate) file: PathBuf,
    /// How the wait ended; nothing where what is there is no file, and would be waited at for ever.
    pub(crate) ended: Option<Ended>,
}

impl Turn {
    /// Waits for its turn in a repository's common folder, and takes away the lock files that dead runs left there.
    pub(crate) fn take(folder: &Path, wait: &Wait) -> Result<Self, Waited> {
        let path = folder.join(TURN);
        let attempt = |file: &File| match file.try_lock() {
            Ok(()) => Some(true),
            Err(TryLockError::WouldBlock) => None,
            Err(TryLockError::Error(_)) => Some(false),
        };
        let file = match open_plain(&path) {
            Ok(file) => match wait.until(|| attempt(&file)) {
                Ok(locked) => locked.then_some(file),
                Err(ended) => return Err(Waited { file: path, ended: Some(ended) }),
            },
            Err(error) if error.kind() == ErrorKind::InvalidInput => {
                return Err(Waited { file: path, ended: None });
            }
            Err(_) => None,
        };
        let turn = Self { folder: folder.to_owned(), file };
        turn.clear();
        Ok(turn)
    }

    /// Takes away the lock files that dead runs left in a repository's common folder, and gives them. Where none left any, nothing is
    /// made there, and nobody is waited for: whoever has the turn clears them itself.
    pub(crate) fn clear_dead(folder: &Path) -> Vec<PathBuf> {
        if !is_folder(&folder.join(OWN)) {
            return Vec::new();
        }
        match open_plain(&folder.join(TURN)) {
            Ok(file) if file.try_lock().is_ok() => Self { folder: folder.to_owned(), file: Some(file) }.clear(),
            Ok(_) | Err(_) => Vec::new(),
        }
    }

    /// Takes away the lock files of dead runs, which whoever has the turn knows to be dead, and gives them.
    fn clear(&self) -> Vec<PathBuf> {
        let mut cleared = Vec::new();
        if self.file.is_some() {
            clear(&self.folder.join(OWN), &self.folder, &mut cleared);
        }
        cleared
    }

    /// Takes Git's lock of a file of the repository; nothing where somebody else has it.
    pub(crate) fn lock(&self, name: &str) -> io::Result<Option<Lock>> {
        let file = self.folder.join(name);
        let lock = lock_of(&file);
        if let Some(parent) = lock.parent() {
            fs::create_dir_all(parent)?;
        }
        match self.link(name, &lock) {
            Ok(Some(own)) => Ok(Some(Lock { file, lock: Some(lock), own: Some(own) })),
            Ok(None) => match File::create_new(&lock) {
                Ok(_) => Ok(Some(Lock { file, lock: Some(lock), own: None })),
                // Git takes empty folders away, this one too.
                Err(error) if matches!(error.kind(), ErrorKind::AlreadyExists | ErrorKind::NotFound) => Ok(None),
                Err(error) => Err(error),
            },
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes the lock file as a link of one that proves whose it is; nothing where that cannot be.
    fn link(&self, name: &str, lock: &Path) -> io::Result<Option<PathBuf>> {
        let own = self.folder.join(OWN).join(name);
        let made = || fs::create_dir_all(own.parent()?).ok().and_then(|()| File::create_new(&own).ok());
        if self.file.is_none() || made().is_none() {
            return Ok(None);
        }
        match fs::hard_link(&own, lock) {
            Ok(()) => Ok(Some(own)),
            Err(error) => {
                let _ = fs::remove_file(&own);
                if error.kind() == ErrorKind::AlreadyExists { Err(error) } else { Ok(None) }
            }
        }
    }
}

/// Takes away the locks of dead runs, and tells them: `own` is a folder of what they are links of, and `locked` the folder of the locks.
fn clear(own: &Path, locked: &Path, cleared: &mut Vec<PathBuf>) {
    if !is_folder(own) {
        return;
    }
    let Ok(entries) = fs::read_dir(own) else { return };
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if is_folder(&path) {
            clear(&path, &locked.join(name), cleared);
            let _ = fs::remove_dir(&path);
            continue;
        }
        let lock = lock_of(&locked.join(name));
        if is_same(&path, &lock) {
            // The link that proves whose it is goes last.
            if fs::remove_file(&lock).and_then(|()| fs::remove_file(&path)).is_ok() {
                cleared.push(lock);
            }
        } else {
            let _ = fs::remove_file(&path);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if self.file.is_some() {
            self.clear();
            let _ = fs::remove_dir(self.folder.join(OWN));
        }
    }
}

/// Git's lock of a file, which ends with its value.
pub(crate) struct Lock {
    file: PathBuf,
    /// Nothing once it took the file's place.
    lock: Option<PathBuf>,
    own: Option<PathBuf>,
}

impl Lock {
    /// The file that it locks.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Puts a content in the place of the file's, on the disk.
    pub(crate) fn replace(mut self, content: &str) -> io::Result<()> {
        let Some(lock) = &self.lock else { return Ok(()) };
        let mut writer = File::options().write(true).truncate(true).open(lock)?;
        writer.write_all(content.as_bytes())?;
        writer.sync_all()?;
        fs::rename(lock, &self.file)?;
        self.lock = None;
        self.file.parent().into_iter().for_each(sync_folder);
        Ok(())
    }

    /// Takes the file away, where it is there.
    pub(crate) fn remove(self) -> io::Result<()> {
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        self.file.parent().into_iter().for_each(sync_folder);
        Ok(())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The link that proves whose it is goes last.
        let released = self.lock.take().is_none_or(|lock| fs::remove_file(lock).is_ok());
        if let Some(own) = self.own.take().filter(|_| released) {
            let _ = fs::remove_file(own);
        }
    }
}

/// Whether a file is the one by which runs of plat take turns.
pub(crate) fn is_turn(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name == TURN)
}

/// Git's lock file of a file.
pub(crate) fn lock_of(file: &Path) -> PathBuf {
    beside(file, ".lock")
}

/// Whether two paths name one file, as far as that can be told.
fn is_same(one: &Path, other: &Path) -> bool {
    let [one, other] = [one, other].map(|path| fs::symlink_metadata(path).ok().as_ref().and_then(Identity::of));
    one.is_some() && one == other
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem;
    use std::time::Duration;
    use tempfile::TempDir;

    fn turn(folder: &Path) -> Turn {
        Turn::take(folder, &Wait::default()).unwrap()
    }

    #[test]
    fn a_lock_excludes_and_ends_and_its_content_takes_the_files_place() {
        let folder = TempDir::new().unwrap();
        let turn = turn(folder.path());
        let lock = turn.lock("refs/heads/main").unwrap().unwrap();
        assert!(turn.lock("refs/heads/main").unwrap().is_none());
        lock.replace("new\n").unwrap();
        let file = folder.path().join("refs/heads/main");
        assert_eq!(fs::read_to_string(&file).unwrap(), "new\n");
        turn.lock("refs/heads/main").unwrap().unwrap().remove().unwrap();
        assert!(!file.exists());
        drop(turn.lock("refs/heads/main").unwrap().unwrap());
        drop(turn);
        let left: Vec<_> = fs::read_dir(folder.path().join("refs/heads")).unwrap().collect();
        assert!(left.is_empty() && !folder.path().join(OWN).exists(), "{left:?}");
    }

    #[test]
    fn a_lock_of_a_dead_run_goes_and_any_other_stays() {
        let folder = TempDir::new().unwrap();
        let dead = turn(folder.path());
        for name in ["refs/heads/main", "packed-refs"] {
            mem::forget(dead.lock(name).unwrap().unwrap());
        }
        let own = folder.path().join(OWN);
        let kept = folder.path().join("kept");
        fs::rename(&own, &kept).unwrap();
        drop(dead);
        fs::rename(&kept, &own).unwrap();
        // Git made this one after plat was killed and its lock cleared: the name says nothing.
        fs::write(own.join("refs/heads/other"), "").unwrap();
        fs::write(folder.path().join("refs/heads/other.lock"), "").unwrap();
        let next = turn(folder.path());
        assert!(next.lock("refs/heads/main").unwrap().is_some() && next.lock("packed-refs").unwrap().is_some());
        assert!(next.lock("refs/heads/other").unwrap().is_none());
    }

    #[cfg(unix)]
    #[test]
    fn what_dead_runs_left_goes_without_a_turn_but_not_while_a_run_has_it() {
        let folder = TempDir::new().unwrap();
        let named = |name: &str| folder.path().join(name);
        assert_eq!(Turn::clear_dead(folder.path()), Vec::<PathBuf>::new());
        assert!(!named(TURN).exists(), "nothing is made where nothing was left");
        let alive = turn(folder.path());
        let lock = alive.lock("refs/heads/main").unwrap().unwrap();
        fs::write(named("packed-refs.lock"), "somebody else's").unwrap();
        assert_eq!(Turn::clear_dead(folder.path()), Vec::<PathBuf>::new());
        assert!(named("refs/heads/main.lock").exists(), "its run is alive");
        // It dies: the system gives its turn back, and nobody clears up.
        mem::forget(lock);
        let Turn { file, .. } = &alive;
        file.as_ref().unwrap().unlock().unwrap();
        assert_eq!(Turn::clear_dead(folder.path()), [named("refs/heads/main.lock")]);
        assert!(!named("refs/heads/main.lock").exists() && !named(OWN).exists());
        assert!(named("packed-refs.lock").exists(), "it was never plat's");
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_taken_away_behind_a_link() {
        let (folder, elsewhere) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        fs::write(elsewhere.path().join("kept"), "").unwrap();
        fs::create_dir(folder.path().join(OWN)).unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), folder.path().join(OWN).join("refs")).unwrap();
        drop(turn(folder.path()));
        assert!(elsewhere.path().join("kept").exists());
    }

    #[test]
    fn a_turn_that_nobody_gives_back_is_waited_for_as_long_as_was_said() {
        let folder = TempDir::new().unwrap();
        let _other = turn(folder.path());
        let short = Wait::at_most(Duration::from_millis(10));
        let waited = Turn::take(folder.path(), &short).err().unwrap();
        assert_eq!((waited.ended, waited.file), (Some(Ended::TimedOut), folder.path().join(TURN)));
    }
}
