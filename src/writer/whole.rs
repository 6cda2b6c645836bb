//! Nodes made anew.

use super::draft::{Texts, word};
use super::side::{Missing, Side, members_of};
use super::stuck::Stuck;
use super::value::{Listing, member, member_behind, within};
use super::{Writer, condition};
use crate::grammar::{At, Form, Manner, Neighbour, NodeShape, Pairs, Parameter, Part, Slot};
use crate::model::{Base, Map, Value};
use crate::object::{self, typed};
use crate::source::Spanned;
use crate::syntax::Line;
use std::collections::{HashMap, HashSet};

/// What a line says that stands in no body.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Naming<'a> {
    /// The names that it begins with.
    pub(super) names: &'a [&'a str],
    /// The word that tells its form.
    pub(super) word: Option<&'a str>,
    /// The namespace of a request.
    pub(super) namespace: Option<&'a str>,
    /// Whether the object around it requires it.
    pub(super) required: bool,
}

impl Writer<'_> {
    /// A node with all that it is to say.
    pub(super) fn whole(&self, shape: &NodeShape, side: Side<'_>, naming: Naming<'_>) -> Result<Line, Stuck> {
        let (form, told) = shape.form_of_word(naming.word).ok_or_else(|| Stuck::no_words("this form of it"))?;
        let side = side.lending(form);
        let mut line = Line::new(shape.name());
        if let Some(word) = naming.word.filter(|_| told > 0) {
            line = line.word(&crate::syntax::edit::write_scalar(crate::syntax::Scalar::String(word)));
        }
        let (mut lines, mut last) = (Vec::new(), Vec::new());
        let mut left_out = None;
        for part in form.written(told) {
            match part {
                Part::Argument(index, parameter) => match self.argument(parameter, index, (form, side), naming)? {
                    Some(_) if left_out.is_some() => {
                        return Err(Stuck::without(left_out.unwrap_or_default()));
                    }
                    Some(text) => line = line.word(&text),
                    None => left_out = Some(parameter.name()),
                },
                Part::Rest(_, parameter) => {
                    let items = parameter.at.as_ref().and_then(|at| side.at(at)?.as_array()).unwrap_or_default();
                    for item in items {
                        let text =
                            self.texts(parameter).word(item).map_err(|stuck| found_at(stuck, parameter.at.as_ref()));
                        line = line.word(&text?);
                    }
                }
                Part::Flag(_, flag) => {
                    let is_said = match flag.at.as_ref() {
                        Some(at) => side.at(at) == Some(&Value::Bool(true)),
                        None => naming.required && flag.word() == "required",
                    };
                    line = if is_said { line.word(flag.word()) } else { line };
                }
                Part::Property(parameter) => {
                    if let Some(text) = self.property(parameter, (form, side), naming)? {
                        line = line.property(parameter.name(), &text);
                    }
                }
                Part::Pairs(pairs) => {
                    for (key, value) in pairs.at.as_ref().into_iter().flat_map(|at| side.members(at)) {
                        let text = self.texts_of_pairs(pairs).word(value);
                        let text = text.map_err(|stuck| found_at(stuck.below([key]), pairs.at.as_ref()));
                        line = line.property(key, &text?);
                    }
                }
                Part::Child(slot) => {
                    let lines = if self.is_beyond(slot) { &mut last } else { &mut lines };
                    lines.extend(self.slot(slot, form, side)?);
                }
            }
        }
        lines.extend(self.block(form, side)?);
        lines.extend(last);
        let is_block = form.block_at.as_ref().is_some_and(|at| form.instead().is_none() || side.at(at).is_some());
        Ok(if is_block { line.block(lines) } else { line.block_of_any(lines) })
    }

    fn argument(
        &self,
        parameter: &Parameter,
        index: usize,
        around: (&Form, Side<'_>),
        naming: Naming<'_>,
    ) -> Result<Option<String>, Stuck> {
        let Some(at) = parameter.at.as_ref() else {
            let name = naming.names.get(index).copied().or_else(|| self.grammar.only_word(parameter));
            let name = name.map(|name| word(&Value::string(name))).transpose()?;
            return if parameter.required && name.is_none() {
                Err(Stuck::no_words("this without a name"))
            } else {
                Ok(name)
            };
        };
        match around.1.at(at) {
            Some(Value::Bool(truth)) if parameter.by_itself() == Some(*truth) => Ok(None),
            Some(value) if parameter.required || !self.is_missing(parameter, value, around) => {
                self.texts(parameter).word(value).map(Some).map_err(|stuck| stuck.below_at(at))
            }
            None if parameter.required => match at.unless.as_deref() {
                Some(nothing) => word(&Value::string(nothing)).map(Some),
                None => Err(Stuck::without(parameter.name())),
            },
            _ => Ok(None),
        }
    }

    fn property(
        &self,
        parameter: &Parameter,
        around: (&Form, Side<'_>),
        naming: Naming<'_>,
    ) -> Result<Option<String>, Stuck> {
        let Some(at) = parameter.at.as_ref() else {
            let namespace = naming.namespace.filter(|namespace| parameter.default.as_deref() != Some(namespace));
            return namespace
                .filter(|_| parameter.name() == "namespace")
                .map(|name| word(&Value::string(name)))
                .transpose();
        };
        match around.1.at(at) {
            // What has parts has a line of its own.
            Some(Value::Array(_)) | None => Ok(None),
            Some(value @ Value::Object(_)) if value.foreign().is_none() => Ok(None),
            Some(value) if self.is_missing(parameter, value, around) => Ok(None),
            Some(_) if at.manner == Manner::Entry => Ok(None),
            Some(value) => self.texts(parameter).word(value).map(Some).map_err(|stuck| stuck.below_at(at)),
        }
    }

    /// What a text may be where a parameter stands.
    pub(super) fn texts(&self, parameter: &Parameter) -> Texts {
        if self.grammar.is_interpolated(parameter) { Texts::Templates } else { Texts::Plain }
    }

    /// What a text may be as the value of a pair.
    pub(super) fn texts_of_pairs(&self, pairs: &Pairs) -> Texts {
        if self.grammar.are_interpolated(pairs) { Texts::Templates } else { Texts::Plain }
    }

    /// The lines of a slot of a block.
    pub(super) fn slot(&self, slot: &Slot, form: &Form, side: Side<'_>) -> Result<Vec<Line>, Stuck> {
        let (shape, at) = self.grammar.child(slot);
        let Some(at) = at else {
            if form.block_at.as_ref().is_some() || Self::is_group(shape) {
                return Ok(Vec::new());
            }
            if let Some(lines) = self.colored_lines(slot, form, side) {
                return lines;
            }
            let is_said = self.says(shape, side, Missing::IsNothing);
            return if is_said { Ok(vec![self.whole(shape, side, Naming::default())?]) } else { Ok(Vec::new()) };
        };
        let alone = |line: Result<Line, Stuck>| line.map(|line| vec![line]);
        match (at.manner, side.at(at)) {
            (_, None) => Ok(Vec::new()),
            (Manner::True, Some(value)) => {
                Ok(if *value == Value::Bool(true) { vec![Line::new(slot.name())] } else { Vec::new() })
            }
            // One that is a word stands on the line.
            (Manner::Object, Some(Value::String(_))) => Ok(Vec::new()),
            (Manner::Object, Some(value)) => {
                alone(self.object(shape, at, side, value).map_err(|stuck| stuck.below_at(at)))
            }
            (Manner::Item, Some(Value::Array(items))) => {
                let numbered = items.iter().enumerate();
                let line = |(index, item): (usize, &Spanned<Value>)| {
                    let line = self.object(shape, at, side, item);
                    line.map_err(|stuck| stuck.below([&*index.to_string()]).below_at(at))
                };
                Self::without_homeless(shape, items, side)?;
                Stuck::all(numbered.map(line))
            }
            // What has members has a line for each.
            (Manner::Template, Some(value)) if members_of(value).is_some() => Ok(Vec::new()),
            (Manner::Template, Some(value)) => Ok(vec![member(slot.name(), value, Listing::Template)]),
            (Manner::Entry, Some(value)) if members_of(value).is_none() && self.grammar.takes_whole(form, at) => {
                Ok(Vec::new())
            }
            (Manner::Keyed | Manner::Typed | Manner::Entry, Some(Value::Object(_))) => {
                let required = required(side, at);
                let line = |(name, value)| self.keyed((slot, at), side, (name, value), required.contains(name));
                Stuck::all(in_order(at, side).into_iter().map(line))
            }
            (Manner::Items | Manner::Conditions, Some(value)) => {
                let form = shape.plain().ok_or_else(|| Stuck::no_words("this block"))?;
                let lines = self.lines_of(at, form, side, value).map_err(|stuck| stuck.below_at(at));
                alone(lines.map(|lines| Line::new(slot.name()).block(lines)))
            }
            (Manner::Json, Some(value)) => {
                let is_property = word(value).is_ok()
                    && form.written(0).any(|part| {
                        matches!(part, Part::Property(other) if other.at.as_ref().is_some_and(|other| other.way == at.way))
                    });
                Ok(if is_property { Vec::new() } else { vec![member(slot.name(), value, Listing::List)] })
            }
            (_, Some(value)) => {
                let text = word(value).map_err(|stuck| stuck.below_at(at));
                alone(text.map(|text| Line::new(slot.name()).word(&text)))
            }
        }
    }

    /// The line of one member of an object whose members have lines.
    pub(super) fn keyed(
        &self,
        (slot, at): (&Slot, &At),
        side: Side<'_>,
        (name, value): (&str, &Value),
        required: bool,
    ) -> Result<Line, Stuck> {
        let (shape, _) = self.grammar.child(slot);
        let line = match at.manner {
            Manner::Entry => self.entry(slot, (name, value)),
            Manner::Typed => {
                let line = typed_line(shape, value);
                line.and_then(|line| {
                    self.without_strange_types(shape, &line)?;
                    self.part(shape, side.within(&line), Naming { names: &[name], required, ..Naming::default() })
                })
            }
            _ => self.part(shape, side.of_value(Some(value)), Naming { names: &[name], ..Naming::default() }),
        };
        line.map_err(|stuck| stuck.at(at, name))
    }

    /// # Errors
    /// Where the nodes of a list are to hold what stands elsewhere and none of them lends itself to.
    fn without_homeless(shape: &NodeShape, items: &[Spanned<Value>], side: Side<'_>) -> Result<(), Stuck> {
        let parts = || shape.plain().into_iter().flat_map(|form| form.written(0));
        let lends = parts().find_map(|part| match part {
            Part::Argument(_, parameter) | Part::Property(parameter) => {
                Some((parameter.below.as_deref()?, parameter.at.as_ref()?.way.last()?))
            }
            _ => None,
        });
        let Some((member, own)) = lends else { return Ok(()) };
        let lent = |value: &Value, member: &str| value.as_object().and_then(|map| Some(map.get(member)?.as_key()));
        let known: HashSet<_> = items.iter().filter_map(|item| lent(item, own)).collect();
        let named = items.iter().filter_map(|item| item.as_object()?.get(own)?.as_str());
        let named: Vec<String> = named.map(|name| format!("`{name}`")).collect();
        let others = if named.is_empty() { String::new() } else { format!(" for it, only {}", named.join(", ")) };
        let places = parts().filter_map(|part| match part {
            Part::Child(slot) => crate::grammar::language().child(slot).1.filter(|at| at.from_object),
            _ => None,
        });
        let homeless = places.flat_map(|at| side.members(at).map(move |(name, value)| (at, name, lent(value, member))));
        let stuck = homeless.filter(|(.., lent)| lent.as_ref().is_none_or(|lent| !known.contains(lent))).map(
            |(at, name, lent)| {
                let reason = match lent {
                    Some(lent) => format!("there is no {} `{lent}`{others}", shape.name()),
                    None => format!("it is of no {}", shape.name()),
                };
                Err(Stuck::new(reason).below([name]).below_at(at))
            },
        );
        Stuck::all(stuck).map(|_: Vec<()>| ())
    }

    /// # Errors
    /// Where a line is to say a type that its node has no word for: what it stands for, which is its format, goes beyond words.
    fn without_strange_types(&self, shape: &NodeShape, line: &Map) -> Result<(), Stuck> {
        let base = line.get("type").and_then(|base| Base::from_word(base.as_str()?));
        let inside = base.and_then(typed::inside_of).filter(|_| line.get(typed::OF).is_some());
        let format = line.get("format").and_then(|format| format.as_str());
        if let Some(format) = format.filter(|_| !object::knows(shape, "format")) {
            return Err(Stuck::no_words(&format!("the type `{format}`")).below(inside.into_iter().chain(["format"])));
        }
        for part in shape.plain().into_iter().flat_map(|form| form.written(0)) {
            let (Part::Argument(_, parameter) | Part::Property(parameter)) = part else { continue };
            let member = parameter.at.as_ref().and_then(|at| at.way.first()).map_or("", |step| &**step);
            let Some(word) = line.get(member).and_then(|word| word.as_str()) else { continue };
            // What is of no type of JSON has no format either.
            let format = Base::from_word(word).is_none().then_some("format");
            let inside = inside.filter(|_| member == typed::OF);
            if (member == "type" || inside.is_some()) && self.grammar.words(parameter).all(|known| known != word) {
                let place: Vec<&str> = inside.into_iter().chain(format).collect();
                return Err(Stuck::no_words(&format!("the type `{word}`")).below(place));
            }
        }
        Ok(())
    }

    /// The line of one value below its name.
    fn entry(&self, slot: &Slot, (name, value): (&str, &Value)) -> Result<Line, Stuck> {
        let (shape, _) = self.grammar.child(slot);
        let name = word(&Value::string(name))?;
        let text = match shape.plain().and_then(|form| form.written(0).nth(1)) {
            Some(Part::Rest(..)) => return Ok(member_behind((slot.name(), Some(&name)), value, Listing::Template)),
            Some(Part::Argument(_, parameter)) => self.texts(parameter).word(value)?,
            _ => word(value)?,
        };
        Ok(Line::new(slot.name()).word(&name).word(&text))
    }

    /// Whether a node says what only a neighbour knows, which is read last.
    fn is_beyond(&self, slot: &Slot) -> bool {
        let Some(At { way, manner: Manner::Json, .. }) = self.grammar.child(slot).1 else { return false };
        matches!(&**way, [only] if Neighbour::ALL.iter().any(|(_, word, _)| *word == &**only))
    }

    /// The node of an object in a body.
    fn object(&self, shape: &NodeShape, at: &At, side: Side<'_>, value: &Value) -> Result<Line, Stuck> {
        let side = side.of_value(Some(value));
        let told = at.word.as_deref().and_then(|member| side.here.get(member)?.as_str());
        self.part(shape, side, Naming { word: told, ..Naming::default() })
    }

    /// A node with nothing that it cannot say.
    fn part(&self, shape: &NodeShape, side: Side<'_>, naming: Naming<'_>) -> Result<Line, Stuck> {
        Self::without_strangers(shape, side)?;
        self.whole(shape, side, naming)
    }

    /// # Errors
    /// Where an object holds what the node for it cannot say.
    pub(super) fn without_strangers(shape: &NodeShape, side: Side<'_>) -> Result<(), Stuck> {
        let strange = |name| Err(Stuck::no_words(&format!("`{name}` of a {}", shape.name())).below([name]));
        Stuck::all(Self::strangers(shape, side).map(strange)).map(|_: Vec<()>| ())
    }

    /// What a node's block holds as a whole, or what has no names of the language.
    fn block(&self, form: &Form, side: Side<'_>) -> Result<Vec<Line>, Stuck> {
        let mut lines = Vec::new();
        if let Some((at, value)) = form.block_at.as_ref().and_then(|at| Some((at, side.at(at)?))) {
            lines.extend(self.lines_of(at, form, side, value).map_err(|stuck| stuck.below_at(at))?);
        }
        let Some(at) = form.body_at() else { return Ok(lines) };
        if at.manner == Manner::Template {
            lines.extend(side.at(at).map(|value| within(value, Listing::Template)).unwrap_or_default());
            return Ok(lines);
        }
        let groups = std::iter::once((at, None)).chain(self.groups(form).map(|(slot, at)| (at, Some(slot))));
        let mut written: Vec<&At> = Vec::new();
        let mut grouped: Vec<Line> = Vec::new();
        for (at, slot) in groups {
            let is_open = |name: &str| form.slot(name).is_none();
            let line = |(name, value): (&str, &Value)| member(name, value, (self.listings)(&at.way[0], name));
            if !written.iter().any(|other| other.way == at.way) {
                lines.extend(side.members(at).filter(|(name, _)| is_open(name)).map(line));
                written.push(at);
            }
            let rest: Vec<Line> = side.members(at).filter(|(name, _)| !is_open(name)).map(line).collect();
            if let Some(slot) = slot.filter(|_| !rest.is_empty()) {
                grouped.push(Line::new(slot.name()).block(rest));
            }
        }
        grouped.extend(lines);
        Ok(grouped)
    }

    /// The lines of a block that is one value.
    pub(super) fn lines_of(&self, at: &At, form: &Form, side: Side<'_>, value: &Value) -> Result<Vec<Line>, Stuck> {
        if at.manner == Manner::Conditions {
            return condition::lines(value);
        }
        let items = value.as_array().ok_or_else(|| Stuck::no_words("a block that is no list"))?;
        items.iter().map(|item| self.item(form, side, item)).collect()
    }

    /// The line of an item of a block of which each line is one of several nodes.
    pub(super) fn item(&self, form: &Form, side: Side<'_>, item: &Value) -> Result<Line, Stuck> {
        let shape = shape_of(form, item).ok_or_else(|| Stuck::no_words("this step"))?;
        self.whole(shape, side.of_value(Some(item)), Naming::default())
    }

    /// The nodes of a block that hold values of its open body which are called like words of the language.
    pub(super) fn groups<'f>(&self, form: &'f Form) -> impl Iterator<Item = (&'f Slot, &'f At)> {
        form.written(0).filter_map(|part| match part {
            Part::Child(slot) => {
                let (shape, at) = self.grammar.child(slot);
                Some((slot, shape.plain().filter(|_| at.is_none())?.body_at()?))
            }
            _ => None,
        })
    }

    /// Whether a node is one of [`Writer::groups`].
    pub(super) fn is_group(shape: &NodeShape) -> bool {
        let at = shape.plain().and_then(Form::body_at);
        at.is_some_and(|at| matches!(at.manner, Manner::Values | Manner::Targets))
    }
}

/// The node that an item of a block is written as.
pub(super) fn shape_of<'f>(form: &'f Form, item: &Value) -> Option<&'f NodeShape> {
    object::said_by(object::shapes(form), item.as_object()?)
}

/// That something is stuck at a place, where it has one.
fn found_at(stuck: Stuck, at: Option<&At>) -> Stuck {
    match at {
        Some(at) => stuck.below_at(at),
        None => stuck,
    }
}

/// The words of a typed line, by the keywords that they stand for.
pub(super) fn typed_line(shape: &NodeShape, schema: &Value) -> Result<Map, Stuck> {
    let schema = schema.as_object().ok_or_else(|| Stuck::no_words("this type"))?;
    let nests = shape.plain().is_some_and(|form| form.slot(typed::OF).is_some());
    typed::words(schema, nests).map_err(|(what, way)| Stuck::no_words(&what).below(way.iter().map(|step| &**step)))
}

/// The members of the object at a place that belong to a node, in the order that is kept of them.
fn in_order<'a>(at: &At, side: Side<'a>) -> Vec<(&'a str, &'a Value)> {
    let mut members: Vec<(&str, &Value)> = side.own_members(at).collect();
    if let Some(order) = at.order.as_deref().and_then(|order| side.here.get(order)?.as_array()) {
        let places = order.iter().enumerate().rev();
        let places: HashMap<&str, usize> = places.filter_map(|(place, name)| Some((name.as_str()?, place))).collect();
        members.sort_by_key(|(name, _)| places.get(name).copied().unwrap_or(usize::MAX));
    }
    members
}

/// The names of typed lines at a place that the object around them requires.
pub(super) fn required<'a>(side: Side<'a>, at: &At) -> HashSet<&'a str> {
    let names = side.here.get("required").filter(|_| at.manner == Manner::Typed);
    let names = names.and_then(|names| names.as_array()).unwrap_or_default();
    names.iter().filter_map(|name| name.as_str()).collect()
}
