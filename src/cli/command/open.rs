use crate::apply::Targets;
use crate::cli::arguments::Reports;
use crate::cli::identity::fresh_id;
use crate::cli::{Context, Failure, reports};
use crate::session::{Loaded, Progress, open_targets};
use crate::wait::Wait;

/// The project of a command that plans, and the targets that it names; nothing where the project has errors, which are told and reported.
/// What other processes hold on this machine is waited for as `wait` says. Whether the reports can be written is looked at before anything else.
pub(super) fn project(
    command: &str,
    reports: &Reports,
    context: &mut Context,
    wait: &Wait,
) -> Result<Option<(Loaded, Targets)>, Failure> {
    reports::prepare(reports)?;
    let disk = context.disk()?;
    let loaded = context.read(&disk)?;
    if loaded.diagnostics.has_errors() {
        reports::write(reports, &reports::of_project(command, &loaded), &context.output)?;
        return Ok(None);
    }
    context.meter.begin("Opening the catalog and the state stores", None);
    let targets = open_targets(&disk, &loaded.project, &context.environment, &fresh_id(&loaded.project), wait);
    context.meter.end();
    Ok(Some((loaded, targets?)))
}
