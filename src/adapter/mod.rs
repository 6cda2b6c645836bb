//! What keeps catalogs and stores on disks and servers. Each way of doing that is a module of its own and knows no other one; here the one
//! is opened that a text names.
//!
//! In: declarations, and what surrounds a project. Out: a [`Catalog`] or a [`Store`], of which nobody sees any more what keeps it.

pub mod git;
pub mod postgres;
mod sql;
pub mod sqlite;

use crate::catalog::{Catalog, CatalogError};
use crate::credentials::Environment;
use crate::model::{GitFolder, SharedCatalog, StateStore, StoreType};
use crate::store::{Store, StoreError};
use crate::wait::Wait;
use git::{Authorship, Git, GitCatalog, Place, WhenMissing};
use postgres::Postgres;
use sqlite::Sqlite;
use std::path::PathBuf;

/// Whose a state store is to the project that it is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Its own.
    Own,
    /// Another project's, which looked at where it is when that was declared.
    Others,
}

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

impl Surroundings {
    /// The catalog of a declaration; where there is none, one embedded in plat's own folder: empty, and unmade, where there is none yet. What
    /// is not on this machine is copied into plat's own folder. Nothing is written or connected to before it is asked something.
    ///
    /// # Errors
    /// Where it cannot be read, or where the declaration, or what the environment says, cannot work.
    pub fn open_catalog(&self, declared: Option<&SharedCatalog>) -> Result<Box<dyn Catalog>, CatalogError> {
        match declared {
            None => Ok(Box::new(Sqlite::open(self.own.join("catalog.db"), &self.wait)?)),
            Some(SharedCatalog::Git(folder)) => {
                let name = format!("the {}", SharedCatalog::NAME);
                let cache = self.own.join(format!("{}.git", SharedCatalog::NAME));
                let known = self.own.join(format!("{}.digests", SharedCatalog::NAME));
                let opened = self.place(&name, (folder, Whose::Own), (cache, SharedCatalog::NAME)).and_then(|place| {
                    GitCatalog::open(place, self.authorship(&name)?, self.environment.clone(), Some(known))
                });
                Ok(Box::new(opened.map_err(|error| CatalogError::Kept(Box::new(error)))?))
            }
            Some(SharedCatalog::Postgres(schema)) => {
                let unusable = |reason| {
                    let store = format!("the {}", SharedCatalog::NAME);
                    CatalogError::Kept(Box::new(StoreError::Unusable { store, reason }))
                };
                let patience = self.environment.patience().map_err(unusable)?;
                Ok(Box::new(Postgres::open(schema, &self.environment, &self.root, patience, &self.wait)?))
            }
        }
    }

    fn authorship(&self, name: &str) -> Result<Authorship, StoreError> {
        let unusable = |reason| StoreError::Unusable { store: name.to_owned(), reason };
        Authorship::of(|name| self.environment.writer(name)).map_err(unusable)
    }

    /// How one gets to a folder of a repository. `secret` is what the credentials are called where nothing says it.
    fn place(
        &self,
        name: &str,
        (folder, whose): (&GitFolder, Whose),
        (cache, secret): (PathBuf, &str),
    ) -> Result<Place, StoreError> {
        let unusable = |reason| StoreError::Unusable { store: name.to_owned(), reason };
        Ok(Place {
            name: name.to_owned(),
            url: folder.url.value.to_string(),
            root: self.root.clone(),
            branch: folder.branch.value.to_string(),
            path: folder.path.value.to_string(),
            missing: match whose {
                Whose::Others => WhenMissing::Begin,
                Whose::Own if folder.create.is_some() => WhenMissing::Create,
                Whose::Own => WhenMissing::Fail,
            },
            cache,
            secret: folder.secret().map_or(secret, |secret| &secret.value).to_owned(),
            patience: self.environment.patience().map_err(unusable)?,
            wait: self.wait.clone(),
        })
    }

    /// The state store of a declaration, for the project of an identity. What is not on this machine is copied below `copies`, a
    /// folder of plat's own. Nothing is written or connected to before it is asked something.
    ///
    /// # Errors
    /// Where the declaration, or what the environment says, cannot work.
    pub fn open_store(
        &self,
        (declared, whose): (&StateStore, Whose),
        identity: (&str, &str),
        copies: &str,
    ) -> Result<Box<dyn Store>, StoreError> {
        match declared.kind {
            StoreType::Git => self.git((declared, whose), identity, copies),
            StoreType::Bucket => {
                let reason = "plat does not write to buckets".to_owned();
                Err(StoreError::Unusable { store: declared.name.value.to_string(), reason })
            }
        }
    }

    fn git(
        &self,
        (declared, whose): (&StateStore, Whose),
        (project, owner): (&str, &str),
        copies: &str,
    ) -> Result<Box<dyn Store>, StoreError> {
        let name = &*declared.name.value;
        let cache = self.own.join(copies).join(format!("{name}.git"));
        let config = git::Config {
            project: project.to_owned(),
            owner: owner.to_owned(),
            authorship: self.authorship(name)?,
            place: self.place(name, (&declared.git, whose), (cache, name))?,
        };
        Ok(Box::new(Git::open(config, self.environment.clone())?))
    }
}
