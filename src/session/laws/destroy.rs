//! Everything of a project goes, and nothing else.

use super::{Model, RUN, Shared, StopAt, apply_to, edit, edits, loaded, model, plan_of, targets, values};
use crate::apply::{Applied, apply};
use crate::catalog::Catalog;
use crate::plan::{Aim, OnConflict, Options, Plan};
use crate::session::{Planning, plan};
use proptest::prelude::*;

fn destruction(text: &Model, catalog: &Shared) -> Plan {
    let options = Options { aim: Aim::Nothing, on_conflict: OnConflict::Ours, ..Options::default() };
    plan(&loaded(text), &mut targets(catalog), Planning { now: 0, options, ..Planning::default() }).unwrap()
}

proptest! {
    #[test]
    fn what_a_project_owns_goes_whatever_its_text_says_by_now(first in model(), edits in edits(), text in model()) {
        let catalog = Shared::default();
        apply_to(&plan_of(&first, &catalog, OnConflict::Fail), &catalog);
        for change in &edits {
            edit(&catalog, change);
        }
        let before: Vec<_> = (0..7).map(|entity| values(&catalog, entity)).collect();
        let of_others = (0..7u8).any(|entity| !first.contains_key(&entity) && before[usize::from(entity)].is_some());
        let plan = destruction(&text, &catalog);
        // Their entities would stay without their blueprint.
        prop_assert_eq!(plan.refusals().next().is_some(), of_others, "{:?}", plan.guards);
        apply_to(&plan, &catalog);
        for entity in 0..7u8 {
            let left = if first.contains_key(&entity) { None } else { before[usize::from(entity)].clone() };
            prop_assert_eq!(values(&catalog, entity), left, "e{}", entity);
        }
        prop_assert!(catalog.observe("laws").unwrap().entries.iter().all(|entry| entry.owner.is_none()));
        prop_assert!(destruction(&text, &catalog).operations.is_empty());
    }

    #[test]
    fn a_destruction_that_was_stopped_ends_as_one_that_was_not(first in model(), stop in 0..4usize) {
        let catalog = Shared::default();
        apply_to(&plan_of(&first, &catalog, OnConflict::Fail), &catalog);
        let plan = destruction(&first, &catalog);
        apply(&plan, &mut targets(&catalog), &RUN, &mut StopAt(stop), &mut Applied::default()).unwrap();
        apply_to(&plan, &catalog);
        prop_assert!(catalog.observe("laws").unwrap().entries.is_empty());
    }
}
