//! What each word of a text is, for its colour.

use crate::grammar::{Grammar, Position, language};
use crate::source::Span;
use crate::syntax::{Entry, Node, Nodes, Scalar, Tree};

/// A word of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub sort: TokenSort,
}

worded! {
    /// What a word is. The word is that of the Language Server Protocol.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum TokenSort {
        /// The name of a node of the language.
        Keyword = "keyword",
        /// A name that is declared.
        Declared = "class",
        /// A name of something that is declared elsewhere.
        Used = "variable",
        /// A field of the author's own.
        Field = "property",
        /// The key of a property.
        Key = "parameter",
        /// A word that the language knows in a place: a flag, a value of few.
        Word = "enumMember",
        /// An operator of conditions.
        Operator = "operator",
        /// An annotation.
        Annotation = "decorator",
        /// Another text.
        Text = "string",
        /// A number.
        Number = "number",
    }
}

/// The words of a text that are coloured, in their order. One that takes more than a line is none of them.
pub fn tokens(tree: &Tree) -> Vec<Token> {
    let mut found = Vec::new();
    let grammar = language();
    for node in tree.nodes() {
        of_node(grammar, grammar.at_top(node), node, &mut found);
    }
    found.retain(|token| {
        let text = tree.text().get(token.span.range()).unwrap_or_default();
        !text.is_empty() && !text.contains(['\n', '\r'])
    });
    found.sort_by_key(|token| token.span);
    found
}

fn of_node(grammar: &'static Grammar, position: Position<'static>, node: Node<'_>, found: &mut Vec<Token>) {
    let mut add = |span: Span, sort: TokenSort| found.push(Token { span, sort });
    if let Some(annotation) = node.annotated() {
        add(annotation.span, TokenSort::Annotation);
    }
    let is_shaped = matches!(position, Position::Shaped(_));
    add(node.name_span(), if is_shaped { TokenSort::Keyword } else { TokenSort::Field });
    let mut index = 0;
    for entry in node.entries() {
        if let Some(annotation) = entry.annotated() {
            add(annotation.span, TokenSort::Annotation);
        }
        if entry.is_argument() {
            add(entry.value_span(), of_argument(grammar, position, node, (index, entry)));
            index += 1;
        } else {
            add(entry.key_span(), TokenSort::Key);
            add(entry.value_span(), of_property(grammar, position, node, entry));
        }
    }
    below(grammar, position, node, node.children(), found);
}

fn below(
    grammar: &'static Grammar,
    position: Position<'static>,
    node: Node<'_>,
    children: Nodes<'_>,
    found: &mut Vec<Token>,
) {
    for child in children {
        of_node(grammar, grammar.below(position, node, child), child, found);
    }
}

fn of_argument(
    grammar: &'static Grammar,
    position: Position<'static>,
    node: Node<'_>,
    (index, entry): (usize, Entry<'_>),
) -> TokenSort {
    let Some(text) = entry.string() else { return of_value(entry) };
    let Some(line) = grammar.line_at(position, node) else {
        let is_operator = index == 0
            && matches!(position, Position::Elsewhere)
            && grammar.operator_words().any(|operator| operator.word == text);
        return if is_operator { TokenSort::Operator } else { of_value(entry) };
    };
    if line.takes_flags(index) && line.flags().any(|flag| flag.word == text) {
        return TokenSort::Word;
    }
    match line.argument(index) {
        Some(argument) if argument.declares().is_some() => TokenSort::Declared,
        Some(argument) if argument.refers().next().is_some() => TokenSort::Used,
        Some(argument) if argument.words().any(|word| word == text) => TokenSort::Word,
        Some(_) => of_value(entry),
        None => TokenSort::Word,
    }
}

fn of_property(grammar: &'static Grammar, position: Position<'static>, node: Node<'_>, entry: Entry<'_>) -> TokenSort {
    let property = grammar.line_at(position, node).zip(entry.key()).and_then(|(line, key)| line.property(key));
    match property {
        Some(property) if property.refers().next().is_some() => TokenSort::Used,
        Some(property) if property.words().any(|word| entry.string() == Some(word)) => TokenSort::Word,
        _ => of_value(entry),
    }
}

fn of_value(entry: Entry<'_>) -> TokenSort {
    match entry.value() {
        Scalar::String(text) if text.starts_with('$') => TokenSort::Used,
        Scalar::String(_) => TokenSort::Text,
        Scalar::Integer(_) | Scalar::BigInteger(_) | Scalar::Float(_) => TokenSort::Number,
        Scalar::Bool(_) | Scalar::Null => TokenSort::Word,
    }
}
