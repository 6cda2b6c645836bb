//! JSON Schemas as the API of a promise has them: the structural schemas of Kubernetes (`apiextensions.k8s.io/v1`), whose keywords are those of
//! OpenAPI 3.0 without what takes long to judge.

use super::passage::{Direction, Passage};
use crate::model::{BLUEPRINT, Base, Map, Member, Naming, Number, Value};
use crate::object::typed::INSIDE;
use crate::source::Origin;

/// What Port alone reads of a schema, or Kubernetes forbids. It takes out of a schema what it does not know, or refuses it.
const OF_PORT: [&str; 5] = ["icon", "enumColors", "spec", "patternProperties", BLUEPRINT];

/// A number that itself is not allowed, and the one that Kubernetes has for it, of which the former says whether it is meant.
const EXCLUSIVE: [(&str, &str); 2] = [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")];

/// Why the one of two limits goes.
const ONE_LIMIT: &str = "Kubernetes has one least and one greatest number, and the other one allows less";

/// That no item is twice in a list, and how Kubernetes has that: it refuses `uniqueItems`.
const UNIQUE: &str = "uniqueItems";
const LIST_TYPE: &str = "x-kubernetes-list-type";
const SET: &str = "set";

/// The fields by which the items of a list are told apart, of which Kubernetes wants to hear twice.
const KEYS: &str = "x-kubernetes-list-map-keys";
const MAP: &str = "map";

/// Whether an object may have other members than its fields, and how Kubernetes has that: it refuses the former beside fields.
const OTHERS: &str = "additionalProperties";
const OPEN: &str = "x-kubernetes-preserve-unknown-fields";

/// That a list is one value, which Kubernetes takes for said.
const ATOMIC: &str = "atomic";

impl Passage<'_> {
    /// JSON Schemas by name as the other side has them.
    pub(super) fn structural(&mut self, mut value: Value) -> Value {
        let fields = if let Value::Object(fields) = &mut value { &mut fields.members[..] } else { &mut [] };
        for Member { name, value: schema } in fields {
            let Value::Object(schema) = &mut schema.value else { continue };
            let named = |way: Vec<String>| std::iter::once(name.value.to_string()).chain(way);
            match self.direction {
                Direction::Out => {
                    for (way, reason) in out(schema) {
                        self.below(named(way), |passage| passage.lost(reason));
                    }
                }
                Direction::Back => back(schema).into_iter().for_each(|way| self.below(named(way), Self::says_nothing)),
            }
        }
        value
    }
}

/// Makes a schema one of Kubernetes; the ways to what that has no place for, each with why.
fn out(schema: &mut Map) -> Vec<(Vec<String>, &'static str)> {
    let mut parts = Vec::new();
    each(schema, (&mut Vec::new(), true), &mut |schema, way, is_whole| {
        let mut lose = |keyword: &str, reason| {
            let way = way.iter().cloned().chain([keyword.to_owned()]).collect();
            parts.push((way, reason));
        };
        // What is no name of an entity of a blueprint is a text like others.
        if matches!(Naming::of(schema), Some(Naming::EntityOf(_))) {
            schema.remove("format");
        }
        for keyword in OF_PORT {
            if schema.remove(keyword).is_some() {
                lose(keyword, "Kubernetes knows no such word in a schema");
            }
        }
        for (exclusive, inclusive) in EXCLUSIVE {
            exclude(schema, exclusive, inclusive, &mut lose);
        }
        if !is_whole {
            return;
        }
        match schema.get(OTHERS).map(|others| &others.value) {
            // Without fields it says so itself.
            Some(Value::Bool(true)) if has_fields(schema) => replace(schema, OTHERS, OPEN, Value::Bool(true)),
            // Kubernetes takes all others out in any case.
            Some(Value::Bool(false)) if has_fields(schema) => drop(schema.remove(OTHERS)),
            Some(Value::Bool(false)) => replace(schema, OTHERS, OPEN, Value::Bool(false)),
            _ => {}
        }
        if is_of(schema, Base::Number) && is_of_whole_numbers(schema) {
            schema.put("type", Value::string(Base::Integer.word()), Origin::Nowhere);
        }
        if Base::of(schema) == Some(Base::Any) {
            schema.put(OPEN, Value::Bool(true), Origin::Nowhere);
        }
        if schema.get(KEYS).is_some() {
            schema.put(LIST_TYPE, Value::string(MAP), Origin::Nowhere);
        }
        if is_list(schema) {
            if schema.get(UNIQUE).is_some() && (!is_of_scalars(schema) || schema.get(KEYS).is_some()) {
                schema.remove(UNIQUE);
                lose(
                    UNIQUE,
                    "Kubernetes has it of lists of texts, numbers and truth values alone, and not beside `keys`",
                );
            }
            replace(schema, UNIQUE, LIST_TYPE, Value::string(SET));
        }
    });
    parts
}

/// Makes a schema of Kubernetes one of ours; the ways to what says nothing there.
fn back(schema: &mut Map) -> Vec<Vec<String>> {
    let mut silent = Vec::new();
    each(schema, (&mut Vec::new(), true), &mut |schema, way, is_whole| {
        let mut says_nothing = |keyword: &str| silent.push(way.iter().cloned().chain([keyword.to_owned()]).collect());
        // They are no words of ours there.
        for keyword in OF_PORT {
            schema.remove(keyword);
        }
        for (exclusive, inclusive) in EXCLUSIVE {
            let number = schema.get(inclusive).cloned();
            match (schema.get(exclusive).map(|value| &value.value), number) {
                (Some(Value::Bool(true)), Some(number)) => {
                    schema.remove(inclusive);
                    replace(schema, exclusive, exclusive, number.value);
                }
                (Some(Value::Bool(false)), _) => {
                    schema.remove(exclusive);
                    says_nothing(exclusive);
                }
                _ => {}
            }
        }
        if !is_whole {
            return;
        }
        // An enum of numbers is one here, whichever they are.
        if is_of(schema, Base::Integer) && is_of_whole_numbers(schema) {
            schema.put("type", Value::string(Base::Number.word()), Origin::Nowhere);
        }
        if schema.get(LIST_TYPE).is_some_and(|kind| kind.as_str() == Some(ATOMIC)) {
            schema.remove(LIST_TYPE);
            says_nothing(LIST_TYPE);
        }
        match schema.get(OPEN).map(|open| &open.value) {
            Some(Value::Bool(true)) if Base::of(schema) == Some(Base::Any) => drop(schema.remove(OPEN)),
            Some(Value::Bool(open)) if is_of(schema, Base::Object) && schema.get(OTHERS).is_none() => {
                let open = Value::Bool(*open);
                replace(schema, OPEN, OTHERS, open);
            }
            _ => {}
        }
        if schema.get(KEYS).is_some() && schema.get(LIST_TYPE).is_some_and(|kind| kind.as_str() == Some(MAP)) {
            schema.remove(LIST_TYPE);
        }
        if schema.get(UNIQUE).is_some_and(|unique| unique.value == Value::Bool(false)) {
            schema.remove(UNIQUE);
            says_nothing(UNIQUE);
        }
        if is_list(schema)
            && is_of_scalars(schema)
            && schema.get(LIST_TYPE).is_some_and(|kind| kind.as_str() == Some(SET))
        {
            replace(schema, LIST_TYPE, UNIQUE, Value::Bool(true));
        }
    });
    silent
}

/// Says of the greatest or the least number that it is not allowed itself. Of two the one that allows less stays.
fn exclude(schema: &mut Map, exclusive: &str, inclusive: &str, lose: &mut impl FnMut(&str, &'static str)) {
    let number = |schema: &Map, keyword: &str| match schema.get(keyword).map(|value| &value.value) {
        Some(Value::Number(number)) => Some(*number),
        _ => None,
    };
    let Some(beyond) = number(schema, exclusive) else { return };
    if let Some(own) = number(schema, inclusive) {
        let (own, beyond) = (float(own), float(beyond));
        if if inclusive == "minimum" { own > beyond } else { own < beyond } {
            schema.remove(exclusive);
            return lose(exclusive, ONE_LIMIT);
        }
        schema.remove(inclusive);
        lose(inclusive, ONE_LIMIT);
    }
    let place = schema.members.iter().position(|member| &*member.name.value == exclusive);
    let Some(member) = place.and_then(|place| schema.members.get_mut(place)) else { return };
    let mut least = member.clone();
    least.name.value = inclusive.into();
    member.value.value = Value::Bool(true);
    schema.members.insert(place.unwrap_or_default(), least);
}

fn float(number: Number) -> f64 {
    match number {
        #[allow(clippy::cast_precision_loss, reason = "which of two numbers is greater is plain enough")]
        Number::Integer(integer) => integer as f64,
        Number::Float(float) => float,
    }
}

/// Says something in the place of a keyword, where that is there.
fn replace(schema: &mut Map, keyword: &str, other: &str, value: Value) {
    if let Some(member) = schema.members.iter_mut().find(|member| &*member.name.value == keyword) {
        member.name.value = other.into();
        member.value.value = value;
    }
}

fn has_fields(schema: &Map) -> bool {
    schema.get("properties").and_then(|fields| fields.as_object()).is_some_and(|fields| !fields.is_empty())
}

fn is_of_whole_numbers(schema: &Map) -> bool {
    let values = schema.get("enum").and_then(|values| values.as_array()).unwrap_or_default();
    !values.is_empty() && values.iter().all(|value| matches!(value.value, Value::Number(Number::Integer(_))))
}

fn is_list(schema: &Map) -> bool {
    is_of(schema, Base::Array)
}

fn is_of(schema: &Map, base: Base) -> bool {
    schema.get("type").is_some_and(|one| one.as_str() == Some(base.word()))
}

fn is_of_scalars(schema: &Map) -> bool {
    let items = schema.get("items").and_then(|items| items.as_object());
    items.is_some_and(|items| {
        [Base::String, Base::Number, Base::Integer, Base::Boolean].into_iter().any(|base| is_of(items, base))
    })
}

/// Does something to a schema and to each in it, with the way to it, and whether it says all of a value or only more of what another one says.
fn each(schema: &mut Map, (way, is_whole): (&mut Vec<String>, bool), act: &mut impl FnMut(&mut Map, &[String], bool)) {
    act(schema, way, is_whole);
    for Member { name, value } in &mut schema.members {
        let (inner, is_whole): (Vec<(Option<String>, &mut Value)>, bool) = match (&*name.value, &mut value.value) {
            ("properties", Value::Object(fields)) => {
                let named = fields.members.iter_mut();
                (named.map(|field| (Some(field.name.value.to_string()), &mut field.value.value)).collect(), is_whole)
            }
            ("allOf" | "anyOf" | "oneOf", Value::Array(parts)) => {
                let numbered = parts.iter_mut().enumerate();
                (numbered.map(|(index, part)| (Some(index.to_string()), &mut part.value)).collect(), false)
            }
            ("not", inner) => (vec![(None, inner)], false),
            (keyword, inner) if INSIDE.contains(&keyword) => (vec![(None, inner)], is_whole),
            _ => continue,
        };
        let here = way.len();
        for (step, inner) in inner {
            way.push(name.value.to_string());
            way.extend(step);
            if let Value::Object(inner) = inner {
                each(inner, (way, is_whole), act);
            }
            way.truncate(here);
        }
    }
}
