use crate::cli::arguments::{Format, Unlock};
use crate::cli::identity::fresh_id;
use crate::cli::{Context, Exit, Failure};
use crate::report::{self, Clearing, counted};
use crate::session::{TargetLease, clear_leases, clear_locks, leases, open_targets};
use crate::wait::Wait;
use std::collections::BTreeSet;

/// `plat unlock [RUN]`: who has the right to write, and clearing that on purpose.
pub(super) fn run(arguments: &Unlock, context: &mut Context) -> Result<Exit, Failure> {
    let disk = context.disk()?;
    let Some(loaded) = context.load(&disk)? else { return Ok(Exit::Configuration) };
    let mut targets =
        open_targets(&disk, &loaded.project, &context.environment, &fresh_id(&loaded.project), &Wait::default())?;
    let (found, failed) = leases(&mut targets);
    let exit = if failed.is_empty() { Exit::Success } else { Exit::World };
    for failure in failed {
        Failure::from(failure).told(exit, &context.output);
    }
    for (store, lock) in clear_locks(&mut targets) {
        let lock = lock.display();
        context
            .complain(&report::clean(&format!("Took away {lock}, which a killed run left in state store {store}.")))?;
    }
    let clears = arguments.all || arguments.run.is_some();
    let meant = match &arguments.run {
        Some(run) => of_run(run, found, exit)?,
        None => found,
    };
    if !clears || meant.is_empty() {
        context.print(&shown(&meant, Clearing::None, context))?;
        return Ok(exit);
    }
    if context.format != Format::Json {
        context.print(&shown(&meant, Clearing::None, context))?;
    }
    let question = "Clear these leases? A run that is still at work is not stopped by it.";
    if !arguments.auto_approve && !context.agrees(question)? {
        context.complain("Nothing was changed.")?;
        return Ok(exit);
    }
    clear_leases(&mut targets, &meant)?;
    context.print(&match context.format {
        Format::Json => shown(&meant, Clearing::Done, context),
        Format::Human | Format::Github => format!("\nCleared {}.\n", counted(meant.len(), "lease")),
    })?;
    Ok(exit)
}

/// The leases of the only run whose name begins so. Where not every target was asked, it may have none.
fn of_run(name: &str, leases: Vec<TargetLease>, asked: Exit) -> Result<Vec<TargetLease>, Failure> {
    let meant: Vec<TargetLease> = leases.into_iter().filter(|one| one.lease.run.starts_with(name)).collect();
    let runs: BTreeSet<&str> = meant.iter().map(|one| one.lease.run.as_str()).collect();
    match runs.len() {
        0 if asked == Exit::Success => Err(Failure::Usage(format!("no target has a lease of a run `{name}`"))),
        0 | 1 => Ok(meant),
        more => Err(Failure::Usage(format!("the leases of {more} runs begin with `{name}`"))),
    }
}

fn shown(leases: &[TargetLease], clearing: Clearing, context: &Context) -> String {
    match context.format {
        Format::Json => report::leases_json(leases, context.now, clearing),
        Format::Human | Format::Github if leases.is_empty() => "No target has a lease of this project.\n".to_owned(),
        Format::Human | Format::Github => report::lease_table(leases, context.now, context.style),
    }
}
