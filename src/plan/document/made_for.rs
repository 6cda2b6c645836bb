use super::Operation;
use crate::model::{
    DatabaseSchema, DatabaseUrl, GitFolder, Holding, Name, Project, Repository, Server, SharedCatalog, StateStore,
    StorePlace, same_database,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a plan was made for. It is applied there, and nowhere else.
///
/// Whatever tells one target from another belongs here, beside the name of the project that every plan has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MadeFor {
    /// The state stores whose files it changes, by name.
    pub stores: Vec<PlannedStore>,
    /// The catalog, where it is not the one in plat's own folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalog: Option<PlannedCatalog>,
    /// The environment, where the project has some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Name>,
    /// What was given for parameters of the project, as it was typed, by their names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<Name, Box<str>>,
}

/// A catalog that a team shares, as it was declared when a plan was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum PlannedCatalog {
    /// A folder on a branch of a Git repository.
    Git(PlannedStore),
    /// A schema of a PostgreSQL database.
    Postgres(PlannedDatabase),
}

/// A schema of a PostgreSQL database, as it was declared when a plan was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedDatabase {
    /// The address of the database, where that is no secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// The name of the secret that holds the address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Name>,
    /// The schema.
    pub schema: String,
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
        Self {
            stores,
            catalog: PlannedCatalog::of(project),
            environment: project.environment.clone(),
            parameters: project.given.clone(),
        }
    }
}

impl PlannedCatalog {
    /// The catalog of a project, where it declares one.
    pub fn of(project: &Project) -> Option<Self> {
        Some(match project.catalog.as_ref()? {
            SharedCatalog::Git(folder) => Self::Git(PlannedStore::at(SharedCatalog::NAME.into(), folder)),
            SharedCatalog::Postgres(DatabaseSchema { url, schema, .. }) => {
                let (database, secret) = match url {
                    DatabaseUrl::Said(url) => (Some(url.value.to_string()), None),
                    DatabaseUrl::Secret(name) => (None, Some(name.value.clone())),
                };
                Self::Postgres(PlannedDatabase { database, secret, schema: schema.value.to_string() })
            }
        })
    }

    /// Whether this is the place of another one, however that is spelled.
    pub fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Git(one), Self::Git(other)) => one.place().is(&other.place()),
            (Self::Postgres(one), Self::Postgres(other)) => one.is(other),
            (Self::Git(_), Self::Postgres(_)) | (Self::Postgres(_), Self::Git(_)) => false,
        }
    }
}

impl PlannedDatabase {
    /// The address, or the name of the secret that holds it.
    fn says(&self) -> (Option<&str>, Option<&str>) {
        (self.database.as_deref(), self.secret.as_deref())
    }

    fn is(&self, other: &Self) -> bool {
        self.schema == other.schema && same_database(self.says(), other.says())
    }
}

impl PlannedStore {
    /// A state store as it is declared.
    pub fn new(store: &StateStore) -> Self {
        Self::at(store.name.value.clone(), &store.git)
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
