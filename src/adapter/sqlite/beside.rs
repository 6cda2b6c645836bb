//! What is known of a record of the inventory beside it, each in a table of its own: where the project declares the object, and from whom it
//! came.

use super::flaw::Flaw;
use super::{each, key, record_key};
use crate::model::{Address, DeclaredAt, Digest, HandOvers};
use rusqlite::{Connection, Row, Statement, params};

/// A table of texts, each with its digest.
#[derive(Clone, Copy)]
pub(super) struct Table {
    name: &'static str,
    text: &'static str,
}

/// Where objects are declared.
pub(super) const PLACES: Table = Table { name: "places", text: "place" };

/// From whom objects came.
pub(super) const HAND_OVERS: Table = Table { name: "hand_overs", text: "came_by" };

impl Table {
    /// The question for a text, of what a project owns: a record that somebody takes away by a statement leaves what stood beside it.
    fn question(self) -> String {
        let Self { name, text } = self;
        format!(
            "SELECT {text}, {name}.digest FROM {name} JOIN inventory USING (kind, parent, name, project)
             WHERE (kind, parent, name, project) = (?1, ?2, ?3, ?4)"
        )
    }

    /// What it has of some objects of a project, in their order. `decode` is given no text where that is not what was written.
    pub(super) fn read<T>(
        self,
        connection: &Connection,
        project: &str,
        addresses: &[Address],
        decode: impl Fn(&Address, Option<&[u8]>) -> Result<Option<T>, Flaw>,
    ) -> Result<Vec<Option<T>>, Flaw> {
        let key = |address| record_key(project, address);
        let found = each(connection, &self.question(), addresses, key, |row, address| decode(address, text(row)?))?;
        Ok(found.into_iter().map(Option::flatten).collect())
    }
}

/// What a row says; nothing where it is not what was written.
fn text<'a>(row: &'a Row<'_>) -> Result<Option<&'a [u8]>, Flaw> {
    let (text, digest) = (row.get_ref(0)?.as_bytes()?, row.get_ref(1)?.as_bytes()?);
    Ok((Digest::of(text).0 == *digest).then_some(text))
}

/// Where an object is declared. What nobody can read is as good as none: no body, and no owner, depends on it.
pub(super) fn place(text: Option<&[u8]>) -> Option<DeclaredAt> {
    text.and_then(DeclaredAt::decode)
}

/// From whom an object came to a project. What nobody can read is not taken for none: a line would take over a second time.
pub(super) fn came_by(project: &str, address: &Address, text: Option<&[u8]>) -> Result<Option<HandOvers>, Flaw> {
    text.and_then(HandOvers::decode).map_or_else(|| Err(Flaw::hand_overs(address, project)), |known| Ok(Some(known)))
}

/// The statements that read and write a table.
pub(super) struct Beside<'a> {
    read: Statement<'a>,
    put: Statement<'a>,
    rename: Statement<'a>,
    forget: Statement<'a>,
}

impl<'a> Beside<'a> {
    pub(super) fn prepare(connection: &'a Connection, table: Table) -> Result<Self, Flaw> {
        let Table { name, text } = table;
        let prepare = |sql: &str| connection.prepare(sql);
        Ok(Self {
            read: prepare(&table.question())?,
            put: prepare(&format!(
                "INSERT OR REPLACE INTO {name} (kind, parent, name, project, {text}, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
            ))?,
            rename: prepare(&format!(
                "UPDATE OR REPLACE {name} SET (kind, parent, name) = (?5, ?6, ?7)
                 WHERE (kind, parent, name, project) = (?1, ?2, ?3, ?4)"
            ))?,
            forget: prepare(&format!("DELETE FROM {name} WHERE (kind, parent, name, project) = (?1, ?2, ?3, ?4)"))?,
        })
    }

    pub(super) fn read<T>(
        &mut self,
        project: &str,
        address: &Address,
        decode: impl Fn(&Address, Option<&[u8]>) -> Result<Option<T>, Flaw>,
    ) -> Result<Option<T>, Flaw> {
        let mut rows = self.read.query(record_key(project, address))?;
        rows.next()?.map_or(Ok(None), |row| decode(address, text(row)?))
    }

    /// Keeps a text, or none.
    pub(super) fn put(&mut self, project: &str, address: &Address, text: Option<String>) -> Result<(), Flaw> {
        let Some(text) = text else { return self.forget(project, address) };
        let (kind, parent, name) = key(address);
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
