//! What stands where a file should be.

use super::*;

pub(super) fn a_file_takes_the_place_of_a_folder_and_back(fixture: &Fixture<'_>, name: &str) {
    let somebody = fixture.somebody(name);
    let mut store = fixture.open(name);
    store.deliver(&draft([fixture.change("x", None, Some("1"))])).unwrap();
    store.deliver(&draft([fixture.change("x", Some("1"), None), fixture.change("x/y", None, Some("2"))])).unwrap();
    assert_eq!(observed(&mut *store, &[]), [("x/y".to_owned(), fixture.state(Some("2"), Some("2")))]);
    let FileState { live, obstacle, .. } = store.observe(&["x"]).unwrap().files.remove("x").unwrap();
    let folder = obstacle.unwrap();
    assert_eq!((live, folder.kind, folder.own.as_slice()), (None, ObstacleKind::Folder, ["x/y".to_owned()].as_slice()));
    assert!(folder.goes_with(|path| path == "x/y") && !folder.goes_with(|_| false));
    let back = draft([fixture.change("x", None, Some("3")), fixture.change("x/y", Some("2"), None)]);
    somebody.writes(&[("clusters/prod/x/theirs", Some("keep"))]);
    store.observe(&["x"]).unwrap();
    let taken = store.deliver(&back).unwrap_err();
    assert!(matches!(&taken, StoreError::Obstructed { path, .. } if path == "x"), "{taken}");
    somebody.writes(&[("clusters/prod/x/theirs", None)]);
    store.observe(&["x"]).unwrap();
    store.deliver(&back).unwrap();
    assert_eq!(observed(&mut *store, &[]), [("x".to_owned(), fixture.state(Some("3"), Some("3")))]);
}

/// A change that may take away what is in its way.
fn replacing(change: FileChange, obstacle: &Obstacle) -> FileChange {
    let replaces = Some(Replaced { path: obstacle.path.clone(), id: obstacle.id.clone() });
    FileChange { replaces, ..change }
}

pub(super) fn what_is_in_the_way_is_told_and_goes_only_where_it_may(fixture: &Fixture<'_>, name: &str) {
    let somebody = fixture.somebody(name);
    somebody.writes(&[("clusters/prod/a", Some("theirs")), ("clusters/prod/b/c/d", Some("theirs"))]);
    let mut store = fixture.open(name);
    for (path, at, kind) in [("a/x/f", "a", ObstacleKind::File), ("b/c", "b/c", ObstacleKind::Folder)] {
        let state = store.observe(&[path]).unwrap().files.remove(path).unwrap();
        let obstacle = state.obstacle.unwrap();
        assert_eq!((state.live, obstacle.kind, obstacle.others, obstacle.own.len()), (None, kind, 1, 0));
        assert!(obstacle.path.ends_with(at) && obstacle.other_owner.is_none(), "{obstacle}");
        let new = fixture.change(path, None, Some("ours"));
        let before = somebody.sees();
        let other = Obstacle { id: (fixture.id)("theirs too"), ..obstacle.clone() };
        for change in [new.clone(), replacing(new.clone(), &other)] {
            let refused = draft([change, change_of_nothing(fixture)]);
            for error in [store.rehearse(&refused), store.deliver(&refused).map(drop)] {
                let error = error.unwrap_err();
                assert!(matches!(&error, StoreError::Obstructed { path: at, .. } if at == path), "{error}");
            }
        }
        assert_eq!(somebody.sees(), before);
        let taken = draft([replacing(new, &obstacle)]);
        store.rehearse(&taken).unwrap();
        assert_eq!(somebody.sees(), before);
        store.deliver(&taken).unwrap();
        assert_eq!(observed(&mut *store, &[path]).pop().unwrap().1, state_of_ours(fixture));
    }
    assert_eq!(somebody.sees().len(), 2);
}

fn change_of_nothing(fixture: &Fixture<'_>) -> FileChange {
    fixture.change("elsewhere", None, Some("not written"))
}

fn state_of_ours(fixture: &Fixture<'_>) -> FileState {
    fixture.state(Some("ours"), Some("ours"))
}

pub(super) fn what_another_project_has_in_the_way_is_told(fixture: &Fixture<'_>, name: &str) {
    let mut theirs = (fixture.open)(name, "theirs");
    theirs.deliver(&draft([fixture.change("a", None, Some("1")), fixture.change("b/c", None, Some("1"))])).unwrap();
    for path in ["a/f", "b"] {
        let obstacle = fixture.open(name).observe(&[path]).unwrap().files[path].obstacle.clone().unwrap();
        assert_eq!(obstacle.other_owner.as_deref(), Some("theirs"), "{obstacle}");
    }
}
