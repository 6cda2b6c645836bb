//! Rendered files and where they go.

use super::clean::one_line;
use super::json_lines;
use crate::model::Address;
use crate::render::Placed;
use schemars::JsonSchema;
use serde::Serialize;

/// Every file under a line that says where it goes and what it was rendered for.
pub fn manifests(placed: &[&Placed]) -> String {
    let mut out = String::new();
    for file in placed {
        let place = format!("{}:{}  ({})", file.store, file.path, file.request);
        out.push_str(&format!("# {}\n", one_line(&place)));
        out.push_str(&String::from_utf8_lossy(&file.content));
        out.push_str(if file.content.ends_with(b"\n") { "" } else { "\n" });
    }
    out
}

/// A rendered file and where it goes.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Manifest")]
pub(super) struct ManifestJson<'a> {
    /// The state store.
    store: &'a str,
    /// The destination.
    destination: &'a str,
    /// The path below the store's folder.
    path: &'a str,
    /// The request that it was rendered for.
    request: &'a Address,
    /// The content; bytes that are not UTF-8 are replaced.
    content: std::borrow::Cow<'a, str>,
}

/// The same as JSON lines. Bytes that are not UTF-8 are replaced.
pub fn manifests_json(placed: &[&Placed]) -> String {
    json_lines(placed.iter().map(|file| ManifestJson {
        store: &file.store,
        destination: &file.destination,
        path: &file.path,
        request: &file.request,
        content: String::from_utf8_lossy(&file.content),
    }))
}
