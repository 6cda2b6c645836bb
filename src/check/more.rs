//! What schemas say of a value beside its type, made ready for the validator.

use super::found;
use super::pattern::is_pattern;
use crate::model::{BY_SCHEMAS, Base, Property};
use serde_json::{Value as Json, json};

/// Makes what a schema says by other schemas ready: patterns are those of [`found`], and what has a default is there.
pub(super) fn adapt(schema: &mut Json, properties: &[Property]) {
    let Some(schema) = schema.as_object_mut() else { return };
    for (keyword, inner) in schema.iter_mut().filter(|(keyword, _)| BY_SCHEMAS.contains(&keyword.as_str())) {
        match inner {
            Json::Array(parts) => parts.iter_mut().for_each(|part| part_of(part, properties)),
            Json::Object(named) if keyword == "patternProperties" => {
                named.values_mut().for_each(|part| part_of(part, &[]));
            }
            part => part_of(part, properties),
        }
    }
}

fn part_of(schema: &mut Json, properties: &[Property]) {
    adapt(schema, properties);
    let Some(schema) = schema.as_object_mut() else { return };
    if let Some(pattern) = schema.remove("pattern")
        && pattern.as_str().is_some_and(is_pattern)
    {
        schema.insert(found::KEYWORD.to_owned(), pattern);
    }
    if let Some(Json::Array(required)) = schema.get_mut("required") {
        let has_default = |name: &Json| properties.iter().any(|one| one.default.is_some() && name == &*one.name.value);
        required.retain(|name| !has_default(name));
    }
    if let Some(Json::Object(members)) = schema.get_mut("properties") {
        for (name, member) in members {
            let own = properties.iter().find(|property| *property.name.value == **name);
            part_of(member, own.map_or(&[], |own| &own.schema.fields));
        }
    }
    for keyword in ["items", "additionalProperties"] {
        schema.get_mut(keyword).into_iter().for_each(|inner| part_of(inner, &[]));
    }
}

/// Says in JSON Schema what only Kubernetes does.
pub(super) fn say(schema: &mut Json, base: Base) {
    if base == Base::IntOrString {
        schema["type"] = json!(["integer", "string"]);
    }
    if schema["x-kubernetes-embedded-resource"] == true {
        let named = schema["required"].as_array().cloned().unwrap_or_default();
        schema["required"] = named.into_iter().chain([json!("apiVersion"), json!("kind")]).collect();
        if let Some(Json::Object(fields)) = schema.get_mut("properties") {
            for (name, base) in [("apiVersion", "string"), ("kind", "string"), ("metadata", "object")] {
                fields.entry(name).or_insert_with(|| json!({ "type": base }));
            }
        }
    }
    if schema["nullable"] == true {
        if let Some(types) = schema.get_mut("type") {
            let own = types.take();
            let own = own.as_array().cloned().unwrap_or_else(|| vec![own]);
            *types = own.into_iter().chain([json!("null")]).collect();
        }
        if let Some(Json::Array(values)) = schema.get_mut("enum") {
            values.push(Json::Null);
        }
    }
}
