//! The files of a folder as a commit has them: read from the object database, without a work tree.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use git2::{Error, Oid, Repository, Tree};

use super::inside;
use crate::adapter::git::disk::foreign::ForeignRepository;
use crate::adapter::git::objects::tree::{self, Cursor, Spot, entry_spot};
use crate::model::is_apart;

/// The most links that one path goes through.
const MOST_LINKS: u32 = 16;

/// The most folders that a file lies in: no disk takes a longer path.
const DEEPEST: usize = 1000;

/// The most entries that are looked at behind links. Folders that link to one another have a path for each way through them, which
/// doubles with each folder.
const MOST_LINKED: usize = 10_000;

/// The files of a folder at one commit of the repository that the folder lies in. Links within the folder are followed.
pub struct Revision {
    /// The commit's identity.
    pub commit: String,
    repository: Mutex<Repository>,
    found: Found,
}

/// What there is below the folder, by path.
#[derive(Default)]
struct Found {
    files: BTreeMap<String, Oid>,
    shut: BTreeMap<String, Shut>,
}

/// Why a link is not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shut {
    /// It leads to a folder outside of the one that is asked for.
    Folder,
    /// It leads out to a file, or out of the repository.
    Outside,
    /// There is nothing where it leads.
    Nowhere,
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
    /// The folder lies in a repository that Git does not open.
    #[error(transparent)]
    Foreign(#[from] ForeignRepository),
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
        let repository = discover(folder)?;
        let inside = inside(&repository, folder).ok_or_else(|| missing(folder))?;
        Self::at(repository, &inside, name)
    }

    /// The same of a folder of a repository that is open.
    ///
    /// # Errors
    /// Where there is no such commit, or where it cannot be read.
    pub fn at(repository: Repository, inside: &str, name: &str) -> Result<Self, RevisionError> {
        let commit = find(&repository, name).ok_or_else(|| RevisionError::Unknown { name: name.to_owned() })?;
        let failed = |source| RevisionError::Git { name: name.to_owned(), source };
        let found = Walk::found(&repository, commit, inside).map_err(failed)?;
        Ok(Self { commit: commit.to_string(), repository: Mutex::new(repository), found })
    }

    /// The same of a folder beside or below `from`, by its path from there, which need not be on the disk.
    ///
    /// # Errors
    /// Where there is no repository or no such commit, where the folder lies outside of the repository, or where it cannot be read.
    pub fn beside(from: &Path, folder: &str, name: &str) -> Result<Self, RevisionError> {
        let repository = discover(from)?;
        let here = inside(&repository, from).ok_or_else(|| missing(from))?;
        let mut parts: Vec<&str> = here.split('/').filter(|part| !part.is_empty()).collect();
        for part in folder.split('/').filter(|part| !matches!(*part, "" | ".")) {
            match part {
                ".." => drop(parts.pop().ok_or_else(|| missing(from))?),
                part => parts.push(part),
            }
        }
        Self::at(repository, &parts.join("/"), name)
    }

    /// The paths of all files below the folder, `/` between parts, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.found.files.keys().map(String::as_str)
    }

    /// The links that are not followed, sorted.
    pub fn shut(&self) -> impl Iterator<Item = (&str, Shut)> {
        self.found.shut.iter().map(|(path, shut)| (path.as_str(), *shut))
    }

    /// How many bytes a file has; nothing where there is none.
    ///
    /// # Errors
    /// Where the object database cannot be read.
    pub fn size(&self, path: &str) -> Result<Option<u64>, RevisionError> {
        let Some(blob) = self.found.files.get(path) else { return Ok(None) };
        // Whoever panicked while reading left the repository as it was.
        let repository = self.repository.lock().unwrap_or_else(PoisonError::into_inner);
        let header = repository.odb().and_then(|objects| objects.read_header(*blob));
        let size = header.map_err(|source| RevisionError::Git { name: self.commit.clone(), source })?.0;
        Ok(Some(size as u64))
    }

    /// The content of a file; nothing where there is none.
    ///
    /// # Errors
    /// Where the object database cannot be read.
    pub fn read(&self, path: &str) -> Result<Option<Vec<u8>>, RevisionError> {
        let Some(blob) = self.found.files.get(path) else { return Ok(None) };
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
    let repository = discover(folder)?;
    let commit = find(&repository, name).ok_or_else(|| RevisionError::Unknown { name: name.to_owned() })?;
    Ok(commit.to_string())
}

/// Whether the repository that a folder lies in has a commit of an identity.
pub fn has_commit(folder: &Path, commit: &str) -> bool {
    let found = Repository::discover(folder).ok().zip(Oid::from_str(commit).ok());
    found.is_some_and(|(repository, commit)| repository.find_commit(commit).is_ok())
}

/// The repository that a folder lies in.
fn discover(folder: &Path) -> Result<Repository, RevisionError> {
    let why = |error| ForeignRepository::of(&error, folder).map_or_else(|| missing(folder), RevisionError::Foreign);
    Repository::discover(folder).map_err(why)
}

fn missing(folder: &Path) -> RevisionError {
    RevisionError::NoRepository { folder: folder.display().to_string() }
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

/// Where a path leads, behind the links on its way.
enum Lead {
    /// To something at a place of the repository.
    To(Spot, String),
    /// Out of the repository.
    Out,
    /// Nowhere.
    Nowhere,
}

/// Collects the files of a folder.
struct Walk<'r> {
    repository: &'r Repository,
    commit: Oid,
    /// The place of the folder.
    home: String,
    found: Found,
    /// How many links the walk is behind, and how many entries it saw there.
    behind: usize,
    linked: usize,
}

impl<'r> Walk<'r> {
    fn found(repository: &'r Repository, commit: Oid, folder: &str) -> Result<Found, Error> {
        let mut walk = Self { repository, commit, home: String::new(), found: Found::default(), behind: 0, linked: 0 };
        let root = match folder {
            "" => Some(repository.find_commit(commit)?.tree_id()),
            _ => match walk.follow(folder, MOST_LINKS)? {
                Lead::To(Spot::Folder(tree), place) => {
                    walk.home = place;
                    Some(tree)
                }
                Lead::To(..) | Lead::Out | Lead::Nowhere => None,
            },
        };
        if let Some(root) = root {
            let home = walk.home.clone();
            walk.folder(&repository.find_tree(root)?, &home, "", &mut Vec::new())?;
        }
        Ok(walk.found)
    }

    /// Collects a folder at a place of the repository, under the name that it has below the folder that is asked for. `open` are the
    /// folders that it lies in: a link back to one of them leads nowhere new.
    fn folder(&mut self, tree: &Tree<'_>, place: &str, name: &str, open: &mut Vec<Oid>) -> Result<(), Error> {
        if open.len() == DEEPEST {
            return Err(Error::from_str("its folders are nested too deep"));
        }
        open.push(tree.id());
        for entry in tree {
            if self.behind > 0 {
                self.linked += 1;
            }
            if self.linked > MOST_LINKED {
                return Err(Error::from_str(&format!("its links lead to more than {MOST_LINKED} places")));
            }
            let Ok(part) = entry.name() else { continue };
            let (place, name) = (tree::join(place, part), tree::join(name, part));
            match entry_spot(&entry) {
                Spot::Link(_) => self.link(&place, name, open)?,
                spot => self.spot(&spot, &place, name, open)?,
            }
        }
        open.pop();
        Ok(())
    }

    /// Collects what is behind a link, as far as that lies in the folder that is asked for.
    fn link(&mut self, place: &str, name: String, open: &mut Vec<Oid>) -> Result<(), Error> {
        let shut = match self.follow(place, MOST_LINKS)? {
            Lead::To(Spot::Free | Spot::Blocked(_) | Spot::Link(_), _) | Lead::Nowhere => Shut::Nowhere,
            Lead::To(spot, place) if self.is_home(&place) => {
                self.behind += 1;
                self.spot(&spot, &place, name, open)?;
                self.behind -= 1;
                return Ok(());
            }
            Lead::To(Spot::Folder(_) | Spot::Submodule(_), _) => Shut::Folder,
            Lead::To(Spot::File(..), _) | Lead::Out => Shut::Outside,
        };
        self.found.shut.insert(name, shut);
        Ok(())
    }

    /// Collects what is at a place.
    fn spot(&mut self, spot: &Spot, place: &str, name: String, open: &mut Vec<Oid>) -> Result<(), Error> {
        match spot {
            Spot::File(blob, _) => drop(self.found.files.insert(name, *blob)),
            Spot::Folder(inner) if !open.contains(inner) => {
                self.folder(&self.repository.find_tree(*inner)?, place, &name, open)?;
            }
            Spot::Folder(_) | Spot::Free | Spot::Blocked(_) | Spot::Link(_) | Spot::Submodule(_) => {}
        }
        Ok(())
    }

    /// Whether a place lies in the folder that is asked for, and not in what is kept apart there.
    fn is_home(&self, place: &str) -> bool {
        let rest = place.strip_prefix(&self.home);
        let inside = self.home.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        inside && !rest.is_some_and(is_apart)
    }

    /// What lies at a place of the repository, behind the links on the way.
    fn follow(&self, place: &str, links: u32) -> Result<Lead, Error> {
        if place.is_empty() {
            let root = self.repository.find_commit(self.commit)?.tree_id();
            return Ok(Lead::To(Spot::Folder(root), String::new()));
        }
        let mut cursor = Cursor::at_commit(self.repository, Some(self.commit))?;
        let link = match cursor.spot(place)? {
            Spot::Link(_) => place.to_owned(),
            // A link may stand where a folder should be.
            Spot::Blocked(blocker) => blocker,
            spot @ (Spot::Free | Spot::File(..) | Spot::Folder(_) | Spot::Submodule(_)) => {
                return Ok(Lead::To(spot, place.to_owned()));
            }
        };
        let Spot::Link(target) = cursor.spot(&link)? else { return Ok(Lead::Nowhere) };
        let target = self.repository.find_blob(target)?;
        let rest = &place[link.len()..];
        match (std::str::from_utf8(target.content()), links.checked_sub(1)) {
            (Ok(target), Some(links)) => match resolved(&link, target) {
                Some(place) => self.follow(format!("{place}{rest}").trim_start_matches('/'), links),
                None => Ok(Lead::Out),
            },
            (Err(_), _) | (_, None) => Ok(Lead::Nowhere),
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
    use git2::build::TreeUpdateBuilder;
    use git2::{FileMode, Signature};

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
        assert_eq!((revision.size("a.kdl").unwrap(), revision.size("x").unwrap()), (Some(1), None));
        let shut: Vec<(&str, Shut)> = revision.shut().collect();
        let expected =
            [("absolute", Shut::Outside), ("nowhere", Shut::Nowhere), ("out", Shut::Outside), ("self", Shut::Nowhere)];
        assert_eq!(shut, expected);
    }

    #[test]
    fn links_end_where_the_folder_ends() {
        let (folder, commit) = {
            let folder = repository(&[
                ("other/secret.kdl", "s"),
                ("p/plat.kdl", "a"),
                ("p/deep/a", "a"),
                ("p/inside", "-> ../p/deep/a"),
                ("p/file", "-> ../other/secret.kdl"),
                ("p/folder", "-> ../other"),
                ("p/chain", "-> deep/up"),
                ("p/deep/up", "-> ../../other/secret.kdl"),
                ("p/all", "-> .."),
                ("p/.plat/x", "x"),
                ("p/plat", "-> .plat"),
            ]);
            let commit = Repository::open(folder.path()).unwrap().head().unwrap().target().unwrap();
            (folder, commit)
        };
        let repository = Repository::open(folder.path()).unwrap();
        let found = Walk::found(&repository, commit, "p").unwrap();
        assert_eq!(found.files.keys().collect::<Vec<_>>(), [".plat/x", "deep/a", "inside", "plat.kdl"]);
        let shut: Vec<(&str, Shut)> = found.shut.iter().map(|(path, shut)| (path.as_str(), *shut)).collect();
        assert_eq!(
            shut,
            [
                ("all", Shut::Folder),
                ("chain", Shut::Outside),
                ("deep/up", Shut::Outside),
                ("file", Shut::Outside),
                ("folder", Shut::Folder),
                ("plat", Shut::Folder),
            ]
        );
    }

    #[test]
    fn folders_that_link_to_one_another_are_bounded() {
        let mut files = vec![("d20/x".to_owned(), "x".to_owned())];
        for index in 0..20 {
            files.push((format!("d{index}/a"), format!("-> ../d{}", index + 1)));
            files.push((format!("d{index}/b"), format!("-> ../d{}", index + 1)));
        }
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let folder = repository(&files);
        let refused = Revision::open(folder.path(), "HEAD").err().map(|error| match error {
            RevisionError::Git { source, .. } => source.message().to_owned(),
            other => other.to_string(),
        });
        assert_eq!(refused.as_deref(), Some("its links lead to more than 10000 places"));
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
