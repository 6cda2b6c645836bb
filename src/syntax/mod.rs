//! KDL 2.0: text to a tree that loses nothing, the canonical format, and edits of spans.
//!
//! [`parse`] takes any text and always gives a tree plus the problems it met; it is linear in
//! the text, keeps to a depth cap, and resumes at the next node after a mistake. The tree holds
//! what was written between its byte spans, so comments and layout are the gaps. It knows no node
//! of the language: that is the grammar's work. [`habits`] tells of what KDL takes and nobody means, and puts the tree right.

mod bracket;
mod build;
mod character;
mod conflict;
mod cursor;
pub mod edit;
mod entry;
mod foreign;
mod format;
mod habit;
mod line;
mod lost;
mod mistake;
mod multi_line;
mod node;
mod normal;
mod number;
mod parser;
mod passage;
mod reindent;
mod space;
mod split;
mod string;
#[cfg(test)]
mod tests;
mod token;
mod tree;
mod visible;

pub use build::{Builder, Built, Mark, Place};
pub use character::{is_bare_word, is_newline};
pub use foreign::AS_KDL;
pub use format::format;
pub use habit::{habits, is_foreign_value, is_foreign_word};
pub use line::Line;
pub use normal::{composed, is_mark, name_on_disks};
pub use passage::{Language, passages};
#[cfg(test)]
pub(crate) use tree::LOOKS;
pub use tree::{Annotation, Entry, Node, Nodes, Scalar, Tree};
pub use visible::{Escapes, escaped, judged, look_alike, needs_escapes, skeleton, visible_string};

use crate::diag::Diagnostics;
use crate::source::FileId;
use parser::Parser;
use std::sync::Arc;

/// Whether a text is KDL in its canonical format.
pub fn is_canonical(text: &Arc<str>) -> bool {
    let (tree, problems) = parse(FileId(0), text);
    !problems.has_errors() && format(&tree) == **text
}

/// Parses KDL 2.0. Never fails: what could not be read is left out of the tree and diagnosed. Where Git left a conflict, its first side
/// is read.
pub fn parse(file: FileId, text: &Arc<str>) -> (Tree, Diagnostics) {
    match conflict::resolved(file, text) {
        Some((text, mut diagnostics)) => {
            let (tree, found) = parse_text(file, &text.into());
            diagnostics.append(found);
            (tree, diagnostics)
        }
        None => parse_text(file, text),
    }
}

fn parse_text(file: FileId, text: &Arc<str>) -> (Tree, Diagnostics) {
    let mut parser = Parser::new(file, text);
    parser.run();
    match parser.lost() {
        Some(lost) => Parser::mended(file, text, lost).unwrap_or(parser).done(),
        None => parser.done(),
    }
}
