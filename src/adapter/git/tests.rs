use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use git2::{ObjectType, Repository};
use tempfile::TempDir;

use super::*;
use crate::adapter::git::laws::{self, BRANCH, Repositories, Somebody, change, id, propose};
use crate::store::FileChange;
use crate::store::conformance::{FOLDER, draft};
use crate::wait::Wait;

fn config(url: &str, project: &str) -> Config {
    let place = Place {
        name: "state".to_owned(),
        url: url.to_owned(),
        root: std::env::temp_dir(),
        branch: BRANCH.to_owned(),
        path: FOLDER.to_owned(),
        missing: WhenMissing::Fail,
        cache: std::env::temp_dir().join("no-cache-is-made-for-a-folder"),
        secret: "s".to_owned(),
        wait: Wait::default(),
        patience: std::time::Duration::from_mins(1),
    };
    Config { project: project.to_owned(), owner: project.to_owned(), place, authorship: Authorship::default() }
}

/// The same with another place.
pub(super) fn with(config: Config, change: impl FnOnce(&mut Place)) -> Config {
    let mut config = config;
    change(&mut config.place);
    config
}

pub(super) fn open(config: Config) -> Git {
    Git::open(config, Environment::new([])).unwrap()
}

pub(super) fn at(folder: &Path) -> Config {
    config(folder.to_str().unwrap(), "demo")
}

/// An empty repository, opened.
pub(super) fn repository() -> (TempDir, Repository) {
    let (folder, path) = bare();
    (folder, Repository::open_bare(path).unwrap())
}

/// A bare repository in a folder of its own.
pub(super) fn bare() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let repository = folder.path().join("r.git");
    laws::bare(&repository);
    (folder, repository)
}

#[test]
fn a_store_in_a_folder_conforms() {
    let folder = TempDir::new().unwrap();
    let open = |repository: &str, project: &str| -> Box<dyn Store> {
        Box::new(open(config(folder.path().join(repository).to_str().unwrap(), project)))
    };
    laws::run(&Repositories { folder: folder.path(), open: &open });
}

#[test]
fn a_store_at_a_file_address_conforms() {
    let folder = TempDir::new().unwrap();
    let open = |repository: &str, project: &str| -> Box<dyn Store> {
        Box::new(open(config(&format!("file://{}/{repository}", folder.path().display()), project)))
    };
    laws::run(&Repositories { folder: folder.path(), open: &open });
}

#[test]
fn a_missing_repository_is_made_by_the_first_commit_and_by_nothing_else() {
    let folder = TempDir::new().unwrap();
    let target = folder.path().join("new/r.git");
    let mut store = open(with(at(&target), |place| place.missing = WhenMissing::Create));
    assert_eq!(store.observe(&["f"]).unwrap().revision, None);
    assert!(matches!(store.deliver(&draft([change("f", Some("0"), Some("1"))])), Err(StoreError::Conflict { .. })));
    store.deliver(&draft([change("f", None, None)])).unwrap();
    assert!(!target.exists());
    store.deliver(&draft([change("f", None, Some("1"))])).unwrap();
    let made = Repository::open(&target).unwrap();
    assert!(made.is_bare());
    assert_eq!(made.find_reference("HEAD").unwrap().symbolic_target().unwrap(), Some("refs/heads/main"));
    assert_eq!(Somebody::at(target).sees().len(), 1);
}

#[test]
fn a_missing_repository_is_an_error_where_none_is_to_be_made() {
    let folder = TempDir::new().unwrap();
    let error = open(at(&folder.path().join("r.git"))).observe(&[]).unwrap_err();
    assert!(matches!(error, StoreError::Missing { .. }), "{error}");
}

#[test]
fn a_repository_is_not_made_among_somebodys_files() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("thesis.tex"), "").unwrap();
    let mut store = open(with(at(folder.path()), |place| place.missing = WhenMissing::Create));
    assert!(matches!(store.observe(&[]), Err(StoreError::Unusable { .. })));
}

#[test]
fn a_branch_that_is_checked_out_is_refused_born_or_not() {
    let folder = TempDir::new().unwrap();
    let repository =
        Repository::init_opts(folder.path(), git2::RepositoryInitOptions::new().initial_head(BRANCH)).unwrap();
    let create = |config| with(config, |place| place.missing = WhenMissing::Create);
    let refused = |url: &Path| {
        let error = open(at(url)).observe(&[]).unwrap_err();
        assert!(error.to_string().contains("is checked out in"), "{error}");
    };
    refused(folder.path());
    let mut other = open(create(with(at(folder.path()), |place| place.branch = "state".to_owned())));
    other.deliver(&draft([change("f", None, Some("1"))])).unwrap();
    let linked = TempDir::new().unwrap();
    let branch = repository.find_reference("refs/heads/state").unwrap();
    let mut options = git2::WorktreeAddOptions::new();
    repository.worktree("linked", &linked.path().join("tree"), Some(options.reference(Some(&branch)))).unwrap();
    assert!(matches!(other.observe(&[]), Err(StoreError::Unusable { .. })));
    std::fs::remove_dir_all(linked.path().join("tree")).unwrap();
    other.observe(&[]).unwrap();
}

#[test]
fn what_cannot_be_declared_is_refused_at_once() {
    let broken = [
        with(config("r", "demo"), |place| place.branch = "a..b".to_owned()),
        with(config("r", "demo"), |place| place.path = "../up".to_owned()),
        config("https://user:hunter2@git.example/r", "demo"),
        config("git://git.example/r", "demo"),
        config("r", ""),
    ];
    for config in broken {
        let error = Git::open(config, Environment::new([])).err().unwrap();
        assert!(matches!(error, StoreError::Unusable { .. }) && !error.to_string().contains("hunter2"), "{error}");
    }
}

#[test]
fn losing_the_inventory_makes_files_somebody_elses() {
    let (_folder, path) = bare();
    let mut store = open(at(&path));
    store.deliver(&draft([change("f", None, Some("1"))])).unwrap();
    let repository = Repository::open(&path).unwrap();
    let mut inventories = repository.references_glob("refs/plat/inventory/demo/main/clusters%2Fprod").unwrap();
    inventories.next().unwrap().unwrap().delete().unwrap();
    let now = store.observe(&["f"]).unwrap();
    assert_eq!(now.files["f"], FileState { live: Some(id("1")), ..FileState::default() });
    assert_eq!(open(at(&path)).observe(&[]).unwrap().files, BTreeMap::new());
}

#[test]
fn what_the_disks_of_some_systems_take_for_a_new_file_is_told() {
    let (_folder, path) = bare();
    let files = ["a/X.yaml", "caf\u{e9}/b", "D", "e/f", "E/g"];
    open(at(&path)).deliver(&draft(files.map(|path| change(path, None, Some("1"))))).unwrap();
    let alike = [
        ("a/x.yaml", Some("a/X.yaml")),
        ("A/x.yaml", Some("a/X.yaml")),
        ("cafe\u{301}/B", Some("caf\u{e9}/b")),
        ("d", Some("D")),
        ("a/X.yaml", None),
        ("a/y", None),
        ("e/h", None),
        ("E/f", Some("e/f")),
        ("new", None),
    ];
    let found = open(at(&path)).observe(&alike.map(|(path, _)| path)).unwrap().files;
    for (path, other) in alike {
        assert_eq!(found[path].alike.as_deref(), other, "{path}");
    }
}

#[test]
fn branches_and_folders_have_inventories_of_their_own() {
    let (_folder, path) = bare();
    open(at(&path)).deliver(&draft([change("f", None, Some("1"))])).unwrap();
    let branch = with(at(&path), |place| {
        place.branch = "b".to_owned();
        place.missing = WhenMissing::Create;
    });
    for other in [with(at(&path), |place| place.path = String::new()), branch] {
        assert_eq!(open(other).observe(&[]).unwrap().files, BTreeMap::new());
    }
    let mut root = open(with(at(&path), |place| place.path = "/".to_owned()));
    root.deliver(&draft([change("clusters/prod/f", Some("1"), Some("2"))])).unwrap();
    let files = open(at(&path)).observe(&[]).unwrap().files;
    assert_eq!(files["f"], FileState { live: Some(id("2")), owned: Some(id("1")), ..FileState::default() });
}

#[test]
fn a_run_that_died_between_branch_and_inventory_is_made_good() {
    let (_folder, path) = bare();
    let mut store = open(at(&path));
    store.deliver(&draft([change("changed", None, Some("1")), change("deleted", None, Some("1"))])).unwrap();
    let wanted = draft([
        change("changed", Some("1"), Some("2")),
        change("deleted", Some("1"), None),
        change("made", None, Some("2")),
    ]);
    let all = store.wanted(&wanted).unwrap();
    store.advance(&all, &wanted, Extent::Whole).unwrap();
    let before = "refs/plat/inventory/demo/main/clusters%2Fprod";
    let repository = Repository::open(&path).unwrap();
    let inventory = repository.find_reference(before).unwrap().peel_to_commit().unwrap().parent_id(0).unwrap();
    repository.reference(before, inventory, true, "as if it had not moved").unwrap();
    let died = open(at(&path)).observe(&["made"]).unwrap().files;
    let state = |live: Option<&str>, owned: Option<&str>| FileState {
        live: live.map(id),
        owned: owned.map(id),
        ..FileState::default()
    };
    assert_eq!(died["changed"], state(Some("2"), Some("1")));
    assert_eq!(died["deleted"], state(None, Some("1")));
    assert_eq!(died["made"], state(Some("2"), None));
    let mut next = open(at(&path));
    // Either the same commit again, or what a plan makes of the state above.
    assert_eq!(next.deliver(&wanted).unwrap().changed, 0);
    let good = open(at(&path)).observe(&[]).unwrap().files;
    assert_eq!(
        good.into_iter().collect::<Vec<_>>(),
        ["changed", "made"].map(|path| (path.to_owned(), state(Some("2"), Some("2"))))
    );
}

#[test]
fn writers_at_the_same_time_all_get_through() {
    let (_folder, path) = bare();
    thread::scope(|scope| {
        for writer in 0..4 {
            let path = &path;
            scope.spawn(move || {
                let mut store = open(config(path.to_str().unwrap(), &format!("project{}", writer % 2)));
                for number in 0..5 {
                    store.observe(&[]).unwrap();
                    store.deliver(&draft([change(&format!("{writer}/{number}"), None, Some("1"))])).unwrap();
                }
            });
        }
    });
    assert_eq!(Somebody::at(path.clone()).sees().len(), 20);
    assert_eq!(Somebody::at(path.clone()).log().len(), 20);
    let owned = |project| open(config(path.to_str().unwrap(), project)).observe(&[]).unwrap().files.len();
    assert_eq!((owned("project0"), owned("project1")), (10, 10));
}

#[test]
fn a_lock_that_is_never_let_go_is_an_error_that_names_it() {
    let (_folder, path) = bare();
    let mut store = open(at(&path));
    store.deliver(&draft([change("f", None, Some("1"))])).unwrap();
    std::fs::write(path.join("refs/heads/main.lock"), "somebody's").unwrap();
    let waiting = |wait: Wait| open(with(at(&path), |place| place.wait = wait));
    let mut store = waiting(Wait::at_most(Duration::from_millis(20)));
    store.observe(&[]).unwrap();
    let error = store.deliver(&draft([change("f", Some("1"), Some("2"))])).unwrap_err();
    assert!(matches!(&error, StoreError::Locked { file, .. } if file.ends_with("refs/heads/main.lock")), "{error:?}");
    assert!(path.join("refs/heads/main.lock").exists());
    let interrupted = Wait::at_most(Duration::from_mins(1));
    interrupted.interrupt.store(2, Ordering::Relaxed);
    let mut store = waiting(interrupted);
    store.observe(&[]).unwrap();
    let error = store.deliver(&draft([change("f", Some("1"), Some("2"))])).unwrap_err();
    assert!(matches!(error, StoreError::Interrupted { .. }), "{error:?}");
    std::fs::remove_file(path.join("refs/heads/main.lock")).unwrap();
    store.deliver(&draft([change("f", Some("1"), Some("2"))])).unwrap();
}

/// The objects in the database, of all kinds or of one.
fn objects(path: &Path, kind: Option<ObjectType>) -> usize {
    let repository = Repository::open(path).unwrap();
    let database = repository.odb().unwrap();
    let mut count = 0;
    database
        .foreach(|id| {
            count += usize::from(kind.is_none_or(|kind| database.read_header(*id).unwrap().1 == kind));
            true
        })
        .unwrap();
    count
}

fn many(count: usize) -> impl Iterator<Item = FileChange> {
    (0..count)
        .map(|number| change(&format!("{}/{}/{number}", number % 10, number % 100), None, Some(&number.to_string())))
}

#[test]
fn a_commit_writes_as_many_objects_as_the_path_is_deep() {
    let (_folder, path) = bare();
    let mut store = open(at(&path));
    store.deliver(&draft(many(2000))).unwrap();
    let before = objects(&path, None);
    store.deliver(&draft([change("7/7/7", Some("7"), Some("seven"))])).unwrap();
    // The blob, the trees clusters/prod/7/7 and the root, and the commit; of the inventory, which shares the lower three trees,
    // its root and its commit.
    assert_eq!(objects(&path, None) - before, 1 + 5 + 1 + 2);
}

#[test]
fn many_new_objects_are_one_pack_and_few_are_loose() {
    let (_folder, path) = bare();
    let mut store = open(at(&path));
    store.deliver(&draft(many(2000))).unwrap();
    let packs = || std::fs::read_dir(path.join("objects/pack")).unwrap().count() / 2;
    let loose = || std::fs::read_dir(path.join("objects")).unwrap().count() - 2;
    assert_eq!(packs(), 1);
    // The commit of the inventory, its root, and the empty tree that the first commit starts from are all that is not in the pack.
    assert!(loose() <= 3, "{}", loose());
    store.deliver(&draft([change("7/7/7", Some("7"), Some("seven"))])).unwrap();
    assert_eq!(packs(), 1);
}

#[test]
fn observing_reads_no_blob() {
    let (_folder, path) = bare();
    let mut store = open(at(&path));
    store.deliver(&draft([change("a/f", None, Some("one")), change("b", None, Some("two"))])).unwrap();
    for text in ["one", "two"] {
        let name = id(text).0;
        std::fs::remove_file(path.join("objects").join(&name[..2]).join(&name[2..])).unwrap();
    }
    assert_eq!(open(at(&path)).observe(&["a/f"]).unwrap().files.len(), 2);
}

#[test]
fn a_file_that_can_be_run_is_no_file_of_ours_and_neither_is_a_link() {
    let (_folder, path) = bare();
    let somebody = Somebody::at(path.clone());
    somebody.commits(&[("clusters/prod/theirs.sh", Some("1"))]);
    let mut store = open(at(&path));
    // That it can be run is a part of what is seen, and goes with what is written over it.
    let error = store.deliver(&draft([change("theirs.sh", Some("1"), Some("2"))])).unwrap_err();
    assert!(matches!(&error, StoreError::Conflict { path, .. } if path == "theirs.sh"), "{error}");
    let live = store.observe(&["theirs.sh"]).unwrap().files["theirs.sh"].live.clone();
    assert_eq!(live, Some(id("1").executable()));
    store.deliver(&draft([FileChange { before: live, ..change("theirs.sh", None, Some("1")) }])).unwrap();
    assert!(!somebody.sees()[0].executable);
    // What is let go of keeps it.
    somebody.commits(&[("clusters/prod/theirs.sh", Some("1"))]);
    let let_go =
        FileChange { before: Some(id("1").executable()), owned: false, ..change("theirs.sh", None, Some("1")) };
    assert_eq!(store.deliver(&draft([let_go])).unwrap().revision, None);
    assert!(somebody.sees()[0].executable);
    let repository = Repository::open(&path).unwrap();
    let tip = repository.find_reference("refs/heads/main").unwrap().peel_to_commit().unwrap();
    let mut update = git2::build::TreeUpdateBuilder::new();
    update.upsert("clusters/prod/link", repository.blob(b"theirs.sh").unwrap(), git2::FileMode::Link);
    let tree = repository.find_tree(update.create_updated(&repository, &tip.tree().unwrap()).unwrap()).unwrap();
    let who = tip.author();
    repository.commit(Some("refs/heads/main"), &who, &who, "link", &tree, &[&tip]).unwrap();
    let live = store.observe(&["link"]).unwrap().files["link"].live.clone();
    assert!(live.is_some() && live != Some(id("theirs.sh")));
    assert_eq!(store.read("link").unwrap(), None);
    assert_eq!(store.observe(&["link"]).unwrap().files["link"].link.as_deref(), Some("theirs.sh"));
    store.deliver(&draft([FileChange { before: live, ..change("link", None, Some("theirs.sh")) }])).unwrap();
    assert_eq!(store.observe(&["link"]).unwrap().files["link"].live, Some(id("theirs.sh")));
}

#[test]
fn a_commit_is_the_same_for_the_same_input() {
    let tips = [(); 2].map(|()| {
        let (_folder, path) = bare();
        open(at(&path)).deliver(&draft(many(150))).unwrap().revision
    });
    assert!(tips[0].is_some());
    assert_eq!(tips[0], tips[1]);
}

#[test]
fn reading_keeps_to_the_revision_that_was_observed() {
    let (_folder, path) = bare();
    let mut store = open(at(&path));
    store.deliver(&draft([change("f", None, Some("1"))])).unwrap();
    assert_eq!(store.read("f").unwrap(), None);
    store.observe(&[]).unwrap();
    Somebody::at(path).commits(&[("clusters/prod/f", Some("2"))]);
    assert_eq!(store.read("f").unwrap(), Some(b"1".to_vec()));
}

#[test]
fn an_inventory_of_a_newer_form_is_left_alone() {
    let (_folder, path) = bare();
    open(at(&path)).deliver(&draft([change("f", None, Some("1"))])).unwrap();
    let repository = Repository::open(&path).unwrap();
    let name = "refs/plat/inventory/demo/main/clusters%2Fprod";
    let known = repository.find_reference(name).unwrap().peel_to_commit().unwrap();
    let message = known.message().unwrap().replace("Plat-Inventory: 2", "Plat-Inventory: 3");
    let who = known.author();
    repository.commit(Some(name), &who, &who, &message, &known.tree().unwrap(), &[&known]).unwrap();
    let error = open(at(&path)).look().unwrap_err();
    assert!(
        matches!(&error, StoreError::Failed { source, .. } if source.to_string().contains("newer plat")),
        "{error:?}"
    );
    assert!(open(at(&path)).deliver(&draft([change("g", None, Some("1"))])).is_err());
}

#[test]
fn an_inventory_that_leads_to_another_reference_is_refused_before_anything_waits_for_it() {
    let (_folder, path) = bare();
    open(at(&path)).deliver(&draft([change("f", None, Some("1"))])).unwrap();
    let name = "refs/plat/inventory/demo/main/clusters%2Fprod";
    Repository::open(&path).unwrap().reference_symbolic(name, "refs/heads/main", true, "by hand").unwrap();
    let error = open(at(&path)).look().unwrap_err();
    assert!(matches!(&error, StoreError::Unusable { reason, .. } if reason.contains("symbolic")), "{error:?}");
}

#[test]
fn an_inventory_that_says_nothing_goes_and_who_writes_at_the_same_time_has_another() {
    let (_folder, path) = bare();
    let inventories = || {
        let repository = Repository::open(&path).unwrap();
        let names: Vec<String> =
            repository.references().unwrap().names().map(|name| name.unwrap().to_owned()).collect();
        names.into_iter().filter(|name| name.starts_with("refs/plat/inventory/")).count()
    };
    let mut one = open(at(&path));
    one.deliver(&draft([change("a", None, Some("1"))])).unwrap();
    assert_eq!(inventories(), 1);
    // Whoever has seen the inventory finds that it is gone.
    let mut other = open(at(&path));
    other.observe(&["b"]).unwrap();
    one.deliver(&draft([change("a", Some("1"), None)])).unwrap();
    assert_eq!(inventories(), 0);
    other.deliver(&draft([change("b", None, Some("2"))])).unwrap();
    let files = one.observe(&[]).unwrap().files;
    assert_eq!(
        files.into_iter().map(|(path, file)| (path, file.owned)).collect::<Vec<_>>(),
        [("b".to_owned(), Some(id("2")))]
    );
    assert_eq!(inventories(), 1);
}

#[test]
fn the_inventories_are_read_once_a_look() {
    let (_folder, path) = bare();
    let mut store = open(at(&path));
    store.deliver(&draft([change("f", None, Some("1"))])).unwrap();
    store.look().unwrap();
    store.observe(&["f"]).unwrap();
    let sight = store.sight(&store.observed).unwrap();
    assert_eq!(store.written("f").unwrap(), Some(b"1".to_vec()));
    assert!(Arc::ptr_eq(&sight, &store.sight(&store.observed).unwrap()));
    open(at(&path)).deliver(&draft([change("f", Some("1"), Some("2"))])).unwrap();
    assert_eq!(store.written("f").unwrap(), Some(b"1".to_vec()));
    store.observe(&["f"]).unwrap();
    assert_eq!(store.written("f").unwrap(), Some(b"2".to_vec()));
}

#[test]
fn what_waits_on_a_branch_that_nobody_wrote_to_is_not_read() {
    let (_folder, path) = bare();
    open(at(&path)).deliver(&draft([change("f", None, Some("1"))])).unwrap();
    propose(&mut open(at(&path)), &draft([change("g", None, Some("1"))]), "plat/demo/x").unwrap();
    let repository = Repository::open(&path).unwrap();
    let mut proposals = repository.references_glob("refs/plat/proposal/*").unwrap();
    let record = proposals.next().unwrap().unwrap().peel_to_tree().unwrap();
    let files = record.get_name("files").unwrap().id().to_string();
    std::fs::remove_file(path.join("objects").join(&files[..2]).join(&files[2..])).unwrap();
    open(at(&path)).look().unwrap();
    Somebody::at(path.clone()).commits(&[("other", Some("2"))]);
    let error = open(at(&path)).look().unwrap_err();
    assert!(matches!(&error, StoreError::Failed { source, .. } if source.to_string().contains("x: ")), "{error:?}");
}

#[test]
fn an_inventory_of_the_first_form_that_loses_a_file_stays_of_that_form() {
    let (_folder, path) = bare();
    let theirs = || open(config(path.to_str().unwrap(), "theirs"));
    theirs().deliver(&draft([change("f", None, Some("1")), change("g", None, Some("1"))])).unwrap();
    let repository = Repository::open(&path).unwrap();
    let name = "refs/plat/inventory/theirs/main/clusters%2Fprod";
    let known = repository.find_reference(name).unwrap().peel_to_commit().unwrap();
    let files = repository.find_tree(known.tree().unwrap().get_name("files").unwrap().id()).unwrap();
    let who = known.author();
    let first = repository.commit(None, &who, &who, "Deliver", &files, &[]).unwrap();
    repository.reference(name, first, true, "as an older plat wrote it").unwrap();
    let taken = FileChange { taken_from: Some("theirs".to_owned()), ..change("f", Some("1"), Some("1")) };
    open(at(&path)).deliver(&draft([taken])).unwrap();
    let left = theirs().observe(&[]).unwrap();
    assert_eq!((left.files.len(), left.files.contains_key("g"), left.remembers), (1, true, None));
    assert!(theirs().deliver(&draft([change("g", Some("1"), Some("2"))])).is_ok());
    assert_eq!(theirs().observe(&[]).unwrap().remembers.as_deref(), Some(name));
}
