//! What would be wrong with a project whose text is another one, each problem with its place.

use crate::diag::Diagnostic;
use crate::source::{FileId, Origin, Span};
use crate::syntax::{Node, parse};
use crate::workspace::Loaded;
use std::collections::BTreeMap;

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
pub(super) struct Places<'a> {
    /// The project as its text is.
    before: &'a Loaded,
    /// The project as it would be.
    changed: &'a Loaded,
    /// The lines whose nodes go.
    gone: &'a [Span],
    /// The nodes of a changed text, each with where it is in the text as it is; nothing for one that says something else.
    nodes: BTreeMap<FileId, Vec<(Span, Option<Span>)>>,
}

impl<'a> Places<'a> {
    pub(super) fn new(before: &'a Loaded, changed: &'a Loaded, gone: &'a [Span]) -> Self {
        Self { before, changed, gone, nodes: BTreeMap::new() }
    }

    /// The errors of the project as it would be.
    pub(super) fn wrong<'d>(mut self, errors: impl Iterator<Item = &'d Diagnostic>) -> Problems {
        let mut each: Vec<String> = errors.map(|error| self.told(error)).collect();
        each.dedup();
        match each.len() {
            1 => format!("the project would be wrong: {}", each.remove(0)).into(),
            count => Problems { reason: format!("the project would be wrong: {count} problems"), each },
        }
    }

    /// A problem with its place, and with what it comes from.
    fn told(&mut self, error: &Diagnostic) -> String {
        let because = error.because.and_then(Origin::text);
        let label = because.and_then(|span| error.others.iter().find(|other| other.origin.text() == Some(span)));
        let because = label.map(|label| format!("; {}: {}", label.text, self.place(label.span())));
        let place = self.place(error.primary.span());
        format!("{place}: {} ({}){}", error.message, error.code, because.unwrap_or_default())
    }

    /// The place in the text as it is; of what is another text, that in the text as it would be.
    fn place(&mut self, span: Span) -> String {
        match self.as_it_is(span) {
            Some(span) => self.before.sources.location(span),
            None => format!("{}, as it would be", self.changed.sources.location(span)),
        }
    }

    fn as_it_is(&mut self, span: Span) -> Option<Span> {
        if !self.nodes.contains_key(&span.file) {
            self.nodes.insert(span.file, self.nodes_of(span.file));
        }
        let nodes = self.nodes.get(&span.file)?;
        let (node, was) = nodes.get(nodes.partition_point(|(node, _)| node.end <= span.start))?;
        let was = (*was)?;
        let start = was.start + span.start.checked_sub(node.start)?;
        Some(Span { start, end: start + (span.end - span.start), ..was })
    }

    fn nodes_of(&self, file: FileId) -> Vec<(Span, Option<Span>)> {
        let now = self.changed.sources.file(file);
        let Some((id, was)) = self.before.sources.iter().find(|(_, was)| was.name == now.name) else {
            return Vec::new();
        };
        if was.text == now.text {
            let whole = |id| Span::new(id, 0, now.text.len() as u32 + 1);
            return vec![(whole(file), Some(whole(id)))];
        }
        let [(old, _), (new, _)] = [&was.text, &now.text].map(|text| parse(id, text));
        let stays = |node: &Node<'_>| !self.gone.contains(&node.head_span());
        let both = old.nodes().filter(stays).map(Node::span).zip(new.nodes().map(Node::span));
        both.map(|(old, new)| (new, (was.text[old.range()] == now.text[new.range()]).then_some(old))).collect()
    }
}
