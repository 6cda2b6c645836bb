//! The files of a folder as a commit has them: read from the object database, without a work tree.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use git2::{Error, Oid, Repository, Tree};

use super::path;
use super::tree::{Cursor, Spot, entry_spot};

/// The most links that one path goes through.
const MOST_LINKS: u32 = 16;

/// The most folders that a file lies in: no disk takes a longer path.
const DEEPEST: usize = 1000;

/// The files of a folder at one commit of the repository that the folder lies in. Links within the repository are followed.
pub struct Revision {
    /// The commit's identity.
    pub commit: String,
    repository: Mutex<Repository>,
    /// The files by their path below the folder.
    files: BTreeMap<String, Oid>,
}

/// Why a revision cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RevisionError {
    /// The folder lies in no repository.
    #[error("{folder} lies in no Git repository")]
    NoRepository {
        /// The folder.
        folder: String,
    },
    /// There is no such commit.
    #[error("there is no revision `{name}` in this repository (a shallow clone holds the newest commits alone)")]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// Git failed.
    #[error("cannot read the revision {name}")]
    Git {
        /// What was asked for.
        name: String,
        /// Why.
        source: Error,
    },
}

impl Revision {
    /// The files of `folder` at the commit that `name` says in Git's words: a branch, a tag, `HEAD~2`, a commit's identity, or
    /// two of them with three dots between, which is the newest commit that both come from.
    ///
    /// # Errors
    /// Where there is no repository or no such commit, or where it cannot be read.
    pub fn open(folder: &Path, name: &str) -> Result<Self, RevisionError> {
        let missing = || RevisionError::NoRepository { folder: folder.display().to_string() };
        let repository = Repository::discover(folder).map_err(|_| missing())?;
        let inside = inside(&repository, folder).ok_or_else(missing)?;
        let commit = find(&repository, name).ok_or_else(|| RevisionError::Unknown { name: name.to_owned() })?;
        let failed = |source| RevisionError::Git { name: name.to_owned(), source };
        let files = Walk::files(&repository, commit, &inside).map_err(failed)?;
        Ok(Self { commit: commit.to_string(), repository: Mutex::new(repository), files })
    }

    /// The paths of all files below the folder, `/` between parts, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The content of a file; nothing where there is none.
    ///
    /// # Errors
    /// Where the object database cannot be read.
    pub fn read(&self, path: &str) -> Result<Option<Vec<u8>>, RevisionError> {
        let Some(blob) = self.files.get(path) else { return Ok(None) };
        // Whoever panicked while reading left the repository as it was.
        let repository = self.repository.lock().unwrap_or_else(PoisonError::into_inner);
        let content = repository.find_blob(*blob).map(|blob| blob.content().to_vec());
        content.map(Some).map_err(|source| RevisionError::Git { name: self.commit.clone(), source })
    }
}

/// The commit that `name` says in Git's words in the repository that `folder` lies in. One that is named by its whole identity need not
/// be there.
///
/// # Errors
/// Where there is no repository, or no such commit.
pub fn commit_of(folder: &Path, name: &str) -> Result<String, RevisionError> {
    if matches!(name.len(), 40 | 64) && name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(name.to_ascii_lowercase());
    }
    let missing = || RevisionError::NoRepository { folder: folder.display().to_string() };
    let repository = Repository::discover(folder).map_err(|_| missing())?;
    let commit = find(&repository, name).ok_or_else(|| RevisionError::Unknown { name: name.to_owned() })?;
    Ok(commit.to_string())
}

/// The path of a folder in the work tree of a repository; the root where it has none.
fn inside(repository: &Repository, folder: &Path) -> Option<String> {
    let Some(root) = repository.workdir() else { return Some(String::new()) };
    let (root, folder) = (std::fs::canonicalize(root).ok()?, std::fs::canonicalize(folder).ok()?);
    let parts: Vec<_> =
        folder.strip_prefix(root).ok()?.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    Some(parts.join("/"))
}

fn find(repository: &Repository, name: &str) -> Option<Oid> {
    let commit = |name: &str| {
        let name = if name.is_empty() { "HEAD" } else { name };
        Some(repository.revparse_single(name).ok()?.peel_to_commit().ok()?.id())
    };
    match name.split_once("...") {
        Some((one, other)) => repository.merge_base(commit(one)?, commit(other)?).ok(),
        None => commit(name),
    }
}

/// Collects the files of a folder.
struct Walk<'r> {
    repository: &'r Repository,
    commit: Oid,
    files: BTreeMap<String, Oid>,
}

impl<'r> Walk<'r> {
    fn files(repository: &'r Repository, commit: Oid, folder: &str) -> Result<BTreeMap<String, Oid>, Error> {
        let mut walk = Self { repository, commit, files: BTreeMap::new() };
        let root = match folder {
            "" => Some(repository.find_commit(commit)?.tree_id()),
            _ => match walk.follow(folder, MOST_LINKS)? {
                Spot::Folder(tree) => Some(tree),
                Spot::Free | Spot::Blocked(_) | Spot::File(..) | Spot::Link(_) | Spot::Submodule(_) => None,
            },
        };
        if let Some(root) = root {
            walk.folder(&repository.find_tree(root)?, folder, "", &mut Vec::new())?;
        }
        Ok(walk.files)
    }

    /// Collects a folder at a place of the repository, under the name that it has below the folder that is asked for. `open` are the
    /// folders that it lies in: a link back to one of them leads nowhere new.
    fn folder(&mut self, tree: &Tree<'_>, place: &str, name: &str, open: &mut Vec<Oid>) -> Result<(), Error> {
        if open.len() == DEEPEST {
            return Err(Error::from_str("its folders are nested too deep"));
        }
        open.push(tree.id());
        for entry in tree {
            let Ok(part) = entry.name() else { continue };
            let (place, name) = (path::join(place, part), path::join(name, part));
            let spot = match entry_spot(&entry) {
                Spot::Link(_) => self.follow(&place, MOST_LINKS)?,
                spot => spot,
            };
            match spot {
                Spot::File(blob, _) => drop(self.files.insert(name, blob)),
                Spot::Folder(inner) if !open.contains(&inner) => {
                    self.folder(&self.repository.find_tree(inner)?, &place, &name, open)?;
                }
                Spot::Folder(_) | Spot::Free | Spot::Blocked(_) | Spot::Link(_) | Spot::Submodule(_) => {}
            }
        }
        open.pop();
        Ok(())
    }

    /// What lies at a place of the repository, behind the links on the way.
    fn follow(&self, place: &str, links: u32) -> Result<Spot, Error> {
        let mut cursor = Cursor::at_commit(self.repository, Some(self.commit))?;
        let link = match cursor.spot(place)? {
            Spot::Link(_) => place.to_owned(),
            // A link may stand where a folder should be.
            Spot::Blocked(blocker) => blocker,
            spot @ (Spot::Free | Spot::File(..) | Spot::Folder(_) | Spot::Submodule(_)) => return Ok(spot),
        };
        let Spot::Link(target) = cursor.spot(&link)? else { return Ok(Spot::Free) };
        let target = self.repository.find_blob(target)?;
        let rest = &place[link.len()..];
        match (std::str::from_utf8(target.content()), links.checked_sub(1)) {
            (Ok(target), Some(links)) => match resolved(&link, target) {
                Some(place) => self.follow(&format!("{place}{rest}"), links),
                None => Ok(Spot::Free),
            },
            (Err(_), _) | (_, None) => Ok(Spot::Free),
        }
    }
}

/// The place that a link leads to; nothing where it leads out of the repository.
fn resolved(link: &str, target: &str) -> Option<String> {
    if target.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = link.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use git2::{FileMode, Signature, build::TreeUpdateBuilder};

    /// A bare repository with one commit of files; a content of `-> X` is a link to X.
    fn repository(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let repository = Repository::init_bare(folder.path()).unwrap();
        let mut update = TreeUpdateBuilder::new();
        for (path, content) in files {
            match content.strip_prefix("-> ") {
                Some(target) => update.upsert(*path, repository.blob(target.as_bytes()).unwrap(), FileMode::Link),
                None => update.upsert(*path, repository.blob(content.as_bytes()).unwrap(), FileMode::Blob),
            };
        }
        let empty = repository.find_tree(repository.treebuilder(None).unwrap().write().unwrap()).unwrap();
        let tree = repository.find_tree(update.create_updated(&repository, &empty).unwrap()).unwrap();
        let who = Signature::new("Somebody", "somebody@example.com", &git2::Time::new(1, 0)).unwrap();
        repository.commit(Some("HEAD"), &who, &who, "files", &tree, &[]).unwrap();
        folder
    }

    #[test]
    fn links_are_followed_and_end() {
        let folder = repository(&[
            ("a.kdl", "a"),
            ("b/c.kdl", "c"),
            ("to-file", "-> b/c.kdl"),
            ("to-folder", "-> ./b"),
            ("through", "-> to-folder/c.kdl"),
            ("b/up", "-> .."),
            ("self", "-> self"),
            ("nowhere", "-> x"),
            ("out", "-> ../../etc/passwd"),
            ("absolute", "-> /etc/passwd"),
        ]);
        let revision = Revision::open(folder.path(), "HEAD").unwrap();
        let files: Vec<(&str, Vec<u8>)> =
            revision.paths().map(|path| (path, revision.read(path).unwrap().unwrap())).collect();
        let file = |path, text: &str| (path, text.as_bytes().to_vec());
        assert_eq!(
            files,
            [
                file("a.kdl", "a"),
                file("b/c.kdl", "c"),
                file("through", "c"),
                file("to-file", "c"),
                file("to-folder/c.kdl", "c"),
            ]
        );
        assert_eq!(revision.read("x").unwrap(), None);
    }

    #[test]
    fn what_is_no_revision_is_said() {
        let folder = repository(&[("a", "a")]);
        for name in ["x", "HEAD~1", "HEAD...x"] {
            assert!(matches!(Revision::open(folder.path(), name), Err(RevisionError::Unknown { .. })), "{name}");
        }
        assert_eq!(Revision::open(folder.path(), "HEAD...HEAD").unwrap().paths().count(), 1);
    }
}
