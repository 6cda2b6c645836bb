//! What is written is read again, whole and in order.

use super::*;

pub(crate) fn an_empty_catalog_is_empty(catalog: &mut dyn Catalog) {
    assert_eq!(catalog.observe("demo").unwrap().entries, []);
    assert_eq!(catalog.objects(&[address(A)]).unwrap(), [None]);
    assert_eq!(catalog.owned_fields("demo", &[address(A)]).unwrap(), [OwnedFields::new()]);
    assert_eq!(catalog.times(&[address(A)]).unwrap(), [None]);
    assert_eq!(catalog.levels("demo").unwrap(), []);
}

pub(crate) fn what_is_written_is_read(catalog: &mut dyn Catalog) {
    assert_eq!(apply(catalog, "demo", &[write(A, "{}", TITLED)]), [Outcome::Done]);
    let titled = map(TITLED);
    assert_eq!(body(catalog, A), Some(titled.clone()));
    assert_eq!(catalog.owned_fields("demo", &[address(A)]).unwrap(), [owned(&titled)]);
    let owner = Some(Owned { base: digest_of(&titled), lifecycle: None });
    let expected =
        Entry { address: address(A), live: Some(Presence::Read(digest_of(&titled))), owner, other_owner: None };
    assert_eq!(catalog.observe("demo").unwrap().entries, [expected]);
}

pub(crate) fn what_is_observed_is_in_the_order_of_addresses(catalog: &mut dyn Catalog) {
    let names = ["a", "B", "a-b", "a b", "é", "zz", "a:b", "z"];
    let mut operations: Vec<GuardedChange> = Vec::new();
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
    let observed: Vec<Address> =
        catalog.observe("demo").unwrap().entries.into_iter().map(|entry| entry.address).collect();
    assert_eq!(observed, expected);
}

pub(crate) fn what_is_observed_is_everything(catalog: &mut dyn Catalog) {
    for name in ["a", "b", "c"] {
        apply(catalog, "demo", &[write(&format!("team:{name}"), "{}", r#"{"title":"t"}"#)]);
    }
    let taken = [write("team:b", "{}", r#"{"title":"t"}"#), forget("team:c"), delete("team:a", r#"{"title":"t"}"#)];
    apply(catalog, "aaa", &taken[..1]);
    apply(catalog, "other", &taken[..1]);
    apply(catalog, "demo", &taken[1..2]);
    apply(catalog, "other", &taken[2..]);
    let seen = |project: &str| -> Vec<(String, bool, bool, Option<String>)> {
        let entries = catalog.observe(project).unwrap().entries.into_iter();
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

pub(crate) fn fields_of_others_stay(catalog: &mut dyn Catalog) {
    apply(catalog, "other", &[write(A, "{}", r#"{"icon":"i","properties":{"theirs":1}}"#)]);
    apply(catalog, "demo", &[write(A, "{}", TITLED)]);
    let both =
        r#"{"icon":"i","title":"A","properties":{"theirs":1,"x":1,"y":[1,{"z":null}]},"relations":{"system":"s"}}"#;
    assert_eq!(body(catalog, A), Some(map(both)));
    apply(catalog, "demo", &[write(A, TITLED, r#"{"title":"B"}"#)]);
    assert_eq!(body(catalog, A), Some(map(r#"{"icon":"i","title":"B","properties":{"theirs":1}}"#)));
}

pub(crate) fn a_group_comes_and_goes_with_its_members(catalog: &mut dyn Catalog) {
    let steps =
        ["{}", r#"{"title":"A"}"#, r#"{"title":"A","properties":{"x":1,"y.z":2}}"#, r#"{"properties":{"y.z":2}}"#];
    for pair in steps.windows(2) {
        apply(catalog, "demo", &[write(A, pair[0], pair[1])]);
        assert_eq!(body(catalog, A), Some(map(pair[1])));
    }
    apply(catalog, "demo", &[write(A, steps[3], "{}")]);
    assert_eq!(body(catalog, A), Some(Map::default()));
}

pub(crate) fn an_object_without_fields_exists_until_it_is_deleted(catalog: &mut dyn Catalog) {
    apply(catalog, "demo", &[write(A, "{}", r#"{"title":"A"}"#), write("team:t", "{}", "{}")]);
    apply(catalog, "demo", &[write(A, r#"{"title":"A"}"#, "{}")]);
    let empty = Some(Presence::Read(digest_of(&Map::default())));
    for text in [A, "team:t"] {
        assert_eq!(body(catalog, text), Some(Map::default()));
        assert_eq!(entry(catalog, "demo", text).unwrap().live, empty);
        assert_eq!(apply(catalog, "demo", &[delete(text, "{}")]), [Outcome::Done]);
        assert_eq!(entry(catalog, "demo", text), None);
    }
}

pub(crate) fn what_is_made_is_all_owned(catalog: &mut dyn Catalog) {
    let whole = map(r#"{"title":"A","properties":{"b":[1],"a":true}}"#);
    let is_there = |catalog: &mut dyn Catalog, project: &str| {
        assert_eq!(body(catalog, A), Some(whole.clone()));
        assert_eq!(catalog.owned_fields(project, &[address(A)]).unwrap(), [owned(&whole)]);
        assert_eq!(catalog.written(project, &[address(A)]).unwrap(), std::slice::from_ref(&whole));
    };
    for project in ["demo", "other"] {
        for outcome in [Outcome::Done, Outcome::Already] {
            assert_eq!(apply(catalog, project, &[make(A, &whole)]), [outcome]);
            is_there(catalog, project);
        }
    }
    is_there(catalog, "demo");
}

pub(crate) fn times_move_with_the_body_alone(catalog: &mut dyn Catalog) {
    let mut at = |project: &str, time: i64, operation: GuardedChange| {
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

pub(crate) fn questions_keep_the_order_of_their_addresses(catalog: &mut dyn Catalog) {
    apply(catalog, "demo", &[write(A, "{}", r#"{"title":"A"}"#), write("team:t", "{}", r#"{"title":"T"}"#)]);
    let addresses = ["team:t", "team:none", A, "team:t"].map(address);
    let objects = catalog.objects(&addresses).unwrap();
    let found: Vec<Option<&Address>> =
        objects.iter().map(|object| object.as_ref()?.read().map(|o| &o.address)).collect();
    assert_eq!(found, [Some(&addresses[0]), None, Some(&addresses[2]), Some(&addresses[3])]);
    let lengths: Vec<usize> = catalog.owned_fields("demo", &addresses).unwrap().iter().map(OwnedFields::len).collect();
    assert_eq!(lengths, [1, 0, 1, 1]);
    let known: Vec<bool> = catalog.times(&addresses).unwrap().iter().map(Option::is_some).collect();
    assert_eq!(known, [true, false, true, true]);
}

pub(crate) fn every_name_is_one_of_its_own(catalog: &mut dyn Catalog) {
    let (long, wide) = ("a".repeat(400), "ä".repeat(90));
    let names =
        [&*long, &long[..399], &wide, "cart", "Cart", "CART", "con", "a.b", "a%b", "a b", ".a", "é", "e\u{301}"];
    let addresses: Vec<String> = names
        .iter()
        .flat_map(|name| [format!("entity:service:{name}"), format!("entity:{name}:x"), format!("team:{name}")])
        .collect();
    let body = |number: usize| map(&format!("{{\"title\":\"{number}\"}}"));
    let all: Vec<GuardedChange> =
        addresses.iter().enumerate().map(|(number, text)| make(text, &body(number))).collect();
    assert!(apply(catalog, "demo", &all).iter().all(|outcome| *outcome == Outcome::Done));
    let observed = catalog.observe("demo").unwrap();
    assert_eq!((observed.entries.len(), observed.strays.len()), (addresses.len(), 0));
    for (number, text) in addresses.iter().enumerate() {
        assert_eq!(self::body(catalog, text), Some(body(number)), "{text}");
        assert!(entry(catalog, "demo", text).is_some(), "{text}");
    }
    let gone: Vec<GuardedChange> = addresses
        .iter()
        .enumerate()
        .map(|(number, text)| delete(text, &format!("{{\"title\":\"{number}\"}}")))
        .collect();
    apply(catalog, "demo", &gone);
    assert_eq!(catalog.observe("demo").unwrap().entries, []);
}
