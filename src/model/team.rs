use super::{Lifecycle, Meta, Name};
use crate::source::{Span, Spanned};

/// A group of people that owns things.
#[derive(Clone, Debug, PartialEq)]
pub struct Team {
    /// Its identifier.
    pub name: Spanned<Name>,
    /// The line that declares it.
    pub span: Span,
    /// Words about it.
    pub meta: Meta,
    /// The e-mail addresses of its members: a set.
    pub members: Vec<Spanned<Name>>,
    /// What may happen to it in its life, even after its text is gone.
    pub lifecycle: Option<Box<Lifecycle>>,
}

/// A person.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// The e-mail address.
    pub name: Spanned<Name>,
    /// The line that declares it.
    pub span: Span,
    /// Words about them.
    pub meta: Meta,
    /// What may happen to it in its life, even after its text is gone.
    pub lifecycle: Option<Box<Lifecycle>>,
}
