/// How a command ended. The numbers are part of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Success; also "there are changes", unless `--detailed-exitcode` asks.
    Success,
    /// The world failed: network, credentials, files.
    World,
    /// Success with changes, where `--detailed-exitcode` asks.
    Changes,
    /// The configuration is wrong.
    Configuration,
    /// A stale plan or a conflict; nothing was written.
    Stale,
    /// Refused by a policy, protection, ownership or a guard.
    Refused,
    /// Partly applied: run it again.
    Partial,
    /// A test failed.
    TestFailed,
    /// Wrong use of the command line.
    Usage,
    /// Stopped by SIGINT, cleanly.
    Interrupted,
    /// Stopped by SIGTERM, cleanly.
    Terminated,
}

impl Exit {
    /// The process's exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::World => 1,
            Self::Changes => 2,
            Self::Configuration => 3,
            Self::Stale => 4,
            Self::Refused => 5,
            Self::Partial => 6,
            Self::TestFailed => 7,
            Self::Usage => 64,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }
}
