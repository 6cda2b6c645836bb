//! The JSON Schemas of what plat writes, made from the types that are written.

use super::applied::AppliedDocument;
use super::json::{Problem, ProblemsDocument};
use super::leases::LeaseJson;
use super::manifests::ManifestJson;
use super::ndjson::Record;
use super::objects::{GroupJson, ObjectJson};
use super::score::Card;
use super::test::{Line, TestsDocument};
use crate::diag::suggest;
use crate::model::Kind;
use crate::object;
use crate::plan::Plan;
use schemars::{Schema, SchemaGenerator, generate::SchemaSettings};

/// A document with its version and how its schema is made.
type Row = (&'static str, &'static str, fn(&mut SchemaGenerator) -> Schema);

/// Every document that plat writes, with the version of its schema.
const DOCUMENTS: &[Row] = &[
    ("plan", "5.1", |generator| generator.root_schema_for::<Plan>()),
    ("ndjson", "3.1", |generator| generator.root_schema_for::<Record<'_>>()),
    ("diagnostics", "2.0", |generator| generator.root_schema_for::<ProblemsDocument<'_>>()),
    ("diagnostic", "2.0", |generator| generator.root_schema_for::<Problem<'_>>()),
    ("tests", "2.0", |generator| generator.root_schema_for::<TestsDocument<'_>>()),
    ("test", "2.0", |generator| generator.root_schema_for::<Line<'_>>()),
    ("apply", "1.0", |generator| generator.root_schema_for::<AppliedDocument<'_>>()),
    ("score", "1.0", |generator| generator.root_schema_for::<Card<'_>>()),
    ("manifest", "1.0", |generator| generator.root_schema_for::<ManifestJson<'_>>()),
    ("object", "2.0", |generator| generator.root_schema_for::<ObjectJson<'_>>()),
    ("group", "1.0", |generator| generator.root_schema_for::<GroupJson<'_>>()),
    ("lease", "1.0", |generator| generator.root_schema_for::<LeaseJson<'_>>()),
];

/// The version of the schemas of bodies.
const BODIES: &str = "1.0";

/// The names of all documents, and of the kinds of objects, one a line with the version of its schema.
pub fn schema_names() -> String {
    rows().map(|(name, version)| format!("{name} {version}\n")).collect()
}

fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    let kinds = Kind::ALL.into_iter().map(|(_, word)| (word, BODIES));
    DOCUMENTS.iter().map(|(name, version, _)| (*name, *version)).chain(kinds)
}

/// The JSON Schema (2020-12) of a document, or of the bodies of a kind; for an unknown one, what to say instead.
///
/// # Errors
/// Where there is no such document.
pub fn schema(name: &str) -> Result<String, String> {
    let Some((name, version)) = rows().find(|row| row.0 == name) else {
        let near = suggest(name, rows().map(|row| row.0));
        let near = near.map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
        return Err(format!("there is no schema `{}`{near}", super::clean::one_line(name)));
    };
    let document = |make: fn(&mut SchemaGenerator) -> Schema| {
        make(&mut SchemaSettings::draft2020_12().for_serialize().into_generator())
    };
    let made = DOCUMENTS.iter().find(|row| row.0 == name).map(|row| document(row.2));
    let of_kind = || Schema::try_from(object::schema(Kind::from_word(name)?)).ok();
    let mut schema = made.or_else(of_kind).unwrap_or_default();
    schema.insert("$id".to_owned(), format!("urn:plat:schema:{name}:{version}").into());
    Ok(serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_is_one() {
        for (name, version) in rows() {
            let text = schema(name).unwrap();
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!(value["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
            assert_eq!(value["$id"], format!("urn:plat:schema:{name}:{version}"));
            assert!(jsonschema::draft202012::meta::is_valid(&value), "{name}");
            assert_eq!(schema(name).unwrap(), text);
        }
        assert_eq!(schema("plam").unwrap_err(), "there is no schema `plam`: did you mean `plan`?");
    }
}
