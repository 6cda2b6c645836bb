use crate::model::{Holding, StorePlace};
use crate::store::ContentId;
use std::collections::{BTreeMap, BTreeSet};

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
    /// Files.
    Files(Left),
    /// Nobody could look, and why.
    Unseen(String),
}

/// The files of a project that are in a state store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// The files that it delivered and that are there, by path.
    pub files: BTreeMap<String, ContentId>,
    /// What they were delivered for, as far as the store remembers.
    pub holdings: Vec<Holding>,
}

impl Left {
    /// How many requests they were delivered for.
    pub(super) fn requests(&self) -> usize {
        self.holdings.iter().map(|holding| &holding.request).collect::<BTreeSet<_>>().len()
    }
}

impl FormerStore {
    /// What is there, where somebody could look.
    pub fn left(&self) -> Option<&Left> {
        match &self.remains {
            Remains::Files(left) => Some(left),
            Remains::Unseen(_) => None,
        }
    }
}
