//! Where what is written stands in the body of the object that it is about.

use super::elsewhere::{Counterpart, Neighbour};
use super::shape::{Flag, Form, Grammar, KindId, NodeShape, Pairs, Parameter, Role, Slot};
use super::types::{Base, Without};
use crate::source::{password, without_login};
use crate::syntax::{Entry, Node};
use std::collections::HashSet;

/// A place in the body of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// The way to it, a name for each step: from what the node stands in, or from the object itself.
    pub way: Vec<Box<str>>,
    /// Whether the way starts at the object itself.
    pub from_object: bool,
    /// How it stands there.
    pub manner: Manner,
    /// Of a node: the member that the word of its form stands at.
    pub word: Option<Box<str>>,
    /// The member of the object that keeps the order of the names.
    pub order: Option<Box<str>>,
    /// The member that tells the items of a list apart, whose order says nothing.
    pub by: Option<Box<str>>,
    /// The kind of things that the value may name, declared or not.
    pub(super) names: Option<KindId>,
    /// The text that is the same as nothing.
    pub unless: Option<Box<str>>,
    /// In a line that says what a value may be: the types that it goes with.
    pub fits: Option<Fit>,
}

worded! {
    /// What a type must be for something to be said of it.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Fit {
        /// A number.
        Number = "numbers",
        /// Text that is no value of an enum.
        Text = "strings",
        /// A list as such.
        List = "lists",
        /// An object.
        Object = "objects",
        /// A value of an enum.
        Enum = "enums",
        /// Text or an object.
        TextOrObject = "strings-and-objects",
        /// Text or a number, where nothing else says what it stands for.
        TextOrNumber = "strings-and-numbers",
        /// An entity that is picked.
        Entity = "entities",
        /// Any, and of a list as such.
        All = "all",
    }
}

worded! {
    /// How something stands in a body.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Manner {
        /// As a value.
        Value = "value",
        /// As a list of values.
        List = "list",
        /// As a list of values of which each is there once, and whose order says nothing.
        Set = "set",
        /// As `true`, where it is written.
        True = "there",
        /// As `true` or `false`.
        Always = "always",
        /// The node is an object.
        Object = "object",
        /// The node is an object, below its name.
        Keyed = "keyed",
        /// The node is an object, one of a list.
        Item = "item",
        /// The nodes in the node's block are a list.
        Items = "items",
        /// A value below the name that its node begins with: the node's second argument, or a property.
        Entry = "entry",
        /// The pairs are values, below their keys.
        Entries = "entries",
        /// The pairs are one value: an object.
        Map = "map",
        /// The node is a value in JSON-in-KDL.
        Json = "json",
        /// The node is a JSON Schema, below its name, and says whether the object requires it.
        Typed = "typed",
        /// The block is conditions, which must all hold.
        Conditions = "conditions",
        /// The block is an object, in which values may refer to others.
        Template = "template",
        /// The block is values by name, of which others know what they are.
        Values = "values",
        /// The block is names of entities by relation.
        Targets = "targets",
    }
}

/// What may be written at a node, as far as it stands in a body.
#[derive(Clone, Copy, Debug)]
pub enum Part<'g> {
    /// The argument at an index.
    Argument(usize, &'g Parameter),
    /// The arguments from an index on.
    Rest(usize, &'g Parameter),
    /// A word behind the arguments, of which there are so many.
    Flag(usize, &'g Flag),
    /// A property.
    Property(&'g Parameter),
    /// Properties of any key.
    Pairs(&'g Pairs),
    /// A node of the block.
    Child(&'g Slot),
}

impl Parameter {
    /// Whether it must be there where a word is said.
    pub fn is_needed_by(&self, word: &str) -> bool {
        self.needed.iter().any(|needed| **needed == *word)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is.
    pub fn doc(&self) -> &str {
        &self.doc
    }
}

impl Flag {
    /// The word.
    pub fn word(&self) -> &str {
        &self.word
    }

    /// What it says.
    pub fn doc(&self) -> &str {
        &self.doc
    }
}

impl Pairs {
    /// What they are.
    pub fn doc(&self) -> &str {
        &self.doc
    }
}

impl NodeShape {
    /// What follows its name where the argument that tells the form is a word, and how many arguments told it that are no arguments of it.
    pub fn form_of_word(&self, word: Option<&str>) -> Option<(&Form, usize)> {
        if self.forms.is_empty() {
            return Some((&self.form, 0));
        }
        let form = self.forms.iter().find(|(candidate, _)| Some(&**candidate) == word);
        let told = usize::from(self.telling().is_none());
        form.map(|(_, form)| (form, told)).or_else(|| Some((self.otherwise.as_ref()?, 0)))
    }

    /// All forms, with the word that tells each.
    pub fn all_forms(&self) -> impl Iterator<Item = (Option<&str>, &Form)> {
        let plain = self.forms.is_empty().then_some((None, &self.form));
        let chosen = self.forms.iter().map(|(word, form)| (Some(&**word), form));
        plain.into_iter().chain(chosen).chain(self.otherwise.iter().map(|form| (None, form)))
    }

    /// All forms, and the one that a property tells.
    pub(super) fn every_form(&self) -> impl Iterator<Item = (Option<&str>, &Form)> {
        self.all_forms().chain(self.with.iter().map(|(_, form)| (None, form)))
    }

    /// What follows its name, for a node without forms.
    pub fn plain(&self) -> Option<&Form> {
        self.forms.is_empty().then_some(&self.form)
    }
}

impl At {
    /// A member of what something stands in.
    pub fn of(member: &str, manner: Manner) -> Self {
        let way = vec![member.into()];
        Self {
            way,
            from_object: false,
            manner,
            word: None,
            order: None,
            by: None,
            names: None,
            unless: None,
            fits: None,
        }
    }
}

impl At {
    /// Whether the value may name something that nobody declares.
    pub fn may_be_undeclared(&self) -> bool {
        self.names.is_some()
    }

    /// Whether what stands there is told of in a member beside it: which of typed lines are required, and in which order they are.
    pub fn implies(&self, member: &str) -> bool {
        self.manner == Manner::Typed && (member == "required" || self.order.as_deref() == Some(member))
    }
}

impl Form {
    /// The slot of a name.
    pub fn slot(&self, name: &str) -> Option<&Slot> {
        self.block.slot(name).map(|(_, slot)| slot)
    }

    /// The slot of a child.
    pub fn slot_of(&self, child: Node<'_>) -> Option<&Slot> {
        self.slot(child.name())
    }

    /// Where the children of the author's own names stand.
    pub fn body_at(&self) -> Option<&At> {
        self.block.body_at.as_ref()
    }

    /// Whether its block may hold what has names of the author's own.
    pub fn is_open(&self) -> bool {
        self.block.body.is_some()
    }

    /// What may be written, in the order in which it stands in a body: what follows the name, then the block.
    /// `told` is how many arguments it took to tell the form.
    pub fn written(&self, told: usize) -> impl Iterator<Item = Part<'_>> {
        let last = self.arguments.len().saturating_sub(1);
        let arguments = self.arguments.iter().enumerate().map(move |(index, argument)| {
            if self.rest && index == last {
                Part::Rest(told + index, argument)
            } else {
                Part::Argument(told + index, argument)
            }
        });
        let behind = told + self.arguments.len();
        let flags = self.flags.iter().map(move |flag| Part::Flag(behind, flag));
        let properties = self.properties.iter().map(Part::Property);
        let children = self.block.slots.iter().map(Part::Child);
        arguments.chain(flags).chain(properties).chain(self.pairs.iter().map(Part::Pairs)).chain(children)
    }
}

impl Slot {
    /// The name of the node.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether there must be one.
    pub fn is_required(&self) -> bool {
        self.occurs.is_required()
    }

    /// Whether there may be several.
    pub fn is_repeatable(&self) -> bool {
        !self.occurs.is_single()
    }
}

impl Grammar {
    /// The words that a parameter takes, where it takes no other.
    pub fn words<'g>(&'g self, parameter: &Parameter) -> impl Iterator<Item = &'g str> {
        self.value_type(parameter.value_type).words.iter().map(|word| &**word)
    }

    /// Whether a node of a form says as a whole what others of it say member by member.
    pub fn takes_whole(&self, form: &Form, at: &At) -> bool {
        form.written(0).any(|part| match part {
            Part::Child(slot) => {
                self.child(slot).1.is_some_and(|whole| whole.manner == Manner::Template && whole.way == at.way)
            }
            _ => false,
        })
    }

    /// The type of what a parameter takes, as JSON Schema calls it; nothing where that is open.
    pub fn json_type(&self, parameter: &Parameter) -> Option<&'static str> {
        let value_type = self.value_type(parameter.value_type);
        match value_type.base {
            Base::Any => None,
            // In its place may stand what it is worked out from.
            _ if value_type.interpolated || !value_type.annotations.is_empty() => None,
            base => Some(base.word()),
        }
    }

    /// The most characters of what a parameter takes, and the least number.
    pub fn bounds(&self, parameter: &Parameter) -> (Option<usize>, Option<i64>) {
        let value_type = self.value_type(parameter.value_type);
        (value_type.longest, value_type.least)
    }
}

#[cfg(test)]
impl Grammar {
    /// Whether a parameter takes numbers.
    pub(crate) fn takes_number(&self, parameter: &Parameter) -> bool {
        matches!(self.value_type(parameter.value_type).base, Base::Number | Base::Integer)
    }
}

impl Grammar {
    /// The node that declares objects of a kind, which has the name of the kind.
    pub fn object(&self, kind: &str) -> Option<&NodeShape> {
        self.nodes.iter().find(|node| node.role == Role::Object && *node.name == *kind)
    }

    /// Where a neighbour has the things of a kind that objects of another kind hold by name.
    pub fn things<'g>(&'g self, object: &str, kind: &str, of: Neighbour) -> impl Iterator<Item = &'g Counterpart> {
        let kind = self.kinds.iter().position(|one| *one.name == *kind);
        let is_one = move |part: &Part<'_>| match part {
            Part::Argument(_, parameter) => parameter.defines.map(|id| usize::from(id.0)) == kind,
            _ => false,
        };
        let parts = self.object(object).and_then(NodeShape::plain).into_iter().flat_map(|form| form.written(0));
        parts.filter_map(move |part| match part {
            Part::Child(slot) => {
                let mut parts = self.node(slot.node).plain()?.written(0);
                parts.any(|part| is_one(&part)).then(|| self.child_elsewhere(slot, of))?
            }
            _ => None,
        })
    }

    /// The node of a slot, and where it stands as a whole.
    pub fn child<'g>(&'g self, slot: &'g Slot) -> (&'g NodeShape, Option<&'g At>) {
        let node = self.node(slot.node);
        (node, slot.at.as_ref().or(node.at.as_ref()))
    }

    /// The member at which a part stands; of a node whose parts stand where it does, that of the first of them.
    pub fn member<'g>(&'g self, part: Part<'g>) -> Option<&'g str> {
        let at = match part {
            Part::Argument(_, parameter) | Part::Rest(_, parameter) | Part::Property(parameter) => {
                parameter.at.as_ref()
            }
            Part::Flag(_, flag) => flag.at.as_ref(),
            Part::Pairs(pairs) => pairs.at.as_ref(),
            Part::Child(slot) => {
                let (shape, at) = self.child(slot);
                match at {
                    Some(at) => Some(at),
                    None => return shape.plain()?.written(0).find_map(|part| self.member(part)),
                }
            }
        };
        at.and_then(|at| at.way.last()).map(|member| &**member)
    }

    /// The members of schemas that go with some types only, each with what these are.
    pub fn fits(&self) -> impl Iterator<Item = (&str, Fit)> {
        let ats = self.nodes.iter().flat_map(|node| {
            let parts = node.form.written(0).filter_map(|part| match part {
                Part::Argument(_, parameter) | Part::Rest(_, parameter) | Part::Property(parameter) => {
                    parameter.at.as_ref()
                }
                Part::Flag(_, flag) => flag.at.as_ref(),
                Part::Pairs(_) | Part::Child(_) => None,
            });
            parts.chain(&node.at)
        });
        ats.filter_map(|at| Some((&**at.way.last()?, at.fits?)))
    }

    /// The word of Port for the operator of a condition, where Port has it.
    pub fn operator_in_port(&self, word: &str) -> Option<&str> {
        self.operator(word)?.port.as_deref()
    }

    /// The operators that Port has a word for.
    pub fn operators_of_port(&self, word: &str) -> impl Iterator<Item = &str> {
        let has = move |port: &Option<Box<str>>| port.as_deref() == Some(word);
        self.operators.iter().filter(move |operator| has(&operator.port)).map(|operator| &*operator.word)
    }

    /// The only operands of an operator that Port takes, each with Port's word; nothing where it takes any.
    pub fn operands_in_port(&self, word: &str) -> Option<impl Iterator<Item = (&str, &str)>> {
        let operands = self.value_type(self.operator(word)?.operand?);
        let theirs = operands.elsewhere.of(Neighbour::Port).iter().map(|word| &**word);
        Some(operands.words.iter().map(|word| &**word).zip(theirs))
    }

    /// The words of the kinds of things that a parameter may name, declared or not.
    pub fn kinds_named<'g>(&'g self, parameter: &'g Parameter) -> impl Iterator<Item = &'g str> {
        let named = parameter.at.as_ref().and_then(|at| at.names.as_ref());
        parameter.references.iter().chain(named).map(|kind| &*self.kinds[kind.0 as usize].name)
    }

    /// Whether every argument and property of a node is there that must be, and is a text where it must be one.
    pub fn is_whole(&self, form: &Form, told: usize, node: Node<'_>) -> bool {
        let is_there = |parameter: &Parameter, entry: Option<Entry<'_>>| {
            !parameter.required || entry.is_some_and(|entry| !self.is_text(parameter) || entry.string().is_some())
        };
        form.written(told).all(|part| match part {
            Part::Argument(index, parameter) | Part::Rest(index, parameter) => {
                is_there(parameter, node.argument(index))
            }
            Part::Property(parameter) => is_there(parameter, node.property(parameter.name())),
            Part::Flag(..) | Part::Pairs(_) | Part::Child(_) => true,
        })
    }

    /// The word that a parameter takes, where it takes no other.
    pub fn only_word(&self, parameter: &Parameter) -> Option<&str> {
        match &*self.value_type(parameter.value_type).words {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Whether texts that a parameter takes may refer to other values.
    pub fn is_interpolated(&self, parameter: &Parameter) -> bool {
        self.value_type(parameter.value_type).interpolated
    }

    /// Whether texts of pairs may refer to other values.
    pub fn are_interpolated(&self, pairs: &Pairs) -> bool {
        self.value_type(pairs.value_type).interpolated
    }

    /// Whether what a parameter takes are texts.
    pub fn is_text(&self, parameter: &Parameter) -> bool {
        self.value_type(parameter.value_type).base == Base::String
    }

    /// Whether a parameter takes a text that is no word of the language.
    pub fn takes(&self, parameter: &Parameter, text: &str) -> bool {
        let taken = self.value_type(parameter.value_type);
        matches!(taken.base, Base::String | Base::Any) && taken.check_text(text).is_ok()
    }

    /// Whether a parameter takes an address, in which no password stands.
    pub fn is_address(&self, parameter: &Parameter) -> bool {
        self.value_type(parameter.value_type).without != Without::Nothing
    }

    /// Whether a text that a parameter takes has in it what is kept nowhere: a password, or a query that may be one.
    pub fn hides(&self, parameter: &Parameter, text: &str) -> bool {
        match self.value_type(parameter.value_type).without {
            Without::Nothing => false,
            Without::Password => password(text).is_some(),
            Without::Query => text.contains('?') || password(text).is_some(),
        }
    }

    /// The text without what of it is kept nowhere.
    pub fn without_hidden(&self, parameter: &Parameter, text: &str) -> String {
        match self.value_type(parameter.value_type).without {
            Without::Nothing => text.to_owned(),
            Without::Password => without_login(text),
            Without::Query => without_login(text.split('?').next().unwrap_or_default()),
        }
    }

    /// What takes an address in an object of a kind, each with the name of the member that has it in the document of a neighbour.
    pub fn addresses(&self, kind: &str, neighbour: Neighbour) -> Vec<(&str, &Parameter)> {
        let mut open: Vec<&NodeShape> = self.object(kind).into_iter().collect();
        let (mut seen, mut found) = (HashSet::new(), Vec::new());
        while let Some(shape) = open.pop() {
            if !seen.insert(shape.id()) {
                continue;
            }
            for part in shape.all_forms().flat_map(|(_, form)| form.written(0)) {
                match part {
                    Part::Argument(_, one) | Part::Rest(_, one) | Part::Property(one) => {
                        let is_address = self.value_type(one.value_type).without != Without::Nothing;
                        let there = one.elsewhere(neighbour).or_else(|| shape.elsewhere(neighbour));
                        let member = there.filter(|_| is_address).and_then(|there| there.text.rsplit('.').next());
                        found.extend(member.map(|member| (member, one)));
                    }
                    Part::Child(slot) => open.push(self.node(slot.node)),
                    Part::Flag(..) | Part::Pairs(_) => {}
                }
            }
        }
        found
    }
}
