//! What was proposed and is remembered until it has arrived on the branch, however it was merged.
//!
//! Beside the branch of a proposal a commit at `refs/plat/proposal/<project>/<branch>/<folder>/<its branch>` says what the
//! inventory gets with it: `files` in its tree are those that it writes, `gone` the paths of those that it deletes,
//! `taken` whom files are taken from, and `holdings` the requests of which something changes. Its parent is the proposal's own commit. A file has arrived once it is on
//! the branch as it was proposed, or as others changed it on the proposal's branch, or, where the proposal's commit is in the branch's history, whatever became of it since.
//! A later proposal marks all before it as superseded, for ever: what is remembered of them names the one that took their place.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use git2::{Error, Oid, Repository};

use super::edit::Wanted;
use super::host::{Move, Tips, View, branch_reference};
use super::ledger;
use super::path;
use super::stage::{Stage, Stages};
use super::tree::{self, Spot};
use crate::model::Holding;
use crate::store::{Outstanding, Pending, Standing};

/// The trailer that says the number.
const NUMBER: &str = "Plat-Proposal: ";

/// The trailer that names the branch of the proposal that took its place.
const SUPERSEDED: &str = "Plat-Superseded-By: ";

const FILES: &str = "files";
const GONE: &str = "gone";
const TAKEN: &str = "taken";
const HOLDINGS: &str = "holdings";

/// What is remembered of a proposal, before its files are read.
pub(super) struct Head {
    branch: String,
    reference: String,
    record: Oid,
    commit: Option<Oid>,
    time: i64,
    /// Its place among all that were ever remembered at once: two of one second have an order too.
    number: u64,
    message: String,
    /// Whether a later one took its place.
    is_superseded: bool,
}

/// What a proposal changes in the inventory.
struct Proposed {
    head: Head,
    /// Of each path the blob that is owned once it has arrived, or that none is.
    files: BTreeMap<String, Option<Oid>>,
    /// Whom files are taken from, by path.
    taken: BTreeMap<String, Taken>,
    holdings: Vec<Holding>,
}

/// What became of the files of a proposal.
#[derive(Default)]
struct Fates<'p> {
    /// What is on the branch because of it.
    arrived: BTreeSet<&'p str>,
    /// What is not there, and of which the project itself has delivered something else since: by an apply, or by a proposal before this
    /// one that was merged after all.
    overtaken: BTreeSet<&'p str>,
    /// What is not there, as it is.
    pending: Vec<Pending>,
}

/// A file that changes hands.
struct Taken {
    /// The project that has it until then.
    from: String,
    /// Whether its content stays, so that nothing of it shows on the branch.
    stays: bool,
}

/// What the inventory says once what has arrived is put into it.
#[derive(Default)]
pub(super) struct Arrived {
    /// Of each path that has arrived the blob that is owned, or that none is.
    pub(super) files: BTreeMap<String, Option<Oid>>,
    /// The holdings of the inventory, with what has arrived.
    pub(super) holdings: Arc<[Holding]>,
    /// The files that other projects lose: the project, and the path.
    pub(super) taken: Vec<(String, String)>,
    /// The references that say nothing any more, with their commits.
    pub(super) finished: Vec<(String, Oid)>,
    /// Those that say nothing any more once all that is wanted is on the branch: something else came instead of what they propose.
    pub(super) overtaken: Vec<(String, Oid)>,
}

/// Everything that is remembered, the oldest first.
pub(super) fn heads(view: View<'_>) -> Result<Vec<Head>, Error> {
    let heads = view.proposed().map(|(branch, reference, record)| {
        let head = Head::read(view.repository, branch, reference.clone(), record);
        head.map_err(|error| ledger::at(reference, &error))
    });
    let mut heads = heads.collect::<Result<Vec<_>, _>>()?;
    heads.sort_by(|one, other| (one.number, &one.branch).cmp(&(other.number, &other.branch)));
    Ok(heads)
}

/// The message of what is to be remembered of a proposal: that of its commit, and its number among all.
pub(super) fn message(message: &str, view: View<'_>) -> Result<String, Error> {
    let number = heads(view)?.last().map_or(1, |last| last.number.saturating_add(1));
    let end = if message.ends_with('\n') { "" } else { "\n" };
    Ok(format!("{message}{end}{NUMBER}{number}\n"))
}

impl Head {
    fn read(repository: &Repository, branch: String, reference: String, record: Oid) -> Result<Self, Error> {
        let opened = tree::small_commit(repository, record)?;
        let message = String::from_utf8_lossy(opened.message_bytes());
        let number = message.lines().rev().find_map(|line| line.strip_prefix(NUMBER)?.parse().ok());
        let number = number.ok_or_else(|| ledger::damaged("it is no proposal that plat remembers"))?;
        let is_superseded = message.lines().any(|line| line.starts_with(SUPERSEDED));
        let (commit, time) = (opened.parent_ids().next(), opened.time().seconds());
        Ok(Self { branch, reference, record, commit, time, number, message: message.into_owned(), is_superseded })
    }

    /// Whether the branch is where it was when this was proposed, so that nothing of it can have arrived.
    fn is_as_it_was(&self, repository: &Repository, tip: Option<Oid>) -> Result<bool, Error> {
        let Some(commit) = self.commit else { return Ok(false) };
        Ok(tree::small_commit(repository, commit)?.parent_ids().next() == tip)
    }

    /// Whether the proposal's own commit is in the branch's history.
    fn is_merged(&self, repository: &Repository, tip: Option<Oid>) -> Result<bool, Error> {
        let (Some(tip), Some(commit)) = (tip, self.commit) else { return Ok(false) };
        Ok(tip == commit || repository.graph_descendant_of(tip, commit)?)
    }

    /// The branch that it waits on.
    pub(super) fn branch(&self) -> &str {
        &self.branch
    }

    /// Its commit, as it was proposed.
    pub(super) fn commit(&self) -> Option<Oid> {
        self.commit
    }

    /// The commit that remembers it.
    pub(super) fn record(&self) -> Oid {
        self.record
    }

    /// Whether it is the last one, as far as `all` are remembered.
    pub(super) fn is_last(&self, all: &[Head]) -> bool {
        !self.is_superseded && all.last().is_some_and(|last| last.branch == self.branch)
    }

    /// The message and the time of what is remembered of it once the proposal on another branch took its place; nothing where one
    /// did already.
    pub(super) fn superseded_by(&self, branch: &str) -> Option<(String, i64)> {
        (!self.is_superseded && self.branch != branch)
            .then(|| (format!("{}{SUPERSEDED}{branch}\n", self.message), self.time))
    }

    /// The move of what is remembered of it to a commit.
    pub(super) fn moves_to(&self, new: Oid) -> Move {
        Move { reference: self.reference.clone(), old: Some(self.record), new: Some(new) }
    }

    /// Reads what it changes.
    fn open(self, repository: &Repository) -> Result<Proposed, Error> {
        let reference = self.reference.clone();
        Proposed::read(repository, self).map_err(|error| ledger::at(&reference, &error))
    }
}

/// Whom files are taken from, a line each.
fn lost(text: &str) -> BTreeMap<String, Taken> {
    let line = |line: &str| {
        let (from, rest) = line.split_once('\t')?;
        let (stays, path) = rest.split_once('\t')?;
        Some((path.to_owned(), Taken { from: from.to_owned(), stays: stays == STAYS }))
    };
    text.lines().filter_map(line).collect()
}

/// How a line says that a content stays.
const STAYS: &str = "as it is";

/// Writes the tree of what is remembered of a proposal.
pub(super) fn write(repository: &Repository, wanted: &[Wanted<'_>], holdings: &[Holding]) -> Result<Oid, Error> {
    let mut update = git2::build::TreeUpdateBuilder::new();
    let (mut gone, mut taken) = (String::new(), String::new());
    for wanted in wanted {
        if let Some(from) = &wanted.change.taken_from {
            let stays = wanted.change.before == wanted.after.map(super::content);
            taken.push_str(&format!("{from}\t{}\t{}\n", if stays { STAYS } else { "changed" }, wanted.change.path));
        }
        match wanted.after.filter(|_| wanted.change.owned) {
            Some(blob) => drop(update.upsert(wanted.change.path.as_str(), blob, git2::FileMode::Blob)),
            None => gone.push_str(&format!("{}\n", wanted.change.path)),
        }
    }
    let empty = repository.find_tree(repository.treebuilder(None)?.write()?)?;
    let mut root = repository.treebuilder(None)?;
    root.insert(FILES, update.create_updated(repository, &empty)?, 0o040_000)?;
    if !gone.is_empty() {
        root.insert(GONE, repository.blob(gone.as_bytes())?, 0o100_644)?;
    }
    if !taken.is_empty() {
        root.insert(TAKEN, repository.blob(taken.as_bytes())?, 0o100_644)?;
    }
    if !holdings.is_empty() {
        root.insert(HOLDINGS, ledger::write_lines(repository, holdings)?, 0o100_644)?;
    }
    root.write()
}

impl Proposed {
    fn read(repository: &Repository, head: Head) -> Result<Self, Error> {
        let tree = tree::small_commit(repository, head.record)?.tree()?;
        let Some(Spot::Folder(written)) = tree.get_name(FILES).map(|entry| tree::entry_spot(&entry)) else {
            return Err(ledger::damaged("it has no folder `files`"));
        };
        let text = |name: &str| match ledger::blob(&tree, name)? {
            Some(blob) => Ok(String::from_utf8_lossy(tree::small_blob(repository, blob)?.content()).into_owned()),
            None => Ok::<_, Error>(String::new()),
        };
        let written = tree::files(repository, "", written)?.into_iter().map(|(path, blob)| (path, Some(blob)));
        let gone = text(GONE)?;
        // No file of ours has a path that cannot be: somebody else wrote it there.
        let gone = gone.lines().filter(|path| path::fault(path).is_none()).map(|path| (path.to_owned(), None));
        let holdings = ledger::blob(&tree, HOLDINGS)?;
        let holdings = holdings.map_or_else(|| Ok(Vec::new()), |blob| ledger::lines(repository, blob))?;
        Ok(Self { head, files: written.chain(gone).collect(), taken: lost(&text(TAKEN)?), holdings })
    }

    /// What became of each of its files.
    fn fates(&self, view: View<'_>) -> Result<Fates<'_>, Error> {
        let mut fates = Fates::default();
        if self.head.is_merged(view.repository, view.branch())? {
            fates.arrived = self.files.keys().map(String::as_str).collect();
            return Ok(fates);
        }
        let mut seen = Stages::new(view, &self.head)?;
        for (path, after) in &self.files {
            let (sight, is_there) = seen.at(path, *after)?;
            if is_there || (sight.is_amended && !sight.is_overtaken && !self.head.is_superseded) {
                fates.arrived.insert(path);
                continue;
            }
            if sight.is_overtaken {
                fates.overtaken.insert(path);
            }
            let Stage { before, live, after: on_branch, .. } = sight;
            let proposed = after.map(super::content);
            fates.pending.push(Pending { path: path.clone(), before, live, proposed, after: on_branch });
        }
        // What only changes hands was there all along: it comes with the rest.
        let stays = |path: &str| self.taken.get(path).is_some_and(|taken| taken.stays);
        if self.files.keys().any(|path| !fates.arrived.contains(path.as_str()) && !stays(path)) {
            fates.arrived.retain(|path| !stays(path));
        }
        Ok(fates)
    }

    /// What was delivered, once its files at some paths are put into it, in the order of [`Holding::key`].
    fn held(&self, arrived: &BTreeSet<&str>, holdings: &[Holding]) -> Vec<Holding> {
        // A file of which another content is proposed, and nothing else, stays what it is for.
        let held: HashSet<&String> = self.holdings.iter().flat_map(|holding| &holding.files).collect();
        let changes_hands = |path: &String| {
            arrived.contains(path.as_str())
                && self.files.get(path).is_some_and(|after| after.is_none() || held.contains(path))
        };
        let is_new =
            |path: &String| arrived.contains(path.as_str()) && self.files.get(path).is_some_and(Option::is_some);
        let mut after = holdings.to_vec();
        for holding in &mut after {
            holding.files.retain(|path| !changes_hands(path));
        }
        after.extend(self.holdings.iter().map(|holding| {
            let files = holding.files.iter().filter(|path| is_new(path)).cloned().collect();
            Holding { files, ..holding.clone() }
        }));
        after.retain(|holding| !holding.files.is_empty());
        // Of two of one key the first is the one that was there.
        after.sort_by(|one, other| one.key().cmp(&other.key()));
        after.dedup_by(|new, known| {
            let is_one = new.key() == known.key();
            if is_one {
                known.files.append(&mut new.files);
            }
            is_one
        });
        after
    }

    /// Whether nothing of it is left to arrive. Of one that was superseded only what it brings itself counts: that others took its
    /// place is told until somebody has seen it.
    fn is_finished(&self, fates: &Fates<'_>) -> bool {
        let overtaken = if self.head.is_superseded { 0 } else { fates.overtaken.len() };
        fates.arrived.len() + overtaken == self.files.len()
    }

    fn put(&self, tips: &Tips, fates: &Fates<'_>, into: &mut Arrived) {
        let arrived = &fates.arrived;
        let lost = self.taken.iter().filter(|(path, _)| arrived.contains(path.as_str()));
        into.taken.extend(lost.map(|(path, taken)| (taken.from.clone(), path.clone())));
        let files = self.files.iter().filter(|(path, _)| arrived.contains(path.as_str()));
        into.files.extend(files.map(|(path, after)| (path.clone(), *after)));
        into.holdings = self.held(arrived, &into.holdings).into();
        if self.is_finished(fates) {
            let ends = if fates.overtaken.is_empty() { &mut into.finished } else { &mut into.overtaken };
            ends.push((self.head.reference.clone(), self.head.record));
            // Its branch goes too, as long as it is the proposal and nothing else: it could be taken for a new one later.
            let branch = branch_reference(&self.head.branch);
            let commit = self.head.commit;
            ends.extend(tips.of(&branch).filter(|tip| Some(*tip) == commit).map(|tip| (branch, tip)));
        }
    }
}

/// What an inventory with these holdings says once what has arrived is put into it. What waits on a branch that nobody wrote to is not
/// read.
pub(super) fn arrived(view: View<'_>, holdings: Arc<[Holding]>) -> Result<Arrived, Error> {
    let mut result = Arrived { holdings, ..Arrived::default() };
    for head in heads(view)? {
        if head.is_as_it_was(view.repository, view.branch())? {
            continue;
        }
        let proposed = head.open(view.repository)?;
        let fates = proposed.fates(view)?;
        if !fates.arrived.is_empty() || proposed.is_finished(&fates) {
            proposed.put(view.tips, &fates, &mut result);
        }
    }
    Ok(result)
}

/// How what is remembered stands, the oldest first.
pub(super) fn standing(view: View<'_>) -> Result<Vec<Outstanding>, Error> {
    let mut standing = Vec::new();
    for head in heads(view)? {
        let proposed = head.open(view.repository)?;
        let fates = proposed.fates(view)?;
        let there = view.tips.of(&branch_reference(&proposed.head.branch)).is_some();
        let files = proposed.files.len();
        let standing_of = match (fates.arrived.len() == files, there, proposed.head.is_superseded) {
            (true, ..) => Standing::Merged,
            (false, false, _) => Standing::Closed,
            (false, true, true) => Standing::Superseded,
            (false, true, false) => Standing::Open,
        };
        standing.push(Outstanding {
            name: proposed.head.branch.clone(),
            revision: proposed.head.commit.map(|commit| commit.to_string()),
            time: proposed.head.time,
            files,
            arrived: fates.arrived.len(),
            pending: fates.pending,
            standing: standing_of,
        });
    }
    // Of several that nobody marked the last one holds what is wanted now.
    let mut open = standing.iter_mut().rev().filter(|one| one.standing == Standing::Open);
    open.next();
    open.for_each(|one| one.standing = Standing::Superseded);
    Ok(standing)
}
