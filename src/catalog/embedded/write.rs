//! The operations of a batch, inside of its transaction.

use super::fault::Fault;
use super::observe::digest;
use super::record;
use crate::catalog::guard::{self, Written};
use crate::catalog::{Batch, CatalogError, Change, FieldChange, Operation, Outcome, Owned, OwnedFields};
use crate::model::{Address, Digest, Map, Value, write_json};
use rusqlite::{Connection, Statement};

/// Carries out the operations in their order, up to the first that meets something unexpected.
pub(super) fn carry_out(connection: &Connection, batch: &Batch<'_>) -> Result<Vec<Outcome>, Fault> {
    let mut writer = Writer::prepare(connection, batch)?;
    batch.operations.iter().map(|operation| writer.carry_out(operation)).collect()
}

/// The statements of a batch, prepared once.
struct Writer<'a> {
    project: &'a str,
    time: i64,
    read: Statement<'a>,
    insert: Statement<'a>,
    update: Statement<'a>,
    delete: Statement<'a>,
    record: Statement<'a>,
    forget: Statement<'a>,
    json: Vec<u8>,
}

impl<'a> Writer<'a> {
    fn prepare(connection: &'a Connection, batch: &Batch<'a>) -> Result<Self, Fault> {
        let prepare = |sql| connection.prepare(sql);
        Ok(Self {
            project: batch.project,
            time: batch.time,
            read: prepare("SELECT digest, body FROM objects WHERE (kind, parent, name) = (?1, ?2, ?3)")?,
            insert: prepare(
                "INSERT INTO objects (kind, parent, name, digest, body, created_at, updated_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
            )?,
            update: prepare(
                "UPDATE objects SET digest = ?4, body = ?5, updated_at = ?6
                 WHERE (kind, parent, name) = (?1, ?2, ?3)",
            )?,
            delete: prepare("DELETE FROM objects WHERE (kind, parent, name) = (?1, ?2, ?3)")?,
            record: prepare(
                "INSERT INTO inventory (kind, parent, name, project, base, protect, fields)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT DO UPDATE SET base = excluded.base, protect = excluded.protect, fields = excluded.fields
                 WHERE (base, protect, fields) <> (excluded.base, excluded.protect, excluded.fields)",
            )?,
            forget: prepare("DELETE FROM inventory WHERE (kind, parent, name, project) = (?1, ?2, ?3, ?4)")?,
            json: Vec::new(),
        })
    }

    fn carry_out(&mut self, operation: &Operation) -> Result<Outcome, Fault> {
        let address = &operation.address;
        let done = match &operation.change {
            Change::Write { fields, owned, base, lifecycle, .. } => {
                let changed = self.write(address, fields, owned)?;
                self.keep(address, Owned { base: *base, lifecycle: lifecycle.clone() }, owned)? || changed
            }
            Change::Delete { before } => {
                let deleted = self.delete(address, *before)?;
                self.forget(address)?;
                deleted
            }
            Change::Forget => self.forget(address)?,
        };
        Ok(if done { Outcome::Done } else { Outcome::Already })
    }

    fn write(&mut self, address: &Address, fields: &[FieldChange], owned: &OwnedFields) -> Result<bool, Fault> {
        let live = self.read_body(address)?;
        let missing = live.is_none();
        let Written::Body(body) = guard::write(address, live, fields, owned)? else { return Ok(false) };
        self.json.clear();
        write_json(&Value::Object(body), &mut self.json);
        let json = std::str::from_utf8(&self.json).map_err(|error| Fault::Damaged(error.to_string()))?;
        let digest = Digest::of(&self.json).0;
        let statement = if missing { &mut self.insert } else { &mut self.update };
        statement.execute((
            address.kind.word(),
            &*address.parent,
            &*address.name,
            digest.as_slice(),
            json,
            self.time,
        ))?;
        Ok(true)
    }

    fn read_body(&mut self, address: &Address) -> Result<Option<Map>, Fault> {
        let mut rows = self.read.query((address.kind.word(), &*address.parent, &*address.name))?;
        rows.next()?.map(|row| super::body(row.get_ref(1)?.as_bytes()?, address)).transpose()
    }

    fn keep(&mut self, address: &Address, owned: Owned, fields: &OwnedFields) -> Result<bool, Fault> {
        let changed = self.record.execute((
            address.kind.word(),
            &*address.parent,
            &*address.name,
            self.project,
            owned.base.0.as_slice(),
            owned.is_protected(),
            record::encode(fields),
        ))?;
        Ok(changed > 0)
    }

    fn delete(&mut self, address: &Address, before: Digest) -> Result<bool, Fault> {
        let key = (address.kind.word(), &*address.parent, &*address.name);
        let mut rows = self.read.query(key)?;
        let Some(row) = rows.next()? else { return Ok(false) };
        let live = match row.get_ref(0)?.as_blob_or_null()? {
            Some(bytes) => digest(bytes)?,
            None => Digest::of_value(&Value::Object(super::body(row.get_ref(1)?.as_bytes()?, address)?)),
        };
        if live != before {
            return Err(CatalogError::Conflict { address: address.clone(), field: None }.into());
        }
        Ok(self.delete.execute(key)? > 0)
    }

    fn forget(&mut self, address: &Address) -> Result<bool, Fault> {
        Ok(self.forget.execute((address.kind.word(), &*address.parent, &*address.name, self.project))? > 0)
    }
}
