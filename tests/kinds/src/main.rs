//! Writes the shapes of Kubernetes' own kinds in the form that `src/kubernetes/schema/own.rs` reads.

use k8s_openapi::{ClusterResourceScope, Resource};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value};
use std::any::TypeId;
use std::collections::BTreeMap;
use std::fmt::Write;

include!(concat!(env!("OUT_DIR"), "/list.rs"));

struct All {
    generator: SchemaGenerator,
    /// The type of each kind, by `apiVersion kind`, and behind a tab that its objects are the cluster's.
    kinds: BTreeMap<String, String>,
}

impl All {
    fn add<K: Resource<Scope: 'static> + JsonSchema>(&mut self) {
        let schema = self.generator.subschema_for::<K>();
        let reference = schema.as_object().and_then(|schema| schema.get("$ref")).and_then(Value::as_str);
        let name = reference.and_then(|reference| reference.strip_prefix(PREFIX)).expect("a kind is a type of its own");
        let of_cluster = TypeId::of::<K::Scope>() == TypeId::of::<ClusterResourceScope>();
        let scope = if of_cluster { "\tcluster" } else { "" };
        self.kinds.insert(format!("{} {}", K::API_VERSION, K::KIND), format!("{name}{scope}"));
    }
}

const PREFIX: &str = "#/definitions/";

/// The fields that hold labels or annotations, which are objects of texts to the schemas: the end of the type's name, the field, and what it is.
const MARKS: &[(&str, &str, &str)] = &[
    ("ObjectMeta", "labels", "labels"),
    ("ObjectMeta", "annotations", "annotations"),
    ("LabelSelector", "matchLabels", "labels"),
    ("PodSpec", "nodeSelector", "labels"),
    ("ReplicationControllerSpec", "selector", "labels"),
    ("ServiceSpec", "selector", "labels"),
];

fn main() {
    let file = std::env::args().nth(1).expect("the file to write");
    let generator = SchemaSettings::draft07().into_generator();
    let mut all = All { generator, kinds: BTreeMap::new() };
    add_all(&mut all);
    let mut types = BTreeMap::new();
    let mut kinds = BTreeMap::new();
    let mut first = VERSION.to_owned();
    if let Ok(before) = std::fs::read(&file) {
        let text = miniz_oxide::inflate::decompress_to_vec(&before).expect("what was written before");
        let text = String::from_utf8(text).expect("a text");
        for line in text.lines() {
            match line.split_once('\t') {
                None => first = line.split(' ').next().expect("a version").to_owned(),
                Some(("kind", rest)) => drop(rest.split_once('\t').map(|(k, t)| kinds.insert(k.to_owned(), t.to_owned()))),
                Some((name, fields)) => drop(types.insert(name.to_owned(), fields.to_owned())),
            }
        }
    }
    kinds.append(&mut all.kinds);
    for (name, schema) in all.generator.definitions() {
        types.insert(name.clone(), fields(name, schema.as_object().expect("a schema is an object")));
    }
    // Where it is the field of another, what a value may be that is no object is said at that field.
    types.retain(|_, fields| !fields.is_empty());
    let mut text = format!("{first} {VERSION}\n");
    for (kind, name) in &kinds {
        writeln!(text, "kind\t{kind}\t{name}").expect("a text takes it");
    }
    for (name, fields) in &types {
        writeln!(text, "{name}\t{fields}").expect("a text takes it");
    }
    let written = miniz_oxide::deflate::compress_to_vec(text.as_bytes(), 10);
    println!("{} kinds, {} types, {} bytes, {} written", kinds.len(), types.len(), text.len(), written.len());
    std::fs::write(&file, written).expect("the file is written");
}

/// The fields of an object: `name` or `name!` where it must be there, and what its value may be. Nothing for what has no fields.
fn fields(of: &str, schema: &Map<String, Value>) -> String {
    let Some(Value::Object(properties)) = schema.get("properties") else { return String::new() };
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let field = |(name, schema): (&String, &Value)| {
        let must = if required.contains(&&**name) { "!" } else { "" };
        let of = of.rsplit('.').next().unwrap_or(of);
        let marks = MARKS.iter().find(|mark| (mark.0, mark.1) == (of, name)).map(|mark| mark.2.to_owned());
        format!("{name}{must}={}", marks.unwrap_or_else(|| shape(schema)))
    };
    properties.iter().map(field).collect::<Vec<_>>().join(" ")
}

/// What a value may be.
fn shape(schema: &Value) -> String {
    if let Some(name) = reference(schema) {
        return match name.rsplit('.').next() {
            Some("Quantity") => "quantity".to_owned(),
            Some("IntOrString") => "int-or-string".to_owned(),
            Some("Time" | "MicroTime") => "time".to_owned(),
            // A value of any kind, or an object of any fields.
            Some("JSON" | "JSONSchemaPropsOrArray" | "JSONSchemaPropsOrBool" | "JSONSchemaPropsOrStringArray") => "any".to_owned(),
            Some("RawExtension" | "FieldsV1" | "Patch") => "object".to_owned(),
            _ => format!("@{name}"),
        };
    }
    let Some(schema) = schema.as_object() else { return "any".to_owned() };
    match schema.get("type").and_then(Value::as_str) {
        Some("array") => format!("[{}", schema.get("items").map_or("any".to_owned(), shape)),
        Some("object") => match schema.get("additionalProperties") {
            Some(values @ Value::Object(_)) => format!("{{{}", shape(values)),
            _ => "object".to_owned(),
        },
        Some("string") => match schema.get("format").and_then(Value::as_str) {
            Some("date-time") => "time".to_owned(),
            Some("byte") => "byte".to_owned(),
            _ => "string".to_owned(),
        },
        Some("integer") if schema.get("format").and_then(Value::as_str) == Some("int32") => "int32".to_owned(),
        Some(plain @ ("integer" | "number" | "boolean")) => plain.to_owned(),
        _ => "any".to_owned(),
    }
}

/// The type that a schema refers to, by itself or beside its description.
fn reference(schema: &Value) -> Option<&str> {
    let direct = schema.get("$ref").and_then(Value::as_str);
    let inner = schema.get("allOf").and_then(Value::as_array).and_then(|all| all.first()?.get("$ref")?.as_str());
    direct.or(inner)?.strip_prefix(PREFIX)
}
