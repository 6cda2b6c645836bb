use crate::cli::arguments::Explain;
use crate::cli::{Context, Exit, Failure};
use crate::report::explain;

/// `plat explain CODE`: a code's page.
pub(super) fn run(arguments: &Explain, context: &Context) -> Result<Exit, Failure> {
    let page = explain(&arguments.code).map_err(|error| Failure::Usage(error.clone()))?;
    context.print(page)?;
    Ok(Exit::Success)
}
