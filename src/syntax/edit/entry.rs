use super::comment::{Comment, Sort, comments};
use super::surroundings::{indentation, newline_before, spaces_before, spaces_behind};
use super::{Edit, above, write_scalar, write_string};
use crate::source::Span;
use crate::syntax::parser::Parser;
use crate::syntax::token::Token;
use crate::syntax::{Entry, Node, Scalar, Tree};

/// Sets the argument at an index, from 0; behind the last argument, adds one.
///
/// The annotation of an argument that is there stays.
pub fn set_argument(node: Node<'_>, index: usize, value: Scalar<'_>) -> Vec<Edit> {
    match node.argument(index) {
        Some(entry) => set_value(entry, value),
        None => append(node, &write_scalar(value)),
    }
}

/// Sets the property of a key, or adds it behind the last entry. Of a repeated key, sets the one that counts.
pub fn set_property(node: Node<'_>, key: &str, value: Scalar<'_>) -> Vec<Edit> {
    match node.property(key) {
        Some(entry) => set_value(entry, value),
        None => append(node, &format!("{}={}", write_string(key), write_scalar(value))),
    }
}

/// Removes the argument at an index, from 0, if there is one. With a line of its own, which `\\` makes one of its node, its line goes, and
/// the comments behind it come above the node.
pub fn remove_argument(tree: &Tree, node: Node<'_>, index: usize) -> Vec<Edit> {
    node.argument(index).into_iter().flat_map(|entry| remove_entry(tree, node, entry)).collect()
}

/// Removes each property of a key, as [`remove_argument`] does.
pub fn remove_property(tree: &Tree, node: Node<'_>, key: &str) -> Vec<Edit> {
    node.properties()
        .filter(|entry| entry.key() == Some(key))
        .flat_map(|entry| remove_entry(tree, node, entry))
        .collect()
}

fn set_value(entry: Entry<'_>, value: Scalar<'_>) -> Vec<Edit> {
    vec![Edit { span: entry.value_span(), text: write_scalar(value) }]
}

fn append(node: Node<'_>, text: &str) -> Vec<Edit> {
    let head = node.head_span();
    vec![Edit { span: Span { start: head.end, ..head }, text: format!(" {text}") }]
}

fn remove_entry(tree: &Tree, node: Node<'_>, entry: Entry<'_>) -> Vec<Edit> {
    remove_line(tree, node, entry).unwrap_or_else(|| vec![remove_alone(tree, entry)])
}

/// Removes an entry and the spaces before it, but no comment within it.
fn remove_alone(tree: &Tree, entry: Entry<'_>) -> Edit {
    let span = entry.span();
    let kept = comments(tree, span).into_iter().map(|comment| {
        let text = &tree.text()[comment.span.range()];
        if comment.sort == Sort::Line { format!(" \\ {text}\n") } else { format!(" {text}") }
    });
    Edit { span: Span { start: spaces_before(tree.text(), span.start), ..span }, text: kept.collect() }
}

/// What ends the line of an entry.
enum LineEnd {
    /// The node goes on behind it, on the next line or on this one.
    GoesOn,
    /// The node ends with it.
    Last,
    /// What stands behind it belongs to the line before it then.
    More,
}

/// Removes an entry that begins one of the lines of its node; nothing for one that does not, or whose comments have no other place.
fn remove_line(tree: &Tree, node: Node<'_>, entry: Entry<'_>) -> Option<Vec<Edit>> {
    let (text, span) = (tree.text(), entry.span());
    let (line_end, end, own) = line_end(tree, span);
    let Some(indent) = indentation(text, span.start) else { return remove_first(tree, node, span, &own) };
    let line = span.start - indent.len() as u32;
    let edit = |start: u32, end: u32| Edit { span: Span { start, end, ..span }, text: String::new() };
    let mut edits = match line_end {
        LineEnd::GoesOn if end > spaces_behind(text, span.end) => vec![edit(line, end)],
        LineEnd::GoesOn => vec![edit(span.start, end)],
        LineEnd::Last | LineEnd::More => {
            let before = node.entries().map(Entry::span).rfind(|other| other.end <= line);
            let before = before.unwrap_or_else(|| node.name_span());
            let (at, has_comment) = continuation(tree, before.end, line)?;
            match line_end {
                LineEnd::More if has_comment || !own.is_empty() => return None,
                LineEnd::More => vec![edit(spaces_before(text, at), span.end)],
                _ => vec![edit(spaces_before(text, at), at + 1), edit(newline_before(text, line), end)],
            }
        }
    };
    if !comments(tree, span).is_empty() {
        return None;
    }
    if !own.is_empty() {
        edits.insert(0, above(tree, node, &own)?);
    }
    Some(edits)
}

/// Removes the only entry on the first line of its node, to which the next line comes; nothing for any other.
fn remove_first(tree: &Tree, node: Node<'_>, entry: Span, own: &[Comment]) -> Option<Vec<Edit>> {
    let is_first = spaces_before(tree.text(), entry.start) == node.name_span().end;
    let next = node.entries().map(Entry::span).find(|other| other.start >= entry.end)?;
    let is_alone = indentation(tree.text(), next.start).is_some();
    let between = comments(tree, Span { end: next.start, ..entry });
    if !is_first || !is_alone || between.len() != own.len() {
        return None;
    }
    let gone = Edit { span: Span { end: next.start, ..entry }, text: String::new() };
    let above = if own.is_empty() { None } else { Some(above(tree, node, own)?) };
    Some(above.into_iter().chain([gone]).collect())
}

/// What ends the line of an entry, where that is, and the comments behind the entry on its line.
fn line_end(tree: &Tree, entry: Span) -> (LineEnd, u32, Vec<Comment>) {
    let mut parser = Parser::new(tree.file(), &tree.text);
    parser.cursor.go_to(entry.end);
    let (mut own, mut continues) = (Vec::new(), false);
    loop {
        let before = parser.cursor.at();
        let token = parser.token();
        let at = parser.cursor.at();
        let mut comment = |length: usize, sort| {
            own.push(Comment { span: Span { start: at - length as u32, end: at, ..entry }, sort, among_nodes: false });
        };
        match token {
            Token::BlockComment(text) => comment(text.len(), Sort::Block),
            Token::LineComment(text) => comment(text.len(), Sort::Line),
            Token::Continuation => continues = true,
            Token::Newline if continues => return (LineEnd::GoesOn, at, own),
            Token::Newline | Token::End => return (LineEnd::Last, spaces_before(tree.text(), before), own),
            Token::Semicolon | Token::OpenBrace | Token::CloseBrace => return (LineEnd::More, before, own),
            // Another entry stands on the same line, which is then that of this one.
            _ if own.is_empty() => return (LineEnd::GoesOn, spaces_behind(tree.text(), before), own),
            _ => return (LineEnd::More, before, own),
        }
    }
}

/// Where the last `\\` between two places is, and whether a comment follows it.
fn continuation(tree: &Tree, from: u32, to: u32) -> Option<(u32, bool)> {
    let mut parser = Parser::new(tree.file(), &tree.text);
    parser.cursor.go_to(from);
    let mut found = None;
    while parser.cursor.at() < to {
        match parser.token() {
            Token::Continuation => found = Some((parser.cursor.at() - 1, false)),
            Token::LineComment(_) => found = found.map(|(at, _)| (at, true)),
            Token::BlockComment(_) | Token::Newline => {}
            _ => return None,
        }
    }
    found
}
