//! What stands on the line and belongs into the block, and what stands in the block and belongs onto the line.

use super::Validator;
use super::entries::{is_short_for, is_symbol_key};
use crate::diag::{Diagnostic, Edit, code, suggest};
use crate::grammar::shape::{Body, Form};
use crate::source::Span;
use crate::syntax::{Entry, Node};

impl<'g> Validator<'g> {
    /// Tells of all properties on a line that belong into its block, with the line that says the same.
    pub(super) fn move_into_block(&mut self, form: &Form, node: Node<'_>) {
        let (moved, kept): (Vec<Entry<'_>>, Vec<Entry<'_>>) =
            node.entries().partition(|entry| entry.key().is_some_and(|key| belongs_in_block(form, key)));
        let Some(first) = moved.first() else { return };
        let lines: Vec<String> = moved.iter().filter_map(|entry| self.line_of(form, *entry)).collect();
        let message = format!("`{}` has no property `{}`", node.name(), first.key().unwrap_or_default());
        let diagnostic = Diagnostic::error(code::UNKNOWN_PROPERTY, first.key_span(), message);
        let kept: String = kept.iter().map(|entry| format!(" {}", self.text_of(entry.span()))).collect();
        let head = format!("{}{kept}", self.text_of(node.name_span()));
        let (end, text) = match node.block_span() {
            _ if lines.is_empty() => (node.head_span().end, head),
            Some(block) => (block.start + 1, format!("{head} {{ {};", lines.join("; "))),
            None => (node.head_span().end, format!("{head} {{ {}; }}", lines.join("; "))),
        };
        let place = Span { end, ..node.name_span() };
        let is_child = first.key().is_some_and(|key| form.block.slot(key).is_some());
        let help = match &*lines {
            [] => {
                let key = first.key().unwrap_or_default();
                format!("leave it out: a line `{key}` in the block says that it is so, and without one it is not")
            }
            [line] if is_child => format!("it is a child: write `{line}` on a line of its own in the block"),
            [line] => format!("write `{line}` on a line of its own in the block"),
            _ => format!("write each on a line of its own in the block: `{}`", lines.join("; ")),
        };
        self.diagnostics.push(diagnostic.help(help.clone()).fix(help, place, text));
    }

    /// The line that says what a property does; nothing of one that says no to a node which takes no value.
    fn line_of(&self, form: &Form, entry: Entry<'_>) -> Option<String> {
        let key = entry.key().unwrap_or_default();
        let child = form.block.slot(key).map(|(_, slot)| self.grammar.node(slot.node));
        let is_flag = child.is_some_and(|child| child.form.arguments.is_empty() && child.forms.is_empty());
        match entry.raw() {
            "#true" | "true" if is_flag => Some(key.to_owned()),
            "#false" | "false" if is_flag => None,
            raw => Some(format!("{key} {raw}")),
        }
    }

    /// Tells of all children that are properties of their parent's line.
    pub(super) fn onto_line(&mut self, form: &Form, node: Node<'_>) {
        let is_moved = |child: &Node<'_>| belongs_on_line(form, child.name());
        let moved: Vec<Node<'_>> = node.children().filter(is_moved).collect();
        let Some(first) = moved.first() else { return };
        let keyed = |child: &Node<'_>| {
            let alone = child.argument(1).is_none() && child.properties().next().is_none() && !child.has_block();
            child.argument(0).filter(|_| alone).map(|value| format!("{}={}", child.name(), value.raw()))
        };
        let message = format!("there is no node `{}` in `{}`", first.name(), node.name());
        let diagnostic = Diagnostic::error(code::UNKNOWN_NODE, first.name_span(), message);
        let keys: Option<Vec<String>> = moved.iter().map(keyed).collect();
        self.diagnostics.push(match keys {
            Some(keys) => {
                let keys = keys.join(" ");
                let head = node.head_span();
                let behind = Span { start: head.end, ..head };
                let help = format!("what is a property stands on the line: write `{} {keys}`", self.text_of(head));
                let whole = node.block_span().filter(|_| moved.len() == node.children().count());
                let edits = match whole {
                    Some(block) => vec![Edit { span: Span { end: block.end, ..behind }, text: format!(" {keys}") }],
                    None => {
                        let insert = Edit { span: behind, text: format!(" {keys}") };
                        let removed =
                            moved.iter().map(|child| Edit { span: self.with_end(child.span()), text: String::new() });
                        [insert].into_iter().chain(removed).collect()
                    }
                };
                diagnostic.help(help.clone()).fix_all(help, edits)
            }
            None => {
                diagnostic.help(format!("it is a property: write `{}=...` on the line of its parent", first.name()))
            }
        });
    }

    /// A node with what ends it.
    fn with_end(&self, span: Span) -> Span {
        let rest = self.text.get(span.end as usize..).unwrap_or_default();
        let behind = rest.trim_start_matches([' ', '\t']);
        let ends = behind.starts_with([';', '\n']);
        Span { end: span.end + (rest.len() - behind.len()) as u32 + u32::from(ends), ..span }
    }

    /// The text at a place.
    pub(super) fn text_of(&self, span: Span) -> &'g str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }
}

/// Whether a key that is no property of a line is a child of its block.
pub(super) fn belongs_in_block(form: &Form, key: &str) -> bool {
    let known = || form.properties.iter().map(|property| &*property.name);
    let is_near = || suggest(key, known()).is_some() || known().any(|name| is_short_for(key, name));
    let is_flag = || form.flags.iter().any(|flag| *flag.word == *key);
    let is_child = form.block.slot(key).is_some() || matches!(form.block.body, Some((Body::Fields, _)));
    is_child && form.pairs.is_none() && form.property(key).is_none() && !is_symbol_key(key) && !is_flag() && !is_near()
}

/// Whether a child is no node of its block and a property of the line.
pub(super) fn belongs_on_line(form: &Form, name: &str) -> bool {
    form.block.body.is_none() && form.block.slot(name).is_none() && form.property(name).is_some()
}
