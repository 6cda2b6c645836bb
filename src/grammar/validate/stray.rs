//! Nodes that stand where they may not.

use super::{Validator, list};
use crate::diag::{Diagnostic, code, suggest};
use crate::grammar::shape::{Block, NodeShape};
use crate::syntax::Node;

impl<'g> Validator<'g> {
    /// A child of a name that the block does not know. Gives the slot, by bit, that it was probably meant for.
    pub(super) fn unknown(&mut self, block: &'g Block, owner: Option<Node<'_>>, node: Node<'_>) -> u64 {
        let name = node.name();
        let span = node.name_span();
        let elsewhere: Vec<&NodeShape> = self.grammar.nodes().filter(|shape| shape.name() == name).collect();
        let known = || block.slots.iter().map(|slot| &*slot.name);
        let suggestion = suggest(name, known());
        let place = owner.map_or_else(|| "at the top of a file".to_owned(), |owner| format!("in `{}`", owner.name()));
        let diagnostic = if elsewhere.is_empty() {
            let message = format!("there is no node `{name}` {place}");
            Diagnostic::error(code::UNKNOWN_NODE, span, message)
        } else {
            let message = format!("`{name}` may not stand {place}");
            Diagnostic::error(code::MISPLACED_NODE, span, message)
        };
        let is_property = owner.is_some_and(|owner| self.is_property(owner, name));
        self.diagnostics.push(if is_property {
            diagnostic.help(format!("it is a property: write `{name}=...` on the line of its parent"))
        } else if !elsewhere.is_empty() {
            diagnostic.help(self.places(&elsewhere))
        } else if suggestion.is_some() {
            diagnostic.did_you_mean(suggestion)
        } else {
            diagnostic.help(format!("there may be {}", list(known(), usize::MAX)))
        });
        suggestion.and_then(|name| block.slot(name)).map_or(0, |(index, _)| 1 << (index & 63))
    }

    fn is_property(&self, owner: Node<'_>, name: &str) -> bool {
        let shapes = self.grammar.nodes().filter(|shape| shape.name() == owner.name());
        let forms = shapes.filter_map(|shape| shape.form_of(owner)).map(|(form, _)| form);
        forms.into_iter().any(|form| form.property(name).is_some())
    }

    fn places(&self, shapes: &[&NodeShape]) -> String {
        let mut names: Vec<&str> =
            shapes.iter().flat_map(|shape| self.grammar.parents(shape)).map(NodeShape::name).collect();
        names.sort_unstable();
        names.dedup();
        match (names.is_empty(), shapes.iter().any(|shape| shape.top)) {
            (true, _) => "it stands at the top of a file".to_owned(),
            (false, true) => format!("it stands at the top of a file, or in {}", list(names.into_iter(), usize::MAX)),
            (false, false) => format!("it stands in {}", list(names.into_iter(), usize::MAX)),
        }
    }

    /// A node whose first argument tells none of its forms.
    pub(super) fn unknown_form(&mut self, shape: &'g NodeShape, node: Node<'_>) {
        let Some(entry) = node.argument(0) else {
            let message = format!("`{}` does not say of which sort it is", shape.name);
            let diagnostic = Diagnostic::error(code::MISSING_ARGUMENT, node.head_span(), message);
            return self.diagnostics.push(diagnostic.help(format!("it is one of {}", list(shape.form_words(), 30))));
        };
        let message = format!("`{}` knows no {}", shape.name, entry.raw());
        let suggestion = entry.string().and_then(|word| suggest(word, shape.form_words()));
        let diagnostic = Diagnostic::error(code::UNKNOWN_WORD, entry.value_span(), message)
            .label(format!("expected {}", list(shape.form_words(), 30)));
        self.diagnostics.push(diagnostic.did_you_mean(suggestion));
    }
}
