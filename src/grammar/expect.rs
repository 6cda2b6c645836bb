//! What may stand at a place, for whoever completes a text or says what a word in it is.

use super::Position;
use super::shape::{Block, Body, Form, Grammar, NodeShape, Parameter, Slot};
use crate::syntax::Node;

/// What may stand between the braces of a node, or at the top of a file.
#[derive(Clone, Copy)]
pub struct Inner<'g> {
    grammar: &'g Grammar,
    block: &'g Block,
}

/// A child that a block takes.
#[derive(Clone, Copy)]
pub struct Child<'g> {
    grammar: &'g Grammar,
    slot: &'g Slot,
}

/// What may stand on the line of a node behind its name, where the words that tell it are there.
#[derive(Clone, Copy)]
pub struct Line<'g> {
    grammar: &'g Grammar,
    shape: &'g NodeShape,
    form: &'g Form,
    /// How many arguments tell the form and are no arguments of it.
    told: usize,
}

/// An argument, or a property.
#[derive(Clone, Copy)]
pub struct Expected<'g> {
    grammar: &'g Grammar,
    parameter: &'g Parameter,
}

/// A word that may stand somewhere, and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<'g> {
    /// The word.
    pub word: &'g str,
    /// What it means; empty where nothing is said of it.
    pub doc: &'g str,
}

impl Grammar {
    /// What may stand at the top of a project's file.
    pub fn at_top_of_file(&self) -> Option<Inner<'_>> {
        self.file("project").map(|file| Inner { grammar: self, block: &file.form.block })
    }

    /// What may stand behind the name of a node at a position; nothing where the grammar does not know it, or no word tells its form yet.
    pub fn line_at<'g>(&'g self, position: Position<'g>, node: Node<'_>) -> Option<Line<'g>> {
        let Position::Shaped(shape) = position else { return None };
        let (form, told) = shape.form_of(node)?;
        Some(Line { grammar: self, shape, form, told })
    }

    /// The operators of conditions.
    pub fn operator_words(&self) -> impl Iterator<Item = Word<'_>> {
        self.operators.iter().map(|operator| Word { word: &operator.word, doc: &operator.doc })
    }

    /// The annotations that may stand before a node of a shape.
    pub fn annotations_of<'g>(&'g self, shape: &'g NodeShape) -> impl Iterator<Item = Word<'g>> {
        shape.annotations.iter().filter_map(|word| self.annotation_word(word))
    }

    /// An annotation, and what it means.
    pub fn annotation_word(&self, word: &str) -> Option<Word<'_>> {
        self.annotation(word).map(|annotation| Word { word: &annotation.word, doc: &annotation.doc })
    }
}

impl<'g> Inner<'g> {
    /// The children of known names, in the order of the grammar.
    pub fn children(self) -> impl Iterator<Item = Child<'g>> {
        self.block.slots.iter().map(move |slot| Child { grammar: self.grammar, slot })
    }

    /// What other children are, and what that means; nothing where there may be none.
    pub fn body(self) -> Option<(Body, &'g str)> {
        self.block.body.as_ref().map(|(body, doc)| (*body, &**doc))
    }
}

impl<'g> Child<'g> {
    /// Its name.
    pub fn name(self) -> &'g str {
        &self.slot.name
    }

    /// What it is.
    pub fn shape(self) -> &'g NodeShape {
        self.grammar.node(self.slot.node)
    }

    /// Whether a second one is a mistake.
    pub fn is_single(self) -> bool {
        self.slot.occurs.is_single()
    }

    /// Whether none is a mistake.
    pub fn is_required(self) -> bool {
        self.slot.occurs.is_required()
    }

    /// What must stand behind its name, argument by argument and property by property; empty where that depends on a word.
    pub fn needed(self) -> impl Iterator<Item = Expected<'g>> {
        let form = &self.shape().form;
        let arguments = form.arguments.iter().filter(|argument| argument.required);
        let properties = form.properties.iter().enumerate();
        let needed = properties.filter(|(bit, _)| form.required >> bit & 1 == 1).map(|(_, property)| property);
        arguments.chain(needed).map(move |parameter| Expected { grammar: self.grammar, parameter })
    }

    /// Whether something may stand in its block.
    pub fn takes_block(self) -> bool {
        self.shape().every_form().any(|(_, form)| !form.block.is_empty())
    }

    /// Whether something must stand in its block.
    pub fn needs_block(self) -> bool {
        self.shape().form.block.required != 0
    }
}

impl NodeShape {
    /// How it is written, a line for each of its forms: `relation ID TARGET required? many? { ... }`.
    pub fn lines(&self, grammar: &Grammar) -> Vec<String> {
        self.every_form().map(|(word, form)| grammar.line(&self.name, word, form)).collect()
    }

    /// The words that tell its form, each with what it means, where they stand first.
    pub fn words(&self) -> impl Iterator<Item = Word<'_>> {
        self.forms.iter().map(|(word, form)| Word { word, doc: &form.doc })
    }
}

impl<'g> Line<'g> {
    /// How it is written.
    pub fn written(self) -> String {
        let word = self.shape.forms.iter().find(|(_, form)| std::ptr::eq(form, self.form)).map(|(word, _)| &**word);
        self.grammar.line(&self.shape.name, word, self.form)
    }

    /// What it means; what its node means where the form says nothing of its own.
    pub fn doc(self) -> &'g str {
        if self.form.doc.is_empty() { &self.shape.doc } else { &self.form.doc }
    }

    /// Its arguments, without the words that tell the form.
    pub fn arguments(self) -> impl Iterator<Item = Expected<'g>> {
        self.form.arguments.iter().map(move |parameter| Expected { grammar: self.grammar, parameter })
    }

    /// Which of these stands at an index of all arguments, from 0.
    pub fn place_of(self, index: usize) -> Option<usize> {
        let place = index.checked_sub(self.told)?;
        let last = self.form.arguments.len().checked_sub(1)?;
        let place = if place > last && self.form.rest { last } else { place };
        (place <= last).then_some(place)
    }

    /// Whether it is so where no word of a form stands first.
    pub fn is_otherwise(self) -> bool {
        self.shape.otherwise.as_ref().is_some_and(|form| std::ptr::eq(form, self.form))
    }

    /// The argument at an index, from 0, counting the words that tell the form.
    pub fn argument(self, index: usize) -> Option<Expected<'g>> {
        let parameter = self.form.argument(index.checked_sub(self.told)?)?;
        Some(Expected { grammar: self.grammar, parameter })
    }

    /// Whether a word at an index may be a flag: all arguments that have to stand before it do.
    pub fn takes_flags(self, index: usize) -> bool {
        let required = self.form.arguments.iter().filter(|argument| argument.required).count();
        index >= self.told + required
    }

    /// The words that may stand behind the arguments.
    pub fn flags(self) -> impl Iterator<Item = Word<'g>> {
        self.form.flags.iter().map(|flag| Word { word: &flag.word, doc: &flag.doc })
    }

    /// The properties.
    pub fn properties(self) -> impl Iterator<Item = Expected<'g>> {
        self.form.properties.iter().map(move |parameter| Expected { grammar: self.grammar, parameter })
    }

    /// The property of a key.
    pub fn property(self, key: &str) -> Option<Expected<'g>> {
        self.form.property(key).map(|(_, parameter)| Expected { grammar: self.grammar, parameter })
    }

    /// What a property of a key of the author's own means.
    pub fn pairs_doc(self) -> Option<&'g str> {
        self.form.pairs.as_ref().map(|pairs| &*pairs.doc)
    }

    /// What may stand in the block; nothing where there is none.
    pub fn inner(self) -> Option<Inner<'g>> {
        (!self.form.block.is_empty()).then_some(Inner { grammar: self.grammar, block: &self.form.block })
    }
}

impl<'g> Expected<'g> {
    /// Its name.
    pub fn name(self) -> &'g str {
        &self.parameter.name
    }

    /// What it means.
    pub fn doc(self) -> &'g str {
        &self.parameter.doc
    }

    /// How it is written in the line of its node: its name in capitals, or the few words that it may be.
    pub fn written(self) -> String {
        self.grammar.part(self.parameter)
    }

    /// Its type, and what that means.
    pub fn value_type(self) -> Word<'g> {
        let value_type = self.grammar.value_type(self.parameter.value_type);
        Word { word: &value_type.name, doc: &value_type.doc }
    }

    /// The only words that it may be; none where it may be any.
    pub fn words(self) -> impl Iterator<Item = &'g str> {
        let value_type = self.grammar.value_type(self.parameter.value_type);
        let truth: &[&str] = if value_type.base == super::types::Base::Boolean { &["#true", "#false"] } else { &[] };
        value_type.words.iter().map(|word| &**word).chain(truth.iter().copied())
    }

    /// The words of the kinds of which it may be the address; none where it is no address.
    pub fn addressed(self) -> impl Iterator<Item = &'g str> {
        self.grammar.value_type(self.parameter.value_type).addresses.iter().map(|one| &*one.kind)
    }

    /// Whether a text may stand there.
    pub fn takes(self, text: &str) -> bool {
        self.grammar.value_type(self.parameter.value_type).check_text(text).is_ok()
    }

    /// The annotations that may stand before it.
    pub fn annotations(self) -> impl Iterator<Item = Word<'g>> {
        let value_type = self.grammar.value_type(self.parameter.value_type);
        value_type.annotations.iter().filter_map(move |word| self.grammar.annotation_word(word))
    }

    /// What it is where it is not given.
    pub fn default(self) -> Option<&'g str> {
        self.parameter.default.as_deref()
    }

    /// Whether it must be there.
    pub fn is_required(self) -> bool {
        self.parameter.required
    }

    /// The kinds of names that it may refer to, as the grammar calls them.
    pub fn refers(self) -> impl Iterator<Item = &'g str> {
        self.parameter.references.iter().map(move |kind| &*self.grammar.kinds[kind.0 as usize].name)
    }

    /// The kind of name that it declares, as the grammar calls it.
    pub fn declares(self) -> Option<&'g str> {
        self.parameter.defines.map(|kind| &*self.grammar.kinds[kind.0 as usize].name)
    }
}
