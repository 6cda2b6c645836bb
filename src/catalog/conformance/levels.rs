//! The levels of entities.

use super::*;

pub(crate) fn levels_change_one_by_one(catalog: &mut dyn Catalog) {
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
