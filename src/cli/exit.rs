use crate::session::Ending;

/// The process's exit code for how a command ended. The numbers are part of the interface.
pub(super) fn code(ending: Ending) -> u8 {
    match ending {
        Ending::Success => 0,
        Ending::World => 1,
        Ending::Changes => 2,
        Ending::Configuration => 3,
        Ending::Stale => 4,
        Ending::Refused => 5,
        Ending::Partial => 6,
        Ending::TestFailed => 7,
        Ending::Usage => 64,
        Ending::Interrupted => 130,
        Ending::Terminated => 143,
    }
}
