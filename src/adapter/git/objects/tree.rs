//! Reading trees: what lies at a path, and which files there are, without reading a blob.

use git2::{Error, ObjectType, Oid, Repository, Tree};

use crate::adapter::git::wire::Limit;
use crate::store::ContentId;

/// What lies at a path of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Spot {
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
pub(crate) enum Mode {
    /// It cannot.
    Plain,
    /// It can.
    Executable,
}

impl Spot {
    /// The identity of a file that is there; that of a symbolic link, and of one that can be run, is one that no content has.
    pub(crate) fn content(&self) -> Option<ContentId> {
        match self {
            Self::File(..) | Self::Link(_) => self.identity(),
            Self::Free | Self::Blocked(_) | Self::Folder(_) | Self::Submodule(_) => None,
        }
    }

    /// The identity of what is there. What is no file has one that no content has.
    pub(crate) fn identity(&self) -> Option<ContentId> {
        let id = match self {
            Self::Free | Self::Blocked(_) => return None,
            Self::File(id, Mode::Plain) => id.to_string(),
            Self::File(id, Mode::Executable) => return Some(ContentId(id.to_string().into()).executable()),
            Self::Link(id) => format!("link:{id}"),
            Self::Folder(id) => format!("folder:{id}"),
            Self::Submodule(id) => format!("submodule:{id}"),
        };
        Some(ContentId(id.into()))
    }
}

/// Looks up paths in a tree. Each folder is read once where paths come sorted. Without a repository everything is free.
pub(crate) struct Cursor<'r> {
    root: Option<(&'r Repository, Tree<'r>)>,
    /// The folders from the root to the last path, each with the length of its path.
    open: Vec<(usize, Tree<'r>)>,
    last: String,
}

impl<'r> Cursor<'r> {
    /// Starts at the tree of a commit; without one everything is free.
    pub(crate) fn at_commit(repository: impl Into<Option<&'r Repository>>, commit: Option<Oid>) -> Result<Self, Error> {
        Self::at(repository.into().zip(commit), |repository, commit| repository.find_commit(commit)?.tree())
    }

    /// Starts at a tree; without one everything is free.
    pub(crate) fn at_tree(repository: impl Into<Option<&'r Repository>>, tree: Option<Oid>) -> Result<Self, Error> {
        Self::at(repository.into().zip(tree), Repository::find_tree)
    }

    fn at(
        start: Option<(&'r Repository, Oid)>,
        find: impl FnOnce(&'r Repository, Oid) -> Result<Tree<'r>, Error>,
    ) -> Result<Self, Error> {
        let root = start.map(|(repository, id)| Ok::<_, Error>((repository, find(repository, id)?))).transpose()?;
        Ok(Self { root, open: Vec::new(), last: String::new() })
    }

    /// What lies at `path`.
    pub(crate) fn spot(&mut self, path: &str) -> Result<Spot, Error> {
        self.close(path);
        path.clone_into(&mut self.last);
        let Some((repository, root)) = &self.root else { return Ok(Spot::Free) };
        let mut from = self.open.last().map_or(0, |(length, _)| length + 1);
        loop {
            let end = path[from..].find('/').map(|length| from + length);
            let folder = self.open.last().map_or(root, |(_, tree)| tree);
            match (end, in_folder(folder, &path[from..end.unwrap_or(path.len())])) {
                (_, Spot::Free) => return Ok(Spot::Free),
                (None, spot) => return Ok(spot),
                (Some(end), Spot::Folder(id)) => {
                    let tree = repository.find_tree(id)?;
                    self.open.push((end, tree));
                    from = end + 1;
                }
                (Some(end), _) => return Ok(Spot::Blocked(path[..end].to_owned())),
            }
        }
    }

    /// The blob of the file at `path`.
    pub(crate) fn file(&mut self, path: &str) -> Result<Option<Oid>, Error> {
        match self.spot(path)? {
            Spot::File(id, _) => Ok(Some(id)),
            Spot::Free | Spot::Blocked(_) | Spot::Link(_) | Spot::Folder(_) | Spot::Submodule(_) => Ok(None),
        }
    }

    /// The folder that it starts at.
    pub(crate) fn folder(&self) -> Option<Oid> {
        self.root.as_ref().map(|(_, tree)| tree.id())
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
pub(crate) fn entry_spot(entry: &git2::TreeEntry<'_>) -> Spot {
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

/// The paths of everything in a folder that is no folder itself.
pub(crate) fn leaves(repository: &Repository, path: &str, folder: Oid) -> Result<Vec<String>, Error> {
    let name = |bytes: &[u8]| Some(String::from_utf8_lossy(bytes).into_owned());
    let leaves = walk(repository, path, folder, name)?;
    Ok(leaves.into_iter().map(|(path, _)| path).collect())
}

/// All files of a folder of what a project owns, at their paths below `path`, with their blobs, in no particular order.
pub(crate) fn files(repository: &Repository, path: &str, folder: Oid) -> Result<Vec<(String, Oid)>, Error> {
    let name = |bytes: &[u8]| own_name(bytes).map(ToOwned::to_owned);
    let file = |(path, spot): (String, Spot)| match spot {
        Spot::File(id, _) if fault(&path).is_none() => Some((path, id)),
        _ => None,
    };
    Ok(walk(repository, path, folder, name)?.into_iter().filter_map(file).collect())
}

/// The paths of all files and symbolic links in a folder that a file of a project could have, in no particular order.
pub(crate) fn paths(repository: &Repository, folder: Oid) -> Result<Vec<String>, Error> {
    let name = |bytes: &[u8]| own_name(bytes).map(ToOwned::to_owned);
    let is_file =
        |(path, spot): &(String, Spot)| matches!(spot, Spot::File(..) | Spot::Link(_)) && fault(path).is_none();
    Ok(walk(repository, "", folder, name)?.into_iter().filter(is_file).map(|(path, _)| path).collect())
}

/// A name in a tree of what a project owns. No file of ours has one that is not in UTF-8 or that cannot be: somebody else made it.
pub(crate) fn own_name(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|name| fault(name).is_none())
}

/// Everything in a folder that is no folder itself and that `name` gives a name, below a path. Folders that hold one another many
/// times over have more paths than anybody could list: there is an end to that.
fn walk(
    repository: &Repository,
    path: &str,
    folder: Oid,
    name: impl Fn(&[u8]) -> Option<String>,
) -> Result<Vec<(String, Spot)>, Error> {
    let mut found = Vec::new();
    let (mut seen, mut folders) = (0, vec![(0, path.to_owned(), folder)]);
    while let Some((depth, above, folder)) = folders.pop() {
        within(Limit::Depth, depth)?;
        let tree = small_tree(repository, folder)?;
        seen += tree.len() as u64;
        within(Limit::Listed, seen)?;
        for entry in &tree {
            let Some(name) = name(entry.name_bytes()) else { continue };
            let path = join(&above, &name);
            match entry_spot(&entry) {
                Spot::Folder(id) => folders.push((depth + 1, path, id)),
                spot => found.push((path, spot)),
            }
        }
    }
    Ok(found)
}

/// A blob that is read as a whole, and that somebody else may have written.
pub(crate) fn small_blob(repository: &Repository, id: Oid) -> Result<git2::Blob<'_>, Error> {
    bounded(repository, id, Limit::File)?;
    repository.find_blob(id)
}

/// A commit that somebody else may have written.
pub(crate) fn small_commit(repository: &Repository, id: Oid) -> Result<git2::Commit<'_>, Error> {
    bounded(repository, id, Limit::Folder)?;
    repository.find_commit(id)
}

/// A folder that somebody else may have written.
pub(crate) fn small_tree(repository: &Repository, id: Oid) -> Result<Tree<'_>, Error> {
    bounded(repository, id, Limit::Folder)?;
    repository.find_tree(id)
}

/// Refuses an object before it is read, where it would take too much memory.
fn bounded(repository: &Repository, id: Oid, limit: Limit) -> Result<(), Error> {
    within(limit, repository.odb()?.read_header(id)?.0 as u64)
}

fn within(limit: Limit, count: u64) -> Result<(), Error> {
    if limit.is_passed_by(count) { Err(Error::from_str(&format!("there is more than {limit}"))) } else { Ok(()) }
}

pub(crate) use crate::model::held_path_fault as fault;

/// `path` below `folder`.
pub(crate) fn join(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

/// The line by which a commit says whose it is.
const PROJECT: &str = "Plat-Project-Id: ";

/// The id of the project that a commit is of; nothing where it says none, or is not here.
pub(crate) fn project_of(repository: &Repository, commit: Oid) -> Option<String> {
    let commit = repository.find_commit(commit).ok()?;
    let message = String::from_utf8_lossy(commit.message_bytes()).into_owned();
    message.lines().rev().find_map(|line| line.strip_prefix(PROJECT)).map(ToOwned::to_owned)
}
