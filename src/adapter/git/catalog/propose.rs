//! What an apply makes of the catalog, as a commit on a branch of its own, for people to look at and merge.

use std::thread;

use git2::{Error, Oid, Repository};

use super::batch::Work;
use super::fault::Fault;
use super::suggestion::{self, Suggestion, Wanted, is_beside, there};
use super::view::View;
use super::{GitCatalog, Seen};
use crate::adapter::git::commit::{TRIES, pause};
use crate::adapter::git::host::{Freshness, Move, Published};
use crate::adapter::git::objects::edit::Steps;
use crate::adapter::git::proposal::link;
use crate::adapter::git::references::{Inventory, branch_reference};
use crate::catalog::{Batch, CatalogError, Change, Outcome, Proposal, Proposals, Waiting};
use crate::model::{Fate, branch_fault};

impl Proposals for &mut GitCatalog {
    fn propose(&mut self, batch: &Batch<'_>) -> Result<(Proposal, Vec<Outcome>), CatalogError> {
        self.soundly("write what is proposed", || self.suggest(batch))
    }

    fn rehearse_proposal(&mut self, batch: &Batch<'_>) -> Result<(), CatalogError> {
        self.soundly("look for what is proposed", || self.would_suggest(batch))
    }

    fn waiting(&mut self, project: &str, wanted: &[Batch<'_>]) -> Result<Option<Waiting>, CatalogError> {
        self.soundly("look for what is proposed", || self.standing(project, wanted))
    }

    fn withdraw(&mut self, project: &str) -> Result<(), CatalogError> {
        self.soundly("take back what is proposed", || {
            for tried in 0..TRIES {
                thread::sleep(pause(tried));
                let names = self.names(project)?;
                let Some(known) = self.known_proposal(&names)? else { return Ok(()) };
                let branch = self.find(&names.branch)?;
                if self.moves(&names.removal(&known, branch))? {
                    return Ok(());
                }
            }
            Err(self.origin.busy(project, TRIES).into())
        })
    }
}

/// What became of a batch that is proposed, and of its operations.
type Made = (Proposal, Vec<Outcome>);

/// What the proposal of a project is called.
pub(super) struct Names {
    /// Its branch, as people call it.
    name: String,
    /// The full name of that.
    pub(super) branch: String,
    /// The reference that remembers it.
    pub(super) record: String,
}

impl Names {
    /// What takes it away, with its branch where that is at a commit.
    fn removal(&self, known: &Suggestion, branch: Option<Oid>) -> Vec<Move> {
        let branch = branch.map(|tip| Move { reference: self.branch.clone(), old: Some(tip), new: None });
        let record = Move { reference: self.record.clone(), old: Some(known.record), new: None };
        branch.into_iter().chain([record]).collect()
    }
}

/// What is found of a proposal, at one moment.
struct Found<'n> {
    names: &'n Names,
    known: Option<Suggestion>,
    /// Where its branch is.
    branch: Option<Oid>,
    /// Where the catalog's branch is.
    tip: Option<Oid>,
}

impl Found<'_> {
    /// Where its branch is, if others committed to it, or nobody remembers it.
    fn amended(&self) -> Option<Oid> {
        self.branch.filter(|tip| self.known.as_ref().is_none_or(|known| known.commit != *tip))
    }
}

impl GitCatalog {
    pub(super) fn names(&self, project: &str) -> Result<Names, Fault> {
        let name = format!("plat/{project}/catalog");
        let (branch, record) = (branch_reference(&name), self.beside("refs/plat/catalog/proposal/", project)?);
        Ok(Names { name, branch, record })
    }

    /// Holds that the branch of a proposal can be beside that of the catalog.
    fn may_be(&self, names: &Names) -> Result<(), Fault> {
        let rest = names.branch.strip_prefix(&self.branch);
        let is_in_the_way = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if branch_fault(&names.name).is_none() && !is_in_the_way {
            return Ok(());
        }
        let (name, branch) = (&names.name, &self.place.branch);
        let reason =
            format!("`{name}` cannot be the branch of a proposal to `{branch}`: give the catalog another branch");
        Err(self.origin.unusable(reason).into())
    }

    /// What is remembered of a proposal.
    fn known_proposal(&self, names: &Names) -> Result<Option<Suggestion>, Fault> {
        let Some(record) = self.find(&names.record)? else { return Ok(None) };
        let host = self.host.borrow();
        let Some(repository) = host.repository() else { return Ok(None) };
        let read = Suggestion::read(repository, record).map_err(|error| {
            let way = "delete the reference, and the next apply proposes anew";
            let text = format!("{}: {}: {way}", names.record, error.message());
            Error::new(error.code(), error.class(), text)
        });
        Ok(Some(read?))
    }

    /// Moves references; whether they were where they had to be.
    fn moves(&self, moves: &[Move]) -> Result<bool, Fault> {
        if !moves.is_empty() {
            self.forget_looked();
        }
        let published = if moves.is_empty() { Published::Done } else { self.host.borrow_mut().publish(moves)? };
        Ok(matches!(published, Published::Done))
    }

    fn suggest(&self, batch: &Batch<'_>) -> Result<Made, Fault> {
        let names = self.names(batch.project)?;
        self.may_be(&names)?;
        for tried in 0..TRIES {
            thread::sleep(pause(tried));
            let (known, branch) = (self.known_proposal(&names)?, self.find(&names.branch)?);
            let tip = self.look(Freshness::Now)?;
            self.host.borrow_mut().create()?;
            let found = Found { names: &names, known, branch, tip };
            let (made, moves) = self.make(batch, &found)?;
            if self.moves(&moves)? {
                self.seen.set(Seen::Nothing);
                return Ok(made);
            }
        }
        Err(self.origin.busy(&names.branch, TRIES).into())
    }

    /// What is proposed on top of what was found, and the moves that make it so.
    fn make(&self, batch: &Batch<'_>, found: &Found<'_>) -> Result<(Made, Vec<Move>), Fault> {
        let Found { names, known, branch, tip } = found;
        let host = self.host.borrow();
        let repository = host.repository().ok_or_else(|| self.origin.missing())?;
        let view = self.view(repository, *tip)?;
        let mut work = Work::new(&view, batch.project, batch.time);
        // What a project is called is proposed along with the first thing that it writes.
        let mut changes = batch.operations.iter().filter(|one| !matches!(one.change, Change::Hold { .. }));
        let is_idle = changes.next().is_none() && batch.levels.is_empty();
        let outcomes = if is_idle { work.operate(batch)? } else { work.carry_out(batch)? };
        let steps = work.steps(&self.place.folder)?;
        let mut proposal = Proposal { name: names.name.clone(), revision: None, begun: None, link: None };
        if steps.is_empty() {
            // What others committed to is theirs.
            let own = known.as_ref().filter(|_| found.amended().is_none());
            let moves = own.map_or_else(Vec::new, |known| names.removal(known, *branch));
            return Ok(((proposal, outcomes), moves));
        }
        proposal.link = link::compare(&self.url, &self.place.branch, &names.name);
        if let Some(there) = self.standing_for(&self.wanted(&steps), &view, found)? {
            proposal.revision = Some(there.to_string());
            return Ok(((proposal, outcomes), Vec::new()));
        }
        let (mut moves, what) = (Vec::new(), (batch.message, batch.time));
        let base = match tip {
            Some(tip) => *tip,
            None => {
                proposal.begun = Some(self.place.branch.clone());
                let begun = self.begin(repository, batch)?;
                moves.push(Move { reference: self.branch.clone(), old: None, new: Some(begun) });
                begun
            }
        };
        let new = self.write(repository, Some(base), &steps, what)?;
        let folder = &self.place.folder;
        if let Some(theirs) = found.amended()
            && (known.is_some() || suggestion::differ(repository, (theirs, new), folder)?)
        {
            return Err(self.taken(names).into());
        }
        let record = Suggestion::write(repository, &self.authorship, folder, (base, new), what)?;
        let old = known.as_ref().map(|known| known.record);
        moves.push(Move { reference: names.branch.clone(), old: *branch, new: Some(new) });
        moves.push(Move { reference: names.record.clone(), old, new: Some(record) });
        proposal.revision = Some(new.to_string());
        Ok(((proposal, outcomes), moves))
    }

    /// The commit of the branch that is there, where it does what is wanted.
    fn standing_for(&self, wanted: &Wanted, view: &View<'_>, found: &Found<'_>) -> Result<Option<Oid>, Fault> {
        let (Some(known), Some(branch)) = (&found.known, found.branch) else { return Ok(None) };
        let stands = match found.amended() {
            Some(theirs) => self.holds(theirs, wanted)?,
            None => known.fits(view)? && known.is_all(view, wanted)?,
        };
        Ok(stands.then_some(branch))
    }

    /// Writes the commit that the catalog's branch begins with, so that there is something to merge into.
    fn begin(&self, repository: &Repository, batch: &Batch<'_>) -> Result<Oid, Fault> {
        let trailers = batch.message.split_once("\n\n").map_or("", |(_, trailers)| trailers);
        let message = format!("Begin {} for what is proposed to it\n\n{trailers}", self.place.branch);
        let empty = repository.treebuilder(None)?.write()?;
        Ok(self.authorship.commit(repository, None, empty, (&message, batch.time))?)
    }

    /// Says whether a proposal would be made, and writes nothing.
    fn would_suggest(&self, batch: &Batch<'_>) -> Result<(), Fault> {
        let names = self.names(batch.project)?;
        self.may_be(&names)?;
        let (known, branch) = (self.known_proposal(&names)?, self.find(&names.branch)?);
        let found = Found { names: &names, known, branch, tip: self.look(Freshness::Now)? };
        let host = self.host.borrow();
        let Some(repository) = host.repository() else { return Ok(()) };
        let view = self.view(repository, found.tip)?;
        let mut work = Work::new(&view, batch.project, batch.time);
        work.carry_out(batch)?;
        let Some(theirs) = found.amended() else { return Ok(()) };
        let wanted = self.wanted(&work.steps(&self.place.folder)?);
        let may = match found.known {
            Some(_) => wanted.is_empty() || self.holds(theirs, &wanted)?,
            // It is compared as a whole with what is proposed, which is only written then.
            None => true,
        };
        if may { Ok(()) } else { Err(self.taken(&names).into()) }
    }

    /// How the proposal of a project stands.
    fn standing(&self, project: &str, batches: &[Batch<'_>]) -> Result<Option<Waiting>, Fault> {
        let names = self.names(project)?;
        let Some(known) = self.known_proposal(&names)? else { return Ok(None) };
        let branch = self.find(&names.branch)?;
        let tip = self.look(Freshness::Remembered)?;
        let host = self.host.borrow();
        let Some(repository) = host.repository() else { return Ok(None) };
        let view = self.view(repository, tip)?;
        let theirs = branch.filter(|tip| known.commit != *tip);
        let amended = theirs.map(|theirs| View::new(repository, Some(theirs), &self.place.folder)).transpose()?;
        let (files, arrived) = (known.count(), known.arrived(project, &view, amended.as_ref())?);
        let fate = match branch {
            _ if arrived == files => Fate::Merged,
            None => Fate::Closed,
            // What others committed to is theirs to judge.
            Some(_) if amended.is_some() || batches.is_empty() => Fate::Open,
            Some(_) => {
                let mut wanted = Vec::new();
                for batch in batches {
                    let mut work = Work::new(&view, batch.project, batch.time);
                    match work.carry_out(batch) {
                        Ok(_) => wanted.push(self.wanted(&work.steps(&self.place.folder)?)),
                        Err(Fault::Rule(CatalogError::Conflict { .. })) => {}
                        Err(fault) => return Err(fault),
                    }
                }
                let is_wanted = known.fits(&view)? && known.is_wanted(&view, &wanted)?;
                if is_wanted { Fate::Open } else { Fate::Outdated }
            }
        };
        let (revision, time) = (known.commit.to_string(), known.time);
        Ok(Some(Waiting { name: names.name, revision, time, files, arrived, fate }))
    }

    /// Forgets the proposal of a project that was merged, with its branch where nobody else committed to that. Nothing depends on it.
    pub(super) fn finish(&self, project: &str) -> Result<(), Fault> {
        let names = self.names(project)?;
        let Some(known) = self.known_proposal(&names)? else { return Ok(()) };
        let is_merged = self.standing(project, &[])?.is_some_and(|one| one.fate == Fate::Merged);
        if is_merged {
            let branch = self.find(&names.branch)?.filter(|tip| *tip == known.commit);
            // A host that keeps its branches lets what it refuses stay.
            let _ = self.moves(&names.removal(&known, branch));
        }
        Ok(())
    }

    /// The files that steps change, by their paths in the catalog's folder.
    fn wanted(&self, steps: &Steps<'_>) -> Wanted {
        let path = |full: &str| Inventory::below_folder(full, &self.place.folder).unwrap_or(full).to_owned();
        steps.outcomes().map(|(full, after)| (path(full), after)).collect()
    }

    /// Whether a branch that others committed to has what is wanted.
    fn holds(&self, branch: Oid, wanted: &Wanted) -> Result<bool, Fault> {
        let host = self.host.borrow();
        let Some(repository) = host.repository() else { return Ok(false) };
        let view = View::new(repository, Some(branch), &self.place.folder)?;
        for (path, after) in wanted.iter().filter(|(path, _)| !is_beside(path)) {
            if there(&view, path)? != *after {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn taken(&self, names: &Names) -> CatalogError {
        CatalogError::Taken { place: self.origin.url.clone(), name: names.name.clone() }
    }
}
