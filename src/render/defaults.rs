//! Defaults inside of objects and lists: an object that is given gets those of its fields that it leaves out.

use crate::function::weight;
use crate::model::{Map, Member, Property, Schema, Value};
use crate::source::Spanned;
use std::collections::{HashMap, HashSet};

/// Whether values of a schema can have defaults inside.
pub(super) fn are_inside(schema: &Schema) -> bool {
    let field = |field: &Property| field.default.is_some() || are_inside(&field.schema);
    schema.fields.iter().any(field) || schema.items.as_deref().is_some_and(are_inside)
}

/// That a value with its defaults comes to more than there is room for.
#[derive(Debug)]
pub(super) struct TooLarge;

/// A value with the defaults that its schema says; what it comes to is taken from `room`.
pub(super) fn filled(value: &Spanned<Value>, schema: &Schema, room: &mut usize) -> Result<Spanned<Value>, TooLarge> {
    let inner = match (&value.value, &schema.items) {
        (Value::Object(map), _) if !schema.fields.is_empty() => Value::Object(object(map, schema, room)?),
        (Value::Array(items), Some(schema)) => {
            Value::Array(items.iter().map(|item| filled(item, schema, room)).collect::<Result<_, _>>()?)
        }
        (Value::Object(map), Some(schema)) => {
            let member = |Member { name, value }: &Member| {
                filled(value, schema, room).map(|value| Member { name: name.clone(), value })
            };
            Value::Object(Map { members: map.members.iter().map(member).collect::<Result<_, _>>()? })
        }
        (other, _) => {
            take(room, weight(other))?;
            other.clone()
        }
    };
    Ok(Spanned::new(inner, value.span))
}

fn object(map: &Map, schema: &Schema, room: &mut usize) -> Result<Map, TooLarge> {
    let (fields, others) = (&schema.fields, schema.items.as_deref());
    take(room, map.members.len() + fields.len())?;
    let given: HashSet<&str> = map.members.iter().map(|member| &*member.name.value).collect();
    let schemas: HashMap<&str, &Schema> = fields.iter().map(|field| (&*field.name.value, &field.schema)).collect();
    let mut members = Vec::with_capacity(map.members.len());
    for Member { name, value } in &map.members {
        let value = match schemas.get(&*name.value).copied().or(others) {
            Some(schema) => filled(value, schema, room)?,
            None => {
                take(room, weight(&value.value))?;
                value.clone()
            }
        };
        members.push(Member { name: name.clone(), value });
    }
    for field in fields.iter().filter(|field| !given.contains(&*field.name.value)) {
        if let Some(default) = &field.default {
            members.push(Member { name: field.name.clone(), value: filled(default, &field.schema, room)? });
        }
    }
    Ok(Map { members })
}

fn take(room: &mut usize, cost: usize) -> Result<(), TooLarge> {
    *room = room.checked_sub(cost).ok_or(TooLarge)?;
    Ok(())
}
