//! Entries and bodies to values: scalars, and JSON-in-KDL 4.0.0 for what is nested.

use crate::diag::Diagnostics;
use crate::model::Value;
use crate::source::Spanned;
use crate::syntax::{Entry, Node};

/// The value of an argument or a property, at the value's place.
pub(super) fn scalar(entry: Entry<'_>, diagnostics: &mut Diagnostics) -> Spanned<Value> {
    let _ = diagnostics;
    Spanned::new(Value::Null, entry.value_span())
}

/// The value of a node by JSON-in-KDL: its arguments, properties and children.
pub(super) fn json_in_kdl(node: Node<'_>, diagnostics: &mut Diagnostics) -> Spanned<Value> {
    let _ = diagnostics;
    Spanned::new(Value::Null, node.span())
}
