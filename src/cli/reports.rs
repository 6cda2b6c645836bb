//! Writes the reports that a run was asked for.

use super::Failure;
use super::arguments::{ReportTo, Reports};
use super::output::{Output, folder};
use crate::report::{Subject, report};
use crate::workspace::Loaded;
use std::path::Path;

/// Looks whether every report can be written, before anything is done: a run that changed something must not fail
/// because of a folder that was mistyped.
pub(super) fn prepare(reports: &Reports) -> Result<(), Failure> {
    for (index, ReportTo { path, .. }) in reports.to.iter().enumerate() {
        if reports.to.iter().take(index).any(|other| other.path == *path) {
            return Err(Failure::Usage(format!("two reports go to {}", path.display())));
        }
        if path.is_dir() {
            return Err(Failure::Usage(format!("{} is a folder, and a report is a file", path.display())));
        }
        let folder = folder(path);
        if !folder.is_dir() {
            return Err(Failure::Usage(format!("there is no folder {} for a report", folder.display())));
        }
        spares(path)?;
    }
    Ok(())
}

/// Makes sure that what is written is put into the place of neither a project's text nor what plat keeps for itself.
pub(super) fn spares(path: &Path) -> Result<(), Failure> {
    let place = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let refused = |what: &str| Err(Failure::Usage(format!("{} would take the place of {what}", path.display())));
    if place.extension().is_some_and(|ending| ending == "kdl") {
        return refused("a text of a project: give it another ending than `.kdl`");
    }
    let folder = std::fs::canonicalize(folder(&place)).unwrap_or_else(|_| folder(&place));
    if folder.components().any(|part| part.as_os_str() == ".plat") {
        return refused("something that plat keeps for itself: write it to another folder than `.plat`");
    }
    Ok(())
}

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
