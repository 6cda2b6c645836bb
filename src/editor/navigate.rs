//! Where what a word names is declared.

use super::Snapshot;
use super::cursor::{Cursor, Spot, holds};
use crate::source::Span;
use crate::syntax::Tree;

impl Snapshot {
    /// Where what is named at an offset of a tree is declared; `known` is where that is in the text of the project that was read.
    pub fn definition(&self, tree: &Tree, at: u32, known: Option<u32>) -> Vec<Span> {
        if let Some((_, _, places)) = known.and_then(|known| self.names().at(tree.file(), known)) {
            return places.declared.clone();
        }
        let cursor = Cursor::new(tree, at);
        let Spot::Name(Some(node)) = cursor.spot else { return Vec::new() };
        if !holds(node.name_span(), at) {
            return Vec::new();
        }
        let declared = self.field(&cursor, node).and_then(|field| field.declared().text());
        declared.map(|span| self.loaded.sources.written(span).span).into_iter().collect()
    }
}
