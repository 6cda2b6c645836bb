//! Lines of a body with references that decide about its members, and steps of a workflow that somebody writes there.

use crate::syntax::{Entry, Node};

/// What to write in the place of a table in a body.
pub(super) const TABLE: &str = "put it before the resource, and write one of its columns here: `$NAME.COLUMN`";

/// Whether a node among the members of a body is one that decides about others: `each NAME in=LIST { }`, `if $path { }`,
/// `match $path { case ... }`, `... $path`. A member of such a name has no such line, or is marked: `(object)match { ... }`.
pub fn is_control(node: Node<'_>) -> bool {
    let first = || node.argument(0).and_then(Entry::string);
    let refers = || first().is_some_and(|text| text.starts_with('$'));
    if node.annotation().is_some() {
        return false;
    }
    match node.name() {
        "..." => true,
        "each" => first().is_some() && node.property("in").is_some() && node.has_block(),
        "if" => refers() && node.has_block(),
        "match" => refers() && node.children().any(|child| matches!(child.name(), "case" | "else")),
        _ => false,
    }
}

/// Whether a node inside of a body is written as a table: `table NAME by=$path { row ... }`. A field of such a name has no such line.
pub fn is_table(node: Node<'_>) -> bool {
    let is_named = node.argument(0).and_then(Entry::string).is_some();
    node.name() == "table"
        && is_named
        && node.property("by").is_some()
        && node.children().any(|child| child.name() == "row")
}

/// Whether a node, wherever it stands in a promise, gives a name a value: that of a table, of an item, or of a `let`.
pub fn gives_name(node: Node<'_>) -> bool {
    match node.name() {
        "each" => is_control(node),
        "let" => node.argument(0).and_then(Entry::string).is_some(),
        _ => is_table(node),
    }
}
