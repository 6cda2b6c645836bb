//! One pass over the objects and the inventory side by side, both in the order of their keys.

use super::flaw::{CHANGED, Flaw};
use super::stored::{Stored, digest_of, digest_or_none};
use super::{record, row};
use crate::adapter::sql::lifecycle;
use crate::adapter::sql::shared::Shared;
use crate::catalog::{Entry, Observed, Owned, Stray};
use crate::model::{Address, Kind, Lifecycle};
use rusqlite::fallible_streaming_iterator::FallibleStreamingIterator;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, Rows};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const OBJECTS: &str = "SELECT parent, name, body, digest
    FROM objects WHERE kind = ?1 ORDER BY parent, name";
const INVENTORY: &str = "SELECT parent, name, project, base, digest, lifecycle, fields, fields_digest
    FROM inventory WHERE kind = ?1 ORDER BY parent, name, project";

/// What is wrong with a record that says what this plat does not know: a protection must not get lost.
const NO_LIFECYCLE: &str = "holds a lifecycle that nobody can read, so that it is not known what protects the object";

/// What is wrong with a row that no address leads to.
const NO_NAME: &str = "has a name that is no text";

/// See [`crate::catalog::Catalog::observe`].
pub(super) fn observe(connection: &Connection, project: &str) -> Result<Observed, Flaw> {
    let mut objects = connection.prepare(OBJECTS)?;
    let mut inventory = connection.prepare(INVENTORY)?;
    let mut merge = Merge {
        project,
        entries: Vec::new(),
        strays: Vec::new(),
        parents: Shared::new(),
        owners: Shared::new(),
        lifecycles: Lifecycles::default(),
        seen: [0; 2],
    };
    for kind in kinds(connection)? {
        merge.add(kind, objects.query([kind.word()])?, inventory.query([kind.word()])?)?;
        merge.close();
    }
    let rows = |table: &str| connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0));
    let held: [i64; 2] = [rows("objects")?, rows("inventory")?];
    if merge.seen != held {
        merge.add_unknown(connection)?;
    }
    // A key that changed on the disk hides the rows behind it from whoever looks for a kind.
    if merge.seen != held {
        return Err(Flaw::out_of_order());
    }
    Ok(Observed { entries: merge.entries, strays: merge.strays })
}

/// The kinds that there is something of, in their order, but for those that nobody knows. Each is found by its key, without looking at the
/// rows between.
fn kinds(connection: &Connection) -> Result<BTreeSet<Kind>, Flaw> {
    let mut kinds = BTreeSet::new();
    for table in ["objects", "inventory"] {
        let mut next = connection
            .prepare(&format!("SELECT CAST(min(kind) AS BLOB) FROM {table} WHERE kind > CAST(?1 AS TEXT)"))?;
        let mut word = Vec::new();
        while let Some(found) = next.query_row([&word], |row| row.get::<_, Option<Vec<u8>>>(0))? {
            if found <= word {
                return Err(Flaw::out_of_order());
            }
            kinds.extend(std::str::from_utf8(&found).ok().and_then(Kind::from_word));
            word = found;
        }
    }
    Ok(kinds)
}

/// The entries so far; the last one may still get more of its records.
struct Merge<'a> {
    project: &'a str,
    entries: Vec<Entry>,
    strays: Vec<Stray>,
    parents: Shared,
    owners: Shared,
    lifecycles: Lifecycles,
    /// How many objects and records there were.
    seen: [i64; 2],
}

/// The lifecycles of texts: there are few of them, and many objects that have them.
#[derive(Default)]
struct Lifecycles(BTreeMap<Vec<u8>, Arc<Lifecycle>>);

impl Lifecycles {
    /// Nothing where a text is none.
    fn of(&mut self, text: &[u8]) -> Option<Arc<Lifecycle>> {
        if let Some(lifecycle) = self.0.get(text) {
            return Some(lifecycle.clone());
        }
        let lifecycle = Arc::new(lifecycle::decode(text)?);
        self.0.insert(text.to_owned(), lifecycle.clone());
        Some(lifecycle)
    }
}

impl Merge<'_> {
    fn add(&mut self, kind: Kind, mut objects: Rows<'_>, mut records: Rows<'_>) -> Result<(), Flaw> {
        objects.advance()?;
        records.advance()?;
        let mut order: [Order; 2] = Default::default();
        loop {
            let object_first = match (objects.get(), records.get()) {
                (None, None) => return Ok(()),
                (Some(object), Some(record)) => key(object)?.cmp(&key(record)?) != Ordering::Greater,
                (object, _) => object.is_some(),
            };
            if let Some(object) = objects.get().filter(|_| object_first) {
                self.seen[0] += 1;
                order[0].next(object, &[0, 1])?;
                self.add_object(kind, object)?;
                objects.advance()?;
            } else if let Some(record) = records.get() {
                self.seen[1] += 1;
                order[1].next(record, &[0, 1, 2])?;
                self.add_record(kind, record)?;
                records.advance()?;
            }
        }
    }

    /// The rows of kinds that nobody knows.
    fn add_unknown(&mut self, connection: &Connection) -> Result<(), Flaw> {
        let known = Kind::ALL.map(|(kind, _)| format!("'{}'", kind.word())).join(", ");
        for (place, (table, project)) in [("objects", ""), ("inventory", ", project")].into_iter().enumerate() {
            let question =
                format!("SELECT digest, kind, parent, name{project} FROM {table} WHERE kind NOT IN ({known})");
            let mut read = connection.prepare(&question)?;
            let columns = read.column_count();
            let mut rows = read.query([])?;
            while let Some(row) = rows.next()? {
                self.seen[place] += 1;
                let key: Vec<&[u8]> =
                    (1..columns).map(|at| Ok(row.get_ref(at)?.as_bytes()?)).collect::<Result<_, Flaw>>()?;
                self.strays.push(stray(table, &key, row.get_ref(0)?, "is of a kind that nobody knows")?);
            }
        }
        Ok(())
    }

    fn add_object(&mut self, kind: Kind, row: &Row<'_>) -> Result<(), Flaw> {
        let Some(entry) = self.open(kind, row)? else {
            let (parent, name) = key(row)?;
            let key = [kind.word().as_bytes(), parent, name];
            self.strays.push(stray("objects", &key, row.get_ref(3)?, NO_NAME)?);
            return Ok(());
        };
        entry.live = Some(Stored::of(row, [2, 3], &entry.address)?.digest(&entry.address));
        Ok(())
    }

    fn add_record(&mut self, kind: Kind, row: &Row<'_>) -> Result<(), Flaw> {
        let (bytes, project) = (row.get_ref(2)?.as_bytes()?, self.project);
        let owner = String::from_utf8_lossy(bytes);
        let other = (*owner != *project).then(|| self.owners.name(&owner));
        let base = digest_of(row.get_ref(3)?.as_blob()?)?;
        let lifecycle = row.get_ref(5)?.as_bytes_or_null()?;
        let read = lifecycle.filter(|_| other.is_none()).map(|text| self.lifecycles.of(text));
        let Some(entry) = self.open(kind, row)? else {
            let (parent, name) = key(row)?;
            let key = [kind.word().as_bytes(), parent, name, bytes];
            self.strays.push(stray("inventory", &key, row.get_ref(4)?, NO_NAME)?);
            return Ok(());
        };
        let address = &entry.address;
        let held = digest_or_none(row.get_ref(4)?)?;
        if held.is_some_and(|held| held != record::digest(address, bytes, base, lifecycle)) {
            return Err(Flaw::record(address, &owner, CHANGED));
        }
        match other {
            None => {
                let Some(lifecycle) = read.map_or(Some(None), |read| read.map(Some)) else {
                    return Err(Flaw::record(address, project, NO_LIFECYCLE));
                };
                record::intact([row.get_ref(6)?, row.get_ref(7)?], address, project)?;
                entry.owner = Some(Owned { base, lifecycle });
            }
            Some(_) if entry.other_owner.is_some() => {}
            Some(other) => entry.other_owner = Some(other),
        }
        Ok(())
    }

    /// The entry of a row: the last one, or a new one; nothing where its name is no text.
    fn open(&mut self, kind: Kind, row: &Row<'_>) -> Result<Option<&mut Entry>, Flaw> {
        let (parent, name) = key(row)?;
        let (Ok(parent), Ok(name)) = (std::str::from_utf8(parent), std::str::from_utf8(name)) else { return Ok(None) };
        let is_last =
            |last: &Entry| last.address.name == *name && last.address.parent == *parent && last.address.kind == kind;
        if !self.entries.last().is_some_and(is_last) {
            self.close();
            let address = Address::below(kind, self.parents.name(parent), name.into());
            self.entries.push(Entry { address, live: None, owner: None, other_owner: None });
        }
        Ok(self.entries.last_mut())
    }

    /// Drops the last entry where neither an object nor a record of the project stood behind it.
    fn close(&mut self) {
        self.entries.pop_if(|last| last.live.is_none() && last.owner.is_none());
    }
}

/// The key of the last row: those of a table come in their order, whatever a disk did to them.
#[derive(Default)]
struct Order {
    last: Vec<u8>,
    next: Vec<u8>,
}

impl Order {
    /// Takes the next row, whose key is in some columns.
    fn next(&mut self, row: &Row<'_>, columns: &[usize]) -> Result<(), Flaw> {
        self.next.clear();
        for column in columns {
            // No name holds this character, which stands before all others.
            self.next.extend_from_slice(row.get_ref(*column)?.as_bytes()?);
            self.next.push(0);
        }
        if self.last >= self.next {
            return Err(Flaw::out_of_order());
        }
        std::mem::swap(&mut self.last, &mut self.next);
        Ok(())
    }
}

/// The key of a row below its kind.
fn key<'a>(row: &'a Row<'_>) -> Result<(&'a [u8], &'a [u8]), Flaw> {
    Ok((row.get_ref(0)?.as_bytes()?, row.get_ref(1)?.as_bytes()?))
}

/// A row that no address leads to: what is wrong with it, and what takes it away. Whoever makes one by a statement leaves no digest, so
/// that one with a digest was another row, and changed on the disk.
fn stray(table: &str, key: &[&[u8]], digest: ValueRef<'_>, why: &str) -> Result<Stray, Flaw> {
    let named: Vec<String> = key.iter().map(|part| format!("{:?}", String::from_utf8_lossy(part))).collect();
    let what = format!("a row of `{table}` {why} ({}: {})", row::KEY[..key.len()].join(", "), named.join(", "));
    let stray = Stray { what, removal: format!("DELETE FROM {table} WHERE {}", row::named(key)) };
    if digest == ValueRef::Null {
        Ok(stray)
    } else {
        Err(Flaw::Damaged(format!("{stray}, but it changed on the disk")))
    }
}
