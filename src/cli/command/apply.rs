use super::{plan, proposals};
use crate::apply::{Applied, Delivery, Run, Targets, apply, differences, verify};
use crate::cli::arguments::{Apply, Format, Replan, Via};
use crate::cli::identity::{fresh_id, holder, run_id};
use crate::cli::watch::Watch;
use crate::cli::{Context, Exit, Failure, reports};
use crate::model::Identity;
use crate::plan::{DocumentError, Plan};
use crate::report::{self, Ended, Subject};
use crate::session::{
    Disk, Loaded, Progress, SessionError, make_own_folder, misfits, open_targets, plan_again, settle_identity,
};
use crate::source::{FileId, Span, Spanned};
use crate::store::{RevisionError, commit_of, head_revision};

/// `plat apply`: a saved plan, or one made now, shown and agreed to.
pub(super) fn run(arguments: &Apply, context: &mut Context) -> Result<Exit, Failure> {
    reports::prepare(&arguments.reports)?;
    let disk = context.disk()?;
    let loaded = context.read(&disk)?;
    let root = context.github_root();
    let subject = reports::of_project("apply", &loaded, &root);
    if loaded.diagnostics.has_errors() {
        reports::write(&arguments.reports, &subject, &context.output)?;
        return Ok(Exit::Configuration);
    }
    context.meter.begin("Opening the catalog and the state stores", None);
    let targets = open_targets(&disk, &loaded.project, &context.environment, &fresh_id(&loaded.project));
    context.meter.end();
    let mut targets = targets?;
    let plan = match &arguments.file {
        Some(path) => saved(path, arguments, &targets.identity, context)?,
        None => plan::make(&loaded, &mut targets, &arguments.allow, context)?,
    };
    plan::print(&plan, &arguments.detail, context)?;
    reports::write(&arguments.reports, &Subject { plan: Some(&plan), ..subject }, &context.output)?;
    if let Some(exit) = plan::stopped(&plan) {
        return Ok(exit);
    }
    let plan = match &arguments.file {
        Some(_) => match current(plan, arguments, &loaded, &mut targets, context)? {
            Some(plan) => plan,
            None => return Ok(Exit::Stale),
        },
        None => plan,
    };
    let asks = plan.has_changes() && arguments.file.is_none() && !arguments.auto_approve;
    if asks && !context.agrees("Apply these changes?")? {
        context.complain("Nothing was changed.")?;
        return Ok(Exit::Success);
    }
    let subject = Subject { plan: Some(&plan), ..subject };
    carry_out(arguments, &subject, &plan, &loaded, &mut targets, context)
}

/// A saved plan, or an equivalent one made now where that is asked for; nothing where it is stale or not for this project, which is
/// told.
fn current(
    approved: Plan,
    arguments: &Apply,
    loaded: &Loaded,
    targets: &mut Targets,
    context: &Context,
) -> Result<Option<Plan>, Failure> {
    let misfits = misfits(&approved, loaded, targets)?;
    if !misfits.is_empty() {
        context.complain(&report::misfits(&misfits))?;
        return Ok(None);
    }
    let stale = verify(&approved, targets).map_err(SessionError::from)?;
    if stale.is_empty() {
        return Ok(Some(approved));
    }
    let Some(Replan::IfEquivalent) = arguments.replan else {
        context.complain(&report::stale(&stale))?;
        return Ok(None);
    };
    let again = context.settled(plan_again(loaded, targets, &approved, context.now), &loaded.sources)?;
    let differences = differences(&approved, &again);
    if differences.is_empty() {
        context.complain(&format!("The plan is stale; made again as {}, it does the same.", again.id))?;
        return Ok(Some(again));
    }
    context.complain(&report::not_equivalent(&stale, &differences))?;
    Ok(None)
}

/// A saved plan of this very project, and of the text that is expected.
fn saved(path: &std::path::Path, arguments: &Apply, identity: &Identity, context: &Context) -> Result<Plan, Failure> {
    let plan = plan::read(path, context)?;
    let unusable = |source| Failure::Document { path: path.display().to_string(), source };
    if let Some(revision) = &arguments.expect_source {
        let commit = match commit_of(context.disk()?.root(), revision) {
            Ok(commit) => commit,
            Err(RevisionError::NoRepository { .. }) => {
                return Err(unusable(DocumentError::Nowhere { expected: revision.clone() }));
            }
            Err(error) => return Err(SessionError::from(error).into()),
        };
        plan.is_of_source(&commit).map_err(unusable)?;
    }
    let other = |plan: &str, this: &str| {
        Err(Failure::Usage(format!("{} is a plan of project {plan}, and this is {this}", path.display())))
    };
    match &plan.identity {
        None if plan.project != identity.name => other(&plan.project, &identity.name),
        Some(id) if *id != identity.id => other(id, &identity.id),
        Some(_) | None => Ok(plan),
    }
}

fn carry_out(
    arguments: &Apply,
    subject: &Subject<'_>,
    plan: &Plan,
    loaded: &Loaded,
    targets: &mut Targets,
    context: &mut Context,
) -> Result<Exit, Failure> {
    let disk = context.disk()?;
    make_own_folder(&disk);
    settle_identity(&disk, &loaded.project, &context.environment, targets)?;
    let run = name(arguments, plan, &disk, loaded, context);
    let open = {
        let (disk, mut project, environment) = (disk.clone(), loaded.project.clone(), context.environment.clone());
        let id = targets.identity.id.clone();
        project.id = Some(Spanned::new(id.as_str().into(), Span::start_of(FileId(0))));
        move || open_targets(&disk, &project, &environment, &id).ok()
    };
    let mut watch = Watch::new(arguments.lock_timeout, open, &context.meter, context.output.clone());
    for store in targets.stores.values_mut() {
        store.heed(&watch.signal, arguments.lock_timeout);
    }
    let mut applied = Applied::default();
    let outcome = apply(plan, targets, &run, &mut watch, &mut applied);
    context.meter.end();
    let ended = Ended { run: &run, applied: &applied, outcome: &outcome };
    if context.format == Format::Json {
        context.print(&report::applied_json(&ended))?;
    }
    let reported = Subject { applied: Some(ended), ..*subject };
    if let Err(failure) = reports::write(&arguments.reports, &reported, &context.output) {
        // What became of the apply matters more than what is told of it.
        context.output.tell(&report::clean(&failure.to_string()));
    }
    if let Some(journal) = &applied.journal {
        context.complain(&report::clean(&format!(
            "The journal could not be written, and nothing depends on it: {journal}"
        )))?;
    }
    let partly = applied.is_partly();
    if let Err(error) = outcome {
        if partly {
            context.complain("The apply stopped on its way: run it again, and it goes on from here.")?;
            context.output.complain(&report::left(&applied.left))?;
        }
        let failure = Failure::Apply { error, partly };
        return if watch.is_asked_to_stop() { Ok(failure.told(watch.exit(), &context.output)) } else { Err(failure) };
    }
    if applied.stopped {
        context.complain("Stopped cleanly before the end: run it again, and it goes on from here.")?;
        context.output.complain(&report::left(&applied.left))?;
        return Ok(watch.exit());
    }
    proposals::tell(targets, context)?;
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
fn name(arguments: &Apply, plan: &Plan, disk: &Disk, loaded: &Loaded, context: &Context) -> Run {
    Run {
        id: run_id(context.now),
        holder: holder(|name| std::env::var(name).ok()),
        time: context.now,
        source: plan.source.clone().or_else(|| head_revision(disk.root(), &loaded.files)),
        lease: Some(i64::try_from(arguments.lease_ttl.as_secs()).unwrap_or(i64::MAX)),
        delivery: match arguments.via {
            Via::Commit => Delivery::Commit,
            Via::PullRequest => Delivery::Proposal,
        },
    }
}
