//! Which values of open bodies are lists, as blueprints and promises have it.

use crate::model::{Address, Base, Kind, Project, Property};
use crate::writer::Listing;

/// What is known of a value of an object: whether it is a list, and whether the order of that says something.
pub(super) fn listing(project: &Project, address: &Address, group: &str, name: &str) -> Listing {
    let listed = |property: Option<&Property>| match property.map(|property| property.schema.base) {
        Some(Base::Array) => Listing::List,
        _ => Listing::Any,
    };
    match (address.kind, group) {
        (Kind::Entity, "relations") => {
            let relation = project.blueprint(&address.parent).and_then(|blueprint| blueprint.relation(name));
            if relation.is_some_and(|relation| relation.many.is_some()) { Listing::Set } else { Listing::Any }
        }
        (Kind::Entity, _) => listed(project.blueprint(&address.parent).and_then(|blueprint| blueprint.property(name))),
        (Kind::Request, _) => {
            let api = project.promise(&address.parent).and_then(|promise| promise.api.as_ref());
            listed(api.and_then(|api| api.fields.iter().find(|field| *field.name.value == *name)))
        }
        _ => Listing::Any,
    }
}
