use crate::cli::arguments::Format;
use crate::cli::{Context, Exit, Failure};
use crate::report;
use crate::verify::verify;

/// `plat test`: the project's own tests, offline.
pub(super) fn run(context: &mut Context) -> Result<Exit, Failure> {
    let disk = context.disk()?;
    let Some(loaded) = context.load(&disk)? else { return Ok(Exit::Configuration) };
    let results = verify(&loaded.project);
    let text = match context.format {
        Format::Json => report::tests_json(&results, &loaded.sources),
        Format::Human | Format::Github => report::tests(&results, &loaded.sources, context.style),
    };
    Context::print(&text);
    let failed = results.iter().any(|result| !result.passed());
    Ok(if failed { Exit::TestFailed } else { Exit::Success })
}
