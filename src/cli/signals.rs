use super::exit;
use crate::session::Ending;
use crate::wait::Wait;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// The signals that stop a run, each with the ending of one that was stopped by it.
fn stopping() -> impl Iterator<Item = (i32, Ending)> {
    let always =
        [(signal_hook::consts::SIGINT, Ending::Interrupted), (signal_hook::consts::SIGTERM, Ending::Terminated)];
    always.into_iter().chain(hang_up().map(|number| (number, Ending::Terminated)))
}

/// The signal of a terminal that is gone; nothing where the run was begun so that it goes on without one, as by `nohup`, and where that
/// cannot be seen.
#[cfg(unix)]
fn hang_up() -> Option<i32> {
    let number = signal_hook::consts::SIGHUP;
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    let ignored = u64::from_str_radix(ignored.trim(), 16).ok()?;
    (ignored >> (number - 1) & 1 == 0).then_some(number)
}

/// A system without one.
#[cfg(not(unix))]
fn hang_up() -> Option<i32> {
    None
}

/// Listens to the signals that stop a run from now on. They end the process at once as ever, but where something would outlive it or be left half done: that is ended
/// first, by those who wait for it. That a file may not grow ends nothing: who writes it is told.
pub(super) fn listen(wait: &Wait) {
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
    for (number, _) in stopping() {
        // Where a signal cannot be listened to, it ends the process as always.
        let _ = signal_hook::flag::register_conditional_default(number, wait.leave.flag());
        let _ = signal_hook::flag::register_usize(number, wait.interrupt.clone(), number.unsigned_abs() as usize);
    }
}

/// Listens to them from now on, which interrupt a wait; a second one ends the process at once, which an apply survives
/// too.
pub(super) fn interrupt(wait: &Wait) {
    wait.leave.be_orderly();
    let second = Arc::new(AtomicBool::new(false));
    for (number, ending) in stopping() {
        // Where a signal cannot be listened to, it ends the process as always, which an apply survives too.
        let code = i32::from(exit::code(ending));
        let _ = signal_hook::flag::register_conditional_shutdown(number, code, second.clone());
        let _ = signal_hook::flag::register(number, second.clone());
        let _ = signal_hook::flag::register_usize(number, wait.interrupt.clone(), number.unsigned_abs() as usize);
    }
}
