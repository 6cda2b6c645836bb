use crate::catalog::LevelRecord;
use crate::model::{Address, Name};
use crate::plan::document::{Standing, Transition};
use std::cmp::Ordering;

/// The entities whose level changes, by scorecard and levels. Both sides are sorted.
pub(in crate::plan) fn transitions(before: &[LevelRecord], after: &[LevelRecord]) -> Vec<Transition> {
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
        if old.map(|record| &record.level) != new.map(|record| &record.level) {
            transitions.push(Transition {
                scorecard: record.scorecard.to_string(),
                entity: record.entity.to_string(),
                from: standing(old),
                to: standing(new),
            });
        }
    }
    transitions.sort();
    transitions
}

fn key(record: &LevelRecord) -> (&Name, &Address) {
    (&record.scorecard, &record.entity)
}

fn standing(record: Option<&LevelRecord>) -> Standing {
    match record.map(|record| record.level.as_deref()) {
        None => Standing::NotJudged,
        Some(None) => Standing::Below,
        Some(Some(level)) => Standing::Level(level.to_owned()),
    }
}
