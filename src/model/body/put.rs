//! Members of bodies, each with the place of the line that says it.

use crate::model::{Map, Name, Value};
use crate::source::{Origin, Spanned};

pub(super) fn put_text(map: &mut Map, name: &str, text: Option<&Spanned<Box<str>>>) {
    if let Some(text) = text {
        map.put(name, Value::String(text.value.clone()), text.span);
    }
}

pub(super) fn put_name(map: &mut Map, name: &str, value: &Spanned<Name>) {
    map.put(name, Value::string(&*value.value), value.span);
}

pub(super) fn put_group(map: &mut Map, name: &str, members: Map, span: Origin) {
    if !members.is_empty() {
        map.put(name, Value::Object(members), span);
    }
}

/// A set of names as the catalog holds it: sorted, each once.
pub(super) fn name_set(names: &[Spanned<Name>]) -> Value {
    let mut names: Vec<&Spanned<Name>> = names.iter().collect();
    names.sort_unstable_by(|a, b| a.value.cmp(&b.value));
    names.dedup_by(|a, b| a.value == b.value);
    Value::Array(names.into_iter().map(|name| Spanned::new(Value::string(&*name.value), name.span)).collect())
}
