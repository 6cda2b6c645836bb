//! Where what a word names is declared, and where it is named.

use super::Snapshot;
use crate::source::Span;
use crate::syntax::Tree;

impl Snapshot {
    /// Where what is named at an offset of a tree is declared; `known` is where that is in the text of the project that was read.
    pub fn definition(&self, tree: &Tree, at: u32, known: Option<u32>) -> Vec<Span> {
        if let Some((_, _, places)) = known.and_then(|known| self.names().at(tree.file(), known)) {
            return places.declared.clone();
        }
        self.local(tree, at).into_iter().map(|one| one.declared).collect()
    }

    /// Where what is named at an offset of a tree is declared, and where else it is named, or is in that text alone; `tree` is one of a text
    /// as it was read.
    pub fn places(&self, tree: &Tree, at: u32, is_there_alone: bool) -> Option<(Vec<Span>, Vec<Span>)> {
        if let Some((_, _, places)) = self.names().at(tree.file(), at) {
            return Some((places.declared.clone(), places.used.clone()));
        }
        let local = self.local(tree, at)?;
        let mut all = self.places_of(&local, is_there_alone.then_some(tree.file()));
        all.retain(|span| *span != local.declared);
        Some((vec![local.declared], all))
    }
}
