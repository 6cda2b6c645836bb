//! One pass over the objects and the inventory side by side, both in the order of their keys.

use super::flaw::Flaw;
use super::shared::{Shared, kind};
use super::stored::{Stored, digest_of, digest_or_none};
use super::{lifecycle, record};
use crate::catalog::{Entry, Owned};
use crate::model::{Address, Kind, Lifecycle};
use rusqlite::fallible_streaming_iterator::FallibleStreamingIterator;
use rusqlite::{Connection, Row, Rows};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const OBJECTS: &str = "SELECT parent, name, body, digest
    FROM objects WHERE kind = ?1 ORDER BY parent, name";
const INVENTORY: &str = "SELECT parent, name, project, base, digest, lifecycle
    FROM inventory WHERE kind = ?1 ORDER BY parent, name, project";

/// See [`crate::catalog::Catalog::observe`].
pub(super) fn observe(connection: &Connection, project: &str) -> Result<Vec<Entry>, Flaw> {
    let mut objects = connection.prepare(OBJECTS)?;
    let mut inventory = connection.prepare(INVENTORY)?;
    let mut merge = Merge {
        project,
        entries: Vec::new(),
        parents: Shared::new(),
        owners: Shared::new(),
        lifecycles: Lifecycles::default(),
        seen: [0; 2],
    };
    for kind in kinds(connection)? {
        merge.add(kind, objects.query([kind.word()])?, inventory.query([kind.word()])?)?;
        merge.close();
    }
    let held = ["objects", "inventory"]
        .map(|table| connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0)));
    let [objects, records] = held;
    // A key that changed on the disk hides the rows behind it from whoever looks for a kind.
    if merge.seen != [objects?, records?] {
        return Err(Flaw::out_of_order());
    }
    Ok(merge.entries)
}

/// The kinds that there is something of, in their order. Each is found by its key, without looking at the rows between.
fn kinds(connection: &Connection) -> Result<BTreeSet<Kind>, Flaw> {
    let mut kinds = BTreeSet::new();
    for table in ["objects", "inventory"] {
        let mut next = connection.prepare(&format!("SELECT min(kind) FROM {table} WHERE kind > ?1"))?;
        let mut word = String::new();
        while let Some(found) = next.query_row([&word], |row| row.get::<_, Option<String>>(0))? {
            if found <= word {
                return Err(Flaw::out_of_order());
            }
            kinds.insert(kind(&found)?);
            word = found;
        }
    }
    Ok(kinds)
}

/// The entries so far; the last one may still get more of its records.
struct Merge<'a> {
    project: &'a str,
    entries: Vec<Entry>,
    parents: Shared,
    owners: Shared,
    lifecycles: Lifecycles,
    /// How many objects and records there were.
    seen: [i64; 2],
}

/// The lifecycles of texts: there are few of them, and many objects that have them.
#[derive(Default)]
struct Lifecycles(BTreeMap<String, Arc<Lifecycle>>);

impl Lifecycles {
    fn of(&mut self, text: &str) -> Result<Arc<Lifecycle>, Flaw> {
        if let Some(lifecycle) = self.0.get(text) {
            return Ok(lifecycle.clone());
        }
        let lifecycle = Arc::new(lifecycle::decode(text)?);
        self.0.insert(text.to_owned(), lifecycle.clone());
        Ok(lifecycle)
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

    fn add_object(&mut self, kind: Kind, row: &Row<'_>) -> Result<(), Flaw> {
        let entry = self.open(kind, row)?;
        entry.live = Some(Stored::of(row, [2, 3], &entry.address)?.digest(&entry.address));
        Ok(())
    }

    fn add_record(&mut self, kind: Kind, row: &Row<'_>) -> Result<(), Flaw> {
        let owner = row.get_ref(2)?.as_str()?;
        let base = digest_of(row.get_ref(3)?.as_blob()?)?;
        let text = row.get_ref(5)?.as_str_or_null()?;
        let (other, lifecycle) = if owner == self.project {
            (None, text.map(|text| self.lifecycles.of(text)).transpose()?)
        } else {
            (Some(self.owners.name(owner)), None)
        };
        let held = digest_or_none(row.get_ref(4)?)?;
        let entry = self.open(kind, row)?;
        if held.is_some_and(|held| held != record::digest(&entry.address, owner, base, text)) {
            return Err(Flaw::changed_on_disk("record", &entry.address));
        }
        match other {
            None => entry.owner = Some(Owned { base, lifecycle }),
            Some(_) if entry.other_owner.is_some() => {}
            Some(other) => entry.other_owner = Some(other),
        }
        Ok(())
    }

    /// The entry of a row: the last one, or a new one.
    fn open(&mut self, kind: Kind, row: &Row<'_>) -> Result<&mut Entry, Flaw> {
        let (parent, name) = (row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str()?);
        let is_last =
            |last: &Entry| last.address.name == *name && last.address.parent == *parent && last.address.kind == kind;
        if !self.entries.last().is_some_and(is_last) {
            self.close();
            let address = Address::below(kind, self.parents.name(parent), name.into());
            self.entries.push(Entry { address, live: None, owner: None, other_owner: None });
        }
        self.entries.last_mut().ok_or_else(|| Flaw::Damaged("no entry".into()))
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
