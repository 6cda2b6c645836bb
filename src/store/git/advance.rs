use std::thread;
use std::time::Duration;

use git2::{Oid, Repository, Signature, Time};

use super::edit::{self, Steps, Trouble, Wanted};
use super::place::{Freshness, Published, Which, Writing};
use super::{Git, objects};
use crate::store::{Commit, Receipt, StoreError};

/// How often a commit is made on a new tip before giving up.
const TRIES: u32 = 8;

impl Git {
    /// Commits the changes to a reference. Where somebody else was faster the changes are checked against the new tip
    /// and made there, again and again, a bounded number of times.
    pub(super) fn advance(&mut self, which: Which, wanted: &[Wanted], commit: &Commit) -> Result<Receipt, StoreError> {
        let mut freshness = Freshness::Remembered;
        for tried in 0..TRIES {
            thread::sleep(pause(tried));
            let tip = self.place.look(freshness)?.of(which);
            let steps = self.steps(which, tip, wanted)?;
            if steps.is_empty() {
                return Ok(Receipt { revision: None, changed: 0, pushes: self.pushes(tried) });
            }
            self.place.create()?;
            let new = self.write(tip, &steps, commit)?;
            match self.place.publish(which, tip, new)? {
                Published::Done => {
                    let revision = Some(new.to_string());
                    return Ok(Receipt { revision, changed: steps.count(), pushes: self.pushes(tried + 1) });
                }
                // A lock that nobody lets go of is no race: its message names the file.
                Published::Locked(error) if tried + 1 == TRIES => {
                    return Err(self.origin.failed("move the reference")(error));
                }
                Published::Locked(_) | Published::Overtaken => freshness = Freshness::Now,
            }
        }
        let reference = self.references.name(which).to_owned();
        Err(StoreError::Busy { store: self.origin.store.clone(), reference, tries: TRIES })
    }

    fn steps<'w>(&self, which: Which, tip: Option<Oid>, wanted: &'w [Wanted]) -> Result<Steps<'w>, StoreError> {
        let repository = self.place.repository();
        let steps = match which {
            Which::Branch => edit::guarded(repository, tip, wanted),
            Which::Inventory => edit::recorded(repository, tip, wanted),
        };
        steps.map_err(|trouble| self.trouble(trouble))
    }

    /// Writes the commit's objects; no reference points to them yet.
    fn write(&self, parent: Option<Oid>, steps: &Steps, commit: &Commit) -> Result<Oid, StoreError> {
        let repository = self.place.repository().ok_or_else(|| self.origin.missing())?;
        let written = objects::write(repository, steps.blobs(), parent, |repository| {
            let tree = edit::apply(repository, parent, steps)?;
            Ok(self.commit_tree(repository, parent, tree, commit)?)
        });
        written.map_err(|trouble| self.trouble(trouble))
    }

    fn commit_tree(
        &self,
        repository: &Repository,
        parent: Option<Oid>,
        tree: Oid,
        commit: &Commit,
    ) -> Result<Oid, git2::Error> {
        let signature = Signature::new(&self.author.name, &self.author.email, &Time::new(commit.time, 0))?;
        let parent = parent.map(|parent| repository.find_commit(parent)).transpose()?;
        let parents: Vec<_> = parent.iter().collect();
        repository.commit(None, &signature, &signature, &commit.message, &repository.find_tree(tree)?, &parents)
    }

    fn trouble(&self, trouble: Trouble) -> StoreError {
        match trouble {
            Trouble::Conflict(path) => StoreError::Conflict { store: self.origin.store.clone(), path },
            Trouble::Git(error) => self.origin.failed("write the commit")(error),
        }
    }

    fn pushes(&self, tries: u32) -> u32 {
        match self.place.writing() {
            Writing::Direct => 0,
            Writing::Pushed => tries,
        }
    }
}

/// How long to wait after so many tries: nothing before the first two, then 50 ms and twice as long each time. There is
/// no jitter: of those who collide one always wins, so that all of them get on.
fn pause(tried: u32) -> Duration {
    Duration::from_millis(if tried < 2 { 0 } else { 25 << (tried - 1) })
}
