//! Lowers `promise`, `request`, `state-store`, `destination` and `test` nodes.

use super::Loader;
use crate::diag::Diagnostics;
use crate::model::Project;
use crate::syntax::Node;

/// Lowers a node of delivery into the project; false where the node is of another kind.
pub(super) fn lower(node: Node<'_>, loader: &dyn Loader, project: &mut Project, diagnostics: &mut Diagnostics) -> bool {
    let _ = (node, loader, project, diagnostics);
    false
}
