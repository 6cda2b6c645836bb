use super::Name;
use crate::source::{Origin, Spanned};
use std::collections::HashMap;

/// A number. Integers that fit are integers, however they were written: `1.0` is `1`.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    /// A whole number.
    Integer(i64),
    /// Any other finite number.
    Float(f64),
}

impl Number {
    /// The number of a float; nothing for infinities and NaN, which JSON cannot hold.
    pub fn from_float(value: f64) -> Option<Self> {
        let whole = value.fract() == 0.0 && value.abs() < 9_223_372_036_854_775_808.0;
        match (value.is_finite(), whole) {
            (false, _) => None,
            #[expect(clippy::cast_possible_truncation, reason = "whole, and below 2^63")]
            (true, true) => Some(Self::Integer(value as i64)),
            (true, false) => Some(Self::Float(value)),
        }
    }

    /// The nearest float.
    #[expect(clippy::cast_precision_loss, reason = "comparison with floats is what is asked for")]
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Integer(value) => value as f64,
            Self::Float(value) => value,
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (*self, *other) {
            (Self::Integer(a), Self::Integer(b)) => a == b,
            (a, b) => a.as_f64().total_cmp(&b.as_f64()).is_eq(),
        }
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Integer(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
        }
    }
}

/// A value as JSON knows it, with the places of its parts.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    String(Box<str>),
    /// A list, in order.
    Array(Vec<Spanned<Value>>),
    /// Named values.
    Object(Map),
    /// The secret of a name: a reference, never its text.
    Secret(Name),
}

impl Value {
    /// A string.
    pub fn string(text: impl Into<Box<str>>) -> Self {
        Self::String(text.into())
    }

    /// A whole number.
    pub fn integer(value: i64) -> Self {
        Self::Number(Number::Integer(value))
    }

    /// The text, where it is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The members, where it is an object.
    pub fn as_object(&self) -> Option<&Map> {
        match self {
            Self::Object(map) => Some(map),
            _ => None,
        }
    }

    /// The items, where it is a list.
    pub fn as_array(&self) -> Option<&[Spanned<Value>]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The languages whose texts are carried as they are, by their annotations.
    pub const LANGUAGES: [&'static str; 2] = ["jq", "cel"];

    /// The language and the text of what is written in another one.
    pub fn foreign(&self) -> Option<(&str, &str)> {
        match self.as_object()?.members.as_slice() {
            [one] if Self::LANGUAGES.contains(&&*one.name.value) => Some((&one.name.value, one.value.as_str()?)),
            _ => None,
        }
    }

    /// A text in another language.
    pub fn written_in(language: &str, text: &str, span: impl Into<Origin>) -> Self {
        let mut map = Map::default();
        map.put(language, Self::string(text), span.into());
        Self::Object(map)
    }

    /// What it is, in a word, as messages say it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "a list",
            Self::Object(_) => "an object",
            Self::Secret(_) => "a secret",
        }
    }
}

/// A member of a [`Map`].
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Its name.
    pub name: Spanned<Name>,
    /// Its value.
    pub value: Spanned<Value>,
}

impl Member {
    /// Whether a name is its own.
    pub fn is_called(&self, name: &str) -> bool {
        #[cfg(test)]
        LOOKS.with(|looks| looks.set(looks.get() + 1));
        *self.name.value == *name
    }
}

#[cfg(test)]
thread_local! {
    /// How often names were compared to find a member.
    pub(crate) static LOOKS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Named values in the order they were written, which means nothing: two maps with the same members are equal.
#[derive(Clone, Debug, Default)]
pub struct Map {
    /// The members; each name stands once.
    pub members: Vec<Member>,
}

impl Map {
    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&Spanned<Value>> {
        self.members.iter().find(|member| member.is_called(name)).map(|member| &member.value)
    }

    /// Adds a member, or replaces the value of one.
    pub fn set(&mut self, name: Spanned<Name>, value: Spanned<Value>) {
        match self.members.iter_mut().find(|member| member.is_called(&name.value)) {
            Some(member) => member.value = value,
            None => self.members.push(Member { name, value }),
        }
    }

    /// Adds a member of the language's own, at a place.
    pub fn put(&mut self, name: &str, value: Value, span: Origin) {
        self.set(Spanned::new(name.into(), span), Spanned::new(value, span));
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<Spanned<Value>> {
        let index = self.members.iter().position(|member| member.is_called(name))?;
        Some(self.members.remove(index).value)
    }

    /// The same for whoever asks for many of its members.
    pub fn index(&self) -> Index<'_> {
        let named = self.members.iter().map(|member| (&*member.name.value, &member.value)).rev();
        Index { map: self, places: (self.members.len() > FEW).then(|| named.collect()) }
    }

    /// The members by name.
    pub fn sorted(&self) -> Vec<&Member> {
        let mut members: Vec<&Member> = self.members.iter().collect();
        members.sort_unstable_by(|a, b| a.name.value.cmp(&b.name.value));
        members
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

/// In a map with so many members each look goes through all of them.
const FEW: usize = 16;

/// The members of a map by name.
#[derive(Debug)]
pub struct Index<'m> {
    map: &'m Map,
    places: Option<HashMap<&'m str, &'m Spanned<Value>>>,
}

impl<'m> Index<'m> {
    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&'m Spanned<Value>> {
        match &self.places {
            Some(places) => places.get(name).copied(),
            None => self.map.get(name),
        }
    }
}

/// A map of members of which several may have one name: it has the last of these, at the place of the first.
impl FromIterator<Member> for Map {
    fn from_iter<I: IntoIterator<Item = Member>>(all: I) -> Self {
        let mut map = Self::default();
        let mut places: HashMap<Name, usize> = HashMap::new();
        for member in all {
            let next = map.members.len();
            let place = *places.entry(member.name.value.clone()).or_insert(next);
            match map.members.get_mut(place) {
                Some(there) => there.value = member.value,
                None => map.members.push(member),
            }
        }
        map
    }
}

impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        self.members.len() == other.members.len() && self.sorted() == other.sorted()
    }
}
