//! `property`, `input` and `field` nodes to typed properties, and the words about a thing.

use crate::diag::Diagnostics;
use crate::model::{Meta, Property};
use crate::syntax::Node;

/// A `property`, `input` or `field` node; nothing where it is too broken to stand for one.
pub(super) fn property(node: Node<'_>, diagnostics: &mut Diagnostics) -> Option<Property> {
    let _ = (node, diagnostics);
    None
}

/// The `title`, `description` and `icon` children of a node.
pub(super) fn meta(node: Node<'_>) -> Meta {
    let _ = node;
    Meta::default()
}
