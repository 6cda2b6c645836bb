use super::flaw::Flaw;
use crate::model::{Kind, Name};

/// Gives the same [`Name`] for the same text in a row, so that neighbours share it.
pub(super) struct Shared(Name);

impl Shared {
    /// Without a text so far.
    pub(super) fn new() -> Self {
        Self("".into())
    }

    /// The name of a text.
    pub(super) fn name(&mut self, text: &str) -> Name {
        if self.0 != *text {
            self.0 = text.into();
        }
        self.0.clone()
    }
}

/// The kind that a row says it is of.
pub(super) fn kind(word: &str) -> Result<Kind, Flaw> {
    Kind::from_word(word).ok_or_else(|| Flaw::Damaged(format!("it holds a level of the unknown kind {word:?}")))
}
