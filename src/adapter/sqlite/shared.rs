use crate::model::Name;

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
