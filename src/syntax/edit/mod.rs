//! Changes of a text that leave every other byte as it was.
//!
//! Takes a tree without mistakes and what to change, gives [`Edit`]s of its text; [`apply()`] makes the
//! new text. Comments are never touched. An edit is planned against one tree: after it is applied, the
//! text is parsed again before the next.

mod apply;
mod entry;
mod node;
mod surroundings;
mod write;

pub use apply::apply;
pub use entry::{remove_argument, remove_property, set_argument, set_property};
pub use node::{Place, insert, remove, rename};
pub use write::{write_scalar, write_string};

use crate::diag::Edit;
