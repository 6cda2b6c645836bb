use super::{Guards, Map, Name, SharedCatalog};
use crate::source::{Origin, Spanned};

impl Environment {
    /// The word for each of them, where one is named: none is called so.
    pub const ALL: &str = "all";
}

/// One of the environments that a project is carried out in: what it has of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Environment {
    /// Its name.
    pub name: Spanned<Name>,
    /// The line that declares it.
    pub span: Origin,
    /// What marks everything that the project owns in it; made of the project's own id where the text says none.
    pub id: Option<Spanned<Box<str>>>,
    /// Where its catalog is kept; where the project's is, where the text says nothing.
    pub catalog: Option<SharedCatalog>,
    /// What a plan may do in it; what it may in the project, where the text says nothing.
    pub guards: Option<Guards>,
    /// What parameters of the project are in it.
    pub parameters: Map,
}
