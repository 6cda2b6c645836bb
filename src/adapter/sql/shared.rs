use crate::model::Name;

/// Gives the same [`Name`] for the same text in a row, so that neighbours share it.
pub(crate) struct Shared(Name);

impl Shared {
    /// Without a text so far.
    pub(crate) fn new() -> Self {
        Self("".into())
    }

    /// The name of a text.
    pub(crate) fn name(&mut self, text: &str) -> Name {
        if self.0 != *text {
            self.0 = text.into();
        }
        self.0.clone()
    }
}
