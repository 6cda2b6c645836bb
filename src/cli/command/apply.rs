use super::{carry, open, plan};
use crate::cli::arguments::{self, Apply};
use crate::cli::{Context, Failure, reports};
use crate::plan::Plan;
use crate::report::{self, Subject};
use crate::session::{Approved, Ending, Replan, Session, Targets};

/// `plat apply`: a saved plan, or one made now, shown and agreed to.
pub(super) fn run(arguments: &Apply, context: &Context) -> Result<Ending, Failure> {
    let wait = context.wait.limited(arguments.carrying.lock_timeout);
    let saved = arguments.file.as_ref().map(|path| Ok::<_, Failure>((path, plan::read(path, context)?))).transpose()?;
    // A plan brings along its environment, and what was given for parameters of the project.
    let disk = match &saved {
        Some((_, plan)) if context.env.is_none() => {
            context.folder()?.in_environment(plan.made_for.environment.clone()).also_with(&plan.made_for.parameters)
        }
        Some((_, plan)) => context.disk()?.also_with(&plan.made_for.parameters),
        None => context.disk()?,
    };
    let Some(mut opened) = open::of_folder(disk, "apply", &arguments.carrying.reports, context, &wait)? else {
        if saved.is_some() {
            context.complain(NEEDS_THE_TEXT)?;
        }
        return Ok(Ending::Configuration);
    };
    let (session, targets) = opened.at(context);
    let subject = reports::of_project("apply", session.loaded);
    let plan = match saved {
        Some((path, plan)) => {
            let name = path.display().to_string();
            session.owns((&name, &plan), arguments.expect_source.as_deref(), &targets.identity)?;
            plan
        }
        None => plan::make(&session, targets, plan::options(&arguments.allow), context)?.plan,
    };
    plan::print(&plan, &plan::view(&arguments.carrying.detail), context)?;
    reports::write(&arguments.carrying.reports, &Subject { plan: Some(&plan), ..subject }, &context.output)?;
    let ending = Ending::of_plan(&plan);
    if ending.stops() {
        return Ok(ending);
    }
    let plan = match &arguments.file {
        Some(_) => match current(plan, arguments, &session, targets, context)? {
            Some(plan) => plan,
            None => return Ok(Ending::Stale),
        },
        None => plan,
    };
    let asks = plan.has_changes() && arguments.file.is_none() && !arguments.carrying.auto_approve;
    if asks && !context.agrees("Apply these changes?")? {
        return Ok(Ending::Success);
    }
    let subject = Subject { plan: Some(&plan), ..subject };
    carry::out(&arguments.carrying, &subject, &plan, &session, (targets, &wait), context)
}

/// Why a saved plan is not applied beside a text that has errors.
const NEEDS_THE_TEXT: &str = "a saved plan is applied by what the text says now of where it goes and of what is protected: mend the text, or \
                              check out the commit that the plan is of (`plat show` names it)";

/// A saved plan, or one made now in its place where that is asked for; nothing where it is stale or not for this project, which is
/// told.
fn current(
    plan: Plan,
    arguments: &Apply,
    session: &Session<'_>,
    targets: &mut Targets,
    context: &Context,
) -> Result<Option<Plan>, Failure> {
    let replan = match arguments.replan {
        Some(arguments::Replan::IfEquivalent) => Replan::IfEquivalent,
        Some(arguments::Replan::IfNoMore) => Replan::IfNoMore,
        None => Replan::Never,
    };
    let other_source = session.other_source(&plan);
    let approved = session.approved(plan, targets, replan, context.now);
    let told = match context.settled(approved, &session.loaded.sources)? {
        Approved::Holds(plan) => return Ok(Some(plan)),
        Approved::Again(plan) => {
            context.complain(&format!("The plan is stale; made again as {}, it does the same.", plan.id))?;
            return Ok(Some(plan));
        }
        Approved::NoMore(plan, left) => {
            context.complain(&report::no_more(&plan, &left))?;
            return Ok(Some(plan));
        }
        Approved::More(beyond) => report::more(&beyond, &plan::view(&arguments.carrying.detail)),
        Approved::Misfits(misfits) => report::misfits(&misfits, other_source.as_ref()),
        Approved::Stale(stale) => report::stale(&stale),
        Approved::Other(stale, differences) => report::not_equivalent(&stale, &differences),
    };
    context.complain(&told)?;
    Ok(None)
}
