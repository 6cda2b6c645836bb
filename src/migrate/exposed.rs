//! Secrets: what logs in where an address leads is left out, and texts that look like one come into the project as they stand, where whoever
//! reads it reads them.

use super::text::DocumentPlace;
use super::{Fate, Found, Note};
use crate::grammar::{Neighbour, Parameter, language};
use crate::model::{Map, Value};
use crate::neighbour::pointer;

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
                    notes.push(Note { place, what: Fate::Disarmed, reason });
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

/// What is in the names of headers that hold one.
const NAMES: [&str; 8] = ["authorization", "token", "api-key", "apikey", "api_key", "secret", "password", "cookie"];

/// What tokens of well-known services begin with.
const BEGINNINGS: [&str; 9] = ["ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "AKIA", "sk_live_"];

/// The fewest letters behind such a beginning.
const FEWEST: usize = 12;

/// The JSON pointers of texts in a document that look like secrets. What a template puts in, and what stands for a value, is none.
pub(super) fn exposed(document: &Map) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Vec<(String, bool, &Map)> = vec![(String::new(), false, document)];
    while let Some((place, are_headers, map)) = open.pop() {
        for member in &map.members {
            let name = &*member.name.value;
            let place = place.clone() + &pointer(&[name]);
            let is_telling = are_headers && NAMES.iter().any(|part| name.to_ascii_lowercase().contains(part));
            match &member.value.value {
                Value::String(text) if is_telling && is_said(text) || is_token(text) => found.push(place),
                Value::Object(inner) => open.push((place, name == "headers", inner)),
                Value::Array(items) => {
                    for (index, item) in items.iter().enumerate() {
                        match &item.value {
                            Value::Object(inner) => open.push((format!("{place}/{index}"), false, inner)),
                            Value::String(text) if is_token(text) => found.push(format!("{place}/{index}")),
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
    }
    found.sort_unstable();
    found
}

/// Whether a text is a value, and not what a template makes of one, or stands for one.
fn is_said(text: &str) -> bool {
    let last = text.split_whitespace().next_back().unwrap_or_default();
    let stands_for = last.starts_with(['<', '$', '[', '*']) || last.to_ascii_uppercase().starts_with("YOUR");
    last.len() >= 6 && !text.contains("{{") && !stands_for
}

fn is_token(text: &str) -> bool {
    let is_letter = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    BEGINNINGS
        .iter()
        .any(|start| text.split(*start).skip(1).any(|rest| rest.chars().take_while(is_letter).count() >= FEWEST))
}
