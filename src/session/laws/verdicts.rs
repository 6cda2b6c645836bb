//! One verdict for each field, whoever asks.

use super::{Shared, address, apply_to, cases, edit, edits, loaded, model, plan_of, targets, values};
use crate::drift::Outcome;
use crate::plan::OnConflict;
use crate::session::{drift, why};
use crate::why::State;
use proptest::prelude::*;
use std::collections::BTreeSet;

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn plan_drift_and_why_say_the_same_of_each_field(first in model(), edits in edits(), text in model()) {
        let catalog = Shared::default();
        apply_to(&plan_of(&first, &catalog, OnConflict::Fail), &catalog);
        for change in &edits {
            edit(&catalog, change);
        }
        let loaded = loaded(&text);
        let mut told = BTreeSet::new();
        for object in drift(&loaded, &mut targets(&catalog), crate::drift::Extent::Own).unwrap().objects {
            let address = object.address.to_string();
            let row = |path: String, conflict| (address.clone(), path, conflict);
            told.extend(object.fields.into_iter().map(|field| row(field.path, field.outcome == Outcome::Conflict)));
        }
        let (mut known, mut declared) = (BTreeSet::new(), BTreeSet::new());
        for entity in (0..7).filter(|entity| values(&catalog, *entity).is_some()) {
            let address = address(entity).to_string();
            // What neither the text nor the catalog knows as ours is nobody's drift.
            let Ok(why) = why(&loaded, &mut targets(&catalog), &address) else { continue };
            for field in why.fields {
                if let Some(state @ (State::Drifted | State::Conflict)) = field.state {
                    known.insert((address.clone(), field.path, state == State::Conflict));
                }
            }
            declared.extend(text.contains_key(&entity).then_some(address));
        }
        prop_assert_eq!(&told, &known);
        let conflicts = plan_of(&text, &catalog, OnConflict::Fail).conflicts;
        let stops: BTreeSet<(String, String)> =
            conflicts.into_iter().filter_map(|one| Some((one.thing.to_string(), one.field?))).collect();
        let is_declared = |address: &str| declared.contains(address);
        let stops: BTreeSet<_> = stops.into_iter().filter(|(address, _)| is_declared(address)).collect();
        let told = told.into_iter().filter(|(address, _, conflict)| *conflict && is_declared(address));
        prop_assert_eq!(stops, told.map(|(address, path, _)| (address, path)).collect::<BTreeSet<_>>());
    }
}
