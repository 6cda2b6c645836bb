use super::Operation;
use crate::model::{GitFolder, Holding, Name, Project, Repository, Server, SharedCatalog, StateStore, StorePlace};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a plan was made for. It is applied there, and nowhere else.
///
/// Whatever tells one target from another belongs here, beside the name of the project that every plan has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MadeFor {
    /// The state stores whose files it changes, by name.
    pub stores: Vec<PlannedStore>,
    /// The catalog, where it is not the one in plat's own folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalog: Option<PlannedStore>,
}

/// A state store, or a catalog, as it was declared when a plan was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedStore {
    /// Its name.
    pub store: Name,
    /// The address of its repository.
    pub url: String,
    /// The branch.
    pub branch: String,
    /// The folder that it keeps to; empty for the whole repository.
    pub path: String,
    /// The folder that the repository really is in, where it is in one; below the project's folder where no slash is before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// The repository that the address leads to, where the settings of who planned lead it elsewhere than it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub led_to: Option<Server>,
}

impl MadeFor {
    /// What the operations of a plan of a project are for.
    pub fn new(project: &Project, operations: &[Operation]) -> Self {
        let names: BTreeSet<&Name> = operations.iter().filter_map(Operation::file).map(|file| &file.store).collect();
        let stores = names.iter().filter_map(|name| project.store(name)).map(PlannedStore::new).collect();
        Self { stores, catalog: PlannedStore::of_catalog(project) }
    }
}

impl PlannedStore {
    /// A state store as it is declared.
    pub fn new(store: &StateStore) -> Self {
        Self::at(store.name.value.clone(), &store.git)
    }

    /// The catalog of a project, where it declares one.
    pub fn of_catalog(project: &Project) -> Option<Self> {
        Some(Self::at(SharedCatalog::NAME.into(), project.catalog.as_ref()?.git()?))
    }

    fn at(store: Name, git: &GitFolder) -> Self {
        Self {
            store,
            url: git.url.value.to_string(),
            branch: git.branch.value.to_string(),
            path: git.path.value.to_string(),
            folder: match &git.repository {
                Repository::Folder(folder) => Some(folder.clone()),
                Repository::Server(_) | Repository::Unknown(_) => None,
            },
            led_to: match &git.repository {
                Repository::Server(server) if !git.repository.is(&Repository::of(&git.url.value)) => {
                    Some(server.clone())
                }
                Repository::Folder(_) | Repository::Server(_) | Repository::Unknown(_) => None,
            },
        }
    }

    /// Where the plan is for.
    pub fn place(&self) -> StorePlace {
        StorePlace::new(self.repository(), &self.branch, &self.path)
    }

    /// The repository that the plan is for.
    pub fn repository(&self) -> Repository {
        match (&self.folder, &self.led_to) {
            // Where a link leads to by now is not where it led to.
            (Some(folder), _) => Repository::Folder(folder.clone()),
            (None, Some(server)) => Repository::Server(server.clone()),
            (None, None) => Repository::of(&self.url),
        }
    }
}

/// What a state store remembers from now on of a request: which files are its, and what protects them there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Held {
    /// The state store.
    pub store: Name,
    /// What it remembers; no file where the request has none there any more.
    #[serde(flatten)]
    pub holding: Holding,
}
