//! Promises times requests to manifests, and manifests to the places they go. Pure: the same project
//! gives the same bytes, in the same order, however many threads there are.

use crate::diag::Diagnostics;
use crate::model::{Address, Map, Name, Project};
use crate::source::Span;
use std::sync::Arc;

/// What a request comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendered {
    /// The request.
    pub request: Address,
    /// The line that declares it.
    pub span: Span,
    /// Its files, by path.
    pub files: Vec<File>,
    /// The labels that its destination must carry, sorted.
    pub labels: Vec<(Name, String)>,
    /// Where it goes; nothing where no destination takes it, which is a diagnostic.
    pub destination: Option<Name>,
    /// What its status says.
    pub status: Map,
}

/// A file that a workflow wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path in the workflow's output, `/` between parts.
    pub path: String,
    /// Its content.
    pub content: Arc<[u8]>,
}

/// A file at its place in a state store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The state store.
    pub store: Name,
    /// The destination.
    pub destination: Name,
    /// The path below the state store's folder: the destination's path, then what its layout says.
    pub path: String,
    /// Its content.
    pub content: Arc<[u8]>,
    /// The request that it was rendered for.
    pub request: Address,
    /// The line that declares the request.
    pub span: Span,
}

/// Renders every request of a project, in parallel, in the order of the requests.
pub fn render(project: &Project) -> (Vec<Rendered>, Diagnostics) {
    let _ = project;
    (Vec::new(), Diagnostics::default())
}

/// Every file of every request at its place, by store and path. Two files at one place are a diagnostic.
pub fn place(project: &Project, rendered: &[Rendered]) -> (Vec<Placed>, Diagnostics) {
    let _ = (project, rendered);
    (Vec::new(), Diagnostics::default())
}
