//! Writes the reports that a run was asked for.

use super::Failure;
use super::arguments::{ReportTo, Reports};
use super::output::Output;
use crate::report::{Subject, report};
use crate::workspace::Loaded;

/// What a run of a command knows of a project, before it made or tried anything.
pub(super) fn of_project<'a>(command: &'a str, loaded: &'a Loaded) -> Subject<'a> {
    Subject {
        project: loaded.project.name.as_ref().map(|name| &*name.value).unwrap_or_default(),
        diagnostics: &loaded.diagnostics,
        sources: &loaded.sources,
        folder: loaded.sources.home(),
        ..Subject::of_command(command)
    }
}

/// Writes every report of a run.
pub(super) fn write(reports: &Reports, subject: &Subject<'_>, output: &Output) -> Result<(), Failure> {
    reports.to.iter().try_for_each(|ReportTo { format, path }| output.replace(path, &report(*format, subject)))
}
