use crate::model::{Address, Blueprint, Format, Kind, Map, Name, Object, Promise, Property, Schema, Value};
use crate::source::Spanned;
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
            Kind::Blueprint => of_blueprint(body).into_iter().chain(self.defaults(&object.address)).collect(),
            Kind::Scorecard => self.judged(body).into_iter().collect(),
            Kind::Action => self.judged(body).into_iter().chain(upserted(body)).collect(),
            Kind::Destination => named(body, "store", Kind::StateStore).into_iter().collect(),
            Kind::Team => names(body, "members", Kind::User),
            Kind::Promise => self.defaults(&object.address),
            Kind::Request => self.of_request(object),
            Kind::User | Kind::StateStore => Vec::new(),
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
        named_by("properties", &blueprint.properties, group("properties"), &mut found);
        found
    }

    fn of_request(&self, request: &Object) -> Vec<Reference> {
        let mut found: Vec<Reference> = named(&request.body, "destination", Kind::Destination).into_iter().collect();
        let given = request.body.get("spec").and_then(|value| value.as_object());
        named_by("spec", self.properties(Kind::Promise, &request.address.parent), given, &mut found);
        found
    }

    /// What the values name that stand for those that are not given.
    fn defaults(&self, of_type: &Address) -> Vec<Reference> {
        let mut found = Vec::new();
        for property in self.properties(of_type.kind, &of_type.name) {
            if let Some(default) = &property.default {
                named_in(&property.schema, default, &format!("properties.{}", property.name.value), &mut found);
            }
        }
        found
    }

    /// What objects of a blueprint, or of a promise, hold.
    fn properties(&self, kind: Kind, name: &Name) -> &[Property] {
        match kind {
            Kind::Blueprint => self.blueprints.get(name).map_or(&[], |blueprint| &blueprint.properties),
            Kind::Promise => {
                self.promises.get(name).and_then(|promise| promise.api.as_ref()).map_or(&[], |api| &api.fields)
            }
            _ => &[],
        }
    }

    /// Whether objects of a blueprint or a promise can name an object.
    pub(super) fn can_name(&self, of_type: &Address, gone: &Address) -> bool {
        let by_values =
            || self.properties(of_type.kind, &of_type.name).iter().any(|one| names_a(&one.schema, gone.kind));
        match gone.kind {
            Kind::Entity => {
                let blueprint = self.blueprints.get(&of_type.name).filter(|_| of_type.kind == Kind::Blueprint);
                blueprint.is_some_and(|one| one.relations.iter().any(|relation| relation.target.value == gone.parent))
            }
            // Every entity has teams, and every request may be pinned.
            Kind::Team => of_type.kind == Kind::Blueprint || by_values(),
            Kind::Destination => of_type.kind == Kind::Promise,
            Kind::Blueprint => by_values(),
            Kind::User | Kind::Scorecard | Kind::Action | Kind::StateStore | Kind::Promise | Kind::Request => false,
        }
    }
}

/// What a text of a format names.
fn kind_of(format: Format) -> Option<Kind> {
    match format {
        Format::Team => Some(Kind::Team),
        Format::Blueprints => Some(Kind::Blueprint),
        _ => None,
    }
}

/// Whether a value of a schema, or one inside of it, can name objects of a kind.
fn names_a(schema: &Schema, kind: Kind) -> bool {
    schema.format.and_then(kind_of) == Some(kind)
        || schema.items.as_deref().is_some_and(|items| names_a(items, kind))
        || schema.fields.iter().any(|field| names_a(&field.schema, kind))
}

/// What the values of a group of fields name.
fn named_by(group: &str, properties: &[Property], given: Option<&Map>, found: &mut Vec<Reference>) {
    for property in properties {
        if let Some(value) = given.and_then(|map| map.get(&property.name.value)) {
            named_in(&property.schema, value, &format!("{group}.{}", property.name.value), found);
        }
    }
}

/// What a value names, and what is inside of it, as its schema says; a schema is nested no deeper than its text.
fn named_in(schema: &Schema, value: &Spanned<Value>, field: &str, found: &mut Vec<Reference>) {
    if let Some(kind) = schema.format.and_then(kind_of) {
        found.extend(texts(value).into_iter().map(|name| Reference::new(field, Address::new(kind, name.into()))));
    }
    if let (Some(items), Some(values)) = (&schema.items, value.as_array()) {
        for item in values {
            named_in(items, item, field, found);
        }
    }
    for member in &schema.fields {
        if let Some(inside) = value.as_object().and_then(|map| map.get(&member.name.value)) {
            named_in(&member.schema, inside, field, found);
        }
    }
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
