use super::{Name, Property};
use crate::source::{Origin, Spanned};

/// A type of entities.
#[derive(Clone, Debug, PartialEq)]
pub struct Blueprint {
    /// Its identifier.
    pub name: Spanned<Name>,
    /// The line that declares it.
    pub span: Origin,
    /// Typed values of each entity.
    pub properties: Vec<Property>,
    /// Typed links to other entities.
    pub relations: Vec<Relation>,
    /// The names of what a portal works out of these: no entity holds it, and plat does not know it.
    pub worked_out: Vec<Name>,
    /// What its entities are in Backstage.
    pub backstage: Option<BackstageKind>,
}

/// A kind of Backstage, and where what its entities hold stands in their documents.
#[derive(Clone, Debug, PartialEq)]
pub struct BackstageKind {
    /// The kind.
    pub kind: Box<str>,
    /// The version of its API.
    pub api_version: Box<str>,
    /// Another one that Backstage takes.
    pub other_version: Option<Box<str>>,
    /// What is said of properties and relations.
    pub places: Vec<BackstagePlace>,
    /// What Backstage's validators want beside that.
    pub takes: Vec<BackstageRule>,
}

/// What Backstage's validators want to stand at a way of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct BackstageRule {
    /// The way, with `.` between names, and `[]` behind a name that leads to each item of a list.
    pub way: Box<str>,
    /// What may stand there, by the grammar's words.
    pub what: Vec<Box<str>>,
    /// Whether what it stands in is refused without it.
    pub required: bool,
    /// Of which `spec.type` it is said; nothing where of every one.
    pub when: Option<Box<str>>,
    /// The most characters.
    pub longest: Option<u64>,
}

/// Where a property or relation stands in a document of Backstage.
#[derive(Clone, Debug, PartialEq)]
pub struct BackstagePlace {
    /// The property or relation.
    pub member: Spanned<Name>,
    /// The way to it, with `.` between names.
    pub way: Box<str>,
    /// Whether a reference without a kind is one to the target of the relation.
    pub default_kind: bool,
    /// Whether Backstage refuses a document without it.
    pub required: bool,
    /// What may be there for it, where it is required.
    pub or: Option<Spanned<Name>>,
}

/// A typed link from the entities of one blueprint to those of another.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    /// Its name.
    pub name: Spanned<Name>,
    /// The line that declares it.
    pub span: Origin,
    /// The blueprint that it points at.
    pub target: Spanned<Name>,
    /// Where it says that it must be set.
    pub required: Option<Origin>,
    /// Where it says that it may point at several.
    pub many: Option<Origin>,
}

impl Blueprint {
    /// The property of a name.
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| *property.name.value == *name)
    }

    /// The relation of a name.
    pub fn relation(&self, name: &str) -> Option<&Relation> {
        self.relations.iter().find(|relation| *relation.name.value == *name)
    }
}
