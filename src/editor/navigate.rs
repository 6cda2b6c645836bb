//! Where what a word names is declared, and where it is named.

use super::cursor::Cursor;
use super::paths::Reference;
use super::{Places, Snapshot, Thing};
use crate::source::{FileId, Span};
use crate::syntax::{Tree, parse};

impl Snapshot {
    /// The thing that is named at an offset of a tree, where it stands and where else it does; `known` is where that is in the text of the
    /// project that was read. Behind a dollar it is a value that is named, whatever is made of it.
    pub(super) fn named(&self, tree: &Tree, at: u32, known: Option<u32>) -> Option<(&Thing, Span, &Places)> {
        let is_value = matches!(Cursor::new(tree, at).reference(), Some(Reference::Path(_)));
        known.filter(|_| !is_value).and_then(|known| self.names().at(tree.file(), known))
    }

    /// The same of a text as it was read.
    pub(super) fn named_in(&self, file: FileId, at: u32) -> Option<(&Thing, Span, &Places)> {
        let source = self.loaded.sources.get(file)?;
        self.named(&parse(file, &source.text).0, at, Some(at))
    }

    /// Where what is named at an offset of a tree is declared; `known` is where that is in the text of the project that was read.
    pub fn definition(&self, tree: &Tree, at: u32, known: Option<u32>) -> Vec<Span> {
        if let Some((_, _, places)) = self.named(tree, at, known) {
            return places.declared.clone();
        }
        self.local(tree, at).into_iter().map(|one| one.declared).collect()
    }

    /// Where what is named at an offset of a tree is declared, and where else it is named, or is in that text alone; `tree` is one of a text
    /// as it was read.
    pub fn places(&self, tree: &Tree, at: u32, is_there_alone: bool) -> Option<(Vec<Span>, Vec<Span>)> {
        if let Some((_, _, places)) = self.named(tree, at, Some(at)) {
            return Some((places.declared.clone(), places.used.clone()));
        }
        let local = self.local(tree, at)?;
        let mut all = self.places_of(&local, is_there_alone.then_some(tree.file()));
        all.retain(|span| *span != local.declared);
        Some((vec![local.declared], all))
    }
}
