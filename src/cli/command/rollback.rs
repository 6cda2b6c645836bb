use super::{carry, open, plan};
use crate::cli::arguments::{Format, Rollback};
use crate::cli::context::Beside;
use crate::cli::{Context, Failure, reports};
use crate::report::{Subject, clean};
use crate::session::{Ending, Made, former, not_brought_back, way_around_others};

/// `plat rollback`: what was declared at some time is what is to be there again, as a plan that is shown and agreed to, or saved.
pub(super) fn run(arguments: &Rollback, context: &Context) -> Result<Ending, Failure> {
    let wait = context.wait.limited(arguments.carrying.lock_timeout);
    let disk = context.disk()?;
    let now = context.load_silently(&disk)?;
    let former = former(&disk, &now, &context.environment, &arguments.then)?;
    let (loaded, commit) = (former.loaded, former.commit);
    context.tell(&loaded.diagnostics, &loaded.sources, Beside::Result)?;
    if loaded.diagnostics.has_errors() {
        if let Some(way) = way_around_others(&loaded) {
            context.complain(way)?;
        }
        reports::write(&arguments.carrying.reports, &reports::of_project("rollback", &loaded), &context.output)?;
        return Ok(Ending::Configuration);
    }
    let mut opened = open::at_commit(disk, loaded, &commit, context, &wait)?;
    let (session, targets) = opened.at(context);
    let Made { plan, ending, .. } = plan::make(&session, targets, plan::options(&arguments.allow), context)?;
    plan::print(&plan, &plan::view(&arguments.carrying.detail), context)?;
    for note in former.notes.into_iter().chain(not_brought_back(&plan)) {
        context.complain(&clean(&note))?;
    }
    let subject = Subject { plan: Some(&plan), ..reports::of_project("rollback", session.loaded) };
    reports::write(&arguments.carrying.reports, &subject, &context.output)?;
    if let Some(path) = &arguments.out {
        plan::save(&plan, path, context)?;
    }
    if ending.stops() || arguments.out.is_some() {
        return Ok(ending.without_detail());
    }
    let asks = plan.has_changes() && !arguments.carrying.auto_approve;
    if asks && !context.agrees("Apply these changes?")? {
        return Ok(Ending::Success);
    }
    let ending = carry::out(&arguments.carrying, &subject, &plan, &session, (targets, &wait), context)?;
    if plan.has_changes() && context.format != Format::Json {
        context.complain("The text still declares what was before this: the next apply brings it back, unless `git revert` takes it out of the text.")?;
    }
    Ok(ending)
}
