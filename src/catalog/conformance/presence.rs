use super::*;
use crate::model::Made;

/// An object of which others made, as `spoil` does, what nobody can read: it is there, it is owned, and it is replaced or deleted only where
/// that is what was seen.
pub(crate) fn what_nobody_can_read_is_there<C: Catalog>(catalog: &mut C, spoil: impl Fn(&mut C, &Address)) {
    const MADE: &str = r#"{"title":"A"}"#;
    let protected = Some(Arc::new(Lifecycle { protect: true, ..Lifecycle::default() }));
    let make = |replaces| {
        let base = digest_of(&map(MADE));
        let (made, lifecycle) = (Made::Saved(map(MADE)), protected.clone());
        let change = Change::Make { made, base, lifecycle, from: None, taken_from: None, declared: None, replaces };
        [GuardedChange { address: address(A), change }]
    };
    apply(catalog, "demo", &make(None));
    apply(catalog, "demo", &[write("team:t", "{}", MADE)]);
    spoil(catalog, &address(A));
    let live = |catalog: &C| entry(catalog, "demo", A).unwrap().live.unwrap();
    let seen = live(catalog);
    assert!(seen.read().is_none() && entry(catalog, "demo", A).unwrap().owner.unwrap().is_protected());
    let found = catalog.objects(&[address("team:t"), address(A), address("team:none")]).unwrap();
    assert!(found[0].as_ref().unwrap().read().is_some() && found[2].is_none());
    assert_eq!(found[1].as_ref().unwrap().unreadable(), seen.unreadable());
    // Nobody who saw anything else writes over it or takes it away.
    let other = Digest::of(b"other");
    let is_refused = |catalog: &mut C, operation: &GuardedChange| {
        let refused = catalog.apply(&batch("demo", std::slice::from_ref(operation)));
        assert!(matches!(refused, Err(CatalogError::Conflict { .. })), "{operation:?}");
    };
    is_refused(catalog, &write(A, MADE, r#"{"title":"B"}"#));
    is_refused(catalog, &make(None)[0]);
    is_refused(catalog, &make(Some(other))[0]);
    is_refused(catalog, &delete(A, MADE));
    assert_eq!(live(catalog), seen);
    assert_eq!(apply(catalog, "demo", &make(Some(seen.digest()))), [Outcome::Done]);
    assert_eq!(body(catalog, A), Some(map(MADE)));
    assert!(entry(catalog, "demo", A).unwrap().owner.unwrap().is_protected());
    assert_eq!(apply(catalog, "demo", &make(Some(seen.digest()))), [Outcome::Already]);
    // What can be read again is no longer what was seen.
    apply(catalog, "demo", &[write(A, MADE, r#"{"title":"B"}"#)]);
    is_refused(catalog, &make(Some(seen.digest()))[0]);
    spoil(catalog, &address(A));
    let change = Change::Delete { before: live(catalog).digest() };
    assert_eq!(apply(catalog, "demo", &[GuardedChange { address: address(A), change }]), [Outcome::Done]);
    assert_eq!(entry(catalog, "demo", A), None);
}
