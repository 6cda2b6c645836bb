use crate::apply::{Leases, Targets};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Renews leases by time, while the thread that holds them is busy with a long step.
#[derive(Debug)]
pub struct Heartbeat {
    stop: mpsc::Sender<()>,
    stopped: mpsc::Receiver<()>,
}

/// How long a renewal that is under way may keep its run from its end. What it renews after that ends by itself.
const LAST: Duration = Duration::from_secs(5);

impl Heartbeat {
    /// Starts to renew some leases, each time when a third of their time is over, on targets of its own, which are opened
    /// only then.
    pub fn start(leases: Leases, open: impl Fn() -> Option<Targets> + Send + 'static) -> Self {
        let (stop, asked) = mpsc::channel::<()>();
        let (done, stopped) = mpsc::channel();
        let every = Duration::from_secs(leases.seconds().unsigned_abs()) / 3;
        thread::spawn(move || {
            let mut targets = None;
            while !every.is_zero() && matches!(asked.recv_timeout(every), Err(RecvTimeoutError::Timeout)) {
                targets = targets.or_else(&open);
                if let Some(targets) = &mut targets {
                    leases.renew(targets, seconds_now());
                }
            }
            // Nobody may wait for it any more.
            let _ = done.send(());
        });
        Self { stop, stopped }
    }

    /// Stops it: afterwards nothing is renewed.
    pub fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.stopped.recv_timeout(LAST);
    }
}

/// The time in seconds since 1970 (UTC).
pub fn seconds_now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    i64::try_from(now).unwrap_or(i64::MAX)
}
