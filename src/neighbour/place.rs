//! Where what an object's body holds stands in a neighbour's document.

use super::link::{Codec, Finder, Links};
use super::way::Way;
use super::{Envelope, Neighbour, found};
use crate::grammar::NodeShape;
use crate::model::{Kind, Map, Value};
use crate::object::told;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// A node, and the word that tells its form.
type Told = (&'static str, Option<Box<str>>);

/// Where the parts of the body of an object stand.
pub struct Places<'b> {
    finder: Finder<'static>,
    links: Links<'static>,
    body: &'b Map,
    envelope: Option<&'b Envelope>,
    /// Those of the objects in it, by their nodes and the words that tell their forms.
    inner: RefCell<HashMap<Told, Rc<Links<'static>>>>,
}

impl<'b> Places<'b> {
    /// Those of an object of a kind; nothing where the neighbour has no such objects.
    pub fn of(neighbour: Neighbour, kind: Kind, body: &'b Map, envelope: Option<&'b Envelope>) -> Option<Self> {
        let (finder, links) = found(neighbour, kind, |_, shape| told(shape, body))?;
        Some(Self { finder, links, body, envelope, inner: RefCell::default() })
    }

    /// The names on the way in the document to what a way leads to in the body, as far as they are known: an item that has a name is called by that.
    pub fn place(&self, way: &[Box<str>]) -> Vec<String> {
        let mut place = Vec::new();
        if let (Some(envelope), [group, name, rest @ ..]) = (self.envelope, way)
            && let Some(field) = envelope.way_of(group, name).and_then(Way::read)
        {
            return field.names().chain(rest.iter().map(ToString::to_string)).collect();
        }
        self.down(&self.links, Some(self.body), way, &mut place);
        place
    }

    fn down(&self, links: &Links<'static>, body: Option<&Map>, way: &[Box<str>], place: &mut Vec<String>) {
        let along = links.links.iter().filter_map(|link| {
            let steps: Vec<String> = link.at.names().collect();
            let is_along = steps.iter().zip(way).all(|(step, other)| *step == **other);
            Some((steps.len(), link, link.there.as_ref().filter(|_| is_along)?))
        });
        let along: Vec<_> = along.collect();
        let longest = along.iter().filter(|(steps, ..)| *steps <= way.len()).max_by_key(|(steps, ..)| *steps);
        let Some((steps, link, there)) = longest else {
            // What holds nothing but what stands elsewhere stands around that.
            let there = along.first().map(|(steps, _, there)| (steps - way.len(), there));
            let names = there.map(|(more, there)| (more, there.names().collect::<Vec<_>>()));
            place.extend(names.into_iter().flat_map(|(more, mut names)| {
                names.truncate(names.len().saturating_sub(more));
                names
            }));
            return;
        };
        if there.from_whole {
            place.clear();
        }
        place.extend(there.names());
        let rest = &way[*steps..];
        let value = body.and_then(|body| link.at.get(body)).map(|value| &value.value);
        match (link.codec, rest.split_first()) {
            (Codec::Object { shape, word, .. }, _) => {
                let body = value.and_then(Value::as_object);
                let told = word.and_then(|(here, _)| body?.get(here)?.as_str());
                self.inside(shape, told, body, rest, place);
            }
            (Codec::Keyed { shape, .. }, Some((name, rest))) => {
                place.push(name.to_string());
                // Which form one has is not looked for among many.
                self.inside(shape, None, None, rest, place);
            }
            (Codec::Items { shape, counterpart }, Some((index, rest))) => {
                let before = usize::from(!counterpart.first.is_empty());
                place.push(index.parse().map_or_else(|_| index.to_string(), |own: usize| (own + before).to_string()));
                let item = index.parse::<usize>().ok().and_then(|index| value?.as_array()?.get(index)?.as_object());
                self.inside(shape, None, item, rest, place);
            }
            (Codec::Conditions { .. } | Codec::Instead | Codec::Word(_) | Codec::Truth { .. }, _) => {}
            (_, _) => place.extend(rest.iter().map(ToString::to_string)),
        }
    }

    fn inside(
        &self,
        shape: &'static NodeShape,
        told: Option<&str>,
        body: Option<&Map>,
        way: &[Box<str>],
        place: &mut Vec<String>,
    ) {
        if way.is_empty() {
            return;
        }
        let links = || Rc::new(self.finder.links(shape, told, None));
        let links =
            Rc::clone(self.inner.borrow_mut().entry((shape.name(), told.map(Into::into))).or_insert_with(links));
        self.down(&links, body, way, place);
    }
}
