use crate::catalog::{GuardedChange, Outcome};
use crate::model::Address;
use crate::plan::{Action, Operation, Phase, Plan};
use crate::store::FileChange;
use std::collections::{HashMap, HashSet};

/// What of a plan is told, and counted, as its summary does: each change once, and nothing of the inventory's own bookkeeping.
pub(super) struct Told<'p> {
    /// The objects that change, each with when it does.
    objects: HashMap<&'p Address, Phase>,
    /// The files that change, by store and path.
    files: HashSet<(&'p str, &'p str)>,
    /// The old paths of those that move.
    vacated: HashSet<(&'p str, &'p str)>,
}

impl<'p> Told<'p> {
    /// That of a plan.
    pub(super) fn of(plan: &'p Plan) -> Self {
        let changes = || plan.operations.iter().filter(|operation| operation.action.is_change());
        let left = plan.operations.iter().filter(|operation| operation.action == Action::Vacate);
        let place = |operation: &'p Operation| operation.file().map(|file| (&*file.store, &*file.path));
        Self {
            objects: changes().filter_map(|one| Some((one.object_address()?, one.phase))).collect(),
            files: changes().filter_map(place).collect(),
            vacated: left.filter_map(place).collect(),
        }
    }

    /// How many of some operations of the catalog are told.
    pub(super) fn objects(&self, operations: &[GuardedChange]) -> usize {
        operations.iter().filter(|one| self.objects.contains_key(&one.address)).count()
    }

    /// How many of those that were carried out are told, and how many are the inventory's own. What grows before it shrinks is written
    /// twice, and told once it is done.
    pub(super) fn done(&self, operations: &[GuardedChange], outcomes: &[Outcome], is_last: bool) -> [usize; 2] {
        let done = operations.iter().zip(outcomes).filter(|(_, outcome)| **outcome == Outcome::Done);
        let mut counts = [0; 2];
        for (operation, _) in done {
            let is_told =
                self.objects.get(&operation.address).is_some_and(|phase| is_last || *phase != Phase::Contract);
            counts[usize::from(!is_told)] += 1;
        }
        counts
    }

    /// How many objects are told of which something is done by some operations, however many these are.
    pub(super) fn changed(&self, operations: &[GuardedChange], outcomes: &[Outcome]) -> usize {
        let done = operations.iter().zip(outcomes).filter(|(_, outcome)| **outcome == Outcome::Done);
        let told = done.map(|(operation, _)| &operation.address).filter(|address| self.objects.contains_key(address));
        told.collect::<HashSet<_>>().len()
    }

    /// How many files of a store are told.
    pub(super) fn files(&self, store: &str, changes: &[FileChange]) -> usize {
        changes.iter().filter(|change| self.files.contains(&(store, &*change.path))).count()
    }

    /// Whether a file of a store is the old path of one that moves.
    pub(super) fn is_vacated(&self, store: &str, change: &FileChange) -> bool {
        self.vacated.contains(&(store, &*change.path))
    }
}
