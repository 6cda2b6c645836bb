//! Waits for what other processes hold on this machine: as long as somebody may, and no longer than the run is wanted.

mod leave;

pub use leave::{Held, Leave};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// The longest pause between two looks.
const LOOK: Duration = Duration::from_millis(50);

/// How long one waits for what others hold on this machine.
#[derive(Clone, Debug)]
pub struct Wait {
    /// For so long at most.
    pub limit: Duration,
    /// Not at all any more once this is not zero.
    pub interrupt: Arc<AtomicUsize>,
    /// Whether a signal may end the process at once.
    pub leave: Leave,
    /// Whether the time was up once. What comes after it, such as the note that it came to nothing, is attempted once and not waited
    /// for as long again.
    in_vain: Arc<AtomicBool>,
}

/// Why a wait came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It took too long.
    TimedOut,
    /// The run was asked to stop.
    Interrupted,
}

impl Default for Wait {
    /// As long as somebody waits who was not told for how long.
    fn default() -> Self {
        Self::at_most(Duration::from_secs(10))
    }
}

impl Wait {
    /// For so long, where nothing interrupts it.
    pub fn at_most(limit: Duration) -> Self {
        Self { limit, interrupt: Arc::default(), leave: Leave::default(), in_vain: Arc::default() }
    }

    /// As long for somebody else of the same run: where one was waited for in vain, the other is not given up.
    #[must_use]
    pub fn for_another(&self) -> Self {
        Self { interrupt: Arc::clone(&self.interrupt), leave: self.leave.clone(), ..Self::at_most(self.limit) }
    }

    /// The same wait for so long at most.
    #[must_use]
    pub fn limited(&self, limit: Duration) -> Self {
        Self { limit, ..self.for_another() }
    }

    /// Whether the run was asked to stop.
    pub fn is_interrupted(&self) -> bool {
        self.signal() != 0
    }

    /// The number of the signal that asked the run to stop; zero before one did.
    pub fn signal(&self) -> usize {
        self.interrupt.load(Ordering::Relaxed)
    }

    /// Attempts something again and again until it comes to something.
    ///
    /// # Errors
    /// Where it did not in time, and where the run was asked to stop.
    pub fn until<T>(&self, mut attempt: impl FnMut() -> Option<T>) -> Result<T, Ended> {
        let start = Instant::now();
        let mut pause = Duration::from_millis(1);
        loop {
            if let Some(result) = attempt() {
                return Ok(result);
            }
            if self.is_interrupted() {
                return Err(Ended::Interrupted);
            }
            let rest = self.limit.saturating_sub(start.elapsed());
            if rest.is_zero() || self.in_vain.load(Ordering::Relaxed) {
                self.in_vain.store(true, Ordering::Relaxed);
                return Err(Ended::TimedOut);
            }
            thread::sleep(pause.min(rest));
            pause = (pause * 2).min(LOOK);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(limit: u64, interrupt: usize) -> Wait {
        let interrupt = Arc::new(AtomicUsize::new(interrupt));
        Wait { interrupt, ..Wait::at_most(Duration::from_millis(limit)) }
    }

    #[test]
    fn a_wait_ends_with_what_is_waited_for_with_its_time_or_by_a_signal() {
        let mut left = 3;
        let third = wait(10_000, 0).until(|| {
            left -= 1;
            (left == 0).then_some("here")
        });
        assert_eq!(third, Ok("here"));
        assert_eq!(wait(20, 0).until(|| None::<()>), Err(Ended::TimedOut));
        assert_eq!(wait(10_000, 2).until(|| None::<()>), Err(Ended::Interrupted));
        assert_eq!(wait(0, 2).until(|| Some(())), Ok(()));
    }

    #[test]
    fn who_waited_in_vain_looks_once_more_and_waits_no_more() {
        let first = wait(40, 0);
        assert_eq!(first.until(|| None::<()>), Err(Ended::TimedOut));
        let looks = |wait: &Wait| {
            let mut looks = 0;
            let look = || {
                looks += 1;
                None::<()>
            };
            assert_eq!(wait.until(look), Err(Ended::TimedOut));
            looks
        };
        assert_eq!((looks(&first), looks(&first.clone())), (1, 1));
        assert_eq!(first.until(|| Some(())), Ok(()));
        assert_eq!(looks(&first), 1);
        assert!(looks(&first.for_another()) > 1);
    }
}
