//! The order of a plan: a catalog that looks at references can take it part by part.

use super::world::{Lives, World, world};
use super::{RUN, Shared, targets};
use crate::apply::{Applied, Unobserved, apply};
use crate::model::{Address, Kind, Map, Name, Thing, Value};
use crate::object::{fields, set_field};
use crate::plan::{Action, OnConflict, Part, Plan, Target};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A catalog that takes nothing that refers to what is not there, and takes nothing away that something refers to.
#[derive(Default)]
struct Strict {
    objects: BTreeMap<Address, Map>,
}

impl Strict {
    /// What some fields of an object refer to, as the catalog knows its blueprints now.
    fn references(&self, address: &Address, body: &Map) -> Vec<Address> {
        let mut all = Vec::new();
        if address.kind == Kind::Entity {
            all.push(Address::new(Kind::Blueprint, address.parent.clone()));
        }
        for (path, value) in fields(body) {
            let names: Vec<&str> = match &value.value {
                Value::Array(items) => items.iter().filter_map(|item| item.as_str()).collect(),
                value => value.as_str().into_iter().collect(),
            };
            let refer =
                |kind: Kind| names.iter().map(move |name| Address::new(kind, (*name).into())).collect::<Vec<_>>();
            match (address.kind, path.as_str(), path.strip_prefix("relations.")) {
                (Kind::Blueprint, _, Some(_)) => all.push(Address::new(Kind::Blueprint, target(value).into())),
                // Of what goes, a relation may be one that the blueprint does not have any more.
                (Kind::Entity, _, Some(_)) => {
                    if let Some(to) = self.relation(address, &path) {
                        all.extend(names.iter().map(|name| Address::below(Kind::Entity, to.clone(), (*name).into())));
                    }
                }
                (Kind::Entity, "team", _) => all.extend(refer(Kind::Team)),
                (Kind::Team, "members", _) => all.extend(refer(Kind::User)),
                _ => {}
            }
        }
        all
    }

    /// The blueprint that a relation of an entity points at now.
    fn relation(&self, entity: &Address, path: &str) -> Option<Name> {
        let blueprint = self.objects.get(&Address::new(Kind::Blueprint, entity.parent.clone()))?;
        let (_, relation) = fields(blueprint).into_iter().find(|(known, _)| known == path)?;
        Some(target(relation).into())
    }

    /// Carries out a part, judging only what it says itself.
    fn take(&mut self, part: &Part<'_>) {
        let address = part.operation.object_address().unwrap();
        if let Some(body) = part.operation.former_address().and_then(|from| self.objects.remove(from)) {
            self.objects.insert(address.clone(), body);
        }
        if part.is_last && part.operation.action == Action::Delete {
            self.objects.remove(address);
            for (other, body) in &self.objects {
                assert!(!self.references(other, body).contains(address), "{other} still refers to {address}");
            }
            return;
        }
        let mut set = Map::default();
        let mut body = self.objects.remove(address).unwrap_or_default();
        for field in &part.fields {
            let after = field.after.as_ref().map(|value| value.0.clone());
            set_field(&mut body, &field.path, after.clone());
            if let Some(value) = after {
                let known = address.kind != Kind::Entity || !field.path.starts_with("relations.");
                assert!(
                    known || self.relation(address, &field.path).is_some(),
                    "{address} {} is not known",
                    field.path
                );
                set_field(&mut set, &field.path, Some(value));
            }
        }
        self.objects.insert(address.clone(), body);
        for to in self.references(address, &set) {
            assert!(self.objects.contains_key(&to), "{address} refers to {to}, which is not there yet");
        }
    }

    fn is_whole(&self) {
        for (address, body) in &self.objects {
            for to in self.references(address, body) {
                assert!(self.objects.contains_key(&to), "{address} refers to {to}, which is not there");
            }
        }
    }
}

/// The blueprint that a relation points at.
fn target(relation: &Value) -> &str {
    relation.as_object().and_then(|relation| relation.get("target")?.as_str()).expect("a relation has a target")
}

/// What a plan needs stands before it, and every field is in exactly one part, or one that unlinks and one that deletes.
fn is_told_in_order(plan: &Plan) {
    let mut seen = BTreeSet::new();
    for operation in &plan.operations {
        for need in &operation.needs {
            assert!(seen.contains(need), "{} needs {need}, which comes later", operation.thing);
        }
        seen.insert(operation.thing.clone());
    }
    let mut set: BTreeMap<&Thing, Vec<String>> = BTreeMap::new();
    let mut last: BTreeSet<&Thing> = BTreeSet::new();
    for part in plan.parts() {
        let thing = &part.operation.thing;
        assert!(!last.contains(thing), "{thing} has a part behind its last");
        if part.is_last {
            last.insert(thing);
        }
        if part.operation.action != Action::Delete || part.is_last {
            set.entry(thing).or_default().extend(part.fields.into_iter().map(|field| field.path));
        }
    }
    for operation in &plan.operations {
        let Target::Object(change) = &operation.target else { continue };
        let mut fields: Vec<String> = change.all_fields().iter().map(|field| field.path.clone()).collect();
        let mut parts = set.remove(&operation.thing).unwrap_or_default();
        fields.sort_unstable();
        parts.sort_unstable();
        assert_eq!(parts, fields, "{}", operation.thing);
        assert!(last.contains(&operation.thing), "{} has no last part", operation.thing);
    }
}

fn plain(renames: impl Strategy<Value = bool> + Clone + 'static) -> impl Strategy<Value = World> {
    world(Lives::Plain, renames)
}

proptest! {
    #[test]
    fn nothing_refers_to_what_is_not_there_on_the_way(first in plain(Just(false)), second in plain(any::<bool>())) {
        let (catalog, mut strict) = (Shared::default(), Strict::default());
        for world in [&first, &second] {
            let plan = world.plan(&catalog, OnConflict::Fail);
            prop_assert!(plan.refusals().next().is_none(), "{:?}", plan.guards);
            is_told_in_order(&plan);
            plan.parts().iter().for_each(|part| strict.take(part));
            strict.is_whole();
            apply(&plan, &mut targets(&catalog), &RUN, &mut Unobserved, &mut Applied::default()).unwrap();
        }
        let declared = second.loaded().project;
        let count = declared.blueprints.len() + declared.entities.len() + declared.teams.len() + declared.users.len();
        prop_assert_eq!(strict.objects.len(), count);
    }
}
