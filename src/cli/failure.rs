use crate::secret::Leak;
use crate::session::{Ending, Misuse, SessionError};

/// Why a command did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// What was asked for could not be done.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// An output would have held a secret.
    #[error(transparent)]
    Leak(#[from] Leak),
    /// A file that was named on the command line cannot be read or written.
    #[error("cannot {doing} {path}")]
    File {
        /// `read` or `write`.
        doing: &'static str,
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// What an editor says is not the protocol.
    #[error("what came on standard input is no Language Server Protocol: {0}")]
    Protocol(String),
    /// Something was asked for in a way that cannot be.
    #[error("{0}")]
    Usage(String),
}

impl From<Misuse> for Failure {
    fn from(misuse: Misuse) -> Self {
        Self::Session(misuse.into())
    }
}

impl Failure {
    /// What a command would do about it, and the words of that command.
    pub(super) fn way(&self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Session(error) if error.lacks_project() => Some(("to make one", "init")),
            Self::Session(error) if error.is_occupied() => {
                Some(("to see who has the right to write, and to clear it", "unlock"))
            }
            _ => None,
        }
    }

    /// How a command ends that fails so.
    pub(super) fn ending(&self) -> Ending {
        match self {
            Self::Session(error) => error.ending(),
            Self::Leak(_) | Self::File { .. } => Ending::World,
            Self::Usage(_) | Self::Protocol(_) => Ending::Usage,
        }
    }
}
