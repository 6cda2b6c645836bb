//! Our own values as the JSON that `jsonschema` validates, without a copy.

use crate::model::{Map, Member, Number, SECRET_MEMBER, Value};
use crate::source::Spanned;
use jsonschema::JsonType;
use jsonschema::json::{Array, Json, JsonNumber, Node, NodeIdentity, Object};
use std::borrow::Cow;
use std::collections::HashMap;

/// The representation of JSON that our values are.
pub(super) struct Values;

/// A value as it is validated.
#[derive(Clone, Copy)]
pub(super) enum Instance<'v> {
    /// The members of a thing.
    Members(&'v Map),
    /// A value of a member, of any type.
    Value(&'v Value),
    /// The name of a member.
    Text(&'v str),
}

impl Json for Values {
    type Node<'a> = Instance<'a>;
    type PreparedKey = Box<str>;
    type StringBuffer = String;

    // Members are searched one by one, so that one pass over them is cheaper than a few look-ups.
    const KEYS_PER_LOOKUP: usize = 4;

    fn prepare_key(key: &str) -> Box<str> {
        key.into()
    }

    fn with_string_node<T>(buffer: &mut String, string: &str, f: impl FnOnce(Instance<'_>) -> T) -> T {
        buffer.clear();
        buffer.push_str(string);
        f(Instance::Text(buffer))
    }
}

impl<'v> Node<'v, Values> for Instance<'v> {
    type Object = Members<'v>;
    type Array = Items<'v>;
    type Number = Number;

    fn as_object(&self) -> Option<Members<'v>> {
        match *self {
            Self::Members(map) | Self::Value(Value::Object(map)) => Some(Members::of(map)),
            _ => None,
        }
    }

    fn as_array(&self) -> Option<Items<'v>> {
        match *self {
            Self::Value(Value::Array(items)) => Some(Items(items)),
            _ => None,
        }
    }

    fn as_string(&self) -> Option<Cow<'v, str>> {
        match *self {
            Self::Value(Value::String(text)) => Some(Cow::Borrowed(text)),
            Self::Text(text) => Some(Cow::Borrowed(text)),
            _ => None,
        }
    }

    fn as_number(&self) -> Option<Number> {
        match *self {
            Self::Value(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    fn as_boolean(&self) -> Option<bool> {
        match *self {
            Self::Value(Value::Bool(value)) => Some(*value),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        matches!(self, Self::Value(Value::Null))
    }

    fn json_type(&self) -> JsonType {
        match self {
            Self::Members(_) | Self::Value(Value::Object(_)) => JsonType::Object,
            // Its text is known to nobody here: it has the type of one, and no rule about texts looks at it.
            Self::Text(_) | Self::Value(Value::String(_) | Value::Secret(_)) => JsonType::String,
            Self::Value(Value::Array(_)) => JsonType::Array,
            Self::Value(Value::Number(_)) => JsonType::Number,
            Self::Value(Value::Bool(_)) => JsonType::Boolean,
            Self::Value(Value::Null) => JsonType::Null,
        }
    }

    fn equals_value(&self, expected: &serde_json::Value) -> bool {
        match (self, expected) {
            (Self::Text(text), serde_json::Value::String(wanted)) => text == wanted,
            (Self::Value(Value::String(text)), serde_json::Value::String(wanted)) => **text == **wanted,
            (Self::Value(Value::String(_)), _) => false,
            _ => jsonschema::json::cmp::equal(&self.to_value(), expected),
        }
    }

    fn to_value(&self) -> Cow<'v, serde_json::Value> {
        Cow::Owned(match *self {
            Self::Members(map) => members_to_json(map),
            Self::Value(value) => to_json(value),
            Self::Text(text) => text.into(),
        })
    }

    fn identity(&self) -> Option<NodeIdentity> {
        // The schemas made of types have no references, so there is no cycle to find.
        None
    }
}

/// A value as `serde_json` has it; its depth is bounded by that of the text it came from.
pub(super) fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Number(number) => number_to_json(*number).into(),
        Value::String(text) => (**text).into(),
        Value::Array(items) => items.iter().map(|item| to_json(item)).collect(),
        Value::Object(map) => members_to_json(map),
        Value::Secret(name) => serde_json::json!({ SECRET_MEMBER: **name }),
    }
}

fn members_to_json(map: &Map) -> serde_json::Value {
    let member = |member: &Member| (member.name.to_string(), to_json(&member.value));
    serde_json::Value::Object(map.members.iter().map(member).collect())
}

fn number_to_json(number: Number) -> serde_json::Number {
    match number {
        Number::Integer(value) => value.into(),
        // A number of ours is finite.
        Number::Float(value) => serde_json::Number::from_f64(value).unwrap_or_else(|| 0.into()),
    }
}

impl JsonNumber for Number {
    fn as_u64(&self) -> Option<u64> {
        self.as_i64().and_then(|value| u64::try_from(value).ok())
    }

    fn as_i64(&self) -> Option<i64> {
        match *self {
            Self::Integer(value) => Some(value),
            Self::Float(_) => None,
        }
    }

    fn as_f64(&self) -> Option<f64> {
        Some(Number::as_f64(*self))
    }

    fn as_str(&self) -> Cow<'_, str> {
        Cow::Owned(self.to_string())
    }

    fn to_number(&self) -> Cow<'_, serde_json::Number> {
        Cow::Owned(number_to_json(*self))
    }

    fn is_integer(&self) -> bool {
        match *self {
            Self::Integer(_) => true,
            Self::Float(value) => value.fract() == 0.0,
        }
    }
}

/// Up to this many members are searched one by one; beyond it through a table, so that a huge object stays linear.
const FEW: usize = 64;

/// The members of an object.
pub(super) struct Members<'v> {
    map: &'v Map,
    table: Option<HashMap<&'v str, &'v Value>>,
}

impl<'v> Members<'v> {
    fn of(map: &'v Map) -> Self {
        let entry = |member: &'v Member| (&*member.name.value, &member.value.value);
        let table = (map.members.len() > FEW).then(|| map.members.iter().map(entry).collect());
        Self { map, table }
    }
}

impl<'v> Object<'v, Values> for Members<'v> {
    type Node = Instance<'v>;
    type MemberName = &'v str;
    type MembersIter = MembersIter<'v>;

    fn len(&self) -> usize {
        self.map.members.len()
    }

    fn get(&self, key: &Box<str>) -> Option<Instance<'v>> {
        match &self.table {
            Some(table) => table.get(&**key).map(|value| Instance::Value(value)),
            None => self.map.get(key).map(|value| Instance::Value(&value.value)),
        }
    }

    fn members(&self) -> MembersIter<'v> {
        MembersIter(self.map.members.iter())
    }
}

/// Goes through the members of an object.
pub(super) struct MembersIter<'v>(std::slice::Iter<'v, Member>);

impl<'v> Iterator for MembersIter<'v> {
    type Item = (&'v str, Instance<'v>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|member| (&*member.name.value, Instance::Value(&member.value.value)))
    }
}

/// The items of a list.
pub(super) struct Items<'v>(&'v [Spanned<Value>]);

impl<'v> Array<'v, Values> for Items<'v> {
    type Node = Instance<'v>;
    type ElementsIter = ItemsIter<'v>;

    fn len(&self) -> usize {
        self.0.len()
    }

    fn elements(&self) -> ItemsIter<'v> {
        ItemsIter(self.0.iter())
    }
}

/// Goes through the items of a list.
pub(super) struct ItemsIter<'v>(std::slice::Iter<'v, Spanned<Value>>);

impl<'v> Iterator for ItemsIter<'v> {
    type Item = Instance<'v>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|item| Instance::Value(&item.value))
    }
}
