use super::{
    Batch, Catalog, CatalogError, Change, Contents, GuardedChange, KnownProject, LevelChange, LevelRecord, Observed,
    Outcome, OwnedFields, Presence, Proposal, Proposals, Record, RunRecord, SetBackTo, Times, Waiting,
};
use crate::model::{Address, DeclaredAt, HandOvers, Lease, Leased, Map, Object, write_json, write_map};
use crate::secret::{Leak, Tripwire};
use std::collections::BTreeSet;

/// A catalog into which nothing is written that holds a secret.
pub struct Watched {
    catalog: Box<dyn Catalog>,
    watch: Watch,
}

/// What is watched for.
struct Watch {
    tripwire: Tripwire,
}

/// What a watched catalog does with proposals.
struct WatchedProposals<'c> {
    proposals: Box<dyn Proposals + 'c>,
    watch: &'c Watch,
}

impl Watched {
    /// Watches what is written into a catalog.
    pub fn new(catalog: Box<dyn Catalog>, tripwire: Tripwire) -> Self {
        Self { catalog, watch: Watch { tripwire } }
    }
}

impl Watch {
    fn batch(&self, batch: &Batch<'_>) -> Result<(), Leak> {
        if self.tripwire.is_idle() {
            return Ok(());
        }
        batch.operations.iter().try_for_each(|operation| self.operation(operation))?;
        self.levels(batch.levels)
    }

    fn operation(&self, operation: &GuardedChange) -> Result<(), Leak> {
        let address = operation.address.to_string();
        let mut text = address.clone().into_bytes();
        match &*operation.change.spelled() {
            Change::Write { fields, owned, lifecycle, from, taken_from, declared, base: _ } => {
                for field in fields {
                    line(&mut text, &field.path);
                    text.push(b' ');
                    if let Some(value) = &field.after {
                        write_json(value, &mut text);
                    }
                }
                let ignored = lifecycle.iter().flat_map(|lifecycle| &lifecycle.ignore).map(|path| &*path.value);
                let paths = owned.iter().map(|(path, _)| path.as_str());
                for part in paths.chain(ignored).chain(taken_from.as_deref()) {
                    line(&mut text, part);
                }
                if let Some(from) = from {
                    line(&mut text, &from.to_string());
                }
                if let Some(declared) = declared {
                    place(&mut text, declared);
                }
            }
            Change::Make { .. } | Change::Delete { .. } | Change::Forget | Change::Hold { .. } => {}
        }
        self.tripwire.pass(&text, &format!("{address} in the catalog")).map(drop)
    }

    fn levels(&self, levels: &[LevelChange]) -> Result<(), Leak> {
        let mut text = Vec::new();
        for change in levels {
            // What goes is there already.
            let LevelChange::Set(record) = change else { continue };
            line(&mut text, &record.scorecard);
            line(&mut text, &record.entity.to_string());
            line(&mut text, record.level.as_deref().unwrap_or_default());
        }
        self.tripwire.pass(&text, "the levels in the catalog").map(drop)
    }

    fn contents(&self, contents: &Contents) -> Result<(), Leak> {
        let Contents { projects, objects, records, levels, runs } = contents;
        for KnownProject { id, name } in projects {
            self.tripwire.pass(format!("{id}\n{name}").as_bytes(), "the name of the project")?;
        }
        let pass =
            |address: &Address, text: &[u8]| self.tripwire.pass(text, &format!("{address} in the catalog")).map(drop);
        for (Object { address, body }, _) in objects {
            let mut text = address.to_string().into_bytes();
            line(&mut text, "");
            write_map(body, &mut text);
            pass(address, &text)?;
        }
        for Record { project: _, address, owned, fields, written, declared, came_by } in records {
            let mut text = address.to_string().into_bytes();
            let ignored = owned.lifecycle.iter().flat_map(|lifecycle| &lifecycle.ignore).map(|path| &*path.value);
            let paths = fields.iter().map(|(path, _)| path.as_str());
            paths.chain(ignored).for_each(|part| line(&mut text, part));
            line(&mut text, "");
            write_map(written, &mut text);
            if let Some(declared) = declared {
                place(&mut text, declared);
            }
            for one in came_by.clone() {
                line(&mut text, &one.from);
                line(&mut text, &one.to);
            }
            pass(address, &text)?;
        }
        self.levels(&levels.iter().map(|(_, level)| LevelChange::Set(level.clone())).collect::<Vec<_>>())?;
        runs.iter().try_for_each(|(_, run)| self.record(run))
    }

    fn record(&self, record: &RunRecord) -> Result<(), Leak> {
        let RunRecord { run, plan, holder, source, began: _, ended: _, state, steps } = record;
        let mut text = Vec::new();
        for part in [run, plan, holder, state].into_iter().chain(source).chain(steps) {
            line(&mut text, part);
        }
        self.tripwire.pass(&text, "the record of the run").map(drop)
    }
}

/// The file as it is: a JSON of it could spell a secret in another way.
fn place(text: &mut Vec<u8>, declared: &DeclaredAt) {
    let DeclaredAt { commit, file, line: _ } = declared;
    line(text, file);
    line(text, commit.as_deref().unwrap_or_default());
}

fn line(text: &mut Vec<u8>, part: &str) {
    text.push(b'\n');
    text.extend_from_slice(part.as_bytes());
}

impl Catalog for Watched {
    fn renew(&mut self) -> Result<(), CatalogError> {
        self.catalog.renew()
    }

    fn set_back(&self) -> Result<Option<SetBackTo>, CatalogError> {
        self.catalog.set_back()
    }

    fn accept_set_back(&self) -> Result<(), CatalogError> {
        self.catalog.accept_set_back()
    }

    fn lasts(&self) -> Result<(), CatalogError> {
        self.catalog.lasts()
    }

    fn claim(&mut self, name: &str, fresh: &str) -> Result<String, CatalogError> {
        self.watch.tripwire.pass(format!("{name}\n{fresh}").as_bytes(), "the name of the project")?;
        self.catalog.claim(name, fresh)
    }

    fn projects(&self) -> Result<Vec<KnownProject>, CatalogError> {
        self.catalog.projects()
    }

    fn take_in(&mut self, contents: &Contents) -> Result<(), CatalogError> {
        self.watch.contents(contents)?;
        self.catalog.take_in(contents)
    }

    fn identities(&self, name: &str) -> Result<BTreeSet<String>, CatalogError> {
        self.catalog.identities(name)
    }

    fn observe(&self, project: &str) -> Result<Observed, CatalogError> {
        self.catalog.observe(project)
    }

    fn objects(&self, addresses: &[Address]) -> Result<Vec<Option<Presence<Object>>>, CatalogError> {
        self.catalog.objects(addresses)
    }

    fn owned_fields(&self, project: &str, addresses: &[Address]) -> Result<Vec<OwnedFields>, CatalogError> {
        self.catalog.owned_fields(project, addresses)
    }

    fn written(&self, project: &str, addresses: &[Address]) -> Result<Vec<Map>, CatalogError> {
        self.catalog.written(project, addresses)
    }

    fn declared_at(&self, project: &str, addresses: &[Address]) -> Result<Vec<Option<DeclaredAt>>, CatalogError> {
        self.catalog.declared_at(project, addresses)
    }

    fn named(&self, project: &str) -> Result<(), CatalogError> {
        self.catalog.named(project)
    }

    fn hand_overs(&self, project: &str, addresses: &[Address]) -> Result<Vec<HandOvers>, CatalogError> {
        self.catalog.hand_overs(project, addresses)
    }

    fn times(&self, addresses: &[Address]) -> Result<Vec<Option<Times>>, CatalogError> {
        self.catalog.times(addresses)
    }

    fn levels(&self, project: &str) -> Result<Vec<LevelRecord>, CatalogError> {
        self.catalog.levels(project)
    }

    fn acquire(&mut self, project: &str, lease: &Lease, now: i64) -> Result<Leased, CatalogError> {
        self.watch.tripwire.pass(format!("{}\n{}", lease.run, lease.holder).as_bytes(), "the lease of the catalog")?;
        self.catalog.acquire(project, lease, now)
    }

    fn lease(&self, project: &str) -> Result<Option<Lease>, CatalogError> {
        self.catalog.lease(project)
    }

    fn release(&mut self, project: &str, run: &str) -> Result<(), CatalogError> {
        self.catalog.release(project, run)
    }

    fn record_run(&mut self, project: &str, record: &RunRecord) -> Result<(), CatalogError> {
        self.watch.record(record)?;
        self.catalog.record_run(project, record)
    }

    fn runs(&self, project: &str, limit: usize) -> Result<Vec<RunRecord>, CatalogError> {
        self.catalog.runs(project, limit)
    }

    fn apply(&mut self, batch: &Batch<'_>) -> Result<Vec<Outcome>, CatalogError> {
        self.watch.batch(batch)?;
        self.catalog.apply(batch)
    }

    fn proposals(&mut self) -> Option<Box<dyn Proposals + '_>> {
        let Self { catalog, watch } = self;
        Some(Box::new(WatchedProposals { proposals: catalog.proposals()?, watch }))
    }
}

impl Proposals for WatchedProposals<'_> {
    fn propose(&mut self, batch: &Batch<'_>) -> Result<(Proposal, Vec<Outcome>), CatalogError> {
        self.watch.batch(batch)?;
        self.proposals.propose(batch)
    }

    fn rehearse_proposal(&mut self, batch: &Batch<'_>) -> Result<(), CatalogError> {
        self.watch.batch(batch)?;
        self.proposals.rehearse_proposal(batch)
    }

    fn waiting(&mut self, project: &str, wanted: &[Batch<'_>]) -> Result<Option<Waiting>, CatalogError> {
        self.proposals.waiting(project, wanted)
    }

    fn withdraw(&mut self, project: &str) -> Result<(), CatalogError> {
        self.proposals.withdraw(project)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{FieldChange, Memory};
    use crate::model::{Digest, Kind, Value};
    use crate::secret::Secret;

    const PLANTED: &str = "planted-in-a-catalog";

    fn watched() -> Watched {
        let tripwire = Tripwire::default();
        tripwire.learn("db", &Secret::new(PLANTED)).unwrap();
        Watched::new(Box::new(Memory::default()), tripwire)
    }

    fn write(name: &str, path: &str, value: &Value) -> GuardedChange {
        let field = FieldChange { path: path.to_owned(), before: None, after: Some(value.clone()) };
        let owned = vec![(path.to_owned(), Digest::of_value(value))];
        let base = Digest::of(b"base");
        let (lifecycle, from, taken_from, declared) = (None, None, None, None);
        let change = Change::Write { fields: vec![field], owned, base, lifecycle, from, taken_from, declared };
        GuardedChange { address: Address::new(Kind::Team, name.into()), change }
    }

    /// The same, declared in a file.
    fn write_in(file: &str) -> GuardedChange {
        let mut operation = write("b", "title", &Value::Null);
        if let Change::Write { declared, .. } = &mut operation.change {
            *declared = Some(DeclaredAt::new(file, 1, None).into());
        }
        operation
    }

    fn apply(operations: &[GuardedChange], levels: &[LevelChange]) -> Result<usize, String> {
        let mut catalog = watched();
        let applied = catalog.apply(&Batch {
            project: "p",
            name: "p",
            time: 1,
            message: "Change it",
            operations,
            levels,
            alone: true,
        });
        let there = catalog.observe("p").unwrap().entries.len();
        assert!(applied.is_ok() || there == 0, "something was written");
        applied.map(|outcomes| outcomes.len()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_secret_is_written_nowhere_and_the_rest_is_not_either() {
        let clean = write("a", "title", &Value::string("A"));
        assert_eq!(apply(std::slice::from_ref(&clean), &[]), Ok(1));
        assert_eq!(apply(&[write("a", "title", &Value::Secret("db".into()))], &[]), Ok(1));
        let said = Err("team:b in the catalog would hold the secret `db`: nothing of it was written".to_owned());
        assert_eq!(apply(&[clean.clone(), write("b", "title", &Value::string(format!("is {PLANTED}")))], &[]), said);
        assert_eq!(apply(&[clean.clone(), write("b", PLANTED, &Value::Null)], &[]), said);
        assert!(apply(&[write(PLANTED, "title", &Value::Null)], &[]).is_err());
        assert_eq!(apply(&[write_in("b.kdl")], &[]), Ok(1));
        assert_eq!(apply(&[clean.clone(), write_in(&format!("{PLANTED}/b.kdl"))], &[]), said);
        let entity = Address::new(Kind::Team, "a".into());
        let record = LevelRecord { scorecard: "s".into(), entity, level: Some(PLANTED.into()) };
        assert!(apply(&[clean], &[LevelChange::Set(record)]).is_err());
    }

    #[test]
    fn neither_the_journal_nor_a_lease_holds_a_secret() {
        let mut record = RunRecord {
            run: "r".to_owned(),
            plan: "p".to_owned(),
            holder: "ana".to_owned(),
            source: None,
            began: 1,
            ended: None,
            state: "failed".to_owned(),
            steps: vec!["a step".to_owned()],
        };
        assert!(watched().record_run("p", &record).is_ok());
        record.steps.push(format!("the server said {PLANTED}"));
        assert!(matches!(watched().record_run("p", &record), Err(CatalogError::Leak(_))));
        let lease = Lease { run: "r".to_owned(), holder: PLANTED.to_owned(), expires: 9 };
        assert!(matches!(watched().acquire("p", &lease, 1), Err(CatalogError::Leak(_))));
    }
}
