//! Where the catalog is that a team shares.

use super::{Auth, Database, GitFolder, Name};
use crate::source::Spanned;

/// What keeps a catalog that a team shares.
#[derive(Clone, Debug, PartialEq)]
pub enum SharedCatalog {
    /// A folder on a branch of a Git repository.
    Git(GitFolder),
    /// A schema of a PostgreSQL database.
    Postgres(DatabaseSchema),
}

/// A schema of a PostgreSQL database, as a text says it.
#[derive(Clone, Debug, PartialEq)]
pub struct DatabaseSchema {
    /// Where the database is.
    pub url: DatabaseUrl,
    /// The schema.
    pub schema: Spanned<Box<str>>,
    /// How to log in.
    pub auth: Option<Auth>,
}

/// Where a database is.
#[derive(Clone, Debug, PartialEq)]
pub enum DatabaseUrl {
    /// At an address ([`super::Database`]).
    Said(Spanned<Box<str>>),
    /// At one that is a secret, by its name: it holds a password.
    Secret(Spanned<Name>),
}

impl DatabaseUrl {
    /// The address, or the name of the secret that holds it.
    pub fn says(&self) -> (Option<&str>, Option<&str>) {
        match self {
            Self::Said(url) => (Some(&url.value), None),
            Self::Secret(name) => (None, Some(&name.value)),
        }
    }
}

impl SharedCatalog {
    /// What messages call it, and what the secret is called to log in with where none is named.
    pub const NAME: &str = "catalog";
    /// The branch that it is on where none is named.
    pub const BRANCH: &str = "plat-catalog";
    /// The schema that it is in where none is named.
    pub const SCHEMA: &str = "plat";

    /// The folder that it is, where it is one of a Git repository.
    pub fn git(&self) -> Option<&GitFolder> {
        match self {
            Self::Git(folder) => Some(folder),
            Self::Postgres(_) => None,
        }
    }

    /// The same, to be settled.
    pub fn git_mut(&mut self) -> Option<&mut GitFolder> {
        match self {
            Self::Git(folder) => Some(folder),
            Self::Postgres(_) => None,
        }
    }

    /// How to log in, where the text says that.
    pub fn auth(&self) -> Option<&Auth> {
        match self {
            Self::Git(folder) => folder.auth.as_ref(),
            Self::Postgres(schema) => schema.auth.as_ref(),
        }
    }

    /// Whether it is where another one is, however that is spelled.
    pub fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Git(one), Self::Git(other)) => one.place().is(&other.place()),
            (Self::Postgres(one), Self::Postgres(other)) => {
                one.schema == other.schema && same_database(one.url.says(), other.url.says())
            }
            (Self::Git(_), Self::Postgres(_)) | (Self::Postgres(_), Self::Git(_)) => false,
        }
    }

    /// The address that the text says.
    pub fn url(&self) -> Option<&Spanned<Box<str>>> {
        match self {
            Self::Git(folder) => Some(&folder.url),
            Self::Postgres(DatabaseSchema { url: DatabaseUrl::Said(url), .. }) => Some(url),
            Self::Postgres(DatabaseSchema { url: DatabaseUrl::Secret(_), .. }) => None,
        }
    }
}

/// Whether two databases are one, each by its address, or by the secret that holds that.
pub fn same_database(one: (Option<&str>, Option<&str>), other: (Option<&str>, Option<&str>)) -> bool {
    match (one.0.map(Database::parse), other.0.map(Database::parse)) {
        (Some(Ok(one)), Some(Ok(other))) => one.is(&other),
        (None, None) => one.1 == other.1,
        _ => one.0 == other.0,
    }
}

worded! {
    /// What a catalog that a team shares can be.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum CatalogType {
        /// A folder on a branch of a Git repository.
        Git = "git",
        /// A schema of a PostgreSQL database.
        Postgres = "postgres",
    }
}
