//! Changes of a text that leave every other byte as it was.
//!
//! Takes a tree without mistakes and what to change, gives [`Edit`]s of its text; [`apply()`] makes the
//! new text. No comment is ever lost: one inside of what goes takes its place. An edit is planned against one tree: after it is applied, the
//! text is parsed again before the next.

mod apply;
mod comment;
mod entry;
mod node;
mod surroundings;
mod write;

pub use apply::apply;
pub use comment::comment_lines;
pub use entry::{remove_argument, remove_property, set_argument, set_property};
pub use node::{Place, cut, insert, remove, rename, replace, shares_line, with_lines};
pub use surroundings::unit;
pub use write::{write_scalar, write_string, write_string_like};

use crate::diag::Edit;
