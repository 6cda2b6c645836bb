//! Whose files they are, and for which requests they were delivered.

use super::*;

pub(super) fn a_file_that_is_already_as_wanted_is_adopted_without_a_revision(fixture: &Fixture<'_>, name: &str) {
    let somebody = fixture.somebody(name);
    let theirs = somebody.writes(&[("clusters/prod/f", Some("1"))]);
    let mut store = fixture.open(name);
    assert_eq!(observed(&mut *store, &["f"]), [("f".to_owned(), fixture.state(Some("1"), None))]);
    let receipt = store.deliver(&draft([fixture.change("f", Some("1"), Some("1"))])).unwrap();
    assert_eq!((receipt.revision, receipt.changed), (None, 0));
    assert_eq!(observed(&mut *store, &[]), [("f".to_owned(), fixture.state(Some("1"), Some("1")))]);
    assert_eq!(somebody.log(), [(theirs, "by hand".to_owned())]);
}

pub(super) fn a_file_that_is_gone_but_still_listed_is_let_go(fixture: &Fixture<'_>, name: &str) {
    let somebody = fixture.somebody(name);
    let mut store = fixture.open(name);
    store.deliver(&draft([fixture.change("f", None, Some("1")), fixture.change("g", None, Some("2"))])).unwrap();
    let theirs = somebody.writes(&[("clusters/prod/f", None)]);
    assert_eq!(observed(&mut *store, &[])[0], ("f".to_owned(), fixture.state(None, Some("1"))));
    let receipt = store.deliver(&draft([fixture.change("f", None, None)])).unwrap();
    assert_eq!((receipt.changed, somebody.log()[0].0.clone()), (0, theirs));
    assert_eq!(observed(&mut *store, &[]), [("g".to_owned(), fixture.state(Some("2"), Some("2")))]);
}

pub(super) fn a_file_that_is_let_go_stays(fixture: &Fixture<'_>, name: &str) {
    let mut store = fixture.open(name);
    store.deliver(&draft([fixture.change("f", None, Some("1"))])).unwrap();
    let kept = FileChange { owned: false, ..fixture.change("f", Some("1"), Some("1")) };
    assert_eq!(store.deliver(&draft([kept])).unwrap().changed, 0);
    assert_eq!(observed(&mut *store, &["f"]), [("f".to_owned(), fixture.state(Some("1"), None))]);
}

pub(super) fn a_comparison_leaves_out_nothing_but_what_is_as_wanted(fixture: &Fixture<'_>, name: &str) {
    let mut theirs = (fixture.open)(name, "theirs");
    let mut store = fixture.open(name);
    let written =
        ["a/b/same", "a/b/other", "a/c/same", "a/c/gone", "d/same", "d/too", "e", "f/no", "g/theirs", "h/i/same"];
    store.observe(&written).unwrap();
    store.deliver(&draft(written.map(|path| fixture.change(path, None, Some("1"))))).unwrap();
    // Somebody else changes one, takes one away, and another project says that one is its own.
    let somebody = fixture.somebody(name);
    somebody.writes(&[("clusters/prod/a/b/other", Some("2")), ("clusters/prod/a/c/gone", None), ("others", Some("1"))]);
    theirs.observe(&["g/theirs"]).unwrap();
    theirs.deliver(&draft([fixture.change("g/theirs", Some("1"), Some("1"))])).unwrap();
    let wanted =
        ["a/b/same", "a/b/other", "a/c/same", "a/c/gone", "d/same", "d/too", "e", "g/theirs", "h/i/same", "new/j"];
    let wanted = wanted.map(|path| (path, (fixture.id)(if path == "d/too" { "2" } else { "1" })));
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

pub(super) fn projects_do_not_own_each_others_files(fixture: &Fixture<'_>, name: &str) {
    let (mut ours, mut theirs) = ((fixture.open)(name, "ours"), (fixture.open)(name, "theirs"));
    ours.deliver(&draft([fixture.change("f", None, Some("1"))])).unwrap();
    theirs.observe(&[]).unwrap();
    theirs.deliver(&draft([fixture.change("g", None, Some("2"))])).unwrap();
    assert_eq!(
        observed(&mut *ours, &["g"]),
        [
            ("f".to_owned(), fixture.state(Some("1"), Some("1"))),
            ("g".to_owned(), of("theirs", fixture.state(Some("2"), None)))
        ]
    );
    assert_eq!(observed(&mut *theirs, &[]), [("g".to_owned(), fixture.state(Some("2"), Some("2")))]);
}

pub(super) fn every_file_is_listed_whoever_put_it_there(fixture: &Fixture<'_>, name: &str) {
    let mut store = fixture.open(name);
    store.observe(&[]).unwrap();
    assert_eq!(store.paths().unwrap(), [""; 0]);
    store.deliver(&draft([fixture.change("a/f", None, Some("1"))])).unwrap();
    (fixture.open)(name, "theirs").deliver(&draft([fixture.change("g", None, Some("2"))])).unwrap();
    store.observe(&[]).unwrap();
    let mut paths = store.paths().unwrap();
    paths.sort();
    assert_eq!(paths, ["a/f", "g"]);
}

pub(super) fn a_file_that_is_taken_from_another_project_changes_hands(fixture: &Fixture<'_>, name: &str) {
    let (mut ours, mut theirs) = ((fixture.open)(name, "ours"), (fixture.open)(name, "theirs"));
    theirs.deliver(&draft([fixture.change("a/f", None, Some("1")), fixture.change("a/g", None, Some("2"))])).unwrap();
    assert_eq!(observed(&mut *ours, &["a/f"]), [("a/f".to_owned(), of("theirs", fixture.state(Some("1"), None)))]);
    let take =
        |after| FileChange { taken_from: Some("theirs".to_owned()), ..fixture.change("a/f", Some("1"), Some(after)) };
    assert_eq!(ours.deliver(&draft([take("ours")])).unwrap().changed, 1);
    assert_eq!(observed(&mut *ours, &[]), [("a/f".to_owned(), fixture.state(Some("ours"), Some("ours")))]);
    let after = [
        ("a/f".to_owned(), of("ours", fixture.state(Some("ours"), None))),
        ("a/g".to_owned(), fixture.state(Some("2"), Some("2"))),
    ];
    assert_eq!(observed(&mut *theirs, &["a/f"]), after);
    let back = FileChange { taken_from: Some("ours".to_owned()), ..fixture.change("a/f", Some("ours"), Some("ours")) };
    let receipt = theirs.deliver(&draft([back])).unwrap();
    assert_eq!((receipt.revision, receipt.changed), (None, 0));
    assert_eq!(observed(&mut *ours, &["a/f"]), [("a/f".to_owned(), of("theirs", fixture.state(Some("ours"), None)))]);
    assert_eq!(fixture.somebody(name).log().len(), 2);
}

pub(super) fn what_was_last_written_can_be_read_again(fixture: &Fixture<'_>, name: &str) {
    let mut store = fixture.open(name);
    store.deliver(&draft([fixture.change("a/f", None, Some("1"))])).unwrap();
    fixture.somebody(name).writes(&[("clusters/prod/a/f", Some("theirs")), ("clusters/prod/g", Some("g"))]);
    store.observe(&["g"]).unwrap();
    assert_eq!(store.read("a/f").unwrap().as_deref(), Some(b"theirs".as_slice()));
    assert_eq!(store.written("a/f").unwrap().as_deref(), Some(b"1".as_slice()));
    assert_eq!((store.written("g").unwrap(), store.written("../f").unwrap()), (None, None));
}

pub(super) fn what_was_delivered_for_a_request_is_remembered(fixture: &Fixture<'_>, name: &str) {
    let holding = |name: &str, files: &[&str]| Holding {
        request: Address::below(Kind::Request, "db".into(), name.into()),
        destination: "east".into(),
        lifecycle: Lifecycle { protect: name == "kept", ..Lifecycle::default() },
        files: files.iter().map(|path| (*path).to_owned()).collect(),
    };
    let delivered = |changes: &[FileChange], holdings: &[Holding]| {
        let mut store = (fixture.open)(name, "demo");
        store.deliver(&Draft { holdings: holdings.to_vec(), ..draft(changes.to_vec()) }).unwrap()
    };
    let remembered = |project: &str| (fixture.open)(name, project).look().unwrap().to_vec();
    let (kept, other) = (holding("kept", &["a", "b"]), holding("other", &["c"]));
    let files = ["a", "b", "c"].map(|path| fixture.change(path, None, Some("1")));
    delivered(&files, &[other.clone(), kept.clone()]);
    assert_eq!(remembered("demo"), [kept.clone(), other]);
    assert_eq!(remembered("else"), [], "each project remembers its own");
    // One that says nothing of some requests leaves them, and one without files ends.
    let gone = holding("other", &[]);
    delivered(&[fixture.change("c", Some("1"), None)], &[gone]);
    assert_eq!(remembered("demo"), [kept]);
    // What is remembered may change where no file does: that makes no revision.
    let unprotected = Holding { lifecycle: Lifecycle::default(), ..holding("kept", &["a", "b"]) };
    assert_eq!(delivered(&[], std::slice::from_ref(&unprotected)).revision, None);
    assert_eq!(remembered("demo"), [unprotected]);
    // What another project takes over is remembered here no longer.
    let taking = FileChange { taken_from: Some("demo".to_owned()), ..fixture.change("a", Some("1"), Some("1")) };
    (fixture.open)(name, "else").deliver(&draft([taking])).unwrap();
    assert_eq!(remembered("demo"), [Holding { lifecycle: Lifecycle::default(), ..holding("kept", &["b"]) }]);
}
