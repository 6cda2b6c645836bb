//! Annotations: words in parentheses before values and nodes. One that nobody knows would mean nothing, and one in another place
//! than its own means nothing there: each would be passed by without a word.

use super::{Validator, list};
use crate::diag::{Diagnostic, code, suggest};
use crate::grammar::shape::{AnnotationShape, Side};
use crate::source::Span;
use crate::syntax::{Annotation, Entry, Node};

/// The annotation that has a rule of its own about where it may stand, with the values that it stands for.
const SECRET: &str = "secret";

/// The annotation that only what a condition compares with may have.
const FIELD: &str = "field";

impl<'g> Validator<'g> {
    /// The annotation before a node of the language, which may have some.
    pub(super) fn node_annotation(&mut self, node: Node<'_>, allowed: &[Box<str>]) {
        let Some(annotation) = node.annotated() else { return };
        let Some(shape) = self.known(annotation, Side::Node, node.name_span()) else { return };
        if allowed.iter().all(|word| *word != shape.word) {
            self.out_of_place(annotation, shape);
        }
    }

    /// The annotation before the value of an argument or property, which may have some.
    pub(super) fn value_annotation(&mut self, entry: Entry<'_>, allowed: &[Box<str>]) {
        let Some(annotation) = entry.annotated() else { return };
        let Some(shape) = self.known(annotation, Side::Value, entry.value_span()) else { return };
        if allowed.iter().all(|word| *word != shape.word) {
            self.out_of_place(annotation, shape);
        } else {
            self.before_text(annotation, entry);
        }
    }

    /// Whether what a condition compares with is said to be another field.
    pub(super) fn names_field(&mut self, entry: Entry<'_>) -> bool {
        let annotation = entry.annotated().filter(|annotation| annotation.word == FIELD);
        if let Some(annotation) = annotation {
            self.before_text(annotation, entry);
        }
        annotation.is_some()
    }

    /// The annotations of a node of an open body.
    pub(super) fn open_annotations(&mut self, node: Node<'_>) {
        if let Some(annotation) = node.annotated() {
            self.known(annotation, Side::Node, node.name_span());
        }
        for entry in node.entries() {
            let Some(annotation) = entry.annotated() else { continue };
            match self.known(annotation, Side::Value, entry.value_span()) {
                Some(shape) if *shape.word == *FIELD => self.out_of_place(annotation, shape),
                Some(_) => self.before_text(annotation, entry),
                None => {}
            }
        }
    }

    /// What an annotation is, where it is one of the language and on its side; what else is told. `(secret)` is judged
    /// with its value.
    fn known(&mut self, annotation: Annotation<'_>, side: Side, annotated: Span) -> Option<&'g AnnotationShape> {
        if annotation.word == SECRET {
            return None;
        }
        let Some(shape) = self.grammar.annotation(annotation.word) else {
            self.unknown_annotation(annotation, side, annotated);
            return None;
        };
        if shape.before == side {
            return Some(shape);
        }
        let message =
            format!("`({})` stands before a {}, not before a {}", shape.word, shape.before.word(), side.word());
        let diagnostic = Diagnostic::error(code::BAD_ANNOTATION, annotation.span, message);
        self.diagnostics.push(diagnostic.help(match shape.before {
            Side::Node => format!("write it before the name of the node: `({})NAME ...`", shape.word),
            Side::Value => format!("write it before the value: `NAME ({})\"...\"`", shape.word),
        }));
        None
    }

    fn unknown_annotation(&mut self, annotation: Annotation<'_>, side: Side, annotated: Span) {
        let words = || self.grammar.annotations.iter();
        let here = || words().filter(|shape| shape.before == side).map(|shape| &*shape.word);
        let message = format!("there is no annotation `({})`", annotation.word);
        let diagnostic = Diagnostic::error(code::UNKNOWN_ANNOTATION, annotation.span, message);
        let near = suggest(annotation.word, here());
        self.diagnostics.push(if let Some(near) = near {
            let near = format!("({near})");
            diagnostic.help(format!("did you mean `{near}`?")).fix(format!("change to `{near}`"), annotation.span, near)
        } else {
            // A field is named in conditions alone.
            let known: Vec<String> = here().filter(|word| *word != FIELD).map(|word| format!("({word})")).collect();
            let known = list(known.iter().map(String::as_str), usize::MAX);
            let help = format!(
                "leave it out: what a value may be is said where it is declared; before a {} there may be {known}",
                side.word()
            );
            let with_space = Span { end: annotated.start, ..annotation.span };
            diagnostic.help(help).fix("leave it out", with_space, "")
        });
    }

    fn out_of_place(&mut self, annotation: Annotation<'_>, shape: &AnnotationShape) {
        let message = format!("`({})` may not stand here", shape.word);
        let diagnostic = Diagnostic::error(code::BAD_ANNOTATION, annotation.span, message);
        self.diagnostics.push(diagnostic.help(format!("leave it out. What it is for: {}", shape.doc)));
    }

    /// A text of another language is a text.
    fn before_text(&mut self, annotation: Annotation<'_>, entry: Entry<'_>) {
        if entry.string().is_none() {
            let message = format!("`({})` stands before a text, and {} is none", annotation.word, entry.raw());
            let diagnostic = Diagnostic::error(code::BAD_ANNOTATION, annotation.span, message);
            self.diagnostics.push(diagnostic.help("put the text in quotes, or leave the annotation out"));
        }
    }
}
