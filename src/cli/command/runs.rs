use crate::catalog::RunRecord;
use crate::cli::arguments::{Format, Runs};
use crate::cli::{Context, Exit, Failure};
use crate::report;
use crate::session::{SessionError, identity_in, open_catalog};
use crate::wait::Wait;

/// `plat runs [RUN]`: what was applied, by whom, when, and how it went.
pub(super) fn run(arguments: &Runs, context: &mut Context) -> Result<Exit, Failure> {
    let disk = context.disk()?;
    let Some(loaded) = context.load(&disk)? else { return Ok(Exit::Configuration) };
    let catalog = open_catalog(&disk, &Wait::default()).map_err(SessionError::from)?;
    let project = identity_in(&loaded.project, &*catalog)?;
    let most = if arguments.run.is_some() { usize::MAX } else { arguments.limit };
    let mut runs = catalog.runs(&project.id, most).map_err(SessionError::from)?;
    if let Some(name) = &arguments.run {
        runs = vec![meant(name, runs)?];
    }
    let runs: Vec<RunRecord> = runs.into_iter().map(|record| record.seen_at(context.now)).collect();
    let text = match (context.format, &arguments.run) {
        (Format::Json, _) => report::runs_json(&runs),
        (Format::Human | Format::Github, Some(_)) => runs.iter().map(report::run_details).collect(),
        (Format::Human | Format::Github, None) => report::run_table(&runs, context.style),
    };
    context.print(&text)?;
    Ok(Exit::Success)
}

/// The only run whose name begins so.
fn meant(name: &str, runs: Vec<RunRecord>) -> Result<RunRecord, Failure> {
    let mut found: Vec<RunRecord> = runs.into_iter().filter(|record| record.run.starts_with(name)).collect();
    match (found.pop(), found.len()) {
        (Some(record), 0) => Ok(record),
        (Some(_), more) => Err(Failure::Usage(format!("{} runs begin with `{name}`", more + 1))),
        (None, _) => Err(Failure::Usage(format!("the catalog knows no run `{name}`"))),
    }
}
