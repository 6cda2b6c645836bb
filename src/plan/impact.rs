use super::document::{LevelAfter, Operation, Rerender, Standing, Target, Transition};
use crate::catalog::LevelRecord;
use crate::model::{Address, Name};
use std::collections::{BTreeMap, BTreeSet};

/// The requests whose files change, by request, with the planned changes that cause it.
pub(super) fn rendered(operations: &[Operation]) -> Vec<Rerender> {
    let planned: BTreeSet<&str> = operations.iter().map(|operation| operation.address.as_str()).collect();
    let mut by_request: BTreeMap<&str, Rerender> = BTreeMap::new();
    for operation in operations {
        let Target::File(file) = &operation.target else { continue };
        let Some(request) = &file.request else { continue };
        let entry = by_request.entry(request).or_insert_with(|| Rerender {
            request: request.clone(),
            because: causes(request, &planned),
            files: Vec::new(),
        });
        entry.files.push(format!("{}:{}", file.store, file.path));
        let destination = file.destination.as_ref().map(|name| format!("destination:{name}"));
        let destination = destination.filter(|address| planned.contains(address.as_str()));
        entry.because.extend(destination.filter(|address| !entry.because.contains(address)));
    }
    by_request.into_values().collect()
}

/// The planned changes, of a request and its promise, that can change what it renders to.
pub(super) fn causes(request: &str, planned: &BTreeSet<&str>) -> Vec<String> {
    let promise = Address::parse(request).map(|address| format!("promise:{}", address.parent));
    let candidates = [Some(request.to_owned()), promise].into_iter().flatten();
    candidates.filter(|address| planned.contains(address.as_str())).collect()
}

type Standings<'l> = BTreeMap<(&'l Name, &'l Address), &'l Option<Name>>;

/// The entities whose level changes, by scorecard and levels.
pub(super) fn transitions(before: &[LevelRecord], after: &[LevelRecord]) -> Vec<Transition> {
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
pub(super) fn levels_after(records: &[LevelRecord]) -> Vec<LevelAfter> {
    records
        .iter()
        .map(|record| LevelAfter {
            scorecard: record.scorecard.to_string(),
            entity: record.entity.to_string(),
            level: record.level.as_ref().map(ToString::to_string),
        })
        .collect()
}
