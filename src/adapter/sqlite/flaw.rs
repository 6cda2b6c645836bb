use super::row;
use crate::catalog::CatalogError;
use crate::model::Address;
use crate::wait::Ended;
use rusqlite::ErrorCode;
use rusqlite::ffi::SQLITE_IOERR_SHORT_READ;
use std::fmt::Display;
use std::path::Path;
use std::time::Duration;

/// What is wrong with what no statement changed.
pub(super) const CHANGED: &str = "is not what was written, it changed on the disk";

/// What went wrong inside of the database, before it is said where and doing what.
#[derive(Debug)]
pub(super) enum Flaw {
    Database(rusqlite::Error),
    Damaged(String),
    /// A row was written and is not there as it was written, though no statement failed.
    Unwritten(String),
    Newer {
        found: i64,
        known: i64,
    },
    Refused(CatalogError),
    /// Another process kept it locked.
    Locked {
        ended: Ended,
        limit: Duration,
    },
}

impl From<rusqlite::Error> for Flaw {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl From<rusqlite::types::FromSqlError> for Flaw {
    fn from(error: rusqlite::types::FromSqlError) -> Self {
        Self::Damaged(error.to_string())
    }
}

impl From<CatalogError> for Flaw {
    fn from(error: CatalogError) -> Self {
        Self::Refused(error)
    }
}

impl Flaw {
    /// Of rows that stand where nobody who looks for them finds them.
    pub(super) fn out_of_order() -> Self {
        Self::Damaged("some of its rows are out of their order, it changed on the disk".to_owned())
    }

    /// Of a body that is not as it was written, though no statement changed it.
    pub(super) fn changed_body(address: &Address) -> Self {
        let way =
            format!("where it is right, `UPDATE objects SET digest = NULL WHERE {}` says so", row::of_object(address));
        Self::Damaged(format!("the body of {address} {CHANGED}; {way}"))
    }

    /// Of a project's record of an object, and why it cannot be used.
    pub(super) fn record(address: &Address, project: &str, why: &str) -> Self {
        let way = format!(
            "`DELETE FROM inventory WHERE {}` takes it away, and the next apply adopts the object",
            row::of_record(address, project)
        );
        Self::Damaged(format!("the record of {address} of project {project} {why}; {way}"))
    }

    /// Of what nobody can read of from whom an object came to a project.
    pub(super) fn hand_overs(address: &Address, project: &str) -> Self {
        let way = format!(
            "`DELETE FROM hand_overs WHERE {}` says that it came from nobody, after which `adopt` lines of others that took it over once do so again",
            row::of_record(address, project)
        );
        Self::Damaged(format!("from whom {address} came to project {project} cannot be read; {way}"))
    }

    /// Of a level of a project that nobody can read.
    pub(super) fn levels(project: &str) -> Self {
        let all = format!("DELETE FROM levels WHERE project = {}", row::literal(project.as_bytes()));
        let way = format!("`{all}` takes all of them away, and the next apply keeps them anew");
        Self::Damaged(format!("a level that was kept of project {project} cannot be read; {way}"))
    }

    /// Of the lease of a project, which nobody can read.
    pub(super) fn lease(project: &str) -> Self {
        let it = format!("DELETE FROM leases WHERE project = {}", row::literal(project.as_bytes()));
        let way = format!("`{it}` takes it away, once nobody applies");
        Self::Damaged(format!("the lease of project {project} cannot be read; {way}"))
    }

    /// Holds that a statement changed the one row that it was to change.
    pub(super) fn unless_one(changed: usize, row: impl Display) -> Result<(), Self> {
        if changed == 1 { Ok(()) } else { Err(Self::Unwritten(row.to_string())) }
    }

    /// Whether another process has it locked, for a moment or for longer.
    pub(super) fn is_lock(&self) -> bool {
        let code = match self {
            Self::Database(error) => error.sqlite_error_code(),
            _ => None,
        };
        matches!(code, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
    }

    /// The error for the outside; `doing` completes "failed to".
    pub(super) fn at(self, place: &Path, doing: &'static str) -> CatalogError {
        let place = place.display().to_string();
        match self {
            Self::Damaged(what) | Self::Unwritten(what) => damaged(place, what),
            Self::Newer { found, known } => CatalogError::Newer { place, found, known },
            Self::Refused(error) => error,
            Self::Locked { ended: Ended::TimedOut, limit } => CatalogError::Busy { place, waited: limit },
            Self::Locked { ended: Ended::Interrupted, .. } => CatalogError::Interrupted { place },
            Self::Database(error) => match error.sqlite_error_code() {
                _ if error.sqlite_error().is_some_and(|error| error.extended_code == SQLITE_IOERR_SHORT_READ) => {
                    damaged(place, "the file ends too early".to_owned())
                }
                Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => damaged(place, error.to_string()),
                // Each statement is right for the tables that it was written for.
                Some(ErrorCode::Unknown | ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch) | None => {
                    damaged(place, other_tables(&error))
                }
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                    CatalogError::Busy { place, waited: Duration::ZERO }
                }
                Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                    CatalogError::Open { place, source: Box::new(error) }
                }
                _ => CatalogError::Failed { doing, source: Box::new(error) },
            },
        }
    }
}

/// That a database has not the tables of the format that it says it has.
fn other_tables(error: &rusqlite::Error) -> String {
    let why = match error {
        // Without the statement.
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    };
    format!("its tables are not those of its format: {why}")
}

/// A file that is not what was written.
fn damaged(place: String, what: String) -> CatalogError {
    let way = "put a backup in its place, or move it away: the next apply makes a new one from the project, without what only others wrote";
    CatalogError::Damaged { place, what, way: way.to_owned() }
}
