//! The operations of a batch, inside of its transaction.

use super::beside::{self, Beside};
use super::flaw::Flaw;
use super::stored::Stored;
use super::{key, record, record_key};
use crate::adapter::sql::{fields, lifecycle};
use crate::catalog::guard;
use crate::catalog::keeper::{self, Keeper, Kept};
use crate::catalog::{Batch, Change, GuardedChange, Outcome, OwnedFields, Presence};
use crate::model::{Address, DeclaredAt, Digest, HandOvers, Lifecycle, Made, Map, Name, write_map};
use rusqlite::{Connection, Statement, params};

/// Carries out the operations in their order, up to the first that meets something unexpected.
pub(super) fn carry_out(connection: &Connection, batch: &Batch<'_>) -> Result<Vec<Outcome>, Flaw> {
    let mut writer = Writer::prepare(connection, batch)?;
    let mut outcomes = vec![Outcome::Already; batch.operations.len()];
    for index in in_tables(batch.operations) {
        outcomes[index] = keeper::carry_out(&mut writer, &batch.operations[index], batch.alone)?;
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
    owner: Statement<'a>,
    other_owner: Statement<'a>,
    values: Values<'a>,
    places: Beside<'a>,
    hand_overs: Beside<'a>,
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
            owner: prepare("SELECT 1 FROM inventory WHERE (kind, parent, name, project) = (?1, ?2, ?3, ?4)")?,
            other_owner: prepare(
                "SELECT project FROM inventory WHERE (kind, parent, name) = (?1, ?2, ?3) AND project <> ?4
                 ORDER BY project LIMIT 1",
            )?,
            values: Values::prepare(connection)?,
            places: Beside::prepare(connection, beside::PLACES)?,
            hand_overs: Beside::prepare(connection, beside::HAND_OVERS)?,
            json: Vec::new(),
        })
    }

    /// Leaves the canonical JSON of a body in `self.json`.
    fn encode(&mut self, body: &Map) {
        self.json.clear();
        write_map(body, &mut self.json);
    }

    /// Keeps the record of an object, with the owned fields where they are not those of what was written.
    fn put_record(
        &mut self,
        address: &Address,
        base: Digest,
        lifecycle: Option<&Lifecycle>,
        fields: &[(String, Digest)],
    ) -> Result<bool, Flaw> {
        let (kind, parent, name) = key(address);
        let lifecycle = lifecycle.map(lifecycle::encode);
        let fields = fields::encode(fields);
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
            self.encode(&guard::known_values(live, &before, owned));
            digest = Digest::of(&self.json);
        }
        self.values.put(self.project, address, utf8(&self.json)?, digest)?;
        Ok(digest)
    }
}

impl Keeper for Writer<'_> {
    type Error = Flaw;

    fn writer(&self) -> (Name, i64) {
        (self.project.into(), self.time)
    }

    fn make(&mut self, address: &Address, made: &Made, lifecycle: Option<&Lifecycle>) -> Result<bool, Flaw> {
        self.json.clear();
        made.write_body(&mut self.json);
        let ((kind, parent, name), base) = (key(address), made.digest());
        let json = utf8(&self.json)?;
        if self.insert.execute((kind, parent, name, base.0.as_slice(), json, self.time))? == 0 {
            return Ok(false);
        }
        self.values.put(self.project, address, json, base)?;
        self.put_record(address, base, lifecycle, &[])?;
        Ok(true)
    }

    fn is_there(&mut self, address: &Address) -> Result<bool, Flaw> {
        Ok(self.read.exists(key(address))?)
    }

    fn live(&mut self, address: &Address) -> Result<Option<Presence<Map>>, Flaw> {
        let mut rows = self.read.query(key(address))?;
        rows.next()?.map(|row| Ok(Stored::of(row, [0, 1], address)?.body(address))).transpose()
    }

    fn digest(&mut self, address: &Address) -> Result<Option<Presence<Digest>>, Flaw> {
        let mut rows = self.read.query(key(address))?;
        rows.next()?.map(|row| Ok(Stored::of(row, [0, 1], address)?.digest(address))).transpose()
    }

    fn put(&mut self, address: &Address, body: &Map) -> Result<(), Flaw> {
        self.encode(body);
        let (kind, parent, name) = key(address);
        let digest = Digest::of(&self.json).0;
        let row = (kind, parent, name, digest.as_slice(), utf8(&self.json)?, self.time);
        let missing = !self.read.exists(key(address))?;
        let statement = if missing { &mut self.insert } else { &mut self.update };
        Flaw::unless_one(statement.execute(row)?, address)
    }

    fn remove(&mut self, address: &Address) -> Result<(), Flaw> {
        Flaw::unless_one(self.delete.execute(key(address))?, address)
    }

    fn rename(&mut self, from: &Address, to: &Address) -> Result<(), Flaw> {
        let (old, new) = (key(from), key(to));
        Flaw::unless_one(self.rename.execute((old.0, old.1, old.2, new.0, new.1, new.2))?, from)
    }

    fn rename_record(&mut self, from: &Address, to: &Address) -> Result<bool, Flaw> {
        let (old, new) = (key(from), key(to));
        self.values.rename(self.project, from, to)?;
        self.places.rename(self.project, from, to)?;
        self.hand_overs.rename(self.project, from, to)?;
        Ok(self.rename_record.execute((old.0, old.1, old.2, self.project, new.0, new.1, new.2))? > 0)
    }

    fn keep(&mut self, address: &Address, live: &Map, record: &Kept<'_>) -> Result<bool, Flaw> {
        self.encode(live);
        let known = self.keep_values(address, live, record.base, record.owned)?;
        let said: &[_] = if known == record.base { &[] } else { record.owned };
        self.put_record(address, record.base, record.lifecycle, said)
    }

    fn is_own(&mut self, address: &Address) -> Result<bool, Flaw> {
        Ok(self.owner.exists(record_key(self.project, address))?)
    }

    fn other_owner(&mut self, address: &Address) -> Result<Option<Name>, Flaw> {
        let mut rows = self.other_owner.query(record_key(self.project, address))?;
        Ok(rows.next()?.map(|row| row.get::<_, String>(0)).transpose()?.map(|owner| owner.as_str().into()))
    }

    fn locate(&mut self, address: &Address, declared: Option<&DeclaredAt>) -> Result<(), Flaw> {
        self.places.put(self.project, address, declared.map(DeclaredAt::encode))
    }

    fn came_by(&mut self, owner: Option<&Name>, address: &Address) -> Result<HandOvers, Flaw> {
        let project = owner.map_or(self.project, |owner| owner);
        let known = self.hand_overs.read(project, address, |address, text| beside::came_by(project, address, text))?;
        Ok(known.unwrap_or_default())
    }

    fn hand_over(&mut self, address: &Address, came_by: &HandOvers) -> Result<(), Flaw> {
        self.hand_overs.put(self.project, address, (!came_by.is_empty()).then(|| came_by.encode()))
    }

    fn forget(&mut self, owner: Option<&Name>, address: &Address) -> Result<bool, Flaw> {
        let project = owner.map_or(self.project, |owner| owner);
        self.values.forget(project, address)?;
        self.places.forget(project, address)?;
        self.hand_overs.forget(project, address)?;
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
            .map(|row| Ok::<_, Flaw>(Stored::of(row, [0, 1], address)?.known()))
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
