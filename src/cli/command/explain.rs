use crate::cli::arguments::Explain;
use crate::cli::{Context, Failure};
use crate::report::explain;
use crate::session::Ending;

/// `plat explain CODE`: a code's page.
pub(super) fn run(arguments: &Explain, context: &Context) -> Result<Ending, Failure> {
    let page = explain(&arguments.code).map_err(|error| Failure::Usage(error.clone()))?;
    context.print(page)?;
    Ok(Ending::Success)
}
