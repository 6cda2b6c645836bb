use super::condition::{Conditions, Vocabulary};
use super::names::Names;
use crate::diag::Diagnostics;
use crate::model::{Leaf, Predicate};
use crate::syntax::Node;

/// The conditions of a block, which must all hold.
pub(super) fn conditions(block: Node<'_>, names: &mut Names, diagnostics: &mut Diagnostics) -> Predicate {
    let vocabulary = Vocabulary { subject: "an entity", metadata: &Leaf::METADATA };
    Conditions { vocabulary, names, diagnostics }.all(block)
}
