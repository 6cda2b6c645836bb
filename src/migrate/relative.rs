//! Paths in the entities of Backstage that mean something beside the file that they stand in.
//!
//! What is given back stands in one file, in which a path means one thing: entities of several folders say theirs from the folder that
//! all of these are in.

use super::text::DocumentPlace;
use super::way::{get_mut, is_placeholder, text};
use super::{Fate, Found, Note};
use crate::backstage::is_address;
use crate::model::{Map, Value};
use crate::neighbour::pointer;
use crate::source::Sources;
use std::path::{Component, Path, PathBuf};

/// The annotations that hold a path, each with what stands before it: plugins of Backstage say so, and neither the grammar nor plat's module
/// of its kinds knows what an annotation holds.
const ANNOTATIONS: [(&str, &str); 2] = [("backstage.io/techdocs-ref", "dir:"), ("backstage.io/adr-location", "")];

/// Says the paths of entities from the folder that all entities with such are in, where they are in several, and tells which.
pub(super) fn from_one_folder(found: &mut [Found], sources: &Sources, notes: &mut Vec<Note>) {
    let folder = |place: &DocumentPlace| {
        let path = plain(Path::new(&sources.file(place.file).name));
        path.parent().map_or_else(PathBuf::new, Path::to_path_buf)
    };
    let mut all = found.iter_mut().filter_map(|one| has_paths(&mut one.document).then(|| (folder(&one.place), one)));
    let Some((first, one)) = all.next() else { return };
    let mut base = first.clone();
    let mut with = vec![(first, one)];
    for (folder, one) in all {
        base = base.components().zip(folder.components()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect();
        with.push((folder, one));
    }
    let name = if base.as_os_str().is_empty() { ".".to_owned() } else { base.display().to_string() };
    for (folder, one) in with {
        let Some(below) = folder.strip_prefix(&base).ok().filter(|below| !below.as_os_str().is_empty()) else {
            continue;
        };
        let mut places = Vec::new();
        each(&mut one.document, &mut |place, path| {
            places.push(pointer(place));
            Some(joined(below, path))
        });
        let reason = format!("it is a path, and is said from `{name}` now: the file that is given back belongs there");
        let note = |place: String| Note::new(one.place.below(&place), Fate::Mended, reason.clone());
        notes.extend(places.into_iter().map(note));
    }
}

/// Whether there is a path in an entity, which stays as it is.
pub(super) fn has_paths(document: &mut Map) -> bool {
    let mut is_there = false;
    each(document, &mut |_, _| {
        is_there = true;
        None
    });
    is_there
}

/// Goes through the paths of an entity, each with its place, and puts another in the place of one.
fn each(document: &mut Map, act: &mut dyn FnMut(&[String], &str) -> Option<String>) {
    for (name, before) in ANNOTATIONS {
        one(document, &["metadata", "annotations", name], before, act);
    }
    match text(document, &["kind"]) {
        Some("Location") => {
            one(document, &["spec", "target"], "", act);
            items(
                document,
                "targets",
                |value, index, act| {
                    replace(value, "", &["spec", "targets", index], act);
                },
                act,
            );
        }
        Some("Template") => items(
            document,
            "steps",
            |value, index, act| {
                let Value::Object(step) = value else { return };
                let is_fetch = fetches(step);
                if let Some(url) = get_mut(step, &FETCHED).filter(|_| is_fetch) {
                    replace(url, "", &["spec", "steps", index, "input", "url"], act);
                }
            },
            act,
        ),
        _ => {}
    }
    let mut place = Vec::new();
    for member in &mut document.members {
        place.push(member.name.value.to_string());
        placeholders(&mut member.value.value, &mut place, act);
        place.pop();
    }
}

/// Where the step of a template says what it fetches.
pub(super) const FETCHED: [&str; 2] = ["input", "url"];

/// Whether the step of a template fetches files.
pub(super) fn fetches(step: &Map) -> bool {
    text(step, &["action"]).is_some_and(|action| action.starts_with("fetch:"))
}

type Act<'a> = dyn FnMut(&[String], &str) -> Option<String> + 'a;

/// The items of a list of the specification.
fn items(document: &mut Map, name: &str, each: impl Fn(&mut Value, &str, &mut Act<'_>), act: &mut Act<'_>) {
    if let Some(Value::Array(items)) = get_mut(document, &["spec", name]) {
        for (index, item) in items.iter_mut().enumerate() {
            each(&mut item.value, &index.to_string(), act);
        }
    }
}

fn one(document: &mut Map, way: &[&str], before: &str, act: &mut Act<'_>) {
    if let Some(value) = get_mut(document, way) {
        replace(value, before, way, act);
    }
}

/// Puts another path in the place of a text that is one.
fn replace(value: &mut Value, before: &str, place: &[&str], act: &mut Act<'_>) {
    let Some(path) = value.as_str().and_then(|text| text.strip_prefix(before)) else { return };
    if path.is_empty() || path.starts_with('/') || is_address(path) {
        return;
    }
    let place: Vec<String> = place.iter().map(|step| (*step).to_owned()).collect();
    if let Some(path) = act(&place, path) {
        *value = Value::string(format!("{before}{path}"));
    }
}

/// What the catalog reads from elsewhere, wherever it stands.
fn placeholders(value: &mut Value, place: &mut Vec<String>, act: &mut Act<'_>) {
    let is_one = is_placeholder(value);
    match value {
        Value::Object(map) => {
            for member in &mut map.members {
                place.push(member.name.value.to_string());
                if is_one {
                    let steps: Vec<&str> = place.iter().map(String::as_str).collect();
                    replace(&mut member.value.value, "", &steps, act);
                } else {
                    placeholders(&mut member.value.value, place, act);
                }
                place.pop();
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                place.push(index.to_string());
                placeholders(&mut item.value, place, act);
                place.pop();
            }
        }
        _ => {}
    }
}

/// A path from a folder as one from around it: what follows the steps at its beginning stays as it is written.
fn joined(folder: &Path, path: &str) -> String {
    let steps = path.split('/').take_while(|step| matches!(*step, "" | "." | ".."));
    let lead = steps.map(|step| step.len() + 1).sum::<usize>().min(path.len());
    let (lead, rest) = path.split_at(lead);
    let around = crate::source::joined(&folder.to_string_lossy(), lead.trim_start_matches('/'));
    let joined = [&*around, rest].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
    if around.starts_with("..") { joined } else { format!("./{joined}") }
}

/// A path without steps that lead back.
pub(super) fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for step in path.components() {
        match step {
            Component::CurDir => {}
            Component::ParentDir if plain.file_name().is_some() => drop(plain.pop()),
            step => plain.push(step),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::joined;
    use std::path::Path;

    #[test]
    fn a_path_from_a_folder_is_one_from_around_it() {
        for (folder, path, expected) in [
            ("a", "./x.yaml", "./a/x.yaml"),
            ("a", "x.yaml", "./a/x.yaml"),
            ("a/b", "../x.yaml", "./a/x.yaml"),
            ("a", ".", "./a"),
            ("a", "./", "./a"),
            ("a", "..", "./"),
            ("a", "../../x", "../x"),
            ("a", "./*/${{ parameters.name }}/../x", "./a/*/${{ parameters.name }}/../x"),
        ] {
            assert_eq!(joined(Path::new(folder), path), expected, "{folder} {path}");
        }
    }
}
