use super::contents::{self, Contents, KnownProject};
use super::guard;
use super::keeper::{self, Keeper, Kept};
use super::{
    Batch, Catalog, CatalogError, Entry, KEPT_RUNS, LevelChange, LevelRecord, Observed, Outcome, Owned, OwnedFields,
    Presence, RunRecord, Times, Unreadable,
};
use crate::model::{Address, DeclaredAt, Digest, HandOvers, Lease, Leased, Lifecycle, Made, Map, Name, Object};
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
    declared: Option<DeclaredAt>,
    came_by: HandOvers,
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
}

/// A catalog while a batch of a project is carried out on it.
struct Work<'a> {
    catalog: &'a mut Memory,
    project: &'a str,
    time: i64,
}

impl Work<'_> {
    fn key(&self, address: &Address) -> (Address, Name) {
        (address.clone(), self.project.into())
    }
}

impl Keeper for Work<'_> {
    type Error = CatalogError;

    fn writer(&self) -> (Name, i64) {
        (self.project.into(), self.time)
    }

    fn make(&mut self, _: &Address, _: &Made, _: Option<&Lifecycle>) -> Result<bool, CatalogError> {
        Ok(false)
    }

    fn is_there(&mut self, address: &Address) -> Result<bool, CatalogError> {
        Ok(self.catalog.objects.contains_key(address))
    }

    fn live(&mut self, address: &Address) -> Result<Option<Presence<Map>>, CatalogError> {
        Ok(self.catalog.objects.get(address).map(|stored| stored.body.clone()))
    }

    fn digest(&mut self, address: &Address) -> Result<Option<Presence<Digest>>, CatalogError> {
        Ok(self.catalog.objects.get(address).map(Stored::digest))
    }

    fn put(&mut self, address: &Address, body: &Map) -> Result<(), CatalogError> {
        let body = Presence::Read(body.clone());
        let times = Times { created: self.time, updated: self.time };
        let stored =
            self.catalog.objects.entry(address.clone()).or_insert_with(|| Stored { body: body.clone(), times });
        stored.body = body;
        stored.times.updated = self.time;
        Ok(())
    }

    fn remove(&mut self, address: &Address) -> Result<(), CatalogError> {
        self.catalog.objects.remove(address);
        Ok(())
    }

    fn rename(&mut self, from: &Address, to: &Address) -> Result<(), CatalogError> {
        let object = self.catalog.objects.remove(from);
        self.catalog.objects.extend(object.map(|object| (to.clone(), object)));
        Ok(())
    }

    fn rename_record(&mut self, from: &Address, to: &Address) -> Result<bool, CatalogError> {
        let record = self.catalog.inventory.remove(&self.key(from));
        let was = record.is_some();
        let key = self.key(to);
        self.catalog.inventory.extend(record.map(|record| (key, record)));
        Ok(was)
    }

    fn keep(&mut self, address: &Address, live: &Map, record: &Kept<'_>) -> Result<bool, CatalogError> {
        let key = self.key(address);
        let before = self.catalog.inventory.remove(&key);
        let known = before.as_ref().map(|record| record.written.clone()).unwrap_or_default();
        let record = Record {
            owned: Owned { base: record.base, lifecycle: record.lifecycle.cloned().map(Arc::new) },
            fields: record.owned.clone(),
            written: guard::known_values(live, &known, record.owned),
            declared: before.as_ref().and_then(|record| record.declared.clone()),
            came_by: before.as_ref().map(|record| record.came_by.clone()).unwrap_or_default(),
        };
        let is_same = before.is_some_and(|old| old.owned == record.owned && old.fields == record.fields);
        self.catalog.inventory.insert(key, record);
        Ok(!is_same)
    }

    fn is_own(&mut self, address: &Address) -> Result<bool, CatalogError> {
        Ok(self.catalog.inventory.contains_key(&self.key(address)))
    }

    fn other_owner(&mut self, address: &Address) -> Result<Option<Name>, CatalogError> {
        Ok(self.catalog.other_owner(self.project, address))
    }

    fn locate(&mut self, address: &Address, declared: Option<&DeclaredAt>) -> Result<(), CatalogError> {
        if let Some(record) = self.catalog.inventory.get_mut(&self.key(address)) {
            record.declared = declared.cloned();
        }
        Ok(())
    }

    fn came_by(&mut self, owner: Option<&Name>, address: &Address) -> Result<HandOvers, CatalogError> {
        let record = self.catalog.record(owner.map_or(self.project, |owner| owner), address);
        Ok(record.map(|record| record.came_by.clone()).unwrap_or_default())
    }

    fn hand_over(&mut self, address: &Address, came_by: &HandOvers) -> Result<(), CatalogError> {
        if let Some(record) = self.catalog.inventory.get_mut(&self.key(address)) {
            record.came_by = came_by.clone();
        }
        Ok(())
    }

    fn forget(&mut self, owner: Option<&Name>, address: &Address) -> Result<bool, CatalogError> {
        let key = owner.map_or_else(|| self.key(address), |owner| (address.clone(), owner.clone()));
        Ok(self.catalog.inventory.remove(&key).is_some())
    }
}

impl Stored {
    fn digest(&self) -> Presence<Digest> {
        self.body.clone().map(Digest::of_body)
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

    fn projects(&self) -> Result<Vec<KnownProject>, CatalogError> {
        let known = self.names.iter().map(|(id, name)| KnownProject { id: id.as_str().into(), name: name.clone() });
        Ok(known.collect())
    }

    fn take_in(&mut self, contents: &Contents) -> Result<(), CatalogError> {
        if !self.objects.is_empty() || !self.names.is_empty() {
            return Err(CatalogError::Occupied { place: "in memory".to_owned() });
        }
        self.names = contents.projects.iter().map(|one| (one.id.to_string(), one.name.clone())).collect();
        for (Object { address, body }, times) in &contents.objects {
            let stored = Stored { body: Presence::Read(body.clone()), times: *times };
            self.objects.insert(address.clone(), stored);
        }
        for contents::Record { project, address, owned, fields, written, declared, came_by } in contents.records.clone()
        {
            self.inventory.insert((address, project), Record { owned, fields, written, declared, came_by });
        }
        for (project, LevelRecord { scorecard, entity, level }) in &contents.levels {
            self.levels.insert((project.clone(), scorecard.clone(), entity.clone()), level.clone());
        }
        for (project, run) in &contents.runs {
            self.runs.insert((project.clone(), run.run.clone()), run.clone());
        }
        Ok(())
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

    fn declared_at(&self, project: &str, addresses: &[Address]) -> Result<Vec<Option<DeclaredAt>>, CatalogError> {
        Ok(addresses.iter().map(|address| self.record(project, address)?.declared.clone()).collect())
    }

    fn hand_overs(&self, project: &str, addresses: &[Address]) -> Result<Vec<HandOvers>, CatalogError> {
        let known = |address| self.record(project, address).map(|record| record.came_by.clone()).unwrap_or_default();
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
        let mut work = Work { catalog: &mut next, project: batch.project, time: batch.time };
        let operations = batch.operations.iter();
        let outcomes = operations
            .map(|operation| keeper::carry_out(&mut work, operation, batch.alone))
            .collect::<Result<_, _>>()?;
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
