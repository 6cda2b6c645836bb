//! The way of names, and of fields that stand at one place with others.

use super::link::{Codec, Link, Links, NameWay};
use super::passage::{Direction, Passage};
use super::same::is_empty;
use super::way::Way;
use crate::grammar::At;
use crate::model::{Name, Value};
use crate::source::{Origin, Spanned};
use std::collections::{HashMap, HashSet};

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
            (Codec::Names { unless, all }, Direction::Out) => match self.instead_of(link, unless, links) {
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
}
