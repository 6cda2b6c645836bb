//! Secrets: what logs in where an address leads is left out, and texts that look like one come into the project as they stand, where whoever
//! reads it reads them.

use super::text::{self, DocumentPlace};
use super::{Fate, Found, Note};
use crate::grammar::{Neighbour, Parameter, language};
use crate::model::{Map, Value};
use crate::neighbour::pointer;
use crate::source::{FileId, SourceFile, names_secret, tokens, without_references};
use std::collections::BTreeSet;

/// Takes out of the addresses in what was found what logs in there. By the names of their members they are known in what the language has no
/// words for too.
pub(super) fn without_logins(neighbour: Neighbour, found: &mut [Found], notes: &mut Vec<Note>) {
    for one in found {
        let addresses = language().addresses(one.kind.word(), neighbour);
        if !addresses.is_empty() {
            without_logins_in(&mut one.document, &one.place, &addresses, notes);
        }
    }
}

fn without_logins_in(map: &mut Map, place: &DocumentPlace, addresses: &[(&str, &Parameter)], notes: &mut Vec<Note>) {
    for member in &mut map.members {
        let (name, place) = (&*member.name.value, place.to(&member.name.value));
        match &mut member.value.value {
            Value::String(text) => {
                let address = addresses.iter().find(|(other, _)| *other == name).map(|(_, address)| *address);
                if let Some(address) = address.filter(|address| language().hides(address, text)) {
                    *text = language().without_hidden(address, text).into();
                    let reason = "name a secret where the language has a place for one".to_owned();
                    notes.push(Note::new(place, Fate::Disarmed, reason));
                }
            }
            Value::Object(inner) => without_logins_in(inner, &place, addresses, notes),
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    if let Value::Object(inner) = &mut item.value {
                        without_logins_in(inner, &place.to(&index.to_string()), addresses, notes);
                    }
                }
            }
            _ => {}
        }
    }
}

/// What is in the names of headers that hold one. Headers are called as their servers have it: the grammar names none.
const NAMES: [&str; 8] = ["authorization", "token", "api-key", "apikey", "api_key", "secret", "password", "cookie"];

/// Where a `Secret` of Kubernetes has what it holds.
const HELD: [&str; 2] = ["data", "stringData"];

/// What names a header in a list of them.
const NAMING: [&str; 3] = ["name", "key", "header"];

/// The texts in a document that look like secrets, each with its JSON pointer. What a template puts in, and what stands for a value, is none.
pub(super) fn exposed(document: &Map) -> Vec<(String, &str)> {
    let mut search = Search { way: Vec::new(), found: Vec::new() };
    search.object(document, Within::default());
    search.found.sort_unstable();
    search.found
}

/// The texts that look like secrets in a file of a neighbour, as far as it can be read.
pub fn secrets_in(neighbour: Neighbour, file: &SourceFile) -> Secrets {
    let read: Vec<_> = text::read(neighbour, FileId(0), file).into_iter().flatten().collect();
    let mut search = Search { way: Vec::new(), found: Vec::new() };
    for document in &read {
        search.value("", &document.value.value, Within::default());
    }
    search.found.into_iter().map(|(_, text)| text.into()).collect()
}

/// Texts that look like secrets.
pub type Secrets = BTreeSet<Box<str>>;

/// What a value is a part of.
#[derive(Clone, Copy, Default)]
struct Within {
    /// What is in headers, or in a `Secret` of Kubernetes.
    headers: bool,
    /// What a name says to be a secret.
    telling: bool,
}

struct Search<'d> {
    way: Vec<Box<str>>,
    found: Vec<(String, &'d str)>,
}

impl<'d> Search<'d> {
    fn object(&mut self, map: &'d Map, within: Within) {
        let is_naming = |name: &str| NAMING.iter().any(|other| name.eq_ignore_ascii_case(other));
        let is_named = map
            .members
            .iter()
            .any(|member| is_naming(&member.name.value) && member.value.as_str().is_some_and(is_telling));
        let calls = |name: &str| map.get(name).and_then(|value| value.as_str());
        let is_pair = calls("name").is_some_and(names_secret);
        let is_secret = calls("kind") == Some("Secret") && calls("apiVersion") == Some("v1");
        for member in &map.members {
            let name = &*member.name.value;
            let telling = within.headers && (within.telling || is_telling(name) || is_named && !is_naming(name));
            let is_plain = member.value.as_str().is_some();
            let is_alone = is_plain && (names_secret(name) || is_pair && name == "value");
            let is_held = is_secret && HELD.contains(&name);
            let telling = telling || is_alone || is_held;
            let headers = within.headers || is_held || name == "headers";
            self.value(name, &member.value, Within { headers, telling });
        }
    }

    fn value(&mut self, step: &str, value: &'d Value, within: Within) {
        self.way.push(step.into());
        match value {
            Value::String(text) if within.telling && is_said(text) || tokens(text).next().is_some() => {
                self.found.push((pointer(&self.way), text));
            }
            Value::Object(inner) => self.object(inner, within),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(&index.to_string(), item, within);
                }
            }
            _ => {}
        }
        self.way.pop();
    }
}

/// Whether the name of a header says that it holds a secret.
fn is_telling(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    NAMES.iter().any(|part| name.contains(part))
}

/// Whether a text is a value, also in part, and not what a template makes of one, or stands for one.
fn is_said(text: &str) -> bool {
    const FILLED_IN: &str = "\0";
    let text = without_references(text, FILLED_IN);
    let last = text.split_whitespace().next_back().unwrap_or_default();
    // What stands before what is filled in may be its name.
    let value = if last.contains(FILLED_IN) { last.rsplit(['=', ':']).next().unwrap_or_default() } else { last };
    let value = value.replace(FILLED_IN, "");
    let stands_for = value.starts_with(['<', '$', '[', '*']) || value.to_ascii_uppercase().starts_with("YOUR");
    value.len() >= 6 && !stands_for
}
