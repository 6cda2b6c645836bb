//! Opens the targets that a project names.

use super::identity::settle;
use super::own_folder::own_folder;
use super::{Disk, SessionError};
use crate::apply::{Reopen, Targets};
use crate::catalog::{self, CatalogError, Embedded};
use crate::model::{Evidence, Identity, Project, StateStore};
use crate::secret::Secrets;
use crate::store::{self, Config, Environment, Git, Store, StoreError, WhenMissing};
use crate::wait::Wait;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The embedded catalog of a project, in its `.plat` folder; empty, and unmade, where there is none yet.
///
/// # Errors
/// Where it cannot be read.
pub fn open_catalog(disk: &Disk, wait: &Wait) -> Result<Embedded, CatalogError> {
    Embedded::open(own_folder(disk).join("catalog.db"), wait)
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
    let catalog = open_catalog(disk, wait)?;
    let open = |id: &str| open_stores(disk, project, environment, id, wait);
    let identity = settle(project, &catalog, fresh, open)?;
    opened(disk, project, environment, (catalog, &identity), wait)
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
    opened(disk, project, environment, (open_catalog(disk, wait)?, identity), wait)
}

fn opened(
    disk: &Disk,
    project: &Project,
    environment: &Environment,
    (catalog, identity): (Embedded, &Identity),
    wait: &Wait,
) -> Result<Targets, SessionError> {
    let tripwire = environment.tripwire();
    Ok(Targets {
        identity: identity.clone(),
        catalog: Box::new(catalog::Watched::new(Box::new(catalog), tripwire.clone())),
        stores: open_stores(disk, project, environment, &identity.id, wait)?,
        secrets: Secrets::new(Box::new(environment.clone()), tripwire.clone()),
        reopen: reopen(disk, environment, identity, wait),
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
        targets.stores = open_stores(disk, project, environment, &kept, wait)?;
    }
    targets.identity = Identity { id: kept, name: name.clone(), evidence: Evidence::Kept };
    Ok(())
}

fn open_stores(
    disk: &Disk,
    project: &Project,
    environment: &Environment,
    id: &str,
    wait: &Wait,
) -> Result<BTreeMap<String, Box<dyn Store>>, StoreError> {
    let encrypted = project.encrypted_folders();
    let owner = Identity::of(project).name;
    let open = |store: &StateStore| {
        let name = store.name.value.to_string();
        let folders = encrypted.iter().filter(|folder| folder.store == store.name.value).cloned().collect();
        let opened = open_store(disk, environment, (id, &owner), site(disk, store, wait))?;
        let watched: Box<dyn Store> = Box::new(store::Watched::new(opened, environment.tripwire().clone(), folders));
        Ok((name, watched))
    };
    project.stores.iter().map(open).collect()
}

/// What is known of a state store, from its declaration or from the catalog.
struct Site {
    name: String,
    url: String,
    branch: String,
    path: String,
    secret: Option<String>,
    missing: WhenMissing,
    cache: PathBuf,
    wait: Wait,
}

fn site(disk: &Disk, store: &StateStore, wait: &Wait) -> Site {
    let secret = store.auth.as_ref().and_then(|auth| auth.secret.as_ref());
    Site {
        name: store.name.value.to_string(),
        url: store.url.value.to_string(),
        branch: store.branch.value.to_string(),
        path: store.path.value.to_string(),
        secret: secret.map(|secret| secret.value.to_string()),
        missing: if store.create.is_some() { WhenMissing::Create } else { WhenMissing::Fail },
        cache: own_folder(disk).join("git").join(format!("{}.git", store.name.value)),
        wait: wait.clone(),
    }
}

/// Opens the state stores that a project leaves, to look at what is left there: where nothing is, that is no failure. The copy of
/// a server's is kept apart from that of a store which has the name now.
fn reopen(disk: &Disk, environment: &Environment, identity: &Identity, wait: &Wait) -> Reopen {
    let (disk, environment, identity, wait) = (disk.clone(), environment.clone(), identity.clone(), wait.clone());
    Box::new(move |object| {
        let text = |name: &str| object.body.get(name).and_then(|value| value.value.as_str()).map(str::to_owned);
        let Some(url) = text("url") else { return Ok(None) };
        let name = object.address.name.to_string();
        let site = Site {
            cache: own_folder(&disk).join("git").join("left").join(format!("{name}.git")),
            name,
            url,
            branch: text("branch").unwrap_or_else(|| "main".to_owned()),
            path: text("path").unwrap_or_default(),
            secret: text("secret"),
            missing: WhenMissing::Create,
            wait: wait.clone(),
        };
        open_store(&disk, &environment, (&identity.id, &identity.name), site).map(Some)
    })
}

fn open_store(
    disk: &Disk,
    environment: &Environment,
    (id, owner): (&str, &str),
    site: Site,
) -> Result<Box<dyn Store>, StoreError> {
    let Site { name, url, branch, path, secret, missing, cache, wait } = site;
    let unusable = |reason| StoreError::Unusable { store: name.clone(), reason };
    let config = Config {
        name: name.clone(),
        project: id.to_owned(),
        owner: owner.to_owned(),
        url,
        folder: disk.root().to_owned(),
        branch,
        path,
        missing,
        cache,
        secret,
        patience: environment.patience().map_err(unusable)?,
        authorship: environment.authorship().map_err(unusable)?,
        wait,
    };
    Ok(Box::new(Git::open(config, Box::new(environment.clone()))?))
}
