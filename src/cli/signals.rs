use super::exit;
use crate::session::Ending;
use crate::wait::Wait;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Listens to SIGINT and SIGTERM from now on. They end the process at once as ever, but where something would outlive it or be left half done: that is ended
/// first, by those who wait for it. That a file may not grow ends nothing: who writes it is told.
pub(super) fn listen(wait: &Wait) {
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
    for number in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        // Where a signal cannot be listened to, it ends the process as always.
        let _ = signal_hook::flag::register_conditional_default(number, wait.leave.flag());
        let _ = signal_hook::flag::register_usize(number, wait.interrupt.clone(), number.unsigned_abs() as usize);
    }
}

/// Listens to SIGINT and SIGTERM from now on, which interrupt a wait; a second one ends the process at once, which an apply survives
/// too.
pub(super) fn interrupt(wait: &Wait) {
    wait.leave.be_orderly();
    let second = Arc::new(AtomicBool::new(false));
    for (number, ending) in
        [(signal_hook::consts::SIGINT, Ending::Interrupted), (signal_hook::consts::SIGTERM, Ending::Terminated)]
    {
        // Where a signal cannot be listened to, it ends the process as always, which an apply survives too.
        let code = i32::from(exit::code(ending));
        let _ = signal_hook::flag::register_conditional_shutdown(number, code, second.clone());
        let _ = signal_hook::flag::register(number, second.clone());
        let _ = signal_hook::flag::register_usize(number, wait.interrupt.clone(), number.unsigned_abs() as usize);
    }
}
