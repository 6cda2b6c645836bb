//! Members of bodies, each with the place of the line that says it.

use crate::model::{Map, Meta, Name, Value};
use crate::source::{Span, Spanned};

pub(super) fn put_text(map: &mut Map, name: &str, text: Option<&Spanned<Box<str>>>) {
    if let Some(text) = text {
        map.put(name, Value::String(text.value.clone()), text.span);
    }
}

pub(super) fn put_meta(map: &mut Map, meta: &Meta) {
    put_text(map, "title", meta.title.as_ref());
    put_text(map, "description", meta.description.as_ref());
    put_text(map, "icon", meta.icon.as_ref());
}

pub(super) fn put_value(map: &mut Map, name: &str, value: Option<&Spanned<Value>>) {
    if let Some(value) = value {
        map.put(name, value.value.clone(), value.span);
    }
}

pub(super) fn put_count(map: &mut Map, name: &str, count: Option<Spanned<u64>>) {
    if let Some(count) = count {
        map.put(name, Value::integer(i64::try_from(count.value).unwrap_or(i64::MAX)), count.span);
    }
}

pub(super) fn put_flag(map: &mut Map, name: &str, flag: Option<Span>) {
    if let Some(span) = flag {
        map.put(name, Value::Bool(true), span);
    }
}

pub(super) fn put_name(map: &mut Map, name: &str, value: &Spanned<Name>) {
    map.put(name, Value::string(&*value.value), value.span);
}

pub(super) fn put_group(map: &mut Map, name: &str, members: Map, span: Span) {
    if !members.is_empty() {
        map.put(name, Value::Object(members), span);
    }
}

/// The members by name, each with the place of its line.
pub(super) fn keyed<'a, T: 'a>(
    items: impl IntoIterator<Item = &'a T>,
    member: impl Fn(&T) -> (Spanned<Name>, Spanned<Value>),
) -> Map {
    let mut map = Map::default();
    for item in items {
        let (name, value) = member(item);
        map.set(name, value);
    }
    map
}

/// A set of names as the catalog holds it: sorted, each once.
pub(super) fn name_set(names: &[Spanned<Name>]) -> Value {
    let mut names: Vec<&Spanned<Name>> = names.iter().collect();
    names.sort_unstable_by(|a, b| a.value.cmp(&b.value));
    names.dedup_by(|a, b| a.value == b.value);
    Value::Array(names.into_iter().map(|name| Spanned::new(Value::string(&*name.value), name.span)).collect())
}
