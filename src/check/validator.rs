use super::instance::{Instance, Values, to_json};
use super::pattern::is_pattern;
use super::problem::{self, Bearer};
use super::{found, keys, more, proto, yaml};
use crate::diag::Diagnostic;
use crate::model::{Api, Format, Map, Property, Schema, Value};
use crate::object::typed::inside_of;
use serde_json::{Value as Json, json};

/// Judges values of one list of properties, fields or inputs; made once for many values.
pub(super) struct Validator<'p> {
    properties: &'p [Property],
    schema: Option<jsonschema::Validator<Values>>,
}

/// Whether values that must be given are asked for.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Completeness {
    /// A whole thing: required values must be there.
    Whole,
    /// Some values of a thing, such as defaults.
    Part,
}

impl<'p> Validator<'p> {
    /// Compiles properties.
    pub(super) fn new(properties: &'p [Property], completeness: Completeness) -> Self {
        Self::with(properties, &Map::default(), completeness)
    }

    /// Compiles the API of a promise.
    pub(super) fn of_api(api: &'p Api) -> Self {
        Self::with(&api.fields, &api.also, Completeness::Whole)
    }

    /// Compiles properties, and what else is said of a thing that has them.
    fn with(properties: &'p [Property], also: &Map, completeness: Completeness) -> Self {
        let members = properties.iter().map(|property| {
            let schema = Value::Object(property.schema.json.clone());
            (property.name.value.to_string(), to_json(&schema))
        });
        let members: serde_json::Map<String, Json> = members.collect();
        let mut schema = json!({ "type": "object", "properties": members });
        for member in &also.members {
            schema[&*member.name.value] = to_json(&member.value.value);
        }
        close(&mut schema, properties);
        more::adapt(&mut schema, properties);
        if completeness == Completeness::Part {
            remove(&mut schema, "required");
        }
        Self { properties, schema: compile(&schema) }
    }

    /// The problems of values; `place` says what they are the values of.
    pub(super) fn check(&self, values: &Map, place: &Bearer<'_>) -> Vec<Diagnostic> {
        let Some(schema) = &self.schema else { return Vec::new() };
        let instance = Instance::Members(values);
        if schema.is_valid(instance) {
            return Vec::new();
        }
        problem::all(schema.iter_errors(instance), values, self.properties, place)
    }
}

/// Compiles a schema; nothing where a pattern in it is too large together with the others.
fn compile(schema: &Json) -> Option<jsonschema::Validator<Values>> {
    build(schema).ok()
}

fn build(schema: &Json) -> Result<jsonschema::Validator<Values>, jsonschema::ValidationError<'static>> {
    jsonschema::options_for::<Values>()
        // The same keywords as later drafts have, and a meta-schema that is read in a fraction of the time.
        .with_draft(jsonschema::Draft::Draft7)
        .with_keyword(found::KEYWORD, found::keyword)
        .with_keyword(keys::KEYWORD, keys::keyword)
        .should_validate_formats(true)
        .with_format("url", is_url)
        .with_format("user", is_user)
        .with_format("timer", is_time)
        .with_format("yaml", yaml::is_yaml)
        .with_format("proto", proto::is_proto)
        .offline()
        .build(schema)
}

/// Why what a keyword says by other schemas is none that values can be held to; nothing where it is.
pub(super) fn fault(keyword: &str, value: &Value) -> Option<String> {
    let mut schema = json!({ keyword: to_json(value) });
    if let Err(error) = jsonschema::draft7::meta::validate(&schema) {
        return Some(error.to_string());
    }
    more::adapt(&mut schema, &[]);
    build(&schema).err().map(|error| error.to_string())
}

/// Lets an object have no members but its properties, of which it must have those that have no default, and says what Port's
/// formats of objects stand for.
fn close(schema: &mut Json, properties: &[Property]) {
    if schema["additionalProperties"].is_null() {
        schema["additionalProperties"] = false.into();
    }
    let demanded = properties.iter().filter(|property| property.is_demanded()).map(|property| &*property.name.value);
    schema["required"] = demanded.collect();
    for property in properties {
        if let Some(member) = schema["properties"].get_mut(&*property.name.value) {
            refine(member, &property.schema);
        }
    }
}

fn refine(json: &mut Json, schema: &Schema) {
    if schema.format == Some(Format::LabeledUrl) {
        json["properties"] = json!({
            "url": { "type": "string", "format": "url" },
            "displayText": { "type": "string" },
        });
        json["required"] = json!(["url"]);
        json["additionalProperties"] = false.into();
    }
    // What is wrong with its values is told of these.
    if schema.is_mixed() {
        remove(json, "type");
        remove(json, "enum");
    }
    if let Some(pattern) = &schema.limits.pattern {
        remove(json, "pattern");
        if is_pattern(&pattern.value) {
            json[found::KEYWORD] = (*pattern.value).into();
        }
    }
    if !schema.fields.is_empty() {
        close(json, &schema.fields);
    }
    more::adapt(json, &schema.fields);
    more::say(json, schema.base);
    let inside = inside_of(schema.base).and_then(|keyword| json.get_mut(keyword));
    if let (Some(items), Some(item)) = (inside, &schema.items) {
        refine(items, item);
    }
}

fn remove(json: &mut Json, keyword: &str) {
    if let Some(object) = json.as_object_mut() {
        object.remove(keyword);
    }
}

/// Whether a text is an absolute URL: a scheme, `://`, and something behind it, without white space.
fn is_url(text: &str) -> bool {
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    };
    let split = text.split_once(':').and_then(|(scheme, rest)| Some((scheme, rest.strip_prefix("//")?)));
    split.is_some_and(|(scheme, rest)| is_scheme(scheme) && !rest.is_empty() && !rest.contains(char::is_whitespace))
}

/// Whether a text says a user as Port does: by the address.
fn is_user(text: &str) -> bool {
    let parts = text.rsplit_once('@');
    parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty()) && !text.contains(char::is_whitespace)
}

/// Whether a text is a point in time.
pub(super) fn is_time(text: &str) -> bool {
    static TIME: std::sync::OnceLock<Option<jsonschema::Validator<Values>>> = std::sync::OnceLock::new();
    let time = TIME.get_or_init(|| {
        let options = jsonschema::options_for::<Values>().with_draft(jsonschema::Draft::Draft7);
        let options = options.should_validate_formats(true).offline();
        options.build(&json!({ "format": "date-time" })).ok()
    });
    time.as_ref().is_some_and(|time| time.is_valid(Instance::Text(text)))
}
