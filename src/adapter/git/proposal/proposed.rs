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

use super::head::{Head, heads};
use super::stage::{Stage, Stages};
use crate::adapter::git::host::Tips;
use crate::adapter::git::inventory::ledger;
use crate::adapter::git::inventory::view::View;
use crate::adapter::git::objects::edit::Wanted;
use crate::adapter::git::objects::tree::{self, Cursor, Spot};
use crate::adapter::git::references::branch_reference;
use crate::model::{Fate, Holding};
use crate::store::{Outstanding, Pending};

const FILES: &str = "files";
const GONE: &str = "gone";
const TAKEN: &str = "taken";
const HOLDINGS: &str = "holdings";

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
pub(crate) struct Arrived {
    /// Of each path that has arrived the blob that is owned, or that none is.
    pub(crate) files: BTreeMap<String, Option<Oid>>,
    /// The holdings of the inventory, with what has arrived.
    pub(crate) holdings: Arc<[Holding]>,
    /// The files that other projects lose: the project, and the path.
    pub(crate) taken: Vec<(String, String)>,
    /// The references that say nothing any more, with their commits.
    pub(crate) finished: Vec<(String, Oid)>,
    /// Those that say nothing any more once all that is wanted is on the branch: something else came instead of what they propose.
    pub(crate) overtaken: Vec<(String, Oid)>,
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
pub(crate) fn write(repository: &Repository, wanted: &[Wanted<'_>], holdings: &[Holding]) -> Result<Oid, Error> {
    let mut update = git2::build::TreeUpdateBuilder::new();
    let (mut gone, mut taken) = (String::new(), String::new());
    for wanted in wanted {
        if let Some(from) = &wanted.change.taken_from {
            let stays = wanted.change.before == wanted.after.map(crate::adapter::git::content);
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
    /// Reads what a proposal changes.
    fn of(head: Head, repository: &Repository) -> Result<Self, Error> {
        let reference = head.reference.clone();
        Self::read(repository, head).map_err(|error| ledger::at(&reference, &error))
    }

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
        let gone = gone.lines().filter(|path| tree::fault(path).is_none()).map(|path| (path.to_owned(), None));
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
            let proposed = after.map(crate::adapter::git::content);
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

    /// `counts` says of which of the paths that have arrived nothing came later.
    fn put(&self, tips: &Tips, fates: &Fates<'_>, counts: impl Fn(&str) -> bool, into: &mut Arrived) {
        let lost = self.taken.iter().filter(|(path, _)| fates.arrived.contains(path.as_str()));
        into.taken.extend(lost.map(|(path, taken)| (taken.from.clone(), path.clone())));
        let arrived = fates.arrived.iter().copied().filter(|path| counts(path)).collect();
        let files = self.files.iter().filter(|(path, _)| counts(path) && fates.arrived.contains(path.as_str()));
        into.files.extend(files.map(|(path, after)| (path.clone(), *after)));
        into.holdings = self.held(&arrived, &into.holdings).into();
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
pub(crate) fn arrived(view: View<'_>, holdings: Arc<[Holding]>) -> Result<Arrived, Error> {
    let mut result = Arrived { holdings, ..Arrived::default() };
    let mut read = Vec::new();
    for head in heads(view)? {
        if !head.is_as_it_was(view.repository, view.branch())? {
            read.push(Proposed::of(head, view.repository)?);
        }
    }
    let fates = read.iter().map(|proposed| proposed.fates(view)).collect::<Result<Vec<_>, _>>()?;
    let came_last = came_last(view, &read, &fates)?;
    for (index, (proposed, fates)) in read.iter().zip(&fates).enumerate() {
        if !fates.arrived.is_empty() || proposed.is_finished(fates) {
            let counts = |path: &str| came_last.get(path).is_none_or(|last| index <= *last);
            proposed.put(view.tips, fates, counts, &mut result);
        }
    }
    Ok(result)
}

/// Of each path that arrived with several proposals the one with which it came last. They are merged in any order: it is the one that is on
/// the branch, and of several the youngest; where none is, something else came since, and the youngest is.
fn came_last<'p>(view: View<'_>, read: &'p [Proposed], fates: &[Fates<'p>]) -> Result<BTreeMap<&'p str, usize>, Error> {
    let mut by_path: BTreeMap<&str, Vec<(usize, Option<Oid>)>> = BTreeMap::new();
    for (index, (proposed, fates)) in read.iter().zip(fates).enumerate() {
        for path in &fates.arrived {
            by_path.entry(path).or_default().push((index, proposed.files.get(*path).copied().flatten()));
        }
    }
    by_path.retain(|_, proposals| proposals.len() > 1);
    let mut branch = Cursor::at_commit(view.repository, view.branch())?;
    let mut last = |(path, proposals): (&'p str, Vec<(usize, Option<Oid>)>)| {
        let live = branch.spot(&tree::join(&view.references.own.folder, path))?.content();
        let is_live = |(_, after): &&(usize, Option<Oid>)| after.map(crate::adapter::git::content) == live;
        let found = proposals.iter().rev().find(is_live).or(proposals.last());
        Ok(found.map(|(index, _)| (path, *index)))
    };
    by_path.into_iter().filter_map(|one| last(one).transpose()).collect()
}

/// How what is remembered stands, the oldest first.
pub(crate) fn standing(view: View<'_>) -> Result<Vec<Outstanding>, Error> {
    let mut standing = Vec::new();
    for head in heads(view)? {
        let proposed = Proposed::of(head, view.repository)?;
        let fates = proposed.fates(view)?;
        let there = view.tips.of(&branch_reference(&proposed.head.branch)).is_some();
        let files = proposed.files.len();
        let standing_of = match (fates.arrived.len() == files, there, proposed.head.is_superseded) {
            (true, ..) => Fate::Merged,
            (false, false, _) => Fate::Closed,
            (false, true, true) => Fate::Superseded,
            (false, true, false) => Fate::Open,
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
    let mut open = standing.iter_mut().rev().filter(|one| one.standing == Fate::Open);
    open.next();
    open.for_each(|one| one.standing = Fate::Superseded);
    Ok(standing)
}
