//! All of a catalog in another one.

use super::*;

/// Two projects with all that a catalog keeps of them.
fn fill(catalog: &mut dyn Catalog) {
    apply(
        catalog,
        "demo",
        &[places::on_line(7, write(A, "{}", TITLED)), places::on_line(8, make("team:t", &map(r#"{"title":"T"}"#)))],
    );
    apply(catalog, "other", &[write(A, r#"{"properties":{"x":1}}"#, r#"{"icon":"i","properties":{"x":9}}"#)]);
    apply(catalog, "other", &[make("team:taken", &map("{}"))]);
    apply(catalog, "demo", &[inventory::taking(write("team:taken", "{}", "{}"), "other")]);
    let mut kept = make("team:kept", &map("{}"));
    if let Change::Make { lifecycle, .. } = &mut kept.change {
        *lifecycle = Some(Arc::new(Lifecycle { protect: true, ..Lifecycle::default() }));
    }
    let (operations, entity) = ([kept], address(A));
    let levels = [
        LevelChange::Set(LevelRecord { scorecard: "s".into(), entity: entity.clone(), level: Some("gold".into()) }),
        LevelChange::Set(LevelRecord { scorecard: "z".into(), entity, level: None }),
    ];
    catalog.apply(&Batch { time: 7, levels: &levels, ..batch("other", &operations) }).unwrap();
    for (project, run) in [("demo", "r1"), ("demo", "r2"), ("other", "r3")] {
        let record = RunRecord {
            run: run.to_owned(),
            plan: "p".to_owned(),
            holder: "ana".to_owned(),
            source: Some("abc".to_owned()),
            began: 5,
            ended: Some(6),
            state: RunRecord::DONE.to_owned(),
            steps: vec![format!("step of {run}")],
        };
        catalog.record_run(project, &record).unwrap();
    }
}

fn all_of(catalog: &dyn Catalog) -> String {
    let of = |project: &str| format!("{} {:?}", everything(catalog, project), catalog.runs(project, 9).unwrap());
    format!("{} {} {:?}", of("demo"), of("other"), catalog.projects().unwrap())
}

pub(crate) fn what_is_copied_says_the_same(catalog: &mut dyn Catalog) {
    fill(catalog);
    let contents = Contents::of(catalog, 0).unwrap();
    let mut copy = Memory::default();
    copy.take_in(&contents).unwrap();
    assert_eq!(all_of(&copy), all_of(catalog));
    assert_eq!(Contents::of(&copy, 0).unwrap(), contents);
}

pub(crate) fn an_empty_catalog_takes_in_a_copy_and_another_one_does_not(catalog: &mut dyn Catalog) {
    let mut source = Memory::default();
    fill(&mut source);
    let contents = Contents::of(&source, 0).unwrap();
    catalog.take_in(&contents).unwrap();
    assert_eq!(all_of(catalog), all_of(&source));
    assert!(matches!(catalog.take_in(&contents), Err(CatalogError::Occupied { .. })));
    assert_eq!(all_of(catalog), all_of(&source));
    // What is taken in is worked on as if it had been written there.
    let operations = [write(A, TITLED, r#"{"title":"B","properties":{"x":9}}"#)];
    assert_eq!(apply(catalog, "demo", &operations), [Outcome::Done]);
    assert_eq!(body(catalog, A), Some(map(r#"{"title":"B","icon":"i","properties":{"x":9}}"#)));
    assert_eq!(apply(catalog, "demo", &[forget("team:t")]), [Outcome::Done]);
}

pub(crate) fn a_catalog_in_which_a_run_is_at_work_is_not_copied(catalog: &mut dyn Catalog) {
    fill(catalog);
    let lease = Lease { run: "r9".to_owned(), holder: "ana".to_owned(), expires: 100 };
    catalog.acquire("demo", &lease, 50).unwrap();
    assert!(matches!(Contents::of(catalog, 60), Err(Incomplete::AtWork { .. })));
    assert!(Contents::of(catalog, 200).is_ok(), "a lease that has ended keeps nobody");
    catalog.release("demo", "r9").unwrap();
    assert!(Contents::of(catalog, 60).is_ok());
}
