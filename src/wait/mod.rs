//! Waits for what other processes hold on this machine: as long as somebody may, and no longer than the run is wanted.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
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
        Self { limit: Duration::from_secs(10), interrupt: Arc::default() }
    }
}

impl Wait {
    /// Whether the run was asked to stop.
    pub fn is_interrupted(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed) != 0
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
            if rest.is_zero() {
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
        Wait { limit: Duration::from_millis(limit), interrupt: Arc::new(AtomicUsize::new(interrupt)) }
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
}
