use super::{Heartbeat, seconds_now};
use crate::apply::{Leases, Observer, Occupied, Patience, Run, Step, Targets};
use crate::model::Standing;
use crate::wait::Wait;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// What somebody who waits for a run is told.
#[derive(Clone, Copy, Debug)]
pub enum Notice<'n> {
    /// A part of it begins, or is over.
    Step(Step<'n>),
    /// It waits for another run, for so many seconds at most. Told once for each run.
    Waits(&'n Occupied, u128),
    /// It takes the place of a run that never ended.
    TakesOver(&'n Occupied, Standing),
    /// Nothing is done meanwhile.
    Rests,
}

/// Watches an apply: once its wait is interrupted nothing new starts and what is in flight is finished, other runs are waited for,
/// and leases are renewed meanwhile.
pub(super) struct Watch<'w, O, T> {
    wait: &'w Wait,
    until: Instant,
    told: Option<Occupied>,
    /// Opens the targets once more.
    open: O,
    tell: T,
    heartbeat: Option<Heartbeat>,
}

/// How often a lease that somebody else has is asked for again.
const ASK: Duration = Duration::from_secs(1);
/// How often a wait looks whether it is interrupted.
const LOOK: Duration = Duration::from_millis(50);

impl<'w, O, T> Watch<'w, O, T> {
    /// Waits for other runs from now on.
    pub(super) fn new(wait: &'w Wait, open: O, tell: T) -> Self {
        let now = Instant::now();
        let until = now.checked_add(wait.limit).unwrap_or(now);
        Self { wait, until, told: None, open, tell, heartbeat: None }
    }
}

impl<O, T> Observer for Watch<'_, O, T>
where
    O: Fn() -> Option<Targets> + Clone + Send + 'static,
    T: FnMut(Notice<'_>),
{
    fn step(&mut self, step: Step<'_>) -> bool {
        let goes_on = !self.wait.is_interrupted();
        (self.tell)(if goes_on { Notice::Step(step) } else { Notice::Rests });
        goes_on
    }

    fn now(&mut self, _: &Run) -> i64 {
        seconds_now()
    }

    fn occupied(&mut self, occupied: &Occupied) -> Patience {
        (self.tell)(Notice::Rests);
        let rest = self.until.saturating_duration_since(Instant::now());
        if self.wait.is_interrupted() {
            return Patience::Stop;
        }
        if rest.is_zero() {
            return Patience::GiveUp;
        }
        if self.told.as_ref().is_none_or(|told| told.lease.run != occupied.lease.run) {
            (self.tell)(Notice::Waits(occupied, rest.as_millis().div_ceil(1000)));
            self.told = Some(occupied.clone());
        }
        let ask = Instant::now() + ASK.min(rest);
        while Instant::now() < ask {
            if self.wait.is_interrupted() {
                return Patience::Stop;
            }
            sleep(LOOK.min(ask.saturating_duration_since(Instant::now())));
        }
        Patience::Wait
    }

    fn taken_over(&mut self, former: &Occupied) {
        (self.tell)(Notice::Rests);
        (self.tell)(Notice::TakesOver(former, former.lease.standing(seconds_now())));
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
