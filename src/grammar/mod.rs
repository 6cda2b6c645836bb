//! The language's definition, read from `grammar/*.kdl`, and what follows from it.
//!
//! In: the grammar's files, embedded in the binary, and trees of users' files. Out: the mistakes in a
//! tree's shape, and its names in one form ([`Grammar::understand`]), the names that it defines and uses ([`Grammar::index`]), and the
//! manual ([`reference()`]). Promises that a node is described once, in the grammar alone, and that
//! one mistake gives one diagnostic. It never looks at what values mean: whether a property exists or a
//! default fits its type is for later phases, which know the types.

mod apart;
mod compose;
mod elsewhere;
mod expect;
mod foreign;
mod index;
mod load;
mod operators;
mod placed;
mod position;
mod respell;
mod reference;
mod shape;
mod step;
mod types;
mod validate;

#[cfg(test)]
mod tests;

pub use elsewhere::{BRACES, Counterpart, Fixed, Neighbour};
pub use expect::{Child, Expected, Inner, Line, Word};
pub use index::{Declared, Index, Use};
pub use placed::{At, Fit, Manner, Part};
pub use position::{LineForm, Position};
pub use reference::reference;
pub use shape::{Body, Flag, Form, Grammar, NodeShape, Pairs, Parameter, Slot};
pub use step::{gives_name, is_control, is_table};
pub use validate::{NameType, Rewritten};

use crate::source::FileId;
use crate::syntax::{Tree, parse};
use std::sync::OnceLock;
use step::TABLE;

/// The grammar's files: name and text.
const FILES: [(&str, &str); 12] = [
    ("grammar.kdl", include_str!("../../grammar/grammar.kdl")),
    ("core.kdl", include_str!("../../grammar/core.kdl")),
    ("project.kdl", include_str!("../../grammar/project.kdl")),
    ("reuse.kdl", include_str!("../../grammar/reuse.kdl")),
    ("environment.kdl", include_str!("../../grammar/environment.kdl")),
    ("refactoring.kdl", include_str!("../../grammar/refactoring.kdl")),
    ("catalog.kdl", include_str!("../../grammar/catalog.kdl")),
    ("scorecard.kdl", include_str!("../../grammar/scorecard.kdl")),
    ("action.kdl", include_str!("../../grammar/action.kdl")),
    ("promise.kdl", include_str!("../../grammar/promise.kdl")),
    ("policy.kdl", include_str!("../../grammar/policy.kdl")),
    ("test.kdl", include_str!("../../grammar/test.kdl")),
];

/// The language's grammar, read once from the files embedded in the binary.
pub fn language() -> &'static Grammar {
    static LANGUAGE: OnceLock<Grammar> = OnceLock::new();
    LANGUAGE.get_or_init(|| load::load(&trees()).0)
}

/// The grammar's files as trees; the number of a file is its place in [`FILES`].
fn trees() -> Vec<Tree> {
    (0..).zip(FILES).map(|(number, (_, text))| parse(FileId(number), &text.into()).0).collect()
}
