use crate::model::{Address, Blueprint, Format, Kind, Map, Name, Object, Promise, Property, Schema, Value};
use std::collections::BTreeMap;

/// What entities of each blueprint, and requests of each promise, refer to and hold.
#[derive(Default)]
pub(super) struct Shapes {
    pub(super) blueprints: BTreeMap<Name, Blueprint>,
    pub(super) promises: BTreeMap<Name, Promise>,
}

/// A field of an object that names another object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) field: String,
    pub(super) to: Address,
}

impl Reference {
    fn new(field: impl Into<String>, to: Address) -> Self {
        Self { field: field.into(), to }
    }
}

impl Shapes {
    /// What an object names, its blueprint or promise aside.
    pub(super) fn references(&self, object: &Object) -> Vec<Reference> {
        let body = &object.body;
        match object.address.kind {
            Kind::Entity => self.of_entity(object),
            Kind::Blueprint => of_blueprint(body),
            Kind::Scorecard => self.judged(body).into_iter().collect(),
            Kind::Action => self.judged(body).into_iter().chain(upserted(body)).collect(),
            Kind::Destination => named(body, "store", Kind::StateStore).into_iter().collect(),
            Kind::Team => names(body, "members", Kind::User),
            Kind::User | Kind::StateStore | Kind::Promise | Kind::Request => Vec::new(),
        }
    }

    /// The blueprint, or the promise, that a scorecard or an action is for.
    fn judged(&self, body: &Map) -> Option<Reference> {
        let name = body.get("blueprint")?.as_str()?;
        let kind = match (self.blueprints.contains_key(name), self.promises.contains_key(name)) {
            (false, true) => Kind::Promise,
            (true, _) | (false, false) => Kind::Blueprint,
        };
        Some(Reference::new("blueprint", Address::new(kind, name.into())))
    }

    fn of_entity(&self, entity: &Object) -> Vec<Reference> {
        let mut found = names(&entity.body, "team", Kind::Team);
        let Some(blueprint) = self.blueprints.get(&entity.address.parent) else { return found };
        let group = |name: &str| entity.body.get(name).and_then(|value| value.as_object());
        for member in group("relations").iter().flat_map(|map| &map.members) {
            let Some(relation) = blueprint.relation(&member.name.value) else { continue };
            let target = |name: &str| Address::below(Kind::Entity, relation.target.value.clone(), name.into());
            let field = format!("relations.{}", member.name.value);
            found.extend(texts(&member.value).into_iter().map(|name| Reference::new(field.clone(), target(name))));
        }
        let given = group("properties");
        for (property, kind) in blueprint.properties.iter().filter_map(naming) {
            let Some(value) = given.and_then(|map| map.get(&property.name.value)) else { continue };
            let field = format!("properties.{}", property.name.value);
            let target = |name: &str| Reference::new(field.clone(), Address::new(kind, name.into()));
            found.extend(texts(value).into_iter().map(target));
        }
        found
    }

    /// Whether entities of a blueprint can name an object by more than their team.
    pub(super) fn can_name(&self, blueprint: &Name, gone: &Address) -> bool {
        let Some(blueprint) = self.blueprints.get(blueprint) else { return false };
        match gone.kind {
            Kind::Entity => blueprint.relations.iter().any(|relation| relation.target.value == gone.parent),
            // Every entity has teams.
            Kind::Team => true,
            Kind::Blueprint => blueprint.properties.iter().filter_map(naming).any(|(_, kind)| kind == gone.kind),
            Kind::User
            | Kind::Scorecard
            | Kind::Action
            | Kind::StateStore
            | Kind::Destination
            | Kind::Promise
            | Kind::Request => false,
        }
    }
}

/// A property whose values are names of objects, with their kind.
fn naming(property: &Property) -> Option<(&Property, Kind)> {
    let kind = |schema: &Schema| match schema.format? {
        Format::Team => Some(Kind::Team),
        Format::Blueprints => Some(Kind::Blueprint),
        _ => None,
    };
    let schema = &property.schema;
    let kind = kind(schema).or_else(|| schema.items.as_deref().and_then(kind))?;
    Some((property, kind))
}

fn of_blueprint(body: &Map) -> Vec<Reference> {
    let relations = body.get("relations").and_then(|value| value.as_object());
    let relations = relations.iter().flat_map(|map| &map.members);
    let target = |member: &crate::model::Member| {
        let target = member.value.as_object()?.get("target")?.as_str()?;
        let to = Address::new(Kind::Blueprint, target.into());
        Some(Reference::new(format!("relations.{}", member.name.value), to))
    };
    relations.filter_map(target).collect()
}

/// The blueprint of the entities that an action makes or changes itself.
fn upserted(body: &Map) -> Option<Reference> {
    let backend = body.get("backend")?.as_object()?;
    let upserts = backend.get("type")?.as_str()? == crate::model::BackendKind::UpsertEntity.word();
    let name = backend.get("settings")?.as_object()?.get("blueprint")?.as_str()?;
    upserts.then(|| Reference::new("backend", Address::new(Kind::Blueprint, name.into())))
}

fn named(body: &Map, field: &str, kind: Kind) -> Option<Reference> {
    Some(Reference::new(field, Address::new(kind, body.get(field)?.as_str()?.into())))
}

fn names(body: &Map, field: &str, kind: Kind) -> Vec<Reference> {
    let names = body.get(field).map(|value| texts(value)).unwrap_or_default();
    names.into_iter().map(|name| Reference::new(field, Address::new(kind, name.into()))).collect()
}

/// A text, or the texts of a list.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().filter_map(|item| item.as_str()).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) | Value::Secret(_) => Vec::new(),
    }
}
