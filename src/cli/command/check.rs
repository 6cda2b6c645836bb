use crate::cli::arguments::{Check, Format};
use crate::cli::context::Beside;
use crate::cli::{Context, Exit, Failure, reports};

/// `plat check`: every problem of the project.
pub(super) fn run(arguments: &Check, context: &mut Context) -> Result<Exit, Failure> {
    reports::prepare(&arguments.reports)?;
    let loaded = context.load_silently(&context.disk()?)?;
    let text = context.diagnostics(&loaded.diagnostics, &loaded.sources, Beside::Nothing);
    context.print(&text)?;
    let root = context.github_root();
    reports::write(&arguments.reports, &reports::of_project("check", &loaded, &root), &context.output)?;
    if loaded.diagnostics.has_errors() {
        return Ok(Exit::Configuration);
    }
    if context.format == Format::Human && loaded.diagnostics.is_empty() {
        context.print("No problems.\n")?;
    }
    Ok(Exit::Success)
}
