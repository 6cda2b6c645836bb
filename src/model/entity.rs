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
    /// What only Port knows of it.
    pub beyond: Option<Box<Spanned<Value>>>,
    /// What may happen to it in its life, even after its text is gone.
    pub lifecycle: Option<Box<Lifecycle>>,
}

impl Entity {
    /// The words that a line of it may begin with, sorted. A property or relation of such a name stands in `properties` or
    /// `relations`.
    pub const WORDS: &[&str] = &["icon", "lifecycle", "only-port", "properties", "relations", "team", "title"];
}
