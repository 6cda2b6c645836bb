//! Bodies of objects as KDL: whole nodes, and the smallest change of a node that is there.
//!
//! In: the body that an object is to have, and the grammar, which says of everything that can be written where it stands in a body.
//! Out: text. The contrary of reading (`resolve`), by the same description. Promises that comments, order and layout of what stays are
//! kept. What comes out is a proposal all the same: whoever uses it reads it again and compares.

mod change;
mod colored;
mod condition;
mod draft;
mod form;
mod items;
#[cfg(test)]
mod laws;
mod list;
mod side;
mod stuck;
mod value;
mod whole;

pub use draft::{Draft, end_lines, newline_of};
pub use stuck::Stuck;
pub use value::{Listing, member};

use crate::grammar::{Grammar, language};
use crate::model::{Address, Map};
use crate::object;
use crate::source::FileId;
use crate::syntax::{Line, format, parse};
use change::Change;
use side::Side;
use std::sync::Arc;
use whole::Naming;

/// What is known of the types of an open body's values: by the member of the body that it is, and the value's name.
pub type Listings<'a> = &'a dyn Fn(&str, &str) -> Listing;

/// What all parts of an object's text have in common.
#[derive(Clone, Copy)]
struct Writer<'a> {
    grammar: &'static Grammar,
    /// The name of the object.
    name: &'a str,
    listings: Listings<'a>,
}

/// The node that declares an object with a body.
///
/// # Errors
/// What of the body the language cannot say.
pub fn write(address: &Address, body: &Map, listings: Listings<'_>) -> Result<Line, Stuck> {
    let writer = Writer { grammar: language(), name: &address.name, listings };
    let shape = writer.grammar.object(address.kind.word()).ok_or_else(|| Stuck::no_words("objects of this kind"))?;
    let (namespace, name) = address.namespaced();
    let names: &[&str] = if address.parent.is_empty() { &[name] } else { &[&address.parent, name] };
    let word = object::told(shape, body);
    let naming = Naming { names, word, namespace: namespace.or(Some("default")), ..Naming::default() };
    writer.whole(shape, Side::of(body), naming)
}

/// The text of a node in the canonical format, in which texts of several lines stand on lines of their own, and others have no escapes.
pub fn on_lines(line: &str) -> String {
    let (tree, _) = parse(FileId(0), &Arc::from(line));
    let Some(mut draft) = tree.nodes().next().map(|node| Draft::of(&tree, node)) else { return String::new() };
    // Where they cannot stand so, they stay as they are.
    let text = if draft.spread("").and_then(|()| draft.make_raw()).is_ok() { draft.text() } else { line };
    format(&parse(FileId(0), &Arc::from(text)).0)
}

/// Gives the text of an object's node another body: `before` is what it says now.
///
/// # Errors
/// What of the change the language cannot say. The draft may then hold a part of it.
pub fn change(
    address: &Address,
    draft: &mut Draft,
    [before, after]: [&Map; 2],
    listings: Listings<'_>,
) -> Result<(), Stuck> {
    let writer = Writer { grammar: language(), name: &address.name, listings };
    let shape = writer.grammar.object(address.kind.word()).ok_or_else(|| Stuck::no_words("objects of this kind"))?;
    let text = draft.text().to_owned();
    Change { writer, draft: &mut *draft }.node(&[], shape, [Side::of(before), Side::of(after)])?;
    draft.spread(&text)
}
