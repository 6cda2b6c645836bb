//! Reading trees: what lies at a path, and which files there are, without reading a blob.

use git2::{Error, ObjectType, Oid, Repository, Tree};

use crate::store::ContentId;

/// What lies at a path of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    /// Nothing.
    Free,
    /// Nothing, and nothing can: what this names, a folder of the path, is no folder.
    Blocked(String),
    /// A file.
    File(Oid, Mode),
    /// A symbolic link.
    Link(Oid),
    /// A folder.
    Folder(Oid),
    /// Another repository.
    Submodule(Oid),
}

/// Whether a file can be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// It cannot.
    Plain,
    /// It can.
    Executable,
}

impl Spot {
    /// The identity of what is there. What is no file has one that no content has.
    pub(super) fn content(&self) -> Option<ContentId> {
        let id = match self {
            Self::Free | Self::Blocked(_) => return None,
            Self::File(id, _) => id.to_string(),
            Self::Link(id) => format!("link:{id}"),
            Self::Folder(id) => format!("folder:{id}"),
            Self::Submodule(id) => format!("submodule:{id}"),
        };
        Some(ContentId(id.into()))
    }
}

/// Looks up paths in a tree. Each folder is read once where paths come sorted.
pub(super) struct Cursor<'r> {
    repository: &'r Repository,
    root: Option<Tree<'r>>,
    /// The folders from the root to the last path, each with the length of its path.
    open: Vec<(usize, Tree<'r>)>,
    last: String,
}

impl<'r> Cursor<'r> {
    /// Starts at the tree of a commit; without one everything is free.
    pub(super) fn at_commit(repository: &'r Repository, commit: Option<Oid>) -> Result<Self, Error> {
        let root = commit.map(|commit| repository.find_commit(commit)?.tree()).transpose()?;
        Ok(Self { repository, root, open: Vec::new(), last: String::new() })
    }

    /// Starts at a tree; without one everything is free.
    pub(super) fn at_tree(repository: &'r Repository, tree: Option<Oid>) -> Result<Self, Error> {
        let root = tree.map(|tree| repository.find_tree(tree)).transpose()?;
        Ok(Self { repository, root, open: Vec::new(), last: String::new() })
    }

    /// What lies at `path`.
    pub(super) fn spot(&mut self, path: &str) -> Result<Spot, Error> {
        self.close(path);
        path.clone_into(&mut self.last);
        let Some(root) = &self.root else { return Ok(Spot::Free) };
        let mut from = self.open.last().map_or(0, |(length, _)| length + 1);
        loop {
            let end = path[from..].find('/').map(|length| from + length);
            let folder = self.open.last().map_or(root, |(_, tree)| tree);
            match (end, in_folder(folder, &path[from..end.unwrap_or(path.len())])) {
                (_, Spot::Free) => return Ok(Spot::Free),
                (None, spot) => return Ok(spot),
                (Some(end), Spot::Folder(id)) => {
                    let tree = self.repository.find_tree(id)?;
                    self.open.push((end, tree));
                    from = end + 1;
                }
                (Some(end), _) => return Ok(Spot::Blocked(path[..end].to_owned())),
            }
        }
    }

    /// Leaves the open folders that `path` is not in.
    fn close(&mut self, path: &str) {
        let last = &self.last;
        let holds =
            |length: usize| path.get(..length) == last.get(..length) && path.as_bytes().get(length) == Some(&b'/');
        let kept = self.open.iter().take_while(|(length, _)| holds(*length)).count();
        self.open.truncate(kept);
    }
}

fn in_folder(folder: &Tree<'_>, name: &str) -> Spot {
    folder.get_name(name).map_or(Spot::Free, |entry| of_entry(entry.id(), entry.kind(), entry.filemode()))
}

/// What an entry of a folder is.
pub(super) fn entry_spot(entry: &git2::TreeEntry<'_>) -> Spot {
    of_entry(entry.id(), entry.kind(), entry.filemode())
}

fn of_entry(id: Oid, kind: Option<ObjectType>, mode: i32) -> Spot {
    match (kind, mode) {
        (Some(ObjectType::Tree), _) => Spot::Folder(id),
        (Some(ObjectType::Blob), 0o120_000) => Spot::Link(id),
        (Some(ObjectType::Blob), mode) if mode & 0o100 != 0 => Spot::File(id, Mode::Executable),
        (Some(ObjectType::Blob), _) => Spot::File(id, Mode::Plain),
        (Some(ObjectType::Commit | ObjectType::Tag | ObjectType::Any) | None, _) => Spot::Submodule(id),
    }
}

/// All files of a tree with a name in UTF-8, with their blobs, in no particular order.
pub(super) fn files(repository: &Repository, tree: Oid) -> Result<Vec<(String, Oid)>, Error> {
    let mut files = Vec::new();
    let mut folders = vec![(String::new(), repository.find_tree(tree)?)];
    while let Some((folder, tree)) = folders.pop() {
        for entry in &tree {
            let Ok(name) = entry.name() else { continue };
            let path = super::path::join(&folder, name);
            match of_entry(entry.id(), entry.kind(), entry.filemode()) {
                Spot::File(id, _) => files.push((path, id)),
                Spot::Folder(id) => folders.push((path, repository.find_tree(id)?)),
                Spot::Link(_) | Spot::Submodule(_) | Spot::Free | Spot::Blocked(_) => {}
            }
        }
    }
    Ok(files)
}
