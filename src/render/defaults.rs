//! Defaults inside of objects and lists: an object that is given gets those of its fields that it leaves out.

use crate::model::{Map, Member, Property, Schema, Value};
use crate::source::Spanned;
use std::collections::HashSet;

/// Whether values of a schema can have defaults inside.
pub(super) fn are_inside(schema: &Schema) -> bool {
    let field = |field: &Property| field.default.is_some() || are_inside(&field.schema);
    schema.fields.iter().any(field) || schema.items.as_deref().is_some_and(are_inside)
}

/// A value with the defaults that its schema says.
pub(super) fn filled(value: &Spanned<Value>, schema: &Schema) -> Spanned<Value> {
    let inner = match (&value.value, &schema.items) {
        (Value::Object(map), _) if !schema.fields.is_empty() => Value::Object(object(map, &schema.fields)),
        (Value::Array(items), Some(schema)) => Value::Array(items.iter().map(|item| filled(item, schema)).collect()),
        (other, _) => other.clone(),
    };
    Spanned::new(inner, value.span)
}

fn object(map: &Map, fields: &[Property]) -> Map {
    let given: HashSet<&str> = map.members.iter().map(|member| &*member.name.value).collect();
    let left_out = fields.iter().filter(|field| !given.contains(&*field.name.value));
    let defaults = left_out.filter_map(|field| {
        let value = filled(field.default.as_ref()?, &field.schema);
        Some(Member { name: field.name.clone(), value })
    });
    let schemas: std::collections::HashMap<&str, &Schema> =
        fields.iter().map(|field| (&*field.name.value, &field.schema)).collect();
    let members = map.members.iter().map(|member| Member {
        name: member.name.clone(),
        value: schemas
            .get(&*member.name.value)
            .map_or_else(|| member.value.clone(), |schema| filled(&member.value, schema)),
    });
    Map { members: members.chain(defaults).collect() }
}
