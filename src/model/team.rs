use super::Name;
use crate::source::{Origin, Spanned};

/// A group of people that owns things.
#[derive(Clone, Debug, PartialEq)]
pub struct Team {
    /// Its identifier.
    pub name: Spanned<Name>,
    /// The line that declares it.
    pub span: Origin,
    /// The e-mail addresses of its members: a set.
    pub members: Vec<Spanned<Name>>,
}

/// A person.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// The e-mail address.
    pub name: Spanned<Name>,
    /// The line that declares it.
    pub span: Origin,
}
