//! What keeps catalogs and stores on disks and servers. Each way of doing that is a module of its own and knows no other one; here the one
//! is opened that a text names.
//!
//! In: declarations, and what surrounds a project. Out: a [`Catalog`] or a [`Store`], of which nobody sees any more what keeps it.

pub mod git;
pub mod sqlite;

use crate::catalog::{Catalog, CatalogError};
use crate::credentials::Environment;
use crate::model::{StateStore, StoreType};
use crate::store::{Store, StoreError};
use crate::wait::Wait;
use git::{Authorship, Git, Place, WhenMissing};
use sqlite::Sqlite;
use std::path::{Path, PathBuf};

/// What a project's targets are opened with, beside what is declared of them.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The folder of the project, at which relative paths start.
    pub root: PathBuf,
    /// The folder in which plat keeps its own things.
    pub own: PathBuf,
    /// The credentials, and how long servers are waited for.
    pub environment: Environment,
    /// How long what other processes hold on this machine is waited for.
    pub wait: Wait,
}

/// The catalog of a project that declares none: one embedded in plat's own folder; empty, and unmade, where there is none yet.
///
/// # Errors
/// Where it cannot be read.
pub fn open_catalog(own: &Path, wait: &Wait) -> Result<Box<dyn Catalog>, CatalogError> {
    Ok(Box::new(Sqlite::open(own.join("catalog.db"), wait)?))
}

impl Surroundings {
    /// The state store of a declaration, for the project of an identity. What is not on this machine is copied below `copies`, a
    /// folder of plat's own. Nothing is written or connected to before it is asked something.
    ///
    /// # Errors
    /// Where the declaration, or what the environment says, cannot work.
    pub fn open_store(
        &self,
        declared: &StateStore,
        identity: (&str, &str),
        copies: &str,
    ) -> Result<Box<dyn Store>, StoreError> {
        match declared.kind {
            StoreType::Git => self.git(declared, identity, copies),
            StoreType::Bucket => {
                let reason = "plat does not write to buckets".to_owned();
                Err(StoreError::Unusable { store: declared.name.value.to_string(), reason })
            }
        }
    }

    fn git(
        &self,
        declared: &StateStore,
        (project, owner): (&str, &str),
        copies: &str,
    ) -> Result<Box<dyn Store>, StoreError> {
        let name = declared.name.value.to_string();
        let unusable = |reason| StoreError::Unusable { store: name.clone(), reason };
        let secret = declared.auth.as_ref().and_then(|auth| auth.secret.as_ref());
        let config = git::Config {
            project: project.to_owned(),
            owner: owner.to_owned(),
            authorship: Authorship::of(|name| self.environment.writer(name)).map_err(unusable)?,
            place: Place {
                url: declared.url.value.to_string(),
                root: self.root.clone(),
                branch: declared.branch.value.to_string(),
                path: declared.path.value.to_string(),
                missing: if declared.create.is_some() { WhenMissing::Create } else { WhenMissing::Fail },
                cache: self.own.join(copies).join(format!("{name}.git")),
                secret: secret.map(|secret| secret.value.to_string()),
                patience: self.environment.patience().map_err(unusable)?,
                wait: self.wait.clone(),
                name: name.clone(),
            },
        };
        Ok(Box::new(Git::open(config, self.environment.clone())?))
    }
}
