use crate::cli::arguments::Runs;
use crate::cli::{Context, Failure};
use crate::report;
use crate::session::{Asked, Ending, runs};

/// `plat runs [RUN]`: what was applied, by whom, when, and how it went.
pub(super) fn run(arguments: &Runs, context: &Context) -> Result<Ending, Failure> {
    let disk = context.without_modules()?;
    let Some(project) = context.project_file(&disk)? else { return Ok(Ending::Configuration) };
    let asked = arguments.run.as_deref().map_or(Asked::Newest(arguments.limit), Asked::Named);
    let runs = runs(&disk, &project, &context.environment, (asked, context.now))?;
    let text = || match asked {
        Asked::Named(_) => runs.iter().map(report::run_details).collect(),
        Asked::Newest(_) => report::run_table(&runs, context.style),
    };
    context.show(|| report::runs_json(&runs), text)
}
