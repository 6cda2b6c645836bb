//! A commit: what is not as it is wanted, and the branch that goes on to that.

pub(crate) mod author;
pub(crate) mod compare;
pub(crate) mod moment;
mod tries;

use std::borrow::Cow;
use std::collections::BTreeMap;

use git2::Oid;

pub(crate) use self::tries::{TRIES, Tries, pause};
use crate::adapter::git::Git;
use crate::adapter::git::host::{Freshness, Move, Published, Tips};
use crate::adapter::git::inventory::ledger::{self, Ledger};
use crate::adapter::git::inventory::sight::Sight;
use crate::adapter::git::objects::edit::{self, Steps, Trouble, Wanted};
use crate::adapter::git::objects::{self, tree};
use crate::adapter::git::references::Inventory;
use crate::model::Holding;
use crate::store::{Draft, Receipt, StoreError};

/// What has to be done to one reference.
pub(crate) struct Edit<'w> {
    reference: String,
    tip: Option<Oid>,
    steps: Steps<'w>,
    /// What an inventory says beside its files; nothing for the branch.
    record: Option<Record>,
}

/// What an inventory says from now on.
struct Record {
    /// The tree of its files until now.
    files: Option<Oid>,
    holdings: Vec<Holding>,
    /// The name of the project that it is of; nothing where its form names none, nor any request.
    owner: Option<String>,
    differs: bool,
}

impl Edit<'_> {
    fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.record.as_ref().is_none_or(|record| !record.differs)
    }
}

/// How much is there once something is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All that the project wants to be there.
    Whole,
    /// Some of it: what is proposed waits for the rest.
    Part,
}

impl Git {
    /// Moves the branch, the project's inventory and those that files are taken from to where the changes are made. Where
    /// somebody else was faster the changes are checked against the new tips and made there, again and again, for a bounded
    /// time.
    pub(crate) fn advance(&mut self, wanted: &[Wanted], draft: &Draft, extent: Extent) -> Result<Receipt, StoreError> {
        let mut freshness = Freshness::Remembered;
        let mut receipt = Receipt { revision: None, changed: 0, recorded: false, attempts: 0, said: Vec::new() };
        let mut tries = Tries::new(&self.wait);
        while tries.goes_on() {
            let tips = self.host.look(freshness)?;
            let edits = self.edits(&tips, wanted, draft)?;
            let finished = self.finished(&tips, extent)?;
            if edits.is_empty() && finished.is_empty() {
                self.behind = false;
                return Ok(receipt);
            }
            self.host.create()?;
            let mut moves = self.write(&tips, &edits, draft)?;
            moves.extend(finished);
            let branch = edits.iter().zip(&moves).find(|(edit, _)| edit.reference == self.references.branch);
            let branch = branch.map(|(edit, step)| (step.new, edit.steps.count()));
            if branch.is_some() && self.host.is_pushed_to() {
                receipt.attempts += 1;
            }
            // An inventory that is not there and would say nothing is none.
            moves.retain(|step| step.old != step.new);
            let published = self.host.publish(&moves)?;
            receipt.said = self.host.said();
            if let (Published::Done | Published::Partly, Some((new, changed))) = (&published, branch) {
                (receipt.revision, receipt.changed) = (new.map(|new| new.to_string()), changed);
            }
            match published {
                Published::Done => {
                    self.behind = false;
                    receipt.recorded = edits.iter().any(|edit| edit.record.is_some());
                    return Ok(receipt);
                }
                Published::Overtaken | Published::Partly => freshness = Freshness::Now,
            }
        }
        Err(tries.in_vain(&self.origin, &self.references.branch))
    }

    /// What has to be done, the branch first.
    pub(crate) fn edits<'w>(
        &self,
        tips: &Tips,
        wanted: &'w [Wanted],
        draft: &Draft,
    ) -> Result<Vec<Edit<'w>>, StoreError> {
        let repository = self.host.repository();
        let branch = tips.of(&self.references.branch);
        let steps = edit::guarded(repository, branch, wanted).map_err(|trouble| self.trouble(trouble))?;
        let reference = self.references.branch.clone();
        let mut edits = vec![Edit { reference, tip: branch, steps, record: None }];
        let sight = self.sight(tips).map_err(|error| self.trouble(error.into()))?;
        let own = self.own_edit(tips, wanted, &sight, &draft.holdings);
        edits.push(own.map_err(|trouble| self.trouble(trouble))?);
        let lost = sight.arrived.taken.iter();
        let lost = lost.map(|(from, path)| (from.clone(), tree::join(&self.references.own.folder, path)));
        for (name, paths) in taken(&sight.others, wanted, lost) {
            edits.push(self.taken_edit(name, tips, &sight, &paths).map_err(|trouble| self.trouble(trouble))?);
        }
        edits.retain(|edit| !edit.is_empty());
        Ok(edits)
    }

    /// Takes away the references of proposals that say nothing any more.
    fn finished(&self, tips: &Tips, extent: Extent) -> Result<Vec<Move>, StoreError> {
        let sight = self.sight(tips).map_err(|error| self.trouble(error.into()))?;
        let overtaken = match extent {
            Extent::Whole => sight.arrived.overtaken.as_slice(),
            Extent::Part => &[],
        };
        let gone = |(reference, tip): &(String, Oid)| Move { reference: reference.clone(), old: Some(*tip), new: None };
        Ok(sight.arrived.finished.iter().chain(overtaken).map(gone).collect())
    }

    /// What the project's own inventory says from now on.
    fn own_edit<'w>(
        &self,
        tips: &Tips,
        wanted: &'w [Wanted],
        sight: &Sight,
        changes: &[Holding],
    ) -> Result<Edit<'w>, Trouble> {
        let repository = self.host.repository();
        let tip = tips.of(&self.references.inventory);
        let mut holdings = sight.arrived.holdings.to_vec();
        Holding::merge(&mut holdings, changes);
        let mut owned: BTreeMap<Cow<'w, str>, Option<Oid>> =
            sight.arrived.files.iter().map(|(path, blob)| (Cow::from(path.clone()), *blob)).collect();
        owned.extend(
            wanted
                .iter()
                .map(|Wanted { change, after, .. }| (Cow::from(change.path.as_str()), after.filter(|_| change.owned))),
        );
        let files = sight.own.files;
        let steps = edit::recorded(repository, files, owned)?;
        let differs = *holdings != *sight.holdings || sight.setback.is_some();
        let record = Record { files, holdings, owner: Some(self.owner.clone()), differs };
        Ok(Edit { reference: self.references.inventory.clone(), tip, steps, record: Some(record) })
    }

    /// What another project's inventory says once it has lost files.
    fn taken_edit<'w>(
        &self,
        reference: String,
        tips: &Tips,
        sight: &Sight,
        paths: &[String],
    ) -> Result<Edit<'w>, Trouble> {
        let repository = self.host.repository();
        let tip = tips.of(&reference);
        let ledger = sight.other(&reference).cloned().unwrap_or_default();
        if let Some(flaw) = &ledger.flaw {
            return Err(git2::Error::from_str(flaw).into());
        }
        let mut holdings = repository.map_or_else(|| Ok(Vec::new()), |repository| ledger.holdings(repository))?;
        let steps = edit::taken(repository, ledger.files, paths)?;
        for holding in &mut holdings {
            holding.files.retain(|path| !paths.contains(path));
        }
        holdings.retain(|holding| !holding.files.is_empty());
        // An inventory of the first form stays one: nobody but its own project knows of which requests its files are.
        let owner = ledger.remembers.map(|_| ledger.owner.unwrap_or_default());
        let record = Record { files: ledger.files, holdings, owner, differs: false };
        Ok(Edit { reference, tip, steps, record: Some(record) })
    }

    /// Writes the commits' objects, the branch's first; no reference points to them yet.
    fn write(&self, tips: &Tips, edits: &[Edit<'_>], draft: &Draft) -> Result<Vec<Move>, StoreError> {
        let mut branch = tips.of(&self.references.branch);
        let mut moves = Vec::with_capacity(edits.len());
        for edit in edits {
            let new = match &edit.record {
                None => {
                    branch = Some(self.write_on(edit.tip, &edit.steps, draft)?);
                    branch
                }
                Some(record) => {
                    let written = self.write_record(edit, record, draft, branch)?;
                    (!self.is_silent(&edit.reference, written, record)?).then_some(written)
                }
            };
            moves.push(Move { reference: edit.reference.clone(), old: edit.tip, new });
        }
        Ok(moves)
    }

    /// Whether a commit of an inventory says nothing. Without it the same is said, and nothing is left of a project that has
    /// nothing there any more.
    fn is_silent(&self, reference: &str, commit: Oid, record: &Record) -> Result<bool, StoreError> {
        let repository = self.made()?;
        let holds_none = || match Ledger::read(repository, reference, Some(commit), None)?.files {
            Some(files) => Ok(repository.find_tree(files)?.is_empty()),
            None => Ok(true),
        };
        let holds_none: Result<bool, git2::Error> = if record.holdings.is_empty() { holds_none() } else { Ok(false) };
        holds_none.map_err(self.origin.failed("read the inventory"))
    }

    /// Writes a commit on a parent; no reference points to it yet.
    pub(crate) fn write_on(&self, parent: Option<Oid>, steps: &Steps<'_>, draft: &Draft) -> Result<Oid, StoreError> {
        let repository = self.made()?;
        let written = objects::write(repository, steps.blobs(), parent, |repository| {
            let start = parent.map(|parent| Ok::<_, git2::Error>(repository.find_commit(parent)?.tree_id()));
            let tree = edit::apply(repository, start.transpose()?, steps)?;
            Ok(self.authorship.commit(repository, parent, tree, (&draft.message, draft.time))?)
        });
        written.map_err(|trouble| self.trouble(trouble))
    }

    /// Writes a commit of an inventory beside the branch's; no reference points to it yet.
    fn write_record(
        &self,
        edit: &Edit<'_>,
        record: &Record,
        draft: &Draft,
        branch: Option<Oid>,
    ) -> Result<Oid, StoreError> {
        let repository = self.made()?;
        let message = record.owner.as_ref().map(|owner| ledger::message(&draft.message, owner, branch));
        let message = message.unwrap_or_else(|| draft.message.clone());
        let written = objects::write(repository, edit.steps.blobs(), edit.tip, |repository| {
            let files = edit::apply(repository, record.files, &edit.steps)?;
            let tree = match record.owner {
                Some(_) => ledger::write(repository, files, &record.holdings)?,
                None => files,
            };
            Ok(self.authorship.commit(repository, edit.tip, tree, (&message, draft.time))?)
        });
        written.map_err(|trouble| self.trouble(trouble))
    }

    pub(crate) fn trouble(&self, trouble: Trouble) -> StoreError {
        match trouble {
            Trouble::Conflict(path) => StoreError::Conflict { store: self.origin.store.clone(), path },
            Trouble::Blocked(path, obstacle) => {
                StoreError::Obstructed { store: self.origin.store.clone(), path, obstacle }
            }
            Trouble::Git(error) => self.origin.unwritten("write the commit")(error),
        }
    }
}

/// The files that each of the other inventories loses, by the inventory's name: to what is wanted, and to what has arrived, of which
/// the project and the full path are given.
fn taken(
    others: &[(Inventory, Ledger)],
    wanted: &[Wanted<'_>],
    arrived: impl IntoIterator<Item = (String, String)>,
) -> BTreeMap<String, Vec<String>> {
    let mut lost: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let taken = wanted.iter().filter_map(|one| Some((one.change.taken_from.clone()?, one.full.clone())));
    for (project, full) in taken.chain(arrived) {
        for (inventory, _) in others.iter().filter(|(inventory, _)| inventory.project == project) {
            if let (Ok(name), Some(path)) = (inventory.name(), inventory.relative(&full)) {
                lost.entry(name).or_default().push(path.to_owned());
            }
        }
    }
    lost
}
