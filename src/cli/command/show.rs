use super::plan;
use crate::cli::arguments::Show;
use crate::cli::{Context, Failure, reports};
use crate::session::Ending;

/// `plat show FILE`: a saved plan, without the project and without any target.
pub(super) fn run(arguments: &Show, context: &Context) -> Result<Ending, Failure> {
    let plan = plan::read(&arguments.file, context)?;
    plan::print(&plan, &arguments.showing.view(), context)?;
    // It is the plan that a poster looks for, whoever shows it.
    reports::write(&arguments.showing.reports, &plan::bare("plan", &plan), &context.output)?;
    Ok(Ending::Success)
}
