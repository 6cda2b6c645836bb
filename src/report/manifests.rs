//! Rendered files and where they go.

use super::clean::one_line;
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
    request: String,
    /// The content; bytes that are not UTF-8 are replaced.
    content: std::borrow::Cow<'a, str>,
}

/// The same as JSON lines. Bytes that are not UTF-8 are replaced.
pub fn manifests_json(placed: &[&Placed]) -> String {
    let line = |file: &&Placed| {
        let manifest = ManifestJson {
            store: &file.store,
            destination: &file.destination,
            path: &file.path,
            request: file.request.to_string(),
            content: String::from_utf8_lossy(&file.content),
        };
        serde_json::to_string(&manifest).unwrap_or_default() + "\n"
    };
    placed.iter().map(line).collect()
}
