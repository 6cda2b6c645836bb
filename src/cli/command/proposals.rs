use crate::apply::Targets;
use crate::cli::arguments::{Format, Proposals};
use crate::cli::identity::fresh_id;
use crate::cli::{Context, Exit, Failure};
use crate::report;
use crate::session::{Loaded, SessionError, Suggested, open_targets, proposals};
use crate::store::Standing;
use crate::wait::Wait;

/// `plat proposals`: what was proposed and is remembered, and what became of it.
pub(super) fn run(arguments: &Proposals, context: &mut Context) -> Result<Exit, Failure> {
    let disk = context.disk()?;
    let Some(loaded) = context.load(&disk)? else { return Ok(Exit::Configuration) };
    let fresh = fresh_id(&loaded.project);
    let mut targets = open_targets(&disk, &loaded.project, &context.environment, &fresh, &Wait::default())?;
    let mut all = context.settled(proposals(&loaded, &mut targets), &loaded.sources)?;
    if arguments.prune {
        let is_open = |one: &Suggested| one.proposal.standing == Standing::Open;
        for Suggested { store: name, proposal, .. } in all.iter().filter(|one| !is_open(one)) {
            let Some(mut known) = targets.stores.get_mut(name).and_then(|store| store.proposals()) else { continue };
            known.withdraw(&proposal.name, context.now).map_err(SessionError::from)?;
            let (standing, proposed) = (proposal.standing.word(), &proposal.name);
            context.complain(&report::clean(&format!("{name}: took away {proposed}, which is {standing}")))?;
        }
        all.retain(is_open);
    }
    let text = match context.format {
        Format::Json => report::proposals_json(&all),
        Format::Human | Format::Github if all.is_empty() => "No proposal of this project is known.\n".to_owned(),
        Format::Human | Format::Github => report::proposal_table(&all, context.style),
    };
    context.print(&text)?;
    Ok(Exit::Success)
}

/// Says what waits, and what can be cleaned up.
pub(super) fn tell(loaded: &Loaded, targets: &mut Targets, context: &Context) -> Result<(), Failure> {
    let prune = context.command("proposals --prune");
    for one in context.settled(proposals(loaded, targets), &loaded.sources)? {
        if let Some(told) = report::proposal_told(&one, &prune) {
            context.complain(&told)?;
        }
    }
    Ok(())
}
