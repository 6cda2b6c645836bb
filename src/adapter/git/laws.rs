//! What a store in Git has to do beside what every store has to, as laws over a fresh repository each.
//!
//! In: the folder of the repositories, and how a store of one is opened. The tests of this crate run it on folders; the tests
//! against real servers include this file and run it over HTTP and SSH.

use crate::model::Fate;
use std::path::{Path, PathBuf};

use git2::build::TreeUpdateBuilder;
use git2::{FileMode, ObjectType, Oid, Repository, RepositoryInitOptions, Signature, Time};

use super::conformance::{self, FOLDER, Fixture, Hand, Seen, draft};
use super::{Address, ContentId, Draft, FileChange, FileState, Holding, Kind, Lifecycle, Proposal, Store, StoreError};

/// The branch that the stores are on.
pub(crate) const BRANCH: &str = "main";

/// Where the repositories are, and how a store is opened.
pub(crate) struct Repositories<'a> {
    /// The folder of the bare repositories.
    pub(crate) folder: &'a Path,
    /// Opens the store of a repository for a project, at [`FOLDER`] of [`BRANCH`].
    pub(crate) open: &'a dyn Fn(&str, &str) -> Box<dyn Store>,
}

/// What holds of the store in a repository of a name.
type Law = fn(&Repositories<'_>, &str);

/// All laws of all stores, and those of stores in Git.
pub(crate) fn run(at: &Repositories<'_>) {
    let named = |name: &str| format!("{name}.git");
    let open = |name: &str, project: &str| {
        at.make(&named(name));
        (at.open)(&named(name), project)
    };
    let somebody = |name: &str| -> Box<dyn Hand> { Box::new(at.somebody(&named(name))) };
    conformance::run(&Fixture { open: &open, somebody: &somebody, id });
    let laws: [(&str, Law); 4] = [
        ("missing.git", a_missing_branch_is_not_made_where_there_are_others),
        ("proposal.git", a_proposal_is_a_branch_and_nothing_else),
        ("merged.git", what_is_merged_is_owned_however_it_was_merged),
        ("pending.git", a_proposal_stands_as_what_became_of_it),
    ];
    for (name, law) in laws {
        law(at, name);
    }
}

impl Repositories<'_> {
    fn make(&self, name: &str) {
        let folder = self.folder.join(name);
        if !folder.exists() {
            bare(&folder);
        }
    }

    fn somebody(&self, name: &str) -> Somebody {
        self.make(name);
        Somebody::at(self.folder.join(name))
    }

    fn open(&self, name: &str) -> Box<dyn Store> {
        (self.open)(name, "demo")
    }
}

/// Makes an empty bare repository that can be pushed to over HTTP.
pub(crate) fn bare(folder: &Path) {
    let repository =
        Repository::init_opts(folder, RepositoryInitOptions::new().bare(true).initial_head(BRANCH)).unwrap();
    repository.config().unwrap().set_bool("http.receivepack", true).unwrap();
}

/// A change of a file that the project owns.
pub(crate) fn change(path: &str, before: Option<&str>, after: Option<&str>) -> FileChange {
    conformance::change(id, path, before, after)
}

/// What a store makes of a draft that people are to merge.
pub(crate) fn propose(store: &mut dyn Store, draft: &Draft, branch: &str) -> Result<Proposal, StoreError> {
    store.proposals().unwrap().propose(draft, branch)
}

/// A content's identity.
pub(crate) fn id(content: &str) -> ContentId {
    ContentId(Oid::hash_object(ObjectType::Blob, content.as_bytes()).unwrap().to_string().into())
}

/// Somebody else, who works in the repository itself.
pub(crate) struct Somebody(PathBuf);

impl Somebody {
    pub(crate) fn at(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Takes a reference away.
    pub(crate) fn deletes(&self, reference: &str) {
        let repository = Repository::open_bare(&self.0).unwrap();
        repository.find_reference(reference).unwrap().delete().unwrap();
    }

    /// Merges a branch with a merge commit, and changes files on the way.
    pub(crate) fn merges(&self, reference: &str, files: &[(&str, Option<&str>)]) {
        self.writes_on(Some(reference), files, "merge");
    }

    /// Writes and deletes files by their full paths, in one commit on the branch.
    pub(crate) fn commits(&self, files: &[(&str, Option<&str>)]) -> Oid {
        self.writes_on(None, files, "by hand")
    }

    /// Commits to the branch what another one has, or else its own files, with changes.
    fn writes_on(&self, other: Option<&str>, files: &[(&str, Option<&str>)], message: &str) -> Oid {
        let repository = Repository::open_bare(&self.0).unwrap();
        let branch = format!("refs/heads/{BRANCH}");
        let names = [Some(branch.as_str()), other].into_iter().flatten();
        let tips = names.filter_map(|name| repository.find_reference(name).ok());
        let parents: Vec<git2::Commit<'_>> = tips.map(|tip| tip.peel_to_commit().unwrap()).collect();
        let empty = repository.treebuilder(None).unwrap().write().unwrap();
        let base = parents.last().map_or(empty, git2::Commit::tree_id);
        let mut update = TreeUpdateBuilder::new();
        for (path, content) in files {
            match content {
                Some(text) => {
                    // What is no file of ours can be run.
                    let mode = if path.contains("theirs") { FileMode::BlobExecutable } else { FileMode::Blob };
                    update.upsert(*path, repository.blob(text.as_bytes()).unwrap(), mode)
                }
                None => update.remove(*path),
            };
        }
        let tree = update.create_updated(&repository, &repository.find_tree(base).unwrap()).unwrap();
        let tree = repository.find_tree(tree).unwrap();
        let who = Signature::new("Somebody", "somebody@example.com", &Time::new(1_700_000_001, 0)).unwrap();
        repository.commit(Some(&branch), &who, &who, message, &tree, &parents.iter().collect::<Vec<_>>()).unwrap()
    }

    /// The files of the branch by their full paths.
    pub(crate) fn sees(&self) -> Vec<Seen> {
        let repository = Repository::open_bare(&self.0).unwrap();
        let Ok(tip) = repository.find_reference(&format!("refs/heads/{BRANCH}")) else { return Vec::new() };
        let mut files = Vec::new();
        let tree = tip.peel_to_tree().unwrap();
        tree.walk(git2::TreeWalkMode::PreOrder, |folder, entry| {
            if let Some(blob) = entry.to_object(&repository).unwrap().as_blob() {
                let content = String::from_utf8_lossy(blob.content()).into_owned();
                let (path, executable) = (format!("{folder}{}", entry.name().unwrap()), entry.filemode() == 0o100_755);
                files.push(Seen { path, executable, content });
            }
            git2::TreeWalkResult::Ok
        })
        .unwrap();
        files
    }

    /// The branch's commits, newest first.
    pub(crate) fn log(&self) -> Vec<(Oid, String)> {
        let repository = Repository::open_bare(&self.0).unwrap();
        let Ok(tip) = repository.refname_to_id(&format!("refs/heads/{BRANCH}")) else { return Vec::new() };
        let mut walk = repository.revwalk().unwrap();
        walk.push(tip).unwrap();
        walk.set_sorting(git2::Sort::TOPOLOGICAL).unwrap();
        let subject = |id| repository.find_commit(id).unwrap().summary().unwrap().unwrap_or_default().to_owned();
        walk.map(|id| id.unwrap()).map(|id| (id, subject(id))).collect()
    }
}

impl Hand for Somebody {
    fn writes(&self, files: &[(&str, Option<&str>)]) -> String {
        self.commits(files).to_string()
    }

    fn sees(&self) -> Vec<Seen> {
        self.sees()
    }

    fn log(&self) -> Vec<(String, String)> {
        self.log().into_iter().map(|(id, subject)| (id.to_string(), subject)).collect()
    }
}

fn a_missing_branch_is_not_made_where_there_are_others(at: &Repositories<'_>, name: &str) {
    let somebody = at.somebody(name);
    let theirs = somebody.commits(&[("theirs", Some("1"))]);
    let opened = Repository::open_bare(&somebody.0).unwrap();
    opened.reference("refs/heads/other", theirs, false, "test").unwrap();
    opened.find_reference("refs/heads/main").unwrap().delete().unwrap();
    let mut store = at.open(name);
    let error = store.observe(&[]).unwrap_err();
    assert!(error.to_string().contains("has no branch `main`"), "{error}");
    assert!(somebody.log().is_empty());
    assert_eq!(opened.refname_to_id("refs/heads/other").unwrap(), theirs);
}

fn a_proposal_is_a_branch_and_nothing_else(at: &Repositories<'_>, name: &str) {
    let somebody = at.somebody(name);
    let tip = somebody.commits(&[("theirs", Some("1"))]);
    let mut store = at.open(name);
    store.observe(&[]).unwrap();
    let wanted = draft([change("f", None, Some("1")), change("g", None, Some("2"))]);
    let proposal = propose(&mut *store, &wanted, "plat/change").unwrap();
    assert_eq!((proposal.name.as_str(), proposal.changed, proposal.link), ("plat/change", 2, None));
    assert_eq!((somebody.log()[0].0, store.observe(&[]).unwrap().files.len()), (tip, 0));
    let repository = Repository::open_bare(&somebody.0).unwrap();
    let proposed = repository.find_reference("refs/heads/plat/change").unwrap().peel_to_commit().unwrap();
    assert_eq!((Some(proposed.id().to_string()), proposed.parent_id(0).unwrap()), (proposal.revision, tip));
    assert!(proposed.tree().unwrap().get_path(Path::new("clusters/prod/g")).is_ok());
    let kept: Vec<String> =
        repository.references_glob("refs/plat/*").unwrap().names().map(|name| name.unwrap().to_owned()).collect();
    assert_eq!(kept, ["refs/plat/proposal/demo/main/clusters%2Fprod/plat%2Fchange"], "what it proposes is remembered");
    let refused = propose(&mut *store, &draft([change("theirs", Some("0"), Some("1"))]), "plat/other").unwrap_err();
    assert!(matches!(refused, StoreError::Conflict { .. }), "{refused}");
    for branch in [BRANCH, "a..b", ""] {
        assert!(matches!(propose(&mut *store, &wanted, branch), Err(StoreError::Unusable { .. })));
    }
}

/// Files of a request, and what is held of it.
fn delivery(files: &[(&str, Option<&str>, Option<&str>)]) -> Draft {
    let kept = files.iter().filter(|(_, _, after)| after.is_some()).map(|(path, ..)| (*path).to_owned());
    let holding = Holding {
        request: Address::below(Kind::Request, "db".into(), "one".into()),
        destination: "east".into(),
        lifecycle: Lifecycle { protect: true, ..Lifecycle::default() },
        files: kept.collect(),
    };
    let changes = files.iter().map(|(path, before, after)| change(path, *before, *after));
    Draft { holdings: vec![holding], ..draft(changes) }
}

fn what_is_merged_is_owned_however_it_was_merged(at: &Repositories<'_>, name: &str) {
    let somebody = at.somebody(name);
    somebody.commits(&[("theirs", Some("1"))]);
    let full = |path: &str| format!("{FOLDER}/{path}");
    let owned = |path: &str| at.open(name).observe(&[path]).unwrap().files[path].owned.clone();
    let held = || at.open(name).look().unwrap().to_vec();
    let suggest = |wanted: &Draft, branch: &str| propose(&mut *at.open(name), wanted, branch).unwrap();
    // Squashed: the files come with a commit of somebody's, and one of them not yet.
    let wanted = delivery(&[("f", None, Some("1")), ("g", None, Some("2"))]);
    suggest(&wanted, "plat/demo/first");
    assert_eq!((owned("f"), held()), (None, vec![]), "nothing has arrived");
    somebody.commits(&[(&full("f"), Some("1"))]);
    assert_eq!((owned("f"), owned("g")), (Some(id("1")), None));
    assert_eq!(held()[0].files.iter().collect::<Vec<_>>(), ["f"]);
    assert!(held()[0].lifecycle.protect);
    somebody.commits(&[(&full("g"), Some("2"))]);
    assert_eq!((owned("g"), held()), (Some(id("2")), wanted.holdings.clone()));
    let mut store = at.open(name);
    assert_eq!(*store.look().unwrap(), *wanted.holdings);
    assert!(store.is_behind());
    // Any commit puts it into the inventory, and nothing of the proposal is left but its branch.
    store.deliver(&draft([change("h", None, Some("3"))])).unwrap();
    assert!(!store.is_behind());
    assert_eq!(store.outstanding().unwrap(), []);
    assert_eq!((owned("f"), owned("g"), held()), (Some(id("1")), Some(id("2")), wanted.holdings));
    // Merged with a change on the way: what was proposed is what the project wrote.
    let deletion = delivery(&[("f", Some("1"), None), ("g", Some("2"), Some("4"))]);
    suggest(&deletion, "plat/demo/second");
    assert_eq!(held()[0].files.len(), 2, "what is to go is there until it goes");
    somebody.merges("refs/heads/plat/demo/second", &[(&full("g"), Some("5"))]);
    let observed = at.open(name).observe(&["f", "g"]).unwrap().files;
    assert_eq!(observed["f"], FileState::default());
    assert_eq!(observed["g"], FileState { live: Some(id("5")), owned: Some(id("4")), ..FileState::default() });
    assert_eq!(at.open(name).written("g").unwrap(), None, "nothing was observed yet");
    assert_eq!(held(), deletion.holdings);
}

fn a_proposal_stands_as_what_became_of_it(at: &Repositories<'_>, name: &str) {
    let somebody = at.somebody(name);
    somebody.commits(&[("theirs", Some("1"))]);
    let proposals = |project: &str| -> Vec<(String, Fate)> {
        let all = (at.open)(name, project).outstanding().unwrap();
        all.into_iter().map(|one| (one.name, one.standing)).collect()
    };
    let suggest = |content: &str, time: i64| {
        let branch = format!("plat/demo/{content}");
        let wanted = Draft { time, ..delivery(&[("f", None, Some(content))]) };
        propose(&mut *at.open(name), &wanted, &branch).unwrap();
        branch
    };
    let (first, second) = (suggest("1", 10), suggest("2", 20));
    assert_eq!(proposals("demo"), [(first.clone(), Fate::Superseded), (second.clone(), Fate::Open)]);
    assert_eq!(proposals("else"), []);
    somebody.deletes(&format!("refs/heads/{second}"));
    // What was superseded once is for good: nobody waits for it, whatever becomes of what took its place.
    assert_eq!(proposals("demo"), [(first.clone(), Fate::Superseded), (second.clone(), Fate::Closed)]);
    somebody.commits(&[(&format!("{FOLDER}/f"), Some("1"))]);
    assert_eq!(proposals("demo"), [(first.clone(), Fate::Merged), (second.clone(), Fate::Closed)]);
    for branch in [&first, &second, &second] {
        at.open(name).proposals().unwrap().withdraw(branch, 30).unwrap();
    }
    assert_eq!(proposals("demo"), []);
    let state = at.open(name).observe(&[]).unwrap().files["f"].clone();
    assert_eq!(state.owned, Some(id("1")), "what has arrived stays the project's");
    let repository = Repository::open_bare(&somebody.0).unwrap();
    assert!(repository.find_reference(&format!("refs/heads/{first}")).is_err());
}
