use super::soup::{any_text, document};
use super::{brief, read};
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::Span;
use crate::syntax::{Node, Nodes, Tree};
use proptest::prelude::*;

/// That a span lies inside of another and on the boundaries of code points.
fn holds(text: &str, span: Span, outer: Span) {
    assert!(
        outer.start <= span.start && span.start <= span.end && span.end <= outer.end,
        "{span:?} in {outer:?} of {text:?}"
    );
    assert!(text.get(span.range()).is_some(), "{span:?} of {text:?}");
}

fn whole(tree: &Tree) -> Span {
    Span::new(tree.file(), 0, tree.text().len() as u32)
}

/// That siblings stand behind each other and inside of `outer`.
fn siblings_are_sound(tree: &Tree, nodes: Nodes<'_>, outer: Span) {
    let mut at = outer.start;
    for node in nodes {
        holds(tree.text(), node.span(), outer);
        assert!(at <= node.span().start, "nodes out of order in {:?}", tree.text());
        at = node.span().end;
        node_is_sound(tree, node);
    }
}

fn node_is_sound(tree: &Tree, node: Node<'_>) {
    holds(tree.text(), node.name_span(), node.span());
    holds(tree.text(), node.head_span(), node.span());
    let mut at = node.name_span().end;
    for entry in node.entries() {
        holds(tree.text(), entry.span(), node.head_span());
        holds(tree.text(), entry.key_span(), entry.span());
        holds(tree.text(), entry.value_span(), entry.span());
        assert!(at <= entry.span().start, "entries out of order in {:?}", tree.text());
        assert!(entry.key_span().end <= entry.value_span().start);
        assert!(!entry.raw().is_empty());
        let _ = entry.value();
        at = entry.span().end;
    }
    if let Some(block) = node.block_span() {
        holds(tree.text(), block, node.span());
        assert!(at <= block.start);
        siblings_are_sound(tree, node.children(), block);
    } else {
        assert!(node.children().next().is_none());
    }
}

fn diagnostic_is_sound(tree: &Tree, diagnostic: &Diagnostic) {
    let outer = whole(tree);
    holds(tree.text(), diagnostic.primary.span(), outer);
    diagnostic.others.iter().for_each(|label| holds(tree.text(), label.span(), outer));
    diagnostic.fixes.iter().flat_map(|fix| &fix.edits).for_each(|edit| holds(tree.text(), edit.span, outer));
    let starts_low = diagnostic.message.chars().next().is_some_and(|first| !first.is_uppercase() || first == 'U');
    assert!(
        starts_low && !diagnostic.message.ends_with('.') && !diagnostic.message.contains('\n'),
        "{}",
        diagnostic.message
    );
}

fn is_sound(text: &str) -> (Tree, Diagnostics) {
    let (tree, diagnostics) = read(text);
    siblings_are_sound(&tree, tree.nodes(), whole(&tree));
    diagnostics.iter().for_each(|diagnostic| diagnostic_is_sound(&tree, diagnostic));
    (tree, diagnostics)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..crate::laws::cases(400) })]

    #[test]
    fn any_text_gives_a_sound_tree(text in any_text()) {
        is_sound(&text);
    }

    #[test]
    fn any_strings_and_blocks_give_a_sound_tree(text in "a? ?[\"\\\\ {}\n#/;u1=]{0,16}") {
        is_sound(&text);
    }

    #[test]
    fn a_sound_document_has_no_mistakes(text in document()) {
        let (_, diagnostics) = is_sound(&text);
        prop_assert!(diagnostics.is_empty(), "{}", brief(&diagnostics));
    }

    #[test]
    fn a_mistake_costs_no_node_on_other_lines(before in document(), after in document()) {
        let names = |text: &str| read(text).0.nodes().map(|node| node.name().to_owned()).collect::<Vec<_>>();
        let text = format!("{before}\nbroken [1] = ) x\n{after}");
        let expected = [names(&before), vec!["broken".to_owned()], names(&after)].concat();
        prop_assert_eq!(names(&text), expected);
    }
}

#[test]
fn every_short_text_of_strings_and_blocks_gives_a_sound_tree() {
    const LETTERS: [char; 8] = ['"', '\\', ' ', '{', '}', '\n', '#', 'n'];
    let mut texts = vec!["a ".to_owned()];
    for _ in 0..5 {
        let longer = texts.iter().flat_map(|text| LETTERS.map(|letter| format!("{text}{letter}")));
        texts = longer.inspect(|text| drop(is_sound(text))).collect();
    }
}
