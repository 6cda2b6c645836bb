//! Documents of which a part is read, so that what is wrong with the rest takes nothing else along: each with why the rest is not.

use super::asking::Owners;
use super::kratix;
use super::port;
use super::way::{get, get_mut, text};
use crate::grammar::{Neighbour, language};
use crate::model::{Base, Kind, Map, Member, Name, Number, Value};
use crate::neighbour::{Loss, pointer};
use crate::object::typed::INSIDE;
use crate::source::{Origin, Spanned};
use std::collections::{HashMap, HashSet};

/// The part of a document that is read, where not all of it is, and why the rest is not; `relations` are those of each blueprint,
/// and `owners` the promises of APIs.
pub(super) fn narrowed(
    (neighbour, kind): (Neighbour, Kind),
    document: &Map,
    (relations, owners): (&HashMap<Name, HashSet<Name>>, &Owners),
) -> (Option<Map>, Vec<Loss>) {
    let mut losses = Vec::new();
    let mut narrowed = None;
    match kind {
        Kind::Promise if let Some(reason) = owners.refuse(document) => {
            let mut rest = document.clone();
            if let Some(Value::Object(spec)) = get_mut(&mut rest, &["spec"]) {
                spec.remove("api");
            }
            narrowed = Some(rest);
            losses.push(Loss { place: pointer(&["spec", "api"]), reason });
        }
        Kind::Promise => {
            narrowed = kratix::narrowed(document);
            losses.extend(narrowed.iter().map(|_| Loss {
                place: pointer(&kratix::VERSIONS),
                reason: "plat knows one version of an API, which is the stored one here".to_owned(),
            }));
        }
        Kind::Scorecard if neighbour == Neighbour::Port => {
            losses.extend(looks_astray(document, relations));
            let mut rest = document.clone();
            let levels = without_namesakes(&mut rest, "levels", "title", &mut losses);
            let rules = without_namesakes(&mut rest, "rules", "identifier", &mut losses);
            narrowed = (levels || rules).then_some(rest);
        }
        _ => {}
    }
    let schemas: &[&str] = match kind {
        Kind::Blueprint => &["schema"],
        Kind::Action => &["trigger", "userInputs"],
        Kind::Promise => &["spec", "api"],
        _ => &[],
    };
    if get(narrowed.as_ref().unwrap_or(document), schemas).is_some() {
        let mut rest = narrowed.clone().unwrap_or_else(|| document.clone());
        let mut place: Vec<String> = schemas.iter().map(ToString::to_string).collect();
        let before = losses.len();
        if let Some(Value::Object(around)) = get_mut(&mut rest, schemas) {
            members(around, &mut place, &mut losses);
        }
        if losses.len() > before {
            narrowed = Some(rest);
        }
    }
    (narrowed, losses)
}

/// Takes items of a list out of a scorecard that have no name, or one that an item before has; whether there are such.
fn without_namesakes(document: &mut Map, list: &str, by: &str, losses: &mut Vec<Loss>) -> bool {
    let Some(Value::Array(items)) = get_mut(document, &[list]) else { return false };
    let mut named: HashSet<Box<str>> = HashSet::new();
    let faults: Vec<Option<String>> = items.iter().map(|item| fault(item, by, &mut named)).collect();
    let told = faults.iter().enumerate().filter_map(|(index, reason)| Some((index, reason.clone()?)));
    let before = losses.len();
    losses.extend(told.map(|(index, reason)| Loss { place: pointer(&[list, &index.to_string()]), reason }));
    let mut left = Vec::new();
    for (index, (item, fault)) in std::mem::take(items).into_iter().zip(faults).enumerate() {
        match fault {
            None => left.push(item),
            // What follows the lowest level stays above it.
            Some(_) if index == 0 && list == "levels" => {
                left.push(Spanned::new(Value::Object(lowest()), item.span));
            }
            Some(_) => {}
        }
    }
    *items = left;
    losses.len() > before
}

/// Why an item cannot be said beside those before it, whose names are given.
fn fault(item: &Value, by: &str, named: &mut HashSet<Box<str>>) -> Option<String> {
    let Some(item) = item.as_object() else { return Some(format!("it is no object, which has a `{by}`")) };
    match item.get(by).map(|name| name.as_str()) {
        None => Some(format!("it has no `{by}`, which is its name")),
        Some(None) => Some(format!("its `{by}` is no text")),
        Some(Some("")) => Some(format!("its `{by}` is empty")),
        Some(Some(name)) => (!named.insert(name.into())).then(|| format!("there is one `{name}` before it")),
    }
}

/// The level that Port puts below all others where nobody says one.
fn lowest() -> Map {
    let mut lowest = Map::default();
    let levels = language().nodes().find(|shape| shape.id() == "level");
    let levels = levels.and_then(|level| level.elsewhere(Neighbour::Port));
    for (name, text) in levels.into_iter().flat_map(|levels| &levels.first) {
        lowest.put(name, Value::String(text.clone()), Origin::Nowhere);
    }
    lowest
}

/// Conditions of a scorecard that look at something as what it is not: why none of them has words.
fn looks_astray(document: &Map, relations: &HashMap<Name, HashSet<Name>>) -> Vec<Loss> {
    let mut losses = Vec::new();
    let Some((blueprint, known)) =
        text(document, &["blueprint"]).and_then(|name| Some((name, relations.get(&Name::from(name))?)))
    else {
        return losses;
    };
    port::conditions(&Value::Object(document.clone()), &mut Vec::new(), &mut |condition, place| {
        let named = |subject: &str| condition.get(subject).and_then(|name| name.as_str());
        let reason = match (named("relation"), named("property")) {
            (Some(name), _) if !known.contains(name) => format!("`{blueprint}` has no relation `{name}`"),
            (None, Some(name)) if known.contains(name) => {
                format!("`{name}` is a relation of `{blueprint}`, and stands here as a property")
            }
            _ => return,
        };
        losses.push(Loss { place: pointer(place), reason });
    });
    losses
}

/// Takes the enums out of the schemas that stand by name somewhere in a document whose values do not go with the type of their schema.
fn members(map: &mut Map, place: &mut Vec<String>, losses: &mut Vec<Loss>) {
    for Member { name, value } in &mut map.members {
        place.push(name.value.to_string());
        match &mut value.value {
            Value::Object(inner) if &*name.value == "properties" => {
                for Member { name, value } in &mut inner.members {
                    place.push(name.value.to_string());
                    if let Value::Object(schema) = &mut value.value {
                        without_strange_enums(schema, place, losses);
                    }
                    place.pop();
                }
            }
            Value::Object(inner) => members(inner, place, losses),
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    place.push(index.to_string());
                    if let Value::Object(inner) = &mut item.value {
                        members(inner, place, losses);
                    }
                    place.pop();
                }
            }
            _ => {}
        }
        place.pop();
    }
}

fn without_strange_enums(schema: &mut Map, place: &mut Vec<String>, losses: &mut Vec<Loss>) {
    if let Some(reason) = strange_enum(schema) {
        for keyword in ["enum", "enumColors"] {
            if schema.remove(keyword).is_some() {
                let place = pointer(&[&place[..], &[keyword.to_owned()]].concat());
                losses.push(Loss { place, reason: reason.clone() });
            }
        }
    }
    members(schema, place, losses);
    for keyword in INSIDE {
        let inner = schema.members.iter_mut().find(|member| &*member.name.value == keyword);
        if let Some(Value::Object(inner)) = inner.map(|member| &mut member.value.value) {
            place.push(keyword.to_owned());
            without_strange_enums(inner, place, losses);
            place.pop();
        }
    }
}

/// Why an enum is none to the language, which knows such of texts and of numbers.
fn strange_enum(schema: &Map) -> Option<String> {
    let values = schema.get("enum")?.as_array().filter(|values| !values.is_empty())?;
    let are = |is: fn(&Value) -> bool| values.iter().all(|value| is(&value.value));
    let texts = are(|value| matches!(value, Value::String(_)));
    let numbers = are(|value| matches!(value, Value::Number(_)));
    let whole = are(|value| matches!(value, Value::Number(Number::Integer(_))));
    let base = Base::of(schema)?;
    let fits = match base {
        Base::String => texts,
        Base::Number => numbers,
        Base::Integer => whole,
        // Nothing says what they are but they.
        Base::Any | Base::IntOrString => texts || numbers,
        Base::Boolean => return Some("an enum is of texts or of numbers, and not of truth values".into()),
        Base::Object | Base::Array => false,
    };
    let of = match base {
        Base::String => "texts",
        Base::Number => "numbers",
        Base::Integer => "whole numbers",
        _ => return (!fits).then(|| "the values of an enum are all texts or all numbers".to_owned()),
    };
    (!fits).then(|| format!("the values of an enum of the type `{}` are {of}", base.word()))
}
