//! The way of names, and of fields that stand at one place with others.

use super::link::{Codec, Link, NameWay};
use super::passage::{Direction, Passage};
use super::way::Way;
use crate::model::Value;
use crate::source::{Origin, Spanned};

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
    pub(super) fn take_own(&mut self, way: &Way<'_>, link: &Link<'_>) -> Option<Spanned<Value>> {
        let value = self.take(way)?;
        let (Codec::Field(holds), Direction::Back) = (link.codec, self.direction) else { return Some(value) };
        let span = value.span;
        let (own, rest) = holds.parted(value.value, &self.namespace);
        if let (Some(rest), Some(source)) = (rest, self.source.last_mut()) {
            way.put(source, Spanned::new(rest, span));
        }
        own.map(|own| Spanned::new(own, span))
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
