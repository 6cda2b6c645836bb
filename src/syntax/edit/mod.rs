//! Changes of a text that leave every other byte as it was.
//!
//! Takes a tree without mistakes and what to change, gives [`Edit`]s of its text; [`apply()`] makes the
//! new text. No comment is ever lost: one inside of what goes takes its place. An edit is planned against one tree: after it is applied, the
//! text is parsed again before the next.

mod arrange;
mod comment;
mod entry;
mod node;
mod surroundings;
mod write;

pub use arrange::{arrange, arrange_arguments, insert_arguments};
pub use comment::comment_lines;
pub use entry::{remove_argument, remove_property, set_argument, set_property};
use node::above;
pub use node::{
    Insertion, close_empty_block, cut, dress, insert, is_commented, is_in_one_line, remove, remove_empty_block, rename,
    replace, set_apart, shares_line, strip, with_lines,
};
pub use surroundings::{indentation_of_line, unit};
pub(super) use write::{push_scalar, push_string};
pub use write::{write_inert, write_lines, write_raw, write_scalar, write_string, write_string_like};

use crate::diag::Edit;

/// The text after edits, or nothing where two of them overlap or one lies outside of the text.
///
/// Edits that insert at one place keep their order. The file that a span names is not looked at.
pub fn apply(text: &str, edits: &[Edit]) -> Option<String> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in sorted {
        out.push_str(text.get(at..edit.span.start as usize)?);
        text.get(edit.span.range())?;
        out.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}
