use crate::apply::Targets;
use crate::cli::arguments::{Format, Proposals};
use crate::cli::identity::fresh_id;
use crate::cli::{Context, Exit, Failure};
use crate::report;
use crate::session::{SessionError, open_targets};
use crate::store::{Outstanding, Standing};

/// `plat proposals`: what was proposed and is remembered, and what became of it.
pub(super) fn run(arguments: &Proposals, context: &mut Context) -> Result<Exit, Failure> {
    let disk = context.disk()?;
    let Some(loaded) = context.load(&disk)? else { return Ok(Exit::Configuration) };
    let fresh = fresh_id(&loaded.project);
    let mut targets = open_targets(&disk, &loaded.project, &context.environment, &fresh)?;
    let mut all = outstanding(&mut targets)?;
    if arguments.prune {
        for (name, proposal) in all.iter().filter(|(_, proposal)| proposal.standing != Standing::Open) {
            let Some(store) = targets.stores.get_mut(name) else { continue };
            store.withdraw(&proposal.branch, context.now).map_err(SessionError::from)?;
            let (standing, branch) = (proposal.standing.word(), &proposal.branch);
            context.complain(&report::clean(&format!("{name}: took away {branch}, which is {standing}")))?;
        }
        all.retain(|(_, proposal)| proposal.standing == Standing::Open);
    }
    let text = match context.format {
        Format::Json => report::proposals_json(&all),
        Format::Human | Format::Github => report::proposal_table(&all, context.style),
    };
    context.print(&text)?;
    Ok(Exit::Success)
}

/// Says what waits, and what can be cleaned up.
pub(super) fn tell(targets: &mut Targets, context: &Context) -> Result<(), Failure> {
    let prune = context.command("proposals --prune");
    for (store, Outstanding { branch, files, arrived, standing, .. }) in outstanding(targets)? {
        let told = match standing {
            Standing::Merged => continue,
            Standing::Open => format!("waits to be merged, with {arrived} of {files} files there already"),
            Standing::Superseded => format!("is superseded by a later one: `{prune}` takes it away"),
            Standing::Closed => format!("was closed without all of it: `{prune}` forgets it"),
        };
        context.complain(&report::clean(&format!("{store}: the proposal {branch} {told}")))?;
    }
    Ok(())
}

fn outstanding(targets: &mut Targets) -> Result<Vec<(String, Outstanding)>, Failure> {
    let mut all = Vec::new();
    for (name, store) in &mut targets.stores {
        let proposals = store.proposals().map_err(SessionError::from)?;
        all.extend(proposals.into_iter().map(|proposal| (name.clone(), proposal)));
    }
    Ok(all)
}
