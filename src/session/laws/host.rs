//! A bare repository that projects deliver to, and the people who push to it, review and merge.

use crate::adapter::git::{Authorship, Config, Git, GitCatalog, Place, WhenMissing};
use crate::catalog::Catalog;
use crate::credentials::Environment;
use crate::store::Store;
use crate::wait::Wait;
use git2::build::TreeUpdateBuilder;
use git2::{
    FileMode, ObjectType, Oid, Repository, RepositoryInitOptions, Signature, Time, TreeWalkMode, TreeWalkResult,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

/// Texts by path.
pub(super) type Files = BTreeMap<String, String>;

/// The branch that is delivered to.
pub(super) const MAIN: &str = "refs/heads/main";

pub(super) struct Host {
    folder: TempDir,
    repository: Repository,
}

/// A folder in memory where there is such a thing: each delivery syncs what it wrote, and the laws make thousands.
fn tempdir() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { TempDir::new_in(memory).unwrap() } else { TempDir::new().unwrap() }
}

/// How people merge a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Merge {
    /// With a merge commit.
    Commit,
    /// As one commit of theirs.
    Squash,
    /// Its commits behind what is there; where nothing was added meanwhile as they are.
    Rebase,
}

impl Host {
    /// A repository in which somebody has begun the branch.
    pub(super) fn new() -> Self {
        let folder = tempdir();
        let mut options = RepositoryInitOptions::new();
        let repository = Repository::init_opts(folder.path(), options.bare(true).initial_head("main")).unwrap();
        let host = Self { folder, repository };
        host.commit(MAIN, &Files::from([("README".to_owned(), "theirs".to_owned())]), &[]);
        host
    }

    /// The whole of the branch as a state store of a project.
    pub(super) fn store(&self, id: &str, name: &str) -> Box<dyn Store> {
        let (project, owner) = (id.to_owned(), name.to_owned());
        let config = Config { project, owner, place: self.place(), authorship: Authorship::default() };
        Box::new(Git::open(config, Environment::new([])).unwrap())
    }

    /// The whole of the branch.
    fn place(&self) -> Place {
        Place {
            name: "s".to_owned(),
            url: self.folder.path().to_str().unwrap().to_owned(),
            root: std::env::temp_dir(),
            branch: "main".to_owned(),
            path: String::new(),
            missing: WhenMissing::Fail,
            cache: std::env::temp_dir().join("no-cache-is-made-for-a-folder"),
            secret: "s".to_owned(),
            wait: Wait::default(),
            patience: Duration::from_mins(1),
        }
    }

    /// A catalog on another branch of it, which the first commit begins.
    pub(super) fn catalog(&self) -> Box<dyn Catalog> {
        let place = Place {
            name: "the catalog".to_owned(),
            branch: "catalog".to_owned(),
            missing: WhenMissing::Create,
            ..self.place()
        };
        Box::new(GitCatalog::open(place, Authorship::default(), Environment::new([]), None).unwrap())
    }

    /// Where a reference leads to.
    pub(super) fn tip(&self, reference: &str) -> Option<Oid> {
        self.repository.refname_to_id(reference).ok()
    }

    /// The names of the references that a pattern covers.
    pub(super) fn references(&self, pattern: &str) -> BTreeSet<String> {
        let references = self.repository.references_glob(pattern).unwrap();
        references.map(|reference| reference.unwrap().name().unwrap().to_owned()).collect()
    }

    /// The files of the branch.
    pub(super) fn files(&self) -> Files {
        self.files_of(self.tip(MAIN).unwrap())
    }

    /// The files of a branch; none where it is not there.
    pub(super) fn files_of_branch(&self, reference: &str) -> Files {
        self.tip(reference).map(|tip| self.files_of(tip)).unwrap_or_default()
    }

    /// The files of a commit.
    pub(super) fn files_of(&self, commit: Oid) -> Files {
        self.files_below(self.repository.find_commit(commit).unwrap().tree_id())
    }

    fn files_below(&self, tree: Oid) -> Files {
        let mut files = Files::new();
        let tree = self.repository.find_tree(tree).unwrap();
        tree.walk(TreeWalkMode::PreOrder, |folder, entry| {
            if entry.kind() == Some(ObjectType::Blob) {
                let blob = self.repository.find_blob(entry.id()).unwrap();
                let text = String::from_utf8(blob.content().to_vec()).unwrap();
                files.insert(format!("{folder}{}", entry.name().unwrap()), text);
            }
            TreeWalkResult::Ok
        })
        .unwrap();
        files
    }

    /// Every path that the branch has ever had.
    pub(super) fn paths_ever(&self) -> BTreeSet<String> {
        let mut walk = self.repository.revwalk().unwrap();
        walk.push_ref(MAIN).unwrap();
        walk.flat_map(|commit| self.files_of(commit.unwrap()).into_keys()).collect()
    }

    /// The projects that own each file, as the inventories have it.
    pub(super) fn owners(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut owners: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for reference in self.references("refs/plat/inventory/*") {
            let id = reference.split('/').nth(3).unwrap().to_owned();
            let root = self.repository.find_reference(&reference).unwrap().peel_to_tree().unwrap();
            let Some(files) = root.get_name("files") else { continue };
            for path in self.files_below(files.id()).into_keys() {
                owners.entry(path).or_default().insert(id.clone());
            }
        }
        owners
    }

    /// Makes a commit of files the tip of a branch.
    fn commit(&self, reference: &str, files: &Files, parents: &[Oid]) -> Oid {
        let mut update = TreeUpdateBuilder::new();
        for (path, text) in files {
            update.upsert(path.as_str(), self.repository.blob(text.as_bytes()).unwrap(), FileMode::Blob);
        }
        let empty = self.repository.treebuilder(None).unwrap().write().unwrap();
        let empty = self.repository.find_tree(empty).unwrap();
        let tree = self.repository.find_tree(update.create_updated(&self.repository, &empty).unwrap()).unwrap();
        let who = Signature::new("Ada", "ada@example.com", &Time::new(1, 0)).unwrap();
        let parents: Vec<_> = parents.iter().map(|id| self.repository.find_commit(*id).unwrap()).collect();
        let parents: Vec<_> = parents.iter().collect();
        let commit = self.repository.commit(None, &who, &who, "by hand", &tree, &parents).unwrap();
        self.repository.reference(reference, commit, true, "by hand").unwrap();
        commit
    }

    /// Somebody commits a file to a branch.
    pub(super) fn writes(&self, reference: &str, path: &str, text: &str) {
        let tip = self.tip(reference).unwrap();
        let mut files = self.files_of(tip);
        files.insert(path.to_owned(), text.to_owned());
        self.commit(reference, &files, &[tip]);
    }

    /// Somebody takes a branch away.
    pub(super) fn deletes(&self, reference: &str) {
        self.repository.find_reference(reference).unwrap().delete().unwrap();
    }

    /// Somebody merges a branch; where both changed a file, what the branch has of it is taken.
    pub(super) fn merges(&self, reference: &str, how: Merge) {
        self.merges_into(MAIN, reference, how);
    }

    /// The same into another branch than the one that is delivered to.
    pub(super) fn merges_into(&self, into: &str, reference: &str, how: Merge) {
        let (main, theirs) = (self.tip(into).unwrap(), self.tip(reference).unwrap());
        let base = self.repository.merge_base(main, theirs).unwrap();
        if base == theirs {
            return;
        }
        if how == Merge::Rebase && base == main {
            self.repository.reference(into, theirs, true, "by hand").unwrap();
            return;
        }
        let (before, branch, mut files) = (self.files_of(base), self.files_of(theirs), self.files_of(main));
        for path in before.keys().chain(branch.keys()).filter(|path| before.get(*path) != branch.get(*path)) {
            match branch.get(path) {
                Some(text) => files.insert(path.clone(), text.clone()),
                None => files.remove(path),
            };
        }
        match how {
            Merge::Commit => self.commit(into, &files, &[main, theirs]),
            Merge::Squash | Merge::Rebase => self.commit(into, &files, &[main]),
        };
    }
}
