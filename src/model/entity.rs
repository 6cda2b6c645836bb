use super::{Lifecycle, Map, Name, Value};
use crate::source::{Origin, Spanned};

/// A thing of the catalog: one service, one environment.
#[derive(Clone, Debug, PartialEq)]
pub struct Entity {
    /// Its blueprint.
    pub blueprint: Spanned<Name>,
    /// Its identifier within the blueprint.
    pub name: Spanned<Name>,
    /// The line that declares it.
    pub span: Origin,
    /// Its name for people.
    pub title: Option<Spanned<Box<str>>>,
    /// The name of an icon.
    pub icon: Option<Spanned<Box<str>>>,
    /// The teams that own it: a set.
    pub teams: Vec<Spanned<Name>>,
    /// Values of the blueprint's properties. A default is not filled in here.
    pub properties: Map,
    /// Links by relation: a string for one, a list of strings for `many`.
    pub relations: Map,
    /// What only its neighbours know of it.
    pub beyond: Beyond,
    /// What may happen to it in its life, even after its text is gone.
    pub lifecycle: Option<Box<Lifecycle>>,
}

/// What only a neighbour knows of something, by the neighbour's word. Most have nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Beyond(Option<Box<Map>>);

impl Beyond {
    /// What stands before the word of a neighbour in the text.
    const PREFIX: &str = "only-";
    /// The words of those that know entities, sorted.
    const WORDS: [&str; 2] = ["backstage", "port"];

    /// The neighbour's word in the name of a node.
    pub fn word(node: &str) -> Option<&'static str> {
        let word = node.strip_prefix(Self::PREFIX)?;
        Self::WORDS.into_iter().find(|known| *known == word)
    }

    /// Notes what one knows; of two the first.
    pub fn put(&mut self, word: &str, value: Spanned<Value>) {
        let known = self.0.get_or_insert_default();
        if known.get(word).is_none() {
            known.put(word, value.value, value.span);
        }
    }

    /// Takes it out of a body.
    pub fn taken(body: &mut Map) -> Self {
        let mut beyond = Self::default();
        for word in Self::WORDS {
            if let Some(value) = body.remove(word) {
                beyond.put(word, value);
            }
        }
        beyond
    }

    /// The word of each that knows something, with what it knows, sorted.
    pub fn each(&self) -> impl Iterator<Item = (&'static str, &Spanned<Value>)> {
        Self::WORDS.into_iter().filter_map(|word| Some((word, self.0.as_ref()?.get(word)?)))
    }
}

impl Entity {
    /// What its body calls the values of properties.
    pub const PROPERTIES: &str = "properties";
    /// What its body calls the targets of relations.
    pub const RELATIONS: &str = "relations";

    /// The words that a line of it may begin with, sorted. A property or relation of such a name stands in `properties` or
    /// `relations`.
    pub const WORDS: &[&str] =
        &["icon", "lifecycle", "only-backstage", "only-port", Self::PROPERTIES, Self::RELATIONS, "team", "title"];
}
