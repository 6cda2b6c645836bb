use crate::catalog::CatalogError;
use crate::wait::Ended;
use std::error::Error;
use std::time::Duration;
use tokio_postgres::error::SqlState;

/// What went wrong with a server or in its database, before it is said of which catalog and doing what.
#[derive(Debug)]
pub(super) enum Flaw {
    /// Nobody is reached, or not by who may read along.
    Unreachable(String),
    /// The login is refused; who it is of, and what to do.
    Login(String),
    /// What this catalog asked or wrote met an error of the server.
    Database(tokio_postgres::Error),
    /// The connection ended under way.
    Lost,
    /// Nothing may be written on this connection.
    ReadOnly,
    /// What would log in may not be used: why.
    Unused(String),
    /// The server said nothing for as long.
    Silent(Duration),
    /// Another one held what is wanted for too long, or the run was interrupted meanwhile.
    Locked { ended: Ended, limit: Duration },
    /// What is kept is not what this catalog writes.
    Damaged(String),
    /// The tables are of a newer plat.
    Newer { found: i64, known: i64 },
    /// The tables are of an older plat, and whoever comes cannot make them those of this one.
    Older,
    /// Who logs in is shown a part of the rows.
    Hidden,
    /// Who logs in may not do something with a row that it is shown.
    Guarded(String),
    /// Fewer rows were written than there were to write.
    Unwritten,
    /// A rule of all catalogs.
    Refused(CatalogError),
    /// Another one made what this one was about to make: it is to be looked at again.
    Raced,
}

/// What a catalog in a database meets.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// Nobody is reached there.
    #[error("the catalog {place} cannot be opened: {why}")]
    Unreachable {
        /// Where it is.
        place: String,
        /// Why, without a secret.
        why: String,
    },
    /// The server refuses the login.
    #[error("the catalog {place} lets nobody in: {advice}")]
    Login {
        /// Where it is.
        place: String,
        /// What to do.
        advice: String,
    },
    /// The role that logs in has not the right.
    #[error("the catalog {place} does not let this role {doing}: {why}")]
    Forbidden {
        /// Where it is.
        place: String,
        /// What it was about to do.
        doing: &'static str,
        /// What the server says.
        why: String,
    },
    /// What would log in may not be used, so that nobody asked the server.
    #[error("nobody logs in to the catalog {place}: {why}")]
    Unused {
        /// Where it is.
        place: String,
        /// Why, without a secret.
        why: String,
    },
    /// The connection was lost, and did not come back in time.
    #[error("the catalog {place} was lost while it was to {doing}: apply again, what was done is skipped")]
    Lost {
        /// Where it is.
        place: String,
        /// What it was about to do.
        doing: &'static str,
    },
    /// The server says nothing.
    #[error("the catalog {place} says nothing, and was waited for {}s", waited.as_secs())]
    Silent {
        /// Where it is.
        place: String,
        /// For how long.
        waited: Duration,
    },
    /// Who logs in is shown a part of the rows.
    #[error(
        "the catalog {place} has row level security for this role, so that nobody knows what is hidden from it: give each table a policy that shows it all rows, as in `FOR SELECT USING (true)`"
    )]
    Hidden {
        /// Where it is.
        place: String,
    },
    /// The tables are of an older plat.
    #[error(
        "the catalog {place} has the format of an older plat: `plat apply`, by a role that owns its tables, brings it to that of this one"
    )]
    Older {
        /// Where it is.
        place: String,
    },
}

impl From<tokio_postgres::Error> for Flaw {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.code() {
            Some(code) if GONE.contains(code) => Self::Lost,
            Some(&SqlState::READ_ONLY_SQL_TRANSACTION) => Self::ReadOnly,
            Some(code) if RACED.contains(code) => Self::Raced,
            None if error.is_closed() || broke(&error) => Self::Lost,
            _ => Self::Database(error),
        }
    }
}

/// What a server says when it goes down.
const GONE: [SqlState; 4] = [
    SqlState::ADMIN_SHUTDOWN,
    SqlState::CRASH_SHUTDOWN,
    SqlState::CANNOT_CONNECT_NOW,
    SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
];

/// What a server says when two wrote at once.
const RACED: [SqlState; 5] = [
    SqlState::UNIQUE_VIOLATION,
    SqlState::T_R_SERIALIZATION_FAILURE,
    SqlState::T_R_DEADLOCK_DETECTED,
    SqlState::DUPLICATE_SCHEMA,
    SqlState::DUPLICATE_TABLE,
];

/// Whether the connection broke.
fn broke(error: &tokio_postgres::Error) -> bool {
    error.source().and_then(|source| source.downcast_ref::<std::io::Error>()).is_some()
}

impl From<CatalogError> for Flaw {
    fn from(error: CatalogError) -> Self {
        Self::Refused(error)
    }
}

impl Flaw {
    /// Whether the server says that this role may not do it.
    pub(super) fn is_of_rights(&self) -> bool {
        matches!(self, Self::Database(error) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE))
    }

    /// Whether another one held a row or a table for longer than the server lets anybody wait.
    pub(super) fn is_of_lock(&self) -> bool {
        matches!(self, Self::Database(error) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE))
    }

    /// Of a row that a statement was to write, and did not.
    pub(super) fn unless(written: u64, wanted: usize) -> Result<(), Self> {
        if u64::try_from(wanted).is_ok_and(|wanted| wanted == written) {
            return Ok(());
        }
        Err(Self::Unwritten)
    }

    /// The error for the outside; `doing` completes "failed to".
    pub(super) fn at(self, place: &str, doing: &'static str) -> CatalogError {
        let place = place.to_owned();
        let kept = |error| CatalogError::Kept(Box::new(error));
        match self {
            Self::Refused(error) => error,
            Self::Unreachable(why) => kept(PostgresError::Unreachable { place, why }),
            Self::Login(advice) => kept(PostgresError::Login { place, advice }),
            Self::Unused(why) => kept(PostgresError::Unused { place, why }),
            Self::Lost => kept(PostgresError::Lost { place, doing }),
            Self::Silent(waited) => kept(PostgresError::Silent { place, waited }),
            Self::ReadOnly => {
                let why = "its transactions only read, as `default_transaction_read_only` of the role, the database or the server has it, or as the server is a standby";
                kept(PostgresError::Forbidden { place, doing, why: why.to_owned() })
            }
            Self::Older => kept(PostgresError::Older { place }),
            Self::Hidden => kept(PostgresError::Hidden { place }),
            Self::Guarded(what) => {
                let why = format!("a policy of row level security keeps {what} from it");
                kept(PostgresError::Forbidden { place, doing, why })
            }
            Self::Unwritten => {
                damaged(place, "a rule or a trigger that is none of plat's keeps rows from being written".to_owned())
            }
            Self::Newer { found, known } => CatalogError::Newer { place, found, known },
            Self::Damaged(what) => damaged(place, what),
            Self::Raced => CatalogError::Overtaken { place, tries: super::TRIES },
            Self::Locked { ended: Ended::TimedOut, limit } => CatalogError::Busy { place, waited: limit },
            Self::Locked { ended: Ended::Interrupted, .. } => CatalogError::Interrupted { place },
            Self::Database(error) => match error.as_db_error() {
                Some(said) if *said.code() == SqlState::INSUFFICIENT_PRIVILEGE => {
                    kept(PostgresError::Forbidden { place, doing, why: said.message().to_owned() })
                }
                Some(said) if IS_OTHER.contains(said.code()) => {
                    damaged(place, format!("its tables are not those of its format: {}", said.message()))
                }
                // The texts of a server about a value may hold the value.
                Some(said) => CatalogError::Failed { doing, source: said.message().to_owned().into() },
                None => CatalogError::Failed { doing, source: error.to_string().into() },
            },
        }
    }
}

/// What a server says of statements for tables that are not there as they were made.
const IS_OTHER: [SqlState; 4] =
    [SqlState::UNDEFINED_TABLE, SqlState::UNDEFINED_COLUMN, SqlState::DATATYPE_MISMATCH, SqlState::UNDEFINED_FUNCTION];

fn damaged(place: String, what: String) -> CatalogError {
    let way = "put a backup in its place, or drop its schema: the next apply makes a new one from the project, without what only others wrote";
    CatalogError::Damaged { place, what, way: way.to_owned() }
}
