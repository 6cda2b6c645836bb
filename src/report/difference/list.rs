//! Lists: what comes and what goes, or item by item.

use super::Change;
use super::text::{Line, shown};
use crate::align;
use crate::diff::written;
use crate::model::Value;
use crate::source::Spanned;
use crate::syntax::{Escapes, skeleton};
use std::collections::BTreeSet;

/// Lists in which the place of an item matters: who comes also says behind whom.
const ORDERED: &[&str] = &["enum", "levels", "values", "steps", "order"];
/// The part that is the order of a list: its items are names as they are shown.
const ORDER: &str = "(order)";

/// Whether lists hold lists, so that their items cannot stand beside each other.
pub(super) fn holds_lists(before: &[Spanned<Value>], after: &[Spanned<Value>]) -> bool {
    before.iter().chain(after).any(|item| item.as_array().is_some())
}

/// What differs between two lists.
pub(super) fn compare(name: &str, before: &[Spanned<Value>], after: &[Spanned<Value>]) -> Change {
    let text = |item: &Value, escapes: Escapes| match item {
        Value::String(name_of_item) if name.ends_with(ORDER) => name_of_item.to_string(),
        item => written(item, escapes),
    };
    let write = |escapes: Escapes| {
        [before, after].map(|items| items.iter().map(|item| text(item, escapes)).collect::<Vec<String>>())
    };
    let [old, new] = write(Escapes::Hidden);
    let [old, new] = if seem_to_stay(&old, &new) { write(Escapes::BesideAscii) } else { [old, new] };
    if old.is_empty() || new.is_empty() {
        return Change::Items { added: new, removed: old };
    }
    by_value(name, &old, &new).unwrap_or_else(|| Change::Lines { lines: by_place(&old, &new), are_escaped: false })
}

/// Whether one that goes looks like one that comes.
pub(super) fn seem_to_stay(old: &[String], new: &[String]) -> bool {
    if old.iter().chain(new).all(|text| text.is_ascii()) {
        return false;
    }
    let (all_old, all_new): (BTreeSet<&String>, BTreeSet<&String>) = (old.iter().collect(), new.iter().collect());
    let looks = |texts: &BTreeSet<&String>, others: &BTreeSet<&String>| -> BTreeSet<String> {
        texts.difference(others).map(|text| skeleton(text)).collect()
    };
    !looks(&all_old, &all_new).is_disjoint(&looks(&all_new, &all_old))
}

/// What comes and what goes, where no item stands twice and those that stay keep their order.
fn by_value(name: &str, before: &[String], after: &[String]) -> Option<Change> {
    let (old, new): (BTreeSet<&String>, BTreeSet<&String>) = (before.iter().collect(), after.iter().collect());
    let unique = old.len() == before.len() && new.len() == after.len();
    let stays = |items: &'_ [String]| -> Vec<String> {
        items.iter().filter(|item| old.contains(item) && new.contains(item)).cloned().collect()
    };
    if !unique || stays(before) != stays(after) {
        return None;
    }
    let ordered = name.rsplit('.').next().is_some_and(|last| ORDERED.contains(&last));
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
    let operations = align::operations(before, after);
    let mut lines = Vec::new();
    for group in align::group_diff_ops(operations, 1) {
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
