//! What may be written at a place: for who is typing there.

use super::cursor::{Cursor, Spot};
use super::fields::Field;
use super::names::is_below;
use super::{Snapshot, Thing};
use crate::grammar::{Body, Child, Expected, Inner, Line, Position, language};
use crate::model::Naming;
use crate::source::Span;
use crate::syntax::edit::write_string;
use crate::syntax::{Entry, Node, Tree};

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

impl Snapshot {
    /// What may be written at an offset of a tree, the most likely first, and whether those are all.
    pub fn complete(&self, tree: &Tree, at: u32) -> (Vec<Completion>, bool) {
        let cursor = Cursor::new(tree, at);
        let (replaces, typed) = cursor.typed();
        let mut offers = Offers { snapshot: self, replaces, typed, found: Vec::new(), is_whole: true };
        match cursor.spot {
            Spot::Name(node) => offers.in_block(&cursor, node),
            Spot::Argument(node, index, _) => offers.on_line(&cursor, node, index),
            Spot::Key(node, _) => offers.on_line(&cursor, node, node.arguments().count()),
            Spot::Value(node, key, _) => offers.value(&cursor, node, key),
            Spot::Annotation(..) | Spot::Nowhere => {}
        }
        let Offers { mut found, is_whole, .. } = offers;
        found.sort_by(|a, b| (a.rank, &a.label).cmp(&(b.rank, &b.label)));
        found.dedup_by(|later, first| later.label == first.label);
        (found, is_whole)
    }
}

/// What is offered at a place so far.
struct Offers<'s> {
    snapshot: &'s Snapshot,
    replaces: Span,
    typed: &'s str,
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
        for child in
            inner.into_iter().flat_map(Inner::children).filter(|child| !child.is_single() || !is_there(child.name()))
        {
            self.child(child);
        }
        match body {
            Some(Body::Nodes) => {
                language().at_top_of_file().into_iter().flat_map(Inner::children).for_each(|child| self.child(child));
            }
            Some(Body::Json | Body::Template) => {}
            _ if inner.is_none() || body.is_some() => {
                for field in self.snapshot.fields(cursor).into_iter().filter(|field| !is_there(field.name())) {
                    self.field(field, matches!(body, Some(Body::Fields)));
                }
            }
            _ => {}
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
        let position = cursor.position_of(node);
        let Some(line) = language().line_at(position, node) else {
            match position {
                Position::Shaped(shape) => {
                    for word in shape.words() {
                        self.word(word.word, word.doc);
                    }
                }
                Position::Open(_) | Position::Elsewhere => self.in_field(cursor, node, index),
            }
            return;
        };
        if let Some(argument) = line.argument(index) {
            self.expected(argument, node);
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

    /// The values of a field, or the operators behind one in a condition.
    fn in_field(&mut self, cursor: &Cursor<'_>, node: Node<'_>, index: usize) {
        let is_condition = matches!(cursor.position_of(node), Position::Elsewhere);
        if is_condition && index == 0 {
            for operator in language().operator_words() {
                self.word(operator.word, operator.doc);
            }
            return;
        }
        let Some(field) = self.snapshot.field(cursor, node) else { return };
        for word in field.words() {
            self.add(&word, Sort::Value, (field.detail(), String::new()), vec![Piece::Text(word.clone())], 0);
        }
        match field {
            Field::Relation(relation) => self.names("entity", &relation.target.value),
            Field::Property(property) => match property.schema.naming() {
                Some(Naming::Kind(kind)) => self.names(kind.word(), ""),
                Some(Naming::EntityOf(blueprint)) => self.names("entity", blueprint),
                None => {}
            },
        }
    }

    fn value(&mut self, cursor: &Cursor<'_>, node: Node<'_>, key: &str) {
        let line = language().line_at(cursor.position_of(node), node);
        if let Some(property) = line.and_then(|line| line.property(key)) {
            self.expected(property, node);
        }
    }

    /// What an argument or the value of a property may be.
    fn expected(&mut self, expected: Expected<'_>, node: Node<'_>) {
        let detail = || format!("{} ({})", expected.name(), expected.value_type().word);
        for word in expected.words() {
            self.add(word, Sort::Value, (detail(), String::new()), vec![Piece::Text(word.to_owned())], 0);
        }
        for annotation in expected.annotations() {
            let label = format!("({})", annotation.word);
            let insert = vec![Piece::Text(label.clone()), Piece::End];
            self.add(&label, Sort::Annotation, (String::new(), annotation.doc.to_owned()), insert, 4);
        }
        for kind in expected.refers() {
            let within = node.argument(0).and_then(Entry::string).unwrap_or_default();
            self.names(kind, if is_below(kind) { within } else { "" });
        }
    }

    fn word(&mut self, word: &str, doc: &str) {
        self.add(word, Sort::Word, (String::new(), doc.to_owned()), vec![Piece::Text(word.to_owned())], 1);
    }

    /// The names of the things of a kind that begin like what is typed.
    fn names(&mut self, kind: &str, within: &str) {
        let begins =
            |thing: &Thing| thing.kind == kind && *thing.within == *within && thing.name.starts_with(self.typed);
        let declared = self.snapshot.names().declared().filter(|(thing, _)| begins(thing));
        let all: Vec<&Thing> = declared.map(|(thing, _)| thing).take(MOST + 1).collect();
        self.is_whole &= all.len() <= MOST;
        for thing in all.into_iter().take(MOST) {
            let insert = vec![Piece::Text(write_string(&thing.name))];
            self.add(&thing.name, Sort::Name, (thing.kind.replace('-', " "), String::new()), insert, 0);
        }
    }
}
