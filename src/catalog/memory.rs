use super::guard::{self, Written};
use super::{
    Batch, Catalog, CatalogError, Change, Entry, LevelRecord, Operation, Outcome, Owned, OwnedFields, RunRecord, Times,
};
use crate::model::{Address, Digest, Lease, Leased, Map, Name, Object, Value};
use std::collections::BTreeMap;

/// A catalog that lives as long as its value does.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    objects: BTreeMap<Address, Stored>,
    inventory: BTreeMap<(Address, Name), Record>,
    levels: BTreeMap<(Name, Name, Address), Option<Name>>,
}

#[derive(Clone, Debug)]
struct Stored {
    body: Map,
    times: Times,
}

#[derive(Clone, Debug, PartialEq)]
struct Record {
    owned: Owned,
    fields: OwnedFields,
}

impl Memory {
    /// Sets a body past every guard and record, as somebody else would; nothing takes the object away.
    pub fn set(&mut self, address: &Address, body: Option<Map>) {
        match body {
            Some(body) => {
                let times = self.objects.get(address).map_or(Times { created: 0, updated: 0 }, |stored| stored.times);
                self.objects.insert(address.clone(), Stored { body, times });
            }
            None => drop(self.objects.remove(address)),
        }
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

    fn carry_out(&mut self, batch: &Batch<'_>, operation: &Operation) -> Result<Outcome, CatalogError> {
        let address = &operation.address;
        let key = || (address.clone(), Name::from(batch.project));
        let done = match &operation.change {
            Change::Write { fields, owned, base, lifecycle, .. } => {
                let live = self.objects.get(address).map(|stored| stored.body.clone());
                let written = guard::write(address, live, fields, owned)?;
                let record =
                    Record { owned: Owned { base: *base, lifecycle: lifecycle.clone() }, fields: owned.clone() };
                let changed = self.keep(address, written, batch.time);
                let recorded = self.inventory.insert(key(), record.clone()).is_none_or(|old| old != record);
                changed || recorded
            }
            Change::Delete { before } => {
                let live = self.objects.get(address).map(|stored| digest(&stored.body));
                if live.is_some_and(|live| live != *before) {
                    return Err(CatalogError::Conflict { address: address.clone(), field: None });
                }
                self.inventory.remove(&key());
                self.objects.remove(address).is_some()
            }
            Change::Forget => self.inventory.remove(&key()).is_some(),
        };
        Ok(if done { Outcome::Done } else { Outcome::Already })
    }

    fn keep(&mut self, address: &Address, written: Written, time: i64) -> bool {
        let Written::Body(body) = written else { return false };
        let fresh = || Stored { body: Map::default(), times: Times { created: time, updated: time } };
        let stored = self.objects.entry(address.clone()).or_insert_with(fresh);
        stored.body = body;
        stored.times.updated = time;
        true
    }
}

fn digest(body: &Map) -> Digest {
    Digest::of_value(&Value::Object(body.clone()))
}

impl Catalog for Memory {
    fn observe(&self, project: &str) -> Result<Vec<Entry>, CatalogError> {
        let owned = self.inventory.keys().filter(|(_, owner)| *owner == *project).map(|(address, _)| address);
        let mut addresses: Vec<&Address> = self.objects.keys().chain(owned).collect();
        addresses.sort_unstable();
        addresses.dedup();
        let entry = |address: &Address| Entry {
            address: address.clone(),
            live: self.objects.get(address).map(|stored| digest(&stored.body)),
            owner: self.record(project, address).map(|record| record.owned.clone()),
            other_owner: self.other_owner(project, address),
        };
        Ok(addresses.into_iter().map(entry).collect())
    }

    fn objects(&self, addresses: &[Address]) -> Result<Vec<Option<Object>>, CatalogError> {
        let object = |address: &Address| {
            let body = self.objects.get(address)?.body.clone();
            Some(Object { address: address.clone(), body })
        };
        Ok(addresses.iter().map(object).collect())
    }

    fn owned_fields(&self, project: &str, addresses: &[Address]) -> Result<Vec<OwnedFields>, CatalogError> {
        let fields = |address| self.record(project, address).map(|record| record.fields.clone()).unwrap_or_default();
        Ok(addresses.iter().map(fields).collect())
    }

    fn written(&self, _: &str, addresses: &[Address]) -> Result<Vec<Map>, CatalogError> {
        Ok(vec![Map::default(); addresses.len()])
    }

    fn acquire(&mut self, _: &str, _: &Lease, _: i64) -> Result<Leased, CatalogError> {
        Ok(Leased::Granted)
    }

    fn release(&mut self, _: &str, _: &str) -> Result<(), CatalogError> {
        Ok(())
    }

    fn record_run(&mut self, _: &str, _: &RunRecord) -> Result<(), CatalogError> {
        Ok(())
    }

    fn runs(&self, _: &str, _: usize) -> Result<Vec<RunRecord>, CatalogError> {
        Ok(Vec::new())
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
        let mut next = self.clone();
        let outcomes =
            batch.operations.iter().map(|operation| next.carry_out(batch, operation)).collect::<Result<_, _>>()?;
        if let Some(levels) = batch.levels {
            let project = Name::from(batch.project);
            next.levels.retain(|(owner, ..), _| *owner != project);
            next.levels.extend(levels.iter().map(|record| {
                let key = (project.clone(), record.scorecard.clone(), record.entity.clone());
                (key, record.level.clone())
            }));
        }
        *self = next;
        Ok(outcomes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::conformance::conforms;

    conforms!(|law| law(&mut Memory::default()));
}
