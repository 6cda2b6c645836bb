//! The laws of the engine, over random projects, random edits of others, and stops at any step.

mod consequences;
mod destroy;
mod host;
mod identity;
mod ignored;
mod links;
mod lives;
mod placement;
mod proposals;
mod proposed_catalog;
mod references;
mod sets;
mod verdicts;
mod workspace;
mod world;

use super::{Planning, plan};
use crate::apply::{Applied, Delivery, Observer, Run, Step, Targets, Unobserved, apply};
use crate::catalog::{
    Batch, Catalog, CatalogError, Contents, KnownProject, LevelRecord, Memory, Observed, Outcome, OwnedFields,
    Presence, RunRecord,
};
use crate::laws::cases;
use crate::model::{
    Address, Beyond, Declaration, Entity, Evidence, Identity, Kind, Lease, Leased, Map, Object, Project, Value,
    parse_json,
};
use crate::object::{fields, set_field};
use crate::plan::{OnConflict, Options, Plan};
use crate::secret::Secrets;
use crate::source::{Origin, SourceFile, Sources, Spanned};
use crate::workspace::Loaded;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const HERE: Origin = Origin::Nowhere;

/// A catalog that others can edit while targets hold it.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Memory>>, Option<Arc<Mutex<Hook>>>);

/// The targets of the random projects.
struct Site {
    catalog: Shared,
    stores: BTreeMap<String, crate::store::Memory>,
}

impl Site {
    fn new() -> Self {
        let stores = ["s0", "s1"].map(|name| (name.to_owned(), crate::store::Memory::new(name, "laws")));
        Self { catalog: Shared::default(), stores: stores.into_iter().collect() }
    }

    fn targets(&self) -> Targets {
        let mut targets = targets(&self.catalog);
        for (name, store) in &self.stores {
            targets.stores.insert(name.clone(), Box::new(store.clone()));
        }
        targets
    }

    fn plan(&self, loaded: &Loaded, options: Options) -> Plan {
        plan(loaded, &mut self.targets(), Planning { now: 0, options, ..Planning::default() }).unwrap()
    }

    fn apply(&self, plan: &Plan) {
        apply(plan, &mut self.targets(), &RUN, &mut Unobserved, &mut Applied::default()).unwrap();
    }
}

/// Makes a catalog one without transactions: it writes operation by operation, and something happens before one of them.
struct Hook {
    /// How many operations go before it.
    after: usize,
    /// What happens; whether the catalog goes on after it.
    event: Box<dyn FnMut() -> bool + Send>,
}

impl Shared {
    /// The same catalog, with something that happens before an operation of a number.
    fn with(&self, after: usize, event: impl FnMut() -> bool + Send + 'static) -> Self {
        Self(self.0.clone(), Some(Arc::new(Mutex::new(Hook { after, event: Box::new(event) }))))
    }

    fn carry_out(&self, batch: &Batch<'_>, hook: &mut Hook) -> Result<Vec<Outcome>, CatalogError> {
        let mut outcomes = Vec::new();
        for operation in batch.operations {
            if hook.after == 0 && !(hook.event)() {
                return Err(CatalogError::Busy { place: "laws".to_owned(), waited: Duration::ZERO });
            }
            hook.after = hook.after.wrapping_sub(1);
            let operations = std::slice::from_ref(operation);
            outcomes.extend(self.0.lock().unwrap().apply(&Batch { operations, levels: &[], ..*batch })?);
        }
        self.0.lock().unwrap().apply(&Batch { operations: &[], ..*batch })?;
        Ok(outcomes)
    }
}

impl Catalog for Shared {
    fn projects(&self) -> Result<Vec<KnownProject>, CatalogError> {
        self.0.lock().unwrap().projects()
    }

    fn take_in(&mut self, contents: &Contents) -> Result<(), CatalogError> {
        self.0.lock().unwrap().take_in(contents)
    }

    fn claim(&mut self, name: &str, fresh: &str) -> Result<String, CatalogError> {
        self.0.lock().unwrap().claim(name, fresh)
    }

    fn identities(&self, name: &str) -> Result<BTreeSet<String>, CatalogError> {
        self.0.lock().unwrap().identities(name)
    }

    fn observe(&self, project: &str) -> Result<Observed, CatalogError> {
        self.0.lock().unwrap().observe(project)
    }

    fn objects(&self, addresses: &[Address]) -> Result<Vec<Option<Presence<Object>>>, CatalogError> {
        self.0.lock().unwrap().objects(addresses)
    }

    fn owned_fields(&self, project: &str, addresses: &[Address]) -> Result<Vec<OwnedFields>, CatalogError> {
        self.0.lock().unwrap().owned_fields(project, addresses)
    }

    fn levels(&self, project: &str) -> Result<Vec<LevelRecord>, CatalogError> {
        self.0.lock().unwrap().levels(project)
    }

    fn written(&self, project: &str, addresses: &[Address]) -> Result<Vec<Map>, CatalogError> {
        self.0.lock().unwrap().written(project, addresses)
    }

    fn acquire(&mut self, project: &str, lease: &Lease, now: i64) -> Result<Leased, CatalogError> {
        self.0.lock().unwrap().acquire(project, lease, now)
    }

    fn lease(&self, project: &str) -> Result<Option<Lease>, CatalogError> {
        self.0.lock().unwrap().lease(project)
    }

    fn release(&mut self, project: &str, run: &str) -> Result<(), CatalogError> {
        self.0.lock().unwrap().release(project, run)
    }

    fn record_run(&mut self, project: &str, record: &RunRecord) -> Result<(), CatalogError> {
        self.0.lock().unwrap().record_run(project, record)
    }

    fn runs(&self, project: &str, limit: usize) -> Result<Vec<RunRecord>, CatalogError> {
        self.0.lock().unwrap().runs(project, limit)
    }

    fn declared_at(
        &self,
        project: &str,
        addresses: &[Address],
    ) -> Result<Vec<Option<crate::model::DeclaredAt>>, CatalogError> {
        self.0.lock().unwrap().declared_at(project, addresses)
    }

    fn hand_overs(&self, project: &str, addresses: &[Address]) -> Result<Vec<crate::model::HandOvers>, CatalogError> {
        self.0.lock().unwrap().hand_overs(project, addresses)
    }

    fn times(&self, addresses: &[Address]) -> Result<Vec<Option<crate::catalog::Times>>, CatalogError> {
        self.0.lock().unwrap().times(addresses)
    }

    fn apply(&mut self, batch: &Batch<'_>) -> Result<Vec<Outcome>, CatalogError> {
        match &self.1 {
            Some(hook) => self.carry_out(batch, &mut hook.lock().unwrap()),
            None => self.0.lock().unwrap().apply(batch),
        }
    }
}

/// What a random project declares: properties by entity.
type Model = BTreeMap<u8, BTreeMap<u8, u8>>;

fn model() -> impl Strategy<Value = Model> {
    let properties = prop::collection::btree_map(0..4u8, 0..3u8, 0..4);
    prop::collection::btree_map(0..6u8, properties, 0..6)
}

/// An edit of somebody else: of a property, or of a whole entity.
#[derive(Clone, Debug)]
enum Edit {
    Set(u8, u8, u8),
    Unset(u8, u8),
    Delete(u8),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = prop_oneof![
        (0..7u8, 0..5u8, 0..4u8).prop_map(|(entity, property, value)| Edit::Set(entity, property, value)),
        (0..7u8, 0..5u8).prop_map(|(entity, property)| Edit::Unset(entity, property)),
        (0..7u8).prop_map(Edit::Delete),
    ];
    prop::collection::vec(edit, 0..6)
}

fn address(entity: u8) -> Address {
    Address::below(Kind::Entity, "thing".into(), format!("e{entity}").as_str().into())
}

/// Declares an object by its body.
fn declare(project: &mut Project, address: &str, body: &str) {
    let body = parse_json(body.as_bytes()).unwrap().as_object().unwrap().clone();
    let address = Address::parse(address).unwrap();
    assert!(project.declare(Declaration { address, named: HERE, span: HERE, body, lifecycle: None }));
}

fn loaded(model: &Model) -> Loaded {
    let entity = |(id, values): (&u8, &BTreeMap<u8, u8>)| {
        let mut properties = Map::default();
        for (property, value) in values {
            properties.put(&format!("p{property}"), Value::integer(i64::from(*value)), HERE);
        }
        Entity {
            blueprint: Spanned::new("thing".into(), HERE),
            name: Spanned::new(format!("e{id}").as_str().into(), HERE),
            span: HERE,
            title: None,
            icon: None,
            teams: Vec::new(),
            properties,
            relations: Map::default(),
            beyond: Beyond::default(),
            lifecycle: None,
        }
    };
    let mut project = Project {
        name: Some(Spanned::new("laws".into(), HERE)),
        entities: model.iter().map(entity).collect(),
        ..Project::default()
    };
    let properties: Vec<String> = (0..4).map(|index| format!(r#""p{index}":{{"type":"integer"}}"#)).collect();
    declare(&mut project, "blueprint:thing", &format!(r#"{{"properties":{{{}}}}}"#, properties.join(",")));
    let mut sources = Sources::default();
    sources.add(SourceFile::new("laws.kdl", Vec::new()));
    Loaded { sources, project: project.into(), ..Loaded::default() }
}

fn edit(catalog: &Shared, edit: &Edit) {
    let (Edit::Set(entity, ..) | Edit::Unset(entity, _) | Edit::Delete(entity)) = edit;
    let address = address(*entity);
    let live = catalog.objects(std::slice::from_ref(&address)).unwrap().remove(0);
    let mut body = live.and_then(Presence::into_read).map(|object| object.body).unwrap_or_default();
    let body = match edit {
        Edit::Delete(_) => None,
        Edit::Set(_, property, value) => {
            set_field(&mut body, &format!("properties.p{property}"), Some(Value::integer(i64::from(*value))));
            Some(body)
        }
        Edit::Unset(_, property) => {
            set_field(&mut body, &format!("properties.p{property}"), None);
            Some(body)
        }
    };
    catalog.0.lock().unwrap().set(&address, body);
}

fn plan_of(model: &Model, catalog: &Shared, on_conflict: OnConflict) -> Plan {
    let allow_delete: BTreeSet<String> =
        (0..7).map(|entity| address(entity).to_string()).chain(["entity:*".to_owned()]).collect();
    let options = Options { max_deletes: Some(100), allow_delete, on_conflict, ..Options::default() };
    plan(&loaded(model), &mut targets(catalog), Planning { now: 0, options, ..Planning::default() }).unwrap()
}

fn targets(catalog: &Shared) -> Targets {
    let identity = Identity { id: "laws".to_owned(), name: "laws".to_owned(), evidence: Evidence::Said };
    Targets {
        identity,
        catalog: Box::new(catalog.clone()),
        stores: BTreeMap::new(),
        secrets: Secrets::default(),
        looked: std::cell::Cell::default(),
        reopen: Box::new(|_| Ok(Box::new(crate::store::Memory::new("left", "nobody")))),
    }
}

/// Without leases: what an apply comes to never depends on them.
const RUN: Run = Run {
    id: String::new(),
    holder: String::new(),
    time: 1,
    source: None,
    lease: None,
    delivery: Delivery::Direct,
    patience: 0,
};

fn apply_to(plan: &Plan, catalog: &Shared) {
    apply(plan, &mut targets(catalog), &RUN, &mut Unobserved, &mut Applied::default()).unwrap();
}

fn values(catalog: &Shared, entity: u8) -> Option<BTreeMap<String, Value>> {
    let object = catalog.objects(&[address(entity)]).unwrap().remove(0)?.into_read()?;
    Some(fields(&object.body).into_iter().map(|(path, value)| (path, value.value.clone())).collect())
}

/// Stops an apply before its step of a number.
struct StopAt(usize);

impl Observer for StopAt {
    fn step(&mut self, _: Step<'_>) -> bool {
        self.0 = self.0.wrapping_sub(1);
        self.0 != usize::MAX
    }
}

/// Of two applies of one plan the slower one is stopped in the middle, behind the end of the faster one.
#[test]
fn what_an_overtaken_apply_recorded_is_set_right_by_the_next_one() {
    let catalog = Shared::default();
    let plan_with = |properties: usize| {
        let mut loaded = loaded(&Model::new());
        for gone in properties..4 {
            let project = Arc::make_mut(&mut loaded.project);
            set_field(&mut project.objects[0].body, &format!("properties.p{gone}"), None);
        }
        plan(&loaded, &mut targets(&catalog), Planning::default()).unwrap()
    };
    apply_to(&plan_with(4), &catalog);
    let shrinks = plan_with(3);
    apply_to(&shrinks, &catalog);
    let record = || {
        let address = Address::new(Kind::Blueprint, "thing".into());
        (catalog.observe("laws").unwrap(), catalog.owned_fields("laws", &[address]).unwrap())
    };
    let expected = record();
    apply(&shrinks, &mut targets(&catalog), &RUN, &mut StopAt(2), &mut Applied::default()).unwrap();
    assert_ne!(record(), expected);
    let again = plan_with(3);
    assert!(!again.has_changes() && again.conflicts.is_empty(), "{again:?}");
    apply_to(&again, &catalog);
    assert_eq!(record(), expected);
}

proptest! {
    #[test]
    fn applying_the_plan_gives_what_is_desired(first in model(), edits in edits(), second in model()) {
        let catalog = Shared::default();
        apply_to(&plan_of(&first, &catalog, OnConflict::Fail), &catalog);
        for change in &edits {
            edit(&catalog, change);
        }
        let before: Vec<_> = (0..7).map(|entity| values(&catalog, entity)).collect();
        let plan = plan_of(&second, &catalog, OnConflict::Ours);
        prop_assert!(plan.refusals().next().is_none(), "{:?}", plan.guards);
        apply_to(&plan, &catalog);
        for entity in 0..7 {
            let live = values(&catalog, entity);
            let Some(desired) = second.get(&entity) else {
                prop_assert!(live.is_none() || !first.contains_key(&entity), "e{} is still there", entity);
                continue;
            };
            let live = live.unwrap();
            for property in 0..5 {
                let path = format!("properties.p{property}");
                let wanted = desired.get(&property).map(|value| Value::integer(i64::from(*value)));
                let was = before[entity as usize].as_ref().and_then(|fields| fields.get(&path)).cloned();
                let owned = first.get(&entity).is_some_and(|fields| fields.contains_key(&property));
                let foreign = if owned { None } else { was };
                prop_assert_eq!(live.get(&path).cloned(), wanted.or(foreign), "e{} {}", entity, path);
            }
        }
        let again = plan_of(&second, &catalog, OnConflict::Fail);
        prop_assert!(again.operations.is_empty() && again.conflicts.is_empty(), "{:?}", again);
    }

    #[test]
    fn a_stopped_apply_ends_as_one_that_was_not(first in model(), second in model(), stop in 0..4usize) {
        let (stopped, whole) = (Shared::default(), Shared::default());
        for catalog in [&stopped, &whole] {
            apply_to(&plan_of(&first, catalog, OnConflict::Fail), catalog);
        }
        let plan = plan_of(&second, &stopped, OnConflict::Fail);
        apply(&plan, &mut targets(&stopped), &RUN, &mut StopAt(stop), &mut Applied::default()).unwrap();
        apply_to(&plan_of(&second, &stopped, OnConflict::Fail), &stopped);
        apply_to(&plan_of(&second, &whole, OnConflict::Fail), &whole);
        prop_assert_eq!(stopped.observe("laws").unwrap(), whole.observe("laws").unwrap());
    }

    #[test]
    fn a_text_after_a_stopped_apply_ends_as_that_text_alone(
        first in model(), second in model(), third in model(), stop in 0..4usize
    ) {
        let (stopped, whole) = (Shared::default(), Shared::default());
        for catalog in [&stopped, &whole] {
            apply_to(&plan_of(&first, catalog, OnConflict::Fail), catalog);
        }
        let plan = plan_of(&second, &stopped, OnConflict::Fail);
        apply(&plan, &mut targets(&stopped), &RUN, &mut StopAt(stop), &mut Applied::default()).unwrap();
        for catalog in [&stopped, &whole] {
            let plan = plan_of(&third, catalog, OnConflict::Fail);
            prop_assert!(plan.conflicts.is_empty(), "{:?}", plan.conflicts);
            apply_to(&plan, catalog);
        }
        prop_assert_eq!(stopped.observe("laws").unwrap(), whole.observe("laws").unwrap());
    }

    #[test]
    fn a_plan_applied_twice_does_nothing_the_second_time(first in model(), second in model()) {
        let catalog = Shared::default();
        apply_to(&plan_of(&first, &catalog, OnConflict::Fail), &catalog);
        let plan = plan_of(&second, &catalog, OnConflict::Fail);
        apply_to(&plan, &catalog);
        let after = catalog.observe("laws").unwrap();
        apply_to(&plan, &catalog);
        prop_assert_eq!(catalog.observe("laws").unwrap(), after);
    }

    #[test]
    fn a_saved_plan_reads_back_and_shows_tampering(first in model()) {
        let plan = plan_of(&first, &Shared::default(), OnConflict::Fail);
        let text = plan.to_json();
        prop_assert_eq!(Plan::from_json(&text).unwrap().to_json(), text.clone());
        prop_assert!(Plan::from_json(&text.replacen("\"unchanged\":0", "\"unchanged\":1", 1)).is_err());
    }

    #[test]
    fn what_others_changed_too_is_a_conflict_and_stops_nothing_else(value in 1..3u8) {
        let catalog = Shared::default();
        let declare = |wanted: u8| Model::from([(0, BTreeMap::from([(0, wanted), (1, 0)])), (1, BTreeMap::from([(0, wanted)]))]);
        apply_to(&plan_of(&declare(0), &catalog, OnConflict::Fail), &catalog);
        edit(&catalog, &Edit::Set(0, 0, 3));
        let plan = plan_of(&declare(value), &catalog, OnConflict::Fail);
        prop_assert_eq!(plan.conflicts.len(), 1);
        prop_assert_eq!(plan.conflicts[0].field.as_deref(), Some("properties.p0"));
        prop_assert_eq!(plan.operations.len(), 1);
    }
}
