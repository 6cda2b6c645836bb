//! Values by their places.

use super::Writer;
use crate::grammar::{At, Form, NodeShape, Parameter, Part, Slot};
use crate::model::{Map, Value};
use crate::object;
use std::sync::OnceLock;

/// What a node and the nodes in it say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side<'a> {
    /// The body of the object.
    body: &'a Map,
    /// The object in it that the parts of the node stand in.
    pub(super) here: &'a Map,
    /// What stands also in what the node holds and stands elsewhere.
    pub(super) lent: Option<(&'a str, &'a Value)>,
}

/// Whether a value that stands where nothing is written counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    Counts,
    IsNothing,
}

impl<'a> Side<'a> {
    /// A whole body.
    pub(super) fn of(body: &'a Map) -> Self {
        Self { body, here: body, lent: None }
    }

    /// An object in the body.
    pub(super) fn within(self, here: &'a Map) -> Self {
        Self { here, ..self }
    }

    /// An object in the body; none where the value is no object.
    pub(super) fn of_value(self, value: Option<&'a Value>) -> Self {
        static NOTHING: OnceLock<Map> = OnceLock::new();
        self.within(value.and_then(Value::as_object).unwrap_or_else(|| NOTHING.get_or_init(Map::default)))
    }

    /// The value at a place.
    pub(super) fn at(self, at: &At) -> Option<&'a Value> {
        let start = if at.from_object { self.body } else { self.here };
        object::value_at(start, at)
    }

    /// The members of the object at a place.
    pub(super) fn members(self, at: &At) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let members = self.at(at).and_then(members_of).map_or(&[][..], |map| &map.members);
        members.iter().map(|member| (&*member.name.value, &member.value.value))
    }

    /// The members of the object at a place that belong to what the node around them lends them.
    pub(super) fn own_members(self, at: &At) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let lent = self.lent.filter(|_| at.from_object);
        self.members(at).filter(move |(_, value)| {
            lent.is_none_or(|(member, lent)| {
                value.as_object().and_then(|map| map.get(member)).is_some_and(|value| value.value == *lent)
            })
        })
    }

    /// With what a form lends to what it holds and stands elsewhere.
    pub(super) fn lending(self, form: &'a Form) -> Self {
        let lends = |part: Part<'a>| match part {
            Part::Argument(_, parameter) | Part::Property(parameter) => {
                parameter.below.as_deref().zip(parameter.at.as_ref().and_then(|at| self.at(at)))
            }
            _ => None,
        };
        let lent = form.written(0).find_map(lends);
        Self { lent, ..self }
    }
}

/// The object that a value is, and not an expression of another language.
pub(super) fn members_of(value: &Value) -> Option<&Map> {
    value.as_object().filter(|_| value.foreign().is_none())
}

impl Writer<'_> {
    /// Whether something is to be written of what can be written at a node.
    pub(super) fn says(&self, shape: &NodeShape, side: Side<'_>, missing: Missing) -> bool {
        shape.all_forms().any(|(_, form)| {
            let whole = [form.block_at.as_ref(), form.body_at()].into_iter().flatten();
            whole.into_iter().any(|at| side.at(at).is_some())
                || form.written(0).any(|part| match part {
                    Part::Argument(_, parameter) | Part::Rest(_, parameter) | Part::Property(parameter) => {
                        parameter.at.as_ref().and_then(|at| side.at(at)).is_some_and(|value| {
                            missing == Missing::Counts || !self.is_missing(parameter, value, (form, side))
                        })
                    }
                    Part::Flag(_, flag) => flag.at.as_ref().and_then(|at| side.at(at)).is_some(),
                    Part::Pairs(pairs) => pairs.at.as_ref().and_then(|at| side.at(at)).is_some(),
                    Part::Child(slot) => self.slot_says(slot, form, side, missing),
                })
        })
    }

    fn slot_says(&self, slot: &Slot, form: &Form, side: Side<'_>, missing: Missing) -> bool {
        match self.grammar.child(slot) {
            (_, Some(at)) => side.at(at).is_some(),
            (_, None) if form.block_at.as_ref().is_some() => false,
            (shape, None) => self.says(shape, side, missing),
        }
    }

    /// Whether a value is what stands there where nothing is written.
    pub(super) fn is_missing(&self, parameter: &Parameter, value: &Value, around: (&Form, Side<'_>)) -> bool {
        self.missing(parameter, around).is_some_and(|text| value.as_str() == Some(&text))
    }

    /// The text that stands for a parameter where none is given.
    pub(super) fn missing(&self, parameter: &Parameter, (form, side): (&Form, Side<'_>)) -> Option<String> {
        let given = |name: &str| {
            form.written(0).find_map(|part| match part {
                Part::Property(parameter) if parameter.name() == name => side.at(parameter.at.as_ref()?)?.as_str(),
                _ => None,
            })
        };
        parameter.missing.as_deref().map(|text| object::filled(text, self.name, given))
    }

    /// The members of an object that nothing which can be written at a node stands at.
    pub(super) fn strangers<'a>(shape: &NodeShape, side: Side<'a>) -> impl Iterator<Item = &'a str> {
        let names = side.here.members.iter().map(|member| &*member.name.value);
        let is_lent = move |name: &str| side.lent.is_some_and(|(member, _)| member == name);
        names.filter(move |name| !is_lent(name) && !object::knows(shape, name))
    }
}
