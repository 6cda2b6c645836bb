use crate::cli::arguments::{Drift as Arguments, Format};
use crate::cli::{Context, Exit, Failure};
use crate::report;
use crate::session::{drift, open_targets};

/// `plat drift`: what others changed.
pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<Exit, Failure> {
    let disk = context.disk()?;
    let Some(loaded) = context.load(&disk)? else { return Ok(Exit::Configuration) };
    let mut targets = open_targets(&disk, &loaded.project, &context.environment)?;
    let drift = drift(&loaded, &mut targets)?;
    let text = match context.format {
        Format::Json => report::drift_json(&drift, &loaded.sources),
        Format::Human | Format::Github => report::drift(&drift, &loaded.sources, context.style),
    };
    Context::print(&text);
    Ok(if !drift.is_empty() && arguments.detailed_exitcode { Exit::Changes } else { Exit::Success })
}
