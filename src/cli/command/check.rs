use crate::cli::arguments::{Check, Format};
use crate::cli::context::Beside;
use crate::cli::{Context, Exit, Failure, reports};
use crate::session::policy_problems;

/// `plat check`: every problem of the project.
pub(super) fn run(arguments: &Check, context: &mut Context) -> Result<Exit, Failure> {
    reports::prepare(&arguments.reports)?;
    let mut loaded = context.load_silently(&context.disk()?)?;
    let broken = policy_problems(&loaded, context.now);
    let exit = match (loaded.diagnostics.has_errors(), broken.has_errors()) {
        (true, _) => Exit::Configuration,
        (false, true) => Exit::Refused,
        (false, false) => Exit::Success,
    };
    let mut diagnostics = std::mem::take(&mut loaded.diagnostics);
    diagnostics.append(broken);
    loaded.diagnostics = diagnostics.sorted().told();
    context.tell(&loaded.diagnostics, &loaded.sources, Beside::Nothing)?;
    reports::write(&arguments.reports, &reports::of_project("check", &loaded), &context.output)?;
    if context.format == Format::Human && loaded.diagnostics.is_empty() {
        context.print("No problems.\n")?;
    }
    Ok(exit)
}
