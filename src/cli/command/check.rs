use crate::cli::arguments::Format;
use crate::cli::context::Beside;
use crate::cli::{Context, Exit, Failure};
use crate::session::load;

/// `plat check`: every problem of the project.
pub(super) fn run(context: &mut Context) -> Result<Exit, Failure> {
    let loaded = load(&context.disk()?)?;
    let text = context.diagnostics(&loaded.diagnostics, &loaded.sources, Beside::Nothing);
    Context::print(&text);
    if loaded.diagnostics.has_errors() {
        return Ok(Exit::Configuration);
    }
    if context.format == Format::Human && loaded.diagnostics.is_empty() {
        Context::print("No problems.\n");
    }
    Ok(Exit::Success)
}
