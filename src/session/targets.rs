//! Opens the targets that a project names.

use super::identity::settle;
use super::{Disk, SessionError};
use crate::apply::Targets;
use crate::catalog::{self, Catalog, CatalogError, Embedded};
use crate::model::{Evidence, Identity, Project, StateStore};
use crate::secret::Secrets;
use crate::store::{self, Author, Config, Environment, Git, Store, StoreError, WhenMissing};
use std::collections::BTreeMap;

/// The folder of a project that plat keeps its own things in.
const OWN_FOLDER: &str = ".plat";

/// The embedded catalog of a project, in its `.plat` folder; empty, and unmade, where there is none yet.
///
/// # Errors
/// Where it cannot be read.
pub fn open_catalog(disk: &Disk) -> Result<Embedded, CatalogError> {
    Embedded::open(disk.root().join(OWN_FOLDER).join("catalog.db"))
}

/// The catalog and the state stores of a project, with its secrets watched. Nothing is written before the first apply. `fresh`
/// is an id that no project has, for one that says none and that no target knows.
///
/// # Errors
/// Where one of them cannot be opened, or where it has to be read to find out who the project is and cannot be.
pub fn open_targets(
    disk: &Disk,
    project: &Project,
    environment: &Environment,
    fresh: &str,
) -> Result<Targets, SessionError> {
    let tripwire = environment.tripwire();
    let catalog: Box<dyn Catalog> = Box::new(catalog::Watched::new(Box::new(open_catalog(disk)?), tripwire.clone()));
    let open = |id: &str| open_stores(disk, project, environment, id);
    let identity = settle(project, &*catalog, fresh, open)?;
    let stores = open(&identity.id)?;
    let secrets = Secrets::new(Box::new(environment.clone()), tripwire.clone());
    Ok(Targets { identity, catalog, stores, secrets })
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
) -> Result<(), SessionError> {
    if targets.identity.evidence != Evidence::New {
        return Ok(());
    }
    let Identity { id, name, .. } = &targets.identity;
    let kept = targets.catalog.claim(name, id)?;
    if kept != *id {
        targets.stores = open_stores(disk, project, environment, &kept)?;
    }
    targets.identity = Identity { id: kept, name: name.clone(), evidence: Evidence::Kept };
    Ok(())
}

fn open_stores(
    disk: &Disk,
    project: &Project,
    environment: &Environment,
    id: &str,
) -> Result<BTreeMap<String, Box<dyn Store>>, StoreError> {
    let encrypted = project.encrypted_folders();
    let open = |store: &StateStore| {
        let name = store.name.value.to_string();
        let folders = encrypted.iter().filter(|folder| folder.store == store.name.value).cloned().collect();
        let opened = open_store(disk, project, store, environment, id)?;
        let watched: Box<dyn Store> = Box::new(store::Watched::new(opened, environment.tripwire().clone(), folders));
        Ok((name, watched))
    };
    project.stores.iter().map(open).collect()
}

fn open_store(
    disk: &Disk,
    project: &Project,
    store: &StateStore,
    environment: &Environment,
    id: &str,
) -> Result<Box<dyn Store>, StoreError> {
    let cache = disk.root().join(OWN_FOLDER).join("git").join(format!("{}.git", store.name.value));
    let secret = store.auth.as_ref().and_then(|auth| auth.secret.as_ref());
    let name = store.name.value.to_string();
    let config = Config {
        name: name.clone(),
        project: id.to_owned(),
        owner: project.name.as_ref().map(|name| name.value.to_string()).unwrap_or_default(),
        url: store.url.value.to_string(),
        folder: disk.root().to_owned(),
        branch: store.branch.value.to_string(),
        path: store.path.value.to_string(),
        missing: if store.create.is_some() { WhenMissing::Create } else { WhenMissing::Fail },
        cache,
        secret: secret.map(|secret| secret.value.to_string()),
        patience: environment.patience().map_err(|reason| StoreError::Unusable { store: name.clone(), reason })?,
        author: Author { name: "plat".to_owned(), email: "plat@localhost".to_owned() },
    };
    Ok(Box::new(Git::open(config, Box::new(environment.clone()))?))
}
