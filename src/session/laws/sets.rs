//! Sets: a declaration has them in one order, and no other order is a change.

use super::world::{Lives, world};
use super::{RUN, Shared, targets};
use crate::apply::{Applied, Unobserved, apply};
use crate::catalog::{Bodies, Catalog};
use crate::diff::desired;
use crate::model::{Address, Value};
use crate::object::{canonical, fields, set_field};
use crate::plan::OnConflict;
use crate::session::Disk;
use crate::workspace::load;
use proptest::prelude::*;

/// The value with the items of every list the other way round.
fn reversed(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().rev().cloned().collect()),
        value => value.clone(),
    }
}

#[test]
fn what_is_declared_is_in_the_order_that_live_values_are_brought_into() {
    for example in ["company", "starter"] {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example);
        let loaded = load(&Disk::discover(&folder).unwrap()).unwrap();
        let all = desired(&loaded.project);
        assert!(all.len() > 5, "{example}");
        for wanted in all {
            for (path, value) in fields(&wanted.declared.body()) {
                let brought = canonical(wanted.address.kind, &path, value);
                assert_eq!(brought.as_deref(), Some(&value.value), "{} {path}", wanted.address);
            }
        }
    }
}

proptest! {
    #[test]
    fn the_order_of_a_set_is_never_drift(world in world(Lives::Plain, Just(false))) {
        let catalog = Shared::default();
        let plan = world.plan(&catalog, OnConflict::Fail);
        apply(&plan, &mut targets(&catalog), &RUN, &mut Unobserved, &mut Applied::default()).unwrap();
        let addresses: Vec<Address> = catalog.observe("laws").unwrap().entries.into_iter().map(|entry| entry.address).collect();
        for object in Bodies::of(&catalog, &addresses).unwrap().read {
            let mut body = object.body.clone();
            for (path, value) in fields(&object.body) {
                set_field(&mut body, &path, Some(reversed(value)));
            }
            catalog.0.lock().unwrap().set(&object.address, Some(body));
        }
        let again = world.plan(&catalog, OnConflict::Fail);
        prop_assert!(again.operations.is_empty() && again.conflicts.is_empty(), "{:?}", again);
    }
}
