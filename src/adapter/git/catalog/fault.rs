//! Why a catalog in a repository cannot say or do something, before it is told in the words of all catalogs.

use crate::catalog::CatalogError;
use crate::store::StoreError;

/// Why the catalog cannot say or do something.
pub(super) enum Fault {
    /// The repository, or what guards it.
    Store(StoreError),
    /// Git.
    Git(git2::Error),
    /// A rule of all catalogs.
    Rule(CatalogError),
    /// Something that is no file, by its path, is where a file is to be.
    InTheWay(String),
    /// A file says what nobody can read.
    Damaged {
        /// What that is.
        what: String,
        /// The file, from the root of the branch.
        path: String,
    },
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<git2::Error> for Fault {
    fn from(error: git2::Error) -> Self {
        Self::Git(error)
    }
}

impl From<CatalogError> for Fault {
    fn from(error: CatalogError) -> Self {
        Self::Rule(error)
    }
}
