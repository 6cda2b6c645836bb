//! A commit on a branch of its own, for people to look at.

use std::thread;

use git2::{Oid, Repository};

use super::Git;
use super::advance::{TRIES, pause};
use super::edit;
use super::link;
use super::place::{Freshness, Move, Published};
use crate::model::branch_fault;
use crate::store::{Commit, Proposal, StoreError};

impl Git {
    pub(super) fn suggest(&mut self, commit: &Commit, branch: &str) -> Result<Proposal, StoreError> {
        let reference = format!("refs/heads/{branch}");
        if branch_fault(branch).is_some() || reference == self.references.branch {
            return Err(self.origin.unusable(format!("`{branch}` cannot be the branch of a proposal")));
        }
        let wanted = self.wanted(commit)?;
        for tried in 0..TRIES {
            thread::sleep(pause(tried));
            let tip = self.place.look(Freshness::Now)?.of(&self.references.branch);
            let steps =
                edit::guarded(self.place.repository(), tip, &wanted).map_err(|trouble| self.trouble(trouble))?;
            let mut proposal =
                Proposal { branch: branch.to_owned(), revision: None, changed: steps.count(), link: None };
            if steps.is_empty() {
                return Ok(proposal);
            }
            self.place.create()?;
            let there = self.place.find(&reference)?;
            let new = self.write_on(tip, &steps, commit)?;
            proposal.link = link::compare(&self.url, &self.references.own.branch, branch);
            if let Some(there) = there {
                proposal.revision = Some(there.to_string());
                return if self.is_same_proposal(there, new)? { Ok(proposal) } else { Err(self.taken(&reference)) };
            }
            proposal.revision = Some(new.to_string());
            let step = Move { reference: reference.clone(), old: None, new: Some(new) };
            if let Published::Done = self.place.publish(&[step])? {
                return Ok(proposal);
            }
        }
        Err(self.busy(&reference))
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
