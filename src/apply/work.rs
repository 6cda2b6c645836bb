use super::outcome::Left;
use super::told::Told;
use crate::model::Holding;
use crate::store::FileChange;
use std::collections::BTreeSet;

/// What a plan comes to in one state store.
pub(super) struct StoreWork {
    pub(super) store: String,
    pub(super) changes: Vec<FileChange>,
    pub(super) holdings: Vec<Holding>,
    /// What leaves it for other stores.
    pub(super) departure: Departure,
}

impl StoreWork {
    pub(super) fn left(&self, told: &Told<'_>) -> Left {
        let files = [&self.changes, &self.departure.changes].map(|changes| told.files(&self.store, changes));
        Left::Store { store: self.store.clone(), files: files.iter().sum() }
    }

    /// All of it, in the order of the paths.
    pub(super) fn whole(&self) -> (Vec<FileChange>, Vec<Holding>) {
        let mut changes: Vec<FileChange> = self.changes.iter().chain(&self.departure.changes).cloned().collect();
        changes.sort_by(|one, other| one.path.cmp(&other.path));
        let mut holdings: Vec<Holding> = self.holdings.iter().chain(&self.departure.holdings).cloned().collect();
        holdings.sort_by(|one, other| one.key().cmp(&other.key()));
        (changes, holdings)
    }
}

/// What leaves a store for others.
#[derive(Default)]
pub(super) struct Departure {
    /// The stores that it goes to.
    pub(super) to: BTreeSet<String>,
    /// The files that go.
    pub(super) changes: Vec<FileChange>,
    /// What the store then no longer remembers.
    pub(super) holdings: Vec<Holding>,
}
