//! What a word means: for who points at it.

use super::cursor::{Cursor, Spot};
use super::fields::Field;
use super::{Snapshot, Thing};
use crate::grammar::{Expected, Position, Word, language};
use crate::model::{Address, Kind, Map, Value};
use crate::resolve::OverlayVerb;
use crate::source::Span;
use crate::syntax::{Node, Tree};
use std::fmt::Write;

/// What is said of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The word.
    pub span: Span,
    /// What it means, in Markdown.
    pub text: String,
}

impl Snapshot {
    /// What the word at an offset of a tree means; `known` is where that is in the text of the project that was read.
    pub fn hover(&self, tree: &Tree, at: u32, known: Option<u32>) -> Option<Hover> {
        let cursor = Cursor::new(tree, at);
        if let Some((thing, _, _)) = self.named(tree, at, known) {
            return Some(Hover { span: cursor.typed().0, text: self.describe(thing) });
        }
        let (span, text) = match cursor.spot {
            Spot::Name(node) => {
                let node = node.filter(|node| super::cursor::holds(node.name_span(), at))?;
                (node.name_span(), self.of_node(&cursor, node)?)
            }
            Spot::Argument(node, index, entry) => (entry?.value_span(), self.of_argument(&cursor, node, index)?),
            Spot::Key(node, entry) => {
                let line = language().line_at(cursor.position_of(node), node)?;
                let told = match line.property(entry.key()?) {
                    Some(property) => of_expected(property),
                    None => line.pairs_doc()?.to_owned(),
                };
                (entry.key_span(), told)
            }
            Spot::Value(node, key, entry) => {
                let line = language().line_at(cursor.position_of(node), node)?;
                (entry?.value_span(), of_expected(line.property(key)?))
            }
            Spot::Annotation(word, span) => (span, of_word(language().annotation_word(word)?)),
            Spot::Nowhere => return None,
        };
        Some(Hover { span, text })
    }

    fn of_node(&self, cursor: &Cursor<'_>, node: Node<'_>) -> Option<String> {
        let position = cursor.position_of(node);
        if let Position::Shaped(shape) = position {
            let line = language().line_at(position, node);
            let (lines, doc) = match line {
                Some(line) => (vec![line.written()], line.doc()),
                None => (shape.lines(language()), shape.doc()),
            };
            return Some(format!("```kdl\n{}\n```\n\n{doc}", lines.join("\n")));
        }
        self.field(cursor, node).map(of_field)
    }

    fn of_argument(&self, cursor: &Cursor<'_>, node: Node<'_>, index: usize) -> Option<String> {
        let text = node.argument(index)?.string();
        let position = cursor.position_of(node);
        let Some(line) = language().line_at(position, node) else {
            let Position::Shaped(shape) = position else {
                let operator = text.and_then(|text| language().operator_words().find(|one| one.word == text));
                let verb = OverlayVerb::from_word(node.name()).filter(|_| cursor.is_in_overlay());
                let field = match verb {
                    // What is put in the place of a line is called by its first word.
                    Some(_) => node.argument(0)?.string().and_then(|name| self.field_of(cursor, name)),
                    None => self.field(cursor, node),
                };
                return operator.map(of_word).or_else(|| field.map(of_field));
            };
            return shape.words().find(|one| Some(one.word) == text).map(of_word);
        };
        // A name that is declared there is what its node says.
        if line.argument(index).is_some_and(|argument| argument.declares().is_some()) {
            let name = text.unwrap_or_default();
            return Some(format!("**{}** `{name}`\n\n{}", node.name(), line.doc()));
        }
        let flag = text.and_then(|text| line.flags().find(|flag| flag.word == text));
        match line.argument(index) {
            Some(argument) if flag.is_none() || !line.takes_flags(index) => Some(of_expected(argument)),
            _ => flag.map(of_word).or_else(|| {
                let Position::Shaped(shape) = position else { return None };
                shape.words().find(|one| Some(one.word) == text).map(of_word)
            }),
        }
    }

    /// What a thing is, and where it is named.
    fn describe(&self, thing: &Thing) -> String {
        let of = if thing.within.is_empty() { String::new() } else { format!(" of {}", thing.within) };
        let mut text = format!("**{}** `{}`{of}", thing.kind.replace('-', " "), thing.name);
        if let Some((title, description)) = self.said_of(thing) {
            text.extend(title.map(|title| format!(" · {title}")));
            text.extend(description.map(|description| format!("\n\n{description}")));
        }
        let Some(places) = self.names().places(thing) else { return text };
        if let Some(first) = places.declared.first() {
            let _ = write!(text, "\n\nDeclared in `{}`", self.loaded.sources.location(*first));
        }
        let count = places.used.len();
        let often = match count {
            0 => "named nowhere else".to_owned(),
            1 => "named at 1 other place".to_owned(),
            count => format!("named at {count} other places"),
        };
        let _ = write!(text, "{}{often}.", if places.declared.is_empty() { "\n\n" } else { ", " });
        text
    }

    /// The title and the description of a thing.
    fn said_of(&self, thing: &Thing) -> Option<(Option<String>, Option<String>)> {
        let project = &self.loaded.project;
        if thing.kind == Kind::Entity.word() {
            let is_it =
                |one: &&crate::model::Entity| *one.name.value == *thing.name && *one.blueprint.value == *thing.within;
            let entity = project.entities.iter().find(is_it)?;
            return Some((entity.title.as_ref().map(|title| title.value.to_string()), None));
        }
        let address = Address::new(Kind::from_word(thing.kind)?, (&*thing.name).into());
        let object = project.objects.iter().find(|one| one.address == address)?;
        Some((text_of(&object.body, "title"), text_of(&object.body, "description")))
    }
}

fn text_of(body: &Map, name: &str) -> Option<String> {
    match &body.get(name)?.value {
        Value::String(text) => Some(text.to_string()),
        _ => None,
    }
}

fn of_word(word: Word<'_>) -> String {
    format!("`{}` {}", word.word, word.doc)
}

fn of_expected(expected: Expected<'_>) -> String {
    let value_type = expected.value_type();
    let mut text = format!("**{}** ({}) {}", expected.name(), value_type.word, expected.doc());
    let words: Vec<String> = expected.words().map(|word| format!("`{word}`")).collect();
    if !words.is_empty() {
        let _ = write!(text, "\n\nOne of {}.", words.join(", "));
    } else if !value_type.doc.is_empty() {
        let _ = write!(text, "\n\n`{}`: {}", value_type.word, value_type.doc);
    }
    if let Some(default) = expected.default() {
        let _ = write!(text, "\n\nDefault: `{default}`");
    }
    text
}

fn of_field(field: Field<'_>) -> String {
    let mut text = format!("**{}** ({})", field.name(), field.detail());
    let doc = field.doc();
    if !doc.is_empty() {
        let _ = write!(text, "\n\n{doc}");
    }
    let words: Vec<String> = field.words().iter().map(|word| format!("`{word}`")).collect();
    if !words.is_empty() {
        let _ = write!(text, "\n\nOne of {}.", words.join(", "));
    }
    text
}
