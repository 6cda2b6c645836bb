use super::guard::{self, Written};
use super::{
    Batch, Catalog, CatalogError, Change, Entry, GuardedChange, KEPT_RUNS, LevelChange, LevelRecord, Observed, Outcome,
    Owned, OwnedFields, Presence, RunRecord, Times, Unreadable,
};
use crate::model::{Address, Digest, Lease, Leased, Map, Name, Object, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A catalog that lives as long as its value does.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    objects: BTreeMap<Address, Stored>,
    inventory: BTreeMap<(Address, Name), Record>,
    levels: BTreeMap<(Name, Name, Address), Option<Name>>,
    leases: BTreeMap<Name, Lease>,
    runs: BTreeMap<(Name, String), RunRecord>,
    /// The names of the projects that wrote, by id.
    names: BTreeMap<String, String>,
}

#[derive(Clone, Debug)]
struct Stored {
    body: Presence<Map>,
    times: Times,
}

#[derive(Clone, Debug)]
struct Record {
    owned: Owned,
    fields: OwnedFields,
    written: Map,
}

impl Memory {
    /// Sets a body past every guard and record, as somebody else would; nothing takes the object away.
    pub fn set(&mut self, address: &Address, body: Option<Map>) {
        match body {
            Some(body) => self.put(address, Presence::Read(body)),
            None => drop(self.objects.remove(address)),
        }
    }

    /// Makes of a body what nobody can read, as somebody else would.
    pub fn spoil(&mut self, address: &Address, why: &str) {
        let (digest, why) = (Digest::of(why.as_bytes()), why.to_owned());
        let unreadable = Unreadable { address: address.clone(), digest, why, removal: "set".to_owned() };
        self.put(address, Presence::Unreadable(Arc::new(unreadable)));
    }

    fn put(&mut self, address: &Address, body: Presence<Map>) {
        let times = self.objects.get(address).map_or(Times { created: 0, updated: 0 }, |stored| stored.times);
        self.objects.insert(address.clone(), Stored { body, times });
    }

    fn record(&self, project: &str, address: &Address) -> Option<&Record> {
        self.inventory.get(&(address.clone(), project.into()))
    }

    fn other_owner(&self, project: &str, address: &Address) -> Option<Name> {
        self.inventory
            .range((address.clone(), "".into())..)
            .map(|(key, _)| key)
            .take_while(|(owned, _)| owned == address)
            .map(|(_, owner)| owner.clone())
            .find(|owner| *owner != *project)
    }

    fn carry_out(&mut self, batch: &Batch<'_>, operation: &GuardedChange) -> Result<Outcome, CatalogError> {
        let address = &operation.address;
        let key = || (address.clone(), Name::from(batch.project));
        let done = match &*operation.change.spelled() {
            Change::Write { fields, owned, base, lifecycle, from, taken_from } => {
                let moved = self.move_from(batch.project, from.as_ref(), address)?;
                let taken =
                    taken_from.as_ref().and_then(|owner| self.inventory.remove(&(address.clone(), owner.clone())));
                let live = self.objects.get(address).map(|stored| stored.body.clone());
                let (body, changed) = match guard::write(address, live, fields, owned, operation.change.replaces())? {
                    Written::Unchanged(body) => (body, false),
                    Written::Body(body) => (body, true),
                };
                let before = self.record(batch.project, address).map(|record| record.written.clone());
                let record = Record {
                    owned: Owned { base: *base, lifecycle: lifecycle.clone() },
                    fields: owned.clone(),
                    written: guard::known_values(&body, &before.unwrap_or_default(), owned),
                };
                if changed {
                    self.keep(address, body, batch.time);
                }
                let same = |old: Record| old.owned == record.owned && old.fields == record.fields;
                let recorded = !self.inventory.insert(key(), record.clone()).is_some_and(same);
                moved || taken.is_some() || changed || recorded
            }
            Change::Delete { before } => {
                let live = self.objects.get(address).map(|stored| stored.digest().digest());
                if live.is_some_and(|live| live != *before) {
                    return Err(CatalogError::Conflict { address: address.clone(), field: None });
                }
                self.inventory.remove(&key());
                self.objects.remove(address).is_some()
            }
            Change::Forget => self.inventory.remove(&key()).is_some(),
            Change::Make { .. } => false,
        };
        Ok(if done { Outcome::Done } else { Outcome::Already })
    }

    /// Gives an object, and the project's record of it, another name; whether that was still to be done.
    fn move_from(&mut self, project: &str, from: Option<&Address>, to: &Address) -> Result<bool, CatalogError> {
        let Some(from) = from else { return Ok(false) };
        if self.objects.contains_key(from) && self.objects.contains_key(to) {
            return Err(CatalogError::Conflict { address: to.clone(), field: None });
        }
        let object = self.objects.remove(from);
        let record = self.inventory.remove(&(from.clone(), project.into()));
        let done = object.is_some() || record.is_some();
        self.objects.extend(object.map(|object| (to.clone(), object)));
        self.inventory.extend(record.map(|record| ((to.clone(), project.into()), record)));
        Ok(done)
    }

    fn keep(&mut self, address: &Address, body: Map, time: i64) {
        let fresh = || Stored { body: Presence::Read(Map::default()), times: Times { created: time, updated: time } };
        let stored = self.objects.entry(address.clone()).or_insert_with(fresh);
        stored.body = Presence::Read(body);
        stored.times.updated = time;
    }
}

impl Stored {
    fn digest(&self) -> Presence<Digest> {
        self.body.clone().map(|body| Digest::of_value(&Value::Object(body)))
    }
}

impl Catalog for Memory {
    fn claim(&mut self, name: &str, fresh: &str) -> Result<String, CatalogError> {
        if let Some(id) = self.identities(name)?.into_iter().next() {
            return Ok(id);
        }
        self.names.insert(fresh.to_owned(), name.to_owned());
        Ok(fresh.to_owned())
    }

    fn identities(&self, name: &str) -> Result<BTreeSet<String>, CatalogError> {
        Ok(self.names.iter().filter(|(_, known)| *known == name).map(|(id, _)| id.clone()).collect())
    }

    fn observe(&self, project: &str) -> Result<Observed, CatalogError> {
        let owned = self.inventory.keys().filter(|(_, owner)| *owner == *project).map(|(address, _)| address);
        let mut addresses: Vec<&Address> = self.objects.keys().chain(owned).collect();
        addresses.sort_unstable();
        addresses.dedup();
        let entry = |address: &Address| Entry {
            address: address.clone(),
            live: self.objects.get(address).map(Stored::digest),
            owner: self.record(project, address).map(|record| record.owned.clone()),
            other_owner: self.other_owner(project, address),
        };
        Ok(Observed { entries: addresses.into_iter().map(entry).collect(), strays: Vec::new() })
    }

    fn objects(&self, addresses: &[Address]) -> Result<Vec<Option<Presence<Object>>>, CatalogError> {
        let object = |address: &Address| {
            let body = self.objects.get(address)?.body.clone();
            Some(body.map(|body| Object { address: address.clone(), body }))
        };
        Ok(addresses.iter().map(object).collect())
    }

    fn owned_fields(&self, project: &str, addresses: &[Address]) -> Result<Vec<OwnedFields>, CatalogError> {
        let fields = |address| self.record(project, address).map(|record| record.fields.clone()).unwrap_or_default();
        Ok(addresses.iter().map(fields).collect())
    }

    fn written(&self, project: &str, addresses: &[Address]) -> Result<Vec<Map>, CatalogError> {
        let known = |address| self.record(project, address).map(|record| record.written.clone()).unwrap_or_default();
        Ok(addresses.iter().map(known).collect())
    }

    fn acquire(&mut self, project: &str, lease: &Lease, now: i64) -> Result<Leased, CatalogError> {
        let leased = lease.judge(self.leases.get(project).cloned(), now);
        if !matches!(leased, Leased::Held(_)) {
            self.leases.insert(project.into(), lease.clone());
        }
        Ok(leased)
    }

    fn lease(&self, project: &str) -> Result<Option<Lease>, CatalogError> {
        Ok(self.leases.get(project).cloned())
    }

    fn release(&mut self, project: &str, run: &str) -> Result<(), CatalogError> {
        self.leases.retain(|owner, lease| **owner != *project || lease.run != run);
        Ok(())
    }

    fn record_run(&mut self, project: &str, record: &RunRecord) -> Result<(), CatalogError> {
        self.runs.insert((project.into(), record.run.clone()), record.clone());
        for old in self.runs(project, usize::MAX)?.drain(..).skip(KEPT_RUNS) {
            self.runs.remove(&(project.into(), old.run));
        }
        Ok(())
    }

    fn runs(&self, project: &str, limit: usize) -> Result<Vec<RunRecord>, CatalogError> {
        let own = self.runs.iter().filter(|((owner, _), _)| **owner == *project);
        let mut records: Vec<RunRecord> = own.map(|(_, record)| record.clone()).collect();
        records.sort_by(|a, b| (b.began, &b.run).cmp(&(a.began, &a.run)));
        records.truncate(limit);
        Ok(records)
    }

    fn times(&self, addresses: &[Address]) -> Result<Vec<Option<Times>>, CatalogError> {
        Ok(addresses.iter().map(|address| self.objects.get(address).map(|stored| stored.times)).collect())
    }

    fn levels(&self, project: &str) -> Result<Vec<LevelRecord>, CatalogError> {
        let own = self.levels.iter().filter(|((owner, ..), _)| *owner == *project);
        let record = |((_, scorecard, entity), level): (&(Name, Name, Address), &Option<Name>)| LevelRecord {
            scorecard: scorecard.clone(),
            entity: entity.clone(),
            level: level.clone(),
        };
        Ok(own.map(record).collect())
    }

    fn apply(&mut self, batch: &Batch<'_>) -> Result<Vec<Outcome>, CatalogError> {
        self.names.insert(batch.project.to_owned(), batch.name.to_owned());
        let mut next = self.clone();
        let outcomes =
            batch.operations.iter().map(|operation| next.carry_out(batch, operation)).collect::<Result<_, _>>()?;
        let key = |scorecard: &Name, entity: &Address| (Name::from(batch.project), scorecard.clone(), entity.clone());
        for change in batch.levels {
            match change {
                LevelChange::Set(LevelRecord { scorecard, entity, level }) => {
                    next.levels.insert(key(scorecard, entity), level.clone());
                }
                LevelChange::Remove { scorecard, entity } => drop(next.levels.remove(&key(scorecard, entity))),
            }
        }
        *self = next;
        Ok(outcomes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::conformance::{conforms, what_nobody_can_read_is_there};

    conforms!(|law| law(&mut Memory::default()));

    #[test]
    fn an_unreadable_body_is_there_to_whoever_asks() {
        what_nobody_can_read_is_there(&mut Memory::default(), |memory, address| memory.spoil(address, "nonsense"));
    }
}
