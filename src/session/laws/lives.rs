//! Lifecycles, moves and releases: over random projects, edits of others, kills at any operation, and others at work.

use super::world::{Lives, World, edit, edits, world};
use super::{RUN, Shared, StopAt, targets};
use crate::apply::{Applied, Observer, Step, Unobserved, apply};
use crate::catalog::{Catalog, Entry, Presence};
use crate::model::{Address, Deletion, Kind, Object, OnDrift, Value};
use crate::object::fields;
use crate::plan::{Action, OnConflict, Plan};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn carry_out(plan: &Plan, catalog: &Shared) {
    assert!(plan.refusals().next().is_none() && plan.conflicts.is_empty(), "{plan:?}");
    apply(plan, &mut targets(catalog), &RUN, &mut Unobserved, &mut Applied::default()).unwrap();
}

/// Everything that a catalog holds, and everything that its inventory says.
type Everything = (Vec<Entry>, Vec<Option<Presence<Object>>>, Vec<Vec<(String, crate::model::Digest)>>);

fn everything(catalog: &Shared) -> Everything {
    let entries = catalog.observe("laws").unwrap().entries;
    let addresses: Vec<Address> = entries.iter().map(|entry| entry.address.clone()).collect();
    let owned = catalog.owned_fields("laws", &addresses).unwrap();
    (entries, catalog.objects(&addresses).unwrap(), owned)
}

fn live(catalog: &Shared, address: &Address) -> Option<BTreeMap<String, Value>> {
    let object = catalog.objects(std::slice::from_ref(address)).unwrap().remove(0)?.into_read()?;
    Some(fields(&object.body).into_iter().map(|(path, value)| (path, value.value.clone())).collect())
}

/// Two catalogs after the same plan of a first project.
fn two_of(first: &World) -> (Shared, Shared) {
    let (one, other) = (Shared::default(), Shared::default());
    for catalog in [&one, &other] {
        carry_out(&first.plan(catalog, OnConflict::Fail), catalog);
    }
    (one, other)
}

fn steady() -> impl Strategy<Value = World> {
    world(Lives::Any, Just(false))
}

fn later() -> impl Strategy<Value = World> {
    world(Lives::Any, any::<bool>())
}

/// Runs another apply to its end before a step of a number.
struct OvertakenAt<'p>(usize, &'p Plan, Shared);

impl Observer for OvertakenAt<'_> {
    fn step(&mut self, _: Step<'_>) -> bool {
        if self.0 == 0 {
            carry_out(self.1, &self.2);
        }
        self.0 = self.0.wrapping_sub(1);
        true
    }
}

proptest! {
    #[test]
    fn after_an_apply_there_is_nothing_to_do_but_what_is_kept(
        first in steady(), edits in edits(), second in later()
    ) {
        let catalog = Shared::default();
        carry_out(&first.plan(&catalog, OnConflict::Fail), &catalog);
        for change in &edits {
            edit(&catalog, change);
        }
        let plan = second.plan(&catalog, OnConflict::Ours);
        carry_out(&plan, &catalog);
        let again = second.plan(&catalog, OnConflict::Fail);
        prop_assert!(again.operations.is_empty() && again.conflicts.is_empty(), "{:?}\nafter {:?}", again, plan);
        // What is kept is still told, and nothing else is.
        let kept = |plan: &Plan| plan.kept.iter().map(|one| (one.thing.clone(), one.field.clone())).collect::<BTreeSet<_>>();
        prop_assert!(kept(&plan).is_subset(&kept(&again)), "{:?} {:?}", plan.kept, again.kept);
    }

    #[test]
    fn each_field_is_what_its_life_says(first in steady(), edits in edits()) {
        let catalog = Shared::default();
        carry_out(&first.plan(&catalog, OnConflict::Fail), &catalog);
        for change in &edits {
            edit(&catalog, change);
        }
        let edited = everything(&catalog);
        let plan = first.plan(&catalog, OnConflict::Fail);
        let before: BTreeMap<&Address, _> = edited.0.iter().map(|entry| (&entry.address, live(&catalog, &entry.address))).collect();
        let project = first.loaded().project;
        if plan.conflicts.is_empty() {
            carry_out(&plan, &catalog);
        }
        for entity in &project.entities {
            let address = crate::model::Declared::address(entity);
            let lifecycle = entity.lifecycle.as_deref().cloned().unwrap_or_default();
            let (was, is) = (before.get(&address).cloned().flatten(), live(&catalog, &address));
            let desired: BTreeMap<String, Value> = fields(&crate::model::Declared::body(entity))
                .into_iter().map(|(path, value)| (path, value.value.clone())).collect();
            let drifted = |path: &String, was: &BTreeMap<String, Value>| {
                !lifecycle.ignores(path) && was.get(path) != desired.get(path)
            };
            let differs = was.as_ref().is_none_or(|was| desired.keys().any(|path| drifted(path, was)));
            let stops = plan.conflicts.iter().any(|conflict| conflict.thing.object() == Some(&address));
            prop_assert_eq!(stops, lifecycle.on_drift == OnDrift::Fail && differs, "{}", address);
            if !plan.conflicts.is_empty() || lifecycle.on_drift == OnDrift::Keep {
                prop_assert_eq!(&was, &is, "{} stays as it is", address);
                continue;
            }
            let is = is.unwrap();
            for (path, value) in &desired {
                let wanted = match &was {
                    // An object that is there keeps what is left alone.
                    Some(was) if lifecycle.ignores(path) => was.get(path),
                    _ => Some(value),
                };
                prop_assert_eq!(is.get(path), wanted, "{} {}", address, path);
            }
        }
    }

    #[test]
    fn a_moved_object_keeps_what_others_wrote_into_it(first in steady(), second in later(), value in 0..4u8) {
        let catalog = Shared::default();
        carry_out(&first.plan(&catalog, OnConflict::Fail), &catalog);
        let written: Vec<Address> = everything(&catalog).0.into_iter().map(|entry| entry.address)
            .filter(|address| address.kind == Kind::Entity).collect();
        for address in &written {
            let mut body = catalog.objects(std::slice::from_ref(address)).unwrap().remove(0).unwrap().into_read().unwrap().body;
            crate::object::set_field(&mut body, "properties.theirs", Some(Value::integer(i64::from(value))));
            catalog.0.lock().unwrap().set(address, Some(body));
        }
        let plan = second.plan(&catalog, OnConflict::Ours);
        carry_out(&plan, &catalog);
        for operation in &plan.operations {
            let Some((from, to)) = operation.renames() else { continue };
            prop_assert_eq!(operation.action, Action::Move);
            prop_assert!(live(&catalog, from).is_none(), "{} is still there", from);
            let theirs = live(&catalog, to).unwrap().remove("properties.theirs");
            prop_assert_eq!(theirs.is_some(), written.contains(from), "{}", to);
        }
        let moved = plan.operations.iter().filter(|operation| operation.action == Action::Move).count();
        let renamed = second.loaded().project.moved.iter()
            .filter(|node| first.loaded().project.blueprints.iter().any(|one| one.address() == node.from.value))
            .count();
        prop_assert!(moved >= renamed, "{} of {} blueprints", moved, renamed);
    }

    #[test]
    fn a_kill_at_any_operation_ends_as_no_kill(first in steady(), second in later(), at in 0..24usize) {
        let (killed, whole) = two_of(&first);
        let plan = second.plan(&killed, OnConflict::Fail);
        // The catalog has no transactions, and fails in the middle.
        let failed = apply(&plan, &mut targets(&killed.with(at, || false)), &RUN, &mut Unobserved, &mut Applied::default());
        let goes = plan.operations.iter().filter(|operation| operation.action == Action::Delete);
        let gone = goes.filter(|operation| live(&killed, operation.object_address().unwrap()).is_none()).count();
        let before = plan.operations.iter().filter(|operation| operation.phase < crate::plan::Phase::Prune).count();
        prop_assert!(failed.is_ok() || gone == 0 || at > before, "pruned {} after {} of {}", gone, at, before);
        carry_out(&second.plan(&killed, OnConflict::Fail), &killed);
        carry_out(&second.plan(&whole, OnConflict::Fail), &whole);
        prop_assert_eq!(everything(&killed), everything(&whole));
    }

    #[test]
    fn a_stop_at_any_step_ends_as_no_stop(first in steady(), second in later(), at in 0..5usize) {
        let (stopped, whole) = two_of(&first);
        let plan = second.plan(&stopped, OnConflict::Fail);
        apply(&plan, &mut targets(&stopped), &RUN, &mut StopAt(at), &mut Applied::default()).unwrap();
        carry_out(&second.plan(&stopped, OnConflict::Fail), &stopped);
        carry_out(&second.plan(&whole, OnConflict::Fail), &whole);
        prop_assert_eq!(everything(&stopped), everything(&whole));
    }

    #[test]
    fn two_applies_of_one_plan_at_once_end_as_one(
        first in steady(), second in later(), operation in 0..24usize, step in 0..5usize
    ) {
        let (twice, once) = two_of(&first);
        let plan = second.plan(&twice, OnConflict::Fail);
        // The other one comes in the middle of the catalog's operations, or between two steps.
        let (other, catalog) = (plan.clone(), twice.clone());
        let both = twice.with(operation, move || {
            let _ = apply(&other, &mut targets(&catalog), &RUN, &mut Unobserved, &mut Applied::default());
            true
        });
        let _ = apply(&plan, &mut targets(&both), &RUN, &mut Unobserved, &mut Applied::default());
        let (stepwise, _) = two_of(&first);
        let mut overtaken = OvertakenAt(step, &plan, stepwise.clone());
        let _ = apply(&plan, &mut targets(&stepwise), &RUN, &mut overtaken, &mut Applied::default());
        carry_out(&plan, &once);
        for catalog in [&twice, &stepwise] {
            carry_out(&second.plan(catalog, OnConflict::Fail), catalog);
            prop_assert_eq!(everything(catalog), everything(&once));
        }
    }

    #[test]
    fn two_texts_at_once_end_as_the_last_one_planned(
        first in steady(), second in later(), operation in 0..24usize, third in later()
    ) {
        let (torn, whole) = two_of(&first);
        let (plan, other) = (second.plan(&torn, OnConflict::Fail), third.plan(&torn, OnConflict::Fail));
        let catalog = torn.clone();
        let both = torn.with(operation, move || {
            let _ = apply(&other, &mut targets(&catalog), &RUN, &mut Unobserved, &mut Applied::default());
            true
        });
        let _ = apply(&plan, &mut targets(&both), &RUN, &mut Unobserved, &mut Applied::default());
        let plan = third.plan(&torn, OnConflict::Ours);
        prop_assume!(plan.refusals().next().is_none());
        carry_out(&plan, &torn);
        let again = third.plan(&torn, OnConflict::Fail);
        prop_assert!(again.operations.is_empty() && again.conflicts.is_empty(), "{:?}", again);
        drop(whole);
    }

    #[test]
    fn what_is_let_go_of_stays_and_is_nobodys(first in steady(), second in later()) {
        let catalog = Shared::default();
        carry_out(&first.plan(&catalog, OnConflict::Fail), &catalog);
        let before = everything(&catalog);
        let plan = second.plan(&catalog, OnConflict::Fail);
        carry_out(&plan, &catalog);
        for operation in plan.operations.iter().filter(|operation| operation.action == Action::Release) {
            let address = operation.object_address().unwrap();
            let place = before.0.iter().position(|entry| entry.address == *address).unwrap();
            prop_assert_eq!(&catalog.objects(std::slice::from_ref(address)).unwrap()[0], &before.1[place]);
            let entry = catalog.observe("laws").unwrap().entries.into_iter().find(|entry| entry.address == *address).unwrap();
            prop_assert_eq!(entry.owner, None);
        }
        // Whatever goes was allowed to.
        for operation in plan.operations.iter().filter(|operation| operation.action == Action::Delete) {
            let entry = before.0.iter().find(|entry| Some(&entry.address) == operation.object_address()).unwrap();
            let lifecycle = entry.owner.as_ref().unwrap().lifecycle.as_deref().cloned().unwrap_or_default();
            prop_assert!(lifecycle.deletion != Deletion::Orphan, "{}", operation.thing);
            let asks = lifecycle.protect || lifecycle.deletion == Deletion::Confirm;
            let asked = plan.guards.iter().any(|guard| guard.message.starts_with(&operation.thing.to_string()) && guard.allowed);
            prop_assert_eq!(asks, asked, "{}", operation.thing);
        }
    }
}
