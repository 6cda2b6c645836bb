//! A batch: what it touches is read at once, carried out in memory, and written at once.

use super::flaw::Flaw;
use super::link::Talk;
use super::rows::{self, Keys, came_by, removal_of};
use crate::adapter::sql::stored::Stored;
use crate::adapter::sql::{fields, lifecycle};
use crate::catalog::guard;
use crate::catalog::keeper::{self, Keeper, Kept};
use crate::catalog::{Batch, Change, Contents, GuardedChange, Outcome, OwnedFields, Presence, Record};
use crate::model::{Address, DeclaredAt, Digest, HandOvers, Lifecycle, Made, Map, Name, Object, write_map};
use std::collections::{BTreeMap, BTreeSet};
use tokio_postgres::types::Type;

/// The objects that a batch touches, held until it ends.
const OBJECTS: &str = "SELECT kind, parent, name, digest, body::text, created_at, updated_at
    FROM objects JOIN unnest($1::text[], $2::text[], $3::text[]) AS key(kind, parent, name) USING (kind, parent, name)
    ORDER BY kind, parent, name FOR UPDATE OF objects";

/// The objects of a list of keys that others own and that are to stay as they are until the transaction ends.
const HELD: &str = "SELECT kind, parent, name, digest, body::text, created_at, updated_at
    FROM objects JOIN unnest($1::text[], $2::text[], $3::text[]) AS key(kind, parent, name) USING (kind, parent, name)
    ORDER BY kind, parent, name FOR SHARE OF objects";

/// The same for a role that may not write them, and so cannot keep others from it: as they are now.
const SEEN: &str = "SELECT kind, parent, name, digest, body::text, created_at, updated_at
    FROM objects JOIN unnest($1::text[], $2::text[], $3::text[]) AS key(kind, parent, name) USING (kind, parent, name)";

/// The records of them, of the project and of those that it takes something from.
const RECORDS: &str = "SELECT kind, parent, name, project, base, lifecycle, fields, written::text, place, came_by
    FROM inventory JOIN unnest($1::text[], $2::text[], $3::text[]) AS key(kind, parent, name) USING (kind, parent, name)
    WHERE project = ANY($4) ORDER BY project, kind, parent, name FOR UPDATE OF inventory";

/// Which other projects own them.
const OTHERS: &str = "SELECT kind, parent, name, project
    FROM inventory JOIN unnest($1::text[], $2::text[], $3::text[]) AS key(kind, parent, name) USING (kind, parent, name)
    WHERE project <> $4 ORDER BY kind, parent, name, project";

/// The same rows as they are shown to this role, be it that it may not write them.
const SHOWN: &str = "SELECT kind, parent, name, NULL
    FROM objects JOIN unnest($1::text[], $2::text[], $3::text[]) AS key(kind, parent, name) USING (kind, parent, name)
    UNION ALL SELECT kind, parent, name, project
    FROM inventory JOIN unnest($1::text[], $2::text[], $3::text[]) AS key(kind, parent, name) USING (kind, parent, name)
    WHERE project = ANY($4)";

/// A row of an object.
#[derive(Clone, PartialEq)]
pub(super) struct ObjectRow {
    pub(super) json: String,
    pub(super) digest: Option<Digest>,
    pub(super) created: i64,
    pub(super) updated: i64,
}

/// A row of the inventory.
#[derive(Clone, PartialEq)]
pub(super) struct RecordRow {
    pub(super) base: Digest,
    pub(super) lifecycle: Option<String>,
    pub(super) fields: Option<Vec<u8>>,
    pub(super) written: String,
    pub(super) place: Option<String>,
    pub(super) came_by: Option<String>,
}

/// A row as it was, and as it is to be.
pub(super) struct Slot<T> {
    pub(super) was: Option<T>,
    pub(super) is: Option<T>,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self { was: None, is: None }
    }
}

/// The rows that a batch touches.
pub(super) struct Work<'a> {
    schema: &'a str,
    project: Name,
    time: i64,
    pub(super) objects: BTreeMap<Address, Slot<ObjectRow>>,
    pub(super) records: BTreeMap<(Name, Address), Slot<RecordRow>>,
    /// The other projects that own what is touched.
    others: BTreeMap<Address, Vec<Name>>,
}

impl<'a> Work<'a> {
    /// Reads what a batch touches, and holds it: nobody else changes it before the transaction ends.
    pub(super) async fn read(talk: &Talk<'_>, schema: &'a str, batch: &Batch<'_>) -> Result<Self, Flaw> {
        let mut touched: BTreeSet<&Address> = BTreeSet::new();
        let mut owners: BTreeSet<&str> = BTreeSet::from([batch.project]);
        let mut held: BTreeSet<&Address> = BTreeSet::new();
        for GuardedChange { address, change } in batch.operations {
            if let Change::Hold { .. } = change {
                held.insert(address);
                continue;
            }
            touched.insert(address);
            if let Change::Write { from, taken_from, .. } | Change::Make { from, taken_from, .. } = change {
                touched.extend(from);
                owners.extend(taken_from.as_deref());
            }
        }
        let mut work = Self {
            schema,
            project: batch.project.into(),
            time: batch.time,
            objects: BTreeMap::new(),
            records: BTreeMap::new(),
            others: BTreeMap::new(),
        };
        held.retain(|address| !touched.contains(address));
        if !held.is_empty() {
            let statement = if talk.is_guarded.get() { SEEN } else { HELD };
            work.look_at(talk, statement, &Keys::of(held)).await?;
        }
        if touched.is_empty() {
            return Ok(work);
        }
        let (keys, owners) = (Keys::of(touched), Vec::from_iter(owners));
        work.look(talk, &keys, &owners).await?;
        if talk.is_guarded.get()
            && let Some(first) = work.kept_from(talk, &keys, &owners).await?
        {
            // Others may have made it between the two looks.
            work.look(talk, &keys, &owners).await?;
            if work.kept_from(talk, &keys, &owners).await?.is_some() {
                return Err(Flaw::Guarded(first));
            }
        }
        Ok(work)
    }

    /// Reads the rows of keys, as far as this role may write them, and holds them.
    async fn look(&mut self, talk: &Talk<'_>, keys: &Keys<'_>, owners: &[&str]) -> Result<(), Flaw> {
        self.look_at(talk, OBJECTS, keys).await?;
        let [kinds, parents, names] = keys.given();
        for row in talk.rows(RECORDS, &[kinds, parents, names, (&owners, Type::TEXT_ARRAY)]).await? {
            let Some(address) = rows::address(&row, 0, row.try_get::<_, &str>(1)?.into())? else { continue };
            let project: &str = row.try_get(3)?;
            let found = RecordRow {
                base: rows::digest(row.try_get(4)?)?,
                lifecycle: row.try_get(5)?,
                fields: row.try_get(6)?,
                written: row.try_get(7)?,
                place: row.try_get(8)?,
                came_by: row.try_get(9)?,
            };
            self.records.insert((project.into(), address), Slot { was: Some(found.clone()), is: Some(found) });
        }
        // The objects are held by now, and who takes one over holds it first.
        let own: &str = &self.project;
        let [kinds, parents, names] = keys.given();
        for row in talk.rows(OTHERS, &[kinds, parents, names, (&own, Type::TEXT)]).await? {
            let Some(address) = rows::address(&row, 0, row.try_get::<_, &str>(1)?.into())? else { continue };
            let owners = self.others.entry(address).or_default();
            let owner = Name::from(row.try_get::<_, &str>(3)?);
            if !owners.contains(&owner) {
                owners.push(owner);
            }
        }
        Ok(())
    }

    /// Reads the objects of keys by a statement.
    async fn look_at(&mut self, talk: &Talk<'_>, statement: &'static str, keys: &Keys<'_>) -> Result<(), Flaw> {
        for row in talk.rows(statement, &keys.given()).await? {
            let Some(address) = rows::address(&row, 0, row.try_get::<_, &str>(1)?.into())? else { continue };
            let digest = row.try_get::<_, Option<&[u8]>>(3)?.map(rows::digest).transpose()?;
            let (json, created, updated) = (row.try_get(4)?, row.try_get(5)?, row.try_get(6)?);
            let found = ObjectRow { json, digest, created, updated };
            self.objects.insert(address, Slot { was: Some(found.clone()), is: Some(found) });
        }
        Ok(())
    }

    /// The first row of keys that this role is shown and was not given to write.
    async fn kept_from(&self, talk: &Talk<'_>, keys: &Keys<'_>, owners: &[&str]) -> Result<Option<String>, Flaw> {
        let [kinds, parents, names] = keys.given();
        for row in talk.rows(SHOWN, &[kinds, parents, names, (&owners, Type::TEXT_ARRAY)]).await? {
            let Some(address) = rows::address(&row, 0, row.try_get::<_, &str>(1)?.into())? else { continue };
            match row.try_get::<_, Option<&str>>(3)? {
                None if !self.objects.contains_key(&address) => return Ok(Some(address.to_string())),
                Some(project) if !self.records.contains_key(&(project.into(), address.clone())) => {
                    return Ok(Some(format!("what project {project} owns of {address}")));
                }
                None | Some(_) => {}
            }
        }
        Ok(None)
    }

    /// The rows of what another catalog holds.
    pub(super) fn copy(schema: &'a str, contents: &Contents) -> Result<Self, Flaw> {
        let (objects, records, others) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut work = Self { schema, project: "".into(), time: 0, objects, records, others };
        for (Object { address, body }, times) in &contents.objects {
            let json = canonical(body)?;
            let digest = Some(Digest::of(json.as_bytes()));
            let row = ObjectRow { json, digest, created: times.created, updated: times.updated };
            work.objects.insert(address.clone(), Slot { was: None, is: Some(row) });
        }
        for Record { project, address, owned, fields, written, declared, came_by } in &contents.records {
            let written = canonical(written)?;
            let place = declared.as_ref().map(DeclaredAt::encode);
            let row = record_row(written, fields, owned.base, owned.lifecycle.as_deref());
            let row = RecordRow { place, came_by: encoded(came_by), ..row };
            work.records.insert((project.clone(), address.clone()), Slot { was: None, is: Some(row) });
        }
        Ok(work)
    }

    /// Carries out the operations in their order, up to the first that meets something unexpected.
    pub(super) fn carry_out(&mut self, batch: &Batch<'_>) -> Result<Vec<Outcome>, Flaw> {
        batch.operations.iter().map(|operation| keeper::carry_out(self, operation, batch.alone)).collect()
    }

    fn object(&self, address: &Address) -> Option<&ObjectRow> {
        self.objects.get(address)?.is.as_ref()
    }

    fn stored(&self, address: &Address) -> Result<Option<Stored<'_>>, Flaw> {
        let Some(row) = self.object(address) else { return Ok(None) };
        let changed = || Flaw::Damaged(format!("the body of {address} is not what its digest says"));
        Stored::held(row.json.as_bytes(), row.digest).ok_or_else(changed).map(Some)
    }

    fn record(&mut self, project: &Name, address: &Address) -> &mut Option<RecordRow> {
        &mut self.records.entry((project.clone(), address.clone())).or_default().is
    }

    /// Writes a body of which the digest is known.
    fn write(&mut self, address: &Address, json: String, digest: Digest) {
        let time = self.time;
        let slot = &mut self.objects.entry(address.clone()).or_default().is;
        let created = slot.as_ref().map_or(time, |row| row.created);
        *slot = Some(ObjectRow { json, digest: Some(digest), created, updated: time });
    }
}

impl Keeper for Work<'_> {
    type Error = Flaw;

    fn writer(&self) -> (Name, i64) {
        (self.project.clone(), self.time)
    }

    fn make(&mut self, address: &Address, made: &Made, lifecycle: Option<&Lifecycle>) -> Result<bool, Flaw> {
        if self.object(address).is_some() {
            return Ok(false);
        }
        let mut json = Vec::new();
        made.write_body(&mut json);
        let (json, base) = (text(json)?, made.digest());
        let (lifecycle, written) = (lifecycle.map(lifecycle::encode), json.clone());
        let record = RecordRow { base, lifecycle, fields: None, written, place: None, came_by: None };
        *self.record(&self.project.clone(), address) = Some(record);
        self.write(address, json, base);
        Ok(true)
    }

    fn is_there(&mut self, address: &Address) -> Result<bool, Flaw> {
        Ok(self.object(address).is_some())
    }

    fn live(&mut self, address: &Address) -> Result<Option<Presence<Map>>, Flaw> {
        let removal = || removal_of(self.schema, address);
        Ok(self.stored(address)?.map(|stored| stored.body(address, removal)))
    }

    fn digest(&mut self, address: &Address) -> Result<Option<Presence<Digest>>, Flaw> {
        let removal = || removal_of(self.schema, address);
        Ok(self.stored(address)?.map(|stored| stored.digest(address, removal)))
    }

    fn put(&mut self, address: &Address, body: &Map) -> Result<(), Flaw> {
        let json = canonical(body)?;
        let digest = Digest::of(json.as_bytes());
        self.write(address, json, digest);
        Ok(())
    }

    fn remove(&mut self, address: &Address) -> Result<(), Flaw> {
        self.objects.entry(address.clone()).or_default().is = None;
        Ok(())
    }

    fn rename(&mut self, from: &Address, to: &Address) -> Result<(), Flaw> {
        let row = self.objects.entry(from.clone()).or_default().is.take();
        self.objects.entry(to.clone()).or_default().is = row;
        Ok(())
    }

    fn rename_record(&mut self, from: &Address, to: &Address) -> Result<bool, Flaw> {
        let project = self.project.clone();
        let Some(row) = self.record(&project, from).take() else { return Ok(false) };
        *self.record(&project, to) = Some(row);
        Ok(true)
    }

    fn keep(&mut self, address: &Address, live: &Map, record: &Kept<'_>) -> Result<bool, Flaw> {
        let row = self.record(&self.project.clone(), address);
        let before = row.as_ref().map(|row| Stored::of_others(row.written.as_bytes()).known()).unwrap_or_default();
        let written = canonical(&guard::known_values(live, &before, record.owned))?;
        let place = row.as_ref().and_then(|row| row.place.clone());
        let came_by = row.as_ref().and_then(|row| row.came_by.clone());
        let new = RecordRow { place, came_by, ..record_row(written, record.owned, record.base, record.lifecycle) };
        // What is known of the values says nothing new of what is owned.
        let says = |row: &RecordRow| (row.base, row.lifecycle.clone(), row.fields.clone());
        let differs = row.as_ref().map(says) != Some(says(&new));
        *row = Some(new);
        Ok(differs)
    }

    fn is_own(&mut self, address: &Address) -> Result<bool, Flaw> {
        Ok(self.records.get(&(self.project.clone(), address.clone())).is_some_and(|slot| slot.is.is_some()))
    }

    fn other_owner(&mut self, address: &Address) -> Result<Option<Name>, Flaw> {
        let owners = self.others.get(address).into_iter().flatten();
        let still = |owner: &&Name| {
            let taken = self.records.get(&((*owner).clone(), address.clone()));
            taken.is_none_or(|slot| slot.is.is_some())
        };
        Ok(owners.into_iter().find(still).cloned())
    }

    fn locate(&mut self, address: &Address, declared: Option<&DeclaredAt>) -> Result<(), Flaw> {
        if let Some(row) = self.record(&self.project.clone(), address) {
            row.place = declared.map(DeclaredAt::encode);
        }
        Ok(())
    }

    fn came_by(&mut self, owner: Option<&Name>, address: &Address) -> Result<HandOvers, Flaw> {
        let (schema, project) = (self.schema, owner.unwrap_or(&self.project).clone());
        let text = self.record(&project, address).as_ref().and_then(|row| row.came_by.as_deref());
        came_by(schema, &project, address, text)
    }

    fn hand_over(&mut self, address: &Address, came_by: &HandOvers) -> Result<(), Flaw> {
        if let Some(row) = self.record(&self.project.clone(), address) {
            row.came_by = encoded(came_by);
        }
        Ok(())
    }

    fn forget(&mut self, owner: Option<&Name>, address: &Address) -> Result<bool, Flaw> {
        let project = owner.unwrap_or(&self.project).clone();
        Ok(self.record(&project, address).take().is_some())
    }
}

/// The row of a record, with the fields where those are not those of what was written.
fn record_row(written: String, owned: &OwnedFields, base: Digest, lifecycle: Option<&Lifecycle>) -> RecordRow {
    let is_all = Digest::of(written.as_bytes()) == base;
    let fields = (!is_all).then(|| fields::encode(owned));
    RecordRow { base, lifecycle: lifecycle.map(lifecycle::encode), fields, written, place: None, came_by: None }
}

/// The column of whom an object came from.
fn encoded(came_by: &HandOvers) -> Option<String> {
    (!came_by.is_empty()).then(|| came_by.encode())
}

/// The canonical JSON of a body.
fn canonical(body: &Map) -> Result<String, Flaw> {
    let mut json = Vec::new();
    write_map(body, &mut json);
    text(json)
}

fn text(json: Vec<u8>) -> Result<String, Flaw> {
    String::from_utf8(json).map_err(|error| Flaw::Damaged(error.to_string()))
}
