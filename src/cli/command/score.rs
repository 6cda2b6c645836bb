use crate::cli::arguments::{Format, Score};
use crate::cli::{Context, Exit, Failure};
use crate::report;
use crate::scorecard::evaluate;

/// `plat score`: the levels that the project's entities reach.
pub(super) fn run(arguments: &Score, context: &mut Context) -> Result<Exit, Failure> {
    let disk = context.disk()?;
    let Some(loaded) = context.load(&disk)? else { return Ok(Exit::Configuration) };
    let mut scores = evaluate(&loaded.project, arguments.now.unwrap_or(context.now));
    if let Some(asked) = &arguments.scorecard {
        scores.retain(|scores| &*scores.scorecard == asked.as_str());
        if scores.is_empty() {
            return Err(Failure::Usage(format!("there is no scorecard `{asked}` in this project")));
        }
    }
    let text = match (context.format, arguments.rules) {
        (Format::Json, _) => report::scores_json(&scores),
        (Format::Human | Format::Github, true) => report::score_rules(&scores, context.style),
        (Format::Human | Format::Github, false) => report::score_levels(&scores, context.style),
    };
    context.print(&text);
    Ok(Exit::Success)
}
