use crate::cli::arguments::Format;
use crate::cli::{Context, Exit, Failure};

/// `plat version`: which plat this is.
pub(super) fn run(context: &Context) -> Result<Exit, Failure> {
    let version = env!("CARGO_PKG_VERSION");
    context.print(&match context.format {
        Format::Json => format!("{{\"plat\":\"{version}\"}}\n"),
        Format::Human | Format::Github => format!("plat {version}\n"),
    })?;
    Ok(Exit::Success)
}
