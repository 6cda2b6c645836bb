use super::plan;
use crate::cli::arguments::Show;
use crate::cli::{Context, Exit, Failure, reports};

/// `plat show FILE`: a saved plan, without the project and without any target.
pub(super) fn run(arguments: &Show, context: &mut Context) -> Result<Exit, Failure> {
    reports::prepare(&arguments.reports)?;
    let plan = plan::read(&arguments.file, context)?;
    plan::print(&plan, &arguments.filter.view(&arguments.detail), context)?;
    // It is the plan that a poster looks for, whoever shows it.
    reports::write(&arguments.reports, &plan::bare("plan", &plan), &context.output)?;
    Ok(Exit::Success)
}
