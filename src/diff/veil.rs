//! What of a live value is not shown: what may be a secret itself.
//!
//! That is whatever stands where a reference to a secret is declared or was written, and where such a reference is gone, the texts that came
//! beside it; and, whatever is known of it, a password in an address.

use crate::model::{Map, Name, Value};
use crate::object::fields;
use crate::secret::HIDDEN;
use crate::source::{Spanned, without_passwords};
use std::collections::BTreeMap;

/// What of a value is not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// What may be the secret of this name.
    Secret(Name),
    /// A password in an address.
    Password,
}

/// What is known of the fields of an object that hold references to secrets.
#[derive(Debug, Default)]
pub struct Veil<'k> {
    /// All that is known, by path, where there is such a field.
    known: BTreeMap<String, Vec<&'k Value>>,
    /// The secret of such a field that is no longer there.
    gone: Option<&'k Name>,
}

impl<'k> Veil<'k> {
    /// What the bodies say that are known of an object, before what is live of it.
    pub fn of(bodies: impl IntoIterator<Item = &'k Map>, live: &Map) -> Self {
        let mut known: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
        for (path, value) in bodies.into_iter().flat_map(fields) {
            known.entry(path).or_default().push(value);
        }
        let mut referring =
            known.iter().filter_map(|(path, values)| Some((path, values.iter().find_map(|it| secret(it))?))).peekable();
        if referring.peek().is_none() {
            return Self::default();
        }
        let live: BTreeMap<String, &Spanned<Value>> = fields(live).into_iter().collect();
        let gone = referring.find(|(path, _)| !live.contains_key(*path)).map(|(_, name)| name);
        Self { known, gone }
    }

    /// The live value of a field as it may be shown, and what of it is not.
    pub fn over(&self, path: &str, live: &Value) -> (Value, Option<Hidden>) {
        let (mut shown, mut found) = (live.clone(), None);
        match (self.known.get(path), self.gone) {
            (Some(known), _) => known.iter().for_each(|known| veil(known, &mut shown, &mut found)),
            (None, Some(gone)) => veil_texts(gone, &mut shown, &mut found),
            (None, None) => {}
        }
        let holds_password = mask(&mut shown);
        let secret = found.cloned().map(Hidden::Secret);
        (shown, secret.or(holds_password.then_some(Hidden::Password)))
    }
}

/// Takes the passwords out of the addresses in a value; gives whether there are any.
fn mask(value: &mut Value) -> bool {
    match value {
        Value::String(text) => {
            let shown = without_passwords(String::from(&**text));
            let is_masked = *shown != **text;
            if is_masked {
                *value = Value::string(shown.as_str());
            }
            is_masked
        }
        Value::Array(items) => items.iter_mut().fold(false, |is_masked, item| is_masked | mask(&mut item.value)),
        Value::Object(map) => {
            map.members.iter_mut().fold(false, |is_masked, member| is_masked | mask(&mut member.value.value))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Secret(_) => false,
    }
}

/// The first secret that a value refers to.
fn secret(value: &Value) -> Option<&Name> {
    match value {
        Value::Secret(name) => Some(name),
        Value::Array(items) => items.iter().find_map(|item| secret(item)),
        Value::Object(map) => map.members.iter().find_map(|member| secret(&member.value)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// Veils in a live value what may be a secret that what is known of its place refers to.
fn veil<'k>(known: &'k Value, live: &mut Value, found: &mut Option<&'k Name>) {
    let Some(name) = secret(known).filter(|_| known != live) else { return };
    match (known, live) {
        (Value::Secret(_), Value::Secret(_) | Value::Null) => {}
        (Value::Secret(_), live) => {
            *live = Value::string(HIDDEN);
            found.get_or_insert(name);
        }
        (Value::Array(known), Value::Array(live)) => {
            let is_gone = |item: &&Spanned<Value>| secret(item).is_some() && !live.contains(item);
            let gone: Vec<&Spanned<Value>> = known.iter().filter(is_gone).collect();
            for item in live.iter_mut().filter(|item| !known.contains(item)) {
                for gone in &gone {
                    veil(gone, &mut item.value, found);
                }
            }
        }
        (Value::Object(known), Value::Object(live)) => {
            let is_there = |name: &str| live.get(name).is_some_and(|value| value.value != Value::Null);
            let mut gone = known.members.iter().filter(|member| !is_there(&member.name.value));
            let gone = gone.find_map(|member| secret(&member.value));
            for member in &mut live.members {
                let known = known.get(&member.name.value);
                if let Some(known) = known {
                    veil(known, &mut member.value.value, found);
                }
                if let Some(gone) = gone.filter(|_| known != Some(&member.value)) {
                    veil_texts(gone, &mut member.value.value, found);
                }
            }
        }
        (_, live) => veil_texts(name, live, found),
    }
}

/// Veils every text in a live value, of which each may be a secret.
fn veil_texts<'k>(name: &'k Name, live: &mut Value, found: &mut Option<&'k Name>) {
    match live {
        Value::String(_) => {
            *live = Value::string(HIDDEN);
            found.get_or_insert(name);
        }
        Value::Array(items) => items.iter_mut().for_each(|item| veil_texts(name, &mut item.value, found)),
        Value::Object(map) => {
            map.members.iter_mut().for_each(|member| veil_texts(name, &mut member.value.value, found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Secret(_) => {}
    }
}
