//! The journal.

use super::*;

pub(crate) fn run(run: &str, began: i64) -> RunRecord {
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

pub(crate) fn runs_are_told_newest_first(catalog: &mut dyn Catalog) {
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

pub(crate) fn old_runs_are_forgotten(catalog: &mut dyn Catalog) {
    for (began, _) in (0..).zip(0..=KEPT_RUNS) {
        catalog.record_run("demo", &run(&format!("run-{began}"), began)).unwrap();
    }
    let runs = catalog.runs("demo", usize::MAX).unwrap();
    assert_eq!((runs.len(), runs.last().unwrap().began), (KEPT_RUNS, 1));
}
