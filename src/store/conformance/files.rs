//! Files come, change and go, and nothing else does.

use super::*;

pub(super) fn an_empty_store_takes_a_first_delivery(fixture: &Fixture<'_>, name: &str) {
    let mut store = fixture.open(name);
    let empty = store.observe(&["a/b.yaml"]).unwrap();
    assert_eq!((empty.revision, empty.files.get("a/b.yaml")), (None, Some(&FileState::default())));
    let receipt = store
        .deliver(&draft([fixture.change("a/b.yaml", None, Some("b")), fixture.change("c.yaml", None, Some("c"))]))
        .unwrap();
    assert_eq!(receipt.changed, 2);
    let now = fixture.open(name).observe(&["a/b.yaml", "other"]).unwrap();
    assert_eq!(now.revision, receipt.revision);
    let expected = [
        ("a/b.yaml", fixture.state(Some("b"), Some("b"))),
        ("c.yaml", fixture.state(Some("c"), Some("c"))),
        ("other", FileState::default()),
    ];
    assert_eq!(now.files.into_iter().collect::<Vec<_>>(), expected.map(|(path, state)| (path.to_owned(), state)));
    let subjects: Vec<_> = fixture.somebody(name).log().into_iter().map(|(_, subject)| subject).collect();
    assert_eq!(subjects, ["plat: apply demo"]);
    store.observe(&[]).unwrap();
    assert_eq!(store.read("a/b.yaml").unwrap().as_deref(), Some(b"b".as_slice()));
    assert_eq!(store.read("nothing").unwrap(), None);
    assert_eq!(store.content_id(b"b"), (fixture.id)("b"));
}

pub(super) fn the_same_delivery_again_changes_nothing(fixture: &Fixture<'_>, name: &str) {
    let wanted = draft([fixture.change("f", None, Some("1"))]);
    let mut store = fixture.open(name);
    store.observe(&[]).unwrap();
    store.deliver(&wanted).unwrap();
    let receipt = store.deliver(&wanted).unwrap();
    assert_eq!((receipt.revision, receipt.changed, receipt.attempts), (None, 0, 0));
    assert_eq!(fixture.open(name).deliver(&wanted).unwrap().changed, 0);
    assert_eq!(fixture.somebody(name).log().len(), 1);
}

pub(super) fn what_somebody_else_wrote_in_between_is_kept(fixture: &Fixture<'_>, name: &str) {
    let somebody = fixture.somebody(name);
    let mut store = fixture.open(name);
    store.deliver(&draft([fixture.change("f", None, Some("1"))])).unwrap();
    store.observe(&["f"]).unwrap();
    let theirs = somebody.writes(&[("theirs/run.sh", Some("x")), ("clusters/prod/theirs", Some("y"))]);
    let receipt = store
        .deliver(&draft([fixture.change("f", Some("1"), Some("2")), fixture.change("g", None, Some("3"))]))
        .unwrap();
    assert_eq!(receipt.changed, 2);
    let log = somebody.log();
    assert_eq!((log.len(), log[1].0.clone(), Some(log[0].0.clone())), (3, theirs, receipt.revision));
    let file =
        |path: &str, executable, content: &str| Seen { path: path.to_owned(), executable, content: content.to_owned() };
    let expected = [
        file("clusters/prod/f", false, "2"),
        file("clusters/prod/g", false, "3"),
        file("clusters/prod/theirs", true, "y"),
        file("theirs/run.sh", true, "x"),
    ];
    assert_eq!(somebody.sees(), expected);
}

pub(super) fn a_file_that_somebody_else_changed_is_a_conflict_and_nothing_is_written(
    fixture: &Fixture<'_>,
    name: &str,
) {
    let somebody = fixture.somebody(name);
    let mut store = fixture.open(name);
    store.deliver(&draft([fixture.change("f", None, Some("1"))])).unwrap();
    store.observe(&["f", "g"]).unwrap();
    let theirs = somebody.writes(&[("clusters/prod/f", Some("theirs"))]);
    let error = store
        .deliver(&draft([fixture.change("e", None, Some("0")), fixture.change("f", Some("1"), Some("2"))]))
        .unwrap_err();
    assert!(matches!(&error, StoreError::Conflict { path, .. } if path == "f"), "{error}");
    assert_eq!(somebody.log()[0].0, theirs);
    let expected = [("e".to_owned(), FileState::default()), ("f".to_owned(), fixture.state(Some("theirs"), Some("1")))];
    assert_eq!(observed(&mut *store, &["e"]), expected);
    let error = store.deliver(&draft([fixture.change("f", None, None)])).unwrap_err();
    assert!(matches!(error, StoreError::Conflict { .. }), "{error}");
}

pub(super) fn a_deleted_file_goes_with_its_folder_and_is_owned_no_more(fixture: &Fixture<'_>, name: &str) {
    let somebody = fixture.somebody(name);
    somebody.writes(&[("README", Some("theirs"))]);
    let mut store = fixture.open(name);
    store.deliver(&draft([fixture.change("a/b/c", None, Some("1")), fixture.change("a/d", None, Some("2"))])).unwrap();
    assert_eq!(store.deliver(&draft([fixture.change("a/b/c", Some("1"), None)])).unwrap().changed, 1);
    assert_eq!(
        observed(&mut *store, &["a/b"]),
        [("a/b".to_owned(), FileState::default()), ("a/d".to_owned(), fixture.state(Some("2"), Some("2")))]
    );
    store.deliver(&draft([fixture.change("a/d", Some("2"), None)])).unwrap();
    let paths: Vec<_> = somebody.sees().into_iter().map(|file| file.path).collect();
    assert_eq!(paths, ["README"]);
    assert_eq!(observed(&mut *store, &[]), []);
}

pub(super) fn a_deletion_of_what_is_gone_needs_nothing(fixture: &Fixture<'_>, name: &str) {
    let mut store = fixture.open(name);
    store.deliver(&draft([fixture.change("f", None, Some("1")), fixture.change("g", None, Some("1"))])).unwrap();
    fixture.somebody(name).writes(&[("clusters/prod/f", None)]);
    fixture.somebody(name).writes(&[("clusters/prod/f/theirs", Some("1"))]);
    assert_eq!(observed(&mut *store, &[]).remove(0).1.live, None);
    assert_eq!(store.deliver(&draft([fixture.change("f", None, None)])).unwrap().changed, 0);
    assert_eq!(observed(&mut *store, &[]).len(), 1);
    assert_eq!(fixture.somebody(name).sees().len(), 2);
}

pub(super) fn many_files_are_delivered_at_once(fixture: &Fixture<'_>, name: &str) {
    let somebody = fixture.somebody(name);
    somebody.writes(&[("theirs", Some("1"))]);
    let mut store = fixture.open(name);
    let path = |number: u32| format!("ns{}/file-{number}.yaml", number % 7);
    let first = (0..300).map(|number| fixture.change(&path(number), None, Some(&format!("number: {number}\n"))));
    assert_eq!(store.deliver(&draft(first)).unwrap().changed, 300);
    let second = (0..300).map(|number| fixture.change(&path(number), Some(&format!("number: {number}\n")), None));
    assert_eq!(observed(&mut *store, &[]).len(), 300);
    assert_eq!(somebody.sees().len(), 301);
    assert_eq!(store.deliver(&draft(second)).unwrap().changed, 300);
    assert_eq!((observed(&mut *store, &[]).len(), somebody.sees().len()), (0, 1));
}

pub(super) fn a_path_that_no_store_can_hold_is_refused(fixture: &Fixture<'_>, name: &str) {
    let mut store = fixture.open(name);
    for path in ["../f", "", "/f", "a//b", ".git/hooks/x", "a\0b"] {
        assert_eq!(store.observe(&[path]).unwrap().files[path], FileState::default());
        let error = store.deliver(&draft([fixture.change(path, None, Some("1"))])).unwrap_err();
        assert!(matches!(error, StoreError::Path { .. }), "{error}");
    }
    let twice = store
        .deliver(&draft([fixture.change("f", None, Some("1")), fixture.change("f", None, Some("2"))]))
        .unwrap_err();
    assert!(matches!(twice, StoreError::Path { .. }), "{twice}");
    assert!(fixture.somebody(name).log().is_empty());
}
