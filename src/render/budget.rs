use super::files::COST;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The most that all requests of a project may cost together: bytes that are written, and steps.
const TOTAL: usize = 1 << 30;

/// What may be spent on rendering, by any number of threads: whether it is enough depends on what they spend together, never on which
/// of them comes first.
#[derive(Debug)]
pub struct Budget {
    most: usize,
    spent: AtomicUsize,
}

impl Default for Budget {
    /// What all requests of a project may cost.
    fn default() -> Self {
        Self::of(TOTAL)
    }
}

impl Budget {
    /// A budget of bytes and steps.
    pub fn of(most: usize) -> Self {
        Self { most, spent: AtomicUsize::new(0) }
    }

    /// Spends bytes or steps, be they there or not.
    pub fn spend(&self, cost: usize) {
        let spend = |spent: usize| Some(spent.saturating_add(cost));
        // It always succeeds: the sum has a number each time.
        let _ = self.spent.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend);
    }

    /// Whether more was spent than there is. It stays so.
    pub fn is_overspent(&self) -> bool {
        self.spent.load(Ordering::Relaxed) > self.most
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} MiB (each file counts {} KiB beside its text)", self.most >> 20, COST >> 10)
    }
}
