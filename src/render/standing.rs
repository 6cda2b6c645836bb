use crate::model::{Address, Name};
use std::collections::{BTreeSet, HashMap};

/// Where requests were delivered. One that an apply was stopped on the way with may stand in more than one destination.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    by_request: HashMap<Address, BTreeSet<Name>>,
}

impl Standing {
    /// Adds a destination that a request was delivered to.
    pub fn add(&mut self, request: Address, destination: Name) {
        self.by_request.entry(request).or_default().insert(destination);
    }

    /// Forgets where requests stand, so that they are placed as new ones.
    pub fn forget(&mut self, is_meant: impl Fn(&Address) -> bool) {
        self.by_request.retain(|request, _| !is_meant(request));
    }

    /// The destinations of a request, by name.
    pub fn of(&self, request: &Address) -> &BTreeSet<Name> {
        static NONE: BTreeSet<Name> = BTreeSet::new();
        self.by_request.get(request).unwrap_or(&NONE)
    }
}
