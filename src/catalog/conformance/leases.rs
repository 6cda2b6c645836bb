//! One run at a time.

use super::*;

fn lease(run: &str, expires: i64) -> Lease {
    Lease { run: run.into(), holder: format!("somebody of {run}"), expires }
}

pub(crate) fn a_lease_keeps_others_out_until_it_ends(catalog: &mut dyn Catalog) {
    assert_eq!(catalog.acquire("demo", &lease("a", 160), 100).unwrap(), Leased::Granted);
    assert_eq!(catalog.acquire("demo", &lease("b", 219), 159).unwrap(), Leased::Held(lease("a", 160)));
    assert_eq!(catalog.acquire("other", &lease("b", 219), 159).unwrap(), Leased::Granted);
    assert_eq!(catalog.acquire("demo", &lease("b", 220), 160).unwrap(), Leased::TakenOver(lease("a", 160)));
    assert_eq!(catalog.acquire("demo", &lease("a", 221), 161).unwrap(), Leased::Held(lease("b", 220)));
    assert_eq!(catalog.lease("demo").unwrap(), Some(lease("b", 220)));
    assert_eq!(catalog.lease("nobody").unwrap(), None);
}

pub(crate) fn a_lease_of_a_clock_that_is_ahead_keeps_nobody_out(catalog: &mut dyn Catalog) {
    let ahead = lease("a", 100 + 365 * 24 * 60 * 60);
    assert_eq!(catalog.acquire("demo", &ahead, 100 + 365 * 24 * 60 * 60 - 60).unwrap(), Leased::Granted);
    assert_eq!(catalog.acquire("demo", &lease("b", 160), 100).unwrap(), Leased::TakenOver(ahead));
    assert_eq!(catalog.lease("demo").unwrap(), Some(lease("b", 160)));
}

pub(crate) fn a_lease_is_renewed_and_given_back_by_its_run_alone(catalog: &mut dyn Catalog) {
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
