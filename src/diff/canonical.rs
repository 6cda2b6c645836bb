//! Which lists of a body are sets, and which are kept by a key: the order of those says nothing.
//!
//! Declarations come with such lists in one order already; what others wrote is brought into that order before it is compared.

use crate::model::{Kind, Map, Value, write_json};
use crate::source::Spanned;
use std::borrow::Cow;

/// A field's value with every list whose order says nothing in the order in which a declaration has it.
///
/// Sets are sorted, each item once: `required`, the teams of an entity, the targets of a relation to many, the members of a
/// team, the values of a case. The rows of a table are sorted by what they are for. Every other list says something by its order.
pub fn canonical<'v>(kind: Kind, path: &str, value: &'v Value) -> Cow<'v, Value> {
    let change: fn(&mut Value) = match (kind, path.split('.').next().unwrap_or_default()) {
        (Kind::Entity, "team" | "relations")
        | (Kind::Team, "members")
        | (Kind::Blueprint | Kind::Promise | Kind::Action, "required") => sort_names,
        (Kind::Blueprint | Kind::Promise, "properties") | (Kind::Action, "inputs") => sort_schema,
        (Kind::Promise, "workflow") => sort_steps,
        _ => return Cow::Borrowed(value),
    };
    let mut value = value.clone();
    change(&mut value);
    Cow::Owned(value)
}

/// A set of names; anything else stays as it is.
fn sort_names(value: &mut Value) {
    let Value::Array(items) = value else { return };
    if items.iter().all(|item| item.as_str().is_some()) {
        items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
        items.dedup();
    }
}

/// The `required` of a JSON Schema and of the schemas in it.
fn sort_schema(value: &mut Value) {
    let Value::Object(schema) = value else { return };
    for member in &mut schema.members {
        match (&*member.name.value, &mut member.value.value) {
            ("required", required) => sort_names(required),
            ("items", items) => sort_schema(items),
            ("properties", Value::Object(properties)) => {
                properties.members.iter_mut().for_each(|property| sort_schema(&mut property.value.value));
            }
            _ => {}
        }
    }
}

/// The rows of tables and the values of cases, in steps and in the steps in them.
fn sort_steps(value: &mut Value) {
    let Value::Array(steps) = value else { return };
    for step in steps {
        let Value::Object(step) = &mut step.value else { continue };
        for member in &mut step.members {
            match (&*member.name.value, &mut member.value.value) {
                ("rows", Value::Array(rows)) => rows.sort_by_cached_key(|row| row.as_object().map(key)),
                ("cases", Value::Array(cases)) => cases.iter_mut().for_each(|case| sort_case(&mut case.value)),
                ("steps" | "else", steps) => sort_steps(steps),
                _ => {}
            }
        }
    }
}

fn sort_case(case: &mut Value) {
    let Value::Object(case) = case else { return };
    for member in &mut case.members {
        match (&*member.name.value, &mut member.value.value) {
            ("is", Value::Array(values)) => {
                values.sort_by_cached_key(bytes);
                values.dedup();
            }
            ("steps", steps) => sort_steps(steps),
            _ => {}
        }
    }
}

/// What tells the rows of a table apart.
fn key(row: &Map) -> Vec<u8> {
    row.get("is").map(bytes).unwrap_or_default()
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
