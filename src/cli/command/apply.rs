use super::{carry, open, plan};
use crate::apply::{Targets, differences, verify};
use crate::cli::arguments::{Apply, Replan};
use crate::cli::{Context, Exit, Failure, reports};
use crate::model::Identity;
use crate::plan::{DocumentError, Plan};
use crate::report::{self, Subject};
use crate::session::{Loaded, RevisionError, SessionError, commit_of, misfits, plan_again};
use crate::wait::Wait;

/// `plat apply`: a saved plan, or one made now, shown and agreed to.
pub(super) fn run(arguments: &Apply, context: &mut Context) -> Result<Exit, Failure> {
    let wait = Wait::at_most(arguments.carrying.lock_timeout);
    let Some((loaded, mut targets)) = open::project("apply", &arguments.carrying.reports, context, &wait)? else {
        return Ok(Exit::Configuration);
    };
    let subject = reports::of_project("apply", &loaded);
    let plan = match &arguments.file {
        Some(path) => saved(path, arguments, &targets.identity, context)?,
        None => plan::make(&loaded, &mut targets, &arguments.allow, context)?,
    };
    plan::print(&plan, &plan::view(&arguments.carrying.detail), context)?;
    reports::write(&arguments.carrying.reports, &Subject { plan: Some(&plan), ..subject }, &context.output)?;
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
    let asks = plan.has_changes() && arguments.file.is_none() && !arguments.carrying.auto_approve;
    if asks && !context.agrees("Apply these changes?")? {
        context.complain("Nothing was changed.")?;
        return Ok(Exit::Success);
    }
    let subject = Subject { plan: Some(&plan), ..subject };
    carry::out(&arguments.carrying, &subject, &plan, &loaded, (&mut targets, &wait), context)
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
        Some(id) if *id != identity.id => other(id, &identity.id),
        // What it is called goes into the messages of commits.
        _ if plan.project != identity.name => other(&plan.project, &identity.name),
        Some(_) | None => Ok(plan),
    }
}
