//! What was proposed and is remembered until it has arrived on the branch, however it was merged.
//!
//! Beside the branch of a proposal a commit at `refs/plat/proposal/<project>/<branch>/<folder>/<its branch>` says what the
//! inventory gets with it: `files` in its tree are those that it writes, `gone` the paths of those that it deletes,
//! `taken` whom files are taken from, and `holdings` the requests of which something changes. Its parent is the proposal's own commit. A file has arrived once it is on
//! the branch as it was proposed, or, where the proposal's commit is in the branch's history, whatever became of it since.

use std::collections::{BTreeMap, BTreeSet};

use git2::{Error, Oid, Repository};

use super::ledger;
use super::place::{References, Tips};
use super::tree::{self, Cursor, Spot};
use super::{edit::Wanted, path};
use crate::model::Holding;
use crate::store::{Outstanding, Standing};

/// The trailer that says the number.
const NUMBER: &str = "Plat-Proposal: ";

const FILES: &str = "files";
const GONE: &str = "gone";
const TAKEN: &str = "taken";
const HOLDINGS: &str = "holdings";

/// What is remembered of a proposal, before its files are read.
struct Head {
    branch: String,
    reference: String,
    record: Oid,
    commit: Option<Oid>,
    time: i64,
    /// Its place among all that were ever remembered at once: two of one second have an order too.
    number: u64,
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
    pub(super) holdings: Vec<Holding>,
    /// The files that other projects lose: the project, and the path.
    pub(super) taken: Vec<(String, String)>,
    /// The references that say nothing any more, with their commits.
    pub(super) finished: Vec<(String, Oid)>,
}

/// Everything that is remembered, the oldest first.
fn heads(repository: &Repository, tips: &Tips, references: &References) -> Result<Vec<Head>, Error> {
    let heads = tips.proposed(references).into_iter().map(|(branch, reference, record)| {
        let head = Head::read(repository, branch, reference.clone(), record);
        head.map_err(|error| ledger::at(&reference, &error))
    });
    let mut heads = heads.collect::<Result<Vec<_>, _>>()?;
    heads.sort_by(|one, other| (one.number, &one.branch).cmp(&(other.number, &other.branch)));
    Ok(heads)
}

/// The message of what is to be remembered of a proposal: that of its commit, and its number among all.
pub(super) fn message(
    message: &str,
    repository: &Repository,
    tips: &Tips,
    references: &References,
) -> Result<String, Error> {
    let number = heads(repository, tips, references)?.last().map_or(1, |last| last.number.saturating_add(1));
    let end = if message.ends_with('\n') { "" } else { "\n" };
    Ok(format!("{message}{end}{NUMBER}{number}\n"))
}

impl Head {
    fn read(repository: &Repository, branch: String, reference: String, record: Oid) -> Result<Self, Error> {
        let opened = tree::small_commit(repository, record)?;
        let message = String::from_utf8_lossy(opened.message_bytes());
        let number = message.lines().rev().find_map(|line| line.strip_prefix(NUMBER)?.parse().ok());
        let number = number.ok_or_else(|| ledger::damaged("it is no proposal that plat remembers"))?;
        let (commit, time) = (opened.parent_ids().next(), opened.time().seconds());
        Ok(Self { branch, reference, record, commit, time, number })
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
        let written = tree::files(repository, written)?.into_iter().map(|(path, blob)| (path, Some(blob)));
        let gone = text(GONE)?;
        // No file of ours has a path that cannot be: somebody else wrote it there.
        let gone = gone.lines().filter(|path| path::fault(path).is_none()).map(|path| (path.to_owned(), None));
        let holdings = ledger::blob(&tree, HOLDINGS)?;
        let holdings = holdings.map_or_else(|| Ok(Vec::new()), |blob| ledger::lines(repository, blob))?;
        Ok(Self { head, files: written.chain(gone).collect(), taken: lost(&text(TAKEN)?), holdings })
    }

    /// The paths that have arrived on a branch.
    fn arrived<'p>(
        &'p self,
        repository: &Repository,
        tip: Option<Oid>,
        folder: &str,
    ) -> Result<BTreeSet<&'p str>, Error> {
        if self.head.is_merged(repository, tip)? {
            return Ok(self.files.keys().map(String::as_str).collect());
        }
        let mut cursor = Cursor::at_commit(repository, tip)?;
        let mut arrived = BTreeSet::new();
        for (path, after) in &self.files {
            let live = cursor.spot(&path::join(folder, path))?;
            let is_there = match (live, after) {
                (Spot::File(live, _), Some(after)) => live == *after,
                (Spot::Free | Spot::Blocked(_), None) => true,
                (_, _) => false,
            };
            if is_there {
                arrived.insert(path.as_str());
            }
        }
        // What only changes hands was there all along: it comes with the rest.
        let stays = |path: &str| self.taken.get(path).is_some_and(|taken| taken.stays);
        if self.files.keys().any(|path| !arrived.contains(path.as_str()) && !stays(path)) {
            arrived.retain(|path| !stays(path));
        }
        Ok(arrived)
    }

    fn put(&self, tips: &Tips, arrived: &BTreeSet<&str>, into: &mut Arrived) {
        let lost = self.taken.iter().filter(|(path, _)| arrived.contains(path.as_str()));
        into.taken.extend(lost.map(|(path, taken)| (taken.from.clone(), path.clone())));
        for (path, after) in self.files.iter().filter(|(path, _)| arrived.contains(path.as_str())) {
            into.files.insert(path.clone(), *after);
            // A file of which another content is proposed, and nothing else, stays what it is for.
            let changes_hands = after.is_none() || self.holdings.iter().any(|holding| holding.files.contains(path));
            for holding in into.holdings.iter_mut().filter(|_| changes_hands) {
                holding.files.remove(path);
            }
        }
        let is_new =
            |path: &&String| arrived.contains(path.as_str()) && self.files.get(*path).is_some_and(Option::is_some);
        for holding in &self.holdings {
            let new: BTreeSet<String> = holding.files.iter().filter(is_new).cloned().collect();
            if new.is_empty() {
                continue;
            }
            let known = into.holdings.iter_mut().find(|known| known.key() == holding.key());
            match known {
                Some(known) => known.files.extend(new),
                None => Holding::merge(&mut into.holdings, &[Holding { files: new, ..holding.clone() }]),
            }
        }
        into.holdings.retain(|holding| !holding.files.is_empty());
        if arrived.len() == self.files.len() {
            into.finished.push((self.head.reference.clone(), self.head.record));
            // Its branch goes too, as long as it is the proposal and nothing else: it could be taken for a new one later.
            let branch = format!("refs/heads/{}", self.head.branch);
            let commit = self.head.commit;
            into.finished.extend(tips.of(&branch).filter(|tip| Some(*tip) == commit).map(|tip| (branch, tip)));
        }
    }
}

/// What an inventory with these holdings says once what has arrived is put into it. What waits on a branch that nobody wrote to is not
/// read.
pub(super) fn arrived(
    repository: &Repository,
    tips: &Tips,
    references: &References,
    holdings: Vec<Holding>,
) -> Result<Arrived, Error> {
    let mut result = Arrived { holdings, ..Arrived::default() };
    let tip = tips.of(&references.branch);
    for head in heads(repository, tips, references)? {
        if head.is_as_it_was(repository, tip)? {
            continue;
        }
        let proposed = head.open(repository)?;
        let paths = proposed.arrived(repository, tip, &references.own.folder)?;
        if !paths.is_empty() || proposed.files.is_empty() {
            proposed.put(tips, &paths, &mut result);
        }
    }
    Ok(result)
}

/// How what is remembered stands, the oldest first.
pub(super) fn standing(
    repository: &Repository,
    tips: &Tips,
    references: &References,
) -> Result<Vec<Outstanding>, Error> {
    let tip = tips.of(&references.branch);
    let mut standing = Vec::new();
    for head in heads(repository, tips, references)? {
        let proposed = head.open(repository)?;
        let arrived = proposed.arrived(repository, tip, &references.own.folder)?.len();
        let Proposed { head, files, .. } = proposed;
        let there = tips.of(&format!("refs/heads/{}", head.branch)).is_some();
        let standing_of = match (arrived == files.len(), there) {
            (true, _) => Standing::Merged,
            (false, true) => Standing::Open,
            (false, false) => Standing::Closed,
        };
        standing.push(Outstanding {
            branch: head.branch,
            revision: head.commit.map(|commit| commit.to_string()),
            time: head.time,
            files: files.len(),
            arrived,
            standing: standing_of,
        });
    }
    // Of several that are open the last one holds what is wanted now.
    let mut open = standing.iter_mut().rev().filter(|one| one.standing == Standing::Open);
    open.next();
    open.for_each(|one| one.standing = Standing::Superseded);
    Ok(standing)
}
