//! The rows of a batch that differ from what is there, written: new ones by `COPY`, where no policy guards them, the others by one statement
//! each.

use super::flaw::Flaw;
use super::link::Talk;
use super::rows::Keys;
use super::work::{ObjectRow, RecordRow, Slot, Work};
use crate::model::{Address, Name};
use std::pin::pin;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};

/// After so many new rows one is sure to get on.
const STRIDE: usize = 1000;

/// How many rows one statement takes.
const MOST: usize = 5000;

const NEW_OBJECTS: &str =
    "COPY objects (kind, parent, name, digest, created_at, updated_at, body) FROM STDIN (FORMAT binary)";
const NEW_RECORDS: &str = "COPY inventory (project, kind, parent, name, base, lifecycle, fields, written, place, came_by) FROM STDIN (FORMAT binary)";

const GONE_OBJECTS: &str =
    "DELETE FROM objects USING unnest($1::text[], $2::text[], $3::text[]) AS key(kind, parent, name)
    WHERE (objects.kind, objects.parent, objects.name) = (key.kind, key.parent, key.name)";
const GONE_RECORDS: &str = "DELETE FROM inventory
    USING unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS key(kind, parent, name, project)
    WHERE (inventory.kind, inventory.parent, inventory.name, inventory.project) = (key.kind, key.parent, key.name, key.project)";

/// The same of rows that policies guard, which `COPY` is not taken for.
const MADE_OBJECTS: &str = "INSERT INTO objects (kind, parent, name, digest, created_at, updated_at, body)
    SELECT new.kind, new.parent, new.name, new.digest, new.created_at, new.updated_at, new.body::json
    FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::bigint[], $6::bigint[], $7::text[])
        AS new(kind, parent, name, digest, created_at, updated_at, body)";
const MADE_RECORDS: &str = "INSERT INTO inventory (project, kind, parent, name, base, lifecycle, fields, written, place, came_by)
    SELECT new.project, new.kind, new.parent, new.name, new.base, new.lifecycle, new.fields, new.written::json, new.place, new.came_by
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::text[], $7::bytea[], $8::text[], $9::text[], $10::text[])
        AS new(kind, parent, name, project, base, lifecycle, fields, written, place, came_by)";

const CHANGED_OBJECTS: &str = "UPDATE objects SET (digest, created_at, updated_at, body)
    = (new.digest, new.created_at, new.updated_at, new.body::json)
    FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::bigint[], $6::bigint[], $7::text[])
        AS new(kind, parent, name, digest, created_at, updated_at, body)
    WHERE (objects.kind, objects.parent, objects.name) = (new.kind, new.parent, new.name)";
const CHANGED_RECORDS: &str = "UPDATE inventory SET (base, lifecycle, fields, written, place, came_by)
    = (new.base, new.lifecycle, new.fields, new.written::json, new.place, new.came_by)
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::text[], $7::bytea[], $8::text[], $9::text[], $10::text[])
        AS new(kind, parent, name, project, base, lifecycle, fields, written, place, came_by)
    WHERE (inventory.kind, inventory.parent, inventory.name, inventory.project) = (new.kind, new.parent, new.name, new.project)";

/// Writes what a batch made of the rows that it touched.
pub(super) async fn write(talk: &Talk<'_>, work: &Work<'_>) -> Result<(), Flaw> {
    let objects = Differences::of(&work.objects);
    let records = Differences::of(&work.records);
    for gone in records.gone.chunks(MOST) {
        let (keys, owners) = record_keys(gone);
        let [kinds, parents, names] = keys.given();
        let given = [kinds, parents, names, (&owners as _, Type::TEXT_ARRAY)];
        Flaw::unless(talk.execute(GONE_RECORDS, &given).await?, gone.len())?;
    }
    for gone in objects.gone.chunks(MOST) {
        let keys = Keys::of(gone.iter().copied());
        Flaw::unless(talk.execute(GONE_OBJECTS, &keys.given()).await?, gone.len())?;
    }
    for changed in objects.changed.chunks(MOST) {
        put_objects(talk, CHANGED_OBJECTS, changed).await?;
    }
    for changed in records.changed.chunks(MOST) {
        put_records(talk, CHANGED_RECORDS, changed).await?;
    }
    if talk.is_guarded.get() {
        for new in objects.new.chunks(MOST) {
            put_objects(talk, MADE_OBJECTS, new).await?;
        }
        for new in records.new.chunks(MOST) {
            put_records(talk, MADE_RECORDS, new).await?;
        }
        return Ok(());
    }
    copy_objects(talk, &objects.new).await?;
    copy_records(talk, &records.new).await
}

/// The rows that are to go, to be made, and to be changed.
struct Differences<'w, K, T> {
    gone: Vec<&'w K>,
    new: Vec<(&'w K, &'w T)>,
    changed: Vec<(&'w K, &'w T)>,
}

impl<'w, K, T: PartialEq> Differences<'w, K, T> {
    fn of(slots: impl IntoIterator<Item = (&'w K, &'w Slot<T>)>) -> Self {
        let mut all = Self { gone: Vec::new(), new: Vec::new(), changed: Vec::new() };
        for (key, Slot { was, is }) in slots {
            match (was, is) {
                (Some(_), None) => all.gone.push(key),
                (None, Some(row)) => all.new.push((key, row)),
                (Some(was), Some(row)) if was != row => all.changed.push((key, row)),
                (Some(_), Some(_)) | (None, None) => {}
            }
        }
        all
    }
}

fn record_keys<'a>(rows: &[&'a (Name, Address)]) -> (Keys<'a>, Vec<&'a str>) {
    (Keys::of(rows.iter().map(|(_, address)| address)), rows.iter().map(|(owner, _)| &**owner).collect())
}

async fn put_objects(talk: &Talk<'_>, statement: &str, rows: &[(&Address, &ObjectRow)]) -> Result<(), Flaw> {
    let keys = Keys::of(rows.iter().map(|(address, _)| *address));
    let digests: Vec<Option<&[u8]>> =
        rows.iter().map(|(_, row)| row.digest.as_ref().map(|digest| &digest.0[..])).collect();
    let created: Vec<i64> = rows.iter().map(|(_, row)| row.created).collect();
    let updated: Vec<i64> = rows.iter().map(|(_, row)| row.updated).collect();
    let bodies: Vec<&str> = rows.iter().map(|(_, row)| &*row.json).collect();
    let [kinds, parents, names] = keys.given();
    let given = [
        kinds,
        parents,
        names,
        (&digests as _, Type::BYTEA_ARRAY),
        (&created as _, Type::INT8_ARRAY),
        (&updated as _, Type::INT8_ARRAY),
        (&bodies as _, Type::TEXT_ARRAY),
    ];
    Flaw::unless(talk.execute(statement, &given).await?, rows.len())
}

async fn put_records(talk: &Talk<'_>, statement: &str, rows: &[(&(Name, Address), &RecordRow)]) -> Result<(), Flaw> {
    let (keys, owners) = record_keys(&rows.iter().map(|(key, _)| *key).collect::<Vec<_>>());
    let bases: Vec<&[u8]> = rows.iter().map(|(_, row)| &row.base.0[..]).collect();
    let lifecycles: Vec<Option<&str>> = rows.iter().map(|(_, row)| row.lifecycle.as_deref()).collect();
    let fields: Vec<Option<&[u8]>> = rows.iter().map(|(_, row)| row.fields.as_deref()).collect();
    let written: Vec<&str> = rows.iter().map(|(_, row)| &*row.written).collect();
    let places: Vec<Option<&str>> = rows.iter().map(|(_, row)| row.place.as_deref()).collect();
    let came_by: Vec<Option<&str>> = rows.iter().map(|(_, row)| row.came_by.as_deref()).collect();
    let [kinds, parents, names] = keys.given();
    let given = [
        kinds,
        parents,
        names,
        (&owners as _, Type::TEXT_ARRAY),
        (&bases as _, Type::BYTEA_ARRAY),
        (&lifecycles as _, Type::TEXT_ARRAY),
        (&fields as _, Type::BYTEA_ARRAY),
        (&written as _, Type::TEXT_ARRAY),
        (&places as _, Type::TEXT_ARRAY),
        (&came_by as _, Type::TEXT_ARRAY),
    ];
    Flaw::unless(talk.execute(statement, &given).await?, rows.len())
}

async fn copy_objects(talk: &Talk<'_>, rows: &[(&Address, &ObjectRow)]) -> Result<(), Flaw> {
    if rows.is_empty() {
        return Ok(());
    }
    // JSON goes over the wire as text does.
    let types = [Type::TEXT, Type::TEXT, Type::TEXT, Type::BYTEA, Type::INT8, Type::INT8, Type::TEXT];
    let mut copy = pin!(BinaryCopyInWriter::new(talk.client.copy_in(NEW_OBJECTS).await?, &types));
    for (number, (address, row)) in rows.iter().enumerate() {
        let digest = row.digest.as_ref().map(|digest| &digest.0[..]);
        let key: [&(dyn ToSql + Sync); 3] = [&address.kind.word(), &&*address.parent, &&*address.name];
        let [kind, parent, name] = key;
        copy.as_mut().write(&[kind, parent, name, &digest, &row.created, &row.updated, &row.json]).await?;
        if number % STRIDE == 0 {
            talk.beat();
        }
    }
    Flaw::unless(copy.finish().await?, rows.len())
}

async fn copy_records(talk: &Talk<'_>, rows: &[(&(Name, Address), &RecordRow)]) -> Result<(), Flaw> {
    if rows.is_empty() {
        return Ok(());
    }
    let text = || Type::TEXT;
    let types = [text(), text(), text(), text(), Type::BYTEA, text(), Type::BYTEA, text(), text(), text()];
    let mut copy = pin!(BinaryCopyInWriter::new(talk.client.copy_in(NEW_RECORDS).await?, &types));
    for (number, ((owner, address), row)) in rows.iter().enumerate() {
        let key: [&(dyn ToSql + Sync); 4] = [&&**owner, &address.kind.word(), &&*address.parent, &&*address.name];
        let [owner, kind, parent, name] = key;
        let base = &row.base.0[..];
        let record: [&(dyn ToSql + Sync); 6] =
            [&base, &row.lifecycle, &row.fields, &row.written, &row.place, &row.came_by];
        let [base, lifecycle, fields, written, place, came_by] = record;
        copy.as_mut().write(&[owner, kind, parent, name, base, lifecycle, fields, written, place, came_by]).await?;
        if number % STRIDE == 0 {
            talk.beat();
        }
    }
    Flaw::unless(copy.finish().await?, rows.len())
}
