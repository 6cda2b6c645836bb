//! From whom what projects own came to them.

use super::*;

const B: &str = "entity:service:b";
const TITLE: &str = r#"{"title":"A"}"#;

/// What a project takes from another one, at a time.
fn takes(catalog: &mut dyn Catalog, (project, owner): (&str, &str), at: i64, text: &str) -> Vec<Outcome> {
    let operations = [taking(write(text, TITLE, TITLE), owner)];
    catalog.apply(&Batch { time: at, ..batch(project, &operations) }).unwrap()
}

/// From whom an object came to a project: each way with its time.
fn came_by(catalog: &dyn Catalog, project: &str, text: &str) -> Vec<(i64, String)> {
    let known = catalog.hand_overs(project, &[address(text)]).unwrap().remove(0);
    known.into_iter().map(|one| (one.at, format!("{} to {}", one.from, one.to))).collect()
}

fn ways(all: &[(i64, &str)]) -> Vec<(i64, String)> {
    all.iter().map(|(at, way)| (*at, (*way).to_owned())).collect()
}

pub(crate) fn what_is_taken_says_from_whom_it_came(catalog: &mut dyn Catalog) {
    assert_eq!(came_by(catalog, "demo", A), []);
    apply(catalog, "demo", &[make(A, &map(TITLE)), write(B, "{}", TITLE)]);
    assert_eq!((came_by(catalog, "demo", A), came_by(catalog, "demo", B)), (vec![], vec![]));
    let once = ways(&[(5, "demo to other")]);
    assert_eq!(takes(catalog, ("other", "demo"), 5, A), [Outcome::Done]);
    assert_eq!((came_by(catalog, "other", A), came_by(catalog, "demo", A)), (once.clone(), vec![]));
    // Done again, it is done.
    assert_eq!(takes(catalog, ("other", "demo"), 6, A), [Outcome::Already]);
    assert_eq!(came_by(catalog, "other", A), once);
    // What changes of it, and another name, change nothing of that.
    apply(catalog, "other", &[write(A, TITLE, r#"{"title":"B"}"#)]);
    apply(catalog, "other", &[write(A, r#"{"title":"B"}"#, TITLE)]);
    let mut moved = write("team:a", TITLE, TITLE);
    if let Change::Write { from, .. } = &mut moved.change {
        *from = Some(address(A));
    }
    apply(catalog, "other", &[moved]);
    assert_eq!((came_by(catalog, "other", "team:a"), came_by(catalog, "other", A)), (once, vec![]));
    let asked = [B, "team:a", "team:none"].map(address);
    let known = catalog.hand_overs("other", &asked).unwrap();
    assert_eq!(known.iter().map(crate::model::HandOvers::is_empty).collect::<Vec<_>>(), [true, false, true]);
}

pub(crate) fn the_ways_of_an_object_go_on_with_it(catalog: &mut dyn Catalog) {
    apply(catalog, "demo", &[write(A, "{}", TITLE)]);
    for (at, project, owner) in [(5, "other", "demo"), (6, "demo", "other"), (7, "third", "demo"), (8, "demo", "third")]
    {
        takes(catalog, (project, owner), at, A);
    }
    let all = ways(&[(5, "demo to other"), (6, "other to demo"), (7, "demo to third"), (8, "third to demo")]);
    assert_eq!(came_by(catalog, "demo", A), all);
    // Of each way the last time counts.
    takes(catalog, ("other", "demo"), 9, A);
    let all = ways(&[(6, "other to demo"), (7, "demo to third"), (8, "third to demo"), (9, "demo to other")]);
    assert_eq!(came_by(catalog, "other", A), all);
    // From one of two owners it comes to the other one.
    apply(catalog, "third", &[write(A, TITLE, TITLE)]);
    takes(catalog, ("third", "other"), 10, A);
    assert_eq!(came_by(catalog, "third", A), [all, ways(&[(10, "other to third")])].concat());
}

pub(crate) fn what_comes_again_came_from_nobody(catalog: &mut dyn Catalog) {
    let gone = [forget(A), delete(A, TITLE)];
    for operation in gone {
        apply(catalog, "demo", &[write(A, "{}", TITLE)]);
        takes(catalog, ("other", "demo"), 5, A);
        apply(catalog, "other", &[operation]);
        for operation in [write(A, "{}", TITLE), make(A, &map(TITLE))] {
            assert_eq!(came_by(catalog, "other", A), []);
            apply(catalog, "other", &[operation]);
            assert_eq!(came_by(catalog, "other", A), []);
        }
        apply(catalog, "other", &[delete(A, TITLE)]);
    }
}
