//! Writes the reports that a run was asked for.

use super::Failure;
use super::arguments::{ReportTo, Reports};
use crate::report::{Subject, report};
use crate::session::Loaded;
use std::io::Write;
use std::path::{Path, PathBuf};

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
    }
    Ok(())
}

/// What a run of a command knows of a project, before it made or tried anything.
pub(super) fn of_project<'a>(command: &'a str, loaded: &'a Loaded, root: &'a str) -> Subject<'a> {
    Subject {
        command,
        project: loaded.project.name.as_ref().map(|name| &*name.value).unwrap_or_default(),
        diagnostics: &loaded.diagnostics,
        sources: &loaded.sources,
        plan: None,
        tests: None,
        applied: None,
        root,
    }
}

/// Writes every report of a run.
pub(super) fn write(reports: &Reports, subject: &Subject<'_>) -> Result<(), Failure> {
    for ReportTo { format, path } in &reports.to {
        let failed = |source| Failure::File { doing: "write", path: path.display().to_string(), source };
        replace(path, report(*format, subject).as_bytes()).map_err(failed)?;
    }
    Ok(())
}

/// The folder that a file is in.
fn folder(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        Some(_) | None => PathBuf::from("."),
    }
}

/// Puts a content in the place of a file: whoever reads it sees all of the old one or all of the new one. A pipe or a
/// device is written as it is.
fn replace(path: &Path, content: &[u8]) -> std::io::Result<()> {
    // A link stays one.
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if path.exists() && !path.is_file() {
        return std::fs::OpenOptions::new().write(true).open(&path)?.write_all(content);
    }
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.tmp", std::process::id()));
    let beside = folder(&path).join(name);
    let written = std::fs::write(&beside, content).and_then(|()| std::fs::rename(&beside, &path));
    if written.is_err() {
        // What cannot be written may not be removable either.
        let _ = std::fs::remove_file(&beside);
    }
    written
}
