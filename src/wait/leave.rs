use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Whether a signal may end the process at once: not where the run sees to its end itself, and not while something runs that would
/// outlive it. Then the signal is a wish, which is heeded by whoever waits for that.
#[derive(Clone, Debug)]
pub struct Leave(Arc<State>);

#[derive(Debug)]
struct State {
    may: Arc<AtomicBool>,
    /// How much runs that would outlive the process.
    held: AtomicUsize,
    /// Whether the run sees to its end itself.
    is_orderly: AtomicBool,
}

impl Default for Leave {
    fn default() -> Self {
        let may = Arc::new(AtomicBool::new(true));
        Self(Arc::new(State { may, held: AtomicUsize::new(0), is_orderly: AtomicBool::new(false) }))
    }
}

impl Leave {
    /// Whether it may, for those who listen to signals.
    pub fn flag(&self) -> Arc<AtomicBool> {
        self.0.may.clone()
    }

    /// From now on the run sees to its end itself.
    pub fn be_orderly(&self) {
        self.0.is_orderly.store(true, Ordering::SeqCst);
        self.0.may.store(false, Ordering::SeqCst);
    }

    /// Whether the run sees to its end itself.
    pub fn is_orderly(&self) -> bool {
        self.0.is_orderly.load(Ordering::SeqCst)
    }

    /// Something runs that would outlive the process, for as long as what this gives is kept.
    #[must_use]
    pub fn hold(&self) -> Held {
        self.0.held.fetch_add(1, Ordering::SeqCst);
        self.0.may.store(false, Ordering::SeqCst);
        Held(self.clone())
    }
}

/// Keeps a signal from ending the process.
#[derive(Debug)]
pub struct Held(Leave);

impl Drop for Held {
    fn drop(&mut self) {
        let Self(leave) = self;
        if leave.0.held.fetch_sub(1, Ordering::SeqCst) == 1 && !leave.is_orderly() {
            leave.0.may.store(true, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_ends_the_process_where_nothing_would_outlive_it() {
        let leave = Leave::default();
        let may = || leave.flag().load(Ordering::SeqCst);
        assert!(may());
        let (first, second) = (leave.hold(), leave.clone().hold());
        drop(first);
        assert!(!may());
        drop(second);
        assert!(may());
        let held = leave.hold();
        leave.be_orderly();
        drop(held);
        assert!(!may() && leave.is_orderly());
    }
}
