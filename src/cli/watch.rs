use super::Exit;
use super::meter::Meter;
use super::output::Output;
use crate::apply::{Leases, Observer, Occupied, Patience, Run, Step, Targets};
use crate::model::{Lease, Standing, Timestamp};
use crate::report::clean;
use crate::session::{Heartbeat, Progress, seconds_now};
use crate::wait::Wait;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Watches an apply for its process. SIGINT and SIGTERM: nothing new starts, what is in flight is finished; a second one ends
/// the process at once, which an apply survives too.
pub(super) struct Watch<'m, O> {
    meter: &'m Meter,
    /// The number of the signal that came; zero before one does.
    signal: Arc<AtomicUsize>,
    until: Instant,
    told: Option<Occupied>,
    open: O,
    output: Output,
    /// The command that clears a lease.
    unlock: String,
    heartbeat: Option<Heartbeat>,
}

/// How often a lease that somebody else has is asked for again.
const ASK: Duration = Duration::from_secs(1);
/// How often a wait looks for a signal.
const LOOK: Duration = Duration::from_millis(50);

impl<'m, O: Fn() -> Option<Targets> + Clone + Send + 'static> Watch<'m, O> {
    /// Listens to signals from now on, which end every wait of the run, and waits as long for leases. `open` opens the targets once more, and `unlock` is the
    /// command that clears a lease.
    pub(super) fn new(wait: &Wait, open: O, meter: &'m Meter, output: Output, unlock: String) -> Self {
        let signal = Arc::clone(&wait.interrupt);
        let second = Arc::new(AtomicBool::new(false));
        for (number, exit) in
            [(signal_hook::consts::SIGINT, Exit::Interrupted), (signal_hook::consts::SIGTERM, Exit::Terminated)]
        {
            // Where a signal cannot be listened to, it ends the process as always, which an apply survives too.
            let code = i32::from(exit.code());
            let _ = signal_hook::flag::register_conditional_shutdown(number, code, second.clone());
            let _ = signal_hook::flag::register(number, second.clone());
            let _ = signal_hook::flag::register_usize(number, signal.clone(), number.unsigned_abs() as usize);
        }
        let now = Instant::now();
        let until = now.checked_add(wait.limit).unwrap_or(now);
        Self { meter, signal, until, told: None, open, output, unlock, heartbeat: None }
    }

    /// How a run ends that was stopped.
    pub(super) fn exit(&self) -> Exit {
        let terminated = signal_hook::consts::SIGTERM.unsigned_abs() as usize;
        if self.signal.load(Ordering::Relaxed) == terminated { Exit::Terminated } else { Exit::Interrupted }
    }

    /// Whether a signal came.
    pub(super) fn is_asked_to_stop(&self) -> bool {
        self.signal.load(Ordering::Relaxed) != 0
    }
}

impl<O: Fn() -> Option<Targets> + Clone + Send + 'static> Observer for Watch<'_, O> {
    fn step(&mut self, step: Step<'_>) -> bool {
        let goes_on = !self.is_asked_to_stop();
        match step {
            Step::Catalog { operations } if goes_on => {
                self.meter.begin(&format!("Writing {operations} objects to the catalog"), None);
            }
            Step::Store { name, files } if goes_on => {
                self.meter.begin(&format!("Writing {files} files to state store {name}"), None);
            }
            Step::Catalog { .. } | Step::Store { .. } | Step::CatalogDone | Step::StoreDone { .. } => self.meter.end(),
        }
        goes_on
    }

    fn now(&mut self, _: &Run) -> i64 {
        seconds_now()
    }

    fn occupied(&mut self, occupied: &Occupied) -> Patience {
        self.meter.end();
        let rest = self.until.saturating_duration_since(Instant::now());
        if self.is_asked_to_stop() {
            return Patience::Stop;
        }
        if rest.is_zero() {
            return Patience::GiveUp;
        }
        if self.told.as_ref().is_none_or(|told| told.lease.run != occupied.lease.run) {
            let Occupied { target, lease } = occupied;
            let line = format!(
                "Waiting at most {} s: {target} is being written by {} (run {}), who has it until {}. Where that run is gone, `{}` clears what it \
                 holds.",
                rest.as_millis().div_ceil(1000),
                lease.holder,
                lease.run,
                Timestamp(lease.expires),
                self.unlock
            );
            self.output.tell(&clean(&line));
            self.told = Some(occupied.clone());
        }
        let ask = Instant::now() + ASK.min(rest);
        while Instant::now() < ask {
            if self.is_asked_to_stop() {
                return Patience::Stop;
            }
            sleep(LOOK.min(ask.saturating_duration_since(Instant::now())));
        }
        Patience::Wait
    }

    fn taken_over(&mut self, former: &Occupied) {
        self.meter.end();
        let Occupied { target, lease } = former;
        let Lease { run, holder, expires } = lease;
        let line = match lease.standing(seconds_now()) {
            Standing::Ahead => format!(
                "Run {run} of {holder} holds {target} until {}, which is longer than any run may: it was made by a clock that \
                 is ahead, and is taken for stale.",
                Timestamp(*expires)
            ),
            Standing::Expired | Standing::Held => {
                format!("Run {run} of {holder} never ended, and no longer holds {target}.")
            }
        };
        self.output.tell(&clean(&line));
    }

    fn leased(&mut self, leases: &Leases) {
        self.heartbeat = Some(Heartbeat::start(leases.clone(), self.open.clone()));
    }

    fn closing(&mut self) {
        if let Some(heartbeat) = self.heartbeat.take() {
            heartbeat.stop();
        }
    }
}
