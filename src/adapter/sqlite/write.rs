//! The operations of a batch, inside of its transaction.

use super::flaw::Flaw;
use super::stored::Stored;
use super::{key, lifecycle, record, record_key};
use crate::catalog::guard::{self, Written};
use crate::catalog::{Batch, CatalogError, Change, FieldChange, GuardedChange, Outcome, OwnedFields, Presence};
use crate::model::{Address, Digest, Lifecycle, Made, Map, Name, Value, write_json};
use rusqlite::{Connection, Statement, params};

/// Carries out the operations in their order, up to the first that meets something unexpected.
pub(super) fn carry_out(connection: &Connection, batch: &Batch<'_>) -> Result<Vec<Outcome>, Flaw> {
    let mut writer = Writer::prepare(connection, batch)?;
    let mut outcomes = vec![Outcome::Already; batch.operations.len()];
    for index in in_tables(batch.operations) {
        outcomes[index] = writer.carry_out(&batch.operations[index])?;
    }
    Ok(outcomes)
}

/// The operations in an order that comes to the same: those that make one object each, one behind the other, as the tables have them.
fn in_tables(operations: &[GuardedChange]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..operations.len()).collect();
    let makes = |index: &usize| {
        matches!(operations[*index].change, Change::Make { from: None, taken_from: None, replaces: None, .. })
    };
    for row in order.chunk_by_mut(|one, other| makes(one) && makes(other)) {
        row.sort_unstable_by_key(|index| key(&operations[*index].address));
    }
    order
}

/// The statements of a batch, prepared once.
struct Writer<'a> {
    project: &'a str,
    time: i64,
    read: Statement<'a>,
    insert: Statement<'a>,
    update: Statement<'a>,
    delete: Statement<'a>,
    rename: Statement<'a>,
    record: Statement<'a>,
    change_record: Statement<'a>,
    rename_record: Statement<'a>,
    forget: Statement<'a>,
    values: Values<'a>,
    json: Vec<u8>,
}

impl<'a> Writer<'a> {
    fn prepare(connection: &'a Connection, batch: &Batch<'a>) -> Result<Self, Flaw> {
        let prepare = |sql| connection.prepare(sql);
        Ok(Self {
            project: batch.project,
            time: batch.time,
            read: prepare(super::OBJECT)?,
            insert: prepare(
                "INSERT INTO objects (kind, parent, name, digest, body, created_at, updated_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6) ON CONFLICT DO NOTHING",
            )?,
            update: prepare(
                "UPDATE objects SET digest = ?4, body = ?5, updated_at = ?6
                 WHERE (kind, parent, name) = (?1, ?2, ?3)",
            )?,
            delete: prepare("DELETE FROM objects WHERE (kind, parent, name) = (?1, ?2, ?3)")?,
            rename: prepare(
                "UPDATE objects SET (kind, parent, name) = (?4, ?5, ?6) WHERE (kind, parent, name) = (?1, ?2, ?3)",
            )?,
            record: prepare(
                "INSERT INTO inventory (kind, parent, name, project, base, digest, lifecycle, fields_digest, fields)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
            )?,
            change_record: prepare(
                "UPDATE inventory SET (base, digest, lifecycle, fields_digest, fields) = (?5, ?6, ?7, ?8, ?9)
                 WHERE (kind, parent, name, project) = (?1, ?2, ?3, ?4)
                 AND (base, digest, lifecycle, fields_digest, fields) IS NOT (?5, ?6, ?7, ?8, ?9)",
            )?,
            rename_record: prepare(
                "UPDATE OR REPLACE inventory SET (kind, parent, name) = (?5, ?6, ?7)
                 WHERE (kind, parent, name, project) = (?1, ?2, ?3, ?4)",
            )?,
            forget: prepare("DELETE FROM inventory WHERE (kind, parent, name, project) = (?1, ?2, ?3, ?4)")?,
            values: Values::prepare(connection)?,
            json: Vec::new(),
        })
    }

    fn carry_out(&mut self, operation: &GuardedChange) -> Result<Outcome, Flaw> {
        let address = &operation.address;
        if let Change::Make { made, base, lifecycle, from: None, taken_from: None, .. } = &operation.change
            && self.make(address, made, *base, lifecycle.as_deref())?
        {
            return Ok(Outcome::Done);
        }
        let done = match &*operation.change.spelled() {
            Change::Write { fields, owned, base, lifecycle, from, taken_from } => {
                let moved = self.move_from(from.as_ref(), address)?;
                let taken = self.take_from(taken_from.as_ref(), address)?;
                let (live, changed) = self.write(address, fields, owned, operation.change.replaces())?;
                let known = self.keep_values(address, &live, *base, owned)?;
                let said: &[_] = if known == *base { &[] } else { owned };
                let recorded = self.keep(address, *base, lifecycle.as_deref(), said)?;
                moved || taken || changed || recorded
            }
            Change::Delete { before } => {
                let deleted = self.delete(address, *before)?;
                self.forget(address)?;
                deleted
            }
            Change::Forget => self.forget(address)?,
            Change::Make { .. } => false,
        };
        Ok(if done { Outcome::Done } else { Outcome::Already })
    }

    /// Makes an object that is all owned, as most are that are made; whether it is one, and none is there.
    fn make(
        &mut self,
        address: &Address,
        made: &Made,
        base: Digest,
        lifecycle: Option<&Lifecycle>,
    ) -> Result<bool, Flaw> {
        if made.digest() != base {
            return Ok(false);
        }
        self.json.clear();
        made.write_body(&mut self.json);
        let (kind, parent, name) = key(address);
        let json = utf8(&self.json)?;
        if self.insert.execute((kind, parent, name, base.0.as_slice(), json, self.time))? == 0 {
            return Ok(false);
        }
        self.values.put(self.project, address, json, base)?;
        self.keep(address, base, lifecycle, &[])?;
        Ok(true)
    }

    /// Gives an object, and the project's record of it, another name; whether that was still to be done.
    fn move_from(&mut self, from: Option<&Address>, to: &Address) -> Result<bool, Flaw> {
        let Some(from) = from else { return Ok(false) };
        let (old, new) = (key(from), key(to));
        let moved = self.read.exists(old)?;
        if moved && self.read.exists(new)? {
            return Err(CatalogError::Conflict { address: to.clone(), field: None }.into());
        }
        if moved {
            let renamed = self.rename.execute((old.0, old.1, old.2, new.0, new.1, new.2))?;
            Flaw::unless_one(renamed, from)?;
        }
        self.values.rename(self.project, from, to)?;
        let recorded = self.rename_record.execute((old.0, old.1, old.2, self.project, new.0, new.1, new.2))?;
        Ok(moved || recorded > 0)
    }

    fn take_from(&mut self, owner: Option<&Name>, address: &Address) -> Result<bool, Flaw> {
        let Some(owner) = owner else { return Ok(false) };
        self.forget_of(owner, address)
    }

    /// Writes an object, and leaves its canonical JSON in `self.json`: what it is now, and whether it changed.
    fn write(
        &mut self,
        address: &Address,
        fields: &[FieldChange],
        owned: &OwnedFields,
        replaces: Option<Digest>,
    ) -> Result<(Map, bool), Flaw> {
        let live = self.read_body(address)?;
        let missing = live.is_none();
        let (body, due) = match guard::write(address, live, fields, owned, replaces)? {
            Written::Unchanged(body) => (body, false),
            Written::Body(body) => (body, true),
        };
        let body = self.encode(body);
        if due {
            let (kind, parent, name) = key(address);
            let digest = Digest::of(&self.json).0;
            let statement = if missing { &mut self.insert } else { &mut self.update };
            let row = (kind, parent, name, digest.as_slice(), utf8(&self.json)?, self.time);
            Flaw::unless_one(statement.execute(row)?, address)?;
        }
        Ok((body, due))
    }

    /// Leaves the canonical JSON of a body in `self.json`.
    fn encode(&mut self, body: Map) -> Map {
        let value = Value::Object(body);
        self.json.clear();
        write_json(&value, &mut self.json);
        match value {
            Value::Object(body) => body,
            _ => Map::default(),
        }
    }

    fn read_body(&mut self, address: &Address) -> Result<Option<Presence<Map>>, Flaw> {
        let mut rows = self.read.query(key(address))?;
        rows.next()?.map(|row| Ok(Stored::of(row, [0, 1], address)?.body(address))).transpose()
    }

    /// Keeps the record of an object, with the owned fields where they are not those of what was written.
    fn keep(
        &mut self,
        address: &Address,
        base: Digest,
        lifecycle: Option<&Lifecycle>,
        fields: &[(String, Digest)],
    ) -> Result<bool, Flaw> {
        let (kind, parent, name) = key(address);
        let lifecycle = lifecycle.map(lifecycle::encode);
        let fields = record::encode(fields);
        let digest = record::digest(address, self.project.as_bytes(), base, lifecycle.as_deref().map(str::as_bytes));
        let fields_digest = Digest::of(&fields);
        let row = params![kind, parent, name, self.project, base.0, digest.0, lifecycle, fields_digest.0, fields];
        // Most are new, and a statement that may change a row costs more, also where it changes none: triggers watch it.
        Ok(self.record.execute(row)? > 0 || self.change_record.execute(row)? > 0)
    }

    /// Keeps the values of what is owned, where they are known, and gives the digest of those; the canonical JSON of the live body is in
    /// `self.json`.
    fn keep_values(
        &mut self,
        address: &Address,
        live: &Map,
        base: Digest,
        owned: &OwnedFields,
    ) -> Result<Digest, Flaw> {
        // The usual case: all that is there is ours.
        let mut digest = Digest::of(&self.json);
        if digest != base {
            let before = self.values.read(self.project, address)?;
            self.encode(guard::known_values(live, &before, owned));
            digest = Digest::of(&self.json);
        }
        self.values.put(self.project, address, utf8(&self.json)?, digest)?;
        Ok(digest)
    }

    fn delete(&mut self, address: &Address, before: Digest) -> Result<bool, Flaw> {
        let key = key(address);
        let mut rows = self.read.query(key)?;
        let Some(row) = rows.next()? else { return Ok(false) };
        let live = Stored::of(row, [0, 1], address)?.digest(address);
        if live.digest() != before {
            return Err(CatalogError::Conflict { address: address.clone(), field: None }.into());
        }
        Flaw::unless_one(self.delete.execute(key)?, address)?;
        Ok(true)
    }

    fn forget(&mut self, address: &Address) -> Result<bool, Flaw> {
        self.forget_of(self.project, address)
    }

    fn forget_of(&mut self, project: &str, address: &Address) -> Result<bool, Flaw> {
        self.values.forget(project, address)?;
        Ok(self.forget.execute(record_key(project, address))? > 0)
    }
}

/// The statements of the values behind the inventory.
struct Values<'a> {
    read: Statement<'a>,
    insert: Statement<'a>,
    update: Statement<'a>,
    rename: Statement<'a>,
    forget: Statement<'a>,
}

impl<'a> Values<'a> {
    fn prepare(connection: &'a Connection) -> Result<Self, Flaw> {
        let prepare = |sql| connection.prepare(sql);
        Ok(Self {
            read: prepare(super::WRITTEN)?,
            insert: prepare(
                "INSERT INTO written (kind, parent, name, project, body, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT DO NOTHING",
            )?,
            update: prepare(
                "UPDATE written SET (body, digest) = (?5, ?6) WHERE (kind, parent, name, project) = (?1, ?2, ?3, ?4)
                 AND (body, digest) IS NOT (?5, ?6)",
            )?,
            rename: prepare(
                "UPDATE OR REPLACE written SET (kind, parent, name) = (?5, ?6, ?7)
                 WHERE (kind, parent, name, project) = (?1, ?2, ?3, ?4)",
            )?,
            forget: prepare("DELETE FROM written WHERE (kind, parent, name, project) = (?1, ?2, ?3, ?4)")?,
        })
    }

    fn read(&mut self, project: &str, address: &Address) -> Result<Map, Flaw> {
        let mut rows = self.read.query(record_key(project, address))?;
        Ok(rows
            .next()?
            .map(|row| Ok::<_, Flaw>(Stored::of(row, [0, 1], address)?.known(address)))
            .transpose()?
            .unwrap_or_default())
    }

    fn put(&mut self, project: &str, address: &Address, json: &str, digest: Digest) -> Result<(), Flaw> {
        let (kind, parent, name) = key(address);
        let row = (kind, parent, name, project, json, digest.0.as_slice());
        if self.insert.execute(row)? == 0 {
            self.update.execute(row)?;
        }
        Ok(())
    }

    fn rename(&mut self, project: &str, from: &Address, to: &Address) -> Result<(), Flaw> {
        let (old, new) = (key(from), key(to));
        self.rename.execute((old.0, old.1, old.2, project, new.0, new.1, new.2))?;
        Ok(())
    }

    fn forget(&mut self, project: &str, address: &Address) -> Result<(), Flaw> {
        self.forget.execute(record_key(project, address))?;
        Ok(())
    }
}

fn utf8(json: &[u8]) -> Result<&str, Flaw> {
    std::str::from_utf8(json).map_err(|error| Flaw::Damaged(error.to_string()))
}
