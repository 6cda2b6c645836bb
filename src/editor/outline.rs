//! The shape of a text: its outline, what can be folded, and what is around a place.

use super::cursor::holds;
use crate::grammar::{Grammar, Position, language};
use crate::source::Span;
use crate::syntax::{Entry, Node, Nodes, Tree};

/// A line of the outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// What is declared: its name, or the word of the node where it has none.
    pub name: String,
    /// The node that declares it, and what stands before the name.
    pub detail: String,
    /// The kind that the name is of, as the grammar calls it; the word of the node where it declares no name.
    pub kind: String,
    /// All of it.
    pub span: Span,
    /// Its name.
    pub named: Span,
    /// What is declared within it.
    pub within: Vec<Symbol>,
}

/// What a text declares, one in the other.
pub fn symbols(tree: &Tree) -> Vec<Symbol> {
    let grammar = language();
    tree.nodes().map(|node| symbol(grammar, grammar.at_top(node), node)).collect()
}

fn symbol(grammar: &'static Grammar, position: Position<'static>, node: Node<'_>) -> Symbol {
    let declared = declared(grammar, position, node);
    let within = node.children().filter_map(|child| {
        let inner = grammar.below(position, node, child);
        let is_one = self::declared(grammar, inner, child).is_some();
        is_one.then(|| symbol(grammar, inner, child))
    });
    let within = within.collect();
    let (name, kind, named) = match declared {
        Some((entry, kind)) => (entry.string().unwrap_or_default().to_owned(), kind.to_owned(), entry.value_span()),
        None => {
            let words = node.arguments().filter_map(Entry::string).take(2);
            let name: Vec<&str> = std::iter::once(node.name()).chain(words).collect();
            (name.join(" "), node.name().to_owned(), node.name_span())
        }
    };
    let before = node.arguments().take_while(|one| one.value_span() != named).filter_map(Entry::string);
    let detail: Vec<&str> = std::iter::once(node.name()).chain(before).collect();
    let name = if name.is_empty() { node.name().to_owned() } else { name };
    Symbol { name, detail: detail.join(" "), kind, span: node.span(), named, within }
}

/// The name that a node declares, and of which kind it is.
fn declared<'t>(
    grammar: &'static Grammar,
    position: Position<'static>,
    node: Node<'t>,
) -> Option<(Entry<'t>, &'static str)> {
    let line = grammar.line_at(position, node)?;
    let named = |(index, entry): (usize, Entry<'t>)| Some((entry, line.argument(index)?.declares()?));
    node.arguments()
        .enumerate()
        .find_map(named)
        .filter(|(entry, _)| entry.string().is_some_and(|name| !name.is_empty()))
}

/// The blocks and the groups of comments that take more than a line.
pub fn folds(tree: &Tree) -> Vec<Span> {
    let mut found = Vec::new();
    blocks(tree.nodes(), tree, &mut found);
    let mut start = None;
    let mut offset = 0;
    for line in tree.text().split_inclusive('\n').chain([""]) {
        let is_comment = line.trim_start().starts_with("//");
        match (start, is_comment) {
            (None, true) => start = Some(offset),
            (Some(first), false) => {
                found.extend(several(tree, Span::new(tree.file(), first, offset.saturating_sub(1).max(first))));
                start = None;
            }
            _ => {}
        }
        offset += line.len() as u32;
    }
    found.sort_unstable();
    found
}

fn blocks(nodes: Nodes<'_>, tree: &Tree, found: &mut Vec<Span>) {
    for node in nodes {
        found.extend(node.block_span().and_then(|_| several(tree, node.span())));
        blocks(node.children(), tree, found);
    }
}

/// A span that takes more than a line.
fn several(tree: &Tree, span: Span) -> Option<Span> {
    tree.text().get(span.range())?.contains('\n').then_some(span)
}

/// What is around an offset, from the smallest part of the text to all of it.
pub fn selections(tree: &Tree, at: u32) -> Vec<Span> {
    let mut around = vec![Span::new(tree.file(), 0, tree.text().len() as u32)];
    let mut nodes = tree.nodes();
    while let Some(node) = nodes.find(|node| holds(node.span(), at)) {
        around.push(node.span());
        if let Some(block) = node.block_span().filter(|block| block.start < at && at < block.end) {
            around.push(Span::new(tree.file(), block.start + 1, block.end.saturating_sub(1).max(block.start + 1)));
            nodes = node.children();
            continue;
        }
        around.push(node.head_span());
        match node.entry_at(at) {
            Some(entry) => around.extend([entry.span(), entry.value_span()]),
            None => around.push(node.name_span()),
        }
        break;
    }
    around.retain(|span| holds(*span, at));
    around.dedup();
    around.reverse();
    around
}
