use super::{Map, Name};
use crate::source::{Span, Spanned};

/// One ask of a promise.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The promise.
    pub promise: Spanned<Name>,
    /// Its name.
    pub name: Spanned<Name>,
    /// The Kubernetes namespace; `default` where none is given.
    pub namespace: Spanned<Name>,
    /// The line that declares it.
    pub span: Span,
    /// What is asked: values of the API's fields. A default is not filled in here.
    pub spec: Map,
    /// Whether deleting it needs an explicit allowance.
    pub protect: Option<Span>,
}
