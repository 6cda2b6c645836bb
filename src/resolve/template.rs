//! Text with `$path` and `${path | filter}` to templates.

use crate::diag::Diagnostics;
use crate::model::{Template, Value};
use crate::source::Spanned;
use crate::syntax::{Entry, Node};

/// The template of an argument or a property.
pub(super) fn scalar(entry: Entry<'_>, diagnostics: &mut Diagnostics) -> Spanned<Template> {
    let _ = diagnostics;
    Spanned::new(Template::Literal(Value::Null), entry.value_span())
}

/// The template of a node's arguments, properties and children, by JSON-in-KDL.
pub(super) fn json_in_kdl(node: Node<'_>, diagnostics: &mut Diagnostics) -> Spanned<Template> {
    let _ = diagnostics;
    Spanned::new(Template::Literal(Value::Null), node.span())
}
