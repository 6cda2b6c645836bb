use super::plan;
use crate::cli::arguments::Show;
use crate::cli::{Context, Exit, Failure};

/// `plat show FILE`: a saved plan, without the project and without any target.
pub(super) fn run(arguments: &Show, context: &mut Context) -> Result<Exit, Failure> {
    let plan = plan::read(&arguments.file)?;
    plan::print(&plan, arguments.detail, context);
    Ok(Exit::Success)
}
