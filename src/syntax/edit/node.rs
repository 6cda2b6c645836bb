use super::surroundings::{end_of_node, indentation, indentation_of_line, spaces_before, spaces_behind, unit};
use super::{Edit, write_string};
use crate::source::Span;
use crate::syntax::character::Class;
use crate::syntax::{Node, Tree};

/// Where a new node goes.
#[derive(Clone, Copy, Debug)]
pub enum Place<'t> {
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
/// The lines of the text are indented as its first one, unless it holds a string of several lines.
pub fn insert(tree: &Tree, place: Place<'_>, node: &str) -> Vec<Edit> {
    let at = |offset: u32, text: String| edit(tree, offset, offset, text);
    let edit = match place {
        Place::Before(sibling) => before(tree, sibling, node),
        Place::After(sibling) => after(tree, sibling, node),
        Place::End => match tree.nodes().last() {
            Some(last) => after(tree, last, node),
            None if tree.text().ends_with('\n') && !tree.text().contains('\\') => {
                at(tree.text().len() as u32, format!("{node}\n"))
            }
            None => {
                let start = if tree.text().starts_with('\u{feff}') { 3 } else { 0 };
                at(start, format!("{node}\n"))
            }
        },
        Place::Into(parent) => match parent.children().last() {
            Some(last) => after(tree, last, node),
            None => into_empty(tree, parent, node),
        },
    };
    vec![edit]
}

/// Removes a node: with its line where it has one of its own, otherwise with its semicolon.
///
/// Comments around it stay; what `/-` leaves out of it goes with it.
pub fn remove(tree: &Tree, node: Node<'_>) -> Vec<Edit> {
    let text = tree.text();
    let start = node.span().start;
    let mut end = spaces_behind(text, end_of_node(tree, node));
    if text[end as usize..].starts_with(';') {
        end = spaces_behind(text, end + 1);
    }
    let newline = newline_at(text, end);
    let edit = match (indentation(text, start), newline) {
        (Some(indent), Some(length)) => edit(tree, start - indent.len() as u32, end + length, String::new()),
        (None, Some(_)) => edit(tree, spaces_before(text, start), end, String::new()),
        (_, None) => edit(tree, start, end, String::new()),
    };
    vec![edit]
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
    let start = sibling.span().start;
    let indent = indentation_of_line(tree.text(), start);
    edit(tree, start, start, format!("{}\n{indent}", indented(node, indent)))
}

fn after(tree: &Tree, sibling: Node<'_>, node: &str) -> Edit {
    let text = tree.text();
    let indent = indentation_of_line(text, sibling.span().start);
    let end = end_of_node(tree, sibling);
    let semicolon = spaces_behind(text, end);
    let has_semicolon = text[semicolon as usize..].starts_with(';');
    let rest = spaces_behind(text, semicolon + u32::from(has_semicolon));
    let is_last_on_line = newline_at(text, rest).is_some() || text[rest as usize..].starts_with("//");
    let node = indented(node, indent);
    if is_last_on_line {
        let comment = text[rest as usize..].find(|character| Class::of(character) == Class::Newline);
        let line_end = comment.map_or(text.len(), |length| rest as usize + length) as u32;
        return edit(tree, line_end, line_end, format!("\n{indent}{node}"));
    }
    if has_semicolon {
        return edit(tree, semicolon + 1, semicolon + 1, format!(" {node};"));
    }
    edit(tree, end, end, format!("; {node}"))
}

/// Inserts the first child of a node.
fn into_empty(tree: &Tree, parent: Node<'_>, node: &str) -> Edit {
    let text = tree.text();
    let outer = indentation_of_line(text, parent.span().start);
    let inner = format!("{outer}{}", unit(text));
    let node = indented(node, &inner);
    let Some(block) = parent.block_span() else {
        let end = end_of_node(tree, parent);
        return edit(tree, end, end, format!(" {{\n{inner}{node}\n{outer}}}"));
    };
    let (open, close) = (block.start + 1, block.end - 1);
    let interior = &text[open as usize..close as usize];
    if interior.chars().all(|character| Class::of(character) == Class::Space) {
        return edit(tree, open, close, format!("\n{inner}{node}\n{outer}"));
    }
    match indentation(text, close) {
        Some(indent) if !interior.contains('\\') => {
            let line = close - indent.len() as u32;
            edit(tree, line, line, format!("{inner}{node}\n"))
        }
        _ => edit(tree, open, open, format!("\n{inner}{node}\n{inner}")),
    }
}
