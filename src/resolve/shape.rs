//! Puts right what the text alone does not show: which lines of an open body are relations, and which
//! values are lists of one.
//!
//! Lowering takes each line by its own shape. Here the blueprints and promises of all files are known.
//! A value that fits its type in no shape is left as it is, for the check to judge.

use super::members::set_twice;
use super::value::compose;
use crate::diag::{Diagnostic, Diagnostics};
use crate::model::{
    Base, Blueprint, Entity, Given, Map, Member, Name, Project, Promise, Property, Relation, Request, Schema, Value,
};
use crate::source::Spanned;
use ahash::AHashMap as HashMap;
use rayon::prelude::*;

/// Up to this many fields, or members, are searched one by one, which is faster than making a table.
const FEW: usize = 16;

/// Gives every open body of a project the shape of its blueprint or promise. Parallel, in the order of the project.
pub(super) fn classify(project: &mut Project, diagnostics: &mut Diagnostics) {
    let Project { blueprints, promises, entities, defaults, requests, tests, .. } = project;
    let fields = Fields::of(blueprints, promises);
    let twice: Vec<Diagnostic> = entities.par_iter_mut().flat_map_iter(|entity| fields.entity(entity)).collect();
    diagnostics.extend(twice);
    diagnostics.extend(defaults.iter_mut().flat_map(|one| fields.entity(one)));
    requests.par_iter_mut().for_each(|request| fields.request(request));
    for given in tests.iter_mut().flat_map(|test| test.before.iter_mut().chain(&mut test.given)) {
        match given {
            Given::Entity(entity) => diagnostics.extend(fields.entity(entity)),
            Given::Request(request) => fields.request(request),
        }
    }
}

/// What a name stands for in the body of an entity.
enum Field<'p> {
    Property(&'p Property),
    Relation(&'p Relation),
}

/// The fields of all blueprints and promises, by name.
struct Fields<'p> {
    blueprints: HashMap<&'p str, HashMap<&'p str, Field<'p>>>,
    promises: HashMap<&'p str, &'p [Property]>,
}

impl<'p> Fields<'p> {
    fn of(blueprints: &'p [Blueprint], promises: &'p [Promise]) -> Self {
        let mut by_name = HashMap::with_capacity(blueprints.len());
        for blueprint in blueprints {
            by_name.entry(&*blueprint.name.value).or_insert_with(|| members(blueprint));
        }
        let apis =
            promises.iter().rev().filter_map(|promise| Some((&*promise.name.value, &*promise.api.as_ref()?.fields)));
        Self { blueprints: by_name, promises: apis.collect() }
    }

    /// Sorts an entity's lines into properties and relations; gives those that are set twice.
    fn entity(&self, entity: &mut Entity) -> Vec<Diagnostic> {
        let Some(fields) = self.blueprints.get(&*entity.blueprint.value) else { return Vec::new() };
        let explicit = entity.relations.members.len();
        let mut twice = Vec::new();
        let links = entity.properties.members.extract_if(.., |member| match fields.get(&*member.name.value) {
            Some(Field::Property(property)) => {
                share(&mut member.name, &property.name);
                by_schema(&mut member.value, &property.schema);
                false
            }
            Some(Field::Relation(_)) => true,
            None => false,
        });
        for member in links {
            let first = entity.relations.members[..explicit].iter().find(|first| first.name == member.name);
            match first {
                Some(first) => twice.push(set_twice(&member.name, first.name.span)),
                None => entity.relations.members.push(member),
            }
        }
        entity.relations.members.shrink_to_fit();
        for Member { name, value } in &mut entity.relations.members {
            if let Some(Field::Relation(relation)) = fields.get(&*name.value) {
                share(name, &relation.name);
                if relation.many.is_some() {
                    wrap(value);
                }
                compose(value);
            }
        }
        twice
    }

    fn request(&self, request: &mut Request) {
        if let Some(fields) = self.promises.get(&*request.promise.value) {
            by_fields(&mut request.spec, fields);
        }
    }
}

fn members(blueprint: &Blueprint) -> HashMap<&str, Field<'_>> {
    let mut fields = HashMap::with_capacity(blueprint.properties.len() + blueprint.relations.len());
    for property in &blueprint.properties {
        fields.entry(&*property.name.value).or_insert(Field::Property(property));
    }
    for relation in &blueprint.relations {
        fields.entry(&*relation.name.value).or_insert(Field::Relation(relation));
    }
    fields
}

/// Makes a name the same piece of memory as its declaration's.
fn share(name: &mut Spanned<Name>, declared: &Spanned<Name>) {
    name.value = declared.value.clone();
}

/// Gives the members of an open body the shapes that fields ask for.
pub(super) fn by_fields(map: &mut Map, fields: &[Property]) {
    let many = fields.len() > FEW && map.members.len() > FEW;
    let table: HashMap<&str, &Property> =
        fields.iter().filter(|_| many).map(|field| (&*field.name.value, field)).collect();
    for Member { name, value } in &mut map.members {
        let field =
            if many { table.get(&*name.value).copied() } else { fields.iter().find(|field| field.name == *name) };
        if let Some(field) = field {
            share(name, &field.name);
            by_schema(value, &field.schema);
        }
    }
}

/// Gives a value the shape that a schema asks for: one value where a list is wanted is a list of one.
pub(super) fn by_schema(value: &mut Spanned<Value>, schema: &Schema) {
    if value.foreign().is_some() {
        return;
    }
    match (schema.base, &mut value.value) {
        (Base::Array, Value::Array(_) | Value::Null) => {}
        (Base::Array, _) => wrap(value),
        (Base::Object, Value::Object(map)) => by_fields(map, &schema.fields),
        _ => {}
    }
    let (fields, Some(schema)) = (&schema.fields, &schema.items) else { return };
    match &mut value.value {
        Value::Array(items) => items.iter_mut().for_each(|item| by_schema(item, schema)),
        Value::Object(map) => {
            let is_field = |name: &Name| fields.iter().any(|field| field.name.value == *name);
            let others = map.members.iter_mut().filter(|member| !is_field(&member.name.value));
            others.for_each(|member| by_schema(&mut member.value, schema));
        }
        _ => {}
    }
}

fn wrap(value: &mut Spanned<Value>) {
    if !matches!(value.value, Value::Array(_) | Value::Null) {
        let item = Spanned::new(std::mem::replace(&mut value.value, Value::Null), value.span);
        value.value = Value::Array(vec![item]);
    }
}
