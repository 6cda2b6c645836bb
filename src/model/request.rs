use super::{Lifecycle, Map, Name, Value};
use crate::source::{Origin, Spanned};

/// One ask of a promise.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The promise.
    pub promise: Spanned<Name>,
    /// Its name.
    pub name: Spanned<Name>,
    /// The Kubernetes namespace; `default` where none is given.
    pub namespace: Spanned<Name>,
    /// The name for people.
    pub title: Option<Spanned<Box<str>>>,
    /// The teams that it is of.
    pub teams: Vec<Spanned<Name>>,
    /// What it is labelled with: texts by name.
    pub labels: Map,
    /// The destination that it is pinned to; where there is none it is placed by its labels.
    pub destination: Option<Spanned<Name>>,
    /// The line that declares it.
    pub span: Origin,
    /// What is asked: values of the API's fields. A default is not filled in here.
    pub spec: Map,
    /// What only Kratix knows of it.
    pub beyond: Option<Box<Spanned<Value>>>,
    /// What may happen to it in its life, even after its text is gone.
    pub lifecycle: Option<Box<Lifecycle>>,
}

impl Request {
    /// What its body calls the values of the API's fields.
    pub const SPEC: &str = "spec";

    /// The words that a line of it may begin with, sorted. A field of such a name stands in `spec`.
    pub const WORDS: &[&str] = &["lifecycle", "metadata", "only-kratix", Self::SPEC];
}
