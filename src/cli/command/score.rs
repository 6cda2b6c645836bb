use crate::cli::arguments::Score;
use crate::cli::{Context, Failure};
use crate::report::{self, Card, Explain};
use crate::scorecard::{Prepared, Scores, Verdict};
use crate::session::Ending;

/// `plat score`: the levels that the project's entities reach.
pub(super) fn run(arguments: &Score, context: &Context) -> Result<Ending, Failure> {
    let disk = context.disk()?;
    let Some(loaded) = context.load(&disk)? else { return Ok(Ending::Configuration) };
    let prepared = Prepared::new(&loaded.project, arguments.now.unwrap_or(context.now));
    let mut scores = prepared.evaluate();
    if let Some(asked) = &arguments.scorecard {
        scores.retain(|scores| &*scores.scorecard == asked.as_str());
        if scores.is_empty() {
            return Err(Failure::Usage(format!("there is no scorecard `{asked}` in this project")));
        }
    }
    let explain = |score: &Scores, entity, rule| {
        prepared.explain(score, entity, rule).unwrap_or_else(|| Verdict::Unknown("nothing tells why".to_owned()))
    };
    let card = |score| {
        let verdict = |entity, rule| explain(score, entity, rule);
        Card::new(score, arguments.rules.then_some(&verdict as Explain<'_>))
    };
    let cards: Vec<Card<'_>> = scores.iter().map(card).collect();
    context.show(|| report::score_json(&cards), || report::score_table(&cards, context.style))
}
