use super::comment::{Sort, comments};
use super::surroundings::spaces_before;
use super::{Edit, write_scalar, write_string};
use crate::source::Span;
use crate::syntax::{Entry, Node, Scalar, Tree};

/// Sets the argument at an index, from 0; behind the last argument, adds one.
///
/// The annotation of an argument that is there stays.
pub fn set_argument(node: Node<'_>, index: usize, value: Scalar<'_>) -> Vec<Edit> {
    match node.argument(index) {
        Some(entry) => set_value(entry, value),
        None => append(node, &write_scalar(value)),
    }
}

/// Sets the property of a key, or adds it behind the last entry. Of a repeated key, sets the one that counts.
pub fn set_property(node: Node<'_>, key: &str, value: Scalar<'_>) -> Vec<Edit> {
    match node.property(key) {
        Some(entry) => set_value(entry, value),
        None => append(node, &format!("{}={}", write_string(key), write_scalar(value))),
    }
}

/// Removes the argument at an index, from 0, if there is one.
pub fn remove_argument(tree: &Tree, node: Node<'_>, index: usize) -> Vec<Edit> {
    node.argument(index).into_iter().map(|entry| remove_entry(tree, entry)).collect()
}

/// Removes each property of a key.
pub fn remove_property(tree: &Tree, node: Node<'_>, key: &str) -> Vec<Edit> {
    node.properties().filter(|entry| entry.key() == Some(key)).map(|entry| remove_entry(tree, entry)).collect()
}

fn set_value(entry: Entry<'_>, value: Scalar<'_>) -> Vec<Edit> {
    vec![Edit { span: entry.value_span(), text: write_scalar(value) }]
}

fn append(node: Node<'_>, text: &str) -> Vec<Edit> {
    let head = node.head_span();
    vec![Edit { span: Span { start: head.end, ..head }, text: format!(" {text}") }]
}

/// Removes an entry and the spaces before it, but no comment within it.
fn remove_entry(tree: &Tree, entry: Entry<'_>) -> Edit {
    let span = entry.span();
    let kept = comments(tree, span).into_iter().map(|comment| {
        let text = &tree.text()[comment.span.range()];
        if comment.sort == Sort::Line { format!(" \\ {text}\n") } else { format!(" {text}") }
    });
    Edit { span: Span { start: spaces_before(tree.text(), span.start), ..span }, text: kept.collect() }
}
