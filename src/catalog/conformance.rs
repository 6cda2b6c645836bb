//! What every catalog must do, as tests that are generic over it: `conforms!(|law| law(&mut catalog))` in the tests
//! of an implementation, where the closure makes an empty catalog and hands it to the law.

use super::{
    Batch, Catalog, CatalogError, Change, Entry, FieldChange, KEPT_RUNS, LevelChange, LevelRecord, Operation, Outcome,
    Owned, OwnedFields, RunRecord, Times,
};
use crate::model::{
    Address, Deletion, Digest, Kind, Lease, Leased, Lifecycle, Map, Object, OnDrift, Value, fields, parse_json,
    write_json,
};
use crate::source::{FileId, Span, Spanned};
use std::sync::Arc;

/// Makes a test of each law.
macro_rules! conforms {
    (|$law:ident| $run:expr) => {
        $crate::catalog::conformance::conforms!(@each |$law| $run;
            what_is_written_is_read,
            an_empty_catalog_is_empty,
            what_is_observed_is_in_the_order_of_addresses,
            what_is_observed_is_everything,
            fields_of_others_stay,
            a_group_comes_and_goes_with_its_members,
            a_conflict_undoes_the_whole_batch,
            a_field_is_guarded_by_what_was_seen,
            a_batch_carried_out_twice_does_nothing_the_second_time,
            an_object_without_fields_exists_until_it_is_deleted,
            an_object_is_not_made_of_what_was_left_to_change,
            each_project_has_its_own_records,
            a_deletion_is_guarded_by_the_body,
            a_gone_object_is_deleted_already,
            forgetting_leaves_the_object,
            protection_is_kept_and_lifted,
            times_move_with_the_body_alone,
            levels_change_one_by_one,
            operations_see_those_before_them,
            questions_keep_the_order_of_their_addresses,
            a_whole_lifecycle_is_kept,
            what_was_written_outlives_what_others_write,
            values_that_nobody_saw_are_unknown,
            what_is_let_go_of_is_not_known_any_more,
            a_moved_object_keeps_what_others_wrote,
            a_move_carried_out_twice_does_nothing_the_second_time,
            a_move_onto_another_object_is_a_conflict,
            a_move_of_what_is_gone_makes_it_where_it_is_whole,
            a_project_is_known_by_its_name,
            an_object_is_taken_from_its_owner,
            a_lease_keeps_others_out_until_it_ends,
            a_lease_of_a_clock_that_is_ahead_keeps_nobody_out,
            a_lease_is_renewed_and_given_back_by_its_run_alone,
            runs_are_told_newest_first,
            old_runs_are_forgotten,
        );
    };
    (@each |$law:ident| $run:expr; $($name:ident,)*) => {$(
        #[test]
        fn $name() {
            let $law = |catalog: &mut dyn $crate::catalog::Catalog| $crate::catalog::conformance::$name(catalog);
            $run;
        }
    )*};
}
pub(super) use conforms;

pub(super) fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

pub(super) fn map(json: &str) -> Map {
    parse_json(json.as_bytes()).unwrap().as_object().unwrap().clone()
}

pub(super) fn digest_of(map: &Map) -> Digest {
    Digest::of_value(&Value::Object(map.clone()))
}

/// The write that turns `before` into `after`, field by field, and then owns all of `after`.
pub(super) fn write(text: &str, before: &str, after: &str) -> Operation {
    let (before, after) = (map(before), map(after));
    let find = |body: &Map, path: &str| {
        fields(body).into_iter().find(|(other, _)| other == path).map(|(_, value)| value.value.clone())
    };
    let mut paths: Vec<String> = fields(&before).into_iter().chain(fields(&after)).map(|(path, _)| path).collect();
    paths.sort();
    paths.dedup();
    let change = |path: String| FieldChange {
        before: find(&before, &path).as_ref().map(Digest::of_value),
        after: find(&after, &path),
        path,
    };
    let fields =
        paths.into_iter().map(change).filter(|change| change.before != change.after.as_ref().map(Digest::of_value));
    let change = Change::Write {
        fields: fields.collect(),
        owned: owned(&after),
        base: digest_of(&after),
        lifecycle: None,
        from: None,
        taken_from: None,
    };
    Operation { address: address(text), change }
}

pub(super) fn owned(body: &Map) -> OwnedFields {
    let mut owned: OwnedFields =
        fields(body).into_iter().map(|(path, value)| (path, Digest::of_value(&value.value))).collect();
    owned.sort();
    owned
}

fn delete(text: &str, before: &str) -> Operation {
    Operation { address: address(text), change: Change::Delete { before: digest_of(&map(before)) } }
}

fn forget(text: &str) -> Operation {
    Operation { address: address(text), change: Change::Forget }
}

pub(super) fn batch<'a>(project: &'a str, operations: &'a [Operation]) -> Batch<'a> {
    Batch { project, name: project, time: 1, operations, levels: &[] }
}

fn apply(catalog: &mut dyn Catalog, project: &str, operations: &[Operation]) -> Vec<Outcome> {
    catalog.apply(&batch(project, operations)).unwrap()
}

fn body(catalog: &dyn Catalog, text: &str) -> Option<Map> {
    catalog.objects(&[address(text)]).unwrap().remove(0).map(|object| object.body)
}

fn entry(catalog: &dyn Catalog, project: &str, text: &str) -> Option<Entry> {
    catalog.observe(project).unwrap().into_iter().find(|entry| entry.address == address(text))
}

fn json(body: &Map) -> String {
    let mut json = Vec::new();
    write_json(&Value::Object(body.clone()), &mut json);
    String::from_utf8(json).unwrap()
}

/// Everything that a catalog says to a project.
pub(super) fn everything(catalog: &dyn Catalog, project: &str) -> String {
    let entries = catalog.observe(project).unwrap();
    let addresses: Vec<Address> = entries.iter().map(|entry| entry.address.clone()).collect();
    let body = |object: Option<Object>| object.map(|object| json(&object.body)).unwrap_or_default();
    let bodies: Vec<String> = catalog.objects(&addresses).unwrap().into_iter().map(body).collect();
    let owned = catalog.owned_fields(project, &addresses).unwrap();
    let (times, levels) = (catalog.times(&addresses).unwrap(), catalog.levels(project).unwrap());
    let written: Vec<String> = catalog.written(project, &addresses).unwrap().iter().map(json).collect();
    format!("{entries:?} {bodies:?} {owned:?} {written:?} {times:?} {levels:?}")
}

fn refused(catalog: &mut dyn Catalog, project: &str, operations: &[Operation]) -> (String, Option<String>) {
    match catalog.apply(&batch(project, operations)) {
        Err(CatalogError::Conflict { address, field }) => (address.to_string(), field),
        other => panic!("no conflict: {other:?}"),
    }
}

const A: &str = "entity:service:a";
const TITLED: &str = r#"{"title":"A","properties":{"x":1,"y":[1,{"z":null}]},"relations":{"system":"s"}}"#;

pub(super) fn an_empty_catalog_is_empty(catalog: &mut dyn Catalog) {
    assert_eq!(catalog.observe("demo").unwrap(), []);
    assert_eq!(catalog.objects(&[address(A)]).unwrap(), [None]);
    assert_eq!(catalog.owned_fields("demo", &[address(A)]).unwrap(), [OwnedFields::new()]);
    assert_eq!(catalog.times(&[address(A)]).unwrap(), [None]);
    assert_eq!(catalog.levels("demo").unwrap(), []);
}

pub(super) fn what_is_written_is_read(catalog: &mut dyn Catalog) {
    assert_eq!(apply(catalog, "demo", &[write(A, "{}", TITLED)]), [Outcome::Done]);
    let titled = map(TITLED);
    assert_eq!(body(catalog, A), Some(titled.clone()));
    assert_eq!(catalog.owned_fields("demo", &[address(A)]).unwrap(), [owned(&titled)]);
    let owner = Some(Owned { base: digest_of(&titled), lifecycle: None });
    let expected = Entry { address: address(A), live: Some(digest_of(&titled)), owner, other_owner: None };
    assert_eq!(catalog.observe("demo").unwrap(), [expected]);
}

pub(super) fn what_is_observed_is_in_the_order_of_addresses(catalog: &mut dyn Catalog) {
    let names = ["a", "B", "a-b", "a b", "é", "zz", "a:b", "z"];
    let mut operations: Vec<Operation> = Vec::new();
    for (_, word) in Kind::ALL.into_iter().rev() {
        for name in names {
            let below = matches!(word, "entity" | "request");
            let parents = if below { ["q:", "p:"].as_slice() } else { &[""] };
            operations.extend(parents.iter().map(|parent| write(&format!("{word}:{parent}{name}"), "{}", TITLED)));
        }
    }
    apply(catalog, "demo", &operations);
    apply(catalog, "other", &operations[10..20]);
    let mut expected: Vec<Address> = operations.into_iter().map(|operation| operation.address).collect();
    expected.sort();
    let observed: Vec<Address> = catalog.observe("demo").unwrap().into_iter().map(|entry| entry.address).collect();
    assert_eq!(observed, expected);
}

pub(super) fn what_is_observed_is_everything(catalog: &mut dyn Catalog) {
    for name in ["a", "b", "c"] {
        apply(catalog, "demo", &[write(&format!("team:{name}"), "{}", r#"{"title":"t"}"#)]);
    }
    let taken = [write("team:b", "{}", r#"{"title":"t"}"#), forget("team:c"), delete("team:a", r#"{"title":"t"}"#)];
    apply(catalog, "aaa", &taken[..1]);
    apply(catalog, "other", &taken[..1]);
    apply(catalog, "demo", &taken[1..2]);
    apply(catalog, "other", &taken[2..]);
    let seen = |project: &str| -> Vec<(String, bool, bool, Option<String>)> {
        let entries = catalog.observe(project).unwrap().into_iter();
        let row = |entry: Entry| {
            let other = entry.other_owner.map(|name| name.to_string());
            (entry.address.to_string(), entry.live.is_some(), entry.owner.is_some(), other)
        };
        entries.map(row).collect()
    };
    let other = |name: &str| Some(name.to_owned());
    // `team:a` is gone and `demo` still owns it, `team:b` has three owners, `team:c` none.
    assert_eq!(
        seen("demo"),
        [
            ("team:a".into(), false, true, None),
            ("team:b".into(), true, true, other("aaa")),
            ("team:c".into(), true, false, None)
        ]
    );
    assert_eq!(seen("aaa"), [("team:b".into(), true, true, other("demo")), ("team:c".into(), true, false, None)]);
}

pub(super) fn fields_of_others_stay(catalog: &mut dyn Catalog) {
    apply(catalog, "other", &[write(A, "{}", r#"{"icon":"i","properties":{"theirs":1}}"#)]);
    apply(catalog, "demo", &[write(A, "{}", TITLED)]);
    let both =
        r#"{"icon":"i","title":"A","properties":{"theirs":1,"x":1,"y":[1,{"z":null}]},"relations":{"system":"s"}}"#;
    assert_eq!(body(catalog, A), Some(map(both)));
    apply(catalog, "demo", &[write(A, TITLED, r#"{"title":"B"}"#)]);
    assert_eq!(body(catalog, A), Some(map(r#"{"icon":"i","title":"B","properties":{"theirs":1}}"#)));
}

pub(super) fn a_group_comes_and_goes_with_its_members(catalog: &mut dyn Catalog) {
    let steps =
        ["{}", r#"{"title":"A"}"#, r#"{"title":"A","properties":{"x":1,"y.z":2}}"#, r#"{"properties":{"y.z":2}}"#];
    for pair in steps.windows(2) {
        apply(catalog, "demo", &[write(A, pair[0], pair[1])]);
        assert_eq!(body(catalog, A), Some(map(pair[1])));
    }
    apply(catalog, "demo", &[write(A, steps[3], "{}")]);
    assert_eq!(body(catalog, A), Some(Map::default()));
}

pub(super) fn a_conflict_undoes_the_whole_batch(catalog: &mut dyn Catalog) {
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
    let with_levels = Batch { project: "demo", name: "demo", time: 9, operations: &operations, levels: &levels };
    assert!(matches!(catalog.apply(&with_levels), Err(CatalogError::Conflict { .. })));
    assert_eq!(everything(catalog, "demo"), before);
}

pub(super) fn a_field_is_guarded_by_what_was_seen(catalog: &mut dyn Catalog) {
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

pub(super) fn a_batch_carried_out_twice_does_nothing_the_second_time(catalog: &mut dyn Catalog) {
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

pub(super) fn an_object_without_fields_exists_until_it_is_deleted(catalog: &mut dyn Catalog) {
    apply(catalog, "demo", &[write(A, "{}", r#"{"title":"A"}"#), write("team:t", "{}", "{}")]);
    apply(catalog, "demo", &[write(A, r#"{"title":"A"}"#, "{}")]);
    let empty = Some(digest_of(&Map::default()));
    for text in [A, "team:t"] {
        assert_eq!(body(catalog, text), Some(Map::default()));
        assert_eq!(entry(catalog, "demo", text).unwrap().live, empty);
        assert_eq!(apply(catalog, "demo", &[delete(text, "{}")]), [Outcome::Done]);
        assert_eq!(entry(catalog, "demo", text), None);
    }
}

pub(super) fn an_object_is_not_made_of_what_was_left_to_change(catalog: &mut dyn Catalog) {
    let partial = |fields| {
        let change = Change::Write {
            fields,
            owned: owned(&map(TITLED)),
            base: digest_of(&map(TITLED)),
            lifecycle: None,
            from: None,
            taken_from: None,
        };
        [Operation { address: address(A), change }]
    };
    let title = FieldChange { path: "title".into(), before: None, after: Some(Value::string("A")) };
    assert_eq!(refused(catalog, "demo", &partial(vec![title])), (A.into(), Some("properties.x".into())));
    assert_eq!(refused(catalog, "demo", &partial(vec![])), (A.into(), Some("properties.x".into())));
    assert_eq!(catalog.observe("demo").unwrap(), []);
}

pub(super) fn each_project_has_its_own_records(catalog: &mut dyn Catalog) {
    apply(catalog, "demo", &[write(A, "{}", r#"{"title":"A"}"#)]);
    apply(catalog, "other", &[write(A, "{}", r#"{"icon":"i"}"#)]);
    let title = owned(&map(r#"{"title":"A"}"#));
    let icon = owned(&map(r#"{"icon":"i"}"#));
    assert_eq!(catalog.owned_fields("demo", &[address(A)]).unwrap(), [title]);
    assert_eq!(catalog.owned_fields("other", &[address(A)]).unwrap(), [icon]);
    assert_eq!(catalog.owned_fields("third", &[address(A)]).unwrap(), [OwnedFields::new()]);
    assert_eq!(entry(catalog, "demo", A).unwrap().other_owner.as_deref(), Some("other"));
    assert_eq!(entry(catalog, "other", A).unwrap().other_owner.as_deref(), Some("demo"));
    let third = entry(catalog, "third", A).unwrap();
    assert_eq!((third.owner, third.other_owner.as_deref()), (None, Some("demo")));
    apply(catalog, "other", &[forget(A)]);
    assert_eq!(entry(catalog, "demo", A).unwrap().other_owner, None);
}

pub(super) fn a_deletion_is_guarded_by_the_body(catalog: &mut dyn Catalog) {
    apply(catalog, "demo", &[write(A, "{}", TITLED)]);
    assert_eq!(refused(catalog, "demo", &[delete(A, "{}")]), (A.into(), None));
    assert_eq!(body(catalog, A), Some(map(TITLED)));
    assert_eq!(apply(catalog, "demo", &[delete(A, TITLED)]), [Outcome::Done]);
    assert_eq!(body(catalog, A), None);
    assert_eq!(catalog.observe("demo").unwrap(), []);
}

pub(super) fn a_gone_object_is_deleted_already(catalog: &mut dyn Catalog) {
    apply(catalog, "demo", &[write(A, "{}", TITLED)]);
    apply(catalog, "other", &[delete(A, TITLED)]);
    assert!(entry(catalog, "demo", A).is_some_and(|entry| entry.live.is_none() && entry.owner.is_some()));
    assert_eq!(apply(catalog, "demo", &[delete(A, TITLED)]), [Outcome::Already]);
    assert_eq!(catalog.observe("demo").unwrap(), []);
}

pub(super) fn forgetting_leaves_the_object(catalog: &mut dyn Catalog) {
    apply(catalog, "demo", &[write(A, "{}", TITLED)]);
    assert_eq!(apply(catalog, "demo", &[forget(A), forget(A)]), [Outcome::Done, Outcome::Already]);
    assert_eq!(body(catalog, A), Some(map(TITLED)));
    assert_eq!(entry(catalog, "demo", A).unwrap().owner, None);
}

pub(super) fn protection_is_kept_and_lifted(catalog: &mut dyn Catalog) {
    for protected in [true, false] {
        let mut operation = write(A, TITLED, TITLED);
        if protected {
            operation = write(A, "{}", TITLED);
        }
        if let Change::Write { lifecycle, .. } = &mut operation.change {
            *lifecycle = protected.then(|| Arc::new(Lifecycle { protect: true, ..Lifecycle::default() }));
        }
        assert_eq!(apply(catalog, "demo", &[operation]), [Outcome::Done]);
        assert_eq!(entry(catalog, "demo", A).unwrap().owner.unwrap().is_protected(), protected);
    }
}

pub(super) fn times_move_with_the_body_alone(catalog: &mut dyn Catalog) {
    let mut at = |project: &str, time: i64, operation: Operation| {
        let operations = [operation];
        catalog.apply(&Batch { time, ..batch(project, &operations) }).unwrap();
        let times = catalog.times(&[address(A)]).unwrap().remove(0);
        times.map(|Times { created, updated }| (created, updated))
    };
    assert_eq!(at("demo", 10, write(A, "{}", TITLED)), Some((10, 10)));
    assert_eq!(at("demo", 20, write(A, TITLED, TITLED)), Some((10, 10)));
    assert_eq!(at("other", 30, write(A, TITLED, TITLED)), Some((10, 10)));
    assert_eq!(at("demo", 40, write(A, TITLED, "{}")), Some((10, 40)));
    assert_eq!(at("demo", 50, delete(A, "{}")), None);
    assert_eq!(at("demo", 60, write(A, "{}", TITLED)), Some((60, 60)));
}

pub(super) fn levels_change_one_by_one(catalog: &mut dyn Catalog) {
    let level = |scorecard: &str, text: &str, level: Option<&str>| LevelRecord {
        scorecard: scorecard.into(),
        entity: address(text),
        level: level.map(Into::into),
    };
    let request = "request:postgresql:default/db";
    let mut put = |project: &str, levels: &[LevelChange]| {
        catalog.apply(&Batch { levels, ..batch(project, &[]) }).unwrap();
        catalog.levels("demo").unwrap()
    };
    let first = [level("s", request, Some("gold")), level("a", A, None), level("s", A, Some("gold"))];
    let sorted = [first[1].clone(), first[2].clone(), first[0].clone()];
    let set = |records: &[LevelRecord]| records.iter().cloned().map(LevelChange::Set).collect::<Vec<_>>();
    assert_eq!(put("demo", &set(&first)), sorted);
    assert_eq!(put("other", &set(&first[..1])), sorted);
    assert_eq!(put("demo", &[]), sorted);
    let gone = |record: &LevelRecord| LevelChange::Remove {
        scorecard: record.scorecard.clone(),
        entity: record.entity.clone(),
    };
    let mut changes = set(&[level("s", A, None)]);
    changes.extend([gone(&first[1]), gone(&level("x", A, None))]);
    assert_eq!(put("demo", &changes), [level("s", A, None), first[0].clone()]);
    assert_eq!(catalog.levels("other").unwrap(), first[..1]);
}

pub(super) fn operations_see_those_before_them(catalog: &mut dyn Catalog) {
    let operations = [
        write(A, "{}", r#"{"title":"A"}"#),
        write(A, r#"{"title":"A"}"#, r#"{"title":"B"}"#),
        delete(A, r#"{"title":"B"}"#),
        write(A, "{}", r#"{"title":"C"}"#),
    ];
    assert_eq!(apply(catalog, "demo", &operations), [Outcome::Done; 4]);
    assert_eq!(body(catalog, A), Some(map(r#"{"title":"C"}"#)));
}

pub(super) fn questions_keep_the_order_of_their_addresses(catalog: &mut dyn Catalog) {
    apply(catalog, "demo", &[write(A, "{}", r#"{"title":"A"}"#), write("team:t", "{}", r#"{"title":"T"}"#)]);
    let addresses = ["team:t", "team:none", A, "team:t"].map(address);
    let objects = catalog.objects(&addresses).unwrap();
    let found: Vec<Option<&Address>> = objects.iter().map(|object| object.as_ref().map(|o| &o.address)).collect();
    assert_eq!(found, [Some(&addresses[0]), None, Some(&addresses[2]), Some(&addresses[3])]);
    let lengths: Vec<usize> = catalog.owned_fields("demo", &addresses).unwrap().iter().map(OwnedFields::len).collect();
    assert_eq!(lengths, [1, 0, 1, 1]);
    let known: Vec<bool> = catalog.times(&addresses).unwrap().iter().map(Option::is_some).collect();
    assert_eq!(known, [true, false, true, true]);
}

pub(super) fn a_whole_lifecycle_is_kept(catalog: &mut dyn Catalog) {
    let ignore = vec![Spanned::new("properties.*".into(), Span::start_of(FileId(0)))];
    let whole = Lifecycle { protect: true, on_drift: OnDrift::Keep, deletion: Deletion::Forbid, ignore };
    let set = |lifecycle: &Lifecycle| {
        let mut operation = write(A, "{}", TITLED);
        if let Change::Write { lifecycle: place, .. } = &mut operation.change {
            *place = Some(Arc::new(lifecycle.clone()));
        }
        [operation]
    };
    let other = Lifecycle { on_drift: OnDrift::Fail, deletion: Deletion::Orphan, ..Lifecycle::default() };
    for lifecycle in [whole, other] {
        assert_eq!(apply(catalog, "demo", &set(&lifecycle)), [Outcome::Done]);
        assert_eq!(apply(catalog, "demo", &set(&lifecycle)), [Outcome::Already]);
        let owner = entry(catalog, "demo", A).unwrap().owner.unwrap();
        assert_eq!(owner.lifecycle.as_deref(), Some(&lifecycle));
    }
}

fn written(catalog: &dyn Catalog, project: &str, text: &str) -> String {
    json(&catalog.written(project, &[address(text)]).unwrap()[0])
}

pub(super) fn what_was_written_outlives_what_others_write(catalog: &mut dyn Catalog) {
    assert_eq!(written(catalog, "demo", A), "{}");
    apply(catalog, "demo", &[write(A, "{}", r#"{"title":"A","properties":{"x":1,"y":2}}"#)]);
    apply(catalog, "other", &[write(A, r#"{"properties":{"x":1}}"#, r#"{"icon":"i","properties":{"x":9}}"#)]);
    assert_eq!(written(catalog, "demo", A), r#"{"properties":{"x":1,"y":2},"title":"A"}"#);
    assert_eq!(written(catalog, "other", A), r#"{"icon":"i","properties":{"x":9}}"#);
    // Another field is written while this one stays as others have it: its record is the older one.
    let mut operation =
        write(A, r#"{"title":"A","properties":{"x":1,"y":2}}"#, r#"{"title":"B","properties":{"x":1}}"#);
    assert_eq!(apply(catalog, "demo", std::slice::from_ref(&operation)), [Outcome::Done]);
    assert_eq!(written(catalog, "demo", A), r#"{"properties":{"x":1},"title":"B"}"#);
    assert_eq!(body(catalog, A), Some(map(r#"{"title":"B","icon":"i","properties":{"x":9}}"#)));
    // The record follows what others wrote.
    operation = write(A, r#"{"title":"B","properties":{"x":9}}"#, r#"{"title":"B","properties":{"x":9}}"#);
    apply(catalog, "demo", &[operation]);
    assert_eq!(written(catalog, "demo", A), r#"{"properties":{"x":9},"title":"B"}"#);
}

pub(super) fn values_that_nobody_saw_are_unknown(catalog: &mut dyn Catalog) {
    apply(catalog, "other", &[write(A, "{}", r#"{"title":"Z","icon":"i"}"#)]);
    let wanted = map(r#"{"title":"A","icon":"i"}"#);
    let change = Change::Write {
        fields: Vec::new(),
        owned: owned(&wanted),
        base: digest_of(&wanted),
        lifecycle: None,
        from: None,
        taken_from: None,
    };
    apply(catalog, "demo", &[Operation { address: address(A), change }]);
    assert_eq!(catalog.owned_fields("demo", &[address(A)]).unwrap(), [owned(&wanted)]);
    assert_eq!(written(catalog, "demo", A), r#"{"icon":"i"}"#);
}

pub(super) fn what_is_let_go_of_is_not_known_any_more(catalog: &mut dyn Catalog) {
    for operation in [forget(A), delete(A, TITLED)] {
        apply(catalog, "demo", &[write(A, "{}", TITLED), write("team:t", "{}", r#"{"title":"T"}"#)]);
        apply(catalog, "demo", &[operation]);
        assert_eq!(written(catalog, "demo", A), "{}");
        assert_eq!(written(catalog, "demo", "team:t"), r#"{"title":"T"}"#);
    }
}

/// The write that also gives the object its name.
fn moved(from: &str, mut operation: Operation) -> Operation {
    if let Change::Write { from: place, .. } = &mut operation.change {
        *place = Some(address(from));
    }
    operation
}

const B: &str = "entity:component:b";

pub(super) fn a_moved_object_keeps_what_others_wrote(catalog: &mut dyn Catalog) {
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

pub(super) fn a_move_carried_out_twice_does_nothing_the_second_time(catalog: &mut dyn Catalog) {
    apply(catalog, "demo", &[write(A, "{}", TITLED)]);
    let operations = [moved(A, write(B, TITLED, TITLED))];
    assert_eq!(apply(catalog, "demo", &operations), [Outcome::Done]);
    let once = everything(catalog, "demo");
    assert_eq!(apply(catalog, "demo", &operations), [Outcome::Already]);
    assert_eq!(everything(catalog, "demo"), once);
}

pub(super) fn a_move_onto_another_object_is_a_conflict(catalog: &mut dyn Catalog) {
    apply(catalog, "demo", &[write(A, "{}", TITLED)]);
    apply(catalog, "other", &[write(B, "{}", "{}")]);
    let before = everything(catalog, "demo");
    assert_eq!(refused(catalog, "demo", &[moved(A, write(B, "{}", TITLED))]), (B.into(), None));
    assert_eq!(everything(catalog, "demo"), before);
}

pub(super) fn a_move_of_what_is_gone_makes_it_where_it_is_whole(catalog: &mut dyn Catalog) {
    apply(catalog, "demo", &[write(A, "{}", TITLED)]);
    apply(catalog, "other", &[delete(A, TITLED)]);
    assert_eq!(refused(catalog, "demo", &[moved(A, write(B, TITLED, TITLED))]).0, B);
    assert_eq!(apply(catalog, "demo", &[moved(A, write(B, "{}", TITLED))]), [Outcome::Done]);
    assert_eq!(body(catalog, B), Some(map(TITLED)));
    assert_eq!(entry(catalog, "demo", A), None);
}

pub(super) fn a_project_is_known_by_its_name(catalog: &mut dyn Catalog) {
    assert!(catalog.identities("shop").unwrap().is_empty());
    assert_eq!(catalog.claim("shop", "shop-1").unwrap(), "shop-1");
    assert_eq!(catalog.claim("shop", "shop-2").unwrap(), "shop-1", "who comes later gets the same");
    assert_eq!(catalog.identities("shop").unwrap().into_iter().collect::<Vec<_>>(), ["shop-1"]);
    // An id that the text says is known too, by its newest name.
    for name in ["mine", "ours"] {
        catalog.apply(&Batch { name, ..batch("said", &[]) }).unwrap();
    }
    assert!(catalog.identities("mine").unwrap().is_empty());
    assert_eq!(catalog.claim("ours", "fresh").unwrap(), "said");
}

pub(super) fn an_object_is_taken_from_its_owner(catalog: &mut dyn Catalog) {
    apply(catalog, "other", &[write(A, "{}", TITLED), write("team:t", "{}", "{}")]);
    apply(catalog, "third", &[write(A, TITLED, TITLED)]);
    let mut operation = write(A, "{}", TITLED);
    if let Change::Write { taken_from, .. } = &mut operation.change {
        *taken_from = Some("other".into());
    }
    let operations = [operation];
    assert_eq!(apply(catalog, "demo", &operations), [Outcome::Done]);
    assert_eq!(apply(catalog, "demo", &operations), [Outcome::Already]);
    assert_eq!(entry(catalog, "other", A).unwrap().owner, None);
    assert_eq!(written(catalog, "other", A), "{}");
    assert!(entry(catalog, "other", "team:t").unwrap().owner.is_some());
    assert!(entry(catalog, "third", A).unwrap().owner.is_some());
    assert!(entry(catalog, "demo", A).unwrap().owner.is_some());
}

fn lease(run: &str, expires: i64) -> Lease {
    Lease { run: run.into(), holder: format!("somebody of {run}"), expires }
}

pub(super) fn a_lease_keeps_others_out_until_it_ends(catalog: &mut dyn Catalog) {
    assert_eq!(catalog.acquire("demo", &lease("a", 160), 100).unwrap(), Leased::Granted);
    assert_eq!(catalog.acquire("demo", &lease("b", 219), 159).unwrap(), Leased::Held(lease("a", 160)));
    assert_eq!(catalog.acquire("other", &lease("b", 219), 159).unwrap(), Leased::Granted);
    assert_eq!(catalog.acquire("demo", &lease("b", 220), 160).unwrap(), Leased::TakenOver(lease("a", 160)));
    assert_eq!(catalog.acquire("demo", &lease("a", 221), 161).unwrap(), Leased::Held(lease("b", 220)));
    assert_eq!(catalog.lease("demo").unwrap(), Some(lease("b", 220)));
    assert_eq!(catalog.lease("nobody").unwrap(), None);
}

pub(super) fn a_lease_of_a_clock_that_is_ahead_keeps_nobody_out(catalog: &mut dyn Catalog) {
    let ahead = lease("a", 100 + 365 * 24 * 60 * 60);
    assert_eq!(catalog.acquire("demo", &ahead, 100 + 365 * 24 * 60 * 60 - 60).unwrap(), Leased::Granted);
    assert_eq!(catalog.acquire("demo", &lease("b", 160), 100).unwrap(), Leased::TakenOver(ahead));
    assert_eq!(catalog.lease("demo").unwrap(), Some(lease("b", 160)));
}

pub(super) fn a_lease_is_renewed_and_given_back_by_its_run_alone(catalog: &mut dyn Catalog) {
    catalog.acquire("demo", &lease("a", 160), 100).unwrap();
    assert_eq!(catalog.acquire("demo", &lease("a", 190), 130).unwrap(), Leased::Granted);
    assert_eq!(catalog.acquire("demo", &lease("b", 230), 170).unwrap(), Leased::Held(lease("a", 190)));
    catalog.release("demo", "b").unwrap();
    catalog.release("other", "a").unwrap();
    assert_eq!(catalog.acquire("demo", &lease("b", 230), 170).unwrap(), Leased::Held(lease("a", 190)));
    catalog.release("demo", "a").unwrap();
    assert_eq!(catalog.acquire("demo", &lease("b", 230), 170).unwrap(), Leased::Granted);
    assert_eq!(catalog.acquire("demo", &lease("b", 999), 500).unwrap(), Leased::Granted, "its own, though expired");
}

pub(super) fn run(run: &str, began: i64) -> RunRecord {
    RunRecord {
        run: run.into(),
        plan: "p".into(),
        holder: "h".into(),
        source: None,
        began,
        ended: None,
        state: "running".into(),
        steps: Vec::new(),
    }
}

pub(super) fn runs_are_told_newest_first(catalog: &mut dyn Catalog) {
    assert_eq!(catalog.runs("demo", 10).unwrap(), []);
    let (first, second, third) = (run("b", 1), run("a", 2), run("c", 2));
    for record in [&second, &first, &third] {
        catalog.record_run("demo", record).unwrap();
    }
    catalog.record_run("other", &run("z", 9)).unwrap();
    assert_eq!(catalog.runs("demo", 10).unwrap(), [third.clone(), second.clone(), first.clone()]);
    assert_eq!(catalog.runs("demo", 2).unwrap(), [third.clone(), second.clone()]);
    let done = RunRecord {
        ended: Some(5),
        state: "done".into(),
        source: Some("abc".into()),
        steps: vec!["one \"quoted\"".into(), "zwei\nü".into()],
        ..first
    };
    catalog.record_run("demo", &done).unwrap();
    assert_eq!(catalog.runs("demo", 10).unwrap(), [third, second, done]);
}

pub(super) fn old_runs_are_forgotten(catalog: &mut dyn Catalog) {
    for (began, _) in (0..).zip(0..=KEPT_RUNS) {
        catalog.record_run("demo", &run(&format!("run-{began}"), began)).unwrap();
    }
    let runs = catalog.runs("demo", usize::MAX).unwrap();
    assert_eq!((runs.len(), runs.last().unwrap().began), (KEPT_RUNS, 1));
}
