//! Nothing is written over what the writer did not see.

use super::*;

pub(crate) fn a_conflict_undoes_the_whole_batch(catalog: &mut dyn Catalog) {
    apply(catalog, "demo", &[write(A, "{}", TITLED), write("team:t", "{}", "{}")]);
    let before = everything(catalog, "demo");
    let operations = [
        write("entity:service:b", "{}", TITLED),
        write("team:t", "{}", r#"{"title":"T"}"#),
        delete("team:t", r#"{"title":"T"}"#),
        write(A, r#"{"title":"Z"}"#, r#"{"title":"Y"}"#),
        write("entity:service:c", "{}", TITLED),
    ];
    let levels = [LevelChange::Set(LevelRecord { scorecard: "s".into(), entity: address(A), level: None })];
    let with_levels = Batch {
        project: "demo",
        name: "demo",
        time: 9,
        message: "Change it",
        operations: &operations,
        levels: &levels,
        alone: false,
    };
    assert!(matches!(catalog.apply(&with_levels), Err(CatalogError::Conflict { .. })));
    assert_eq!(everything(catalog, "demo"), before);
}

pub(crate) fn a_field_is_guarded_by_what_was_seen(catalog: &mut dyn Catalog) {
    apply(catalog, "demo", &[write(A, "{}", r#"{"title":"A","properties":{"x":1}}"#)]);
    // It has another value; it is there and should not be; it is not there and should be.
    let other = write(A, r#"{"properties":{"x":2}}"#, r#"{"properties":{"x":3}}"#);
    assert_eq!(refused(catalog, "demo", &[other]), (A.into(), Some("properties.x".into())));
    let surplus = write(A, "{}", r#"{"title":"B"}"#);
    assert_eq!(refused(catalog, "demo", &[surplus]), (A.into(), Some("title".into())));
    let missing = write(A, r#"{"icon":"i"}"#, r#"{"icon":"j"}"#);
    assert_eq!(refused(catalog, "demo", &[missing]), (A.into(), Some("icon".into())));
    let removed = write(A, r#"{"title":"B"}"#, "{}");
    assert_eq!(refused(catalog, "demo", &[removed]), (A.into(), Some("title".into())));
    // It is already what it should be, whatever was seen.
    let already = write(A, r#"{"title":"Z"}"#, r#"{"title":"A"}"#);
    apply(catalog, "demo", &[already]);
    assert_eq!(body(catalog, A), Some(map(r#"{"title":"A","properties":{"x":1}}"#)));
}

pub(crate) fn a_batch_carried_out_twice_does_nothing_the_second_time(catalog: &mut dyn Catalog) {
    apply(catalog, "demo", &[write("team:old", "{}", "{}"), write("team:lost", "{}", "{}"), write(A, "{}", TITLED)]);
    let operations = [
        write("blueprint:b", "{}", TITLED),
        write("team:empty", "{}", "{}"),
        write(A, TITLED, r#"{"title":"B","properties":{"y":2}}"#),
        delete("team:old", "{}"),
        forget("team:lost"),
    ];
    assert_eq!(apply(catalog, "demo", &operations), [Outcome::Done; 5]);
    let once = everything(catalog, "demo");
    let later = Batch { time: 99, ..batch("demo", &operations) };
    assert_eq!(catalog.apply(&later).unwrap(), [Outcome::Already; 5]);
    assert_eq!(everything(catalog, "demo"), once);
}

pub(crate) fn an_object_is_not_made_of_what_was_left_to_change(catalog: &mut dyn Catalog) {
    let partial = |fields| {
        let change = Change::Write {
            fields,
            owned: owned(&map(TITLED)),
            base: digest_of(&map(TITLED)),
            lifecycle: None,
            from: None,
            taken_from: None,
            declared: None,
        };
        [GuardedChange { address: address(A), change }]
    };
    let title = FieldChange { path: "title".into(), before: None, after: Some(Value::string("A")) };
    assert_eq!(refused(catalog, "demo", &partial(vec![title])), (A.into(), Some("properties.x".into())));
    assert_eq!(refused(catalog, "demo", &partial(vec![])), (A.into(), Some("properties.x".into())));
    assert_eq!(catalog.observe("demo").unwrap().entries, []);
}

pub(crate) fn a_deletion_is_guarded_by_the_body(catalog: &mut dyn Catalog) {
    apply(catalog, "demo", &[write(A, "{}", TITLED)]);
    assert_eq!(refused(catalog, "demo", &[delete(A, "{}")]), (A.into(), None));
    assert_eq!(body(catalog, A), Some(map(TITLED)));
    assert_eq!(apply(catalog, "demo", &[delete(A, TITLED)]), [Outcome::Done]);
    assert_eq!(body(catalog, A), None);
    assert_eq!(catalog.observe("demo").unwrap().entries, []);
}

pub(crate) fn a_gone_object_is_deleted_already(catalog: &mut dyn Catalog) {
    apply(catalog, "demo", &[write(A, "{}", TITLED)]);
    apply(catalog, "other", &[delete(A, TITLED)]);
    assert!(entry(catalog, "demo", A).is_some_and(|entry| entry.live.is_none() && entry.owner.is_some()));
    assert_eq!(apply(catalog, "demo", &[delete(A, TITLED)]), [Outcome::Already]);
    assert_eq!(catalog.observe("demo").unwrap().entries, []);
}

pub(crate) fn operations_see_those_before_them(catalog: &mut dyn Catalog) {
    let operations = [
        write(A, "{}", r#"{"title":"A"}"#),
        write(A, r#"{"title":"A"}"#, r#"{"title":"B"}"#),
        delete(A, r#"{"title":"B"}"#),
        write(A, "{}", r#"{"title":"C"}"#),
    ];
    assert_eq!(apply(catalog, "demo", &operations), [Outcome::Done; 4]);
    assert_eq!(body(catalog, A), Some(map(r#"{"title":"C"}"#)));
}
