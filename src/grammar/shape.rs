use super::elsewhere::{Counterpart, Elsewhere, Neighbour};
use super::placed::At;
use super::types::Type;
use crate::syntax::Node;
use std::sync::Arc;

/// The language: every node, once, in tables that refer to each other by index.
///
/// The shapes of the user's own blueprints and promises can be made of the same parts: a form
/// whose block names the properties in place of an open body.
#[derive(Debug, Default)]
pub struct Grammar {
    pub(super) annotations: Vec<AnnotationShape>,
    pub(super) types: Vec<Type>,
    pub(super) kinds: Arc<[Kind]>,
    pub(super) operators: Vec<OperatorShape>,
    pub(super) nodes: Vec<NodeShape>,
    pub(super) files: Vec<FileShape>,
}

/// A word that may stand in parentheses.
#[derive(Debug)]
pub(super) struct AnnotationShape {
    pub(super) word: Box<str>,
    pub(super) doc: Box<str>,
    pub(super) before: Side,
}

/// What an annotation stands before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Value,
    Node,
}

impl Side {
    /// As the grammar and messages say it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Node => "node",
        }
    }
}

/// What may stand at the top of a sort of file.
#[derive(Debug)]
pub(super) struct FileShape {
    pub(super) name: Box<str>,
    pub(super) form: Form,
}

/// A node of the language.
#[derive(Debug)]
pub struct NodeShape {
    pub(super) id: Box<str>,
    pub(super) name: Box<str>,
    pub(super) doc: Box<str>,
    pub(super) examples: Vec<Box<str>>,
    pub(super) elsewhere: Elsewhere,
    /// What it is beside a line of its parent.
    pub(super) role: Role,
    /// Where it stands in the body of the object.
    pub(crate) at: Option<At>,
    /// The annotations that may stand before it.
    pub(super) annotations: Vec<Box<str>>,
    /// What follows the name, for a node without `forms`; of one with them, what all of them begin with.
    pub(super) form: Form,
    /// What follows the name, by the first argument, or by the last of those that all forms have in common.
    pub(super) forms: Vec<(Box<str>, Form)>,
    /// What follows where the first argument is the word of no form.
    pub(super) otherwise: Option<Form>,
    /// What follows where a property of this key stands on the line: the node then stands for many.
    pub(super) with: Option<(Box<str>, Form)>,
    /// The nodes that it may stand in; a file is none.
    pub(super) parents: Vec<NodeId>,
    /// Whether it may stand at the top of a project's file.
    pub(super) top: bool,
    /// Whether it is part of a project's files, and not of the grammar's.
    pub(super) reachable: bool,
}

/// What a node is beside a line of its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing else.
    Part,
    /// It declares an object.
    Object,
    /// It stands among the members of any body with references.
    InBody,
}

/// A node's index in [`Grammar::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NodeId(pub(super) u16);

/// A type's index in [`Grammar::types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TypeId(pub(super) u16);

/// A kind's index in [`Grammar::kinds`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct KindId(pub(super) u8);

/// What may follow a node's name.
#[derive(Debug, Default)]
pub struct Form {
    pub(super) doc: Box<str>,
    pub(super) elsewhere: Elsewhere,
    pub(super) arguments: Vec<Parameter>,
    /// Whether the last argument takes all that follow.
    pub(super) rest: bool,
    pub(super) flags: Vec<Flag>,
    pub(super) properties: Vec<Parameter>,
    /// The properties that must be there, by bit.
    pub(super) required: u64,
    /// Properties of any key.
    pub(super) pairs: Option<Pairs>,
    pub(super) block: Block,
    /// Where what the block holds stands in the body of the object.
    pub(crate) block_at: Option<At>,
    /// The property that is written in the place of that.
    pub(super) block_or: Option<Box<str>>,
    /// Whether it, or a child at any depth, defines or refers to a name.
    pub(super) named: bool,
}

/// An argument, or a property.
#[derive(Debug)]
pub struct Parameter {
    pub(super) name: Box<str>,
    pub(super) doc: Box<str>,
    pub(super) elsewhere: Elsewhere,
    pub(super) value_type: TypeId,
    pub(crate) required: bool,
    pub(crate) default: Option<Box<str>>,
    /// Where it stands in the body of the object.
    pub(crate) at: Option<At>,
    /// The text that stands there where none is given.
    pub(crate) missing: Option<Box<str>>,
    /// The member of what the node holds and stands elsewhere, where the value stands too.
    pub(crate) below: Option<Box<str>>,
    /// The words of the first argument of its node with which it must be there.
    pub(crate) needed: Vec<Box<str>>,
    /// The kind of thing that it names anew.
    pub(super) defines: Option<KindId>,
    /// The arguments and properties of the same node that make the scope of the name.
    pub(super) within: Vec<Box<str>>,
    /// The kinds of things that it may refer to.
    pub(super) references: Vec<KindId>,
}

/// A word that may stand after the arguments.
#[derive(Debug)]
pub struct Flag {
    pub(super) word: Box<str>,
    /// Where it stands in the body of the object.
    pub(crate) at: Option<At>,
    pub(super) doc: Box<str>,
    pub(super) elsewhere: Elsewhere,
}

/// Properties of any key.
#[derive(Debug)]
pub struct Pairs {
    /// Where they stand in the body of the object.
    pub(crate) at: Option<At>,
    /// What the keys may be; nothing where that is any text.
    pub(super) key_type: Option<TypeId>,
    pub(super) value_type: TypeId,
    pub(super) doc: Box<str>,
}

/// What may stand between a node's braces.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// The children of known names; at most 64.
    pub(super) slots: Vec<Slot>,
    /// The [`initial`]s of their names, by bit: most names in an open body are of none.
    pub(super) initials: u32,
    /// The slots that must be filled, by bit.
    pub(super) required: u64,
    /// Choices: at most one of each may be there.
    pub(super) choices: Vec<Choice>,
    /// What other children are; nothing where there may be none.
    pub(super) body: Option<(Body, Box<str>)>,
    /// Where the other children stand in the body of the object.
    pub(super) body_at: Option<At>,
}

/// A child of a known name.
#[derive(Debug)]
pub struct Slot {
    pub(super) name: Box<str>,
    /// Where it stands in the body of the object, where not as its node says.
    pub(super) at: Option<At>,
    /// What it is elsewhere, where not what its node says.
    pub(super) elsewhere: Elsewhere,
    pub(super) node: NodeId,
    pub(super) occurs: Occurs,
}

/// How often a child may stand in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Occurs {
    /// At most once.
    Once,
    /// Any number of times.
    Many,
    /// Exactly once.
    One,
    /// At least once.
    Some,
}

impl Occurs {
    /// Whether a second one is a mistake.
    pub(super) fn is_single(self) -> bool {
        match self {
            Self::Once | Self::One => true,
            Self::Many | Self::Some => false,
        }
    }

    /// Whether none is a mistake.
    pub(super) fn is_required(self) -> bool {
        match self {
            Self::One | Self::Some => true,
            Self::Many | Self::Once => false,
        }
    }
}

/// Children and properties of which at most one may be there, by bit.
#[derive(Debug, Default)]
pub(super) struct Choice {
    pub(super) names: Vec<Box<str>>,
    pub(super) slots: u64,
    pub(super) properties: u64,
}

/// What children of the author's own names are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// Values by the names of fields.
    Fields,
    /// JSON-in-KDL.
    Json,
    /// JSON-in-KDL with references.
    Template,
    /// Conditions.
    Predicate,
    /// Nodes that are made of it, and judged then.
    Nodes,
}

/// The first letter of a name without its case, as a number below 32.
pub(super) fn initial(name: &str) -> u8 {
    name.as_bytes().first().map_or(0, |first| first & 31)
}

impl Block {
    /// The slot of a name, with its index.
    pub(super) fn slot(&self, name: &str) -> Option<(usize, &Slot)> {
        let is_known = self.initials >> initial(name) & 1 == 1;
        self.slots.iter().enumerate().filter(|_| is_known).find(|(_, slot)| *slot.name == *name)
    }

    /// Whether nothing may stand in it.
    pub(super) fn is_empty(&self) -> bool {
        self.slots.is_empty() && self.body.is_none()
    }
}

impl Form {
    /// The argument at a position.
    pub(super) fn argument(&self, position: usize) -> Option<&Parameter> {
        self.arguments.get(position).or_else(|| self.rest.then(|| self.arguments.last()).flatten())
    }

    /// The property that is written in the place of the block.
    pub(crate) fn instead(&self) -> Option<&Parameter> {
        self.property(self.block_or.as_deref()?).map(|(_, parameter)| parameter)
    }

    /// The property of a key, with its index.
    pub(super) fn property(&self, key: &str) -> Option<(usize, &Parameter)> {
        self.properties.iter().enumerate().find(|(_, property)| *property.name == *key)
    }
}

impl NodeShape {
    /// Whether it begins with a name, or with what else tells it from others like it.
    pub(super) fn is_named(&self) -> bool {
        self.every_form().next().is_some_and(|(_, form)| form.arguments.first().is_some_and(|first| first.required))
    }

    /// Whether an annotation may stand before it.
    pub fn may_be(&self, annotation: &str) -> bool {
        self.annotations.iter().any(|one| **one == *annotation)
    }

    /// What follows a node's name, and how many arguments it took to tell that are no arguments of it; nothing where they tell no form.
    pub fn form_of(&self, node: Node<'_>) -> Option<(&Form, usize)> {
        if let Some((key, form)) = &self.with
            && node.property(key).is_some()
        {
            return Some((form, 0));
        }
        self.form_of_word((!self.forms.is_empty()).then(|| node.argument(self.told_at())?.string()).flatten())
    }

    /// Where it stands in the body of the object.
    pub fn at(&self) -> Option<&At> {
        self.at.as_ref()
    }

    /// What all forms begin with, the last of which tells the form; nothing where the word that tells it stands first, and in no body.
    pub fn telling(&self) -> Option<&Parameter> {
        self.form.arguments.last().filter(|_| !self.forms.is_empty())
    }

    /// The index of the argument that tells the form.
    pub fn told_at(&self) -> usize {
        self.telling().map_or(0, |_| self.form.arguments.len() - 1)
    }

    /// What is certain of a node whose form nothing tells.
    pub(super) fn common(&self) -> Option<&Form> {
        self.telling().map(|_| &self.form)
    }

    /// The name that tells it from others of the same [`NodeShape::name`].
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The name as it is written.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it means.
    pub fn doc(&self) -> &str {
        &self.doc
    }

    /// The words that an argument chooses a form by; empty for most nodes.
    pub fn form_words(&self) -> impl Iterator<Item = &str> {
        self.forms.iter().map(|(word, _)| &**word)
    }
}

/// A kind of names.
#[derive(Debug)]
pub(super) struct Kind {
    /// Its word in the grammar.
    pub(super) name: Box<str>,
    /// What it is called in messages: "state store".
    pub(super) title: Box<str>,
    /// How to declare one; `NAME` stands for the name.
    pub(super) declare: Box<str>,
    /// Where names must differ.
    pub(super) inside: Inside,
    /// Whether references are free text while none is declared.
    pub(super) lenient: bool,
    /// How the names of what a neighbour has of its own begin, which need not be declared.
    pub(super) built_in: Option<Box<str>>,
    /// Whether there may be one only.
    pub(super) alone: bool,
}

impl Kind {
    /// Whether a name may be that of something that a neighbour has of its own.
    pub(super) fn is_built_in(&self, name: &str) -> bool {
        self.built_in.as_deref().is_some_and(|prefix| name.starts_with(prefix))
    }
}

/// Where the names of a kind must differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Inside {
    /// In the whole project, or where a definition's own `within` says.
    Project,
    /// In the enclosing node.
    Parent,
    /// In the nearest enclosing node of a name.
    Node(Box<str>),
}

/// An operator of conditions.
#[derive(Debug)]
pub(super) struct OperatorShape {
    pub(super) word: Box<str>,
    pub(super) doc: Box<str>,
    pub(super) port: Option<Box<str>>,
    /// The type of the only operands that Port takes.
    pub(super) operand: Option<TypeId>,
    pub(super) fewest: usize,
    pub(super) or_more: bool,
    pub(super) symbols: Vec<Box<str>>,
    /// The words that other languages have for it.
    pub(super) also: Vec<Box<str>>,
}

impl Grammar {
    /// The nodes of a project's files, in the order of the grammar's files.
    pub fn nodes(&self) -> impl Iterator<Item = &NodeShape> {
        self.nodes.iter().filter(|node| node.reachable)
    }

    /// The nodes that a node may stand in; none for one that stands only at the top of a file.
    pub fn parents<'g>(&'g self, node: &'g NodeShape) -> impl Iterator<Item = &'g NodeShape> {
        node.parents.iter().map(|id| self.node(*id))
    }

    /// The node of a name that stands among the members of bodies.
    pub(super) fn control(&self, name: &str) -> Option<&NodeShape> {
        self.nodes.iter().find(|node| node.role == Role::InBody && *node.name == *name)
    }

    pub(super) fn node(&self, id: NodeId) -> &NodeShape {
        &self.nodes[id.0 as usize]
    }

    pub(super) fn value_type(&self, id: TypeId) -> &Type {
        &self.types[id.0 as usize]
    }

    pub(super) fn annotation(&self, word: &str) -> Option<&AnnotationShape> {
        self.annotations.iter().find(|annotation| *annotation.word == *word)
    }

    pub(super) fn file(&self, name: &str) -> Option<&FileShape> {
        self.files.iter().find(|file| *file.name == *name)
    }
}

impl Parameter {
    /// The truth value that stands in a body where the node of an argument has nothing but its name.
    pub fn by_itself(&self) -> Option<bool> {
        match self.default.as_deref().filter(|_| self.at.is_some()) {
            Some("#true") => Some(true),
            Some("#false") => Some(false),
            _ => None,
        }
    }

    /// What it is in a neighbour.
    pub fn elsewhere(&self, neighbour: Neighbour) -> Option<&Counterpart> {
        self.elsewhere.in_neighbour(neighbour)
    }
}

impl Flag {
    /// What it is in a neighbour.
    pub fn elsewhere(&self, neighbour: Neighbour) -> Option<&Counterpart> {
        self.elsewhere.in_neighbour(neighbour)
    }
}

impl Form {
    /// What it is in a neighbour: the neighbour's word.
    pub fn elsewhere(&self, neighbour: Neighbour) -> Option<&Counterpart> {
        self.elsewhere.in_neighbour(neighbour)
    }
}

impl NodeShape {
    /// What it is in a neighbour.
    pub fn elsewhere(&self, neighbour: Neighbour) -> Option<&Counterpart> {
        self.elsewhere.in_neighbour(neighbour)
    }
}

impl Grammar {
    /// What a child is in a neighbour.
    pub fn child_elsewhere<'g>(&'g self, slot: &'g Slot, neighbour: Neighbour) -> Option<&'g Counterpart> {
        let own = slot.elsewhere.in_neighbour(neighbour);
        own.or_else(|| self.node(slot.node).elsewhere(neighbour))
    }

    /// The words of a parameter, each with a neighbour's; none where the neighbour has the same words, or none.
    pub fn words_elsewhere<'g>(
        &'g self,
        parameter: &Parameter,
        neighbour: Neighbour,
    ) -> impl Iterator<Item = (&'g str, &'g str)> {
        let value_type = self.value_type(parameter.value_type);
        let theirs = value_type.elsewhere.of(neighbour).iter().map(|word| &**word);
        value_type.words.iter().map(|word| &**word).zip(theirs)
    }
}
