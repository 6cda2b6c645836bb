//! What may be written at a place: for who is typing there.

mod overlays;
mod parameters;
mod values;
mod within;

use super::Snapshot;
use super::cursor::{Cursor, Spot};
use super::fields::{Field, ITEM};
use super::paths::{Next, Reference, Typed};
use crate::grammar::{Body, Child, Inner, Line, Position, language};
use crate::model::{Function, Verb};
use crate::source::Span;
use crate::syntax::edit::write_string;
use crate::syntax::{Node, Tree};

/// The most names that are offered at once: nobody reads more, and they come again with the next letter.
const MOST: usize = 200;

/// Something that may be written at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// How it is shown.
    pub label: String,
    /// What it is.
    pub sort: Sort,
    /// What it is, in a few words.
    pub detail: String,
    /// What it means, in Markdown; empty where nothing is said.
    pub doc: String,
    /// What is written in the place of the word that is being typed.
    pub insert: Vec<Piece>,
    /// That word.
    pub replaces: Span,
    /// Where it stands among the others: those that must be there come first.
    pub rank: u8,
}

/// A part of what is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A text.
    Text(String),
    /// What is still to be typed, by its name, and the words that it may be, where they are known.
    Hole(String, Vec<String>),
    /// Where typing goes on.
    End,
}

/// What a completion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A node of the language.
    Node,
    /// A field that a blueprint or a promise declares.
    Field,
    /// The key of a property on a line.
    Key,
    /// A word of the language.
    Word,
    /// One of the values that there are.
    Value,
    /// The name of a thing of the project.
    Name,
    /// An annotation.
    Annotation,
}

/// What there is in a folder of the project, by the folder's path: names, with a `/` behind those of folders.
pub type Look<'l> = &'l dyn Fn(&str) -> Vec<String>;

impl Snapshot {
    /// What may be written at an offset of a tree, the most likely first, and whether those are all. `look` tells what files there are.
    pub fn complete(&self, tree: &Tree, at: u32, look: Look<'_>) -> (Vec<Completion>, bool) {
        let cursor = Cursor::new(tree, at);
        let (replaces, typed) = cursor.in_quotes().unwrap_or_else(|| cursor.typed());
        let is_quoted = tree.text().get(..replaces.start as usize).is_some_and(|before| before.ends_with('"'));
        let mut offers = Offers { snapshot: self, look, replaces, typed, is_quoted, found: Vec::new(), is_whole: true };
        match (cursor.reference(), cursor.spot) {
            (_, Spot::Annotation(..) | Spot::Nowhere) => {}
            (_, Spot::Name(node)) => offers.in_block(&cursor, node),
            (Some(reference), _) => offers.referred(&cursor, reference),
            (None, Spot::Argument(node, index, _)) => offers.on_line(&cursor, node, index),
            (None, Spot::Key(node, _)) => offers.on_line(&cursor, node, node.arguments().count()),
            (None, Spot::Value(node, key, _)) => offers.value(&cursor, node, key),
        }
        let Offers { mut found, is_whole, .. } = offers;
        found.sort_by(|a, b| (a.rank, &a.label).cmp(&(b.rank, &b.label)));
        found.dedup_by(|later, first| later.label == first.label);
        (found, is_whole)
    }
}

/// Whether what stands in the innermost block is filled from rows of a file.
fn is_of_rows(cursor: &Cursor<'_>) -> bool {
    cursor.around.last().is_some_and(|(node, _)| node.name() == "entity" && node.property("from").is_some())
}

/// What is offered at a place so far.
struct Offers<'s> {
    snapshot: &'s Snapshot,
    look: Look<'s>,
    replaces: Span,
    typed: &'s str,
    /// Whether it is typed between quotes.
    is_quoted: bool,
    found: Vec<Completion>,
    is_whole: bool,
}

impl Offers<'_> {
    fn add(&mut self, label: &str, sort: Sort, (detail, doc): (String, String), insert: Vec<Piece>, rank: u8) {
        let (label, replaces) = (label.to_owned(), self.replaces);
        self.found.push(Completion { label, sort, detail, doc, insert, replaces, rank });
    }

    /// The nodes and fields that may stand in the innermost block.
    fn in_block(&mut self, cursor: &Cursor<'_>, node: Option<Node<'_>>) {
        if self.in_overlay(cursor) {
            return;
        }
        // The node that is being typed there is not one that is there.
        let is_there = |name: &str| {
            let siblings = match cursor.around.last() {
                Some((parent, _)) => parent.children(),
                None => cursor.tree.nodes(),
            };
            siblings.filter(|one| Some(one.span()) != node.map(Node::span)).any(|one| one.name() == name)
        };
        let inner = match cursor.around.last() {
            None => language().at_top_of_file(),
            Some((parent, position)) => language().line_at(*position, *parent).and_then(Line::inner),
        };
        let body = inner.and_then(Inner::body).map(|body| body.0);
        let (path, _) = cursor.path();
        if matches!(body, Some(Body::Predicate)) {
            self.asked_for(cursor, &path);
        }
        // The way of a condition leads to no node of the language.
        let children = inner.into_iter().filter(|_| path.way.is_empty()).flat_map(Inner::children);
        children.filter(|child| !child.is_single() || !is_there(child.name())).for_each(|child| self.child(child));
        if let Some(fields) = self.snapshot.manifest_fields(cursor, None) {
            for field in fields.into_iter().filter(|field| !is_there(field.name)) {
                let insert = vec![Piece::Text(format!("{} ", write_string(field.name))), Piece::End];
                let told = (field.detail.to_owned(), String::new());
                self.add(field.name, Sort::Field, told, insert, u8::from(!field.is_required));
            }
            return;
        }
        match body {
            Some(Body::Nodes) => {
                language().at_top_of_file().into_iter().flat_map(Inner::children).for_each(|child| self.child(child));
            }
            Some(Body::Json | Body::Template) if !is_of_rows(cursor) => {
                let around = cursor.around.last().map(|(node, _)| *node);
                let all = around.and_then(|node| self.snapshot.parameters_of(cursor.tree.file(), node));
                for one in all.into_iter().flatten().filter(|one| !is_there(&one.name)) {
                    let insert = vec![Piece::Text(format!("{} ", write_string(&one.name))), Piece::End];
                    self.add(&one.name, Sort::Field, (one.detail, one.doc), insert, u8::from(!one.is_required));
                }
            }
            _ if self.snapshot.list(cursor).is_some() => {
                let insert = vec![Piece::Text(format!("{ITEM} ")), Piece::End];
                self.add(ITEM, Sort::Node, ("an item".to_owned(), String::new()), insert, 0);
            }
            _ if inner.is_none() || body.is_some() => {
                let fields = self.snapshot.fields(cursor, &path.way);
                for field in fields.into_iter().filter(|field| !is_there(field.name())) {
                    self.field(field, matches!(body, Some(Body::Fields)));
                }
            }
            _ => {}
        }
    }

    /// What begins with `$` and may be asked for; behind the names of a way only the last one is written.
    fn asked_for(&mut self, cursor: &Cursor<'_>, path: &Typed<'_>) {
        if let Some((last, before)) = path.way.split_last() {
            self.replaces = path.replaces;
            // What a thing has of itself no object within it has.
            let fields = self.snapshot.fields(cursor, before);
            if fields.iter().any(|field| field.name() == *last && matches!(field, Field::Property(_))) {
                return;
            }
        }
        for word in self.snapshot.asked_for(cursor) {
            let insert = vec![Piece::Text(format!("{word} ")), Piece::End];
            self.add(word, Sort::Field, (String::new(), String::new()), insert, 3);
        }
    }

    /// What may stand behind a dollar.
    fn referred(&mut self, cursor: &Cursor<'_>, reference: Reference<'_>) {
        match reference {
            Reference::Path(Typed { way, replaces, .. }) => {
                self.replaces = replaces;
                for (rank, Next { name, detail, doc, .. }) in (0..).zip(self.snapshot.behind_dollar(cursor, &way)) {
                    let insert = vec![Piece::Text(name.clone())];
                    self.add(&name, Sort::Name, (detail, doc), insert, rank);
                }
            }
            Reference::Function(Typed { replaces, .. }) => {
                self.replaces = replaces;
                for word in Function::words() {
                    let usage = Verb::from_word(word).map(Verb::usage);
                    let line = usage.map_or_else(|| word.to_owned(), |usage| usage.line(word));
                    let doc = usage.map_or_else(|| language().meaning(word).unwrap_or_default(), |usage| usage.doc);
                    self.add(word, Sort::Word, (line, doc.to_owned()), vec![Piece::Text(word.to_owned())], 0);
                }
            }
        }
    }

    fn child(&mut self, child: Child<'_>) {
        let shape = child.shape();
        let mut insert = vec![Piece::Text(child.name().to_owned())];
        for needed in child.needed() {
            let words: Vec<String> = needed.words().map(str::to_owned).collect();
            insert.push(Piece::Text(" ".to_owned()));
            insert.push(Piece::Hole(needed.name().to_owned(), words));
        }
        if child.needs_block() {
            insert.extend([Piece::Text(" {\n\t".to_owned()), Piece::End, Piece::Text("\n}".to_owned())]);
        }
        let rank = if child.is_required() { 0 } else { 2 };
        let detail = shape.lines(language()).into_iter().next().unwrap_or_default();
        self.add(child.name(), Sort::Node, (detail, shape.doc().to_owned()), insert, rank);
    }

    fn field(&mut self, field: Field<'_>, is_body: bool) {
        let name = write_string(field.name());
        let rank = u8::from(!(is_body && field.is_demanded()));
        let insert = vec![Piece::Text(format!("{name} ")), Piece::End];
        self.add(field.name(), Sort::Field, (field.detail(), field.doc()), insert, rank);
    }

    /// What may stand behind the name of a node.
    fn on_line(&mut self, cursor: &Cursor<'_>, node: Node<'_>, index: usize) {
        if self.on_line_of_overlay(cursor, node, index) {
            return;
        }
        let position = cursor.position_of(node);
        let Some(line) = language().line_at(position, node) else {
            match position {
                Position::Shaped(shape) => {
                    self.parameters(cursor, node, index);
                    for word in shape.words() {
                        self.word(word.word, word.doc);
                    }
                }
                Position::Open(_) | Position::Elsewhere => self.in_field(cursor, node, index),
            }
            return;
        };
        self.parameters(cursor, node, index);
        // Where a word may tell another form, that may still be typed.
        if let Position::Shaped(shape) = position
            && index == 0
            && line.is_otherwise()
        {
            shape.words().for_each(|word| self.word(word.word, word.doc));
        }
        if let Some(argument) = line.argument(index) {
            self.expected(argument, cursor, node);
        }
        let is_there = |word: &str| node.arguments().any(|one| one.string() == Some(word));
        if line.takes_flags(index) {
            for flag in line.flags().filter(|flag| !is_there(flag.word)) {
                self.word(flag.word, flag.doc);
            }
            for property in line.properties().filter(|property| node.property(property.name()).is_none()) {
                let insert = vec![Piece::Text(format!("{}=", property.name())), Piece::End];
                let rank = if property.is_required() { 0 } else { 3 };
                let told = (property.value_type().word.to_owned(), property.doc().to_owned());
                self.add(&format!("{}=", property.name()), Sort::Key, told, insert, rank);
            }
        }
    }
}
