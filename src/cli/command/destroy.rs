use super::{carry, open, plan, proposals};
use crate::cli::arguments::{Destroy, Format};
use crate::cli::{Context, Failure, reports};
use crate::plan::{Aim, Options};
use crate::report::{Subject, clean};
use crate::session::{Ending, Made};

/// `plat destroy`: everything that the project owns goes, as a plan that is shown and agreed to, or saved.
pub(super) fn run(arguments: &Destroy, context: &Context) -> Result<Ending, Failure> {
    let wait = context.wait.limited(arguments.carrying.lock_timeout);
    let Some(mut opened) = open::project("destroy", &arguments.carrying.reports, context, &wait)? else {
        return Ok(Ending::Configuration);
    };
    let (session, targets) = opened.at(context);
    let options = Options { aim: Aim::Nothing, ..plan::losses(&arguments.losses) };
    let Made { plan, ending, .. } = plan::make(&session, targets, options, context)?;
    if ending == Ending::Success && plan.guards.is_empty() && context.format != Format::Json {
        context.print(&format!("Nothing to destroy: {} owns nothing.\n", clean(&plan.project)))?;
    } else {
        plan::print(&plan, &plan::view(&arguments.carrying.detail), context)?;
    }
    proposals::tell(&plan, session.loaded, targets, context)?;
    let subject = Subject { plan: Some(&plan), ..reports::of_project("destroy", session.loaded) };
    reports::write(&arguments.carrying.reports, &subject, &context.output)?;
    if let Some(path) = &arguments.out {
        plan::save(&plan, path, context)?;
    }
    if ending.stops() || arguments.out.is_some() {
        return Ok(ending.without_detail());
    }
    let asks = plan.has_changes() && !arguments.carrying.auto_approve;
    if asks && !context.agrees("Destroy all of this? What goes does not come back.")? {
        return Ok(Ending::Success);
    }
    carry::out(&arguments.carrying, &subject, &plan, &session, (targets, &wait), context)
}
