//! What every [`Store`] has to do, as laws over a fresh repository each.
//!
//! In: a [`Fixture`], which says how a store is opened. The tests of this crate run it on folders; the tests against real
//! servers include this file and run it over HTTP and SSH.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use git2::build::TreeUpdateBuilder;
use git2::{FileMode, ObjectType, Oid, Repository, RepositoryInitOptions, Signature, Time};

use super::{
    Address, Commit, ContentId, FileChange, FileState, Holding, Kind, Lease, Leased, Lifecycle, Obstacle, ObstacleKind,
    Replaced, Standing, Store, StoreError,
};

/// The folder that the stores keep to.
pub(crate) const FOLDER: &str = "clusters/prod";

/// The branch that the stores are on.
pub(crate) const BRANCH: &str = "main";

/// How stores are opened.
pub(crate) struct Fixture<'a> {
    /// The folder of the bare repositories.
    pub(crate) repositories: &'a Path,
    /// Opens the store of a repository for a project, at [`FOLDER`] of [`BRANCH`].
    pub(crate) open: &'a dyn Fn(&str, &str) -> Box<dyn Store>,
    /// Somebody else at a store that is in no repository; nothing for the stores that are.
    pub(crate) somebody: Option<&'a Meet<'a>>,
}

/// Meets somebody else at a store.
pub(crate) type Meet<'a> = dyn Fn(&str) -> Box<dyn Hand> + 'a;

/// Somebody else, who works on the same files.
pub(crate) trait Hand {
    /// Writes and deletes files by their full paths, in one commit on the branch.
    fn commits(&self, files: &[(&str, Option<&str>)]) -> Oid;

    /// The files of the branch by their full paths: mode and content.
    fn sees(&self) -> Vec<(String, i32, String)>;

    /// The branch's commits, newest first.
    fn log(&self) -> Vec<(Oid, String)>;
}

/// All laws.
pub(crate) fn run(fixture: &Fixture<'_>) {
    type Law = fn(&Fixture<'_>, &str);
    let laws: [(&str, Law); 25] = [
        ("first.git", an_empty_repository_takes_a_first_commit),
        ("missing.git", a_missing_branch_is_not_made_where_there_are_others),
        ("again.git", the_same_commit_again_changes_nothing),
        ("adopt.git", a_file_that_is_already_as_wanted_is_adopted_without_a_commit),
        ("between.git", somebody_elses_commit_in_between_is_kept),
        ("conflict.git", a_file_that_somebody_else_changed_is_a_conflict_and_nothing_is_written),
        ("delete.git", a_deleted_file_goes_with_its_folder_and_is_owned_no_more),
        ("gone.git", a_file_that_is_gone_but_still_listed_is_let_go),
        ("release.git", a_file_that_is_let_go_stays),
        ("compared.git", a_comparison_leaves_out_nothing_but_what_is_as_wanted),
        ("projects.git", projects_do_not_own_each_others_files),
        ("taken.git", a_file_that_is_taken_from_another_project_changes_hands),
        ("written.git", what_was_last_written_can_be_read_again),
        ("held.git", what_was_delivered_for_a_request_is_remembered),
        ("lease.git", one_run_at_a_time_has_the_lease),
        ("proposal.git", a_proposal_is_a_branch_and_nothing_else),
        ("proposed.git", a_proposal_that_is_there_is_not_made_again_and_another_is_not_overwritten),
        ("merged.git", what_is_merged_is_owned_however_it_was_merged),
        ("pending.git", a_proposal_stands_as_what_became_of_it),
        ("kinds.git", a_file_takes_the_place_of_a_folder_and_back),
        ("obstacles.git", what_is_in_the_way_is_told_and_goes_only_where_it_may),
        ("obstructed.git", what_another_project_has_in_the_way_is_told),
        ("vanished.git", a_deletion_of_what_is_gone_needs_nothing),
        ("many.git", many_files_are_delivered_at_once),
        ("paths.git", a_path_that_git_cannot_hold_is_refused),
    ];
    for (repository, law) in laws {
        match fixture.somebody {
            None => bare(&fixture.repositories.join(repository)),
            // What these see is in no repository.
            Some(_) if OF_REPOSITORIES.contains(&repository) => continue,
            Some(_) => {}
        }
        law(fixture, repository);
    }
}

/// The laws that look into a repository.
const OF_REPOSITORIES: [&str; 4] = ["missing.git", "proposal.git", "merged.git", "pending.git"];

/// Makes an empty bare repository that can be pushed to over HTTP.
pub(crate) fn bare(folder: &Path) {
    let repository =
        Repository::init_opts(folder, RepositoryInitOptions::new().bare(true).initial_head(BRANCH)).unwrap();
    repository.config().unwrap().set_bool("http.receivepack", true).unwrap();
}

/// A change of a file that the project owns.
pub(crate) fn change(path: &str, before: Option<&str>, after: Option<&str>) -> FileChange {
    let after: Option<Arc<[u8]>> = after.map(|text| Arc::from(text.as_bytes()));
    let (path, before, owned) = (path.to_owned(), before.map(id), after.is_some());
    FileChange { path, before, after, owned, taken_from: None, replaces: None }
}

/// A commit of changes.
pub(crate) fn commit(changes: impl IntoIterator<Item = FileChange>) -> Commit {
    let message = "plat: apply demo\n\nPlat-Run: 1\n".to_owned();
    Commit { changes: changes.into_iter().collect(), holdings: Vec::new(), message, time: 1_700_000_000 }
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
        let repository = Repository::open_bare(&self.0).unwrap();
        let merged = repository.find_reference(reference).unwrap().peel_to_commit().unwrap();
        let mut update = TreeUpdateBuilder::new();
        for (path, content) in files {
            match content {
                Some(text) => update.upsert(*path, repository.blob(text.as_bytes()).unwrap(), FileMode::Blob),
                None => update.remove(*path),
            };
        }
        let tree = update.create_updated(&repository, &merged.tree().unwrap()).unwrap();
        let tree = repository.find_tree(tree).unwrap();
        let branch = format!("refs/heads/{BRANCH}");
        let tip = repository.find_reference(&branch).unwrap().peel_to_commit().unwrap();
        let who = Signature::new("Somebody", "somebody@example.com", &Time::new(1_700_000_001, 0)).unwrap();
        repository.commit(Some(&branch), &who, &who, "merge", &tree, &[&tip, &merged]).unwrap();
    }

    /// Writes and deletes files by their full paths, in one commit on the branch.
    pub(crate) fn commits(&self, files: &[(&str, Option<&str>)]) -> Oid {
        let repository = Repository::open_bare(&self.0).unwrap();
        let branch = format!("refs/heads/{BRANCH}");
        let parent = repository.find_reference(&branch).ok().map(|tip| tip.peel_to_commit().unwrap());
        let empty = repository.treebuilder(None).unwrap().write().unwrap();
        let base =
            parent.as_ref().map_or_else(|| repository.find_tree(empty).unwrap(), |parent| parent.tree().unwrap());
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
        let tree = repository.find_tree(update.create_updated(&repository, &base).unwrap()).unwrap();
        let who = Signature::new("Somebody", "somebody@example.com", &Time::new(1_700_000_001, 0)).unwrap();
        let parents: Vec<_> = parent.iter().collect();
        repository.commit(Some(&branch), &who, &who, "by hand", &tree, &parents).unwrap()
    }

    /// The files of the branch by their full paths: mode and content.
    pub(crate) fn sees(&self) -> Vec<(String, i32, String)> {
        let repository = Repository::open_bare(&self.0).unwrap();
        let Ok(tip) = repository.find_reference(&format!("refs/heads/{BRANCH}")) else { return Vec::new() };
        let mut files = Vec::new();
        let tree = tip.peel_to_tree().unwrap();
        tree.walk(git2::TreeWalkMode::PreOrder, |folder, entry| {
            if let Some(blob) = entry.to_object(&repository).unwrap().as_blob() {
                let text = String::from_utf8_lossy(blob.content()).into_owned();
                files.push((format!("{folder}{}", entry.name().unwrap()), entry.filemode(), text));
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
    fn commits(&self, files: &[(&str, Option<&str>)]) -> Oid {
        self.commits(files)
    }

    fn sees(&self) -> Vec<(String, i32, String)> {
        self.sees()
    }

    fn log(&self) -> Vec<(Oid, String)> {
        self.log()
    }
}

impl Fixture<'_> {
    fn open(&self, repository: &str) -> Box<dyn Store> {
        (self.open)(repository, "demo")
    }

    fn somebody(&self, repository: &str) -> Box<dyn Hand> {
        match self.somebody {
            Some(somebody) => somebody(repository),
            None => Box::new(self.in_repository(repository)),
        }
    }

    fn in_repository(&self, repository: &str) -> Somebody {
        Somebody::at(self.repositories.join(repository))
    }
}

fn state(live: Option<&str>, owned: Option<&str>) -> FileState {
    FileState { live: live.map(id), owned: owned.map(id), other_owner: None, obstacle: None, link: None }
}

fn of(project: &str, state: FileState) -> FileState {
    FileState { other_owner: Some(project.to_owned()), ..state }
}

fn observed(store: &mut dyn Store, paths: &[&str]) -> Vec<(String, FileState)> {
    store.observe(paths).unwrap().files.into_iter().collect()
}

fn an_empty_repository_takes_a_first_commit(fixture: &Fixture<'_>, repository: &str) {
    let mut store = fixture.open(repository);
    let empty = store.observe(&["a/b.yaml"]).unwrap();
    assert_eq!((empty.revision, empty.files.get("a/b.yaml")), (None, Some(&FileState::default())));
    let receipt =
        store.commit(&commit([change("a/b.yaml", None, Some("b")), change("c.yaml", None, Some("c"))])).unwrap();
    assert_eq!(receipt.changed, 2);
    let now = fixture.open(repository).observe(&["a/b.yaml", "other"]).unwrap();
    assert_eq!(now.revision, receipt.revision);
    let expected = [
        ("a/b.yaml", state(Some("b"), Some("b"))),
        ("c.yaml", state(Some("c"), Some("c"))),
        ("other", FileState::default()),
    ];
    assert_eq!(now.files.into_iter().collect::<Vec<_>>(), expected.map(|(path, state)| (path.to_owned(), state)));
    let subjects: Vec<_> = fixture.somebody(repository).log().into_iter().map(|(_, subject)| subject).collect();
    assert_eq!(subjects, ["plat: apply demo"]);
    store.observe(&[]).unwrap();
    assert_eq!(store.read("a/b.yaml").unwrap().as_deref(), Some(b"b".as_slice()));
    assert_eq!(store.read("nothing").unwrap(), None);
    assert_eq!(store.content_id(b"b"), id("b"));
}

fn a_missing_branch_is_not_made_where_there_are_others(fixture: &Fixture<'_>, repository: &str) {
    let somebody = fixture.in_repository(repository);
    let theirs = somebody.commits(&[("theirs", Some("1"))]);
    let opened = Repository::open_bare(&somebody.0).unwrap();
    opened.reference("refs/heads/other", theirs, false, "test").unwrap();
    opened.find_reference("refs/heads/main").unwrap().delete().unwrap();
    let mut store = fixture.open(repository);
    let error = store.observe(&[]).unwrap_err();
    assert!(error.to_string().contains("has no branch `main`"), "{error}");
    assert!(somebody.log().is_empty());
    assert_eq!(opened.refname_to_id("refs/heads/other").unwrap(), theirs);
}

fn the_same_commit_again_changes_nothing(fixture: &Fixture<'_>, repository: &str) {
    let wanted = commit([change("f", None, Some("1"))]);
    let mut store = fixture.open(repository);
    store.observe(&[]).unwrap();
    store.commit(&wanted).unwrap();
    let receipt = store.commit(&wanted).unwrap();
    assert_eq!((receipt.revision, receipt.changed, receipt.pushes), (None, 0, 0));
    assert_eq!(fixture.open(repository).commit(&wanted).unwrap().changed, 0);
    assert_eq!(fixture.somebody(repository).log().len(), 1);
}

fn a_file_that_is_already_as_wanted_is_adopted_without_a_commit(fixture: &Fixture<'_>, repository: &str) {
    let somebody = fixture.somebody(repository);
    let theirs = somebody.commits(&[("clusters/prod/f", Some("1"))]);
    let mut store = fixture.open(repository);
    assert_eq!(observed(&mut *store, &["f"]), [("f".to_owned(), state(Some("1"), None))]);
    let receipt = store.commit(&commit([change("f", Some("1"), Some("1"))])).unwrap();
    assert_eq!((receipt.revision, receipt.changed), (None, 0));
    assert_eq!(observed(&mut *store, &[]), [("f".to_owned(), state(Some("1"), Some("1")))]);
    assert_eq!(somebody.log(), [(theirs, "by hand".to_owned())]);
}

fn somebody_elses_commit_in_between_is_kept(fixture: &Fixture<'_>, repository: &str) {
    let somebody = fixture.somebody(repository);
    let mut store = fixture.open(repository);
    store.commit(&commit([change("f", None, Some("1"))])).unwrap();
    store.observe(&["f"]).unwrap();
    let theirs = somebody.commits(&[("theirs/run.sh", Some("x")), ("clusters/prod/theirs", Some("y"))]);
    let receipt = store.commit(&commit([change("f", Some("1"), Some("2")), change("g", None, Some("3"))])).unwrap();
    assert_eq!(receipt.changed, 2);
    let log = somebody.log();
    assert_eq!((log.len(), log[1].0, Some(log[0].0.to_string())), (3, theirs, receipt.revision));
    let file = |path: &str, mode, text: &str| (path.to_owned(), mode, text.to_owned());
    let (plain, executable) = (0o100_644, 0o100_755);
    let expected = [
        file("clusters/prod/f", plain, "2"),
        file("clusters/prod/g", plain, "3"),
        file("clusters/prod/theirs", executable, "y"),
        file("theirs/run.sh", executable, "x"),
    ];
    assert_eq!(somebody.sees(), expected);
}

fn a_file_that_somebody_else_changed_is_a_conflict_and_nothing_is_written(fixture: &Fixture<'_>, repository: &str) {
    let somebody = fixture.somebody(repository);
    let mut store = fixture.open(repository);
    store.commit(&commit([change("f", None, Some("1"))])).unwrap();
    store.observe(&["f", "g"]).unwrap();
    let theirs = somebody.commits(&[("clusters/prod/f", Some("theirs"))]);
    let error = store.commit(&commit([change("e", None, Some("0")), change("f", Some("1"), Some("2"))])).unwrap_err();
    assert!(matches!(&error, StoreError::Conflict { path, .. } if path == "f"), "{error}");
    assert_eq!(somebody.log()[0].0, theirs);
    let expected = [("e".to_owned(), FileState::default()), ("f".to_owned(), state(Some("theirs"), Some("1")))];
    assert_eq!(observed(&mut *store, &["e"]), expected);
    let error = store.commit(&commit([change("f", None, None)])).unwrap_err();
    assert!(matches!(error, StoreError::Conflict { .. }), "{error}");
}

fn a_deleted_file_goes_with_its_folder_and_is_owned_no_more(fixture: &Fixture<'_>, repository: &str) {
    let somebody = fixture.somebody(repository);
    somebody.commits(&[("README", Some("theirs"))]);
    let mut store = fixture.open(repository);
    store.commit(&commit([change("a/b/c", None, Some("1")), change("a/d", None, Some("2"))])).unwrap();
    assert_eq!(store.commit(&commit([change("a/b/c", Some("1"), None)])).unwrap().changed, 1);
    assert_eq!(
        observed(&mut *store, &["a/b"]),
        [("a/b".to_owned(), FileState::default()), ("a/d".to_owned(), state(Some("2"), Some("2")))]
    );
    store.commit(&commit([change("a/d", Some("2"), None)])).unwrap();
    let paths: Vec<_> = somebody.sees().into_iter().map(|(path, ..)| path).collect();
    assert_eq!(paths, ["README"]);
    assert_eq!(observed(&mut *store, &[]), []);
}

fn a_file_that_is_gone_but_still_listed_is_let_go(fixture: &Fixture<'_>, repository: &str) {
    let somebody = fixture.somebody(repository);
    let mut store = fixture.open(repository);
    store.commit(&commit([change("f", None, Some("1")), change("g", None, Some("2"))])).unwrap();
    let theirs = somebody.commits(&[("clusters/prod/f", None)]);
    assert_eq!(observed(&mut *store, &[])[0], ("f".to_owned(), state(None, Some("1"))));
    let receipt = store.commit(&commit([change("f", None, None)])).unwrap();
    assert_eq!((receipt.changed, somebody.log()[0].0), (0, theirs));
    assert_eq!(observed(&mut *store, &[]), [("g".to_owned(), state(Some("2"), Some("2")))]);
}

fn a_file_that_is_let_go_stays(fixture: &Fixture<'_>, repository: &str) {
    let mut store = fixture.open(repository);
    store.commit(&commit([change("f", None, Some("1"))])).unwrap();
    let kept = FileChange { owned: false, ..change("f", Some("1"), Some("1")) };
    assert_eq!(store.commit(&commit([kept])).unwrap().changed, 0);
    assert_eq!(observed(&mut *store, &["f"]), [("f".to_owned(), state(Some("1"), None))]);
}

fn a_comparison_leaves_out_nothing_but_what_is_as_wanted(fixture: &Fixture<'_>, repository: &str) {
    let mut theirs = (fixture.open)(repository, "theirs");
    let mut store = fixture.open(repository);
    let written =
        ["a/b/same", "a/b/other", "a/c/same", "a/c/gone", "d/same", "d/too", "e", "f/no", "g/theirs", "h/i/same"];
    store.observe(&written).unwrap();
    store.commit(&commit(written.map(|path| change(path, None, Some("1"))))).unwrap();
    // Somebody else changes one, takes one away, and another project says that one is its own.
    let somebody = fixture.somebody(repository);
    somebody.commits(&[
        ("clusters/prod/a/b/other", Some("2")),
        ("clusters/prod/a/c/gone", None),
        ("others", Some("1")),
    ]);
    theirs.observe(&["g/theirs"]).unwrap();
    theirs.commit(&commit([change("g/theirs", Some("1"), Some("1"))])).unwrap();
    let wanted =
        ["a/b/same", "a/b/other", "a/c/same", "a/c/gone", "d/same", "d/too", "e", "g/theirs", "h/i/same", "new/j"];
    let wanted = wanted.map(|path| (path, id(if path == "d/too" { "2" } else { "1" })));
    let all = store.observe(&wanted.each_ref().map(|(path, _)| *path)).unwrap();
    let compared = store.compare(&wanted).unwrap();
    assert_eq!((&compared.revision, &compared.remembers), (&all.revision, &all.remembers));
    for (path, state) in &compared.files {
        assert_eq!(Some(state), all.files.get(path), "{path}");
    }
    let is_as_wanted = |path: &str, state: &FileState| {
        let content = wanted.iter().find(|(wanted, _)| *wanted == path).map(|(_, content)| content);
        content.is_some() && state.live.as_ref() == content && state.owned.as_ref() == content
    };
    for (path, state) in &all.files {
        let is_told = compared.files.contains_key(path);
        assert!(is_told || is_as_wanted(path, state), "{path}: {state:?}");
    }
    // Every store here can tell a folder that is as it is wanted.
    assert!(!compared.files.contains_key("h/i/same"), "{compared:?}");
}

fn projects_do_not_own_each_others_files(fixture: &Fixture<'_>, repository: &str) {
    let (mut ours, mut theirs) = ((fixture.open)(repository, "ours"), (fixture.open)(repository, "theirs"));
    ours.commit(&commit([change("f", None, Some("1"))])).unwrap();
    theirs.observe(&[]).unwrap();
    theirs.commit(&commit([change("g", None, Some("2"))])).unwrap();
    assert_eq!(
        observed(&mut *ours, &["g"]),
        [("f".to_owned(), state(Some("1"), Some("1"))), ("g".to_owned(), of("theirs", state(Some("2"), None)))]
    );
    assert_eq!(observed(&mut *theirs, &[]), [("g".to_owned(), state(Some("2"), Some("2")))]);
}

fn a_file_that_is_taken_from_another_project_changes_hands(fixture: &Fixture<'_>, repository: &str) {
    let (mut ours, mut theirs) = ((fixture.open)(repository, "ours"), (fixture.open)(repository, "theirs"));
    theirs.commit(&commit([change("a/f", None, Some("1")), change("a/g", None, Some("2"))])).unwrap();
    assert_eq!(observed(&mut *ours, &["a/f"]), [("a/f".to_owned(), of("theirs", state(Some("1"), None)))]);
    let take = |after| FileChange { taken_from: Some("theirs".to_owned()), ..change("a/f", Some("1"), Some(after)) };
    assert_eq!(ours.commit(&commit([take("ours")])).unwrap().changed, 1);
    assert_eq!(observed(&mut *ours, &[]), [("a/f".to_owned(), state(Some("ours"), Some("ours")))]);
    let after =
        [("a/f".to_owned(), of("ours", state(Some("ours"), None))), ("a/g".to_owned(), state(Some("2"), Some("2")))];
    assert_eq!(observed(&mut *theirs, &["a/f"]), after);
    let back = FileChange { taken_from: Some("ours".to_owned()), ..change("a/f", Some("ours"), Some("ours")) };
    let receipt = theirs.commit(&commit([back])).unwrap();
    assert_eq!((receipt.revision, receipt.changed), (None, 0));
    assert_eq!(observed(&mut *ours, &["a/f"]), [("a/f".to_owned(), of("theirs", state(Some("ours"), None)))]);
    assert_eq!(fixture.somebody(repository).log().len(), 2);
}

fn what_was_last_written_can_be_read_again(fixture: &Fixture<'_>, repository: &str) {
    let mut store = fixture.open(repository);
    store.commit(&commit([change("a/f", None, Some("1"))])).unwrap();
    fixture.somebody(repository).commits(&[("clusters/prod/a/f", Some("theirs")), ("clusters/prod/g", Some("g"))]);
    store.observe(&["g"]).unwrap();
    assert_eq!(store.read("a/f").unwrap().as_deref(), Some(b"theirs".as_slice()));
    assert_eq!(store.written("a/f").unwrap().as_deref(), Some(b"1".as_slice()));
    assert_eq!((store.written("g").unwrap(), store.written("../f").unwrap()), (None, None));
}

fn what_was_delivered_for_a_request_is_remembered(fixture: &Fixture<'_>, repository: &str) {
    let holding = |name: &str, files: &[&str]| Holding {
        request: Address::below(Kind::Request, "db".into(), name.into()),
        destination: "east".into(),
        lifecycle: Lifecycle { protect: name == "kept", ..Lifecycle::default() },
        files: files.iter().map(|path| (*path).to_owned()).collect(),
    };
    let delivered = |changes: &[FileChange], holdings: &[Holding]| {
        let mut store = (fixture.open)(repository, "demo");
        store.commit(&Commit { holdings: holdings.to_vec(), ..commit(changes.to_vec()) }).unwrap()
    };
    let remembered = |project: &str| (fixture.open)(repository, project).look().unwrap().to_vec();
    let (kept, other) = (holding("kept", &["a", "b"]), holding("other", &["c"]));
    let files = ["a", "b", "c"].map(|path| change(path, None, Some("1")));
    delivered(&files, &[other.clone(), kept.clone()]);
    assert_eq!(remembered("demo"), [kept.clone(), other]);
    assert_eq!(remembered("else"), [], "each project remembers its own");
    // One that says nothing of some requests leaves them, and one without files ends.
    let gone = holding("other", &[]);
    delivered(&[change("c", Some("1"), None)], &[gone]);
    assert_eq!(remembered("demo"), [kept]);
    // What is remembered may change where no file does: that moves no branch.
    let unprotected = Holding { lifecycle: Lifecycle::default(), ..holding("kept", &["a", "b"]) };
    assert_eq!(delivered(&[], std::slice::from_ref(&unprotected)).revision, None);
    assert_eq!(remembered("demo"), [unprotected]);
    // What another project takes over is remembered here no longer.
    let taking = FileChange { taken_from: Some("demo".to_owned()), ..change("a", Some("1"), Some("1")) };
    (fixture.open)(repository, "else").commit(&commit([taking])).unwrap();
    assert_eq!(remembered("demo"), [Holding { lifecycle: Lifecycle::default(), ..holding("kept", &["b"]) }]);
}

fn one_run_at_a_time_has_the_lease(fixture: &Fixture<'_>, repository: &str) {
    let lease = |run: &str, expires| Lease { run: run.to_owned(), holder: format!("{run}@host"), expires };
    let (mut one, mut other) = (fixture.open(repository), fixture.open(repository));
    assert_eq!(one.acquire(&lease("one", 100), 10).unwrap(), Leased::Granted);
    assert_eq!(other.acquire(&lease("other", 100), 20).unwrap(), Leased::Held(lease("one", 100)));
    assert_eq!((fixture.open)(repository, "another").acquire(&lease("other", 100), 20).unwrap(), Leased::Granted);
    assert_eq!(one.acquire(&lease("one", 200), 90).unwrap(), Leased::Granted);
    assert_eq!(other.acquire(&lease("other", 300), 199).unwrap(), Leased::Held(lease("one", 200)));
    assert_eq!(other.acquire(&lease("other", 300), 200).unwrap(), Leased::TakenOver(lease("one", 200)));
    // Who lost it cannot give it back, nor have it again.
    one.release("one").unwrap();
    assert_eq!(one.acquire(&lease("one", 400), 210).unwrap(), Leased::Held(lease("other", 300)));
    assert_eq!(one.lease().unwrap(), Some(lease("other", 300)));
    other.release("other").unwrap();
    other.release("other").unwrap();
    assert_eq!(one.lease().unwrap(), None);
    assert_eq!(one.acquire(&lease("one", 400), 220).unwrap(), Leased::Granted);
    // A clock that is a year ahead.
    let ahead = lease("ahead", 31_536_000);
    assert_eq!(other.acquire(&ahead, 31_535_940).unwrap(), Leased::TakenOver(lease("one", 400)));
    assert_eq!(one.acquire(&lease("one", 460), 400).unwrap(), Leased::TakenOver(ahead));
    one.release("one").unwrap();
    let observed = one.observe(&["f"]).unwrap();
    assert_eq!((observed.revision, observed.files["f"].clone()), (None, FileState::default()));
}

fn a_proposal_is_a_branch_and_nothing_else(fixture: &Fixture<'_>, repository: &str) {
    let somebody = fixture.in_repository(repository);
    let tip = somebody.commits(&[("theirs", Some("1"))]);
    let mut store = fixture.open(repository);
    store.observe(&[]).unwrap();
    let wanted = commit([change("f", None, Some("1")), change("g", None, Some("2"))]);
    let proposal = store.propose(&wanted, "plat/change").unwrap();
    assert_eq!((proposal.branch.as_str(), proposal.changed, proposal.link), ("plat/change", 2, None));
    assert_eq!((somebody.log()[0].0, observed(&mut *store, &[])), (tip, Vec::new()));
    let repository = Repository::open_bare(&somebody.0).unwrap();
    let proposed = repository.find_reference("refs/heads/plat/change").unwrap().peel_to_commit().unwrap();
    assert_eq!((Some(proposed.id().to_string()), proposed.parent_id(0).unwrap()), (proposal.revision, tip));
    assert!(proposed.tree().unwrap().get_path(Path::new("clusters/prod/g")).is_ok());
    let kept: Vec<String> =
        repository.references_glob("refs/plat/*").unwrap().names().map(|name| name.unwrap().to_owned()).collect();
    assert_eq!(kept, ["refs/plat/proposal/demo/main/clusters%2Fprod/plat%2Fchange"], "what it proposes is remembered");
    let refused = store.propose(&commit([change("theirs", Some("0"), Some("1"))]), "plat/other").unwrap_err();
    assert!(matches!(refused, StoreError::Conflict { .. }), "{refused}");
    for branch in [BRANCH, "a..b", ""] {
        assert!(matches!(store.propose(&wanted, branch), Err(StoreError::Unusable { .. })));
    }
}

fn a_proposal_that_is_there_is_not_made_again_and_another_is_not_overwritten(fixture: &Fixture<'_>, repository: &str) {
    let somebody = fixture.somebody(repository);
    somebody.commits(&[("theirs", Some("1"))]);
    let wanted = commit([change("f", None, Some("1"))]);
    let first = fixture.open(repository).propose(&wanted, "plat/change").unwrap();
    let later = Commit { time: wanted.time + 1, ..wanted.clone() };
    assert_eq!(fixture.open(repository).propose(&later, "plat/change").unwrap(), first);
    let other = commit([change("f", None, Some("2"))]);
    let taken = fixture.open(repository).propose(&other, "plat/change").unwrap_err();
    assert!(matches!(&taken, StoreError::Taken { reference, .. } if reference == "refs/heads/plat/change"), "{taken}");
    // What is merged needs no proposal.
    fixture.open(repository).commit(&wanted).unwrap();
    let merged = fixture.open(repository).propose(&wanted, "plat/later").unwrap();
    assert_eq!((merged.revision, merged.changed), (None, 0));
}

/// Files of a request, and what is held of it.
fn delivery(files: &[(&str, Option<&str>, Option<&str>)]) -> Commit {
    let kept = files.iter().filter(|(_, _, after)| after.is_some()).map(|(path, ..)| (*path).to_owned());
    let holding = Holding {
        request: Address::below(Kind::Request, "db".into(), "one".into()),
        destination: "east".into(),
        lifecycle: Lifecycle { protect: true, ..Lifecycle::default() },
        files: kept.collect(),
    };
    let changes = files.iter().map(|(path, before, after)| change(path, *before, *after));
    Commit { holdings: vec![holding], ..commit(changes) }
}

fn what_is_merged_is_owned_however_it_was_merged(fixture: &Fixture<'_>, repository: &str) {
    let somebody = fixture.in_repository(repository);
    somebody.commits(&[("theirs", Some("1"))]);
    let full = |path: &str| format!("{FOLDER}/{path}");
    let owned = |path: &str| (fixture.open)(repository, "demo").observe(&[path]).unwrap().files[path].owned.clone();
    let held = || (fixture.open)(repository, "demo").look().unwrap().to_vec();
    let propose = |wanted: &Commit, branch: &str| fixture.open(repository).propose(wanted, branch).unwrap();
    // Squashed: the files come with a commit of somebody's, and one of them not yet.
    let wanted = delivery(&[("f", None, Some("1")), ("g", None, Some("2"))]);
    propose(&wanted, "plat/demo/first");
    assert_eq!((owned("f"), held()), (None, vec![]), "nothing has arrived");
    somebody.commits(&[(&full("f"), Some("1"))]);
    assert_eq!((owned("f"), owned("g")), (Some(id("1")), None));
    assert_eq!(held()[0].files.iter().collect::<Vec<_>>(), ["f"]);
    assert!(held()[0].lifecycle.protect);
    somebody.commits(&[(&full("g"), Some("2"))]);
    assert_eq!((owned("g"), held()), (Some(id("2")), wanted.holdings.clone()));
    let mut store = fixture.open(repository);
    assert_eq!(*store.look().unwrap(), *wanted.holdings);
    assert!(store.is_behind());
    // Any commit puts it into the inventory, and nothing of the proposal is left but its branch.
    store.commit(&commit([change("h", None, Some("3"))])).unwrap();
    assert!(!store.is_behind());
    assert_eq!(store.proposals().unwrap(), []);
    assert_eq!((owned("f"), owned("g"), held()), (Some(id("1")), Some(id("2")), wanted.holdings));
    // Merged with a change on the way: what was proposed is what the project wrote.
    let deletion = delivery(&[("f", Some("1"), None), ("g", Some("2"), Some("4"))]);
    propose(&deletion, "plat/demo/second");
    assert_eq!(held()[0].files.len(), 2, "what is to go is there until it goes");
    somebody.merges("refs/heads/plat/demo/second", &[(&full("g"), Some("5"))]);
    let observed = fixture.open(repository).observe(&["f", "g"]).unwrap().files;
    assert_eq!(observed["f"], FileState::default());
    assert_eq!(observed["g"], FileState { live: Some(id("5")), owned: Some(id("4")), ..FileState::default() });
    assert_eq!(fixture.open(repository).written("g").unwrap(), None, "nothing was observed yet");
    assert_eq!(held(), deletion.holdings);
}

fn a_proposal_stands_as_what_became_of_it(fixture: &Fixture<'_>, repository: &str) {
    let somebody = fixture.in_repository(repository);
    somebody.commits(&[("theirs", Some("1"))]);
    let proposals = |project: &str| -> Vec<(String, Standing)> {
        let all = (fixture.open)(repository, project).proposals().unwrap();
        all.into_iter().map(|one| (one.branch, one.standing)).collect()
    };
    let propose = |content: &str, time: i64| {
        let branch = format!("plat/demo/{content}");
        let wanted = Commit { time, ..delivery(&[("f", None, Some(content))]) };
        fixture.open(repository).propose(&wanted, &branch).unwrap();
        branch
    };
    let (first, second) = (propose("1", 10), propose("2", 20));
    assert_eq!(proposals("demo"), [(first.clone(), Standing::Superseded), (second.clone(), Standing::Open)]);
    assert_eq!(proposals("else"), []);
    somebody.deletes(&format!("refs/heads/{second}"));
    // What was superseded once is for good: nobody waits for it, whatever becomes of what took its place.
    assert_eq!(proposals("demo"), [(first.clone(), Standing::Superseded), (second.clone(), Standing::Closed)]);
    somebody.commits(&[(&format!("{FOLDER}/f"), Some("1"))]);
    assert_eq!(proposals("demo"), [(first.clone(), Standing::Merged), (second.clone(), Standing::Closed)]);
    for branch in [&first, &second, &second] {
        fixture.open(repository).withdraw(branch, 30).unwrap();
    }
    assert_eq!(proposals("demo"), []);
    let state = fixture.open(repository).observe(&[]).unwrap().files["f"].clone();
    assert_eq!(state.owned, Some(id("1")), "what has arrived stays the project's");
    let repository = Repository::open_bare(&somebody.0).unwrap();
    assert!(repository.find_reference(&format!("refs/heads/{first}")).is_err());
}

fn a_file_takes_the_place_of_a_folder_and_back(fixture: &Fixture<'_>, repository: &str) {
    let somebody = fixture.somebody(repository);
    let mut store = fixture.open(repository);
    store.commit(&commit([change("x", None, Some("1"))])).unwrap();
    store.commit(&commit([change("x", Some("1"), None), change("x/y", None, Some("2"))])).unwrap();
    assert_eq!(observed(&mut *store, &[]), [("x/y".to_owned(), state(Some("2"), Some("2")))]);
    let FileState { live, obstacle, .. } = store.observe(&["x"]).unwrap().files.remove("x").unwrap();
    let folder = obstacle.unwrap();
    assert_eq!((live, folder.kind, folder.own.as_slice()), (None, ObstacleKind::Folder, ["x/y".to_owned()].as_slice()));
    assert!(folder.goes_with(|path| path == "x/y") && !folder.goes_with(|_| false));
    let back = commit([change("x", None, Some("3")), change("x/y", Some("2"), None)]);
    somebody.commits(&[("clusters/prod/x/theirs", Some("keep"))]);
    store.observe(&["x"]).unwrap();
    let taken = store.commit(&back).unwrap_err();
    assert!(matches!(&taken, StoreError::Obstructed { path, .. } if path == "x"), "{taken}");
    somebody.commits(&[("clusters/prod/x/theirs", None)]);
    store.observe(&["x"]).unwrap();
    store.commit(&back).unwrap();
    assert_eq!(observed(&mut *store, &[]), [("x".to_owned(), state(Some("3"), Some("3")))]);
}

/// A change that may take away what is in its way.
fn replacing(change: FileChange, obstacle: &Obstacle) -> FileChange {
    let replaces = Some(Replaced { path: obstacle.path.clone(), id: obstacle.id.clone() });
    FileChange { replaces, ..change }
}

fn what_is_in_the_way_is_told_and_goes_only_where_it_may(fixture: &Fixture<'_>, repository: &str) {
    let somebody = fixture.somebody(repository);
    somebody.commits(&[("clusters/prod/a", Some("theirs")), ("clusters/prod/b/c/d", Some("theirs"))]);
    let mut store = fixture.open(repository);
    for (path, at, kind) in [("a/x/f", "a", ObstacleKind::File), ("b/c", "b/c", ObstacleKind::Folder)] {
        let state = store.observe(&[path]).unwrap().files.remove(path).unwrap();
        let obstacle = state.obstacle.unwrap();
        assert_eq!((state.live, obstacle.kind, obstacle.others, obstacle.own.len()), (None, kind, 1, 0));
        assert!(obstacle.path.ends_with(at) && obstacle.other_owner.is_none(), "{obstacle}");
        let new = change(path, None, Some("ours"));
        let before = somebody.sees();
        let other = Obstacle { id: id("theirs too"), ..obstacle.clone() };
        for change in [new.clone(), replacing(new.clone(), &other)] {
            let refused = commit([change, change_of_nothing()]);
            for error in [store.rehearse(&refused), store.commit(&refused).map(drop)] {
                let error = error.unwrap_err();
                assert!(matches!(&error, StoreError::Obstructed { path: at, .. } if at == path), "{error}");
            }
        }
        assert_eq!(somebody.sees(), before);
        let taken = commit([replacing(new, &obstacle)]);
        store.rehearse(&taken).unwrap();
        assert_eq!(somebody.sees(), before);
        store.commit(&taken).unwrap();
        assert_eq!(observed(&mut *store, &[path]).pop().unwrap().1, state_of_ours());
    }
    assert_eq!(somebody.sees().len(), 2);
}

fn change_of_nothing() -> FileChange {
    change("elsewhere", None, Some("not written"))
}

fn state_of_ours() -> FileState {
    state(Some("ours"), Some("ours"))
}

fn what_another_project_has_in_the_way_is_told(fixture: &Fixture<'_>, repository: &str) {
    let mut theirs = (fixture.open)(repository, "theirs");
    theirs.commit(&commit([change("a", None, Some("1")), change("b/c", None, Some("1"))])).unwrap();
    for path in ["a/f", "b"] {
        let obstacle = fixture.open(repository).observe(&[path]).unwrap().files[path].obstacle.clone().unwrap();
        assert_eq!(obstacle.other_owner.as_deref(), Some("theirs"), "{obstacle}");
    }
}

fn a_deletion_of_what_is_gone_needs_nothing(fixture: &Fixture<'_>, repository: &str) {
    let mut store = fixture.open(repository);
    store.commit(&commit([change("f", None, Some("1")), change("g", None, Some("1"))])).unwrap();
    fixture.somebody(repository).commits(&[("clusters/prod/f", None)]);
    fixture.somebody(repository).commits(&[("clusters/prod/f/theirs", Some("1"))]);
    assert_eq!(observed(&mut *store, &[]).remove(0).1.live, None);
    assert_eq!(store.commit(&commit([change("f", None, None)])).unwrap().changed, 0);
    assert_eq!(observed(&mut *store, &[]).len(), 1);
    assert_eq!(fixture.somebody(repository).sees().len(), 2);
}

fn many_files_are_delivered_at_once(fixture: &Fixture<'_>, repository: &str) {
    let somebody = fixture.somebody(repository);
    somebody.commits(&[("theirs", Some("1"))]);
    let mut store = fixture.open(repository);
    let path = |number: u32| format!("ns{}/file-{number}.yaml", number % 7);
    let first = (0..300).map(|number| change(&path(number), None, Some(&format!("number: {number}\n"))));
    assert_eq!(store.commit(&commit(first)).unwrap().changed, 300);
    let second = (0..300).map(|number| change(&path(number), Some(&format!("number: {number}\n")), None));
    assert_eq!(observed(&mut *store, &[]).len(), 300);
    assert_eq!(somebody.sees().len(), 301);
    assert_eq!(store.commit(&commit(second)).unwrap().changed, 300);
    assert_eq!((observed(&mut *store, &[]).len(), somebody.sees().len()), (0, 1));
}

fn a_path_that_git_cannot_hold_is_refused(fixture: &Fixture<'_>, repository: &str) {
    let mut store = fixture.open(repository);
    for path in ["../f", "", "/f", "a//b", ".git/hooks/x", "a\0b"] {
        assert_eq!(store.observe(&[path]).unwrap().files[path], FileState::default());
        let error = store.commit(&commit([change(path, None, Some("1"))])).unwrap_err();
        assert!(matches!(error, StoreError::Path { .. }), "{error}");
    }
    let twice = store.commit(&commit([change("f", None, Some("1")), change("f", None, Some("2"))])).unwrap_err();
    assert!(matches!(twice, StoreError::Path { .. }), "{twice}");
    assert!(fixture.somebody(repository).log().is_empty());
}
