//! What a project was written as for a neighbour.

use super::clean::one_line;
use super::imported::{Differs, changes_text};
use super::patch::{patch, without};
use super::{Style, counted};
use crate::session::{Exported, Outgoing};
use serde::Serialize;
use std::collections::BTreeMap;

/// How much was written, in a line; of what is refused, how the files would change that are there.
pub fn exported_text(exported: &Exported, outgoing: &Outgoing, style: Style) -> String {
    if outgoing.refused.is_some() {
        return changes_text(differing(outgoing), style);
    }
    let [objects, files] = [(total(exported), "object"), (outgoing.files.len(), "file")];
    let made = outgoing.made.iter().map(|folder| format!("Made the folder {}.\n", one_line(folder)));
    let wrote = format!("Wrote {} into {}.\n", counted(objects.0, objects.1), counted(files.0, files.1));
    std::iter::once(wrote).chain(made).collect()
}

#[derive(Serialize)]
struct Document<'e> {
    r#type: &'static str,
    /// Why nothing was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    differs: Vec<Differs<'e>>,
    /// The folder that was made for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    made: Option<&'e str>,
    objects: usize,
    files: Vec<&'e str>,
    without: &'e BTreeMap<String, usize>,
}

/// The same as one JSON document on a line.
pub fn exported_json(exported: &Exported, outgoing: &Outgoing) -> String {
    let document = Document {
        r#type: "exported",
        refused: outgoing.refused.as_ref().map(|(refused, _)| refused.to_string()),
        differs: differing(outgoing).map(|(file, patch)| Differs { file, patch }).collect(),
        made: outgoing.made.as_deref(),
        objects: total(exported),
        files: outgoing.files.keys().map(String::as_str).collect(),
        without: &exported.without,
    };
    serde_json::to_string(&document).unwrap_or_default() + "\n"
}

/// The files that are there and would be others, each with its change.
fn differing(outgoing: &Outgoing) -> impl Iterator<Item = (&str, String)> {
    let others = outgoing.refused.iter().flat_map(|(_, others)| others);
    others.filter_map(|(name, before)| {
        let patch = patch(name, before, outgoing.files.get(name)?);
        Some((name.as_str(), without(patch, &outgoing.secrets)))
    })
}

fn total(exported: &Exported) -> usize {
    exported.documents.values().map(Vec::len).sum()
}
