//! What is remembered of a proposal while it waits.
//!
//! At `refs/plat/catalog/proposal/<project>/<branch>/<folder>` stands a commit without a parent. Its message names the commit that was
//! proposed, and its tree has the catalog's folder twice: `before`, as it was, and `after`, as it was proposed. So whoever has the
//! commit knows what a merge changes, file by file, also where nothing of the history is at hand.
//!
//! What a project owns is written by its own applies alone. So a proposal was merged, however that was done, once that part of it is on
//! the branch as it was proposed; of one that changes nothing of it, once all of it is.

use std::collections::BTreeMap;

use git2::{Delta, Error, FileMode, Oid, Repository};

use super::layer;
use super::view::View;
use crate::adapter::git::commit::author::Authorship;
use crate::adapter::git::objects::tree::{self, Spot};

const BEFORE: &str = "before";
const AFTER: &str = "after";

/// The trailer that names the commit that was proposed.
const PROPOSED: &str = "Plat-Proposed: ";

/// A proposal as it is remembered.
pub(super) struct Suggestion {
    /// The commit that remembers it.
    pub(super) record: Oid,
    /// The commit that was proposed.
    pub(super) commit: Oid,
    /// When that was, in seconds since 1970 (UTC).
    pub(super) time: i64,
    /// The files that it changes, by their paths in the catalog's folder.
    files: BTreeMap<String, Change>,
}

/// What is there of a file before and after; nothing where there is none.
#[derive(Clone, Copy, Default)]
struct Change {
    before: Option<Oid>,
    after: Option<Oid>,
}

/// The files that are to change, by their paths in the catalog's folder, each with what is then there of it.
pub(super) type Wanted = BTreeMap<String, Option<Oid>>;

impl Suggestion {
    /// Reads what a commit remembers.
    pub(super) fn read(repository: &Repository, record: Oid) -> Result<Self, Error> {
        let commit = tree::small_commit(repository, record)?;
        let message = String::from_utf8_lossy(commit.message_bytes()).into_owned();
        let proposed = message.lines().rev().find_map(|line| Oid::from_str(line.strip_prefix(PROPOSED)?).ok());
        let proposed = proposed.ok_or_else(|| Error::from_str("the commit there names no proposal"))?;
        let root = commit.tree()?;
        let folder = |name: &str| match root.get_name(name).map(|entry| tree::entry_spot(&entry)) {
            Some(Spot::Folder(id)) => tree::small_tree(repository, id),
            _ => Err(Error::from_str(&format!("the commit there has no folder `{name}`"))),
        };
        let (before, after) = (folder(BEFORE)?, folder(AFTER)?);
        let mut files: BTreeMap<String, Change> = BTreeMap::new();
        for delta in repository.diff_tree_to_tree(Some(&before), Some(&after), None)?.deltas() {
            let file = if delta.status() == Delta::Deleted { delta.old_file() } else { delta.new_file() };
            let path = String::from_utf8_lossy(file.path_bytes().unwrap_or_default()).into_owned();
            // What becomes something else than a file is told as two.
            let change = files.entry(path).or_default();
            let there = |id: Oid| (!id.is_zero()).then_some(id);
            change.before = change.before.or(there(delta.old_file().id()));
            change.after = change.after.or(there(delta.new_file().id()));
        }
        Ok(Self { record, commit: proposed, time: commit.time().seconds(), files })
    }

    /// Writes what is remembered of a commit that is proposed on another one; no reference points to it yet.
    pub(super) fn write(
        repository: &Repository,
        authorship: &Authorship,
        folder: &str,
        (base, proposed): (Oid, Oid),
        (message, time): (&str, i64),
    ) -> Result<Oid, Error> {
        let mut root = repository.treebuilder(None)?;
        for (name, commit) in [(BEFORE, base), (AFTER, proposed)] {
            let there = match View::new(repository, Some(commit), folder)?.folder("")? {
                Some(folder) => folder.id(),
                None => repository.treebuilder(None)?.write()?,
            };
            root.insert(name, there, FileMode::Tree.into())?;
        }
        let end = if message.ends_with('\n') { "" } else { "\n" };
        let message = format!("{message}{end}{PROPOSED}{proposed}\n");
        authorship.commit(repository, None, root.write()?, (&message, time))
    }

    /// How many files it changes, but for when objects were made and changed, and where they were declared then.
    pub(super) fn count(&self) -> usize {
        self.said().count()
    }

    /// How many of them are on the branch as they were proposed, or as others made them on the branch of the proposal; all of them once
    /// it was merged.
    pub(super) fn arrived(&self, project: &str, live: &View<'_>, amended: Option<&View<'_>>) -> Result<usize, Error> {
        let own = layer::project_folder(project) + "/";
        let (mut all, mut of_own, mut own_there) = (0, 0, 0);
        for (path, change) in self.said() {
            let now = there(live, path)?;
            let mut is_there = now == change.after;
            if let Some(amended) = amended.filter(|_| !is_there && now != change.before) {
                is_there = there(amended, path)? == now;
            }
            all += usize::from(is_there);
            let is_own = path.starts_with(&own);
            of_own += usize::from(is_own);
            own_there += usize::from(is_own && is_there);
        }
        Ok(if of_own > 0 && own_there == of_own { self.count() } else { all })
    }

    /// Whether the branch has every file that it changes as it was then, or as it is proposed, so that it can be merged as it is.
    pub(super) fn fits(&self, live: &View<'_>) -> Result<bool, Error> {
        for (path, change) in &self.files {
            let now = there(live, path)?;
            if now != change.before && now != change.after {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether all that it is yet to change is wanted so by one of several.
    pub(super) fn is_wanted(&self, live: &View<'_>, all: &[Wanted]) -> Result<bool, Error> {
        for (path, change) in self.said() {
            let now = there(live, path)?;
            let is_wanted = |wanted: &Wanted| wanted.get(path).copied().unwrap_or(now) == change.after;
            if now != change.after && !all.iter().any(is_wanted) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a merge changes what is wanted and nothing else.
    pub(super) fn is_all(&self, live: &View<'_>, wanted: &Wanted) -> Result<bool, Error> {
        for (path, after) in wanted.iter().filter(|(path, _)| !is_beside(path)) {
            let proposed = match self.files.get(path) {
                Some(change) => change.after,
                None => there(live, path)?,
            };
            if proposed != *after {
                return Ok(false);
            }
        }
        self.is_wanted(live, std::slice::from_ref(wanted))
    }

    /// The files without those of times, hand-overs and places: two runs never have the times in common, and of two commits not the places,
    /// whatever the objects are.
    fn said(&self) -> impl Iterator<Item = (&str, Change)> {
        let files = self.files.iter().map(|(path, change)| (path.as_str(), *change));
        files.filter(|(path, _)| !is_beside(path))
    }
}

/// Whether a file says when an object was made and changed or came from another project, or where it was declared then.
pub(super) fn is_beside(path: &str) -> bool {
    layer::Layer::Times.folder_has(path) || layer::is_of_a_run(path)
}

/// Whether the catalogs in a folder of two commits differ in more than when objects were made, changed and handed over, and where they were
/// declared then.
pub(super) fn differ(repository: &Repository, (one, other): (Oid, Oid), folder: &str) -> Result<bool, Error> {
    let tree = |commit| View::new(repository, Some(commit), folder)?.folder("");
    let (one, other) = (tree(one)?, tree(other)?);
    let diff = repository.diff_tree_to_tree(one.as_deref(), other.as_deref(), None)?;
    let path = |delta: &git2::DiffDelta<'_>| {
        let path = delta.new_file().path_bytes().or(delta.old_file().path_bytes()).unwrap_or_default();
        String::from_utf8_lossy(path).into_owned()
    };
    Ok(diff.deltas().any(|delta| !is_beside(&path(&delta))))
}

/// What is there of a file.
pub(super) fn there(view: &View<'_>, path: &str) -> Result<Option<Oid>, Error> {
    Ok(match view.spot(path)? {
        Spot::File(id, _) | Spot::Link(id) | Spot::Submodule(id) => Some(id),
        Spot::Free | Spot::Blocked(_) | Spot::Folder(_) => None,
    })
}
