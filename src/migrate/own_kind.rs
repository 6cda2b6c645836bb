//! Blueprints for the kinds of Backstage's catalog that are somebody's own.

use super::Found;
use super::text::DocumentPlace;
use super::way::{get, text};
use crate::backstage::{DEFAULT_NAMESPACE, Key, Reference, Rule};
use crate::model::{Address, Kind, Map, Member, Name, Value};
use crate::neighbour::{Envelopes, Loss, pointer, way_steps};
use crate::object::canonical_body;
use crate::source::Origin;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Blueprints of the kinds among some documents that none of those that are known is of, made after a model, each with the place of the first of them, and what of them has no place in it.
pub(super) fn own_kinds(
    found: &[Found],
    known: &Envelopes,
    model: &Map,
) -> Vec<(Address, Map, DocumentPlace, Vec<Loss>)> {
    let mut kinds: BTreeMap<String, Vec<&Found>> = BTreeMap::new();
    for one in found {
        let kind = text(&one.document, &["kind"]).filter(|kind| Rule::Kind.judge(kind).is_ok());
        if let Some(kind) = kind.filter(|kind| known.of_kind(kind).is_none()) {
            kinds.entry(kind.to_lowercase()).or_default().push(one);
        }
    }
    let there = There::of(found, known);
    let made = |(name, all): (String, Vec<&Found>)| {
        let first = all.first()?;
        let address = Address::new(Kind::Blueprint, name.as_str().into());
        let (body, unlike) = own_kind(&all, model, &there);
        Some((address, body, first.place.clone(), unlike))
    };
    kinds.into_iter().filter_map(made).collect()
}

/// A blueprint of a kind: what stands at the ways of another blueprint is what it is there, and each other member of `spec` is a relation where
/// all its values refer to entities of one kind that are there, else a property of the type that all its values have; those whose values have several.
fn own_kind(all: &[&Found], model: &Map, there: &There) -> (Map, Vec<Loss>) {
    let word = |name: &str| all.first().and_then(|one| text(&one.document, &[name])).unwrap_or_default();
    let mut own = Own::default();
    own.take(all, model);
    let unlike = own.infer(all, there);
    let mut kind = Map::default();
    for name in ["kind", "apiVersion"] {
        kind.put(name, Value::string(word(name)), Origin::Nowhere);
    }
    kind.put("places", Value::Object(own.places), Origin::Nowhere);
    let mut body = Map::default();
    body.put("title", Value::string(word("kind")), Origin::Nowhere);
    for (name, members) in [("backstage", kind), ("properties", own.properties), ("relations", own.relations)] {
        if !members.is_empty() {
            body.put(name, Value::Object(members), Origin::Nowhere);
        }
    }
    canonical_body(Kind::Blueprint, &mut body);
    (body, unlike)
}

/// The parts of a blueprint that is made of documents.
#[derive(Default)]
struct Own {
    places: Map,
    properties: Map,
    relations: Map,
    /// The ways that something stands at.
    known: HashSet<String>,
}

impl Own {
    /// Takes over what another blueprint has for what stands in the documents.
    fn take(&mut self, all: &[&Found], model: &Map) {
        let group = |way: &[&str]| get(model, way).and_then(Value::as_object).cloned().unwrap_or_default();
        let places = group(&["backstage", "places"]);
        for (members, own) in [("properties", &mut self.properties), ("relations", &mut self.relations)] {
            for Member { name, value } in group(&[members]).members {
                let place = places.get(&name.value).and_then(|place| place.as_object());
                let usual = format!("spec.{}", name.value);
                let way = place.and_then(|place| text(place, &["way"])).unwrap_or(&usual).to_owned();
                let steps = way_steps(&way);
                if steps.first() != Some(&"metadata") && !all.iter().any(|one| get(&one.document, &steps).is_some()) {
                    continue;
                }
                if let Some(mut place) = place.cloned() {
                    place.remove("required");
                    // Nobody knows what a reference without a kind would mean to this one, and it is given back as it came.
                    if all.iter().all(|one| say_kinds(&one.document, &steps)) {
                        place.remove("defaultKind");
                    }
                    if place.members.len() > 1 || way != usual {
                        self.places.put(&name.value, Value::Object(place), Origin::Nowhere);
                    }
                }
                self.known.insert(way);
                own.put(&name.value, value.value, Origin::Nowhere);
            }
        }
    }

    /// Makes a relation or a property of each other member of `spec`; those of several types.
    fn infer(&mut self, all: &[&Found], there: &There) -> Vec<Loss> {
        let specs = all.iter().filter_map(|one| one.document.get("spec")?.as_object());
        let mut types: BTreeMap<&str, (&Value, Option<&Value>)> = BTreeMap::new();
        for Member { name, value } in specs.flat_map(|spec| &spec.members) {
            let Some(word) = type_of(&value.value) else { continue };
            let (first, other) = types.entry(&name.value).or_insert((&value.value, None));
            *other = other.or(Some(&value.value)).filter(|_| other.is_some() || type_of(first) != Some(word));
        }
        let mut unlike = Vec::new();
        let taken = [&self.properties, &self.relations].into_iter().flat_map(|group| &group.members);
        let mut taken: HashSet<Box<str>> = taken.map(|member| (*member.name.value).into()).collect();
        for (name, (first, other)) in types {
            let way = format!("spec.{name}");
            if self.known.contains(&way) {
                continue;
            }
            if let Some(other) = other {
                let [one, other] = [first, other].map(Value::type_name);
                let reason =
                    format!("it is {one} in one entity of this kind and {other} in another: a property has one type");
                unlike.push(Loss { place: pointer(&["spec", name]), reason });
                continue;
            }
            let Some(word) = type_of(first).filter(|_| !name.contains('.')) else { continue };
            let object = |member: &str, text: &str| {
                let mut map = Map::default();
                map.put(member, Value::string(text), Origin::Nowhere);
                Value::Object(map)
            };
            let is_taken = taken.contains(name);
            let called = if is_taken { format!("spec-{name}") } else { name.to_owned() };
            // Of two of one name the second is kept for Backstage alone.
            if !taken.insert(called.as_str().into()) {
                continue;
            }
            if is_taken {
                self.places.put(&called, object("way", &way), Origin::Nowhere);
            }
            match there.target(all, name) {
                Some(target) => {
                    let mut relation = Map::default();
                    relation.put("target", Value::string(&**target), Origin::Nowhere);
                    if word == "array" {
                        relation.put("many", Value::Bool(true), Origin::Nowhere);
                    }
                    self.relations.put(&called, Value::Object(relation), Origin::Nowhere);
                }
                None => self.properties.put(&called, object("type", word), Origin::Nowhere),
            }
        }
        unlike
    }
}

/// Whether each reference that stands at a way of a document says its kind.
fn say_kinds(document: &Map, way: &[&str]) -> bool {
    let says = |value: &Value| value.as_str().and_then(Reference::read).is_none_or(|one| one.kind.is_some());
    match get(document, way) {
        Some(Value::Array(items)) => items.iter().all(|item| says(item)),
        value => value.is_none_or(says),
    }
}

/// The word for the type of a value; nothing where it says nothing.
fn type_of(value: &Value) -> Option<&'static str> {
    match value {
        Value::Null | Value::Secret(_) => None,
        Value::Bool(_) => Some("boolean"),
        Value::Number(_) => Some("number"),
        Value::String(_) => Some("string"),
        Value::Array(_) => Some("array"),
        Value::Object(_) => Some("object"),
    }
}

/// The entities that are there, each with the blueprint that it is of.
struct There(HashMap<Key, Name>);

impl There {
    fn of(found: &[Found], known: &Envelopes) -> Self {
        let named = |one: &Found| {
            let (kind, namespace, name) = called(&one.document)?;
            let own = || Name::from(kind.to_lowercase().as_str());
            let blueprint = known.of_kind(kind).map_or_else(own, |(blueprint, _)| blueprint.clone());
            Some((Key::of(kind, namespace, name), blueprint))
        };
        Self(found.iter().filter_map(named).collect())
    }

    /// The blueprint that all values of a member of `spec` refer to, where each says a kind and is there.
    fn target(&self, all: &[&Found], name: &str) -> Option<&Name> {
        let mut target = None;
        for one in all {
            let (_, namespace, _) = called(&one.document)?;
            let texts: Vec<Option<&str>> = match get(&one.document, &["spec", name]) {
                None | Some(Value::Null) => Vec::new(),
                Some(Value::Array(items)) => items.iter().map(|item| item.as_str()).collect(),
                Some(value) => vec![value.as_str()],
            };
            for text in texts {
                let own = self.0.get(&Reference::read(text?)?.key(None, namespace)?)?;
                if *target.get_or_insert(own) != own {
                    return None;
                }
            }
        }
        target
    }
}

/// The kind, the namespace and the name of an entity.
pub(super) fn called(document: &Map) -> Option<(&str, &str, &str)> {
    let namespace = text(document, &["metadata", "namespace"]).unwrap_or(DEFAULT_NAMESPACE);
    Some((text(document, &["kind"])?, namespace, text(document, &["metadata", "name"])?))
}
