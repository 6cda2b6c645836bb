use super::document::{ObjectChange, Operation, Target};
use crate::model::{Address, Kind, Name, Project, Value};
use std::collections::BTreeMap;

/// Which blueprint each relation of each blueprint points at: as declared, and as it was for what goes.
pub(super) struct Relations {
    targets: BTreeMap<(Name, Name), Name>,
}

/// What an object refers to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reference<'o> {
    /// The field that does; nothing for what the object's own name refers to.
    pub(super) field: Option<&'o str>,
    /// To what.
    pub(super) to: Address,
}

/// One side of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// What is there.
    Before,
    /// What will be there.
    After,
}

impl Relations {
    pub(super) fn new(project: &Project, operations: &[Operation]) -> Self {
        let mut targets = BTreeMap::new();
        for operation in operations {
            let (Some(address), Target::Object(change)) = (operation.object_address(), &operation.target) else {
                continue;
            };
            if address.kind != Kind::Blueprint {
                continue;
            }
            for (path, value) in values(change, Side::Before) {
                let Some(relation) = path.strip_prefix("relations.") else { continue };
                let target = value.as_object().and_then(|relation| relation.get("target")?.as_str());
                targets.extend(target.map(|target| ((address.name.clone(), relation.into()), target.into())));
            }
        }
        for blueprint in &project.blueprints {
            targets.extend(blueprint.relations.iter().map(|relation| {
                let key = (blueprint.name.value.clone(), relation.name.value.clone());
                (key, relation.target.value.clone())
            }));
        }
        Self { targets }
    }

    /// What one side of an object's change refers to: only its changed fields are looked at, and its name.
    pub(super) fn of<'o>(&self, address: &Address, change: &'o ObjectChange, side: Side) -> Vec<Reference<'o>> {
        let mut all = Vec::new();
        if let Some(kind) = address.kind.above() {
            all.push(Reference { field: None, to: Address::new(kind, address.parent.clone()) });
        }
        for (path, value) in values(change, side) {
            self.of_field(address, path, value, &mut all);
        }
        all
    }

    fn of_field<'o>(&self, address: &Address, path: &'o str, value: &Value, all: &mut Vec<Reference<'o>>) {
        let mut refer = |kinds: &[Kind], value: &Value| {
            for name in names(value) {
                all.extend(
                    kinds.iter().map(|kind| Reference { field: Some(path), to: Address::new(*kind, name.into()) }),
                );
            }
        };
        match (address.kind, path, path.strip_prefix("relations.")) {
            (Kind::Blueprint, _, Some(_)) => {
                if let Some(target) = value.as_object().and_then(|relation| relation.get("target")) {
                    refer(&[Kind::Blueprint], target);
                }
            }
            (Kind::Entity, _, Some(relation)) => {
                let Some(target) = self.targets.get(&(address.parent.clone(), relation.into())) else { return };
                all.extend(names(value).into_iter().map(|name| Reference {
                    field: Some(path),
                    to: Address::below(Kind::Entity, target.clone(), name.into()),
                }));
            }
            (Kind::Entity, "team", None) => refer(&[Kind::Team], value),
            (Kind::Team, "members", None) => refer(&[Kind::User], value),
            (Kind::Scorecard | Kind::Action, "blueprint", None) => refer(&[Kind::Blueprint, Kind::Promise], value),
            (Kind::Destination, "store", None) => refer(&[Kind::StateStore], value),
            (Kind::Request, "destination", None) => refer(&[Kind::Destination], value),
            _ => {}
        }
    }
}

/// The names that a value holds: itself, or each of a list.
fn names(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(items) => items.iter().filter_map(|item| item.as_str()).collect(),
        value => value.as_str().into_iter().collect(),
    }
}

/// The fields of one side of a change, with their values.
fn values(change: &ObjectChange, side: Side) -> impl Iterator<Item = (&str, &Value)> {
    change.fields.iter().filter_map(move |field| {
        let value = match side {
            Side::Before => &field.before,
            Side::After => &field.after,
        };
        Some((field.path.as_str(), &value.as_ref()?.0))
    })
}
