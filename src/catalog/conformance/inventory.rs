//! Who owns what, and what was last written.

use super::*;

pub(crate) fn each_project_has_its_own_records(catalog: &mut dyn Catalog) {
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

pub(crate) fn forgetting_leaves_the_object(catalog: &mut dyn Catalog) {
    apply(catalog, "demo", &[write(A, "{}", TITLED)]);
    assert_eq!(apply(catalog, "demo", &[forget(A), forget(A)]), [Outcome::Done, Outcome::Already]);
    assert_eq!(body(catalog, A), Some(map(TITLED)));
    assert_eq!(entry(catalog, "demo", A).unwrap().owner, None);
}

pub(crate) fn what_is_held_stays_and_counts(catalog: &mut dyn Catalog) {
    apply(catalog, "platform", &[write(A, "{}", TITLED)]);
    let seen = entry(catalog, "demo", A).unwrap().digest().unwrap();
    let hold = |text: &str, before: Digest| GuardedChange { address: address(text), change: Change::Hold { before } };
    let held = [hold(A, seen), write("entity:service:beside", "{}", TITLED)];
    assert_eq!(apply(catalog, "demo", &held), [Outcome::Already, Outcome::Done]);
    let owner = |catalog: &dyn Catalog| entry(catalog, "demo", A).unwrap().other_owner.map(|name| name.to_string());
    assert_eq!((body(catalog, A), owner(catalog)), (Some(map(TITLED)), Some("platform".to_owned())));
    // Held on its own, it is no change.
    assert_eq!(apply(catalog, "demo", &[hold(A, seen)]), [Outcome::Already]);
    for operations in [
        [hold(A, Digest::of(b"another one")), write("entity:service:never", "{}", TITLED)],
        [hold("team:nobody", seen), write("entity:service:never", "{}", TITLED)],
    ] {
        let at = operations[0].address.clone();
        match catalog.apply(&batch("demo", &operations)) {
            Err(CatalogError::Conflict { address, field: None }) => assert_eq!(address, at),
            other => panic!("{other:?}"),
        }
        assert_eq!(body(catalog, "entity:service:never"), None, "something was written");
    }
}

pub(crate) fn protection_is_kept_and_lifted(catalog: &mut dyn Catalog) {
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

pub(crate) fn a_whole_lifecycle_is_kept(catalog: &mut dyn Catalog) {
    let ignore = vec![Spanned::new("properties.*".into(), Origin::Nowhere)];
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

pub(super) fn written(catalog: &dyn Catalog, project: &str, text: &str) -> String {
    json(&catalog.written(project, &[address(text)]).unwrap()[0])
}

pub(crate) fn what_was_written_outlives_what_others_write(catalog: &mut dyn Catalog) {
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

pub(crate) fn values_that_nobody_saw_are_unknown(catalog: &mut dyn Catalog) {
    apply(catalog, "other", &[write(A, "{}", r#"{"title":"Z","icon":"i"}"#)]);
    let wanted = map(r#"{"title":"A","icon":"i"}"#);
    let change = Change::Write {
        fields: Vec::new(),
        owned: owned(&wanted),
        base: digest_of(&wanted),
        lifecycle: None,
        from: None,
        taken_from: None,
        declared: None,
    };
    apply(catalog, "demo", &[GuardedChange { address: address(A), change }]);
    assert_eq!(catalog.owned_fields("demo", &[address(A)]).unwrap(), [owned(&wanted)]);
    assert_eq!(written(catalog, "demo", A), r#"{"icon":"i"}"#);
}

pub(crate) fn what_is_let_go_of_is_not_known_any_more(catalog: &mut dyn Catalog) {
    for operation in [forget(A), delete(A, TITLED)] {
        apply(catalog, "demo", &[write(A, "{}", TITLED), write("team:t", "{}", r#"{"title":"T"}"#)]);
        apply(catalog, "demo", &[operation]);
        assert_eq!(written(catalog, "demo", A), "{}");
        assert_eq!(written(catalog, "demo", "team:t"), r#"{"title":"T"}"#);
    }
}

pub(crate) fn a_project_is_known_by_its_name(catalog: &mut dyn Catalog) {
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

pub(crate) fn an_object_is_taken_from_its_owner(catalog: &mut dyn Catalog) {
    apply(catalog, "other", &[write(A, "{}", TITLED), write("team:t", "{}", "{}")]);
    let operations = [taking(write(A, "{}", TITLED), "other")];
    assert_eq!(apply(catalog, "demo", &operations), [Outcome::Done]);
    assert_eq!(apply(catalog, "demo", &operations), [Outcome::Already]);
    assert_eq!(entry(catalog, "other", A).unwrap().owner, None);
    assert_eq!(written(catalog, "other", A), "{}");
    assert!(entry(catalog, "other", "team:t").unwrap().owner.is_some());
    assert!(entry(catalog, "demo", A).unwrap().owner.is_some());
}

/// A write that takes its object from a project.
pub(crate) fn taking(mut operation: GuardedChange, owner: &str) -> GuardedChange {
    if let Change::Write { taken_from, .. } | Change::Make { taken_from, .. } = &mut operation.change {
        *taken_from = Some(owner.into());
    }
    operation
}

pub(crate) fn no_project_comes_to_own_what_another_owns(catalog: &mut dyn Catalog) {
    apply(catalog, "first", &[write(A, "{}", TITLED)]);
    apply(catalog, "second", &[taking(write(A, TITLED, TITLED), "first")]);
    let digest = entry(catalog, "demo", A).unwrap().digest().unwrap();
    let change = Change::Delete { before: digest };
    // What was planned before somebody else came to own it: to make it, to change it, to take it from who had it, and to delete it.
    for (project, operation) in [
        ("third", make(A, &map(TITLED))),
        ("third", write(A, TITLED, TITLED)),
        ("third", taking(write(A, TITLED, TITLED), "first")),
        ("first", write(A, TITLED, r#"{"title":"Mine"}"#)),
        ("first", GuardedChange { address: address(A), change }),
    ] {
        let operations = [write("entity:service:beside", "{}", TITLED), operation];
        match catalog.apply(&Batch { alone: true, ..batch(project, &operations) }) {
            Err(CatalogError::Owned { address, owner }) => {
                assert_eq!((address.to_string().as_str(), &*owner), (A, "second"));
            }
            other => panic!("{project}: {other:?}"),
        }
        assert_eq!(body(catalog, "entity:service:beside"), None, "something was written");
    }
    let owners = |catalog: &dyn Catalog| {
        ["first", "second", "third"].map(|one| entry(catalog, one, A).is_some_and(|entry| entry.owner.is_some()))
    };
    assert_eq!((body(catalog, A), owners(catalog)), (Some(map(TITLED)), [false, true, false]));
    // Who lets go of it leaves it to whoever comes.
    apply(catalog, "second", &[GuardedChange { address: address(A), change: Change::Forget }]);
    assert_eq!(apply(catalog, "third", &[write(A, TITLED, TITLED)]), [Outcome::Done]);
    assert_eq!(owners(catalog), [false, false, true]);
}
