//! A commit on a branch of its own, for people to look at.

use std::collections::BTreeSet;
use std::thread;

use git2::{Oid, Repository};

use super::advance::{TRIES, pause};
use super::edit::{self, Wanted};
use super::link;
use super::place::{Freshness, Move, Published, Tips};
use super::{Git, proposed};
use crate::model::{Holding, branch_fault};
use crate::store::{Commit, Proposal, StoreError};

impl Git {
    pub(super) fn suggest(&mut self, commit: &Commit, branch: &str) -> Result<Proposal, StoreError> {
        let reference = format!("refs/heads/{branch}");
        if branch_fault(branch).is_some() || reference == self.references.branch {
            return Err(self.origin.unusable(format!("`{branch}` cannot be the branch of a proposal")));
        }
        let record = self.references.own.proposal(branch).map_err(|fault| self.origin.unusable(fault.to_owned()))?;
        let wanted = self.wanted(commit)?;
        for tried in 0..TRIES {
            thread::sleep(pause(tried));
            let tips = self.place.look(Freshness::Now)?;
            let tip = tips.of(&self.references.branch);
            let steps =
                edit::guarded(self.place.repository(), tip, &wanted).map_err(|trouble| self.trouble(trouble))?;
            let mut proposal =
                Proposal { branch: branch.to_owned(), revision: None, changed: steps.count(), link: None };
            if steps.is_empty() {
                self.deliver(&wanted, commit)?;
                return Ok(proposal);
            }
            self.place.create()?;
            let there = self.place.find(&reference)?;
            let new = self.write_on(tip, &steps, commit)?;
            proposal.link = link::compare(&self.url, &self.references.own.branch, branch);
            if let Some(there) = there
                && !self.is_same_proposal(there, new)?
            {
                return Err(self.taken(&reference));
            }
            let new = there.unwrap_or(new);
            proposal.revision = Some(new.to_string());
            let mut moves = Vec::new();
            if there.is_none() {
                moves.push(Move { reference: reference.clone(), old: None, new: Some(new) });
            }
            if tips.of(&record).is_none() {
                let remembered = self.write_proposed(&tips, new, &self.pending(&tips, &wanted)?, commit)?;
                moves.push(Move { reference: record.clone(), old: None, new: Some(remembered) });
            }
            if moves.is_empty() || matches!(self.place.publish(&moves)?, Published::Done) {
                self.record_settled(&tips, &wanted, commit)?;
                return Ok(proposal);
            }
        }
        Err(self.busy(&reference))
    }

    /// Takes a proposal back: its branch, and what is remembered of it.
    pub(super) fn take_back(&mut self, branch: &str, time: i64) -> Result<(), StoreError> {
        let reference = format!("refs/heads/{branch}");
        let record = self.references.own.proposal(branch).map_err(|fault| self.origin.unusable(fault.to_owned()))?;
        // What has arrived of it is owned before it is forgotten.
        let message = format!("Forget the proposal {branch}\n\nPlat-Project: {}\n", self.owner);
        self.look_again()?;
        self.deliver(&[], &Commit { changes: Vec::new(), holdings: Vec::new(), message, time })?;
        for tried in 0..TRIES {
            thread::sleep(pause(tried));
            let tips = self.place.look(Freshness::Now)?;
            let gone = |reference: &String| {
                tips.of(reference).map(|tip| Move { reference: reference.clone(), old: Some(tip), new: None })
            };
            let moves: Vec<Move> = [&reference, &record].into_iter().filter_map(gone).collect();
            if moves.is_empty() || matches!(self.place.publish(&moves)?, Published::Done) {
                return Ok(());
            }
        }
        Err(self.busy(&reference))
    }

    fn look_again(&mut self) -> Result<(), StoreError> {
        self.place.look(Freshness::Now).map(drop)
    }

    /// The changes that are not on the branch yet.
    fn pending<'w>(&self, tips: &Tips, wanted: &'w [Wanted<'w>]) -> Result<Vec<Wanted<'w>>, StoreError> {
        let settled = self.settled(tips, wanted)?;
        let again = |one: &Wanted<'w>| Wanted { change: one.change, full: one.full.clone(), after: one.after };
        Ok(wanted.iter().filter(|one| !settled.contains(one.change.path.as_str())).map(again).collect())
    }

    /// The paths that are on the branch as they are wanted.
    fn settled<'w>(&self, tips: &Tips, wanted: &'w [Wanted<'w>]) -> Result<BTreeSet<&'w str>, StoreError> {
        let Some(repository) = self.place.repository() else { return Ok(BTreeSet::new()) };
        let found = || {
            let mut cursor = super::Cursor::at_commit(repository, tips.of(&self.references.branch))?;
            let mut settled = BTreeSet::new();
            // What is taken from another project changes hands with the proposal and not before it.
            for one in wanted.iter().filter(|one| one.change.taken_from.is_none()) {
                if cursor.spot(&one.full)?.content() == one.after.map(super::content) {
                    settled.insert(one.change.path.as_str());
                }
            }
            Ok(settled)
        };
        found().map_err(self.origin.failed("read the branch"))
    }

    /// Puts into the inventory what needs no merge: files that are on the branch already, and what protects requests.
    fn record_settled(&mut self, tips: &Tips, wanted: &[Wanted<'_>], commit: &Commit) -> Result<(), StoreError> {
        let sight = self.sight(tips).map_err(self.origin.failed("read the inventory"))?;
        let settled = self.settled(tips, wanted)?;
        let paths = wanted.iter().map(|one| one.change.path.as_str());
        let pending: BTreeSet<&str> = paths.filter(|path| !settled.contains(path)).collect();
        let held = |change: &Holding| {
            let known = sight.arrived.holdings.iter().find(|known| known.key() == change.key());
            let stays = known.into_iter().flat_map(|known| &known.files).filter(|path| pending.contains(path.as_str()));
            let files = change.files.iter().filter(|path| !pending.contains(path.as_str())).chain(stays);
            Holding { files: files.cloned().collect(), ..change.clone() }
        };
        let holdings = commit.holdings.iter().map(held).collect();
        let changes = wanted.iter().filter(|one| settled.contains(one.change.path.as_str()));
        let settled = Commit { changes: changes.map(|one| one.change.clone()).collect(), holdings, ..commit.clone() };
        let wanted = self.wanted(&settled)?;
        self.deliver(&wanted, &settled).map(drop)
    }

    /// Writes what is remembered of a proposal; no reference points to it yet.
    fn write_proposed(
        &self,
        tips: &Tips,
        proposal: Oid,
        wanted: &[Wanted<'_>],
        commit: &Commit,
    ) -> Result<Oid, StoreError> {
        let repository = self.place.repository().ok_or_else(|| self.origin.missing())?;
        let write = || {
            let message = proposed::message(&commit.message, repository, tips, &self.references)?;
            let tree = proposed::write(repository, wanted, &commit.holdings)?;
            self.commit_tree(repository, Some(proposal), tree, (&message, commit.time))
        };
        write().map_err(self.origin.failed("write what is proposed"))
    }

    /// Whether a branch holds the files of a proposal.
    fn is_same_proposal(&self, there: Oid, new: Oid) -> Result<bool, StoreError> {
        let Some(repository) = self.place.repository() else { return Ok(false) };
        let trees = tree(repository, there).and_then(|there| Ok((there, tree(repository, new)?)));
        let (there, new) = trees.map_err(self.origin.failed("read the branch of the proposal"))?;
        Ok(there == new)
    }

    fn taken(&self, reference: &str) -> StoreError {
        StoreError::Taken { store: self.origin.store.clone(), reference: reference.to_owned() }
    }
}

fn tree(repository: &Repository, commit: Oid) -> Result<Oid, git2::Error> {
    Ok(repository.find_commit(commit)?.tree_id())
}
