use crate::model::Name;
use crate::source::{Span, Spanned};
use ahash::AHashSet as HashSet;

/// The names of one file, each made once: 100,000 entities share the names of their properties.
#[derive(Debug, Default)]
pub(super) struct Names {
    seen: HashSet<Name>,
}

impl Names {
    /// The shared name of a text.
    pub(super) fn get(&mut self, text: &str) -> Name {
        if let Some(name) = self.seen.get(text) {
            return name.clone();
        }
        let name = Name::from(text);
        self.seen.insert(name.clone());
        name
    }

    /// The shared name of a text, at its place.
    pub(super) fn at(&mut self, text: &str, span: Span) -> Spanned<Name> {
        Spanned::new(self.get(text), span)
    }
}
