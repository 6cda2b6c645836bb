use crate::cli::arguments::Render;
use crate::cli::{Context, Failure};
use crate::report;
use crate::session::Ending;

/// `plat render`: the manifests of requests, and where they go.
pub(super) fn run(arguments: &Render, context: &Context) -> Result<Ending, Failure> {
    let disk = context.disk()?;
    let Some(loaded) = context.load(&disk)? else { return Ok(Ending::Configuration) };
    let placed = loaded.delivered(arguments.request.as_deref())?;
    context.show(|| report::manifests_json(&placed), || report::manifests(&placed))
}
