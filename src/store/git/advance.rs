use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use git2::{Oid, Repository};

use super::edit::{self, Steps, Trouble, Wanted};
use super::inventory::Inventory;
use super::place::{Freshness, Move, Published, Tips, Writing};
use super::{Git, objects};
use crate::store::{Commit, Receipt, StoreError};

/// How often something is made on a new tip before giving up.
pub(super) const TRIES: u32 = 8;

/// What has to be done to one reference.
pub(super) struct Edit<'w> {
    reference: String,
    tip: Option<Oid>,
    steps: Steps<'w>,
}

impl Git {
    /// Moves the branch, the project's inventory and those that files are taken from to where the changes are made. Where
    /// somebody else was faster the changes are checked against the new tips and made there, again and again, a bounded
    /// number of times.
    pub(super) fn deliver(&mut self, wanted: &[Wanted], commit: &Commit) -> Result<Receipt, StoreError> {
        let mut freshness = Freshness::Remembered;
        let mut receipt = Receipt { revision: None, changed: 0, pushes: 0, said: Vec::new() };
        for tried in 0..TRIES {
            thread::sleep(pause(tried));
            let tips = self.place.look(freshness)?;
            let edits = self.edits(&tips, wanted)?;
            if edits.is_empty() {
                return Ok(receipt);
            }
            self.place.create()?;
            let moves = edits.iter().map(|edit| self.write(edit, commit)).collect::<Result<Vec<_>, _>>()?;
            let branch = edits.iter().zip(&moves).find(|(edit, _)| edit.reference == self.references.branch);
            let branch = branch.map(|(edit, step)| (step.new, edit.steps.count()));
            if branch.is_some() && self.place.writing() == Writing::Pushed {
                receipt.pushes += 1;
            }
            let published = self.place.publish(&moves)?;
            receipt.said = self.place.said();
            if let (Published::Done | Published::Partly, Some((new, changed))) = (&published, branch) {
                (receipt.revision, receipt.changed) = (new.map(|new| new.to_string()), changed);
            }
            match published {
                Published::Done => return Ok(receipt),
                Published::Overtaken | Published::Partly => freshness = Freshness::Now,
            }
        }
        Err(self.busy(&self.references.branch))
    }

    /// Somebody else was faster each time.
    pub(super) fn busy(&self, reference: &str) -> StoreError {
        StoreError::Busy { store: self.origin.store.clone(), reference: reference.to_owned(), tries: TRIES }
    }

    /// What has to be done, the branch first.
    pub(super) fn edits<'w>(&self, tips: &Tips, wanted: &'w [Wanted]) -> Result<Vec<Edit<'w>>, StoreError> {
        let repository = self.place.repository();
        let edit = |reference: &str, steps: &dyn Fn(Option<Oid>) -> Result<Steps<'w>, Trouble>| {
            let tip = tips.of(reference);
            let steps = steps(tip).map_err(|trouble| self.trouble(trouble))?;
            Ok(Edit { reference: reference.to_owned(), tip, steps })
        };
        let mut edits = vec![
            edit(&self.references.branch, &|tip| edit::guarded(repository, tip, wanted))?,
            edit(&self.references.inventory, &|tip| edit::recorded(repository, tip, wanted))?,
        ];
        for (name, paths) in taken(&tips.others(&self.references), wanted) {
            edits.push(edit(&name, &|tip| edit::taken(repository, tip, &paths))?);
        }
        edits.retain(|edit| !edit.steps.is_empty());
        Ok(edits)
    }

    /// Writes the commit's objects; no reference points to them yet.
    fn write(&self, edit: &Edit<'_>, commit: &Commit) -> Result<Move, StoreError> {
        let new = self.write_on(edit.tip, &edit.steps, commit)?;
        Ok(Move { reference: edit.reference.clone(), old: edit.tip, new: Some(new) })
    }

    /// Writes a commit on a parent; no reference points to it yet.
    pub(super) fn write_on(&self, parent: Option<Oid>, steps: &Steps<'_>, commit: &Commit) -> Result<Oid, StoreError> {
        let repository = self.place.repository().ok_or_else(|| self.origin.missing())?;
        let written = objects::write(repository, steps.blobs(), parent, |repository| {
            let tree = edit::apply(repository, parent, steps)?;
            Ok(self.commit_tree(repository, parent, tree, (&commit.message, commit.time))?)
        });
        let commit = written.map_err(|trouble| self.trouble(trouble))?;
        if self.place.writing() == Writing::Direct {
            let synced = objects::sync(repository, commit, steps.paths());
            synced.map_err(self.origin.failed("write the commit to the disk"))?;
        }
        Ok(commit)
    }

    /// Writes a commit of a tree with a message at a time.
    pub(super) fn commit_tree(
        &self,
        repository: &Repository,
        parent: Option<Oid>,
        tree: Oid,
        (message, time): (&str, i64),
    ) -> Result<Oid, git2::Error> {
        let [author, committer] = self.authorship.signatures(&repository.config()?.snapshot()?, time)?;
        let parent = parent.map(|parent| repository.find_commit(parent)).transpose()?;
        let parents: Vec<_> = parent.iter().collect();
        repository.commit(None, &author, &committer, message, &repository.find_tree(tree)?, &parents)
    }

    pub(super) fn trouble(&self, trouble: Trouble) -> StoreError {
        match trouble {
            Trouble::Conflict(path) => StoreError::Conflict { store: self.origin.store.clone(), path },
            Trouble::Blocked(path, obstacle) => {
                StoreError::Obstructed { store: self.origin.store.clone(), path, obstacle }
            }
            Trouble::Git(error) => self.origin.failed("write the commit")(error),
        }
    }
}

/// The files that each of the other inventories loses, by the inventory's name.
fn taken(others: &[(Inventory, Oid)], wanted: &[Wanted<'_>]) -> BTreeMap<String, Vec<String>> {
    let mut lost: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for wanted in wanted {
        let Some(project) = &wanted.change.taken_from else { continue };
        for (inventory, _) in others.iter().filter(|(inventory, _)| inventory.project == *project) {
            if let (Ok(name), Some(path)) = (inventory.name(), inventory.relative(&wanted.full)) {
                lost.entry(name).or_default().push(path.to_owned());
            }
        }
    }
    lost
}

/// How long to wait after so many tries: nothing before the first two, then 50 ms and twice as long each time. There is
/// no jitter: of those who collide one always wins, so that all of them get on.
pub(super) fn pause(tried: u32) -> Duration {
    Duration::from_millis(if tried < 2 { 0 } else { 25 << (tried - 1) })
}
