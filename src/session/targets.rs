//! Opens the targets that a project names.

use super::identity::settle;
use super::new_hosts::logins;
use super::own_folder::own_folder;
use super::{Disk, Misuse, SessionError};
use crate::adapter::{Surroundings, Whose};
use crate::apply::{Reopen, Targets};
use crate::catalog::{self, Catalog, CatalogError, Observed};
use crate::credentials::Environment;
use crate::model::{Evidence, Identity, Project, StateStore, extern_file};
use crate::resolve::{LONGEST_FILE, Loader, MemoryLoader, resolve};
use crate::secret::Secrets;
use crate::store::{self, Store, StoreError};
use crate::wait::Wait;
use crate::workspace::{Resolved, project_file};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

/// The folder of the copies of what the stores keep on servers. Of those that a project leaves the copies are kept apart: another store may
/// have the name by now.
const COPIES: &str = "git";
const COPIES_LEFT: &str = "git/left";

/// The catalog that a project declares, or else the one in its `.plat` folder; empty, and unmade, where there is none yet.
///
/// # Errors
/// Where it cannot be read.
pub fn open_catalog(
    disk: &Disk,
    project: &Project,
    environment: &Environment,
    wait: &Wait,
) -> Result<Box<dyn Catalog>, CatalogError> {
    surroundings(disk, environment, wait).open_catalog(project.catalog.as_ref())
}

/// Which catalog somebody means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CatalogAt {
    /// The one in plat's own folder, whatever the project declares.
    Embedded,
    /// The one that the project declares.
    Declared,
    /// The one that the project of another folder declares.
    Of(PathBuf),
}

/// The catalog of a project that was opened and looked at.
pub struct Looked {
    /// The catalog, into which nothing is written that holds a secret.
    pub catalog: Box<dyn Catalog>,
    /// The id of the project for which it was looked at.
    pub own: String,
    /// What it holds then; nothing where nobody looked.
    pub observed: Option<Observed>,
}

/// The catalog that somebody means in a project, into which nothing is written that holds a secret.
///
/// # Errors
/// Where it cannot be read, and where the project of another folder is none.
pub fn open_catalog_at(
    at: &CatalogAt,
    (disk, project): (&Disk, &Project),
    environment: &Environment,
    wait: &Wait,
) -> Result<Box<dyn Catalog>, SessionError> {
    let opened = match at {
        CatalogAt::Embedded => surroundings(disk, environment, wait).open_catalog(None)?,
        CatalogAt::Declared => open_catalog(disk, project, environment, wait)?,
        CatalogAt::Of(folder) => {
            let disk = Disk::discover(folder)?.in_environment(disk.environment().cloned());
            let Resolved { project, diagnostics, .. } = project_file(&disk)?;
            if diagnostics.has_errors() {
                return Err(Misuse::BrokenProject(folder.display().to_string()).into());
            }
            open_catalog(&disk, &project, environment, wait)?
        }
    };
    Ok(Box::new(catalog::Watched::new(opened, environment.tripwire().clone())))
}

/// The catalog and the state stores of a project, with its secrets watched. Nothing is written before the first apply. `fresh`
/// is an id that no project has, for one that says none and that no target knows. What other processes hold on this machine is
/// waited for as `wait` says, and no server any more than a few seconds once the run is interrupted.
///
/// # Errors
/// Where one of them cannot be opened, or where it has to be read to find out who the project is and cannot be.
pub fn open_targets(
    disk: &Disk,
    project: &Project,
    environment: &Environment,
    fresh: &str,
    wait: &Wait,
) -> Result<Targets, SessionError> {
    let catalog = open_catalog_at(&CatalogAt::Declared, (disk, project), environment, wait)?;
    open_targets_in(disk, project, environment, fresh, wait, Looked { catalog, own: String::new(), observed: None })
}

/// The same, with the catalog that was opened already and looked at.
///
/// # Errors
/// Where one of them cannot be opened.
pub fn open_targets_in(
    disk: &Disk,
    project: &Project,
    environment: &Environment,
    fresh: &str,
    wait: &Wait,
    Looked { catalog, own, observed }: Looked,
) -> Result<Targets, SessionError> {
    let ways = Ways::of((disk, project), environment, wait);
    let identity = settle(project, &*catalog, fresh, |id| open_stores(&ways, project, id))?;
    let observed = observed.filter(|_| own == identity.id);
    Ok(Targets { looked: Cell::new(observed), ..opened(ways, project, catalog, &identity)? })
}

/// The same, of a project of which it is known who it is.
///
/// # Errors
/// Where one of them cannot be opened.
pub fn open_targets_of(
    disk: &Disk,
    project: &Project,
    environment: &Environment,
    identity: &Identity,
    wait: &Wait,
) -> Result<Targets, SessionError> {
    let catalog = open_catalog_at(&CatalogAt::Declared, (disk, project), environment, wait)?;
    opened(Ways::of((disk, project), environment, wait), project, catalog, identity)
}

fn opened(
    ways: Ways,
    project: &Project,
    catalog: Box<dyn Catalog>,
    identity: &Identity,
) -> Result<Targets, SessionError> {
    let environment = ways.said.environment.clone();
    let tripwire = environment.tripwire().clone();
    Ok(Targets {
        identity: identity.clone(),
        catalog,
        looked: Cell::default(),
        stores: open_stores(&ways, project, &identity.id)?,
        secrets: Secrets::new(Box::new(environment), tripwire),
        reopen: reopen(ways.unsaid, identity),
    })
}

/// Gives a project that no target knew yet its id for good, before the first thing is written. Where another run was faster, the
/// targets are opened anew for the id that it got.
///
/// # Errors
/// Where a target cannot be opened or written.
pub fn settle_identity(
    disk: &Disk,
    project: &Project,
    environment: &Environment,
    targets: &mut Targets,
    wait: &Wait,
) -> Result<(), SessionError> {
    if targets.identity.evidence != Evidence::New {
        return Ok(());
    }
    let Identity { id, name, .. } = &targets.identity;
    let kept = targets.catalog.claim(name, id)?;
    if kept != *id {
        targets.stores = open_stores(&Ways::of((disk, project), environment, wait), project, &kept)?;
    }
    targets.identity = Identity { id: kept, name: name.clone(), evidence: Evidence::Kept };
    Ok(())
}

/// What is opened with is made when it is first wanted.
type Unsaid = Arc<LazyLock<Surroundings, Box<dyn FnOnce() -> Surroundings + Send>>>;

/// What the stores of a project are opened with.
struct Ways {
    /// Those whose addresses its own text says.
    said: Surroundings,
    /// Those whose addresses the catalog says. Where others write it, no secret goes to a server that neither the text nor the copy of what
    /// others own says together with it. That copy is read when there is the first of them.
    unsaid: Unsaid,
}

impl Ways {
    fn of((disk, project): (&Disk, &Project), environment: &Environment, wait: &Wait) -> Self {
        let said = surroundings(disk, environment, wait);
        let (own, disk) = (said.clone(), disk.clone());
        let others_write = project.catalog.is_some();
        let stores = project.stores.iter().filter(|store| !project.externs.holds(store.span));
        let logins_here = logins(stores, project.catalog.as_ref());
        let unsaid = move || {
            if !others_write {
                return own;
            }
            let mut known = logins_here;
            known.extend(logins(copy_of_others(&disk).stores.iter(), None));
            Surroundings { environment: own.environment.only_for(Arc::new(known)), ..own }
        };
        Self { said, unsaid: Arc::new(LazyLock::new(Box::new(unsaid))) }
    }
}

/// What the copy says that a project keeps of what others own; nothing where there is none.
fn copy_of_others(disk: &Disk) -> Project {
    let name = extern_file(disk.environment().map(|name| &**name));
    let Ok(text) = disk.read(&name, LONGEST_FILE) else { return Project::default() };
    let text = String::from_utf8_lossy(&text);
    let loader = MemoryLoader::new([("plat.kdl", format!("project others\n{text}"))]);
    resolve(&loader).map(|resolved| resolved.project).unwrap_or_default()
}

fn surroundings(disk: &Disk, environment: &Environment, wait: &Wait) -> Surroundings {
    Surroundings {
        root: disk.root().to_owned(),
        own: own_folder(disk),
        environment: environment.clone(),
        wait: wait.clone(),
    }
}

fn open_stores(ways: &Ways, project: &Project, id: &str) -> Result<BTreeMap<String, Box<dyn Store>>, StoreError> {
    let encrypted = project.encrypted_folders();
    let owner = Identity::of(project).name;
    let open = |store: &StateStore| {
        let folders = encrypted.iter().filter(|folder| folder.store == store.name.value).cloned().collect();
        let whose = if project.externs.holds(store.span) { Whose::Others } else { Whose::Own };
        let way: &Surroundings = if whose == Whose::Others { &ways.unsaid } else { &ways.said };
        let opened = way.open_store((store, whose), (id, &owner), COPIES)?;
        let watched = store::Watched::new(opened, way.environment.tripwire().clone(), folders);
        Ok((store.name.value.to_string(), Box::new(watched) as Box<dyn Store>))
    };
    project.stores.iter().map(open).collect()
}

/// Opens the state stores that a project leaves, to look at what is left there: where nothing is, that is no failure.
fn reopen(unsaid: Unsaid, identity: &Identity) -> Reopen {
    let identity = identity.clone();
    Box::new(move |store| unsaid.open_store((store, Whose::Own), (&identity.id, &identity.name), COPIES_LEFT))
}
