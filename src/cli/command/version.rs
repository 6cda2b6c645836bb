use crate::cli::arguments::Format;
use crate::cli::{Context, Failure};
use crate::session::Ending;

/// `plat version`: which plat this is.
pub(super) fn run(context: &Context) -> Result<Ending, Failure> {
    let version = env!("CARGO_PKG_VERSION");
    context.print(&match context.format {
        Format::Json => format!("{{\"plat\":\"{version}\"}}\n"),
        Format::Human | Format::Github => format!("plat {version}\n"),
    })?;
    Ok(Ending::Success)
}
