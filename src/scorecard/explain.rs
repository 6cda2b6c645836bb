use super::kleene::Items;
use super::prepared::{Prepared, Probe};
use super::{Scores, Verdict};
use crate::model::FieldPath;

impl Prepared<'_> {
    /// Judges one entity by one rule, by their indices in the scores that [`Prepared::evaluate`] gave, without
    /// the columns: the same verdict, with the reason where it cannot be told. Nothing for indices that the
    /// scores do not have.
    pub fn explain(&self, scores: &Scores, entity: usize, rule: usize) -> Option<Verdict> {
        let card = self.cards.get(scores.card)?;
        let (_, program) = card.rules.get(rule)?;
        let (table, row) = (card.table?, scores.entities.get(entity)?.row);
        Some(program.verdict(Items::Every, &|number: usize, items: Items| {
            let Probe { test, asked, .. } = &self.probes[number];
            asked.verdict(test, items, &|path: &FieldPath| self.tables.cell(table, row, path))
        }))
    }
}
