//! Manifests as a reader of YAML sees them, and how they compare with what is expected.

use crate::align::hunks;
use crate::model::Value;
use crate::render::{Rendered, documents};
use crate::secret::{without_held, without_held_beside};
use serde_json::Value as Json;

/// The manifests in the YAML files of some requests, and of what their promises depend on. What is no YAML, or no manifest, is none.
pub(super) fn read(rendered: &[Rendered]) -> Vec<Json> {
    // What stands at several destinations is the same at each.
    let first = rendered.chunk_by(|one, next| one.request == next.request).filter_map(<[_]>::first);
    first.flat_map(|one| &one.files).flat_map(|file| documents(&file.path, &file.content)).collect()
}

/// Whether a manifest is of a kind and a name.
pub(super) fn is(manifest: &Json, kind: &str, name: &str) -> bool {
    manifest["kind"] == kind && manifest["metadata"]["name"] == name
}

/// A value of the model as JSON.
pub(super) fn json(value: &Value) -> Json {
    let mut bytes = Vec::new();
    crate::model::write_json(value, &mut bytes);
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// Whether a value holds at least what is expected: members may be more, lists must be equal, and what is expected alone is the only item of
/// one, as manifests are written. A member that is expected to be null must not be there.
pub(super) fn holds(actual: &Json, expected: &Json) -> bool {
    match (actual, expected) {
        (Json::Object(actual), Json::Object(expected)) => {
            expected.iter().all(|(name, expected)| match actual.get(name) {
                Some(actual) => holds(actual, expected),
                None => expected.is_null(),
            })
        }
        (Json::Array(actual), Json::Array(expected)) => {
            actual.len() == expected.len()
                && actual.iter().zip(expected).all(|(actual, expected)| holds(actual, expected))
        }
        (Json::Number(actual), Json::Number(expected)) => actual.as_f64() == expected.as_f64(),
        _ => only_item(actual, expected).map_or(actual == expected, |only| holds(only, expected)),
    }
}

/// The only item of a list of which something is expected that is none.
fn only_item<'j>(actual: &'j Json, expected: &Json) -> Option<&'j Json> {
    match actual.as_array().map(Vec::as_slice) {
        Some([only]) if !expected.is_array() && !expected.is_null() => Some(only),
        _ => None,
    }
}

/// What the expected members are in truth: the part of a value that a reader wants to see beside them.
pub(super) fn part(actual: &Json, expected: &Json) -> Json {
    match (actual, expected) {
        (Json::Object(actual), Json::Object(expected)) => {
            let members = expected.iter().filter_map(|(name, expected)| {
                let value = actual.get(name)?;
                Some((name.clone(), part(value, expected)))
            });
            Json::Object(members.collect())
        }
        _ => only_item(actual, expected).map_or_else(|| actual.clone(), |only| part(only, expected)),
    }
}

/// What tells a `Secret` from other manifests.
const SECRET: &str = "apiVersion: v1\nkind: Secret\n";

/// A unified diff of two values of a manifest of a kind as YAML, from what was expected to what there is; without what a `Secret` holds.
pub(super) fn diff(kind: &str, expected: &Json, actual: &Json) -> String {
    let head = if kind == "Secret" { SECRET } else { "" };
    let [expected, actual] =
        [expected, actual].map(|value| format!("{head}{}", serde_saphyr::to_string(value).unwrap_or_default()));
    let (before, after) = (without_held(&expected), without_held_beside(&actual, Some(&expected)));
    let hunks = hunks(&before[head.len()..], &after[head.len()..], 3).text;
    if hunks.is_empty() { hunks } else { format!("--- expected\n+++ actual\n{hunks}") }
}
