use crate::cli::arguments::{Check, Format};
use crate::cli::context::Beside;
use crate::cli::{Context, Failure, reports};
use crate::session::Ending;

/// `plat check`: every problem of the project.
pub(super) fn run(arguments: &Check, context: &Context) -> Result<Ending, Failure> {
    reports::prepare(&arguments.reports)?;
    let (loaded, ending) = context.load_silently(&context.disk()?)?.judged(context.now);
    context.tell(&loaded.diagnostics, &loaded.sources, Beside::Nothing)?;
    reports::write(&arguments.reports, &reports::of_project("check", &loaded), &context.output)?;
    if context.format == Format::Human && loaded.diagnostics.is_empty() {
        context.print("No problems.\n")?;
    }
    Ok(ending)
}
