//! The one form of a value: which lists are sets, which are kept by a key, and what says as much as nothing does. The order of sets says
//! nothing, nor does an empty list where the language has no word for one, nor a property, a relation, or anything else that is called by
//! a name of somebody's own, where it is null: Port writes so what an entity does not have.
//!
//! Declarations come in that form already; what others wrote is brought into it before it is compared.

use super::line::combined;
use super::table::{Id, Nature, Row, Table};
use super::typed::INSIDE;
use crate::grammar::Manner;
use crate::model::{Combinator, Kind, Map, Member, Name, Value, write_json};
use crate::source::{Origin, Spanned};
use std::borrow::Cow;
use std::collections::HashSet;

/// A field's value in the form in which a declaration has it; nothing where that says no such field.
pub fn canonical<'v>(kind: Kind, path: &str, value: &'v Value) -> Option<Cow<'v, Value>> {
    let table = Table::get();
    let (group, name) = path.split_once('.').map_or((path, None), |(group, name)| (group, Some(name)));
    let row = table.row(kind, group);
    let is_nothing = |row: &Row| match name {
        None => row.is_nothing(value),
        Some(_) => row.nature.is_group() && *value == Value::Null,
    };
    if row.is_some_and(is_nothing) {
        return None;
    }
    let nature = match (row.map_or(Nature::Plain, |row| row.nature), name) {
        // A field of a group is a member of it.
        (Nature::Keyed(id), Some(_)) => Nature::Object(id),
        (Nature::Typed(id), Some(_)) => Nature::Schema(id),
        (Nature::Targets, Some(_)) => Nature::Names,
        (nature, _) => nature,
    };
    if matches!(nature, Nature::Plain | Nature::Entries) {
        return Some(Cow::Borrowed(value));
    }
    let mut value = value.clone();
    table.bring(nature, &mut value);
    Some(Cow::Owned(value))
}

/// Brings a whole body into that form.
pub fn canonical_body(kind: Kind, body: &mut Map) {
    let table = Table::get();
    for row in table.of_kind(kind).iter().filter(|row| row.nature.is_group()) {
        let group = body.members.iter_mut().find(|member| *member.name.value == *row.name);
        if let Some(Value::Object(map)) = group.map(|member| &mut member.value.value) {
            without_nulls(map);
        }
    }
    table.id(kind).into_iter().for_each(|id| table.members_of(id, body));
}

fn without_nulls(map: &mut Map) {
    map.members.retain(|member| member.value.value != Value::Null);
}

impl Table {
    fn bring(&self, nature: Nature, value: &mut Value) {
        match (nature, value) {
            (Nature::Names, value) => names(value),
            (Nature::Set, Value::Array(items)) => {
                items.sort_by_cached_key(bytes);
                items.dedup();
            }
            (Nature::Object(id), Value::Object(map)) => self.members_of(id, map),
            (Nature::Schema(id), Value::Object(map)) => {
                self.members_of(id, map);
                // What a line says of what is in a value stands there in a schema of its own.
                let items = map.members.iter_mut().filter(|member| INSIDE.contains(&&*member.name.value));
                items.for_each(|items| self.bring(nature, &mut items.value.value));
            }
            (Nature::Keyed(id), Value::Object(map)) => self.each(Nature::Object(id), map),
            (Nature::Typed(id), Value::Object(map)) => self.each(Nature::Schema(id), map),
            (Nature::Targets, Value::Object(map)) => self.each(Nature::Names, map),
            (Nature::Items(id, by), Value::Array(items)) => {
                for item in items.iter_mut() {
                    self.bring(Nature::Object(id), &mut item.value);
                }
                if let Some(by) = by {
                    items.sort_by_cached_key(|item| item.as_object().map(|item| item.get(by).map(bytes)));
                }
            }
            (Nature::Condition, value) => conditions(value),
            _ => {}
        }
    }

    fn each(&self, nature: Nature, map: &mut Map) {
        without_nulls(map);
        map.members.iter_mut().for_each(|member| self.bring(nature, &mut member.value.value));
    }

    fn members_of(&self, id: Id, map: &mut Map) {
        for member in &mut map.members {
            self.bring(self.nature(id, &member.name.value), &mut member.value.value);
        }
        let rows = self.members(id);
        for (name, list) in rows.iter().filter_map(|row| Some((row.name, row.beside?))) {
            without_strange(map, name, list);
        }
        let says_nothing =
            |row: &Row, member: &Member| *row.name == *member.name.value && row.is_nothing(&member.value);
        map.members.retain(|member| !rows.iter().any(|row| says_nothing(row, member)));
        for row in rows.iter().filter(|row| row.manner == Some(Manner::Always)) {
            if map.get(row.name).is_none() {
                map.put(row.name, Value::Bool(false), Origin::Nowhere);
            }
        }
    }
}

impl Row {
    /// Whether a value says what is said where nothing is written, and nothing that is written says it.
    fn is_nothing(&self, value: &Value) -> bool {
        let is_empty = match value {
            Value::Null => return !self.required && self.manner.is_some_and(|manner| !holds_any(manner)),
            Value::Bool(false) => return self.manner == Some(Manner::True),
            Value::Array(items) => items.is_empty(),
            Value::Object(map) => map.is_empty(),
            _ => false,
        };
        is_empty && !self.required && (self.speaks_of.is_some() || self.is_made_by_parts())
    }

    /// Whether it is there because something stands in it.
    fn is_made_by_parts(&self) -> bool {
        match self.manner {
            Some(manner) => matches!(
                manner,
                Manner::Set
                    | Manner::Keyed
                    | Manner::Item
                    | Manner::Entry
                    | Manner::Entries
                    | Manner::Map
                    | Manner::Typed
                    | Manner::Values
                    | Manner::Targets
            ),
            None => matches!(self.nature, Nature::Object(_)),
        }
    }
}

/// Whether values that stand so may be any, such as null.
fn holds_any(manner: Manner) -> bool {
    matches!(manner, Manner::Json | Manner::Template | Manner::Values | Manner::Targets)
}

/// Takes out of an object what it says of items that a list beside it does not have.
fn without_strange(map: &mut Map, name: &str, list: &str) {
    let Some(items) = map.get(list).and_then(|list| list.as_array()) else { return };
    let known: HashSet<Name> = items.iter().map(|item| item.as_key()).collect();
    let said = map.members.iter_mut().find(|member| *member.name.value == *name);
    if let Some(Value::Object(said)) = said.map(|member| &mut member.value.value) {
        said.members.retain(|member| known.contains(&member.name.value));
    }
}

/// A set of names; anything else stays as it is.
fn names(value: &mut Value) {
    let Value::Array(items) = value else { return };
    if items.iter().all(|item| item.as_str().is_some()) {
        items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
        items.dedup();
    }
}

/// The conditions of a block, which must all hold: one that is no such list is the only one of it.
fn conditions(value: &mut Value) {
    let Value::Object(map) = &*value else { return };
    let combined = combined(map).map(|(word, _)| word).filter(|_| map.members.len() == 1);
    if combined != Some(Combinator::All.word()) && (combined.is_some() || map.get("field").is_some()) {
        let only = Value::Array(vec![Spanned::new(std::mem::replace(value, Value::Null), Origin::Nowhere)]);
        let mut all = Map::default();
        all.put(Combinator::All.word(), only, Origin::Nowhere);
        *value = Value::Object(all);
    }
    condition(value);
}

/// A condition, in which no operands are none.
fn condition(value: &mut Value) {
    let Value::Object(map) = value else { return };
    map.members.retain(|member| {
        *member.name.value != *"operands" || member.value.as_array().is_none_or(|operands| !operands.is_empty())
    });
    for member in map.members.iter_mut().filter(|member| Combinator::from_word(&member.name.value).is_some()) {
        if let Value::Array(parts) = &mut member.value.value {
            for part in parts {
                condition(&mut part.value);
            }
        }
    }
}

fn bytes(value: &Spanned<Value>) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_json(value, &mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::parse_json;

    fn json(text: &str) -> Value {
        parse_json(text.as_bytes()).unwrap()
    }

    #[track_caller]
    fn becomes(kind: Kind, path: &str, live: &str, canonical: &str) {
        assert_eq!(super::canonical(kind, path, &json(live)).as_deref(), Some(&json(canonical)), "{kind:?} {path}");
    }

    #[test]
    fn what_no_word_says_is_nothing() {
        for (kind, path, live) in [
            (Kind::Team, "members", "[]"),
            (Kind::Entity, "team", "[]"),
            (Kind::Action, "required", "[]"),
            (Kind::Action, "order", "[]"),
            (Kind::Page, "locked", "false"),
            (Kind::Destination, "drain", "false"),
            (Kind::Promise, "schedule", "{}"),
            (Kind::Team, "title", "null"),
            (Kind::Page, "locked", "null"),
            (Kind::Entity, "properties.a", "null"),
            (Kind::Entity, "relations.a", "null"),
            (Kind::Request, "spec.a", "null"),
            (Kind::Blueprint, "properties.a", "null"),
            (Kind::Action, "inputs.a", "null"),
            (Kind::Destination, "labels.a", "null"),
        ] {
            assert_eq!(super::canonical(kind, path, &json(live)), None, "{kind:?} {path}");
        }
        becomes(
            Kind::Blueprint,
            "properties.a",
            r#"{"type":"array","uniqueItems":false,"minItems":null,"items":{"type":"object","properties":{"b":null},"required":[]}}"#,
            r#"{"type":"array","items":{"type":"object"}}"#,
        );
        becomes(
            Kind::Blueprint,
            "properties.a",
            r#"{"type":"array","items":{"type":"string","enum":["b",1],"enumColors":{"1":"red","gone":"blue"}}}"#,
            r#"{"type":"array","items":{"type":"string","enum":["b",1],"enumColors":{"1":"red"}}}"#,
        );
        becomes(Kind::Blueprint, "relations.a", r#"{"target":"b"}"#, r#"{"many":false,"required":false,"target":"b"}"#);
        becomes(
            Kind::Action,
            "backend",
            r#"{"type":"kafka","send":{},"settings":{},"reportStatus":false}"#,
            r#"{"type":"kafka","reportStatus":false}"#,
        );
    }

    #[test]
    fn a_condition_alone_is_the_only_one_of_its_block() {
        let present = r#"{"field":"x","operator":"present"}"#;
        for live in [
            format!(r#"{{"any":[{present}]}}"#),
            format!(r#"{{"none":[{present}]}}"#),
            present.to_owned(),
            r#"{"any":[{"field":"x","operator":"present","operands":[]}]}"#.to_owned(),
        ] {
            let plain = live.replace(r#","operands":[]"#, "");
            becomes(Kind::Scorecard, "filter", &live, &format!(r#"{{"all":[{plain}]}}"#));
            becomes(
                Kind::Scorecard,
                "rules.r",
                &format!(r#"{{"level":"A","query":{live}}}"#),
                &format!(r#"{{"level":"A","query":{{"all":[{plain}]}}}}"#),
            );
        }
        let all = format!(r#"{{"all":[{{"all":[{present}]}}]}}"#);
        becomes(Kind::Scorecard, "filter", &all, &all);
    }

    #[test]
    fn sets_are_sorted_and_hold_each_item_once() {
        becomes(Kind::Entity, "team", r#"["b","a","b"]"#, r#"["a","b"]"#);
        becomes(Kind::Entity, "relations.uses", r#"["b","a"]"#, r#"["a","b"]"#);
        becomes(Kind::Team, "members", r#"["b","a"]"#, r#"["a","b"]"#);
        becomes(Kind::Action, "required", r#"["b","a"]"#, r#"["a","b"]"#);
        becomes(
            Kind::Blueprint,
            "properties.a",
            r#"{"items":{"properties":{"x":{"required":["d","c"]}},"required":["x","w"]},"enum":["b","a"]}"#,
            r#"{"items":{"properties":{"x":{"required":["c","d"]}},"required":["w","x"]},"enum":["b","a"]}"#,
        );
    }

    #[test]
    fn rows_and_cases_of_a_workflow_have_keys() {
        becomes(
            Kind::Promise,
            "workflow",
            r#"[{"cases":[{"is":["b","a"],"steps":[{"rows":[{"is":"y"},{"is":"x"}]}]}],"else":[]}]"#,
            r#"[{"cases":[{"is":["a","b"],"steps":[{"rows":[{"is":"x"},{"is":"y"}]}]}],"else":[]}]"#,
        );
    }

    #[test]
    fn every_other_list_keeps_its_order() {
        for (kind, path, value) in [
            (Kind::Entity, "properties.tags", r#"["b","a"]"#),
            (Kind::Entity, "relations.uses", r#"["b",1,"a"]"#),
            (Kind::Scorecard, "levels", r#"[{"title":"b"},{"title":"a"}]"#),
            (Kind::Action, "order", r#"["b","a"]"#),
            (Kind::Promise, "workflow", r#"[{"kind":"b"},{"kind":"a"}]"#),
            (Kind::Blueprint, "properties.a", r#"{"default":["b","a"]}"#),
            (Kind::Request, "spec.required", r#"["b","a"]"#),
            (Kind::Request, "spec.required", "[]"),
            (Kind::Page, "widgets", "[]"),
            (Kind::Page, "widgets", "null"),
            (Kind::Entity, "properties.a", r#"{"b":null}"#),
            (Kind::Action, "backend", r#"{"send":{"a":null}}"#),
            (Kind::Scorecard, "blueprint", "null"),
            (Kind::Promise, "workflow", "[]"),
        ] {
            becomes(kind, path, value, value);
        }
    }
}
