//! Secrets: what logs in where an address leads is left out, and texts that look like one come into the project as they stand, where whoever
//! reads it reads them.

use super::text::{self, DocumentPlace};
use super::{Fate, Found, Note};
use crate::grammar::{Neighbour, Parameter, language};
use crate::model::{Map, Value};
use crate::neighbour::pointer;
use crate::secret::{self, exposed_in};
use crate::source::{FileId, SourceFile};
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

/// What looks like a secret in a document, each with its JSON pointer.
pub(super) fn exposed(document: &Map) -> Vec<(String, Box<str>)> {
    secret::exposed(document).into_iter().map(|one| (pointer(&one.way), one.text())).collect()
}

/// The texts that look like secrets in a file of a neighbour, as far as it can be read.
pub fn secrets_in(neighbour: Neighbour, file: &SourceFile) -> Secrets {
    let read: Vec<_> = text::read(neighbour, FileId(0), file).into_iter().flatten().collect();
    let all = read.iter().flat_map(|document| exposed_in(&document.value.value));
    all.map(|one| one.text()).collect()
}

/// Texts that look like secrets.
pub type Secrets = BTreeSet<Box<str>>;
