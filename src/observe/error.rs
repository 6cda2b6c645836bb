use crate::catalog::CatalogError;
use crate::diag::Diagnostics;
use crate::secret::SecretError;
use crate::store::StoreError;

/// Why targets could not be looked at. A partial answer is none.
#[derive(Debug, thiserror::Error)]
pub enum ObserveError {
    /// The catalog failed.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// A state store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A secret could not be had.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// Placing all requests anew shows no problem, and where they stand they have some.
    #[error("the project has errors where its requests stand")]
    Misplaced(Diagnostics),
}
