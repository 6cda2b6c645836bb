use super::prepared::{Prepared, Probe};
use super::program::Program;
use super::{Scores, Verdict};
use crate::model::{Combinator, FieldPath};

impl Prepared<'_> {
    /// Judges one entity by one rule, by their indices in the scores that [`Prepared::evaluate`] gave, without
    /// the columns: the same verdict, with the reason where it cannot be told. Nothing for indices that the
    /// scores do not have.
    pub fn explain(&self, scores: &Scores, entity: usize, rule: usize) -> Option<Verdict> {
        let card = self.cards.get(scores.card)?;
        let (_, program) = card.rules.get(rule)?;
        let (table, row) = (card.table?, scores.entities.get(entity)?.row);
        Some(program.verdict(&|number: usize| {
            let Probe { test, asked, .. } = &self.probes[number];
            asked.verdict(test, &|path: &FieldPath| self.tables.cell(table, row, path))
        }))
    }
}

impl Program {
    /// Judges one thing with Kleene's logic; `test` gives the verdict of a test by its number.
    pub(super) fn verdict(&self, test: &impl Fn(usize) -> Verdict) -> Verdict {
        match self {
            Self::Test(number) => test(*number),
            Self::Elsewhere => Verdict::Unknown("it is judged elsewhere".to_owned()),
            Self::Combined(Combinator::All, parts) => all(parts.iter().map(|part| part.verdict(test))),
            Self::Combined(Combinator::Any, parts) => negate(all(parts.iter().map(|part| negate(part.verdict(test))))),
            Self::Combined(Combinator::None, parts) => all(parts.iter().map(|part| negate(part.verdict(test)))),
        }
    }
}

/// Kleene's conjunction: a failure decides, else what is unknown, for all its reasons.
fn all(verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    let mut reasons: Vec<String> = Vec::new();
    for verdict in verdicts {
        match verdict {
            Verdict::Fail => return Verdict::Fail,
            Verdict::Unknown(reason) if !reasons.contains(&reason) => reasons.push(reason),
            Verdict::Unknown(_) | Verdict::Pass => {}
        }
    }
    if reasons.is_empty() { Verdict::Pass } else { Verdict::Unknown(reasons.join("; ")) }
}

fn negate(verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Pass => Verdict::Fail,
        Verdict::Fail => Verdict::Pass,
        Verdict::Unknown(reason) => Verdict::Unknown(reason),
    }
}
