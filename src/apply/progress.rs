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

/// Watches an apply.
pub trait Observer {
    /// Called before and after each part. `false` before a part stops the apply there, cleanly.
    fn step(&mut self, step: Step<'_>) -> bool;
}

/// Watches nothing.
#[derive(Clone, Copy, Debug)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn step(&mut self, _: Step<'_>) -> bool {
        true
    }
}
