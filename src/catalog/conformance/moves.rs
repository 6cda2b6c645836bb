//! Objects that get another name.

use super::*;

/// The write that also gives the object its name.
fn moved(from: &str, mut operation: GuardedChange) -> GuardedChange {
    if let Change::Write { from: place, .. } = &mut operation.change {
        *place = Some(address(from));
    }
    operation
}

const B: &str = "entity:component:b";

pub(crate) fn a_moved_object_keeps_what_others_wrote(catalog: &mut dyn Catalog) {
    let operations = [write(A, "{}", r#"{"title":"A","properties":{"x":1}}"#)];
    catalog.apply(&Batch { time: 7, ..batch("demo", &operations) }).unwrap();
    apply(catalog, "other", &[write(A, "{}", r#"{"icon":"i","properties":{"theirs":2}}"#)]);
    let before = r#"{"title":"A","properties":{"x":1}}"#;
    let operations = [moved(A, write(B, before, r#"{"title":"B","properties":{"x":1}}"#))];
    assert_eq!(catalog.apply(&Batch { time: 9, ..batch("demo", &operations) }).unwrap(), [Outcome::Done]);
    assert_eq!(body(catalog, A), None);
    assert_eq!(body(catalog, B), Some(map(r#"{"icon":"i","title":"B","properties":{"theirs":2,"x":1}}"#)));
    assert_eq!(catalog.times(&[address(B)]).unwrap(), [Some(Times { created: 7, updated: 9 })]);
    assert_eq!(written(catalog, "demo", B), r#"{"properties":{"x":1},"title":"B"}"#);
    assert!(entry(catalog, "demo", B).unwrap().owner.is_some());
    assert_eq!(entry(catalog, "demo", A), None);
    // What another project knows of the old name stays with it: nothing of its is deleted in its name.
    assert!(entry(catalog, "other", A).is_some_and(|entry| entry.live.is_none() && entry.owner.is_some()));
    assert!(entry(catalog, "other", B).is_some_and(|entry| entry.owner.is_none()));
}

pub(crate) fn a_move_carried_out_twice_does_nothing_the_second_time(catalog: &mut dyn Catalog) {
    apply(catalog, "demo", &[write(A, "{}", TITLED)]);
    let operations = [moved(A, write(B, TITLED, TITLED))];
    assert_eq!(apply(catalog, "demo", &operations), [Outcome::Done]);
    let once = everything(catalog, "demo");
    assert_eq!(apply(catalog, "demo", &operations), [Outcome::Already]);
    assert_eq!(everything(catalog, "demo"), once);
}

pub(crate) fn a_move_onto_another_object_is_a_conflict(catalog: &mut dyn Catalog) {
    apply(catalog, "demo", &[write(A, "{}", TITLED)]);
    apply(catalog, "other", &[write(B, "{}", "{}")]);
    let before = everything(catalog, "demo");
    assert_eq!(refused(catalog, "demo", &[moved(A, write(B, "{}", TITLED))]), (B.into(), None));
    assert_eq!(everything(catalog, "demo"), before);
}

pub(crate) fn a_move_of_what_is_gone_makes_it_where_it_is_whole(catalog: &mut dyn Catalog) {
    apply(catalog, "demo", &[write(A, "{}", TITLED)]);
    apply(catalog, "other", &[delete(A, TITLED)]);
    assert_eq!(refused(catalog, "demo", &[moved(A, write(B, TITLED, TITLED))]).0, B);
    assert_eq!(apply(catalog, "demo", &[moved(A, write(B, "{}", TITLED))]), [Outcome::Done]);
    assert_eq!(body(catalog, B), Some(map(TITLED)));
    assert_eq!(entry(catalog, "demo", A), None);
}
