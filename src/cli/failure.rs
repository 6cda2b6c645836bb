use super::Exit;
use super::output::Output;
use crate::apply::ApplyError;
use crate::catalog::CatalogError;
use crate::plan::DocumentError;
use crate::report::clean;
use crate::resolve::LoadError;
use crate::secret::Leak;
use crate::session::{RevisionError, SessionError};
use crate::store::StoreError;

/// Why a command did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The world failed.
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
    /// A file that was named on the command line is no plan to use.
    #[error("cannot use {path}")]
    Document {
        /// The file.
        path: String,
        /// Why.
        source: DocumentError,
    },
    /// Something was asked for in a way that cannot be.
    #[error("{0}")]
    Usage(String),
    /// An apply stopped on its way.
    #[error("the apply failed")]
    Apply {
        /// Why.
        #[source]
        error: ApplyError,
        /// Whether something was written before.
        partly: bool,
    },
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        Self::Session(error.into())
    }
}

impl Failure {
    /// Tells the failure with all that caused it, and ends with a code.
    pub(super) fn told(&self, exit: Exit, output: &Output) -> Exit {
        // What a server said is in it too.
        let mut text = format!("{}\n", clean(&self.to_string()));
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            text.push_str(&format!("{}\n", clean(&format!("  because: {cause}"))));
            source = cause.source();
        }
        match output.complain(&text) {
            Ok(()) => exit,
            // What kept the words back holds no value, so that it gets through.
            Err(leak) => {
                let _ = output.complain(&format!("{leak}\n"));
                Exit::World
            }
        }
    }

    /// What a command would do about it, and the words of that command.
    pub(super) fn way(&self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Session(SessionError::Load(LoadError::NoProject { .. } | LoadError::NoFolder { .. })) => {
                Some(("to make one", "init"))
            }
            Self::Apply { error: ApplyError::Occupied(_), .. } => {
                Some(("to see who has the right to write, and to clear it", "unlock"))
            }
            _ => None,
        }
    }

    /// The code that says it.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Session(
                SessionError::Load(
                    LoadError::NoProject { .. } | LoadError::NoFolder { .. } | LoadError::NotAFolder { .. },
                )
                | SessionError::Misplaced(_),
            ) => Exit::Configuration,
            Self::Session(SessionError::Namesakes { .. }) => Exit::Refused,
            Self::Session(SessionError::Changed { .. } | SessionError::Catalog(CatalogError::Busy { .. })) => {
                Exit::Stale
            }
            Self::Session(SessionError::Revision(RevisionError::Unknown { .. }) | SessionError::Allowance(_)) => {
                Exit::Usage
            }
            Self::Session(_) | Self::Leak(_) | Self::File { .. } => Exit::World,
            Self::Document { .. } => Exit::Stale,
            Self::Usage(_) => Exit::Usage,
            Self::Apply { partly: true, .. } => Exit::Partial,
            Self::Apply {
                error:
                    ApplyError::Occupied(_)
                    | ApplyError::Store(StoreError::Locked { .. })
                    | ApplyError::Catalog(CatalogError::Busy { .. }),
                ..
            } => Exit::Stale,
            Self::Apply { error, .. } if error.is_conflict() => Exit::Stale,
            Self::Apply { .. } => Exit::World,
        }
    }
}
