//! What the order of a plan has to know: what each side of a change refers to.

use super::document::{Changes, Field, ObjectChange, Operation};
use crate::model::{Address, Blueprint, Declaration, Kind, Map, Object, Project, Promise, Value};
use crate::object::{Reference, Types, set_fields};
use crate::source::Origin;

/// One side of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// What is there.
    Before,
    /// What will be there.
    After,
}

/// The blueprints and promises as they are, of what changes or goes.
#[derive(Default)]
pub(super) struct Live {
    blueprints: Vec<Blueprint>,
    promises: Vec<Promise>,
}

impl Live {
    /// Those that operations change.
    pub(super) fn of(operations: &[Operation]) -> Self {
        let mut live = Self::default();
        for operation in operations {
            let Some((address, change)) = operation.object() else { continue };
            let is_type = matches!(address.kind, Kind::Blueprint | Kind::Promise);
            if !is_type {
                continue;
            }
            let mut object = Object { address: address.clone(), body: Map::default() };
            let before = values(change.fields(), Side::Before);
            set_fields(&mut object.body, before.map(|(path, value)| (path, Some(value.clone()))));
            let declared = Declaration::of_object(&object, 0);
            match object.address.kind {
                Kind::Blueprint => live.blueprints.extend(Blueprint::of(&declared)),
                _ => live.promises.extend(Promise::of(&declared)),
            }
        }
        live
    }

    /// What can be referred to: as it is declared, and as it was for what goes.
    pub(super) fn types<'t>(&'t self, project: &'t Project) -> Types<'t> {
        Types::new(project.blueprints.iter().chain(&self.blueprints), project.promises.iter().chain(&self.promises))
    }
}

/// What one side of an object's change refers to: only its changed fields are looked at.
pub(super) fn references(types: &Types<'_>, address: &Address, change: &ObjectChange, side: Side) -> Vec<Reference> {
    match (&change.changes, side) {
        (Changes::Fields(fields), _) => {
            types.references(address, values(fields, side).map(|(path, value)| (path, value, Origin::Nowhere)))
        }
        (Changes::Body(made), Side::After) => types.of_made(address, made),
        (Changes::Body(_), Side::Before) => Vec::new(),
    }
}

/// The fields of one side of a change, with their values.
fn values(fields: &[Field], side: Side) -> impl Iterator<Item = (&str, &Value)> {
    fields.iter().filter_map(move |field| {
        let value = match side {
            Side::Before => &field.before,
            Side::After => &field.after,
        };
        Some((field.path.as_str(), &value.as_ref()?.0))
    })
}
