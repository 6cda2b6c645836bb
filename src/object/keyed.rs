//! Lists of objects that are told apart by a name of their own.

use crate::model::Value;
use crate::source::Spanned;
use std::collections::HashSet;

/// Members that name an item of a list, the likeliest first.
const KEYS: &[&str] = &["name", "identifier", "id", "key", "title"];

/// The member by which the items of each of two lists are told apart: every item has a text there, and no two the same.
pub fn common_key(lists: [&[Spanned<Value>]; 2]) -> Option<&'static str> {
    KEYS.iter().copied().find(|key| lists.iter().all(|items| is_keyed(key, items)))
}

/// The text that an item has under a key.
pub fn key_of<'v>(key: &str, item: &'v Value) -> Option<&'v str> {
    item.as_object()?.get(key)?.value.as_str()
}

fn is_keyed(key: &str, items: &[Spanned<Value>]) -> bool {
    let mut seen = HashSet::new();
    items.iter().all(|item| key_of(key, item).is_some_and(|name| seen.insert(name)))
}
