//! The one form of a value: which lists are sets, and which are kept by a key. The order of those says nothing.
//!
//! Declarations come with such lists in one order already; what others wrote is brought into that order before it is compared.

use super::table::{Nature, Table};
use crate::model::{Kind, Map, Value, write_json};
use crate::source::Spanned;
use std::borrow::Cow;

/// A field's value with every list whose order says nothing in the order in which a declaration has it.
pub fn canonical<'v>(kind: Kind, path: &str, value: &'v Value) -> Cow<'v, Value> {
    let table = Table::get();
    let (group, name) = path.split_once('.').map_or((path, None), |(group, name)| (group, Some(name)));
    let nature = table.of(kind, group);
    let nature = match (nature, name) {
        // A field of a group is a member of it.
        (Nature::Keyed(id), Some(_)) => Nature::Object(id),
        (nature, _) => nature,
    };
    if matches!(nature, Nature::Plain | Nature::Entries | Nature::Condition) {
        return Cow::Borrowed(value);
    }
    let mut value = value.clone();
    match (nature, name) {
        (Nature::Typed, Some(_)) => schema(&mut value),
        (Nature::Targets, Some(_)) => names(&mut value),
        _ => table.bring(nature, &mut value),
    }
    Cow::Owned(value)
}

/// Brings a whole body into that form.
pub fn canonical_body(kind: Kind, body: &mut Map) {
    let table = Table::get();
    for member in &mut body.members {
        table.bring(table.of(kind, &member.name.value), &mut member.value.value);
    }
}

impl Table {
    fn bring(&self, nature: Nature, value: &mut Value) {
        match (nature, value) {
            (Nature::Names, value) => names(value),
            (Nature::Set, Value::Array(items)) => {
                items.sort_by_cached_key(bytes);
                items.dedup();
            }
            (Nature::Object(id), Value::Object(map)) => {
                for member in &mut map.members {
                    self.bring(self.nature(id, &member.name.value), &mut member.value.value);
                }
            }
            (Nature::Keyed(id), Value::Object(map)) => {
                map.members.iter_mut().for_each(|member| self.bring(Nature::Object(id), &mut member.value.value));
            }
            (Nature::Items(id, by), Value::Array(items)) => {
                for item in items.iter_mut() {
                    self.bring(Nature::Object(id), &mut item.value);
                }
                if let Some(by) = by {
                    items.sort_by_cached_key(|item| item.as_object().map(|item| item.get(by).map(bytes)));
                }
            }
            (Nature::Typed, Value::Object(map)) => {
                map.members.iter_mut().for_each(|member| schema(&mut member.value.value));
            }
            (Nature::Targets, Value::Object(map)) => {
                map.members.iter_mut().for_each(|member| names(&mut member.value.value));
            }
            _ => {}
        }
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

/// The `required` of a JSON Schema and of the schemas in it.
fn schema(value: &mut Value) {
    let Value::Object(map) = value else { return };
    for member in &mut map.members {
        match (&*member.name.value, &mut member.value.value) {
            ("required", required) => names(required),
            ("items", items) => schema(items),
            ("properties", Value::Object(properties)) => {
                properties.members.iter_mut().for_each(|property| schema(&mut property.value.value));
            }
            _ => {}
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
        assert_eq!(*super::canonical(kind, path, &json(live)), json(canonical), "{kind:?} {path}");
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
        ] {
            becomes(kind, path, value, value);
        }
    }
}
