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
