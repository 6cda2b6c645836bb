//! The JSON Schemas of bodies: for whoever reads what a catalog holds.

use super::table::{Id, Nature, Row, Table};
use crate::grammar::{At, Manner, NodeShape, Parameter, Part, language};
use crate::model::{Combinator, Kind, Operator};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The JSON Schema (2020-12) of the bodies of a kind. It says what plat writes; a body that somebody else wrote may hold anything.
pub fn schema(kind: Kind) -> Value {
    let mut maker = Maker { open: BTreeSet::new(), named: BTreeMap::new() };
    let mut whole = maker.object(Table::get().of_kind(kind), &[]);
    while let Some(id) = maker.open.pop_first() {
        let object = maker.object(Table::get().members(id), Table::get().shapes(id));
        maker.named.insert(name(id), Value::Object(object));
    }
    if maker.named.contains_key(CONDITION) {
        maker.named.insert(CONDITION.to_owned(), condition());
    }
    whole.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
    whole.insert("title".to_owned(), kind.word().into());
    if let Some(shape) = language().object(kind.word()) {
        whole.insert("description".to_owned(), shape.doc().into());
    }
    if !maker.named.is_empty() {
        whole.insert("$defs".to_owned(), Value::Object(maker.named.into_iter().collect()));
    }
    Value::Object(whole)
}

/// The name of conditions among the definitions.
const CONDITION: &str = "condition";

struct Maker {
    /// The objects that are referred to and not described yet.
    open: BTreeSet<Id>,
    named: BTreeMap<String, Value>,
}

impl Maker {
    fn object(&mut self, rows: &[Row], shapes: &[&NodeShape]) -> Map<String, Value> {
        let mut members: Map<String, Value> = rows.iter().map(|row| (row.name.to_owned(), self.member(row))).collect();
        for shape in shapes {
            if let Some(word) = shape.at.as_ref().and_then(|at| at.word.as_deref()) {
                let words: Vec<&str> = shape.all_forms().filter_map(|(word, _)| word).collect();
                members.insert(word.to_owned(), json!({ "enum": words }));
            }
        }
        let required: Vec<&str> = rows.iter().filter(|row| row.required).map(|row| row.name).collect();
        let mut object = Map::new();
        object.insert("type".to_owned(), "object".into());
        object.insert("properties".to_owned(), members.into());
        if !required.is_empty() {
            object.insert("required".to_owned(), required.into());
        }
        object.insert("additionalProperties".to_owned(), false.into());
        object
    }

    fn member(&mut self, row: &Row) -> Value {
        let mut schema = match row.nature {
            Nature::Plain => plain(row),
            Nature::Names | Nature::Set => {
                let items = parameter(row).map_or_else(|| json!({ "type": "string" }), scalar);
                json!({ "type": "array", "items": items, "uniqueItems": true })
            }
            Nature::Object(id) | Nature::Schema(id) => self.refer(id),
            Nature::Keyed(id) => json!({ "type": "object", "additionalProperties": self.refer(id) }),
            Nature::Items(id, _) => json!({ "type": "array", "items": self.refer(id) }),
            Nature::Typed(_) => {
                let schema = json!({ "type": "object", "properties": { "type": { "type": "string" } } });
                json!({ "type": "object", "additionalProperties": schema })
            }
            // A node may say as a whole what others say member by member.
            Nature::Entries if row.others.iter().any(is_whole) => json!({}),
            Nature::Entries => json!({ "type": "object" }),
            Nature::Targets => {
                let several = json!({ "type": "array", "items": { "type": "string" } });
                json!({ "type": "object", "additionalProperties": { "anyOf": [{ "type": "string" }, several] } })
            }
            Nature::Condition => {
                self.named.entry(CONDITION.to_owned()).or_default();
                json!({ "$ref": format!("#/$defs/{CONDITION}") })
            }
        };
        if let (Some(doc), Value::Object(schema)) = (row.part.map(doc), &mut schema) {
            schema.insert("description".to_owned(), doc.into());
        }
        schema
    }

    fn refer(&mut self, id: Id) -> Value {
        let name = name(id);
        if !self.named.contains_key(&name) {
            self.named.insert(name.clone(), Value::Null);
            self.open.insert(id);
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }
}

/// The name of an object among the definitions: that of its node, or of what the nodes are that it can be.
fn name(id: Id) -> String {
    match Table::get().shapes(id) {
        [] => format!("object-{id}"),
        shapes => shapes.iter().map(|shape| shape.id()).collect::<Vec<_>>().join("-or-"),
    }
}

/// A value of which nothing is compared part by part.
fn plain(row: &Row) -> Value {
    let items = || parameter(row).map_or_else(|| json!({ "type": "string" }), scalar);
    match row.manner {
        Some(Manner::True) => parameter(row).map_or_else(|| json!({ "const": true }), scalar),
        Some(Manner::Always) => json!({ "type": "boolean" }),
        Some(Manner::List) => json!({ "type": "array", "items": items() }),
        Some(Manner::Map) => json!({ "type": "object" }),
        Some(Manner::Template) => json!({ "type": ["object", "array"] }),
        Some(Manner::Value) => {
            let parts = row.part.into_iter().chain(row.others.iter().copied());
            let mut known: Vec<Value> = parts.filter_map(taken_by).map(scalar).collect();
            known.dedup();
            match known.len() {
                0 | 1 => known.pop().unwrap_or_else(|| json!({})),
                _ => json!({ "anyOf": known }),
            }
        }
        _ => json!({}),
    }
}

fn is_whole(part: &Part<'_>) -> bool {
    matches!(part, Part::Child(slot) if language().child(slot).1.is_some_and(|at| at.manner == Manner::Template))
}

/// Whether a field of an object may name a thing that need not be declared.
pub fn is_open(kind: Kind, field: &str) -> bool {
    let member = field.split_once('.').map_or(field, |(member, _)| member);
    let parameter = Table::get().row(kind, member).and_then(parameter);
    parameter.and_then(|parameter| parameter.at.as_ref()).is_some_and(At::may_be_undeclared)
}

/// What takes the value of a member: a parameter, or the first argument of its node.
fn parameter(row: &Row) -> Option<&'static Parameter> {
    taken_by(row.part?)
}

fn taken_by(part: Part<'static>) -> Option<&'static Parameter> {
    match part {
        Part::Argument(_, parameter) | Part::Rest(_, parameter) | Part::Property(parameter) => Some(parameter),
        Part::Child(slot) => language().child(slot).0.plain()?.written(0).find_map(|part| match part {
            Part::Argument(_, parameter) | Part::Rest(_, parameter) => Some(parameter),
            _ => None,
        }),
        Part::Flag(..) | Part::Pairs(_) => None,
    }
}

/// A value that a parameter takes.
fn scalar(parameter: &Parameter) -> Value {
    let Some(json_type) = language().json_type(parameter) else { return json!({}) };
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json_type.into());
    let words: Vec<&str> = language().words(parameter).collect();
    if !words.is_empty() {
        schema.insert("enum".to_owned(), words.into());
    }
    let (longest, least) = language().bounds(parameter);
    schema.extend(longest.map(|longest| ("maxLength".to_owned(), longest.into())));
    schema.extend(least.map(|least| ("minimum".to_owned(), least.into())));
    Value::Object(schema)
}

/// What a member that the body of an object of a kind can have is, in a sentence.
pub fn about(kind: Kind, member: &str) -> Option<&'static str> {
    let row = Table::get().of_kind(kind).iter().find(|row| row.name == member)?;
    row.part.map(doc)
}

fn doc(part: Part<'static>) -> &'static str {
    match part {
        Part::Argument(_, parameter) | Part::Rest(_, parameter) | Part::Property(parameter) => parameter.doc(),
        Part::Flag(_, flag) => flag.doc(),
        Part::Pairs(pairs) => pairs.doc(),
        Part::Child(slot) => language().child(slot).0.doc(),
    }
}

/// A comparison, or several conditions that make one.
fn condition() -> Value {
    let parts = json!({ "type": "array", "items": { "$ref": format!("#/$defs/{CONDITION}") } });
    let combined = Combinator::ALL.map(|(_, word)| {
        json!({ "type": "object", "properties": { word: parts }, "required": [word], "additionalProperties": false })
    });
    let comparison = json!({
        "type": "object",
        "properties": {
            "field": { "type": "string" },
            "operator": { "type": "string", "enum": Operator::ALL.map(|row| row.1) },
            "operands": { "type": "array" },
        },
        "required": ["field", "operator"],
        "additionalProperties": false,
    });
    json!({ "oneOf": combined.into_iter().chain([comparison]).collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::write_json;
    use crate::object::fixture;
    use proptest::prelude::*;

    fn json(kind: Kind, noise: &[u8]) -> Value {
        let mut bytes = Vec::new();
        write_json(&crate::model::Value::Object(fixture::body(kind, "thing", noise)), &mut bytes);
        serde_json::from_slice(&bytes).unwrap()
    }

    proptest! {
        #[test]
        fn every_body_is_as_its_schema_says(noise in proptest::collection::vec(any::<u8>(), 8..96)) {
            for (kind, word) in Kind::ALL {
                let schema = schema(kind);
                prop_assert!(jsonschema::draft202012::meta::is_valid(&schema), "{word}");
                let body = json(kind, &noise);
                let problem = jsonschema::draft202012::validate(&schema, &body).err().map(|error| error.to_string());
                prop_assert_eq!(problem, None, "{} {}", word, body);
            }
        }
    }

    #[test]
    fn a_schema_refuses_what_no_body_holds() {
        let schema = schema(Kind::Destination);
        let is_valid = |body: Value| jsonschema::draft202012::is_valid(&schema, &body);
        assert!(is_valid(json!({ "store": "s", "path": "p", "layout": "flat" })));
        assert!(!is_valid(json!({ "path": "p", "layout": "flat" })));
        assert!(!is_valid(json!({ "store": "s", "layout": "round" })));
        assert!(!is_valid(json!({ "store": "s", "encrypted": false })));
        assert!(!is_valid(json!({ "store": "s", "magic": 1 })));
    }
}
