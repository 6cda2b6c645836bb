use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::{Duration, Instant};

use super::Failure;
use super::running::Running;
use crate::wait::Wait;

/// How long what is in flight may still take after an interrupt.
const GRACE: Duration = Duration::from_secs(3);

/// How often one looks.
const TICK: Duration = Duration::from_millis(50);

/// How long a run waits for a server that says nothing, and what makes it give up sooner.
#[derive(Clone, Debug)]
pub(in crate::adapter::git) struct Patience {
    /// How long neither side may get on.
    pub(in crate::adapter::git) idle: Duration,
    /// How it is learned that the run is interrupted.
    pub(in crate::adapter::git) wait: Wait,
    /// Whether a conversation was given up for that. The next one would be as slow: it is not begun.
    pub(in crate::adapter::git) given_up: Arc<AtomicBool>,
}

/// Counts the steps of a conversation, so that somebody else sees whether it gets on, and holds the program that it goes through, so
/// that this ends with it.
#[derive(Clone, Debug, Default)]
pub(super) struct Pulse {
    beats: Arc<AtomicU64>,
    /// What runs for the conversation.
    pub(super) running: Running,
}

impl Pulse {
    /// One of a run that is waited for like that.
    fn of(wait: &Wait) -> Self {
        Self { beats: Arc::default(), running: Running::of(wait.leave.clone()) }
    }

    pub(super) fn beat(&self) {
        self.beats.fetch_add(1, Ordering::Relaxed);
    }
}

impl Patience {
    /// How long one step of a conversation may last until it ends itself: the one who waits for it gives up before.
    pub(super) fn last(&self) -> Duration {
        self.idle.saturating_mul(2)
    }

    /// Runs a conversation on a thread of its own and waits for its end as long as it gets on. A conversation that does not
    /// is left to itself, as no library here can be stopped from outside in each of its states; a program that runs for it is ended.
    pub(super) fn wait<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Pulse) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        if self.given_up.load(Ordering::Relaxed) {
            return Err(Failure::Interrupted);
        }
        let (pulse, (done, end)) = (Pulse::of(&self.wait), mpsc::channel());
        // A run that does not see to its end itself would have ended at the signal.
        let grace = if self.wait.leave.is_orderly() { GRACE } else { Duration::ZERO };
        let theirs = pulse.clone();
        let give_up = |failure| {
            pulse.running.give_up();
            Err(failure)
        };
        // Nobody hears the end any more where it comes too late.
        let run = move || drop(done.send(work(&theirs)));
        thread::Builder::new().name("git".to_owned()).spawn(run).map_err(|error| Failure::of(&error))?;
        let mut beats = 0;
        let mut last = Instant::now();
        let mut interrupted = None;
        loop {
            match end.recv_timeout(TICK) {
                Ok(_) if self.wait.is_interrupted() && grace.is_zero() => return Err(Failure::Interrupted),
                Ok(ended) => return ended,
                Err(RecvTimeoutError::Disconnected) => return Err(Failure::HungUp),
                Err(RecvTimeoutError::Timeout) => {}
            }
            let now = pulse.beats.load(Ordering::Relaxed);
            if now != beats {
                (beats, last) = (now, Instant::now());
            }
            if self.wait.is_interrupted() && interrupted.get_or_insert_with(Instant::now).elapsed() >= grace {
                self.given_up.store(true, Ordering::Relaxed);
                return give_up(Failure::Interrupted);
            }
            if last.elapsed() >= self.idle {
                return give_up(Failure::Silent(self.idle));
            }
        }
    }
}

impl Patience {
    /// Tries something again and again until it gives an answer, as long as one waits for a server.
    pub(in crate::adapter::git) fn until<T>(&self, mut attempt: impl FnMut() -> Option<T>) -> Result<T, Failure> {
        let start = Instant::now();
        loop {
            if let Some(answer) = attempt() {
                return Ok(answer);
            }
            if self.wait.is_interrupted() {
                return Err(Failure::Interrupted);
            }
            if start.elapsed() >= self.idle {
                return Err(Failure::Silent(self.idle));
            }
            thread::sleep(TICK);
        }
    }
}

/// A stream whose every step is a beat.
pub(super) struct Beating<S>(pub(super) S, pub(super) Pulse);

impl<S: Read> Read for Beating<S> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.read(buffer)?;
        self.1.beat();
        Ok(count)
    }
}

impl<S: Write> Write for Beating<S> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let count = self.0.write(bytes)?;
        self.1.beat();
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patience(idle: u64) -> Patience {
        let wait = Wait::default();
        wait.leave.be_orderly();
        Patience { idle: Duration::from_millis(idle), wait, given_up: Arc::default() }
    }

    #[test]
    fn what_ends_is_given_back() {
        assert_eq!(patience(60_000).wait(|_| Ok(1)), Ok(1));
        assert_eq!(patience(60_000).wait(|_| Err::<(), _>(Failure::Missing)), Err(Failure::Missing));
    }

    #[test]
    fn what_never_gets_on_is_left() {
        let forever = |_: &Pulse| loop {
            thread::park();
        };
        assert_eq!(patience(60).wait::<()>(forever), Err(Failure::Silent(Duration::from_millis(60))));
        let interrupted = patience(600_000);
        interrupted.wait.interrupt.store(2, Ordering::Relaxed);
        assert_eq!(interrupted.wait(|_| Ok(1)), Ok(1));
        assert_eq!(interrupted.wait::<()>(forever), Err(Failure::Interrupted));
        assert_eq!(interrupted.wait(|_| Ok(1)), Err(Failure::Interrupted));
    }

    #[test]
    fn what_never_answers_is_asked_for_a_while() {
        let mut left = 3;
        let mut third = || {
            left -= 1;
            (left == 0).then_some("yes")
        };
        assert_eq!(patience(60_000).until(&mut third), Ok("yes"));
        assert_eq!(patience(120).until(|| None::<()>), Err(Failure::Silent(Duration::from_millis(120))));
        let interrupted = patience(600_000);
        interrupted.wait.interrupt.store(2, Ordering::Relaxed);
        assert_eq!(interrupted.until(|| None::<()>), Err(Failure::Interrupted));
    }

    #[test]
    fn what_gets_on_slowly_is_waited_for() {
        let slow = |pulse: &Pulse| {
            for _ in 0..20 {
                thread::sleep(Duration::from_millis(50));
                pulse.beat();
            }
            Ok(())
        };
        assert_eq!(patience(800).wait(slow), Ok(()));
    }
}
