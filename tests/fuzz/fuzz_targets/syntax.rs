//! Any bytes give a tree whose places lie in the text; a text without mistakes keeps its values when it is
//! formatted, and formatting it again changes nothing.

#![no_main]

use libfuzzer_sys::fuzz_target;
use plat::source::{FileId, SourceFile, Span};
use plat::syntax::{self, Node, Nodes, Tree};
use std::sync::Arc;

fuzz_target!(|bytes: &[u8]| {
    let file = SourceFile::new("fuzz", bytes.to_vec());
    let (tree, diagnostics) = syntax::parse(FileId(0), &file.text);
    let whole = Span::new(FileId(0), 0, file.text.len() as u32);
    siblings_are_sound(&tree, tree.nodes(), whole);
    for diagnostic in diagnostics.iter() {
        holds(&tree, diagnostic.primary.span, whole);
        diagnostic.others.iter().for_each(|label| holds(&tree, label.span, whole));
        diagnostic.fixes.iter().flat_map(|fix| &fix.edits).for_each(|edit| holds(&tree, edit.span, whole));
    }
    if diagnostics.is_empty() {
        formatting_keeps_values(&tree);
    }
});

fn holds(tree: &Tree, span: Span, outer: Span) {
    assert!(outer.start <= span.start && span.start <= span.end && span.end <= outer.end);
    assert!(tree.text().get(span.range()).is_some());
}

fn siblings_are_sound(tree: &Tree, nodes: Nodes<'_>, outer: Span) {
    let mut at = outer.start;
    for node in nodes {
        holds(tree, node.span(), outer);
        holds(tree, node.name_span(), node.span());
        assert!(at <= node.span().start);
        at = node.span().end;
        for entry in node.entries() {
            holds(tree, entry.span(), node.head_span());
            holds(tree, entry.key_span(), entry.span());
            holds(tree, entry.value_span(), entry.span());
            let _ = entry.value();
        }
        if let Some(block) = node.block_span() {
            siblings_are_sound(tree, node.children(), block);
        }
    }
}

fn formatting_keeps_values(tree: &Tree) {
    let once: Arc<str> = Arc::from(syntax::format(tree));
    let (formatted, diagnostics) = syntax::parse(FileId(0), &once);
    assert!(diagnostics.is_empty());
    assert_eq!(shown(&formatted), shown(tree));
    assert_eq!(syntax::format(&formatted), *once);
}

/// All that a tree says, without its places.
fn shown(tree: &Tree) -> String {
    let mut out = String::new();
    tree.nodes().for_each(|node| show(node, &mut out));
    out
}

fn show(node: Node<'_>, out: &mut String) {
    *out += &format!("{:?}{:?}", node.annotation(), node.name());
    for entry in node.entries() {
        *out += &format!(" {:?}{:?}={:?}", entry.annotation(), entry.key(), entry.value());
    }
    *out += "{";
    node.children().for_each(|child| show(child, out));
    *out += "}";
}
