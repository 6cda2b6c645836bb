use crate::catalog::LevelRecord;
use crate::scorecard::Scores;

/// The levels of scores as a catalog keeps them, by scorecard and entity.
pub fn level_records(scores: &[Scores]) -> Vec<LevelRecord> {
    let mut records: Vec<LevelRecord> = scores
        .iter()
        .flat_map(|card| {
            card.entities.iter().map(|score| LevelRecord {
                scorecard: card.scorecard.clone(),
                entity: score.address.clone(),
                level: score.level.and_then(|index| card.levels.get(index)).cloned(),
            })
        })
        .collect();
    records.sort_unstable();
    records
}
