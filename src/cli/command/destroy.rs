use super::{carry, open, plan, proposals};
use crate::cli::arguments::{Destroy, Format};
use crate::cli::{Context, Exit, Failure, reports};
use crate::plan::{Aim, Options};
use crate::report::{Subject, clean};
use crate::session::Planning;
use crate::wait::Wait;

/// `plat destroy`: everything that the project owns goes, as a plan that is shown and agreed to, or saved.
pub(super) fn run(arguments: &Destroy, context: &mut Context) -> Result<Exit, Failure> {
    arguments.out.iter().try_for_each(|path| reports::spares(path))?;
    let wait = Wait::at_most(arguments.carrying.lock_timeout);
    let Some((loaded, mut targets)) = open::project("destroy", &arguments.carrying.reports, context, &wait)? else {
        return Ok(Exit::Configuration);
    };
    let subject = reports::of_project("destroy", &loaded);
    let options = Options { aim: Aim::Nothing, ..plan::losses(&arguments.losses) };
    let planning = Planning { now: context.now, options, ..Planning::default() };
    let made = plan::make_with(&loaded, &mut targets, planning, context)?;
    let nothing = !made.has_changes() && plan::stopped(&made).is_none();
    if nothing && context.format != Format::Json {
        context.print(&format!("Nothing to destroy: {} owns nothing.\n", clean(&made.project)))?;
    } else {
        plan::print(&made, &plan::view(&arguments.carrying.detail), context)?;
    }
    proposals::tell(&loaded.emptied(), &mut targets, context)?;
    let subject = Subject { plan: Some(&made), ..subject };
    reports::write(&arguments.carrying.reports, &subject, &context.output)?;
    if let Some(path) = &arguments.out {
        plan::save(&made, path, context)?;
    }
    if let Some(exit) = plan::stopped(&made) {
        return Ok(exit);
    }
    if arguments.out.is_some() {
        return Ok(Exit::Success);
    }
    let asks = made.has_changes() && !arguments.carrying.auto_approve;
    if asks && !context.agrees("Destroy all of this? What goes does not come back.")? {
        context.complain("Nothing was changed.")?;
        return Ok(Exit::Success);
    }
    carry::out(&arguments.carrying, &subject, &made, &loaded, (&mut targets, &wait), context)
}
