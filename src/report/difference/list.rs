//! Lists: by value, by key, or item by item.

use super::text::{Line, shown};
use super::{Change, Part, kdl_value, walk, whole};
use crate::model::Value;
use crate::source::Spanned;
use std::collections::{BTreeMap, BTreeSet};

/// Members that name an item of a list, the likeliest first.
const KEYS: &[&str] = &["name", "identifier", "id", "key", "title"];
/// Lists in which the place of an item matters: who comes also says behind whom.
const ORDERED: &[&str] = &["enum", "levels", "values", "steps", "order"];

/// What differs between two lists.
pub(super) fn compare(path: &str, before: &[Spanned<Value>], after: &[Spanned<Value>], parts: &mut Vec<Part>) {
    if before.is_empty() || after.is_empty() {
        let all = |items: &[Spanned<Value>]| items.iter().map(|item| kdl_value(&item.value)).collect();
        let change = Change::Items { added: all(after), removed: all(before) };
        return parts.push(Part { path: path.to_owned(), change });
    }
    if let Some(key) = KEYS.iter().find(|key| is_keyed(key, before) && is_keyed(key, after)) {
        return by_key(path, key, before, after, parts);
    }
    let [old, new]: [Vec<String>; 2] =
        [before, after].map(|items| items.iter().map(|item| kdl_value(&item.value)).collect());
    let change = by_value(path, &old, &new).unwrap_or_else(|| Change::Lines(by_place(&old, &new)));
    parts.push(Part { path: path.to_owned(), change });
}

/// The text that an item has under a key.
fn key_of<'v>(key: &str, item: &'v Value) -> Option<&'v str> {
    item.as_object()?.get(key)?.value.as_str()
}

/// Whether every item has a text under a key, and no two the same.
fn is_keyed(key: &str, items: &[Spanned<Value>]) -> bool {
    let mut seen = BTreeSet::new();
    items.iter().all(|item| key_of(key, &item.value).is_some_and(|name| seen.insert(name)))
}

fn by_key(path: &str, key: &str, before: &[Spanned<Value>], after: &[Spanned<Value>], parts: &mut Vec<Part>) {
    let index = |items: &'_ [Spanned<Value>]| -> BTreeMap<String, Value> {
        let named = items.iter().filter_map(|item| Some((key_of(key, &item.value)?.to_owned(), item.value.clone())));
        named.collect()
    };
    let (old, new) = (index(before), index(after));
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let count = parts.len();
    for name in names {
        let path = format!("{path}[{key}={name}]");
        match (old.get(name), new.get(name)) {
            (Some(old), Some(new)) => walk(&path, old, new, parts),
            (old, new) => parts.push(whole(&path, old, new)),
        }
    }
    if parts.len() == count {
        // Only their order differs.
        let names = |items: &[Spanned<Value>]| -> Vec<String> {
            items.iter().filter_map(|item| key_of(key, &item.value).map(str::to_owned)).collect()
        };
        parts.push(Part { path: path.to_owned(), change: Change::Lines(by_place(&names(before), &names(after))) });
    }
}

/// What comes and what goes, where no item stands twice and those that stay keep their order.
fn by_value(path: &str, before: &[String], after: &[String]) -> Option<Change> {
    let (old, new): (BTreeSet<&String>, BTreeSet<&String>) = (before.iter().collect(), after.iter().collect());
    let unique = old.len() == before.len() && new.len() == after.len();
    let stays = |items: &'_ [String]| -> Vec<String> {
        items.iter().filter(|item| old.contains(item) && new.contains(item)).cloned().collect()
    };
    if !unique || stays(before) != stays(after) {
        return None;
    }
    let ordered = path.rsplit('.').next().is_some_and(|last| ORDERED.contains(&last));
    let place = |index: usize| match index.checked_sub(1).and_then(|index| after.get(index)) {
        _ if !ordered => String::new(),
        Some(previous) => format!(" after {previous}"),
        None => " first".to_owned(),
    };
    let comes = after.iter().enumerate().filter(|(_, item)| !old.contains(item));
    Some(Change::Items {
        added: comes.map(|(index, item)| format!("{item}{}", place(index))).collect(),
        removed: before.iter().filter(|item| !new.contains(item)).cloned().collect(),
    })
}

/// Item by item, aligned.
fn by_place(before: &[String], after: &[String]) -> Vec<Line> {
    let operations = similar::capture_diff_slices(similar::Algorithm::Myers, before, after);
    let mut lines = Vec::new();
    for group in similar::group_diff_ops(operations, 1) {
        if !lines.is_empty() {
            lines.push(Line::Gap);
        }
        for operation in group {
            for change in operation.iter_changes(before, after) {
                lines.push(shown(change.tag(), change.value()));
            }
        }
    }
    lines
}
