//! Kinds as documents describe them: a CustomResourceDefinition, and what a cluster publishes of itself as OpenAPI 2 or 3
//! (`kubectl get --raw /openapi/v2`, `kubectl get --raw /openapi/v3/apis/GROUP/VERSION`).
//!
//! Of a schema counts what Kubernetes' structural schemas say (<https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/>):
//! types, fields, which of them must be there, and limits. What it says by other schemas (`anyOf`, `not`), and its rules in CEL, are left to
//! the cluster.

use super::limits::{Limits, Pattern, Value};
use super::{Described, Field, Shape, Type, Types, of_every_object};
use crate::kubernetes::Scope;
use crate::yaml;
use serde_json::{Map, Value as Json};
use std::collections::HashMap;
use std::sync::Arc;

/// Why a file describes no kinds.
#[derive(Clone, Debug, PartialEq)]
pub enum Unreadable {
    /// It is no YAML and no JSON; what is wrong with it.
    Text(String),
    /// It is, and no document in it describes a kind.
    NoKinds,
}

/// The documents of a text of YAML or JSON, one after the other, up to one that is none: that is the last.
pub fn documents(text: &[u8]) -> impl Iterator<Item = Result<Json, String>> {
    let json = || serde_json::Deserializer::from_slice(text).into_iter::<Json>().collect::<Result<Vec<_>, _>>().ok();
    // What is JSON is read as that, which is a matter of less time.
    let is_json = text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    match is_json.then(json).flatten() {
        Some(documents) => documents.into_iter().map(Ok).collect::<Vec<_>>(),
        None => yaml::deep(|| in_yaml(text)).unwrap_or_else(|error| vec![Err(yaml::said(&error))]),
    }
    .into_iter()
}

fn in_yaml(mut text: &[u8]) -> Vec<Result<Json, String>> {
    let options = yaml::options(text.len(), false);
    let mut found: Vec<Result<Json, String>> = Vec::new();
    for document in serde_saphyr::read_with_options(&mut text, options) {
        let is_last = document.is_err();
        found.push(document.map_err(|error| yaml::said(&error)));
        if is_last {
            break;
        }
    }
    found
}

/// What a file describes.
#[derive(Debug, Default)]
pub struct Read {
    /// The kinds.
    pub kinds: Vec<Described>,
    /// What in their schemas is none, so that any value passes there.
    pub faults: Vec<SchemaFault>,
}

/// A part of a schema that says what a schema cannot say; Kubernetes refuses it too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaFault {
    /// Where it is in the schema: the fields, as they follow each other.
    pub path: String,
    /// The keyword.
    pub keyword: &'static str,
    /// How what it says begins, as JSON.
    pub says: String,
}

/// The most characters that are told of what a keyword says.
const LONGEST_SAYING: usize = 40;

/// The types that a schema knows.
pub const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// The kinds that the documents of a file describe.
///
/// # Errors
/// Where it is no YAML, or none of them describes a kind.
pub fn described(text: &[u8]) -> Result<Read, Unreadable> {
    let mut read = Read::default();
    for document in documents(text) {
        let document = document.map_err(Unreadable::Text)?;
        collect(&document, &mut read);
    }
    if read.kinds.is_empty() { Err(Unreadable::NoKinds) } else { Ok(read) }
}

fn collect(document: &Json, kinds: &mut Read) {
    if document["kind"] == "CustomResourceDefinition" {
        custom(&document["spec"], kinds);
    } else if let (Some("List" | "CustomResourceDefinitionList"), Json::Array(items)) =
        (document["kind"].as_str(), &document["items"])
    {
        for item in items {
            collect(item, kinds);
        }
    } else if let Json::Object(schemas) = &document["components"]["schemas"] {
        published(schemas, kinds);
    } else if let Json::Object(schemas) = &document["definitions"] {
        published(schemas, kinds);
    }
}

impl Described {
    /// A custom kind by the schema of its `spec`, in JSON, as promises have them; nothing where that is none.
    pub fn custom(api_version: &str, kind: &str, spec: &[u8]) -> Option<Self> {
        let spec: Json = serde_json::from_slice(spec).ok()?;
        let schema = serde_json::json!({ "type": "object", "properties": { "spec": spec } });
        let faults = &mut Vec::new();
        Some(Self::of_schema((api_version, kind), Some(Scope::Namespaced), &schema, faults))
    }

    fn of_schema(
        (api_version, kind): (&str, &str),
        scope: Option<Scope>,
        schema: &Json,
        faults: &mut Vec<SchemaFault>,
    ) -> Self {
        let mut reader = Reader::default();
        let shape = reader.shape(schema);
        faults.append(&mut reader.faults);
        let (types, shape) = reader.finish(shape);
        Self { api_version: api_version.into(), kind: kind.into(), scope, types: Arc::new(types), shape }
    }
}

/// The versions of a CustomResourceDefinition; of one of `v1beta1` one schema may be for all.
fn custom(spec: &Json, read: &mut Read) {
    let (Some(group), Some(kind)) = (spec["group"].as_str(), spec["names"]["kind"].as_str()) else { return };
    let scope = match spec["scope"].as_str() {
        Some("Cluster") => Some(Scope::Cluster),
        Some("Namespaced") => Some(Scope::Namespaced),
        _ => None,
    };
    let named = spec["versions"].as_array().into_iter().flatten().filter_map(|one| Some((one["name"].as_str()?, one)));
    let alone = spec["version"].as_str().map(|name| (name, &Json::Null));
    let mut versions: Vec<(&str, &Json)> = named.collect();
    if versions.is_empty() {
        versions.extend(alone);
    }
    for (name, version) in versions.into_iter().filter(|(_, version)| version["served"] != false) {
        let of_all = &spec["validation"]["openAPIV3Schema"];
        let schema = version["schema"].get("openAPIV3Schema").unwrap_or(of_all);
        read.kinds.push(Described::of_schema((&format!("{group}/{name}"), kind), scope, schema, &mut read.faults));
    }
}

/// The kinds among the schemas of a cluster.
fn published(schemas: &Map<String, Json>, read: &mut Read) {
    let mut reader = Reader::default();
    for (name, schema) in schemas {
        let number = has_fields(schema).then(|| {
            reader.types.push(Type::default());
            (reader.types.len() - 1) as u32
        });
        reader.named.insert(name, (number, schema));
    }
    let mut shapes = Vec::with_capacity(schemas.len());
    for (name, schema) in schemas {
        reader.at = reader.named.get(&**name).and_then(|named| named.0);
        shapes.push(reader.within(name, schema));
    }
    read.faults.append(&mut reader.faults);
    let types = Arc::new(Types(reader.types));
    for (schema, shape) in schemas.values().zip(&shapes) {
        for is in schema["x-kubernetes-group-version-kind"].as_array().into_iter().flatten() {
            let (Some(version), Some(kind)) = (is["version"].as_str(), is["kind"].as_str()) else { continue };
            let api_version = match is["group"].as_str() {
                None | Some("") => version.to_owned(),
                Some(group) => format!("{group}/{version}"),
            };
            // What every group has: it is no kind of objects.
            if !kind.ends_with("List") && !["DeleteOptions", "Status", "WatchEvent"].contains(&kind) {
                let (types, shape) = (types.clone(), shape.clone());
                let (api_version, kind) = (api_version.into(), kind.into());
                read.kinds.push(Described { api_version, kind, scope: None, types, shape });
            }
        }
    }
}

#[derive(Default)]
struct Reader<'j> {
    types: Vec<Type>,
    /// What has a name: its number, where it is an object with fields, and its schema.
    named: HashMap<&'j str, (Option<u32>, &'j Json)>,
    /// The number of the type that is read, where it has a name.
    at: Option<u32>,
    /// In how many that have a name, and no number, it stands.
    depth: usize,
    /// The fields around what is read.
    way: Vec<&'j str>,
    faults: Vec<SchemaFault>,
}

/// In how many others that have a name a value can stand which is no object: what says more goes round in a circle.
const DEEPEST: usize = 20;

fn has_fields(schema: &Json) -> bool {
    schema["properties"].as_object().is_some_and(|fields| !fields.is_empty())
}

impl<'j> Reader<'j> {
    /// What is read of a kind: it has the fields of every object, whatever its schema says of these.
    fn finish(mut self, shape: Shape) -> (Types, Shape) {
        let Shape::Object(number) = shape else { return (Types(self.types), Shape::Any) };
        if let Some(of) = self.types.get_mut(number as usize) {
            let fields = of_every_object().chain(std::mem::take(&mut of.fields));
            *of = Type::new(fields.collect(), of.others.take());
        }
        (Types(self.types), shape)
    }

    /// What a part of a schema says, by the field that it is of.
    fn within(&mut self, field: &'j str, schema: &'j Json) -> Shape {
        self.way.push(field);
        let shape = self.shape(schema);
        self.way.pop();
        shape
    }

    /// Notes where a keyword says what it cannot say.
    fn judge(&mut self, schema: &Json, keyword: &'static str, can_be: impl Fn(&Json) -> bool) {
        if let Some(says) = schema.get(keyword).filter(|says| !says.is_null() && !can_be(says)) {
            let (path, says) =
                (self.way.join(".").replace(".[]", "[]"), says.to_string().chars().take(LONGEST_SAYING).collect());
            self.faults.push(SchemaFault { path, keyword, says });
        }
    }

    fn shape(&mut self, schema: &'j Json) -> Shape {
        self.judge(schema, "type", |says| says.as_str().is_some_and(|says| TYPES.contains(&says)));
        self.judge(schema, "properties", Json::is_object);
        self.judge(schema, "required", Json::is_array);
        let own = self.at.take();
        if let Some(shape) = self.referred(schema) {
            return shape;
        }
        let is = |keyword: &str| schema[keyword] == true;
        let shape = match schema["type"].as_str() {
            _ if is("x-kubernetes-int-or-string") || schema["format"] == "int-or-string" => Shape::WholeOrText,
            Some("string") => match schema["format"].as_str() {
                Some("date-time") => Shape::Time,
                Some("byte") => Shape::Bytes,
                _ => Shape::Text,
            },
            Some("integer") => Shape::Whole,
            Some("number") => Shape::Number,
            Some("boolean") => Shape::Truth,
            Some("array") => Shape::List(Box::new(self.within("[]", &schema["items"]))),
            Some("object") => self.object(schema, own),
            None if has_fields(schema) => self.object(schema, own),
            _ => Shape::Any,
        };
        match limits(schema).some() {
            Some(limits) if shape != Shape::Any => Shape::Limited(Box::new(shape), Box::new(limits)),
            _ => shape,
        }
    }

    /// The type that a schema names, by itself or as the only part of another.
    fn referred(&mut self, schema: &Json) -> Option<Shape> {
        let alone =
            schema["allOf"].as_array().filter(|all| all.len() == 1).and_then(|all| all.first()?["$ref"].as_str());
        let name = schema["$ref"].as_str().or(alone)?.rsplit('/').next()?;
        Some(match name.rsplit('.').next() {
            Some("Quantity") => Shape::Quantity,
            Some("IntOrString") => Shape::WholeOrText,
            Some("ObjectMeta") => Shape::Metadata,
            _ => match self.named.get(name) {
                Some((Some(number), _)) => Shape::Object(*number),
                Some((None, schema)) if self.depth < DEEPEST => {
                    self.depth += 1;
                    let shape = self.shape(schema);
                    self.depth -= 1;
                    shape
                }
                _ => Shape::Any,
            },
        })
    }

    /// An object; `own` is the number of the type that it is itself.
    fn object(&mut self, schema: &'j Json, own: Option<u32>) -> Shape {
        let keeps_others = schema["x-kubernetes-preserve-unknown-fields"] == true;
        let others = match &schema["additionalProperties"] {
            Json::Object(_) => Some(self.shape(&schema["additionalProperties"])),
            Json::Bool(true) => Some(Shape::Any),
            _ => keeps_others.then_some(Shape::Any),
        };
        let Some(properties) = schema["properties"].as_object().filter(|fields| !fields.is_empty()) else {
            return Shape::Map(Box::new(others.unwrap_or(Shape::Any)));
        };
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
        let mut fields = Vec::with_capacity(properties.len() + 3);
        for (name, schema) in properties {
            let is_required = required.contains(&&**name) && schema.get("default").is_none();
            fields.push(Field { name: name.as_str().into(), is_required, shape: self.within(name, schema) });
        }
        if schema["x-kubernetes-embedded-resource"] == true {
            fields.extend(of_every_object());
        }
        let of = Type::new(fields, others);
        match own.and_then(|number| self.types.get_mut(number as usize)) {
            Some(known) => *known = of,
            None => self.types.push(of),
        }
        Shape::Object(own.unwrap_or(self.types.len() as u32 - 1))
    }
}

fn limits(schema: &Json) -> Limits {
    let value = |value: &Json| match value {
        Json::String(text) => Some(Value::Text(text.as_str().into())),
        Json::Number(number) => number.as_f64().map(Value::Number),
        Json::Bool(truth) => Some(Value::Truth(*truth)),
        _ => None,
    };
    let number = |keyword: &str| schema[keyword].as_f64();
    let own = if schema["format"] == "int32" { Limits::int32() } else { Limits::default() };
    let count = |keyword: &str| schema[keyword].as_u64();
    Limits {
        values: schema["enum"].as_array().into_iter().flatten().filter_map(value).collect(),
        least: number("minimum").or(own.least),
        most: number("maximum").or(own.most),
        above: schema["exclusiveMinimum"] == true,
        below: schema["exclusiveMaximum"] == true,
        shortest: count("minLength"),
        longest: count("maxLength"),
        pattern: schema["pattern"].as_str().map(Pattern::new),
        fewest: count("minItems"),
        greatest: count("maxItems"),
    }
}
