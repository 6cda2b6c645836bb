//! What a project was written as for a neighbour.

use super::counted;
use crate::session::Exported;
use serde::Serialize;
use std::collections::BTreeMap;

/// How much was written, in a line.
pub fn exported_text(exported: &Exported, files: &BTreeMap<String, String>) -> String {
    format!("Wrote {} into {}.\n", counted(total(exported), "object"), counted(files.len(), "file"))
}

#[derive(Serialize)]
struct Document<'e> {
    r#type: &'static str,
    objects: usize,
    files: Vec<&'e str>,
    without: &'e BTreeMap<String, usize>,
}

/// The same as one JSON document on a line.
pub fn exported_json(exported: &Exported, files: &BTreeMap<String, String>) -> String {
    let files = files.keys().map(String::as_str).collect();
    let document = Document { r#type: "exported", objects: total(exported), files, without: &exported.without };
    serde_json::to_string(&document).unwrap_or_default() + "\n"
}

fn total(exported: &Exported) -> usize {
    exported.documents.values().map(Vec::len).sum()
}
