use std::fs::{self, File};
use std::path::Path;
use std::time::Duration;

use git2::{Oid, Repository};

use super::place::Move;

/// How old a lock without content has to be. Whoever takes one writes into it at once.
const PATIENCE: Duration = Duration::from_secs(2);

/// Keeps other runs from moving references of a repository while it lives. The system ends it with the process, unlike
/// the lock files of Git's references, which outlive one that is killed.
pub(super) struct Alone<'r> {
    repository: &'r Repository,
    _file: File,
}

impl<'r> Alone<'r> {
    /// Waits for its turn; nothing where the file system has no such locks.
    pub(super) fn wait(repository: &'r Repository) -> Option<Self> {
        let path = repository.commondir().join("plat.lock");
        let file = File::options().create(true).truncate(false).write(true).open(path).ok()?;
        file.lock().ok()?;
        Some(Self { repository, _file: file })
    }

    /// Takes away the lock file of a reference that a killed run left; whether there was one. It is such a one where it
    /// holds a commit by the committer of the move's, as no other run is at work, or for a while nothing at all. Somebody
    /// else's stays.
    pub(super) fn clear(&self, step: &Move) -> bool {
        let path = self.repository.commondir().join(format!("{}.lock", step.reference));
        let Some(new) = step.new.or(step.old) else { return false };
        let left = fs::read_to_string(&path).is_ok_and(|content| match content.trim() {
            "" => is_old(&path),
            id => Oid::from_str(id).is_ok_and(|id| have_one_committer(self.repository, [id, new])),
        });
        left && fs::remove_file(&path).is_ok()
    }
}

fn is_old(path: &Path) -> bool {
    let modified = fs::metadata(path).and_then(|file| file.modified());
    modified.is_ok_and(|time| time.elapsed().is_ok_and(|age| age >= PATIENCE))
}

fn have_one_committer(repository: &Repository, commits: [Oid; 2]) -> bool {
    let [one, other] = commits.map(|id| {
        let commit = repository.find_commit(id).ok()?;
        Some(commit.committer().email_bytes().to_owned())
    });
    one.is_some() && one == other
}
