use crate::cli::arguments::Reports;
use crate::cli::{Context, Failure, reports};
use crate::session::{Disk, Session, Targets};
use crate::wait::Wait;
use crate::workspace::{Loaded, Progress};

/// A project without errors, and its targets.
pub(super) struct Opened {
    disk: Disk,
    loaded: Loaded,
    targets: Targets,
    /// The commit of the texts, where they are not those of the folder.
    commit: Option<String>,
}

impl Opened {
    /// What it is worked on with, and the targets.
    pub(super) fn at<'o>(&'o mut self, context: &'o Context) -> (Session<'o>, &'o mut Targets) {
        let session = context.session(&self.disk, &self.loaded);
        (Session { commit: self.commit.as_deref(), ..session }, &mut self.targets)
    }
}

/// The project of a command that plans, and the targets that it names; nothing where the project has errors, which are told and reported.
/// What other processes hold on this machine is waited for as `wait` says.
pub(super) fn project(
    command: &str,
    reports: &Reports,
    context: &Context,
    wait: &Wait,
) -> Result<Option<Opened>, Failure> {
    let disk = context.disk()?;
    let loaded = context.read(&disk)?;
    if loaded.diagnostics.has_errors() {
        reports::write(reports, &reports::of_project(command, &loaded), &context.output)?;
        return Ok(None);
    }
    context.meter.begin("Opening the catalog and the state stores", None);
    let targets = context.session(&disk, &loaded).open(wait);
    context.meter.end();
    Ok(Some(Opened { targets: targets?, disk, loaded, commit: None }))
}

/// The project of a command that looks, and the targets that it names; nothing where the project has errors, which are told.
pub(super) fn to_look(context: &Context) -> Result<Option<Opened>, Failure> {
    let disk = context.disk()?;
    let Some(loaded) = context.load(&disk)? else { return Ok(None) };
    let targets = context.session(&disk, &loaded).open(&context.wait)?;
    Ok(Some(Opened { disk, loaded, targets, commit: None }))
}

/// A project without errors as a commit has it, and the targets that it names.
pub(super) fn at_commit(
    disk: Disk,
    loaded: Loaded,
    commit: &str,
    context: &Context,
    wait: &Wait,
) -> Result<Opened, Failure> {
    context.meter.begin("Opening the catalog and the state stores", None);
    let targets = context.session(&disk, &loaded).open(wait);
    context.meter.end();
    Ok(Opened { targets: targets?, disk, loaded, commit: Some(commit.to_owned()) })
}
