use super::output::Output;
use crate::workspace::Progress;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Work that ends within this time is not worth a line.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often the line is drawn.
const EVERY: Duration = Duration::from_millis(100);

/// Whether somebody sees how long work goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Watched {
    /// Standard error is a terminal of so many columns.
    Terminal {
        /// The columns.
        width: usize,
    },
    /// Nobody does.
    Nobody,
}

/// A line at the foot of a terminal that says how far long work is, how fast it goes and how long it may take. It is there
/// only while work goes on.
pub(super) struct Meter {
    watched: Watched,
    shared: Arc<Shared>,
    ticker: Mutex<Option<JoinHandle<()>>>,
}

/// What the thread that draws shares with those that work.
struct Shared {
    work: Mutex<Option<Work>>,
    over: AtomicBool,
    output: Output,
}

/// The work that goes on.
struct Work {
    what: String,
    total: Option<usize>,
    done: usize,
    /// When this work began.
    began: Instant,
    /// When the first work began of that which went on without a break.
    first: Instant,
    drawn: bool,
}

impl Meter {
    /// A meter that draws for whoever watches.
    pub(super) fn new(watched: Watched, output: Output) -> Self {
        Self {
            watched,
            shared: Arc::new(Shared { work: Mutex::default(), over: AtomicBool::default(), output }),
            ticker: Mutex::default(),
        }
    }

    /// The work is over: the line is gone, and others may write. Before anything else is printed.
    pub(super) fn end(&self) {
        let mut work = locked(&self.shared.work);
        if work.take().is_some_and(|work| work.drawn) {
            self.shared.draw("");
        }
    }

    /// Starts the thread that draws, once.
    fn start(&self, width: usize) {
        let mut ticker = locked(&self.ticker);
        if ticker.is_none() {
            let shared = self.shared.clone();
            *ticker = Some(std::thread::spawn(move || {
                while !shared.over.load(Ordering::Relaxed) {
                    std::thread::park_timeout(EVERY);
                    shared.tick(width);
                }
            }));
        }
    }
}

impl Shared {
    /// Draws what may be shown: a line that would hold a secret is not drawn.
    fn draw(&self, text: &str) {
        let _ = self.output.draw(text);
    }

    /// Draws the line of what goes on, where it goes on for long enough.
    fn tick(&self, width: usize) {
        let mut work = locked(&self.work);
        let Some(work) = work.as_mut().filter(|work| work.first.elapsed() >= PATIENCE) else { return };
        work.drawn = true;
        self.draw(&line(&work.what, work.done, work.total, work.began.elapsed(), width));
    }
}

impl Progress for Meter {
    fn begin(&self, what: &str, total: Option<usize>) {
        let Watched::Terminal { width } = self.watched else { return };
        let now = Instant::now();
        let mut work = locked(&self.shared.work);
        let (first, drawn) = work.as_ref().map_or((now, false), |work| (work.first, work.drawn));
        *work = Some(Work { what: what.to_owned(), total, done: 0, began: now, first, drawn });
        drop(work);
        self.start(width);
    }

    fn advance(&self, steps: usize) {
        if self.watched == Watched::Nobody {
            return;
        }
        if let Some(work) = locked(&self.shared.work).as_mut() {
            work.done += steps;
        }
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        self.end();
        self.shared.over.store(true, Ordering::Relaxed);
        if let Some(ticker) = locked(&self.ticker).take() {
            ticker.thread().unpark();
            // A thread that failed has drawn its last line.
            let _ = ticker.join();
        }
    }
}

/// What a lock guards; a thread that failed while it held it has left nothing half done.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `Rendering requests  1200/10000  850/s  about 11 s left`; no longer than the terminal is wide.
fn line(what: &str, done: usize, total: Option<usize>, elapsed: Duration, width: usize) -> String {
    let seconds = elapsed.as_secs();
    let mut line = what.to_owned();
    match total {
        Some(total) if total > 1 => {
            line.push_str(&format!("  {}/{total}", done.min(total)));
            let milliseconds = elapsed.as_millis().max(1);
            let rate = (done as u128 * 1000) / milliseconds;
            if done > 0 && seconds > 0 {
                line.push_str(&format!("  {rate}/s"));
                let left = (total.saturating_sub(done) as u128 * milliseconds).div_ceil(done as u128).div_ceil(1000);
                line.push_str(&format!("  about {left} s left"));
            }
        }
        Some(_) | None if seconds > 0 => line.push_str(&format!("  {seconds} s")),
        Some(_) | None => {}
    }
    // A line that is wrapped could not be cleared again.
    line.chars().filter(|character| !character.is_control()).take(width.saturating_sub(1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_rate_and_an_estimate_once_there_is_one() {
        let at = |done, total, milliseconds| line("Reading", done, total, Duration::from_millis(milliseconds), 80);
        assert_eq!(at(0, None, 600), "Reading");
        assert_eq!(at(0, None, 2600), "Reading  2 s");
        assert_eq!(at(0, Some(10), 600), "Reading  0/10");
        assert_eq!(at(5, Some(10), 600), "Reading  5/10");
        assert_eq!(at(250, Some(1000), 2000), "Reading  250/1000  125/s  about 6 s left");
        assert_eq!(at(1000, Some(1000), 2000), "Reading  1000/1000  500/s  about 0 s left");
        assert_eq!(at(0, Some(1), 3000), "Reading  3 s");
        assert_eq!(at(0, Some(0), 3000), "Reading  3 s");
    }

    #[test]
    fn a_line_fits_the_terminal_and_has_no_power_over_it() {
        assert_eq!(line("Reading\u{1b}[2J\n", 0, None, Duration::ZERO, 8), "Reading");
        assert_eq!(line("Reading", 0, None, Duration::ZERO, 0), "");
    }

    #[test]
    fn nobody_is_told_where_nobody_watches() {
        let meter = Meter::new(Watched::Nobody, Output::new(crate::secret::Tripwire::default()));
        meter.begin("Reading", None);
        meter.advance(1);
        assert!(locked(&meter.shared.work).is_none() && locked(&meter.ticker).is_none());
    }
}
