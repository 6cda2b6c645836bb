//! The language's definition, read from `grammar/*.kdl`, and what follows from it: validation,
//! the index of names, the reference manual.

use crate::diag::Diagnostics;
use crate::syntax::Tree;

/// The language: every node, once.
#[derive(Debug, Default)]
pub struct Grammar {}

/// The language's grammar, read once from the files embedded in the binary.
pub fn language() -> &'static Grammar {
    static LANGUAGE: std::sync::OnceLock<Grammar> = std::sync::OnceLock::new();
    LANGUAGE.get_or_init(Grammar::default)
}

impl Grammar {
    /// Everything in a tree that the grammar does not allow.
    pub fn validate(&self, tree: &Tree) -> Diagnostics {
        let _ = tree;
        Diagnostics::default()
    }
}
