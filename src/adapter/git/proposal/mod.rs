//! A commit on a branch of its own, for people to look at.

mod head;
pub(crate) mod link;
pub(crate) mod proposed;
mod stage;

use std::collections::BTreeSet;
use std::thread;

use git2::{Oid, Repository};

use self::head::{Head, heads, message};
use crate::adapter::git::commit::{Extent, TRIES, pause};
use crate::adapter::git::host::{Freshness, Move, Published, Tips};
use crate::adapter::git::objects::edit::{self, Wanted};
use crate::adapter::git::references::branch_reference;
use crate::adapter::git::{Cursor, Git};
use crate::model::{Holding, branch_fault};
use crate::store::{Draft, Outstanding, Proposal, Proposals, StoreError};

impl Proposals for &mut Git {
    fn propose(&mut self, draft: &Draft, name: &str) -> Result<Proposal, StoreError> {
        self.soundly(|git| git.suggest(draft, name))
    }

    fn rehearse_proposal(&mut self, draft: &Draft, name: &str) -> Result<(), StoreError> {
        self.soundly(|git| git.would_suggest(draft, name))
    }

    fn outstanding(&mut self) -> Result<Vec<Outstanding>, StoreError> {
        self.soundly(Git::standing)
    }

    fn withdraw(&mut self, name: &str, time: i64) -> Result<(), StoreError> {
        self.soundly(|git| git.take_back(name, time))
    }
}

impl Git {
    fn suggest(&mut self, draft: &Draft, branch: &str) -> Result<Proposal, StoreError> {
        let reference = branch_reference(branch);
        if branch_fault(branch).is_some() || reference == self.references.branch {
            return Err(self.origin.unusable(format!("`{branch}` cannot be the branch of a proposal")));
        }
        let wanted = self.wanted(draft)?;
        for tried in 0..TRIES {
            thread::sleep(pause(tried));
            self.own_arrived(&draft.message, draft.time)?;
            let tips = self.host.look(Freshness::Remembered)?;
            let tip = tips.of(&self.references.branch);
            let steps = edit::guarded(self.host.repository(), tip, &wanted).map_err(|trouble| self.trouble(trouble))?;
            let mut proposal =
                Proposal { name: branch.to_owned(), revision: None, changed: steps.count(), begun: None, link: None };
            if steps.is_empty() {
                self.advance(&wanted, draft, Extent::Whole)?;
                return Ok(proposal);
            }
            self.host.create()?;
            proposal.link = link::compare(&self.url, &self.references.own.branch, branch);
            let mut moves = Vec::new();
            let base = match tip {
                Some(tip) => tip,
                None => self.begin(draft, &mut moves)?,
            };
            let new = self.write_on(Some(base), &steps, draft)?;
            if tip.is_none() {
                proposal.begun = Some(self.references.own.branch.clone());
            }
            let known = self.known(&tips)?;
            let found = self.host.find(&reference)?;
            // One that began before its branch did could never be merged: nobody else has touched it, and it begins anew.
            let is_loose = tip.is_none() && known.iter().any(|one| one.branch() == branch && one.commit() == found);
            let there = found.filter(|_| !is_loose);
            if let Some(there) = there
                && !self.holds(there, new, (branch, &known), &wanted)?
            {
                return Err(self.taken(branch));
            }
            proposal.revision = Some(there.unwrap_or(new).to_string());
            if there.is_none() {
                moves.push(Move { reference: reference.clone(), old: found, new: Some(new) });
            }
            self.remember((&tips, &known), (branch, there, new), &wanted, draft, &mut moves)?;
            if moves.is_empty() || matches!(self.host.publish(&moves)?, Published::Done) {
                self.record_settled(&tips, &wanted, draft)?;
                return Ok(proposal);
            }
        }
        Err(self.origin.busy(&reference, TRIES))
    }

    /// How what was proposed stands.
    fn standing(&mut self) -> Result<Vec<Outstanding>, StoreError> {
        let tips = self.host.look(Freshness::Remembered)?;
        let Some(repository) = self.host.repository() else { return Ok(Vec::new()) };
        let standing = proposed::standing(self.view(repository, &tips));
        standing.map_err(self.origin.failed("read what was proposed"))
    }

    /// Says whether a proposal would be made, and writes nothing.
    fn would_suggest(&mut self, draft: &Draft, branch: &str) -> Result<(), StoreError> {
        let reference = branch_reference(branch);
        let wanted = self.wanted(draft)?;
        let tips = self.host.look(Freshness::Now)?;
        self.edits(&tips, &wanted, draft)?;
        let Some(there) = tips.of(&reference) else { return Ok(()) };
        let known = self.known(&tips)?;
        // One that nobody remembers is compared as a whole with what is proposed, which is only written then.
        let is_known = known.iter().any(|one| one.branch() == branch);
        if is_known && !self.holds(there, there, (branch, &known), &wanted)? {
            return Err(self.taken(branch));
        }
        Ok(())
    }

    /// Writes the commit that the store's branch begins with, so that there is something to merge into, and where it goes.
    fn begin(&self, draft: &Draft, moves: &mut Vec<Move>) -> Result<Oid, StoreError> {
        let repository = self.made()?;
        let trailers = draft.message.split_once("\n\n").map_or("", |(_, trailers)| trailers);
        let message = format!("Begin {} for what is proposed to it\n\n{trailers}", self.references.own.branch);
        let write = || {
            let empty = repository.treebuilder(None)?.write()?;
            self.authorship.commit(repository, None, empty, (&message, draft.time))
        };
        let begun = write().map_err(self.origin.unwritten("begin the branch"))?;
        moves.push(Move { reference: self.references.branch.clone(), old: None, new: Some(begun) });
        Ok(begun)
    }

    fn known(&self, tips: &Tips) -> Result<Vec<Head>, StoreError> {
        let Some(repository) = self.host.repository() else { return Ok(Vec::new()) };
        heads(self.view(repository, tips)).map_err(self.origin.failed("read what was proposed"))
    }

    /// Sees to it that the proposal on a branch, which has a commit already or gets the new one, is remembered as the last one, and
    /// that it has taken the place of all others.
    fn remember(
        &self,
        (tips, known): (&Tips, &[Head]),
        (branch, there, new): (&str, Option<Oid>, Oid),
        wanted: &[Wanted<'_>],
        draft: &Draft,
        moves: &mut Vec<Move>,
    ) -> Result<(), StoreError> {
        let record = self.references.own.proposal(branch).map_err(|fault| self.origin.unusable(fault.to_owned()))?;
        let own = known.iter().find(|one| one.branch() == branch);
        let proposal = there.map_or(new, |there| own.and_then(Head::commit).unwrap_or(there));
        if own.is_none_or(|own| !own.is_last(known) || own.commit() != Some(proposal)) {
            let remembered = self.write_proposed(tips, proposal, &self.pending(tips, wanted)?, draft)?;
            moves.push(Move { old: tips.of(&record), reference: record, new: Some(remembered) });
        }
        let repository = self.made()?;
        for (one, (message, time)) in known.iter().filter_map(|one| Some((one, one.superseded_by(branch)?))) {
            let write = || {
                let tree = repository.find_commit(one.record())?.tree_id();
                self.authorship.commit(repository, one.commit(), tree, (&message, time))
            };
            moves.push(one.moves_to(write().map_err(self.origin.unwritten("write what is proposed"))?));
        }
        Ok(())
    }

    /// Takes a proposal back: its branch, and what is remembered of it.
    fn take_back(&mut self, branch: &str, time: i64) -> Result<(), StoreError> {
        let reference = branch_reference(branch);
        let record = self.references.own.proposal(branch).map_err(|fault| self.origin.unusable(fault.to_owned()))?;
        let (name, id) = (&self.owner, &self.references.own.project);
        let message = format!("Forget the proposal {branch}\n\nPlat-Project: {name}\nPlat-Project-Id: {id}\n");
        self.own_arrived(&message, time)?;
        for tried in 0..TRIES {
            thread::sleep(pause(tried));
            let tips = self.host.look(Freshness::Now)?;
            let gone = |reference: &String| {
                tips.of(reference).map(|tip| Move { reference: reference.clone(), old: Some(tip), new: None })
            };
            let moves: Vec<Move> = [&reference, &record].into_iter().filter_map(gone).collect();
            if moves.is_empty() || matches!(self.host.publish(&moves)?, Published::Done) {
                return Ok(());
            }
        }
        Err(self.origin.busy(&reference, TRIES))
    }

    /// Puts what has arrived into the inventory as it is now, so that nothing of it is lost where what remembers it goes.
    fn own_arrived(&mut self, message: &str, time: i64) -> Result<(), StoreError> {
        self.host.look(Freshness::Now)?;
        let message = message.to_owned();
        let nothing = Draft { changes: Vec::new(), holdings: Vec::new(), message, time };
        self.advance(&[], &nothing, Extent::Part).map(drop)
    }

    /// The changes that are not on the branch yet.
    fn pending<'w>(&self, tips: &Tips, wanted: &'w [Wanted<'w>]) -> Result<Vec<Wanted<'w>>, StoreError> {
        let settled = self.settled(tips, wanted)?;
        let again = |one: &Wanted<'w>| Wanted { change: one.change, full: one.full.clone(), after: one.after };
        Ok(wanted.iter().filter(|one| !settled.contains(one.change.path.as_str())).map(again).collect())
    }

    /// The paths that are on the branch as they are wanted.
    fn settled<'w>(&self, tips: &Tips, wanted: &'w [Wanted<'w>]) -> Result<BTreeSet<&'w str>, StoreError> {
        let Some(repository) = self.host.repository() else { return Ok(BTreeSet::new()) };
        let found = || {
            let mut cursor = Cursor::at_commit(repository, tips.of(&self.references.branch))?;
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
    fn record_settled(&mut self, tips: &Tips, wanted: &[Wanted<'_>], draft: &Draft) -> Result<(), StoreError> {
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
        let holdings = draft.holdings.iter().map(held).collect();
        let changes = wanted.iter().filter(|one| settled.contains(one.change.path.as_str()));
        let settled = Draft { changes: changes.map(|one| one.change.clone()).collect(), holdings, ..draft.clone() };
        let wanted = self.wanted(&settled)?;
        self.advance(&wanted, &settled, Extent::Part).map(drop)
    }

    /// Writes what is remembered of a proposal; no reference points to it yet.
    fn write_proposed(
        &self,
        tips: &Tips,
        proposal: Oid,
        wanted: &[Wanted<'_>],
        draft: &Draft,
    ) -> Result<Oid, StoreError> {
        let repository = self.made()?;
        let write = || {
            let message = message(&draft.message, self.view(repository, tips))?;
            let tree = proposed::write(repository, wanted, &draft.holdings)?;
            self.authorship.commit(repository, Some(proposal), tree, (&message, draft.time))
        };
        write().map_err(self.origin.unwritten("write what is proposed"))
    }

    /// Whether a branch holds what is proposed: of one that is remembered the files of the proposal, wherever it began; any other has
    /// to be the new commit's very tree.
    fn holds(
        &self,
        there: Oid,
        new: Oid,
        (branch, known): (&str, &[Head]),
        wanted: &[Wanted<'_>],
    ) -> Result<bool, StoreError> {
        let Some(repository) = self.host.repository() else { return Ok(false) };
        let is_known = known.iter().any(|one| one.branch() == branch);
        let look = || {
            if !is_known {
                return Ok(tree(repository, there)? == tree(repository, new)?);
            }
            let mut cursor = Cursor::at_commit(repository, Some(there))?;
            for one in wanted {
                if cursor.spot(&one.full)?.content() != one.after.map(super::content) {
                    return Ok(false);
                }
            }
            Ok(true)
        };
        look().map_err(self.origin.failed("read the branch of the proposal"))
    }

    fn taken(&self, branch: &str) -> StoreError {
        StoreError::Taken { store: self.origin.store.clone(), name: branch.to_owned() }
    }
}

fn tree(repository: &Repository, commit: Oid) -> Result<Oid, git2::Error> {
    Ok(repository.find_commit(commit)?.tree_id())
}
