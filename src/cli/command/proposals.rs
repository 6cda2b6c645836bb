use super::open;
use crate::cli::arguments::Proposals;
use crate::cli::{Context, Failure};
use crate::plan::Plan;
use crate::report;
use crate::session::{Ending, Suggested, Targets, proposals, proposals_beside};
use crate::workspace::Loaded;

/// `plat proposals`: what was proposed and is remembered, and what became of it.
pub(super) fn run(arguments: &Proposals, context: &Context) -> Result<Ending, Failure> {
    let Some(mut opened) = open::whatever_is_wrong(context)? else { return Ok(Ending::Configuration) };
    let (session, targets) = opened.at(context);
    if session.loaded.diagnostics.has_errors() {
        context.complain(NOT_JUDGED)?;
    }
    let mut all = context.looked(session.loaded, targets, |targets| proposals(session.loaded, targets, context.now))?;
    if arguments.prune {
        for one in all.iter().filter(|one| !one.is_open()) {
            one.withdraw(targets, context.now)?;
            let (standing, name) = (one.proposal.standing.word(), &one.proposal.name);
            let line = format!("{}: took away {name}, which is {standing}", one.target);
            context.complain(&report::clean(&line))?;
        }
        all.retain(Suggested::is_open);
    }
    let text = || match &*all {
        [] => "No proposal of this project is known.\n".to_owned(),
        all => report::proposal_table(all, context.style),
    };
    context.show(|| report::proposals_json(&all), text)
}

/// What is not said of proposals where the text cannot be read.
const NOT_JUDGED: &str = "What was proposed is told as it stands there: whether the text still says it is not known.";

/// Says what waits beside a plan, and what can be cleaned up.
pub(super) fn tell(plan: &Plan, loaded: &Loaded, targets: &mut Targets, context: &Context) -> Result<(), Failure> {
    let prune = context.command("proposals --prune");
    for one in context.settled(proposals_beside(plan, loaded, targets), &loaded.sources)? {
        if let Some(told) = report::proposal_told(&one, &prune) {
            context.complain(&told)?;
        }
    }
    Ok(())
}
