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
use crate::syntax::Line;
use change::Change;
use side::Side;
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
