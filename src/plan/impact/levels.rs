use crate::catalog::LevelRecord;
use crate::model::{Address, Name};
use crate::plan::document::{LevelAfter, Standing, Transition};
use std::collections::BTreeMap;

type Standings<'l> = BTreeMap<(&'l Name, &'l Address), &'l Option<Name>>;

/// The entities whose level changes, by scorecard and levels.
pub(in crate::plan) fn transitions(before: &[LevelRecord], after: &[LevelRecord]) -> Vec<Transition> {
    let index = |records: &'_ [LevelRecord]| -> Vec<(Name, Address)> {
        records.iter().map(|record| (record.scorecard.clone(), record.entity.clone())).collect()
    };
    let mut keys = index(before);
    keys.extend(index(after));
    keys.sort_unstable();
    keys.dedup();
    let (before, after) = (standings(before), standings(after));
    let mut transitions: Vec<Transition> = keys
        .iter()
        .filter_map(|(scorecard, entity)| {
            let [from, to] = [&before, &after].map(|side| standing(side.get(&(scorecard, entity)).copied()));
            let moved = from != to;
            moved.then(|| Transition { scorecard: scorecard.to_string(), entity: entity.to_string(), from, to })
        })
        .collect();
    transitions.sort();
    transitions
}

fn standings(records: &[LevelRecord]) -> Standings<'_> {
    records.iter().map(|record| ((&record.scorecard, &record.entity), &record.level)).collect()
}

fn standing(level: Option<&Option<Name>>) -> Standing {
    match level {
        None => Standing::NotJudged,
        Some(None) => Standing::Below,
        Some(Some(level)) => Standing::Level(level.to_string()),
    }
}

/// Levels as the plan's document holds them.
pub(in crate::plan) fn levels_after(records: &[LevelRecord]) -> Vec<LevelAfter> {
    records
        .iter()
        .map(|record| LevelAfter {
            scorecard: record.scorecard.to_string(),
            entity: record.entity.to_string(),
            level: record.level.as_ref().map(ToString::to_string),
        })
        .collect()
}
