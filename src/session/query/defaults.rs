use crate::catalog::{Bodies, Catalog, CatalogError, Unreadable};
use crate::model::{Address, Blueprint, Declaration, Kind, Object, Promise, Property, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What live entities and requests leave to their blueprints and promises, as the catalog has these.
#[derive(Debug, Default)]
pub struct Defaults {
    /// The properties or fields that have a default, by blueprint or promise.
    types: BTreeMap<Address, Vec<Property>>,
}

impl Defaults {
    /// The defaults of some objects, and the blueprints and promises that nobody can read.
    ///
    /// # Errors
    /// Where the catalog cannot be read.
    pub fn of(catalog: &dyn Catalog, objects: &[Object]) -> Result<(Self, Vec<Arc<Unreadable>>), CatalogError> {
        let types: BTreeSet<Address> = objects.iter().filter_map(|object| object.address.above()).collect();
        let types: Vec<Address> = types.into_iter().collect();
        let Bodies { read, unreadable } = Bodies::of(catalog, &types)?;
        let types = read.into_iter().map(|object| {
            let mut properties = properties(&object);
            properties.retain(|property| property.default.is_some());
            (object.address, properties)
        });
        Ok((Self { types: types.collect() }, unreadable))
    }

    /// The default of a property or field, by its name with or without its group.
    pub(super) fn value(&self, object: &Object, path: &str) -> Option<&Value> {
        let group = match object.address.kind {
            Kind::Entity => "properties.",
            Kind::Request => "spec.",
            _ => return None,
        };
        let properties = self.types.get(&object.address.above()?)?;
        let name = path.strip_prefix(group).unwrap_or(path);
        let property = properties.iter().find(|property| *property.name.value == *name)?;
        property.default.as_ref().map(|default| &default.value)
    }
}

/// What the entities of a blueprint hold, or the requests of a promise ask for.
fn properties(object: &Object) -> Vec<Property> {
    let declared = Declaration::of_object(object, 0);
    match object.address.kind {
        Kind::Blueprint => Blueprint::of(&declared).map(|blueprint| blueprint.properties),
        Kind::Promise => Promise::of(&declared).and_then(|promise| promise.api).map(|api| api.fields),
        _ => None,
    }
    .unwrap_or_default()
}
