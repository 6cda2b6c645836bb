//! What would be wrong with a project whose text is another one, each problem with its place.

use crate::diag::{Diagnostic, Diagnostics, Severity};
use crate::source::{Origin, Span};
use crate::syntax::{Node, parse};
use crate::workspace::Loaded;

/// Why something is not taken over.
pub(super) struct Problems {
    /// In a sentence without a full stop.
    pub(super) reason: String,
    /// Each problem, where there is more than one.
    pub(super) each: Vec<String>,
}

impl From<String> for Problems {
    fn from(reason: String) -> Self {
        Self { reason, each: Vec::new() }
    }
}

/// Where problems of a changed text stand.
pub(super) struct TheyStand<'a> {
    /// The project as its text is.
    pub(super) before: &'a Loaded,
    /// The project as it would be.
    pub(super) changed: &'a Loaded,
    /// The lines whose nodes go.
    pub(super) gone: &'a [Span],
}

impl TheyStand<'_> {
    /// The errors of the project as it would be; nothing where it has none.
    pub(super) fn wrong(&self, problems: &Diagnostics) -> Option<Problems> {
        let errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
        let mut each: Vec<String> = errors.map(|error| self.told(error)).collect();
        each.dedup();
        Some(match each.len() {
            0 => return None,
            1 => format!("the project would be wrong: {}", each.remove(0)).into(),
            count => Problems { reason: format!("the project would be wrong: {count} problems"), each },
        })
    }

    /// A problem in a line, with what it comes from.
    fn told(&self, error: &Diagnostic) -> String {
        let because = error.because.and_then(Origin::text);
        let label = because.and_then(|span| error.others.iter().find(|other| other.origin.text() == Some(span)));
        let because = label.map(|label| format!("; {}: {}", label.text, self.place(label.span())));
        let place = self.place(error.primary.span());
        format!("{place}: {} ({}){}", error.message, error.code, because.unwrap_or_default())
    }

    /// The place in the text as it is; of what is another text, that in the text as it would be.
    fn place(&self, span: Span) -> String {
        let location = || self.changed.sources.location(span);
        match self.before(span) {
            Some(before) => self.before.sources.location(before),
            None => format!("{}, as it would be", location()),
        }
    }

    /// The place in the text as it is; nothing where it is in a node that has another text.
    fn before(&self, span: Span) -> Option<Span> {
        let file = self.changed.sources.file(span.file);
        let (id, before) = self.before.sources.iter().find(|(_, before)| before.name == file.name)?;
        if before.text == file.text {
            return Some(Span { file: id, ..span });
        }
        let [(old, _), (new, _)] = [&before.text, &file.text].map(|text| parse(id, text));
        let is_gone = |node: &Node<'_>| self.gone.contains(&node.head_span());
        let mut both = old.nodes().filter(|node| !is_gone(node)).zip(new.nodes());
        let (old, new) = both.find(|(_, new)| new.span().range().contains(&(span.start as usize)))?;
        let is_same = before.text[old.span().range()] == file.text[new.span().range()];
        let start = (span.start - new.span().start) + old.span().start;
        is_same.then_some(Span { file: id, start, end: start + (span.end - span.start) })
    }
}
