use crate::catalog::LevelRecord;
use crate::model::{Address, Kind, Name};
use crate::plan::document::{Following, Looked, Operation, Standing, Transition};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// The entities whose level changes, by scorecard and levels. Both sides are sorted. What gets another name, a scorecard or an
/// entity, is the same one. What is `left` of what is no longer declared, of an entity or a scorecard, is judged by no text: its
/// levels stay.
pub(in crate::plan) fn transitions(
    (before, after): (&[LevelRecord], &[LevelRecord]),
    operations: &[Operation],
    left: &BTreeSet<Address>,
) -> Vec<Transition> {
    let is_left = |record: &LevelRecord| {
        !left.is_empty()
            && (left.contains(&record.entity)
                || left.contains(&Address::new(Kind::Scorecard, record.scorecard.clone())))
    };
    let before = renamed(before, operations);
    let (mut before, mut after) = (before.iter().peekable(), after.iter().peekable());
    let mut transitions = Vec::new();
    loop {
        let order = match (before.peek(), after.peek()) {
            (Some(old), Some(new)) => key(old).cmp(&key(new)),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => break,
        };
        let old = if order.is_le() { before.next() } else { None };
        let new = if order.is_ge() { after.next() } else { None };
        let Some(record) = old.or(new) else { break };
        if old.map(|record| &record.level) != new.map(|record| &record.level) && !is_left(record) {
            transitions.push(Transition {
                scorecard: record.scorecard.clone(),
                entity: record.entity.clone(),
                from: standing(old),
                to: standing(new),
                owner: None,
                declared: None,
            });
        }
    }
    transitions.sort();
    transitions
}

/// Levels under the names that operations give to what has them, sorted.
fn renamed(levels: &[LevelRecord], operations: &[Operation]) -> Vec<LevelRecord> {
    let names: BTreeMap<&Address, &Address> = operations.iter().filter_map(Operation::renames).collect();
    let mut levels = levels.to_vec();
    if names.is_empty() {
        return levels;
    }
    for record in &mut levels {
        record.rename(&names);
    }
    levels.sort_unstable();
    levels
}

/// How much is looked at: every level of the project, or none. What is left though it is no longer declared is not judged.
pub(super) fn looked(is_evaluated: bool, left: &BTreeSet<Address>) -> Looked {
    let is_read = |address: &&Address| {
        matches!(address.kind, Kind::Blueprint | Kind::Entity | Kind::Scorecard | Kind::Promise | Kind::Request)
    };
    if is_evaluated {
        let why = left.iter().filter(is_read).map(|one| format!("{one} keeps what is no longer declared"));
        Looked::all_but(Following::Levels, why.collect())
    } else {
        Looked::not_at_all(Following::Levels, "nothing that scorecards read changes")
    }
}

fn key(record: &LevelRecord) -> (&Name, &Address) {
    (&record.scorecard, &record.entity)
}

fn standing(record: Option<&LevelRecord>) -> Standing {
    match record.map(|record| record.level.as_ref()) {
        None => Standing::NotJudged,
        Some(None) => Standing::Below,
        Some(Some(level)) => Standing::Level(level.clone()),
    }
}
