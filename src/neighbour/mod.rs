//! Objects as the documents of neighbours, Port's JSON and Kratix's YAML, and back.
//!
//! In: a body and its names, or a document. Out: the other, and what of it has no place there ([`Loss`]). Promises that nothing is lost
//! in silence, and that no field is known here by its name: where each stands is said by the grammar, once, for both directions.

mod beside;
mod condition;
mod envelope;
mod field;
mod link;
mod passage;
mod place;
mod remainder;
mod same;
mod secrets;
mod structural;
mod template;
mod way;

#[cfg(test)]
mod tests;

pub use crate::grammar::Neighbour;
pub use envelope::{Envelope, Envelopes, Field};
pub use field::{Holds, entity_name, is_of, reference};

use crate::grammar::{Counterpart, Fixed, NodeShape, language};
use crate::model::{Kind, Map, Value};
use crate::object::{canonical_body, filled, told};
use crate::source::{Origin, Spanned};
use link::{Finder, Links};
use passage::{Direction, Passage};
pub use place::Places;
use remainder::Named;
pub use remainder::Part;
use same::is_empty;
use std::cell::Cell;
use way::Way;
pub use way::{pointer, way_steps};

/// Why something of a document is not said where there is no better reason.
pub const NO_WORDS: &str = "the language has no words for it";

/// Something that has no place on the other side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// Where it stands: a field as a plan shows it, or a JSON pointer into the document.
    pub place: String,
    /// What is the matter with it.
    pub reason: String,
}

/// What was carried over.
#[derive(Clone, Debug, PartialEq)]
pub struct Carried {
    /// The names of the object, each with what the grammar calls it, in the order in which they are written.
    pub names: Vec<(&'static str, Box<str>)>,
    /// The document, or the body.
    pub map: Map,
    /// What has no place in it.
    pub losses: Vec<Loss>,
    /// Of a document, the JSON pointers of what says there what nothing says here.
    pub silent: Vec<String>,
}

/// An object of a kind as the document of a neighbour; nothing where the neighbour has no such objects. `names` are those of
/// [`Carried::names`]; `is_relation` says of a field of a condition whether it is a relation, `envelope` where the values of an entity
/// stand.
pub fn document(
    neighbour: Neighbour,
    kind: Kind,
    names: &[(&'static str, Box<str>)],
    body: &Map,
    is_relation: &dyn Fn(&str) -> bool,
    envelope: Option<&Envelope>,
) -> Option<Carried> {
    let (finder, links) = found(neighbour, kind, |_, shape| told(shape, body))?;
    let links = placed(links, envelope, body, Direction::Out);
    let mut body = body.clone();
    let beyond = body.remove(neighbour.word());
    // What only others know is nothing that is lost here.
    for (_, word, _) in Neighbour::ALL {
        body.remove(word);
    }
    let body = &body;
    let mut passage = Passage::new(finder, Direction::Out, body.clone(), is_relation);
    let name = links.name(names);
    let fixed = links.fixed.iter().filter(|(.., witness)| witness.is_none_or(|witness| body.get(witness).is_some()));
    let fixed: Vec<_> = fixed.map(|(way, value, witness)| (way, written(value, name, body), *witness)).collect();
    for (way, value, _) in &fixed {
        passage.put(way, Spanned::new(value.clone(), Origin::Nowhere));
    }
    for (parameter, there) in &links.names {
        let name = names.iter().find(|(word, _)| *word == parameter.name());
        if let Some(((_, name), there)) = name.zip(there.as_ref()) {
            passage.put_name(there, name);
        }
    }
    passage.carry(&links);
    for (way, value, witness) in fixed {
        passage.fix(way, value, witness);
    }
    let (mut map, mut losses, _) = passage.finish();
    let lists = envelope.into_iter().flat_map(Envelope::required_lists).map(|way| (way, Value::Array(Vec::new())));
    let mut fill = |way: &Way<'_>, nothing: Value| {
        if way.get(&map).is_none() {
            way.put(&mut map, Spanned::new(nothing, Origin::Nowhere));
        }
    };
    empty(neighbour, kind).for_each(|(way, nothing)| fill(&way, nothing));
    lists.for_each(|(way, nothing)| fill(&way, nothing));
    if let Some(Value::Object(beyond)) = beyond.map(|beyond| beyond.value) {
        losses.extend(lay_over(&mut map, &beyond, &links, neighbour, kind));
    }
    Some(Carried { names: names.to_vec(), map, losses, silent: Vec::new() })
}

/// Lays what is beyond an object over its document; what that says otherwise. What the object is called, and what it is, nothing overrules.
fn lay_over(map: &mut Map, beyond: &Map, links: &Links<'_>, neighbour: Neighbour, kind: Kind) -> Vec<Loss> {
    let said = map.clone();
    let overruled = remainder::lay_over(map, beyond, &Named::of(links));
    // A name that stands in two places may be parted otherwise than the line can say.
    let called = links.names.iter().filter_map(|(_, there)| there.as_ref());
    let called = called.filter(|there| !there.calls_otherwise && there.name(map) != there.name(&said));
    let called = called.flat_map(|there| std::iter::once(&there.own).chain(&there.within));
    let mut others: Vec<(Way<'_>, &str)> = called.map(|way| (way.clone(), "calls it otherwise")).collect();
    for way in telling(neighbour, kind).filter(|way| !is_as_said(way, &said, map)) {
        others.push((way, "makes it another object"));
    }
    let mut losses: Vec<Loss> = Vec::new();
    for (way, does) in others {
        let (line, laid) = (way.get(&said).cloned(), way.get(map));
        if line.as_ref().map(|line| &line.value) == laid.map(|laid| &laid.value) {
            continue;
        }
        let place = pointer(&way.names().collect::<Vec<_>>());
        let reason = format!("`only-{}` {does}, and what the line says goes out", neighbour.word());
        losses.push(Loss { place, reason });
        way.take(map);
        if let Some(line) = line {
            way.put(map, line);
        }
    }
    let names = links.names.iter().filter_map(|(_, there)| there.as_ref()).filter(|there| there.calls_otherwise);
    let free: Vec<String> = names.map(|there| pointer(&there.own.names().collect::<Vec<_>>())).collect();
    let is_told = |place: &String| free.contains(place) || losses.iter().any(|loss| loss.place == *place);
    let overruled: Vec<String> = overruled.into_iter().filter(|place| !is_told(place)).collect();
    let reason = format!("`only-{}` says it otherwise, and that goes out", neighbour.word());
    losses.extend(overruled.into_iter().map(|place| Loss { place, reason: reason.clone() }));
    losses
}

/// What the document of a neighbour says beyond an object of a kind, by the document that was made of that, and its parts; `silent` are those of [`Carried::silent`]. For the member of the object's body that has the neighbour's word for a name.
pub fn beyond(neighbour: Neighbour, kind: Kind, made: &Map, document: &Map, silent: &[String]) -> (Map, Vec<Part>) {
    let Some((_, links)) = found(neighbour, kind, |finder, shape| finder.told(shape, made)) else {
        return Default::default();
    };
    let mut document = document.clone();
    strip(neighbour, kind, &mut document);
    remainder::beyond(made, &document, &Named::of(&links), silent)
}

/// Whether the language has words for what a JSON pointer leads to in the document of an object of a kind, for what is in it, or for what it
/// is in.
pub fn has_words(neighbour: Neighbour, kind: Kind, document: &Map, pointer: &str) -> bool {
    let steps: Vec<String> =
        pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
    let links = found(neighbour, kind, |finder, shape| finder.told(shape, document));
    links.is_some_and(|(_, links)| Named::of(&links).is_known(&steps))
}

/// Whether a JSON pointer leads to what an object of a kind is called in the documents of a neighbour.
pub fn is_name(neighbour: Neighbour, kind: Kind, pointer: &str) -> bool {
    let named = |way: &Way<'_>| self::pointer(&way.names().collect::<Vec<_>>()) == pointer;
    let links = found(neighbour, kind, |_, _| None);
    links.is_some_and(|(_, links)| {
        links.names.iter().any(|(_, there)| there.as_ref().is_some_and(|there| named(&there.own)))
    })
}

/// The ways to what stands in a document even where nothing is in it, each with that.
fn empty(neighbour: Neighbour, kind: Kind) -> impl Iterator<Item = (Way<'static>, Value)> {
    let counterpart = language().object(kind.word()).and_then(|shape| shape.elsewhere(neighbour));
    let nothing = |is_list: bool| if is_list { Value::Array(Vec::new()) } else { Value::Object(Map::default()) };
    let all = counterpart.into_iter().flat_map(|one| &one.empty);
    all.filter_map(move |(way, is_list)| Some((Way::read(way)?, nothing(*is_list))))
}

/// The ways to what tells that a document is an object of a kind.
fn telling(neighbour: Neighbour, kind: Kind) -> impl Iterator<Item = Way<'static>> {
    let counterpart = language().object(kind.word()).and_then(|shape| shape.elsewhere(neighbour));
    counterpart.into_iter().flat_map(|one| &one.telling).filter_map(|way| Way::read(way))
}

/// Whether what stands at a JSON pointer tells that a document is an object of a kind.
pub fn tells(neighbour: Neighbour, kind: Kind, pointer: &str) -> bool {
    telling(neighbour, kind).any(|way| self::pointer(&way.names().collect::<Vec<_>>()) == pointer)
}

/// Whether a document tells what it is as another one does; in which case of letters says nothing to Backstage, and is none to others.
fn is_as_said(way: &Way<'_>, said: &Map, map: &Map) -> bool {
    let told = |map| way.get(map).map(|value| value.as_str().map(str::to_lowercase));
    told(said) == told(map)
}

/// Takes out what the neighbour keeps itself.
fn strip(neighbour: Neighbour, kind: Kind, document: &mut Map) {
    let counterpart = language().object(kind.word()).and_then(|shape| shape.elsewhere(neighbour));
    let own = counterpart.into_iter().flat_map(|Counterpart { own, .. }| own).filter_map(|own| Way::read(own));
    own.for_each(|own| drop(own.take(document)));
}

/// The object of a kind that the document of a neighbour is; nothing where the neighbour has no such objects.
pub fn object(neighbour: Neighbour, kind: Kind, document: &Map, envelope: Option<&Envelope>) -> Option<Carried> {
    let (finder, links) = found(neighbour, kind, |finder, shape| finder.told(shape, document))?;
    let mut document = document.clone();
    strip(neighbour, kind, &mut document);
    for (way, _) in empty(neighbour, kind) {
        if way.get(&document).is_some_and(|value| is_empty(value)) {
            way.take(&mut document);
        }
    }
    let whole = document.clone();
    let mut passage = Passage::new(finder, Direction::Back, document, &|_| false);
    let mut names = Vec::new();
    for (parameter, there) in &links.names {
        let Some(there) = there else { continue };
        match passage.take_name(there).or_else(|| parameter.default.as_deref().map(Into::into)) {
            Some(name) => names.push((parameter.name(), name)),
            None => passage.lose(&there.own, "a name is missing here"),
        }
    }
    let links = placed(links, envelope, &whole, Direction::Back);
    let fixed: Vec<_> =
        links.fixed.iter().filter_map(|(way, value, _)| Some((way, *value, passage.take(way)?))).collect();
    passage.carry(&links);
    let name = links.name(&names);
    passage.fill(&links, name);
    for (way, value, found) in fixed {
        let expected = written(value, name, passage.made());
        if found.value != expected {
            let reason = if is_whole(value, passage.made()) {
                format!("plat knows {} alone here", said(&expected))
            } else {
                "what plat works it out of is not there".to_owned()
            };
            passage.lose(way, &reason);
        }
    }
    let (mut map, losses, silent) = passage.finish();
    canonical_body(kind, &mut map);
    Some(Carried { names, map, losses, silent })
}

/// The links of the objects of a kind, where a neighbour has such; `told` says which form of its node one has, where it has several.
fn found<'w>(
    neighbour: Neighbour,
    kind: Kind,
    told: impl FnOnce(&Finder<'static>, &'static NodeShape) -> Option<&'w str>,
) -> Option<(Finder<'static>, Links<'static>)> {
    let finder = Finder { grammar: language(), neighbour };
    let shape = language().object(kind.word())?;
    shape.elsewhere(neighbour)?;
    let links = finder.links(shape, told(&finder, shape), None);
    Some((finder, links))
}

/// Links with those of an envelope for what is carried.
fn placed<'e>(mut links: Links<'e>, envelope: Option<&'e Envelope>, carried: &Map, direction: Direction) -> Links<'e> {
    if let Some(envelope) = envelope {
        envelope.add(&mut links, carried, direction);
    }
    links
}

/// What always stands somewhere, for an object of a name and a body.
fn written(value: &Fixed, name: &str, body: &Map) -> Value {
    match value {
        Fixed::Text(text) => Value::string(filled(text, name, |part| body.get(part)?.as_str())),
        Fixed::Truth(truth) => Value::Bool(*truth),
    }
}

/// Whether all is there that it is worked out of.
fn is_whole(value: &Fixed, body: &Map) -> bool {
    let lacks = Cell::new(false);
    if let Fixed::Text(text) = value {
        filled(text, "", |part| {
            let found = body.get(part).and_then(|value| value.as_str());
            lacks.set(lacks.get() || found.is_none());
            found
        });
    }
    !lacks.get()
}

/// A value that always stands somewhere, as a message says it.
fn said(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{text}`"),
        _ => format!("`{}`", value.as_key()),
    }
}
