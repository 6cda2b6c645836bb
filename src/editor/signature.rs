//! How the line is written that somebody is typing, and which part of it comes next.

use super::Snapshot;
use super::cursor::{Cursor, Spot};
use crate::grammar::{Expected, Line, language};
use crate::syntax::{Node, Tree};

/// How a line is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The line: `relation ID TARGET required? many?`.
    pub line: String,
    /// What it means, in Markdown.
    pub doc: String,
    /// Its parts, as they stand in the line, each with what it means.
    pub parts: Vec<(String, String)>,
    /// The one that is typed.
    pub active: Option<usize>,
}

impl Snapshot {
    /// How the line at an offset of a tree is written; where a word tells what it is and there is none yet, all that it may be.
    pub fn signature(&self, tree: &Tree, at: u32) -> Vec<Signature> {
        let cursor = Cursor::new(tree, at);
        let (node, index, key) = match cursor.spot {
            Spot::Argument(node, index, _) => (node, Some(index), None),
            Spot::Key(node, entry) => (node, None, entry.key()),
            Spot::Value(node, key, _) => (node, None, Some(key)),
            Spot::Name(_) | Spot::Annotation(..) | Spot::Nowhere => return Vec::new(),
        };
        let position = cursor.position_of(node);
        if let Some(line) = language().line_at(position, node) {
            return vec![of_line(line, index, key)];
        }
        if let crate::grammar::Position::Shaped(shape) = position {
            let lines = shape.lines(language()).into_iter();
            let one = |line| Signature { line, doc: shape.doc().to_owned(), parts: Vec::new(), active: None };
            return lines.map(one).collect();
        }
        self.of_field_line(&cursor, node).into_iter().collect()
    }

    fn of_field_line(&self, cursor: &Cursor<'_>, node: Node<'_>) -> Option<Signature> {
        let field = self.field(cursor, node)?;
        let words = field.words();
        let value = if words.is_empty() { field.detail() } else { words.join("|") };
        let line = format!("{} {value}", node.name());
        Some(Signature { line, doc: field.doc(), parts: vec![(value, field.detail())], active: Some(0) })
    }
}

fn of_line(line: Line<'_>, index: Option<usize>, key: Option<&str>) -> Signature {
    let (arguments, properties): (Vec<Expected<'_>>, Vec<Expected<'_>>) =
        (line.arguments().collect(), line.properties().collect());
    let active = match (index, key) {
        (Some(index), _) => line.place_of(index),
        (None, Some(key)) => properties.iter().position(|one| one.name() == key).map(|place| arguments.len() + place),
        (None, None) => None,
    };
    let parts = arguments.iter().map(|one| (one.written(), one.doc().to_owned()));
    let parts = parts.chain(properties.iter().map(|one| (format!("{}=", one.name()), one.doc().to_owned())));
    Signature { line: line.written(), doc: line.doc().to_owned(), parts: parts.collect(), active }
}
