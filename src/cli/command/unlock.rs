use super::open;
use crate::cli::arguments::{Format, Unlock};
use crate::cli::{Context, Failure};
use crate::report::{self, Clearing, counted};
use crate::session::{Ending, TargetLease, clear_leases, clear_locks, leases, leases_of};

/// `plat unlock [RUN]`: who has the right to write, and clearing that on purpose.
pub(super) fn run(arguments: &Unlock, context: &Context) -> Result<Ending, Failure> {
    let Some(mut opened) = open::whatever_is_wrong(context)? else { return Ok(Ending::Configuration) };
    let (_, targets) = opened.at(context);
    let (found, failed) = leases(targets);
    let ending = if failed.is_empty() { Ending::Success } else { Ending::World };
    let meant = match &arguments.run {
        Some(run) => leases_of(run, found, &failed),
        None => Ok(found),
    };
    for failure in failed {
        context.output.fail(&Failure::from(failure), ending);
    }
    for (store, lock) in clear_locks(targets) {
        let lock = lock.display();
        context
            .complain(&report::clean(&format!("Took away {lock}, which a killed run left in state store {store}.")))?;
    }
    let (meant, clears) = (meant?, arguments.all || arguments.run.is_some());
    if !clears || meant.is_empty() {
        context.print(&shown(&meant, Clearing::None, context))?;
        return Ok(ending);
    }
    if context.format != Format::Json {
        context.print(&shown(&meant, Clearing::None, context))?;
    }
    let question = "Clear these leases? A run that is still at work is not stopped by it.";
    if !arguments.auto_approve && !context.agrees(question)? {
        return Ok(ending);
    }
    clear_leases(targets, &meant)?;
    context.print(&match context.format {
        Format::Json => shown(&meant, Clearing::Done, context),
        Format::Human | Format::Github => format!("\nCleared {}.\n", counted(meant.len(), "lease")),
    })?;
    Ok(ending)
}

fn shown(leases: &[TargetLease], clearing: Clearing, context: &Context) -> String {
    match context.format {
        Format::Json => report::leases_json(leases, context.now, clearing),
        Format::Human | Format::Github if leases.is_empty() => "No target has a lease of this project.\n".to_owned(),
        Format::Human | Format::Github => report::lease_table(leases, context.now, context.style),
    }
}
