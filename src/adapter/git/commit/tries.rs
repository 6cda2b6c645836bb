//! How often something is tried that others may be faster with.

use crate::adapter::git::host::origin::Origin;
use crate::store::StoreError;
use crate::wait::Wait;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::thread;
use std::time::{Duration, Instant};

/// What only this run and those that look after it move is tried so often, and what others move too at least so often.
pub(crate) const TRIES: u32 = 8;

/// For so long what others move too is tried: of many that write at once each gets its turn by then.
const LONGEST: Duration = Duration::from_mins(1);

/// The longest pause, in milliseconds.
const LONGEST_PAUSE: u64 = 1_600;

/// The tries of a write to what others write to as well.
#[derive(Debug)]
pub(crate) struct Tries {
    begun: Instant,
    made: u32,
    wait: Wait,
}

impl Tries {
    /// Those of a run that `wait` tells when it is to stop.
    pub(crate) fn new(wait: &Wait) -> Self {
        Self { begun: Instant::now(), made: 0, wait: wait.clone() }
    }

    /// Whether to try again, after a pause; and once in any case.
    pub(crate) fn goes_on(&mut self) -> bool {
        let is_over = self.made >= TRIES && self.begun.elapsed() >= LONGEST;
        if is_over || self.made > 0 && self.wait.is_interrupted() {
            return false;
        }
        thread::sleep(pause(self.made));
        self.made += 1;
        true
    }

    /// Why a reference of a repository was not moved, where others were faster each time.
    pub(crate) fn in_vain(&self, origin: &Origin, reference: &str) -> StoreError {
        if self.wait.is_interrupted() {
            return StoreError::Interrupted { store: origin.store.clone(), doing: "write" };
        }
        origin.busy(reference, self.made)
    }
}

/// How long to wait after so many tries: nothing before the first two, then anything up to 50 ms, and up to twice as long each time. Of those who
/// collide one always wins; that they wait differently long keeps it from being the same ones.
pub(crate) fn pause(tried: u32) -> Duration {
    if tried < 2 {
        return Duration::ZERO;
    }
    let longest = (25 << (tried - 1).min(16)).min(LONGEST_PAUSE);
    Duration::from_millis(RandomState::new().hash_one(tried) % (longest + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::Ordering;

    #[test]
    fn pauses_grow_up_to_the_longest_and_differ() {
        for tried in [0, 1] {
            assert_eq!(pause(tried), Duration::ZERO);
        }
        let longest = |tried| (0..200).map(|_| pause(tried)).max().unwrap();
        assert!(longest(2) <= Duration::from_millis(50) && longest(3) <= Duration::from_millis(100));
        for tried in [8, 40, u32::MAX] {
            assert!(longest(tried) <= Duration::from_millis(LONGEST_PAUSE));
            assert!(longest(tried) > Duration::from_millis(LONGEST_PAUSE / 2));
        }
    }

    #[test]
    fn a_write_is_tried_more_often_than_that_while_there_is_time() {
        let mut tries = Tries::new(&Wait::default());
        tries.made = TRIES;
        assert!(tries.goes_on());
        assert_eq!(tries.made, TRIES + 1);
        let Some(begun) = Instant::now().checked_sub(LONGEST) else { return };
        tries.begun = begun;
        assert!(!tries.goes_on());
        tries.made = 0;
        assert!(tries.goes_on());
    }

    #[test]
    fn a_write_that_was_overtaken_is_not_tried_again_by_a_run_that_is_to_stop() {
        let wait = Wait::default();
        let mut tries = Tries::new(&wait);
        let origin = Origin { store: "s".to_owned(), url: "u".to_owned(), disk: "d".into() };
        let ended = |tries: &Tries| tries.in_vain(&origin, "refs/heads/main");
        assert!(tries.goes_on() && tries.goes_on());
        assert!(matches!(ended(&tries), StoreError::Busy { tries: 2, .. }));
        wait.interrupt.store(2, Ordering::Relaxed);
        assert!(!tries.goes_on());
        assert!(matches!(ended(&tries), StoreError::Interrupted { .. }));
        assert!(Tries::new(&wait).goes_on());
    }
}
