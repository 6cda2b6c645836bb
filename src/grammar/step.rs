//! Steps of a workflow that somebody writes into the body of a manifest.

use crate::syntax::{Entry, Node};

/// The steps that choose or repeat, each with what to write in its place.
pub(super) const STEPS: [(&str, &str); 3] = [
    (
        "each",
        "a field takes a whole list: `hosts $spec.hosts`; where each item looks different, let the API have the list as it is to be \
         (`field rules array of=object`), or put the `resource` into the `each`",
    ),
    (
        "match",
        "put a `table` before the resource and write one of its columns, `$NAME.COLUMN`, where a column may be `#null` for a field that is \
         left out; or put a `resource` into each case",
    ),
    ("table", "put it before the resource, and write one of its columns here: `$NAME.COLUMN`"),
];

/// Whether a node inside of a body is written as a step: `each NAME in=LIST`, `match $path { case ... }`, `table NAME by=$path`. A field
/// of such a name has no such line.
pub fn is_step(node: Node<'_>) -> bool {
    let first = node.argument(0).and_then(Entry::string);
    match node.name() {
        "each" => first.is_some() && node.property("in").is_some() && node.has_block(),
        "match" => {
            let mut cases = node.children().filter(|child| matches!(child.name(), "case" | "else"));
            first.is_some_and(|path| path.starts_with('$')) && cases.next().is_some()
        }
        "table" => {
            first.is_some() && node.property("by").is_some() && node.children().any(|child| child.name() == "row")
        }
        _ => false,
    }
}
