//! The leases and the journal.

use super::flaw::Flaw;
use crate::adapter::sql::steps;
use crate::catalog::{KEPT_RUNS, RunRecord};
use crate::model::{Lease, Leased};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};

/// See [`crate::catalog::Catalog::acquire`].
pub(super) fn acquire(connection: &Connection, project: &str, lease: &Lease, now: i64) -> Result<Leased, Flaw> {
    let leased = lease.judge(self::lease(connection, project)?, now);
    if !matches!(leased, Leased::Held(_)) {
        let put = "INSERT OR REPLACE INTO leases VALUES (?1, ?2, ?3, ?4)";
        connection.execute(put, (project, &lease.run, &lease.holder, lease.expires))?;
        // Two would write at once where only one of them has it.
        let is_kept = self::lease(connection, project)?.as_ref() == Some(lease);
        Flaw::unless_one(usize::from(is_kept), format_args!("the lease of project {project}"))?;
    }
    Ok(leased)
}

/// See [`crate::catalog::Catalog::lease`].
pub(super) fn lease(connection: &Connection, project: &str) -> Result<Option<Lease>, Flaw> {
    let question = "SELECT run, holder, expires FROM leases WHERE project = ?1";
    let lease = |row: &Row<'_>| Ok(Lease { run: row.get(0)?, holder: row.get(1)?, expires: row.get(2)? });
    connection.query_row(question, [project], lease).optional().map_err(|error| match error {
        // Whose it is is not known, nor until when.
        rusqlite::Error::Utf8Error(..) | rusqlite::Error::InvalidColumnType(..) => Flaw::lease(project),
        error => error.into(),
    })
}

/// See [`crate::catalog::Catalog::release`].
pub(super) fn release(connection: &Connection, project: &str, run: &str) -> Result<(), Flaw> {
    connection.execute("DELETE FROM leases WHERE (project, run) = (?1, ?2)", (project, run))?;
    Ok(())
}

/// See [`crate::catalog::Catalog::record_run`].
pub(super) fn record(connection: &Connection, project: &str, record: &RunRecord) -> Result<(), Flaw> {
    let RunRecord { run, plan, holder, source, began, ended, state, steps } = record;
    let put = "INSERT OR REPLACE INTO runs (project, run, plan, holder, source, began, ended, state, steps)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let put =
        connection.execute(put, (project, run, plan, holder, source, began, ended, state, steps::encode(steps)))?;
    Flaw::unless_one(put, format_args!("the record of run {run}"))?;
    let forget = "DELETE FROM runs WHERE project = ?1 AND run IN
        (SELECT run FROM runs WHERE project = ?1 ORDER BY began DESC, run DESC LIMIT -1 OFFSET ?2)";
    connection.execute(forget, (project, limit(KEPT_RUNS)))?;
    Ok(())
}

/// See [`crate::catalog::Catalog::runs`].
pub(super) fn read(connection: &Connection, project: &str, most: usize) -> Result<Vec<RunRecord>, Flaw> {
    let question = "SELECT run, plan, holder, source, began, ended, state, steps FROM runs
        WHERE project = ?1 ORDER BY began DESC, run DESC LIMIT ?2";
    let mut read = connection.prepare(question)?;
    let mut rows = read.query((project, limit(most)))?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        records.push(run(row).unwrap_or_else(|_| unreadable(row)));
    }
    Ok(records)
}

/// A number of rows as SQLite takes it.
fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

fn run(row: &Row<'_>) -> Result<RunRecord, Flaw> {
    Ok(RunRecord {
        run: row.get(0)?,
        plan: row.get(1)?,
        holder: row.get(2)?,
        source: row.get(3)?,
        began: row.get(4)?,
        ended: row.get(5)?,
        state: row.get(6)?,
        steps: steps::decode(row.get_ref(7)?.as_bytes()?)
            .ok_or_else(|| Flaw::Damaged("the steps of a run are unreadable".into()))?,
    })
}

/// A run of which something cannot be read: it keeps nobody from reading of the others.
fn unreadable(row: &Row<'_>) -> RunRecord {
    let text = |column: usize| match row.get_ref(column) {
        Ok(ValueRef::Text(text) | ValueRef::Blob(text)) => String::from_utf8_lossy(text).into_owned(),
        Ok(ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_)) | Err(_) => String::new(),
    };
    RunRecord {
        run: text(0),
        plan: text(1),
        holder: text(2),
        source: None,
        began: row.get(4).unwrap_or_default(),
        ended: row.get(5).unwrap_or_default(),
        state: RunRecord::UNREADABLE.to_owned(),
        steps: vec!["what the catalog holds of this run is unreadable".to_owned()],
    }
}
