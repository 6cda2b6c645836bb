//! What `yamldecode` makes of plain words of YAML: Terraform takes those of YAML 1.1 for truth values, and has other numbers.

use super::term::{Datum, Term};
use crate::model::Value;
use crate::source::{Span, Spanned};
use std::rc::Rc;

/// The term of a value that was read of a text; all of it stands at one place.
pub(super) fn term(value: &Spanned<Value>, text: &str, place: Span) -> Term {
    let written = value.span.text().and_then(|span| text.get(span.range())).unwrap_or_default();
    let unsure = || Term::open("Terraform reads its YAML in a way of its own", place);
    match &value.value {
        Value::Array(items) => Term::list(items.iter().map(|item| term(item, text, place)).collect::<Vec<_>>(), place),
        // Whether a name is written in quotes is not known.
        Value::Object(map) if map.members.iter().any(|member| truth(&member.name.value).is_some()) => unsure(),
        Value::Object(map) => {
            let members = map.members.iter();
            let named = members.map(|member| (Rc::from(&*member.name.value), term(&member.value, text, place)));
            Term::map(named.collect::<Vec<_>>(), place)
        }
        Value::String(said) if truth(said).is_some() || is_date(said) => match (written == &**said, truth(said)) {
            // A tag before it may say that it is a text.
            (true, Some(truth)) if !text.contains('!') => Term::new(Datum::Bool(truth), place),
            (true, _) => unsure(),
            (false, _) if written.starts_with(['"', '\'']) => Term::text(&**said, place),
            (false, _) => unsure(),
        },
        Value::Number(_) if written.starts_with('*') => unsure(),
        other => Term::of(other, place),
    }
}

/// What a word says in YAML 1.1 that says nothing in 1.2.
fn truth(word: &str) -> Option<bool> {
    match word {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

/// Whether a text begins as a date, which Terraform writes with its time.
fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let is_number = |part: Option<&str>, fits: fn(usize) -> bool| {
        part.is_some_and(|part| fits(part.len()) && part.bytes().all(|one| one.is_ascii_digit()))
    };
    is_number(parts.next(), |length| length == 4)
        && is_number(parts.next(), |length| length == 1 || length == 2)
        && parts.next().is_some_and(|rest| rest.starts_with(|one: char| one.is_ascii_digit()))
}
