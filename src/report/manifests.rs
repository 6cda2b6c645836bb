//! Rendered files and where they go.

use super::clean::one_line;
use super::plan::{Bound, lines};
use super::{Paint, Style, counted, json_line, json_lines};
use crate::diag::{Diagnostics, Severity};
use crate::model::Address;
use crate::render::Placed;
use crate::secret::without_held;
use crate::session::Filled;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Every file under a line that says where it goes and what it was rendered for.
pub fn manifests(placed: &[&Placed]) -> String {
    placed.iter().map(|file| manifest("#", file)).collect()
}

/// The same as it may be shown: without what a `Secret` holds.
pub fn manifests_shown(placed: &[&Placed]) -> String {
    let one = |file: &&Placed| without_held(&manifest("#", file)).into_owned();
    placed.iter().map(one).collect()
}

/// A file under a line that begins with a sign and says where it goes and what it was rendered for.
fn manifest(sign: &str, file: &Placed) -> String {
    let content = String::from_utf8_lossy(&file.content);
    let end = if content.ends_with('\n') { "" } else { "\n" };
    format!("{}\n{content}{end}", headed(sign, file))
}

fn headed(sign: &str, file: &Placed) -> String {
    one_line(&format!("{sign} {}:{}  ({})", file.store, file.path, file.request)).into_owned()
}

/// A file that is not what it was.
enum Again<'p> {
    Comes(&'p Placed),
    Changes(&'p Placed, &'p Placed),
    Goes(&'p Placed),
}

/// What differs from one rendering to the next, by where it goes.
fn again<'p>(before: &'p [Placed], after: &[&'p Placed]) -> Vec<Again<'p>> {
    let place = |file: &'p Placed| ((&*file.store, &*file.path), file);
    let old: BTreeMap<(&str, &str), &Placed> = before.iter().map(place).collect();
    let new: BTreeMap<(&str, &str), &Placed> = after.iter().copied().map(place).collect();
    let places: BTreeSet<&(&str, &str)> = old.keys().chain(new.keys()).collect();
    let one = |place: &(&str, &str)| match (old.get(place).copied(), new.get(place).copied()) {
        (None, Some(new)) => Some(Again::Comes(new)),
        (Some(old), None) => Some(Again::Goes(old)),
        (Some(old), Some(new)) if old.content != new.content || old.request != new.request => {
            Some(Again::Changes(old, new))
        }
        (_, _) => None,
    };
    places.into_iter().filter_map(one).collect()
}

/// What differs from one rendering to the next, for people: what comes as a whole, what changes by its lines, and what goes by its name.
pub fn manifests_again(before: &[Placed], after: &[&Placed], style: Style) -> String {
    let told = again(before, after);
    if told.is_empty() {
        return "No manifest changes.\n".to_owned();
    }
    let one = |one: Again<'_>| match one {
        Again::Comes(new) => manifest("#+", new),
        Again::Changes(old, new) => {
            let [before, after] = [old, new].map(|file| String::from_utf8_lossy(&file.content));
            format!("{}\n{}", headed("#~", new), lines(&before, &after, Bound::Whole, style))
        }
        Again::Goes(old) => format!("{}\n", style.paint(Paint::Removed, &headed("#-", old))),
    };
    told.into_iter().map(one).collect()
}

/// What a folder of manifests has become, in a sentence.
pub fn filled(filled: &Filled) -> String {
    let wrote = format!("Wrote {}.", counted(filled.files.len(), "file"));
    match filled.removed.len() {
        0 => format!("{wrote}\n"),
        count => format!(
            "{wrote} Took away {} that {} no longer rendered.\n",
            counted(count, "file"),
            if count == 1 { "is" } else { "are" }
        ),
    }
}

#[derive(Serialize)]
struct Written<'f> {
    r#type: &'static str,
    files: &'f [String],
    removed: &'f BTreeSet<String>,
}

/// The same as one JSON document on a line.
pub fn filled_json(Filled { files, removed, .. }: &Filled) -> String {
    json_line(&Written { r#type: "written", files, removed })
}

#[derive(Serialize)]
struct Gone<'p> {
    r#type: &'static str,
    store: &'p str,
    path: &'p str,
    request: &'p Address,
}

/// The same as JSON lines: what comes or changes as a manifest, and of what goes where it was.
pub fn manifests_again_json(before: &[Placed], after: &[&Placed]) -> String {
    let one = |one: Again<'_>| match one {
        Again::Comes(new) | Again::Changes(_, new) => manifests_json(&[new]),
        Again::Goes(Placed { store, path, request, .. }) => json_line(&Gone { r#type: "gone", store, path, request }),
    };
    again(before, after).into_iter().map(one).collect()
}

#[derive(Serialize)]
struct RenderedJson {
    r#type: &'static str,
    /// Nothing where errors kept the project from being rendered.
    #[serde(skip_serializing_if = "Option::is_none")]
    manifests: Option<usize>,
    errors: usize,
}

/// Where one of several renderings ends, as a JSON document on a line: how many manifests there are, and how many errors.
pub fn rendered_json(placed: Option<&[&Placed]>, diagnostics: &Diagnostics) -> String {
    let errors = diagnostics.count(Severity::Error);
    json_line(&RenderedJson { r#type: "rendered", manifests: placed.map(<[_]>::len), errors })
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
