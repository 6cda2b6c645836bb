use crate::source::{FileId, Making, Sources, Span};
use std::collections::HashMap;

/// A text that is put together of parts of others, each of which knows where somebody wrote it.
pub(super) struct Copy<'s> {
    sources: &'s Sources,
    pub(super) text: String,
    pub(super) making: Making,
    /// The lines that asked for what was copied of texts that were made: where those of each begin.
    asked: HashMap<FileId, u32>,
}

impl<'s> Copy<'s> {
    pub(super) fn new(sources: &'s Sources) -> Self {
        Self { sources, text: String::new(), making: Making::default(), asked: HashMap::new() }
    }

    /// What nobody wrote: it belongs to the part before it.
    pub(super) fn word(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// A part of a text.
    pub(super) fn part(&mut self, span: Span) {
        let start = self.text.len() as u32;
        self.text.push_str(self.sources.text(span));
        match self.sources.making(span.file) {
            None => self.making.part((start, self.text.len() as u32), span, span, None),
            Some(making) => {
                let (own, first) = (&mut self.making, &mut self.asked);
                let asked = *first.entry(span.file).or_insert_with(|| own.takes_lines(making));
                self.making.takes(making, asked, span, start);
            }
        }
    }
}
