//! One tree's names.

use super::{Definition, Index, NameUse};
use crate::grammar::shape::{Form, Grammar, Inside, KindId, NodeShape, Parameter};
use crate::syntax::{Entry, Node, Nodes, Tree};
use std::fmt::Write;

impl Grammar {
    /// The names that a project's file defines and uses. Takes time linear in the tree.
    pub fn index(&self, tree: &Tree) -> Index {
        self.index_file("project", tree)
    }

    /// The names that a file of a sort defines and uses.
    pub(in crate::grammar) fn index_file(&self, file: &str, tree: &Tree) -> Index {
        let index = Index { kinds: self.kinds.clone(), ..Index::default() };
        let last_scope = (String::new(), 0);
        let mut collector = Collector { grammar: self, index, enclosing: Vec::new(), last_scope, scope: String::new() };
        collector.last_scope.1 = collector.index.scope("");
        if let Some(file) = self.file(file) {
            collector.block(&file.form, tree.nodes());
        }
        collector.index
    }
}

struct Collector<'g, 't> {
    grammar: &'g Grammar,
    index: Index,
    /// The nodes that enclose the walk, from the outermost.
    enclosing: Vec<Node<'t>>,
    /// The last scope that was asked for: most entities of a file are of one blueprint.
    last_scope: (String, u32),
    /// The scope that is being put together.
    scope: String,
}

impl<'g, 't> Collector<'g, 't> {
    fn block(&mut self, form: &'g Form, nodes: Nodes<'t>) {
        for node in nodes {
            let Some((_, slot)) = form.block.slot(node.name()) else { continue };
            let shape = self.grammar.node(slot.node);
            let Some((form, told)) = shape.form_of(node).or_else(|| Some((shape.common()?, 0))) else { continue };
            if form.named {
                let first = self.index.references.len();
                self.node(form, told, node);
                if shape.otherwise.as_ref().is_some_and(|otherwise| std::ptr::eq(otherwise, form))
                    && let Some(reference) = self.index.references.get_mut(first)
                {
                    reference.instead = instead(self.grammar, shape).unwrap_or(reference.kinds);
                }
            }
        }
    }

    fn node(&mut self, form: &'g Form, told: usize, node: Node<'t>) {
        // Where an argument is missing, nobody knows which.
        let is_whole = node.arguments().count() >= told + form.arguments.iter().filter(|value| value.required).count();
        let defines = form.arguments.iter().filter(|value| value.required).find_map(|value| value.defines);
        self.index.nameless.extend(defines.filter(|_| !is_whole));
        for (position, entry) in node.arguments().skip(told).enumerate().take_while(|_| is_whole) {
            let Some(value) = form.argument(position) else { break };
            self.value(form, told, value, node, entry);
        }
        for entry in node.properties() {
            if let Some((_, value)) = entry.key().and_then(|key| form.property(key)) {
                self.value(form, told, value, node, entry);
            }
        }
        if node.has_block() {
            self.enclosing.push(node);
            self.block(form, node.children());
            self.enclosing.pop();
        }
    }

    fn value(&mut self, form: &Form, told: usize, value: &Parameter, node: Node<'t>, entry: Entry<'t>) {
        if value.defines.is_none() && value.references.is_empty() {
            return;
        }
        let Some(text) = entry.string().filter(|text| !text.is_empty()) else {
            return;
        };
        let name = self.index.name((text, entry.value_span()), entry.raw());
        if let Some(kind) = value.defines {
            let scope = self.scope_of(form, told, kind, value, node);
            self.index.definitions.push(Definition { name, scope, kind });
        }
        if let Some(first) = value.references.first() {
            let second = value.references.get(1).unwrap_or(first);
            let kinds = [*first, *second];
            self.index.references.push(NameUse { name, kinds, instead: kinds });
        }
    }

    /// Where a new name must differ from others of its kind.
    fn scope_of(&mut self, form: &Form, told: usize, kind: KindId, value: &Parameter, node: Node<'t>) -> u32 {
        let enclosing = match &self.grammar.kinds[kind.0 as usize].inside {
            Inside::Project if value.within.is_empty() => return 0,
            Inside::Project => None,
            Inside::Parent => self.enclosing.last(),
            Inside::Node(name) => self.enclosing.iter().rev().find(|node| *node.name() == **name),
        };
        let mut scope = std::mem::take(&mut self.scope);
        scope.clear();
        if let Some(enclosing) = enclosing {
            let place = enclosing.span();
            let _ = write!(scope, "\u{1}{}:{}", place.file.0, place.start);
        }
        for name in &value.within {
            let argument = form.arguments.iter().position(|argument| argument.name == *name);
            let entry = match argument {
                Some(position) => node.argument(position + told),
                None => node.property(name),
            };
            let default = || form.property(name).and_then(|(_, property)| property.default.as_deref());
            scope.push('\u{1}');
            scope.push_str(entry.and_then(Entry::string).or_else(default).unwrap_or_default());
        }
        if self.last_scope.0 != scope {
            self.last_scope.0.clone_from(&scope);
            self.last_scope.1 = self.index.scope(&scope);
        }
        self.scope = scope;
        self.last_scope.1
    }
}

/// What the first argument of a node would name if the word of one of its forms stood before it.
fn instead(grammar: &Grammar, shape: &NodeShape) -> Option<[KindId; 2]> {
    shape.forms.iter().find_map(|(word, form)| {
        let of = *form.arguments.first()?.references.first()?;
        let kind = grammar.kinds.iter().position(|kind| kind.title == *word)?;
        Some([of, KindId(u8::try_from(kind).ok()?)])
    })
}
