use crate::cli::arguments::Reports;
use crate::cli::context::Beside;
use crate::cli::{Context, Failure, reports};
use crate::report;
use crate::session::{
    CatalogAt, Disk, Live, Looked, Session, SessionError, Targets, against_catalog, identity_in, open_catalog_at,
};
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
    of_folder(context.disk()?, command, reports, context, wait)
}

/// The same of the project of a folder.
pub(super) fn of_folder(
    disk: Disk,
    command: &str,
    reports: &Reports,
    context: &Context,
    wait: &Wait,
) -> Result<Option<Opened>, Failure> {
    let (loaded, looked) = live(&disk, context.load_silently(&disk)?, context, wait)?;
    // What goes needs nothing of what others have no more.
    let loaded = if command == "destroy" { loaded.without_missing() } else { loaded };
    context.tell(&loaded.diagnostics, &loaded.sources, Beside::Result)?;
    if loaded.diagnostics.has_errors() {
        reports::write(reports, &reports::of_project(command, &loaded), &context.output)?;
        return Ok(None);
    }
    context.meter.begin("Opening the catalog and the state stores", None);
    let targets = targets(context.session(&disk, &loaded), looked, wait);
    context.meter.end();
    Ok(Some(Opened { targets: targets?, disk, loaded, commit: None }))
}

fn targets(session: Session<'_>, looked: Option<Looked>, wait: &Wait) -> Result<Targets, SessionError> {
    match looked {
        Some(looked) => session.open_in(looked, wait),
        None => session.open(wait),
    }
}

/// A project with what it uses of others as the catalog holds it, and that catalog; as it is where it uses nothing.
fn live(loader: &Disk, loaded: Loaded, context: &Context, wait: &Wait) -> Result<(Loaded, Option<Looked>), Failure> {
    if loaded.project.externs.asked.is_empty() || loaded.project.name.is_none() {
        return Ok((loaded, None));
    }
    let catalog = open_catalog_at(&CatalogAt::Declared, (loader, &loaded.project), &context.environment, wait)?;
    let own = identity_in(&loaded.project, &*catalog)?.id;
    let live = against_catalog(loader, loaded, (&*catalog, &own), context.now, &context.meter)?.unwritten();
    context.meter.end();
    // A plan tells it itself.
    if let Some(set_back) = live.set_back.as_ref().filter(|_| live.loaded.diagnostics.has_errors()) {
        context.complain(&report::clean(&set_back.to_string()))?;
    }
    for told in report::outdated(&live).into_iter().chain(report::renamed(&live)) {
        context.complain(&told)?;
    }
    let Live { loaded, observed, .. } = live;
    Ok((loaded, Some(Looked { catalog, own, observed })))
}

/// The project of a command that looks, and the targets that it names; nothing where the project has errors, which are told.
pub(super) fn to_look(context: &Context) -> Result<Option<Opened>, Failure> {
    let disk = context.disk()?;
    let (loaded, looked) = live(&disk, context.load_silently(&disk)?, context, &context.wait)?;
    context.tell(&loaded.diagnostics, &loaded.sources, Beside::Result)?;
    if loaded.diagnostics.has_errors() {
        return Ok(None);
    }
    let targets = targets(context.session(&disk, &loaded), looked, &context.wait)?;
    Ok(Some(Opened { disk, loaded, targets, commit: None }))
}

/// The targets of a project as far as its texts can be read, for what is about the targets alone: what the texts lack is said in one line.
/// Nothing where the project's own file has errors, which are told.
pub(super) fn whatever_is_wrong(context: &Context) -> Result<Option<Opened>, Failure> {
    let disk = context.without_modules()?;
    if context.project_file(&disk)?.is_none() {
        return Ok(None);
    }
    let brought = context.with_modules(disk.clone());
    let (loaded, looked) = live(&disk, context.load_silently(&disk)?, context, &context.wait)?;
    let what = match brought {
        Err(failure) => Some(format!("A module could not be fetched ({failure})")),
        Ok(_) if loaded.diagnostics.has_errors() => Some("The texts have errors, which `plat check` shows".to_owned()),
        Ok(_) => None,
    };
    if let Some(what) = what {
        let line = format!("{what}: of the state stores, those are looked at that could be read of the texts.");
        context.complain(&report::clean(&line))?;
    }
    let targets = targets(context.session(&disk, &loaded), looked, &context.wait)?;
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
