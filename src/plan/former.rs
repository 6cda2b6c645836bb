use crate::model::StorePlace;

/// A state store as the catalog has it, which differs from what is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerStore {
    /// Where it is.
    pub place: StorePlace,
    /// What of the project is there.
    pub remains: Remains,
}

/// What of a project is in a state store that it may leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remains {
    /// So many files.
    Files {
        /// The files that it delivered and that are there.
        files: usize,
        /// The requests that they were delivered for, as far as the store remembers.
        requests: usize,
    },
    /// Nobody could look, and why.
    Unseen(String),
}
