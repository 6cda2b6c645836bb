use super::proposals;
use crate::apply::{Applied, Delivery, Run, Targets, apply};
use crate::cli::arguments::{Carrying, Format, Via};
use crate::cli::identity::{holder, run_id};
use crate::cli::watch::Watch;
use crate::cli::{Context, Exit, Failure, reports};
use crate::plan::Plan;
use crate::report::{self, Ended, Subject};
use crate::session::{Disk, Loaded, SessionError, head_revision, make_own_folder, open_targets_of, settle_identity};
use crate::wait::Wait;

/// Carries out a plan that was agreed to, and tells what it came to. The targets were opened to wait as `wait` says.
pub(super) fn out(
    carrying: &Carrying,
    subject: &Subject<'_>,
    plan: &Plan,
    loaded: &Loaded,
    (targets, wait): (&mut Targets, &Wait),
    context: &mut Context,
) -> Result<Exit, Failure> {
    let disk = context.disk()?;
    make_own_folder(&disk);
    settle_identity(&disk, &loaded.project, &context.environment, targets, wait)?;
    let run = name(carrying, plan, &disk, loaded, context);
    let open = {
        let (disk, project, environment) = (disk.clone(), loaded.project.clone(), context.environment.clone());
        let identity = targets.identity.clone();
        move || open_targets_of(&disk, &project, &environment, &identity, &Wait::default()).ok()
    };
    let mut watch = Watch::new(wait, open, &context.meter, context.output.clone(), context.command("unlock"));
    // Also where nothing else is written: every look at what an older plat wrote costs a copy of it.
    targets.catalog.renew().map_err(SessionError::from)?;
    for store in targets.stores.values_mut() {
        // Also where nothing is to be written: what a killed run left is in the way of others too.
        store.unlock();
    }
    let mut applied = Applied::default();
    let outcome = apply(plan, targets, &run, &mut watch, &mut applied);
    context.meter.end();
    let ended = Ended { run: &run, applied: &applied, outcome: &outcome };
    if context.format == Format::Json {
        context.print(&report::applied_json(&ended))?;
    }
    let reported = Subject { applied: Some(ended), ..*subject };
    if let Err(failure) = reports::write(&carrying.reports, &reported, &context.output) {
        // What became of the apply matters more than what is told of it.
        context.output.tell(&report::clean(&failure.to_string()));
    }
    if let Some(journal) = &applied.journal {
        context.complain(&report::clean(&format!(
            "The journal could not be written, so that the plan counts as not carried out, and nothing else depends on it: {journal}"
        )))?;
    }
    let partly = applied.is_partly();
    if let Err(error) = outcome {
        if partly {
            context.complain("The apply stopped on its way: run it again, and it goes on from here.")?;
            context.output.complain(&(report::written(&applied) + &report::left(&applied.left)))?;
        }
        let failure = Failure::Apply { error, partly };
        return if watch.is_asked_to_stop() { Ok(failure.told(watch.exit(), &context.output)) } else { Err(failure) };
    }
    if applied.stopped {
        context.complain("Stopped cleanly before the end: run it again, and it goes on from here.")?;
        context.output.complain(&(report::written(&applied) + &report::left(&applied.left)))?;
        return Ok(watch.exit());
    }
    let emptied = plan.destroys.then(|| loaded.emptied());
    proposals::tell(emptied.as_ref().unwrap_or(loaded), targets, context)?;
    if context.format != Format::Json && plan.has_changes() {
        let levels = match &plan.impact.levels {
            Some(_) => targets.catalog.levels(&targets.identity.id).map_err(SessionError::from)?,
            None => Vec::new(),
        };
        context.print(&report::applied(&applied, plan, &loaded.project, &levels, context.style))?;
    }
    Ok(Exit::Success)
}

/// The run that this apply is.
fn name(carrying: &Carrying, plan: &Plan, disk: &Disk, loaded: &Loaded, context: &Context) -> Run {
    Run {
        id: run_id(context.now),
        holder: holder(|name| std::env::var(name).ok()),
        time: context.now,
        source: plan.source.clone().or_else(|| head_revision(disk.root(), &loaded.files).ok().flatten()),
        lease: Some(i64::try_from(carrying.lease_ttl.as_secs()).unwrap_or(i64::MAX)),
        patience: i64::try_from(carrying.lock_timeout.as_secs().saturating_add(1)).unwrap_or(i64::MAX),
        delivery: match carrying.via {
            Via::Commit => Delivery::Direct,
            Via::PullRequest => Delivery::Proposal,
        },
    }
}
