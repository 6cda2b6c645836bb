//! The way of names, of fields that stand at one place with others, and what is left of an object.

use super::link::{Codec, Link, Links, NameWay};
use super::passage::{Direction, Passage};
use super::same::is_empty;
use super::way::Way;
use crate::grammar::At;
use crate::model::{Map, Member, Name, Value};
use crate::source::{Origin, Spanned};
use std::collections::{HashMap, HashSet};

/// Why what stands at a place that something is taken from is left there.
const OTHER: &str = "the language has words for something else there";

impl Passage<'_> {
    /// Sets a name in what is made.
    pub(super) fn put_name(&mut self, way: &NameWay<'_>, name: &str) {
        let text = |text: &str| Spanned::new(Value::string(text), Origin::Nowhere);
        let (namespace, own) = match &way.within {
            Some(within) => name.split_once('/').map_or((None, name), |(part, own)| (Some((within, part)), own)),
            None => (None, name),
        };
        self.put(&way.own, text(own));
        if let Some((within, part)) = namespace {
            self.put(within, text(part));
            self.namespace = part.into();
        }
    }

    /// Takes a name out of what is carried.
    pub(super) fn take_name(&mut self, way: &NameWay<'_>) -> Option<Box<str>> {
        let text = |value: Spanned<Value>| value.as_str().map(Box::<str>::from);
        let own = self.take(&way.own).and_then(text)?;
        let within = way.within.as_ref().and_then(|within| self.take(within)).and_then(text);
        let Some(part) = within else { return Some(own) };
        if part.contains('/') {
            let reason = "its name and its namespace would be parted at another `/`";
            way.within.iter().chain([&way.own]).for_each(|way| self.lose(way, reason));
        }
        self.namespace = part;
        Some(format!("{}/{own}", self.namespace).into())
    }

    /// Takes what a link is of out of what is carried; what is none of its business stays.
    pub(super) fn take_own(&mut self, way: &Way<'_>, link: &Link<'_>, links: &Links<'_>) -> Option<Spanned<Value>> {
        let value = self.take(way)?;
        let span = value.span;
        let steps = way.names().count();
        let was_taken_from = |other: &Link<'_>| {
            let there = other.there.as_ref().filter(|there| there.names().count() > steps);
            there.is_some_and(|there| there.names().zip(way.names()).all(|(one, other)| one == other))
        };
        let (own, rest) = match (link.codec, self.direction) {
            // What was in it has places of its own.
            (Codec::Field(_), Direction::Back) if is_empty(&value) && links.links.iter().any(was_taken_from) => {
                (None, None)
            }
            (Codec::Field(holds), Direction::Back) => holds.parted(value.value, &self.namespace),
            (Codec::Names { .. }, Direction::Back) if is_empty(&value) => (None, None),
            (Codec::Names { all, .. }, Direction::Back) if !self.are_names(&value, all) => (None, Some(value.value)),
            (Codec::Names { unless, all, .. }, Direction::Out) => match self.instead_of(link, unless, links) {
                Some(other) => {
                    match all {
                        Some((_, there)) => self.arrange(there, &value),
                        None => self.lose(way, &format!("{} takes it or `{other}`", self.finder.neighbour.name())),
                    }
                    (None, None)
                }
                None => (Some(value.value), None),
            },
            _ => (Some(value.value), None),
        };
        if let (Some(rest), Some(source)) = (rest, self.source.last_mut()) {
            way.put(source, Spanned::new(rest, span));
        }
        own.map(|own| Spanned::new(own, span))
    }

    /// The member beside which names are not said: one that the grammar names, or one that comes to the same place later.
    fn instead_of(&self, link: &Link<'_>, unless: Option<&str>, links: &Links<'_>) -> Option<String> {
        let source = self.source.last()?;
        let is_rival = |other: &&Link<'_>| other.there == link.there && other.at.get(source).is_some();
        let rival = links.links.iter().find(is_rival).and_then(|other| other.at.first());
        let named = unless.filter(|other| source.get(other).is_some());
        named.or(rival).map(str::to_owned)
    }

    /// Whether a value is a list of names: of all that stands beside it, where that is known.
    fn are_names(&self, value: &Value, all: Option<(&At, &str)>) -> bool {
        let Value::Array(names) = value else { return false };
        let Some(all) = all.map(|(at, _)| self.names_at(at)) else { return true };
        let named: HashSet<&str> = names.iter().filter_map(|name| name.as_str()).collect();
        all.len() == names.len() && all.iter().all(|name| named.contains(&**name))
    }

    /// Those of a list of names that are names of what was made at a place.
    pub(super) fn names_of(&mut self, at: &At, value: Value) -> Option<Value> {
        let Value::Array(mut names) = value else { return Some(value) };
        let known: HashSet<Name> = self.names_at(at).into_iter().collect();
        let strange = names.extract_if(.., |name| name.as_str().is_none_or(|name| !known.contains(name)));
        if let Some(first) = strange.collect::<Vec<_>>().first() {
            self.lost(&format!("it names `{}`, which is not among what is taken in", first.as_key()));
        }
        (!names.is_empty()).then_some(Value::Array(names))
    }

    /// The names of what was made at a place, in their order.
    pub(super) fn names_at(&self, at: &At) -> Vec<Name> {
        let made = self.target.last().and_then(|made| Way::of(&at.way, at.from_object).get(made)?.as_object());
        made.into_iter().flat_map(|made| &made.members).map(|member| member.name.value.clone()).collect()
    }

    /// Puts the members of what was made at a way into the order of their names.
    fn arrange(&mut self, there: &str, order: &Value) {
        let places = order.as_array().unwrap_or_default().iter().enumerate();
        let places: HashMap<&str, usize> = places.filter_map(|(place, name)| Some((name.as_str()?, place))).collect();
        let Some((way, target)) = Way::read(there).zip(self.target.last_mut()) else { return };
        if let Some(Spanned { value: Value::Object(mut made), span }) = way.take(target) {
            made.members.sort_by_key(|member| places.get(&*member.name.value).copied());
            way.put(target, Spanned::new(Value::Object(made), span));
        }
    }

    /// Sets a value where other fields may stand: lists come together, and anything else has no place beside another.
    pub(super) fn put_beside(&mut self, from: &Way<'_>, to: &Way<'_>, value: Spanned<Value>) {
        let there = self.target.last().and_then(|target| to.get(target)).cloned();
        match (there.map(|there| there.value), value.value) {
            (Some(Value::Array(mut items)), Value::Array(more)) => {
                items.extend(more);
                self.put(to, Spanned::new(Value::Array(items), value.span));
            }
            (Some(_), _) => {
                let way: Vec<String> = to.names().collect();
                self.lose(from, &format!("another value stands at `{}`", way.join(".")));
            }
            (None, own) => self.put(to, Spanned::new(own, value.span)),
        }
    }

    /// Tells what is left of an object; `depth` is how far it is on the ways of what was carried.
    pub(super) fn left(&mut self, rest: &Map, ways: &[Vec<String>], depth: usize) {
        for Member { name, value } in &rest.members {
            let on: Vec<Vec<String>> = ways
                .iter()
                .filter(|way| way.len() > depth + 1 && way.get(depth).is_some_and(|step| **step == *name.value))
                .cloned()
                .collect();
            let inner = match &value.value {
                Value::Object(inner) if !on.is_empty() => Some((inner, 1)),
                Value::Array(items) if !on.is_empty() => match items.as_slice() {
                    [Spanned { value: Value::Object(inner), .. }] => Some((inner, 2)),
                    _ => None,
                },
                _ => None,
            };
            self.place.push(name.value.to_string());
            match inner {
                Some((inner, steps)) => {
                    self.place.extend((steps == 2).then(|| "0".to_owned()));
                    self.left(inner, &on, depth + steps);
                    self.place.truncate(self.place.len() + 1 - steps);
                }
                None if is_empty(value) => {}
                None => {
                    let is_place = |way: &Vec<String>| way.len() == depth + 1 && way.last() == self.place.last();
                    let is_known = self.direction == Direction::Back && ways.iter().any(is_place);
                    let reason = match &value.value {
                        _ if is_known => OTHER.to_owned(),
                        Value::Object(_) | Value::Array(_) => self.without_place(),
                        _ if on.is_empty() => self.without_place(),
                        _ => "it is no object".to_owned(),
                    };
                    self.lost(&reason);
                }
            }
            self.place.pop();
        }
    }
}
