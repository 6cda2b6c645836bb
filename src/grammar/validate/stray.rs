//! Nodes that stand where they may not.

use super::{Validator, list};
use crate::diag::{Diagnostic, code, suggest};
use crate::grammar::respell::{place, unknown_node};
use crate::grammar::shape::{Block, NodeShape, Slot, TypeId};
use crate::source::Span;
use crate::syntax::Node;

impl<'g> Validator<'g> {
    /// A child of a name that the block does not know. Gives the slot, by bit, that it was probably meant for.
    pub(super) fn unknown(&mut self, block: &'g Block, owner: Option<Node<'_>>, node: Node<'_>) -> u64 {
        let name = node.name();
        let span = node.name_span();
        let elsewhere: Vec<&NodeShape> = self.grammar.nodes().filter(|shape| shape.name() == name).collect();
        let known = || block.slots.iter().map(|slot| &*slot.name);
        let suggestion = suggest(name, known());
        let diagnostic = if elsewhere.is_empty() {
            Diagnostic::error(code::UNKNOWN_NODE, span, unknown_node(name, owner))
        } else {
            let message = format!("`{name}` may not stand {}", place(owner));
            Diagnostic::error(code::MISPLACED_NODE, span, message)
        };
        if ["--", "<!--"].contains(&name) && elsewhere.is_empty() {
            let message = format!("`{name}` does not begin a comment");
            let diagnostic = Diagnostic::error(code::FOREIGN_COMMENT, span, message).help("a comment begins with `//`");
            self.diagnostics.push(diagnostic.fix("write `//`", span, "//"));
            return 0;
        }
        if owner.is_some_and(|owner| self.is_property(owner, name)) {
            // Told with the line that it belongs on.
            return 0;
        }
        let between =
            block.slots.iter().position(|slot| elsewhere.iter().any(|shape| shape.parents.contains(&slot.node)));
        self.diagnostics.push(if let Some(slot) = self.of_one_type(block, &elsewhere) {
            diagnostic.did_you_mean(Some(slot))
        } else if let Some(slot) = Self::of_many(block, node) {
            let example = self.grammar.node(slot.node).examples.first().and_then(|example| example.lines().next());
            diagnostic.help(format!("each has a line of its own, such as `{}`", example.unwrap_or(&slot.name)))
        } else if let Some(slot) = self.typed_slot(block, node).filter(|_| elsewhere.is_empty()) {
            let before = Span { end: span.start, ..span };
            let help = format!("write `{slot} {}`", self.text_of(node.head_span()));
            diagnostic.help(help).fix(format!("write `{slot}` before it"), before, format!("{slot} "))
        } else if let Some(sorts) = owner.and_then(|owner| self.sorts_with(owner, name)) {
            diagnostic.help(sorts)
        } else if !elsewhere.is_empty() {
            diagnostic.help(self.places(&elsewhere))
        } else if suggestion.is_some() {
            diagnostic.did_you_mean(suggestion)
        } else {
            diagnostic.help(format!("there may be {}", list(known(), usize::MAX)))
        });
        let meant = suggestion.and_then(|name| block.slot(name)).map(|(index, _)| index).or(between);
        meant.map_or(0, |index| 1 << (index & 63))
    }

    /// The node of a block that is written just as one of another place: `field` where that is `property`.
    fn of_one_type<'b>(&self, block: &'b Block, elsewhere: &[&NodeShape]) -> Option<&'b str> {
        if elsewhere.is_empty() {
            return None;
        }
        let types = |shape: &NodeShape| shape.form.arguments.iter().map(|one| one.value_type).collect::<Vec<_>>();
        let is_it = |slot: &&Slot| {
            let own = types(self.grammar.node(slot.node));
            let are_alike = |other: Vec<TypeId>| {
                own.len() == other.len() && own.iter().zip(other).all(|(own, other)| self.are_alike(*own, other))
            };
            own.len() > 1 && elsewhere.iter().any(|shape| are_alike(types(shape)))
        };
        block.slots.iter().find(is_it).map(|slot| &*slot.name)
    }

    /// Whether two types are one, or one takes the words of the other.
    fn are_alike(&self, one: TypeId, other: TypeId) -> bool {
        let [own, others] = [one, other].map(|id| &self.grammar.value_type(id).words);
        let takes = |one: &[Box<str>], other: &[Box<str>]| !other.is_empty() && one.starts_with(other);
        one == other || takes(own, others) || takes(others, own)
    }

    /// The node of a block of which a group of several is written.
    fn of_many<'b>(block: &'b Block, node: Node<'_>) -> Option<&'b Slot> {
        let is_group = node.has_block() && node.entries().next().is_none();
        let one = |name: &str| {
            name.strip_suffix("ies").map(|stem| format!("{stem}y")).or(name.strip_suffix('s').map(str::to_owned))
        };
        let one = one(node.name()).filter(|_| is_group)?;
        block.slots.iter().find(|slot| *slot.name == *one)
    }

    /// The node of a block that a name with a type lacks: `tier string`.
    fn typed_slot<'b>(&self, block: &'b Block, node: Node<'_>) -> Option<&'b str> {
        let word = node.argument(0)?.string()?;
        let takes = |slot: &&Slot| {
            let second = self.grammar.node(slot.node).form.arguments.get(1);
            second.is_some_and(|second| {
                self.grammar.value_type(second.value_type).words.iter().any(|known| **known == *word)
            })
        };
        block.slots.iter().find(takes).map(|slot| &*slot.name)
    }

    /// The sorts of a node in which a child may stand that may not in this one.
    fn sorts_with(&self, owner: Node<'_>, name: &str) -> Option<String> {
        let shapes = self.grammar.nodes().filter(|shape| shape.name() == owner.name());
        let forms = shapes.flat_map(|shape| shape.forms.iter().filter(|_| shape.telling().is_some()));
        let sorts: Vec<&str> =
            forms.filter(|(_, form)| form.block.slot(name).is_some()).map(|(word, _)| &**word).collect();
        (!sorts.is_empty())
            .then(|| format!("it stands in a `{}` of the sort {}", owner.name(), list(sorts.into_iter(), 30)))
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

    /// A node of which nothing tells the form.
    pub(super) fn unknown_form(&mut self, shape: &'g NodeShape, node: Node<'_>) {
        let Some(entry) = node.argument(shape.told_at()) else {
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
