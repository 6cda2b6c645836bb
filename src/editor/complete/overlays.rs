//! What may be written in an overlay: the beginnings of declarations, and what is changed in each.

use super::within::leaves_alone;
use super::{Offers, Piece, Sort};
use crate::editor::cursor::Cursor;
use crate::grammar::{Body, Child, Inner, Line, language};
use crate::model::Kind;
use crate::resolve::{OVERLAY, OverlayVerb};
use crate::syntax::{Entry, Node};

impl Offers<'_> {
    /// The lines that change something in the block which holds a place; whether it is one of an overlay, in which nothing else may stand.
    pub(super) fn in_overlay(&mut self, cursor: &Cursor<'_>) -> bool {
        let Some(around) = within(cursor) else { return false };
        if around.is_empty() {
            self.verbs(|verb| matches!(verb, OverlayVerb::Set | OverlayVerb::Unset));
            declarations().for_each(|child| self.child(child));
            return true;
        }
        // What is put in the place of a line is a line of its own.
        if around.iter().any(|node| is_verb(*node)) {
            return false;
        }
        self.verbs(|_| true);
        let children = block(cursor).into_iter().flat_map(Inner::children);
        children.filter(|child| child.takes_block()).for_each(|child| self.child(child));
        true
    }

    fn verbs(&mut self, is_meant: impl Fn(OverlayVerb) -> bool) {
        for (_, word) in OverlayVerb::ALL.into_iter().filter(|(verb, _)| is_meant(*verb)) {
            let insert = vec![Piece::Text(format!("{word} ")), Piece::End];
            let told = (format!("{word} NAME ..."), doc());
            self.add(word, Sort::Node, told, insert, 0);
        }
    }

    /// What may stand behind the word of such a line; whether it is one.
    pub(super) fn on_line_of_overlay(&mut self, cursor: &Cursor<'_>, node: Node<'_>, index: usize) -> bool {
        let Some(around) = within(cursor) else { return false };
        let word = |index: usize| node.argument(index).and_then(Entry::string).unwrap_or_default();
        if !is_verb(node) {
            let is_plain = !around.iter().any(|node| is_verb(*node));
            match (around.as_slice(), index) {
                ([], _) => self.head(node.name(), index, word(0)),
                (_, 0) if is_plain => self.lines_overlaid(cursor, node.name()),
                _ => {}
            }
            return false;
        }
        let body = block(cursor).and_then(Inner::body).map(|body| body.0);
        let is_condition = matches!(body, Some(Body::Predicate));
        match (around.as_slice(), index) {
            ([], 0) => {
                declarations().for_each(|child| self.word(child.name(), child.shape().doc()));
            }
            ([], _) => self.head(word(0), index - 1, word(1)),
            (_, 0) => {
                for child in block(cursor).into_iter().flat_map(Inner::children) {
                    self.word(child.name(), child.shape().doc());
                }
                for field in self.snapshot.fields(cursor, &[]) {
                    self.name(field.name(), &field.detail());
                }
            }
            _ if leaves_alone(cursor, node) => self.left_alone(cursor),
            (_, 1) if is_condition => self.operators(),
            _ => {
                if index == 1 {
                    self.lines_overlaid(cursor, word(0));
                }
                if let Some(field) = self.snapshot.field_of(cursor, word(0)) {
                    self.of_field(field);
                }
            }
        }
        true
    }

    /// The names behind the word of a declaration: of what it is one of, then its own.
    fn head(&mut self, kind: &str, index: usize, above: &str) {
        match (Kind::from_word(kind).and_then(Kind::above), index) {
            (Some(of), 0) => self.names(of.word(), ""),
            (Some(_), 1) => self.names(kind, above),
            (None, 0) => self.names(kind, ""),
            _ => {}
        }
    }
}

/// The declarations that an overlay may begin with, add or take away.
fn declarations() -> impl Iterator<Item = Child<'static>> {
    let nodes = language().at_top_of_file().into_iter().flat_map(Inner::children);
    nodes.filter(|child| Kind::from_word(child.name()).is_some())
}

/// What may stand in the block that holds a place, where nothing changes it.
fn block(cursor: &Cursor<'_>) -> Option<Inner<'static>> {
    let (parent, position) = cursor.around.last()?;
    language().line_at(*position, *parent).and_then(Line::inner)
}

/// What the manual says of overlays.
fn doc() -> String {
    let nodes = language().at_top_of_file().into_iter().flat_map(Inner::children);
    nodes.filter(|child| child.name() == OVERLAY).map(|child| child.shape().doc().to_owned()).collect()
}

/// The nodes around a place that are in an overlay, from the outermost.
fn within<'t>(cursor: &Cursor<'t>) -> Option<Vec<Node<'t>>> {
    cursor.is_in_overlay().then(|| cursor.around.iter().skip(1).map(|(node, _)| *node).collect())
}

fn is_verb(node: Node<'_>) -> bool {
    OverlayVerb::from_word(node.name()).is_some()
}
