//! What became of what was taken in from a neighbour.

use super::clean::clean;
use super::patch::{patch, without};
use super::{Style, counted};
use crate::model::Kind;
use crate::session::{Imported, Misuse};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Of so many files each is named.
const MOST_FILES: usize = 5;

/// Of a change so many lines are shown to people.
const MOST_LINES: usize = 60;

/// What was taken in, and what became of the rest, a line each.
pub fn imported_text(imported: &Imported, neighbour: &str) -> String {
    let objects = imported.objects.iter().map(|(kind, number)| counted(*number, &kind.word().replace('-', " ")));
    let objects: Vec<String> = objects.collect();
    let mut text = match objects.as_slice() {
        [] => format!("Took in nothing from {}.\n", counted(imported.sources.iter().len(), "file")),
        objects => format!("Took in {} from {}.\n", objects.join(", "), counted(imported.from, "file")),
    };
    for (fate, befallen) in &imported.fates {
        let told = befallen.iter().flat_map(|(thing, count)| {
            let whole = (count.whole > 0).then(|| counted(count.whole, &thing.word()));
            let of = || format!("{} of {}", counted(count.parts, "part"), counted(count.of, &thing.word()));
            whole.into_iter().chain((count.parts > 0).then(of))
        });
        text += &format!("{}: {}.\n", fate.title(neighbour), told.collect::<Vec<_>>().join(", "));
    }
    if imported.unread() > 0 {
        text += &format!("Not read: {} (E0801).\n", counted(imported.unread(), "file"));
    }
    if imported.unread_of_others() > 0 {
        let files = counted(imported.unread_of_others(), "file");
        text += &format!("Not read, and nothing of {neighbour}: {files} (E0801).\n");
    }
    if imported.same > 0 || !imported.others.is_empty() {
        text += &format!("In the project already: {} as read, {} replaced.\n", imported.same, imported.others.len());
    }
    let (others, files) = &imported.beside;
    if !others.is_empty() {
        let told = others.iter().map(|(kind, number)| counted(*number, &kind.word().replace('-', " ")));
        let named = files.iter().take(MOST_FILES).map(String::as_str).chain((files.len() > MOST_FILES).then_some("…"));
        text += &format!(
            "\nNot in what was read, and in the project still: {}, in {}.\n",
            told.collect::<Vec<_>>().join(", "),
            named.collect::<Vec<_>>().join(", ")
        );
    }
    let left_out: Vec<String> = imported.left_out().map(|(thing, whole)| counted(whole, &thing.word())).collect();
    if !objects.is_empty() && !left_out.is_empty() {
        let left_out = left_out.join(", ");
        text += &format!("\nThe project is without {left_out}: left out as a whole, as is told above (E0804).\n");
    }
    text
}

/// The files that say something otherwise than what was read, each with its change.
fn differing(imported: &Imported) -> impl Iterator<Item = (&str, String)> {
    let names: BTreeSet<&str> = imported.others.iter().map(|one| &*one.file).collect();
    names.into_iter().filter_map(|name| {
        let (before, after) = (imported.before.get(name)?, imported.files.get(name)?);
        Some((name, without(patch(name, before, after), &imported.secrets)))
    })
}

/// How the files would change that say something otherwise than what was read, as far as people look at it.
pub fn differing_text(imported: &Imported, style: Style) -> String {
    changes_text(differing(imported), style)
}

/// Changes of files, as far as people look at them.
pub(super) fn changes_text<'c>(changes: impl Iterator<Item = (&'c str, String)>, style: Style) -> String {
    let all: String = changes.map(|(_, patch)| patch).collect();
    let mut lines = clean(&all).lines().map(|line| style.paint_diff(line) + "\n").collect::<Vec<_>>();
    let more = lines.len().saturating_sub(MOST_LINES);
    lines.truncate(MOST_LINES);
    lines.extend((more > 0).then(|| format!("... and {} more, which `--format json` shows\n", counted(more, "line"))));
    lines.concat()
}

#[derive(Serialize)]
struct Document<'i> {
    r#type: &'static str,
    /// Why nothing was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    differs: Vec<Differs<'i>>,
    objects: Vec<Objects<'i>>,
    files: usize,
    unread: usize,
    unread_of_others: usize,
    same: usize,
    replaced: Vec<String>,
    fates: Vec<Befallen>,
    beside: Beside<'i>,
}

/// A file, and what would become of it.
#[derive(Serialize)]
pub(super) struct Differs<'i> {
    pub(super) file: &'i str,
    pub(super) patch: String,
}

/// What the project has and what was read has not.
#[derive(Serialize)]
struct Beside<'i> {
    objects: Vec<Objects<'i>>,
    files: &'i BTreeSet<String>,
}

#[derive(Serialize)]
struct Objects<'i> {
    kind: &'i str,
    count: usize,
}

#[derive(Serialize)]
struct Befallen {
    fate: &'static str,
    of: String,
    whole: usize,
    parts: usize,
    objects: usize,
}

fn objects(counts: &BTreeMap<Kind, usize>) -> Vec<Objects<'_>> {
    counts.iter().map(|(kind, count)| Objects { kind: kind.word(), count: *count }).collect()
}

/// The same as one JSON document on a line; of what is refused, why, and what would be another one.
pub fn imported_json(imported: &Imported, refused: Option<&Misuse>) -> String {
    let others = imported.others.iter().map(|one| one.address.to_string());
    let differs = differing(imported).map(|(file, patch)| Differs { file, patch });
    let befallen = imported.fates.iter().flat_map(|(fate, befallen)| {
        befallen.iter().map(|(thing, count)| Befallen {
            fate: fate.word(),
            of: thing.word(),
            whole: count.whole,
            parts: count.parts,
            objects: count.of,
        })
    });
    let document = Document {
        r#type: "imported",
        refused: refused.map(ToString::to_string),
        differs: differs.filter(|_| refused.is_some()).collect(),
        objects: objects(&imported.objects),
        files: imported.from,
        unread: imported.unread(),
        unread_of_others: imported.unread_of_others(),
        same: imported.same,
        replaced: others.filter(|_| refused.is_none()).collect(),
        fates: befallen.collect(),
        beside: Beside { objects: objects(&imported.beside.0), files: &imported.beside.1 },
    };
    serde_json::to_string(&document).unwrap_or_default() + "\n"
}
