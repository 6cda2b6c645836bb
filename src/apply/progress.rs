use super::{Leases, Occupied, Run};

/// A point of an apply at which it can be watched, or stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// The catalog is about to be written: its first part, or what shrinks and goes.
    Catalog {
        /// How many operations.
        operations: usize,
    },
    /// The catalog was written.
    CatalogDone,
    /// A state store is about to be written.
    Store {
        /// Its name.
        name: &'a str,
        /// How many files.
        files: usize,
    },
    /// A state store was written.
    StoreDone {
        /// Its name.
        name: &'a str,
    },
}

/// What to do while somebody else has the right to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// Ask again.
    Wait,
    /// Fail.
    GiveUp,
    /// Stop, as one that was asked to.
    Stop,
}

/// Watches an apply, and tells it what it cannot know.
pub trait Observer {
    /// Called before and after each part. `false` before a part stops the apply there, cleanly.
    fn step(&mut self, step: Step<'_>) -> bool;

    /// The time, in seconds since 1970 (UTC); the beginning of the run where nobody looks at a clock.
    fn now(&mut self, run: &Run) -> i64 {
        run.time
    }

    /// Called while somebody else has the right to write. One that wants to wait does so before it answers.
    fn occupied(&mut self, _: &Occupied) -> Patience {
        Patience::GiveUp
    }

    /// Called where a run was followed that never gave its right to write back.
    fn taken_over(&mut self, _: &Occupied) {}

    /// Called when the leases are there. Who watches a long step may renew them meanwhile.
    fn leased(&mut self, _: &Leases) {}

    /// Called before the leases are given back: nobody may renew them any more.
    fn closing(&mut self) {}
}

/// Watches nothing.
#[derive(Clone, Copy, Debug)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn step(&mut self, _: Step<'_>) -> bool {
        true
    }
}
