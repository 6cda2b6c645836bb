//! What a path leads to inside of a value.

use super::cell::Cell;
use crate::model::{FieldPath, Map, Schema, Value};

/// What names lead to from a value.
struct Reached<'a> {
    /// What stands at each end; nothing where a way ends before.
    ends: Vec<Option<&'a Value>>,
    /// Whether the way leads through a list.
    several: bool,
}

impl<'a> Cell<'a> {
    /// What names lead to from a value, which may be of a known type: from a list, the list of what they lead to from its items, none twice.
    pub fn inside(value: &'a Value, schema: Option<&'a Schema>, names: &[&str]) -> Self {
        let reached = Reached::from(value, schema, names);
        let mut cells = reached.ends.into_iter().map(|end| end.map_or(Self::Missing, Self::of));
        if reached.several { Self::join(cells) } else { cells.next().unwrap_or(Self::Missing) }
    }

    /// How many there are of what names lead to from a value: items of lists, and members of objects.
    pub fn count_inside(value: &'a Value, schema: Option<&'a Schema>, names: &[&str]) -> Self {
        Self::sum(Reached::from(value, schema, names).ends.into_iter().map(|end| match end {
            None | Some(Value::Null) => Self::count(0),
            Some(Value::Object(map)) => Self::count(map.members.len()),
            Some(value @ Value::Array(_)) => Self::of(value).how_many(),
            Some(Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Secret(_)) => Self::Missing,
        }))
    }

    /// What a path leads to in a map, which ends at a name or counts.
    pub fn of_member(map: &'a Map, path: &FieldPath) -> Self {
        let Some((names, counted)) = path.names() else { return Self::Missing };
        let names: Vec<&str> = names.iter().map(|name| &***name).collect();
        match member(map, None, &names) {
            Some((value, _, rest)) if counted => Self::count_inside(value, None, rest),
            Some((value, _, rest)) => Self::inside(value, None, rest),
            None if counted => Self::count(0),
            None => Self::Missing,
        }
    }

    /// How many values there are: of a list its items.
    pub(super) fn how_many(&self) -> Self {
        Self::count(match self {
            Self::Missing => 0,
            Self::List(items) => items.len(),
            _ => 1,
        })
    }

    /// All counts together; nothing where none of several is one.
    pub(super) fn sum(counts: impl Iterator<Item = Self>) -> Self {
        let (mut sum, mut counted, mut any) = (0_usize, false, false);
        for count in counts {
            any = true;
            if let Some(count) = count.as_count() {
                counted = true;
                sum = sum.saturating_add(count);
            }
        }
        if counted || !any { Self::count(sum) } else { Self::Missing }
    }
}

impl<'a> Reached<'a> {
    fn from(value: &'a Value, schema: Option<&'a Schema>, names: &[&str]) -> Self {
        let mut reached = Self { ends: Vec::new(), several: false };
        reached.follow(value, schema, names);
        reached
    }

    fn follow(&mut self, value: &'a Value, schema: Option<&'a Schema>, names: &[&str]) {
        match value {
            value if names.is_empty() => self.ends.push(Some(value)),
            Value::Object(map) => match member(map, schema, names) {
                Some((value, schema, rest)) => self.follow(value, schema, rest),
                None => self.ends.push(None),
            },
            Value::Array(items) => {
                self.several = true;
                let schema = schema.and_then(|schema| schema.items.as_deref());
                for item in items {
                    self.follow(&item.value, schema, names);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Secret(_) => {
                self.ends.push(None);
            }
        }
    }
}

/// A member with its type, and the names behind it.
type Found<'a, 'n> = (&'a Value, Option<&'a Schema>, &'n [&'n str]);

/// The member that names begin with, or its default. A name may have dots in it: the longest that is there is taken.
fn member<'a, 'n>(map: &'a Map, schema: Option<&'a Schema>, names: &'n [&'n str]) -> Option<Found<'a, 'n>> {
    (1..=names.len()).rev().find_map(|count| {
        let (name, rest) = (names[..count].join("."), &names[count..]);
        let field = schema.and_then(|schema| schema.fields.iter().find(|field| *field.name.value == *name));
        let given = map.get(&name).map(|value| &value.value).filter(|value| **value != Value::Null);
        let value = given.or_else(|| Some(&field?.default.as_ref()?.value))?;
        let others = || schema.and_then(|schema| schema.items.as_deref());
        Some((value, field.map(|field| &field.schema).or_else(others), rest))
    })
}
