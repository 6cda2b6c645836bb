//! Where projects declare what they own, beside the inventory.

use super::flaw::Flaw;
use super::{each, key, record_key};
use crate::model::{Address, DeclaredAt, Digest};
use rusqlite::{Connection, Row, Statement, params};

/// Of what a project owns: a record that somebody takes away by a statement leaves its place.
const PLACE: &str = "SELECT place, places.digest FROM places JOIN inventory USING (kind, parent, name, project)
    WHERE (kind, parent, name, project) = (?1, ?2, ?3, ?4)";

/// See [`crate::catalog::Catalog::declared_at`].
pub(super) fn read(
    connection: &Connection,
    project: &str,
    addresses: &[Address],
) -> Result<Vec<Option<DeclaredAt>>, Flaw> {
    let found = each(connection, PLACE, addresses, |address| record_key(project, address), |row, _| place(row))?;
    Ok(found.into_iter().map(Option::flatten).collect())
}

/// The place of a row. One that is not what was written is as good as none: nothing depends on it.
fn place(row: &Row<'_>) -> Result<Option<DeclaredAt>, Flaw> {
    let (text, digest) = (row.get_ref(0)?.as_bytes()?, row.get_ref(1)?.as_bytes()?);
    Ok(if Digest::of(text).0 == *digest { DeclaredAt::decode(text) } else { None })
}

/// The statements that write places.
pub(super) struct Places<'a> {
    put: Statement<'a>,
    rename: Statement<'a>,
    forget: Statement<'a>,
}

impl<'a> Places<'a> {
    pub(super) fn prepare(connection: &'a Connection) -> Result<Self, Flaw> {
        let prepare = |sql| connection.prepare(sql);
        Ok(Self {
            put: prepare(
                "INSERT OR REPLACE INTO places (kind, parent, name, project, place, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?,
            rename: prepare(
                "UPDATE OR REPLACE places SET (kind, parent, name) = (?5, ?6, ?7)
                 WHERE (kind, parent, name, project) = (?1, ?2, ?3, ?4)",
            )?,
            forget: prepare("DELETE FROM places WHERE (kind, parent, name, project) = (?1, ?2, ?3, ?4)")?,
        })
    }

    pub(super) fn put(&mut self, project: &str, address: &Address, declared: &DeclaredAt) -> Result<(), Flaw> {
        let ((kind, parent, name), text) = (key(address), declared.encode());
        self.put.execute(params![kind, parent, name, project, text, Digest::of(text.as_bytes()).0])?;
        Ok(())
    }

    pub(super) fn rename(&mut self, project: &str, from: &Address, to: &Address) -> Result<(), Flaw> {
        let (old, new) = (key(from), key(to));
        self.rename.execute((old.0, old.1, old.2, project, new.0, new.1, new.2))?;
        Ok(())
    }

    pub(super) fn forget(&mut self, project: &str, address: &Address) -> Result<(), Flaw> {
        self.forget.execute(record_key(project, address))?;
        Ok(())
    }
}
