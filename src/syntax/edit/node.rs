use super::arrange::{Piece, with_comments};
use super::comment::{Comment, Sort, comments};
use super::surroundings::{
    comments_behind, end_of_node, indentation, indentation_of_line, semicolon_behind, spaces_before, spaces_behind,
};
use super::{Edit, write_string};
use crate::source::Span;
use crate::syntax::character::Class;
use crate::syntax::{Node, Tree, parse};

/// Where a new node goes.
#[derive(Clone, Copy, Debug)]
pub enum Insertion<'t> {
    /// Behind the last top-level node.
    End,
    /// Before a node, among its siblings.
    Before(Node<'t>),
    /// Behind a node, among its siblings.
    After(Node<'t>),
    /// Into the block of a node, behind its last child; makes the block if there is none.
    Into(Node<'t>),
}

/// Gives a node another name.
pub fn rename(node: Node<'_>, name: &str) -> Vec<Edit> {
    vec![Edit { span: node.name_span(), text: write_string(name) }]
}

/// Inserts a node, given as KDL text without a newline behind it, at the indentation of its surroundings.
///
/// The lines of the text are indented as its first one, unless it holds a string of several lines; `unit` is what a block that is made
/// for it is indented by.
pub fn insert(tree: &Tree, place: Insertion<'_>, node: &str, unit: &str) -> Vec<Edit> {
    let at = |offset: u32, text: String| edit(tree, offset, offset, text);
    let edit = match place {
        Insertion::Before(sibling) => before(tree, sibling, node),
        Insertion::After(sibling) => after(tree, sibling, node),
        Insertion::End => match tree.nodes().last() {
            Some(last) => after(tree, last, node),
            None if tree.text().ends_with('\n') && !tree.text().contains('\\') => {
                at(tree.text().len() as u32, format!("{node}\n"))
            }
            None => {
                let start = if tree.text().starts_with('\u{feff}') { 3 } else { 0 };
                at(start, format!("{node}\n"))
            }
        },
        Insertion::Into(parent) => match parent.children().last() {
            Some(last) => after(tree, last, node),
            None => into_empty(tree, parent, node, unit),
        },
    };
    vec![edit]
}

/// Whether what [`insert`] puts somewhere shares its line with others.
pub fn shares_line(tree: &Tree, place: Insertion<'_>) -> bool {
    match place {
        Insertion::End => tree.nodes().last().is_some_and(|last| shares_line(tree, Insertion::After(last))),
        Insertion::Before(sibling) => indentation(tree.text(), with_comments(tree, sibling).start).is_none(),
        Insertion::After(sibling) => !ends_line(tree, sibling),
        Insertion::Into(parent) => match parent.children().last() {
            Some(last) => !ends_line(tree, last),
            None => is_spread_on_one_line(tree, parent) || !has_own_line(tree, parent),
        },
    }
}

/// Whether a node has a block on one line with something in it, be it a space: `{}` alone may be opened.
fn is_spread_on_one_line(tree: &Tree, node: Node<'_>) -> bool {
    let block = node.block_span().map(|block| &tree.text()[block.range()]);
    block.is_some_and(|block| block != "{}" && !block.contains(|character| Class::of(character) == Class::Newline))
}

/// Whether a node shares its line with nothing but comments.
fn has_own_line(tree: &Tree, node: Node<'_>) -> bool {
    indentation(tree.text(), with_comments(tree, node).start).is_some() && ends_line(tree, node)
}

/// Whether nothing but a comment stands behind a node on its line.
fn ends_line(tree: &Tree, node: Node<'_>) -> bool {
    let rest = rest_of_line(tree, end_of_node(tree, node));
    newline_at(tree.text(), rest).is_some() || tree.text()[rest as usize..].starts_with("//")
}

/// Where the semicolon behind a node ends, with the comments around it.
fn rest_of_line(tree: &Tree, end: u32) -> u32 {
    let semicolon = comments_behind(tree, end);
    let has_semicolon = tree.text()[semicolon as usize..].starts_with(';');
    comments_behind(tree, semicolon + u32::from(has_semicolon))
}

/// A node with the comments right above it and the one behind it; nothing for one that shares its lines with others.
pub fn with_lines(tree: &Tree, node: Node<'_>) -> Option<Span> {
    if !has_own_line(tree, node) {
        return None;
    }
    let rest = rest_of_line(tree, end_of_node(tree, node));
    let line = tree.text()[rest as usize..].find(|character| Class::of(character) == Class::Newline);
    let end = line.map_or(tree.text().len() as u32, |length| rest + length as u32);
    Some(Span { end: spaces_before(tree.text(), end), ..with_comments(tree, node) })
}

/// Removes a node: with its line where it has one of its own, otherwise with its semicolon.
///
/// Comments around it stay, and those inside of it take its place.
pub fn remove(tree: &Tree, node: Node<'_>) -> Vec<Edit> {
    let whole = with_semicolon(tree, whole(tree, node));
    let kept = comments(tree, whole);
    if kept.is_empty() {
        return vec![without(tree, whole)];
    }
    let text = tree.text();
    let new_line = format!("\n{}", indentation_of_line(text, node.span().start));
    let lines = || on_lines(tree, &kept, &new_line);
    let end = spaces_behind(text, whole.end);
    vec![match (indentation(text, whole.start), newline_at(text, end)) {
        (Some(_), Some(_)) => edit(tree, whole.start, end, lines()),
        (None, Some(_)) => edit(tree, spaces_before(text, whole.start), end, new_line.clone() + &lines()),
        (_, None) => edit(tree, whole.start, end, before_more(tree, &kept, &new_line)),
    }]
}

/// Sets what is said at a node that goes, and stays, apart from the node below it: an empty line keeps it from speaking of that one.
pub fn set_apart(tree: &Tree, node: Node<'_>, next: Node<'_>) -> Option<Edit> {
    let text = tree.text();
    let piece = with_lines(tree, node)?;
    let start = with_comments(tree, next).start;
    let line = start - indentation(text, start)?.len() as u32;
    let is_right_below = newline_at(text, spaces_behind(text, piece.end))
        .is_some_and(|length| length > 0 && spaces_behind(text, piece.end) + length == line);
    let says = !comments(tree, piece).is_empty();
    (says && is_right_below).then(|| edit(tree, line, line, "\n".to_owned()))
}

/// Whether comments speak of a node: above it, in it, or behind it.
pub fn is_commented(tree: &Tree, node: Node<'_>) -> bool {
    !comments(tree, Piece::of_node(tree, node).span).is_empty()
}

/// Puts comments on lines of their own above a node and what is said above it; nothing where it shares its line.
pub(super) fn above(tree: &Tree, node: Node<'_>, kept: &[Comment]) -> Option<Edit> {
    let start = with_comments(tree, node).start;
    let indent = indentation(tree.text(), start)?;
    let new_line = format!("\n{indent}");
    Some(edit(tree, start, start, format!("{}\n{new_line}", on_lines(tree, kept, &new_line))))
}

/// Takes the block of a node away that holds nothing.
pub fn remove_empty_block(tree: &Tree, node: Node<'_>) -> Option<Edit> {
    let block = empty_block(tree, node)?;
    Some(edit(tree, spaces_before(tree.text(), block.start), block.end, String::new()))
}

/// Closes the block of a node that holds nothing.
pub fn close_empty_block(tree: &Tree, node: Node<'_>) -> Option<Edit> {
    let block = empty_block(tree, node)?;
    Some(edit(tree, block.start, block.end, "{}".to_owned()))
}

/// The block of a node that holds nothing, not even a comment.
fn empty_block(tree: &Tree, node: Node<'_>) -> Option<Span> {
    let block = node.block_span()?;
    let inside = &tree.text()[block.start as usize + 1..block.end as usize - 1];
    let is_empty = inside.chars().all(|character| matches!(Class::of(character), Class::Space | Class::Newline));
    is_empty.then_some(block)
}

/// Whether a node has a block with something in it that is on one line.
pub fn is_in_one_line(tree: &Tree, node: Node<'_>) -> bool {
    node.children().next().is_some() && is_spread_on_one_line(tree, node)
}

/// Removes a node with all that is in it and the comments that speak of it, for [`insert`] to put it elsewhere: also gives its text. Where it
/// does not get lines of its own there, a comment that ends its line stays.
pub fn cut(tree: &Tree, node: Node<'_>, gets_lines: bool) -> (Vec<Edit>, String) {
    let (piece, text) = Piece::of_node(tree, node).taken(tree, gets_lines);
    let indent = indentation_of_line(tree.text(), piece.start);
    (vec![without(tree, with_semicolon(tree, piece))], text.replace(&format!("\n{indent}"), "\n"))
}

/// The edit that takes away a piece of nodes with the lines that it has for itself; at the end of a block on one line, with the semicolon
/// that parts it from the node before it.
fn without(tree: &Tree, piece: Span) -> Edit {
    let text = tree.text();
    let end = spaces_behind(text, piece.end);
    let before = spaces_before(text, piece.start);
    let ends_block = text[end as usize..].starts_with('}') && !text[piece.range()].ends_with(';');
    if ends_block && text[..before as usize].ends_with(';') {
        return edit(tree, before - 1, piece.end, String::new());
    }
    match (indentation(text, piece.start), newline_at(text, end)) {
        (Some(indent), Some(length)) => edit(tree, piece.start - indent.len() as u32, end + length, String::new()),
        (None, Some(_)) => edit(tree, before, end, String::new()),
        (_, None) => edit(tree, piece.start, end, String::new()),
    }
}

/// A node with the semicolon that ends it, and what stands before that.
fn with_semicolon(tree: &Tree, node: Span) -> Span {
    Span { end: semicolon_behind(tree, node.end).unwrap_or(node.end), ..node }
}

/// Puts another node, given as [`insert`] takes it, in the place of one. The comments inside of it stand before it.
pub fn replace(tree: &Tree, node: Node<'_>, text: &str) -> Vec<Edit> {
    let whole = whole(tree, node);
    let kept = comments(tree, whole);
    let indent = indentation_of_line(tree.text(), whole.start);
    let before = before_more(tree, &kept, &format!("\n{indent}"));
    let text = indented(text, indent);
    vec![edit(tree, whole.start, whole.end, before + &text)]
}

/// Puts the bare text of a node in its place, without the comments that speak of it; gives what stood there, for [`dress`].
pub fn strip(tree: &Tree, node: Node<'_>, bare: &str) -> (Edit, String) {
    let piece = Piece::of_node(tree, node).span;
    let indent = indentation_of_line(tree.text(), piece.start);
    let text = tree.text()[piece.range()].replace(&format!("\n{indent}"), "\n");
    (edit(tree, piece.start, piece.end, bare.to_owned()), text)
}

/// Puts what [`strip`] took from a node where that is now. Where it shares its line, and a comment could hide what is behind it, the
/// comments stand before it.
pub fn dress(tree: &Tree, node: Node<'_>, piece: &str) -> Edit {
    let span = node.span();
    let is_alone = has_own_line(tree, node) && newline_at(tree.text(), spaces_behind(tree.text(), span.end)).is_some();
    if is_alone {
        let text = indented(piece, indentation_of_line(tree.text(), span.start));
        return edit(tree, span.start, span.end, text);
    }
    let (own, _) = parse(tree.file(), &piece.into());
    let kept = comments(&own, Span::new(own.file(), 0, piece.len() as u32));
    let new_line = format!("\n{}", indentation_of_line(tree.text(), span.start));
    let before = before_more(&own, &kept, &new_line);
    edit(tree, span.start, span.start, before)
}

/// A node with all that `/-` leaves out of it.
fn whole(tree: &Tree, node: Node<'_>) -> Span {
    Span { end: end_of_node(tree, node), ..node.span() }
}

/// Comments each on lines of their own that begin behind `new_line`, the first where it is.
fn on_lines(tree: &Tree, kept: &[Comment], new_line: &str) -> String {
    kept.iter().map(|comment| comment.alone(tree, new_line)).collect::<Vec<_>>().join(new_line)
}

/// Comments so that more can follow behind them.
fn before_more(tree: &Tree, kept: &[Comment], new_line: &str) -> String {
    let text = tree.text();
    let is_short =
        |comment: &Comment| comment.sort == Sort::Block && !text[comment.span.range()].contains(['\n', '\r']);
    if kept.iter().all(is_short) {
        return kept.iter().map(|comment| format!("{} ", &text[comment.span.range()])).collect();
    }
    on_lines(tree, kept, new_line) + new_line
}

fn edit(tree: &Tree, start: u32, end: u32, text: String) -> Edit {
    Edit { span: Span::new(tree.file(), start, end), text }
}

/// The length of the newline at an offset: 0 at the end of the text, nothing where there is none.
fn newline_at(text: &str, at: u32) -> Option<u32> {
    let rest = &text[at as usize..];
    match rest.chars().next() {
        None => Some(0),
        Some(_) if rest.starts_with("\r\n") => Some(2),
        Some(character) => (Class::of(character) == Class::Newline).then_some(character.len_utf8() as u32),
    }
}

fn indented(node: &str, indent: &str) -> String {
    if node.contains("\"\"\"") {
        return node.to_owned();
    }
    node.replace('\n', &format!("\n{indent}"))
}

fn before(tree: &Tree, sibling: Node<'_>, node: &str) -> Edit {
    let start = with_comments(tree, sibling).start;
    if shares_line(tree, Insertion::Before(sibling)) {
        return edit(tree, start, start, format!("{node}; "));
    }
    let indent = indentation_of_line(tree.text(), start);
    edit(tree, start, start, format!("{}\n{indent}", indented(node, indent)))
}

fn after(tree: &Tree, sibling: Node<'_>, node: &str) -> Edit {
    let text = tree.text();
    let indent = indentation_of_line(text, sibling.span().start);
    let end = end_of_node(tree, sibling);
    let semicolon = comments_behind(tree, end);
    let has_semicolon = text[semicolon as usize..].starts_with(';');
    let rest = rest_of_line(tree, end);
    let node = indented(node, indent);
    if ends_line(tree, sibling) {
        let comment = text[rest as usize..].find(|character| Class::of(character) == Class::Newline);
        let line_end = comment.map_or(text.len(), |length| rest as usize + length) as u32;
        return edit(tree, line_end, line_end, format!("\n{indent}{node}"));
    }
    if has_semicolon {
        return edit(tree, semicolon + 1, semicolon + 1, format!(" {node};"));
    }
    let end = spaces_before(text, semicolon);
    edit(tree, end, end, format!("; {node}"))
}

/// Inserts the first child of a node.
fn into_empty(tree: &Tree, parent: Node<'_>, node: &str, unit: &str) -> Edit {
    let text = tree.text();
    let outer = indentation_of_line(text, parent.span().start);
    let inner = format!("{outer}{unit}");
    let shares_line = shares_line(tree, Insertion::Into(parent));
    let node = indented(node, &inner);
    let Some(block) = parent.block_span() else {
        let end = end_of_node(tree, parent);
        if shares_line {
            return edit(tree, end, end, format!(" {{ {node} }}"));
        }
        return edit(tree, end, end, format!(" {{\n{inner}{node}\n{outer}}}"));
    };
    let (open, close) = (block.start + 1, block.end - 1);
    let interior = &text[open as usize..close as usize];
    if interior.chars().all(|character| Class::of(character) == Class::Space) {
        if shares_line {
            return edit(tree, open, close, format!(" {node} "));
        }
        return edit(tree, open, close, format!("\n{inner}{node}\n{outer}"));
    }
    if shares_line && is_spread_on_one_line(tree, parent) {
        return edit(tree, open, open, format!(" {node};"));
    }
    match indentation(text, close) {
        Some(indent) if !interior.contains('\\') => {
            let line = close - indent.len() as u32;
            edit(tree, line, line, format!("{inner}{node}\n"))
        }
        _ => edit(tree, open, open, format!("\n{inner}{node}\n{inner}")),
    }
}
