//! From changes to a new tree: what has to be done on a tip, and doing it in the object database.

use std::borrow::Cow;
use std::collections::BTreeSet;

use git2::build::TreeUpdateBuilder;
use git2::{Error, FileMode, ObjectType, Oid, Repository};

use crate::adapter::git::objects::tree::{self, Cursor, Spot};
use crate::store::{FileChange, Replaced};

/// A change with what does not depend on the tip.
pub(crate) struct Wanted<'c> {
    pub(crate) change: &'c FileChange,
    /// The path from the repository's root.
    pub(crate) full: String,
    /// The blob of the new content.
    pub(crate) after: Option<Oid>,
}

impl<'c> Wanted<'c> {
    pub(crate) fn new(change: &'c FileChange, folder: &str) -> Result<Self, Error> {
        let after = change.after.as_ref().map(|content| Oid::hash_object(ObjectType::Blob, content)).transpose()?;
        Ok(Self { change, full: tree::join(folder, &change.path), after })
    }
}

/// What has to be done on a tip. Removals come first, so that a file can take the place of a folder and the other way round.
#[derive(Default)]
pub(crate) struct Steps<'w> {
    removals: BTreeSet<String>,
    writes: Vec<Write<'w>>,
}

/// A file to write.
struct Write<'w> {
    path: Cow<'w, str>,
    /// The content; nothing where the blob is in the repository already.
    content: Option<&'w [u8]>,
    blob: Oid,
}

/// Why changes cannot be made.
pub(crate) enum Trouble {
    /// Something else lies at this path.
    Conflict(String),
    /// The file at this path has no room, because of what stands at the other one.
    Blocked(String, String),
    /// Git failed.
    Git(Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Git(error)
    }
}

impl<'w> Steps<'w> {
    /// Writes a file: its content, or nothing where the blob is in the repository already.
    pub(crate) fn put(&mut self, path: String, content: Option<&'w [u8]>, blob: Oid) {
        self.writes.push(Write { path: Cow::from(path), content, blob });
    }

    /// Takes a file away.
    pub(crate) fn remove(&mut self, path: String) {
        self.removals.insert(path);
    }
}

impl Steps<'_> {
    pub(crate) fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// How many files change.
    pub(crate) fn count(&self) -> usize {
        self.removals.len() + self.writes.len()
    }

    /// The files that change, each with the blob that it is then, or that there is none.
    pub(crate) fn outcomes(&self) -> impl Iterator<Item = (&str, Option<Oid>)> {
        let gone = self.removals.iter().map(|path| (path.as_str(), None));
        gone.chain(self.writes.iter().map(|write| (&*write.path, Some(write.blob))))
    }

    /// How many blobs may have to be written.
    pub(crate) fn blobs(&self) -> usize {
        self.writes.iter().filter(|write| write.content.is_some()).count()
    }

    /// Whether what is at a path goes.
    fn takes_away(&self, path: &str) -> bool {
        self.removals.contains(path) || path.match_indices('/').any(|(end, _)| self.removals.contains(&path[..end]))
    }

    /// A folder that goes takes what is in it along.
    fn keep_outermost(&mut self) {
        let inner = |path: &&String| path.match_indices('/').any(|(end, _)| self.removals.contains(&path[..end]));
        let inner: Vec<_> = self.removals.iter().filter(inner).cloned().collect();
        for path in inner {
            self.removals.remove(&path);
        }
    }
}

/// What the branch still needs: a path that is already as wanted needs nothing, one that is as it was before is changed,
/// and any other is a conflict. What is in the way of a file has to go by the same changes, or to be what that change may
/// replace. Without a repository everything is free.
pub(crate) fn guarded<'w>(
    repository: Option<&Repository>,
    tip: Option<Oid>,
    wanted: &'w [Wanted],
) -> Result<Steps<'w>, Trouble> {
    let mut cursor = Cursor::at_commit(repository, tip)?;
    let mut steps = Steps::default();
    let mut blocked = Vec::new();
    for Wanted { change, full, after } in wanted {
        let spot = cursor.spot(full)?;
        let live = spot.content();
        if live == after.map(crate::adapter::git::content) {
            continue;
        }
        // What is let go of stays as it is, its mode too.
        if let (Spot::File(blob, _), false) = (&spot, change.owned)
            && Some(*blob) == *after
        {
            continue;
        }
        if live != change.before {
            return Err(Trouble::Conflict(change.path.clone()));
        }
        match (after, spot) {
            (Some(blob), spot) => {
                let obstacle = match &spot {
                    Spot::Blocked(path) => Some(path.as_str()),
                    Spot::Folder(_) | Spot::Submodule(_) => Some(full.as_str()),
                    Spot::Free | Spot::File(..) | Spot::Link(_) => None,
                };
                if let Some(path) = obstacle {
                    let there = cursor.spot(path)?;
                    let may_go =
                        |replaced: &Replaced| replaced.path == path && Some(&replaced.id) == there.identity().as_ref();
                    if change.replaces.as_ref().is_some_and(may_go) {
                        steps.removals.insert(path.to_owned());
                    }
                    blocked.push((&change.path, path.to_owned(), there));
                }
                let content = change.after.as_deref();
                steps.writes.push(Write { path: Cow::from(full.as_str()), content, blob: *blob });
            }
            (None, Spot::File(..) | Spot::Link(_)) => {
                steps.removals.insert(full.clone());
            }
            // There is no file, so that there is none to delete.
            (None, Spot::Folder(_) | Spot::Submodule(_) | Spot::Free | Spot::Blocked(_)) => {}
        }
    }
    for (given, path, there) in blocked {
        let inside = match there {
            Spot::Folder(id) => repository.map_or(Ok(Vec::new()), |repository| tree::leaves(repository, &path, id))?,
            Spot::File(..) | Spot::Link(_) | Spot::Submodule(_) | Spot::Free | Spot::Blocked(_) => vec![path.clone()],
        };
        if !steps.takes_away(&path) && !inside.iter().all(|inside| steps.takes_away(inside)) {
            return Err(Trouble::Blocked(given.clone(), path));
        }
    }
    steps.keep_outermost();
    Ok(steps)
}

/// What the files of the inventory still need: of each path the blob that is owned, or that none is. It is ours, so that nothing
/// in it is guarded: what is in the way of a file goes.
pub(crate) fn recorded<'w>(
    repository: Option<&Repository>,
    files: Option<Oid>,
    owned: impl IntoIterator<Item = (Cow<'w, str>, Option<Oid>)>,
) -> Result<Steps<'w>, Trouble> {
    let mut cursor = Cursor::at_tree(repository, files)?;
    let mut steps = Steps::default();
    for (path, after) in owned {
        match (cursor.spot(&path)?, after) {
            (Spot::Free | Spot::Blocked(_), None) => continue,
            (Spot::File(blob, _), Some(after)) if blob == after => continue,
            (Spot::Free | Spot::File(..) | Spot::Link(_), Some(_)) => {}
            (Spot::Blocked(blocker), Some(_)) => {
                steps.removals.insert(blocker);
            }
            (Spot::File(..) | Spot::Link(_) | Spot::Folder(_) | Spot::Submodule(_), _) => {
                steps.removals.insert(path.to_string());
            }
        }
        if let Some(blob) = after {
            steps.writes.push(Write { path, content: None, blob });
        }
    }
    steps.keep_outermost();
    Ok(steps)
}

/// What the files of another project's inventory still need to let go of some.
pub(crate) fn taken<'w>(
    repository: Option<&Repository>,
    files: Option<Oid>,
    paths: &[String],
) -> Result<Steps<'w>, Trouble> {
    let mut cursor = Cursor::at_tree(repository, files)?;
    let mut steps = Steps::default();
    for path in paths {
        if let Spot::File(..) | Spot::Link(_) = cursor.spot(path)? {
            steps.removals.insert(path.clone());
        }
    }
    Ok(steps)
}

/// Writes the blobs and trees that make a tree of another one, and gives it. Folders that become empty vanish; whatever is at
/// no step's path stays as it is, with its mode.
pub(crate) fn apply(repository: &Repository, start: Option<Oid>, steps: &Steps) -> Result<Oid, Trouble> {
    let start = start.map_or_else(|| repository.treebuilder(None)?.write(), Ok)?;
    let mut removals = TreeUpdateBuilder::new();
    for path in &steps.removals {
        removals.remove(path.as_str());
    }
    let cleared = updated(repository, start, steps.removals.len(), &mut removals)?;
    let mut writes = TreeUpdateBuilder::new();
    for write in &steps.writes {
        if let Some(content) = write.content {
            repository.blob(content)?;
        }
        writes.upsert(&*write.path, write.blob, FileMode::Blob);
    }
    Ok(updated(repository, cleared, steps.writes.len(), &mut writes)?)
}

fn updated(repository: &Repository, tree: Oid, count: usize, updates: &mut TreeUpdateBuilder) -> Result<Oid, Error> {
    if count == 0 { Ok(tree) } else { updates.create_updated(repository, &repository.find_tree(tree)?) }
}
