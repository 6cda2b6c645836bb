use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

/// Something that writes.
type Writes<'w> = &'w dyn Fn(&mut dyn Store) -> Result<(), StoreError>;

use git2::{Oid, Repository};
use tempfile::TempDir;

use crate::adapter::git::WhenMissing;
use crate::adapter::git::laws::{self, Somebody, change};
use crate::adapter::git::tests::{at, bare, open, with};
use crate::model::Lease;
use crate::store::conformance::draft;
use crate::store::{Store, StoreError};
use crate::wait::Wait;

const INVENTORY: &str = "refs/plat/inventory/demo/main/clusters%2Fprod";

fn lease(expires: i64) -> Lease {
    Lease { run: "1".to_owned(), holder: "ada@desk".to_owned(), expires }
}

/// Writes a hook, which anybody may run.
fn hook(repository: &Path, name: &str, script: &str) {
    let path = repository.join("hooks").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// The references of a repository, with where they point to.
fn references(path: &Path) -> Vec<String> {
    let repository = Repository::open(path).unwrap();
    let all = repository.references().unwrap();
    all.map(|one| one.unwrap()).map(|one| format!("{} {}", one.name().unwrap(), one.target().is_some())).collect()
}

fn refusal(error: StoreError) -> (String, String) {
    match error {
        StoreError::Refused { destination, reason, .. } => (destination, reason),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_branch_that_is_a_symbolic_reference_stays_one() {
    let (_folder, path) = bare();
    let mut store = open(at(&path));
    store.deliver(&draft([change("f", None, Some("1"))])).unwrap();
    fs::rename(path.join("refs/heads/main"), path.join("refs/heads/trunk")).unwrap();
    fs::write(path.join("refs/heads/main"), "ref: refs/heads/trunk\n").unwrap();
    store.deliver(&draft([change("f", Some("1"), Some("2"))])).unwrap();
    assert_eq!(fs::read_to_string(path.join("refs/heads/main")).unwrap(), "ref: refs/heads/trunk\n");
    let repository = Repository::open(&path).unwrap();
    let tip = repository.find_reference("refs/heads/trunk").unwrap().peel_to_commit().unwrap();
    assert_eq!(tip.parent_count(), 1);
}

#[test]
fn a_branch_that_stands_for_one_that_is_checked_out_is_refused() {
    let folder = TempDir::new().unwrap();
    let mut options = git2::RepositoryInitOptions::new();
    Repository::init_opts(folder.path(), options.initial_head("trunk")).unwrap();
    fs::write(folder.path().join(".git/refs/heads/main"), "ref: refs/heads/trunk\n").unwrap();
    let error = open(at(folder.path())).observe(&[]).unwrap_err();
    assert!(error.to_string().contains("is checked out in"), "{error}");
}

#[test]
fn a_lock_file_with_a_commit_of_ours_is_somebodys_all_the_same() {
    let (_folder, path) = bare();
    let mut store = open(at(&path));
    let first = store.deliver(&draft([change("f", None, Some("1"))])).unwrap().revision.unwrap();
    let second = store.deliver(&draft([change("f", Some("1"), Some("2"))])).unwrap().revision.unwrap();
    // Somebody is about to set the branch back.
    let lock = path.join("refs/heads/main.lock");
    fs::write(&lock, format!("{first}\n")).unwrap();
    let mut store = open(with(at(&path), |place| place.wait = Wait::at_most(Duration::from_millis(20))));
    store.observe(&[]).unwrap();
    let error = store.deliver(&draft([change("f", Some("2"), Some("3"))])).unwrap_err();
    assert!(matches!(&error, StoreError::Locked { file, .. } if *file == lock), "{error}");
    let said = error.to_string();
    assert!(said.contains("main.lock") && said.contains("0.02 s"), "{said}");
    fs::rename(&lock, path.join("refs/heads/main")).unwrap();
    let error = store.deliver(&draft([change("f", Some("2"), Some("3"))])).unwrap_err();
    assert!(matches!(error, StoreError::Conflict { .. }), "{second}: {error}");
}

#[test]
fn packed_references_move_and_go() {
    let (_folder, path) = bare();
    let mut store = open(at(&path));
    store.deliver(&draft([change("f", None, Some("1"))])).unwrap();
    store.acquire(&lease(100), 1).unwrap();
    let repository = Repository::open(&path).unwrap();
    let mut packed = "# pack-refs with: peeled fully-peeled sorted \n".to_owned();
    for reference in repository.references().unwrap().map(|one| one.unwrap()) {
        packed.push_str(&format!("{} {}\n", reference.target().unwrap(), reference.name().unwrap()));
        fs::remove_file(path.join(reference.name().unwrap())).unwrap();
    }
    fs::write(path.join("packed-refs"), packed).unwrap();
    store.deliver(&draft([change("f", Some("1"), Some("2"))])).unwrap();
    assert_eq!(references(&path).len(), 3);
    store.release("1").unwrap();
    assert_eq!(references(&path), ["refs/heads/main true".to_owned(), format!("{INVENTORY} true")]);
    assert!(fs::read_to_string(path.join("packed-refs")).unwrap().starts_with("# pack-refs"));
    assert!(!path.join("refs/plat/lease").exists() && !path.join("plat.locks").exists());
}

#[test]
fn damaged_objects_are_an_error_that_names_the_store_and_nothing_moves() {
    let (_folder, path) = bare();
    let mut store = open(at(&path));
    let tip = store.deliver(&draft([change("a/f", None, Some("1"))])).unwrap().revision.unwrap();
    let before = references(&path);
    let repository = Repository::open(&path).unwrap();
    let tree = repository.revparse_single("main:clusters/prod/a").unwrap().id().to_string();
    for object in [tree, tip] {
        let file = path.join("objects").join(&object[..2]).join(&object[2..]);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        fs::write(&file, "garbage").unwrap();
        for error in [
            open(at(&path)).observe(&["a/f"]).unwrap_err(),
            open(at(&path)).deliver(&draft([change("a/f", Some("1"), Some("2"))])).unwrap_err(),
        ] {
            let said = error.to_string();
            assert!(said.starts_with("state: cannot") && said.contains("`git fsck` tells which"), "{said}");
        }
    }
    assert_eq!(references(&path), before);
    fs::write(path.join("refs/heads/main"), format!("{}\n", repository.blob(b"x").unwrap())).unwrap();
    let error = open(at(&path)).observe(&[]).unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("refs/heads/main points to no commit"), "{cause}");
}

#[test]
fn a_log_that_is_kept_is_written() {
    let (_folder, path) = bare();
    let mut store = open(at(&path));
    store.deliver(&draft([change("f", None, Some("1"))])).unwrap();
    assert!(!path.join("logs/refs/heads/main").exists());
    Repository::open(&path).unwrap().config().unwrap().set_bool("core.logAllRefUpdates", true).unwrap();
    let tip = store.deliver(&draft([change("f", Some("1"), Some("2"))])).unwrap().revision;
    let log = Repository::open(&path).unwrap().reflog("refs/heads/main").unwrap();
    let entry = log.get(0).unwrap();
    assert_eq!((log.len(), Some(entry.id_new().to_string()), entry.message()), (1, tip, Ok(Some("plat apply"))));
}

#[test]
fn a_reference_that_leaves_no_room_for_the_branch_is_told_before_anything_is_written() {
    let (_folder, path) = bare();
    let mut other = open(with(at(&path), |place| {
        place.branch = "main/x".to_owned();
        place.missing = WhenMissing::Create;
    }));
    other.deliver(&draft([change("f", None, Some("1"))])).unwrap();
    for missing in [WhenMissing::Create, WhenMissing::Fail] {
        let error = open(with(at(&path), |place| place.missing = missing)).observe(&[]).unwrap_err();
        assert_eq!(error.to_string(), "state: refs/heads/main cannot be made where refs/heads/main/x is");
    }
    let below = with(at(&path), |place| {
        place.branch = "main/x/y".to_owned();
        place.missing = WhenMissing::Create;
    });
    let error = open(below).observe(&[]).unwrap_err();
    assert_eq!(error.to_string(), "state: refs/heads/main/x/y cannot be made where refs/heads/main/x is");
}

#[test]
fn a_missing_branch_is_made_where_the_store_says_so_and_begins_only_a_repository_that_waits_for_it() {
    let (_folder, path) = bare();
    open(at(&path)).deliver(&draft([change("f", None, Some("1"))])).unwrap();
    let branch = |missing| {
        with(at(&path), |place| {
            place.branch = "other".to_owned();
            place.missing = missing;
        })
    };
    let error = open(branch(WhenMissing::Fail)).observe(&[]).unwrap_err();
    assert!(error.to_string().contains("has no branch `other`: name one that it has, or write `create`"), "{error}");
    open(branch(WhenMissing::Create)).deliver(&draft([change("f", None, Some("1"))])).unwrap();
    assert_eq!(open(branch(WhenMissing::Fail)).observe(&[]).unwrap().files.len(), 1);
    let (_folder, empty) = bare();
    let error = open(with(at(&empty), |place| place.branch = "other".to_owned())).observe(&[]).unwrap_err();
    assert!(error.to_string().contains("is empty, and its HEAD names the branch `main`"), "{error}");
    assert_eq!(open(at(&empty)).observe(&[]).unwrap().revision, None);
}

#[test]
fn a_hook_that_refuses_is_heard_and_nothing_moves() {
    let (_folder, path) = bare();
    let mut store = open(at(&path));
    store.deliver(&draft([change("f", None, Some("1"))])).unwrap();
    let before = references(&path);
    let next = draft([change("f", Some("1"), Some("2"))]);
    hook(&path, "pre-receive", "echo 'main is \u{1b}[31mprotected' >&2; exit 1");
    let refused = ("refs/heads/main".to_owned(), "pre-receive hook declined: main is protected".to_owned());
    assert_eq!(refusal(store.deliver(&next).unwrap_err()), refused);
    fs::remove_file(path.join("hooks/pre-receive")).unwrap();
    hook(&path, "update", "case $1 in refs/plat/*) echo \"no $1\"; exit 3;; esac");
    let refused = (INVENTORY.to_owned(), format!("update hook declined: no {INVENTORY}"));
    assert_eq!(refusal(store.deliver(&next).unwrap_err()), refused);
    fs::remove_file(path.join("hooks/update")).unwrap();
    hook(&path, "reference-transaction", "[ $1 = prepared ] && exit 1; echo $1 >>phases");
    assert_eq!(refusal(store.deliver(&next).unwrap_err()).1, "reference-transaction hook declined");
    assert_eq!(fs::read_to_string(path.join("phases")).unwrap(), "aborted\n");
    assert_eq!((references(&path), Somebody::at(path.clone()).log().len()), (before, 1));
    assert!(!path.join("refs/heads/main.lock").exists());
}

#[test]
fn hooks_are_told_what_a_push_would_tell_them() {
    let (_folder, path) = bare();
    let mut store = open(at(&path));
    hook(&path, "pre-receive", "echo pre-receive $GIT_DIR $# >>told; cat >>told");
    for name in ["update", "post-update"] {
        hook(&path, name, &format!("echo {name} \"$@\" >>told"));
    }
    hook(&path, "reference-transaction", "echo transaction $1 >>told");
    hook(
        &path,
        "post-receive",
        "echo post-receive $GIT_DIR $# >>told; cat >>told; echo 'it \u{1b}[1mcame'; echo there >&2",
    );
    let receipt = store.deliver(&draft([change("f", None, Some("1"))])).unwrap();
    assert_eq!(receipt.said, ["it came", "there"]);
    let tip = receipt.revision.unwrap();
    let inventory = Repository::open(&path).unwrap().refname_to_id(INVENTORY).unwrap();
    let zeros = Oid::ZERO_SHA1;
    let lines = format!("{zeros} {tip} refs/heads/main\n{zeros} {inventory} {INVENTORY}\n");
    let told = format!(
        "pre-receive . 0\n{lines}update refs/heads/main {zeros} {tip}\nupdate {INVENTORY} {zeros} {inventory}\n\
         transaction prepared\ntransaction committed\n\
         post-receive . 0\n{lines}post-update refs/heads/main {INVENTORY}\n"
    );
    assert_eq!(fs::read_to_string(path.join("told")).unwrap(), told);
}

#[test]
fn hooks_see_leases_and_the_objects_of_what_is_to_come() {
    let (_folder, path) = bare();
    let mut store = open(at(&path));
    // What a hook needs of Git may not be there.
    hook(
        &path,
        "update",
        "f=objects/$(echo $3 | cut -c1-2)/$(echo $3 | cut -c3-); [ -f $f ] || exit 1; echo $1 >>told",
    );
    store.acquire(&lease(100), 1).unwrap();
    assert_eq!(fs::read_to_string(path.join("told")).unwrap(), "refs/plat/lease/demo/main/clusters%2Fprod\n");
}

#[test]
fn hooks_are_where_the_configuration_says_and_those_that_cannot_be_run_are_passed_over() {
    let (folder, path) = bare();
    hook(&path, "pre-receive", "exit 1");
    fs::set_permissions(path.join("hooks/pre-receive"), fs::Permissions::from_mode(0o644)).unwrap();
    let mut store = open(at(&path));
    store.deliver(&draft([change("f", None, Some("1"))])).unwrap();
    let elsewhere = folder.path().join("elsewhere");
    hook(&elsewhere, "pre-receive", "exit 1");
    let config = Repository::open(&path).unwrap().config();
    config.unwrap().set_str("core.hooksPath", elsewhere.join("hooks").to_str().unwrap()).unwrap();
    let error = store.deliver(&draft([change("f", Some("1"), Some("2"))])).unwrap_err();
    assert_eq!(refusal(error).1, "pre-receive hook declined");
}

#[test]
fn a_hook_that_never_ends_is_not_waited_for_and_one_that_speaks_is() {
    let (_folder, path) = bare();
    let mut store = open(with(at(&path), |place| place.patience = Duration::from_millis(300)));
    hook(&path, "pre-receive", "for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.1; done");
    store.deliver(&draft([change("f", None, Some("1"))])).unwrap();
    hook(&path, "pre-receive", "echo begun; sleep 20; touch late");
    let (_, reason) = refusal(store.deliver(&draft([change("f", Some("1"), Some("2"))])).unwrap_err());
    assert_eq!(reason, "the pre-receive hook said nothing for 0.3 s: begun");
    assert!(!path.join("late").exists(), "it was waited for");
}

#[test]
fn a_hook_that_speaks_for_ever_is_ended_and_little_of_it_is_told() {
    let (_folder, path) = bare();
    let mut store = open(at(&path));
    hook(&path, "pre-receive", "echo $$ > pid; echo begun; exec yes 'and on'");
    let (_, reason) = refusal(store.deliver(&draft([change("f", None, Some("1"))])).unwrap_err());
    assert!(reason.starts_with("the pre-receive hook said more than 16 MiB: begun; and on; "), "{reason}");
    assert!(reason.contains(" more lines); and on; ") && reason.len() < 1_000, "{reason}");
    let pid = fs::read_to_string(path.join("pid")).unwrap();
    assert!(!std::path::Path::new("/proc").join(pid.trim()).exists(), "it goes on");
    // Nothing of the commit is there, and the next one is none the worse for it.
    hook(&path, "pre-receive", "exit 0");
    store.deliver(&draft([change("f", None, Some("1"))])).unwrap();
}

#[test]
fn of_a_hook_that_says_much_the_first_and_the_last_is_told() {
    let (_folder, path) = bare();
    let mut store = open(at(&path));
    hook(&path, "pre-receive", "echo no manifests on Fridays; seq 1 20000; echo see the wiki; exit 1");
    let (_, reason) = refusal(store.deliver(&draft([change("f", None, Some("1"))])).unwrap_err());
    assert!(reason.starts_with("pre-receive hook declined: no manifests on Fridays; 1; 2; "), "{reason}");
    assert!(reason.ends_with("; 19999; 20000; see the wiki") && reason.len() < 1_000, "{reason}");
}

#[test]
fn a_repository_that_another_run_makes_meanwhile_is_found() {
    let folder = TempDir::new().unwrap();
    for time in 0..200 {
        let [ready, path] = ["ready", "r"].map(|name| folder.path().join(format!("{name}{time}.git")));
        laws::bare(&ready);
        std::thread::scope(|scope| {
            let other = scope.spawn(|| fs::rename(&ready, &path).unwrap());
            while !other.is_finished() {
                open(with(at(&path), |place| place.missing = WhenMissing::Create)).look().unwrap();
            }
        });
    }
}

/// What a store says of something that stands where it would write.
fn unwritten(path: &Path, in_the_way: &str, then: impl Fn(&mut dyn Store) -> Result<(), StoreError>) -> String {
    let way = path.join(in_the_way);
    fs::create_dir_all(way.parent().unwrap()).unwrap();
    fs::write(&way, "").unwrap();
    let mut store = open(at(path));
    match then(&mut store).unwrap_err() {
        error @ StoreError::Disk { .. } => error.to_string(),
        other => panic!("{in_the_way}: {other:?}"),
    }
}

#[test]
fn what_the_disk_does_not_take_is_told_as_that_whatever_is_written() {
    let write = |store: &mut dyn Store| store.deliver(&draft([change("f", None, Some("1"))])).map(drop);
    let lease = |store: &mut dyn Store| store.acquire(&lease(100), 1).map(drop);
    // The first folder of a blob, and those of references and of their logs.
    let blob = laws::id("1").0[..2].to_owned();
    let rows: [(String, Writes<'_>, &str); 4] = [
        (format!("objects/{blob}"), &write, "write the commit"),
        ("refs/plat/inventory".to_owned(), &write, "move the reference"),
        ("refs/plat/lease".to_owned(), &lease, "move the reference"),
        ("logs/refs/heads".to_owned(), &write, "move the reference"),
    ];
    for (way, then, doing) in rows {
        let (_folder, path) = bare();
        Repository::open(&path).unwrap().config().unwrap().set_str("core.logAllRefUpdates", "always").unwrap();
        let _ = fs::remove_dir_all(path.join(&way));
        let told = unwritten(&path, &way, then);
        assert!(told.starts_with(&format!("state: cannot {doing}: ")), "{way}: {told}");
        assert!(told.contains(path.to_str().unwrap()) && told.contains(": see what it is, and move it away"), "{told}");
        assert!(!told.contains("damaged"), "{told}");
        fs::remove_file(path.join(&way)).unwrap();
        then(&mut open(at(&path))).unwrap();
    }
}

#[test]
fn a_commit_that_the_disk_does_not_take_is_not_taken_for_written() {
    // What a commit is called is known from one like it.
    let (_twin, twin) = bare();
    let made = open(at(&twin)).deliver(&draft([change("f", None, Some("1"))])).unwrap().revision.unwrap();
    let (_folder, path) = bare();
    let told = unwritten(&path, &format!("objects/{}", &made[..2]), |store| {
        store.deliver(&draft([change("f", None, Some("1"))])).map(drop)
    });
    assert!(told.starts_with("state: cannot write the commit: "), "{told}");
    assert_eq!(references(&path), Vec::<String>::new());
}

#[test]
fn a_commit_after_the_year_2106_has_its_time() {
    let (_folder, path) = bare();
    let late = crate::store::Draft { time: 5_000_000_000, ..draft([change("f", None, Some("1"))]) };
    open(at(&path)).deliver(&late).unwrap();
    let repository = Repository::open(&path).unwrap();
    for reference in ["refs/heads/main", INVENTORY] {
        let tip = repository.find_reference(reference).unwrap().peel_to_commit().unwrap();
        assert_eq!((tip.time().seconds(), tip.author().when().seconds()), (5_000_000_000, 5_000_000_000));
    }
}

/// Copies a repository into another folder.
fn copied(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let place = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir_all(&place).unwrap();
            copied(&entry.path(), &place);
        } else {
            fs::copy(entry.path(), place).unwrap();
        }
    }
}

#[test]
fn a_repository_that_took_the_place_of_the_one_that_was_opened_is_not_written() {
    let then: [Writes<'_>; 4] = [
        &|store| store.deliver(&draft([change("f", Some("1"), Some("2"))])).map(drop),
        // Another run's, so that the reference has to move.
        &|store| store.acquire(&Lease { run: "2".to_owned(), ..lease(900) }, 500).map(drop),
        &|store| laws::propose(store, &draft([change("f", Some("1"), Some("2"))]), "plat/demo/x").map(drop),
        &|store| store.release("1"),
    ];
    for (number, then) in then.iter().enumerate() {
        let (folder, path) = bare();
        let mut store = open(at(&path));
        store.deliver(&draft([change("f", None, Some("1"))])).unwrap();
        store.acquire(&lease(100), 1).unwrap();
        let mut store = open(at(&path));
        store.look().unwrap();
        fs::rename(&path, folder.path().join("away")).unwrap();
        fs::create_dir(&path).unwrap();
        copied(&folder.path().join("away"), &path);
        let before = walk(&path);
        let error = then(&mut store).unwrap_err();
        assert!(error.to_string().contains("is no longer the repository that was opened"), "{error}");
        assert_eq!(walk(&path), before, "{number}");
        assert_eq!(walk(&folder.path().join("away")).len(), before.len(), "{number}");
    }
}

/// All files below a folder, with what is in them.
fn walk(folder: &Path) -> std::collections::BTreeMap<std::path::PathBuf, Vec<u8>> {
    let mut files = std::collections::BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            files.extend(
                walk(&entry.path()).into_iter().map(|(path, text)| (Path::new(&entry.file_name()).join(path), text)),
            );
        } else {
            files.insert(entry.file_name().into(), fs::read(entry.path()).unwrap());
        }
    }
    files
}
