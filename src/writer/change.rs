//! Nodes that become others where they differ.

use super::Writer;
use super::draft::{Draft, Step, Texts, below, in_language, word};
use super::side::{Missing, Side, members_of};
use super::stuck::Stuck;
use super::value::{Listing, member, member_behind, set_member, set_members, set_names, set_words};
use super::whole::{Naming, required, typed_line};
use crate::diag::Edit;
use crate::grammar::{At, Form, Manner, NodeShape, Pairs, Parameter, Part, Slot};
use crate::model::{Map, Value};
use crate::object;
use crate::syntax::edit;
use crate::syntax::{Entry, Line, Node};
use std::collections::HashMap;

/// The change of one object's text.
pub(super) struct Change<'w, 'd> {
    pub(super) writer: Writer<'w>,
    pub(super) draft: &'d mut Draft,
}

/// What a node says now, and what it is to say.
pub(super) type Sides<'a> = [Side<'a>; 2];

impl Change<'_, '_> {
    /// Changes what can be written at a node, and in it.
    pub(super) fn node(&mut self, path: &[Step], shape: &NodeShape, sides: Sides<'_>) -> Result<(), Stuck> {
        let [old, new] = sides.map(|side| object::told(shape, side.here));
        if let Some(word) = new.filter(|_| old != new) {
            self.become_another(path, shape, word)?;
        }
        let form = self.draft.node(path).and_then(|node| shape.form_of(node));
        let (form, told) = form.ok_or_else(|| Stuck::no_words("this form of it"))?;
        let sides = sides.map(|side| side.lending(form));
        let had_lines = self.draft.node(path).is_some_and(|node| node.children().next().is_some());
        for part in form.written(told) {
            // What stands where its node does says itself what it is about.
            let stands = !matches!(part, Part::Child(slot) if self.writer.grammar.child(slot).1.is_none());
            let member = stands.then(|| self.writer.grammar.member(part)).flatten();
            self.part(path, (form, part), sides).map_err(|stuck| stuck.of(member))?;
        }
        self.block(path, form, sides)?;
        let is_whole = form.block_at.as_ref().is_some_and(|at| form.instead().is_none() || sides[1].at(at).is_some());
        if had_lines && !is_whole { self.draft.remove_empty_block(path) } else { Ok(()) }
    }

    fn part(&mut self, path: &[Step], (form, part): (&Form, Part<'_>), sides: Sides<'_>) -> Result<(), Stuck> {
        match part {
            Part::Argument(index, parameter) => self.argument(path, form, (index, parameter), sides),
            Part::Rest(first, parameter) => self.rest(path, (first, parameter), sides),
            Part::Flag(behind, flag) => {
                let said = flag.at.as_ref().map(|at| sides.map(|side| side.at(at) == Some(&Value::Bool(true))));
                match said.filter(|[old, new]| old != new) {
                    Some([_, new]) => self.draft.set_flag(path, behind, flag.word(), new.into()),
                    None => Ok(()),
                }
            }
            Part::Property(parameter) => self.property(path, form, parameter, sides),
            Part::Pairs(pairs) => self.pairs(path, pairs, sides),
            Part::Child(slot) => self.slot(path, form, slot, sides),
        }
    }

    fn argument(
        &mut self,
        path: &[Step],
        form: &Form,
        (index, parameter): (usize, &Parameter),
        sides: Sides<'_>,
    ) -> Result<(), Stuck> {
        let Some(at) = parameter.at.as_ref() else { return Ok(()) };
        let is_written = self.draft.node(path).is_some_and(|node| node.argument(index).is_some());
        let by_itself = parameter.by_itself().map(Value::Bool);
        if let Some(new) = sides[1].at(at).filter(|new| by_itself.as_ref() == Some(*new)) {
            let is_to_go = is_written && sides[0].at(at) != Some(new);
            return if is_to_go { self.remove_argument(path, index) } else { Ok(()) };
        }
        match self.wanted(parameter, at, (form, sides), is_written) {
            Wanted::AsItIs => Ok(()),
            Wanted::Gone if at.unless.is_some() => Ok(()),
            Wanted::Gone if parameter.required => Err(Stuck::without(parameter.name())),
            Wanted::Gone => self.remove_argument(path, index),
            Wanted::Value(value) => self.set_argument(path, (index, parameter), value),
        }
    }

    fn remove_argument(&mut self, path: &[Step], index: usize) -> Result<(), Stuck> {
        self.draft.edit(path, |tree, node| Ok(edit::remove_argument(tree, node, index)))
    }

    /// Sets an argument, which may be a text in another language.
    fn set_argument(
        &mut self,
        path: &[Step],
        (index, parameter): (usize, &Parameter),
        value: &Value,
    ) -> Result<(), Stuck> {
        let texts = self.writer.texts(parameter);
        let Some((language, text)) = value.foreign().filter(|_| texts == Texts::Templates) else {
            return self.draft.set_argument(path, index, value, texts);
        };
        self.draft.edit(path, |_, node| {
            let Some(entry) = node.argument(index) else { return Err(Stuck::no_words("this place")) };
            let same = entry.annotation() == Some(language) && entry.string() == Some(text);
            let edit = Edit { span: entry.span(), text: in_language(language, text) };
            Ok(if same { Vec::new() } else { vec![edit] })
        })
    }

    fn rest(&mut self, path: &[Step], (first, parameter): (usize, &Parameter), sides: Sides<'_>) -> Result<(), Stuck> {
        let Some(at) = parameter.at.as_ref() else { return Ok(()) };
        let [old, new] = sides.map(|side| side.at(at));
        if old == new {
            return Ok(());
        }
        let listing = match (self.writer.texts(parameter), at.manner) {
            (Texts::Templates, _) => Listing::Template,
            (Texts::Plain, Manner::Set) => Listing::Set,
            (Texts::Plain | Texts::Operands, _) => Listing::List,
        };
        set_words(self.draft, path, (first, new.and_then(Value::as_array).unwrap_or_default()), listing)
    }

    fn property(&mut self, path: &[Step], form: &Form, parameter: &Parameter, sides: Sides<'_>) -> Result<(), Stuck> {
        let Some(at) = parameter.at.as_ref().filter(|at| at.manner != Manner::Entry) else { return Ok(()) };
        let is_written = self.draft.node(path).is_some_and(|node| node.property(parameter.name()).is_some());
        let line = form.written(0).find_map(|part| match part {
            Part::Child(slot) => {
                let line = self.writer.grammar.child(slot).1?;
                (line.manner == Manner::Json && line.way == at.way).then(|| slot.name())
            }
            _ => None,
        });
        let (name, texts) = (parameter.name(), self.writer.texts(parameter));
        match self.wanted(parameter, at, (form, sides), is_written) {
            Wanted::AsItIs => Ok(()),
            Wanted::Gone => self.draft.remove_property(path, name),
            Wanted::Value(value) => match (word(value), line) {
                // What has parts has a line of its own, and what has one keeps it.
                (Err(_), _) if line.is_some() || matches!(value, Value::Array(_) | Value::Object(_)) => {
                    self.draft.remove_property(path, name)
                }
                (Ok(_), Some(line)) if self.draft.has(&below(path, Step::to(line))) => {
                    self.draft.remove_property(path, name)
                }
                (_, _) => {
                    let keys = form.written(0).filter_map(|part| match part {
                        Part::Property(parameter) => Some(parameter.name()),
                        _ => None,
                    });
                    let before: Vec<&str> = keys.take_while(|key| *key != name).collect();
                    self.draft.set_property(path, (name, &|key| before.contains(&key)), value, texts)
                }
            },
        }
    }

    /// What becomes of the place of a parameter.
    fn wanted<'a>(
        &self,
        parameter: &Parameter,
        at: &At,
        (form, sides): (&Form, Sides<'a>),
        is_written: bool,
    ) -> Wanted<'a> {
        let [old, new] = sides.map(|side| side.at(at));
        let missing = self.writer.missing(parameter, (form, sides[1]));
        match new {
            None if is_written && old.is_some() => Wanted::Gone,
            None => Wanted::AsItIs,
            Some(new) if is_written && old == Some(new) => Wanted::AsItIs,
            Some(new) if !is_written && new.as_str() == missing.as_deref() && missing.is_some() => Wanted::AsItIs,
            Some(new) if old == Some(new) && missing.is_none() => Wanted::AsItIs,
            Some(new) => Wanted::Value(new),
        }
    }

    fn pairs(&mut self, path: &[Step], pairs: &Pairs, sides: Sides<'_>) -> Result<(), Stuck> {
        let Some(at) = pairs.at.as_ref() else { return Ok(()) };
        let [old, new] = sides.map(|side| side.members(at).collect::<HashMap<&str, &Value>>());
        for (key, _) in sides[0].members(at).filter(|(key, _)| !new.contains_key(key)) {
            self.draft.remove_property(path, key)?;
        }
        let texts = self.writer.texts_of_pairs(pairs);
        for (key, value) in sides[1].members(at).filter(|(key, value)| old.get(key) != Some(value)) {
            self.draft.set_property(path, (key, &|_| true), value, texts)?;
        }
        Ok(())
    }

    /// What a new node comes behind: those of the same slot, and of those before it.
    fn behind<'f>(form: &'f Form, slot: &'f Slot) -> Vec<&'f str> {
        let slots = form.written(0).filter_map(|part| match part {
            Part::Child(other) => Some(other.name()),
            _ => None,
        });
        slots.take_while(|name| *name != slot.name()).chain([slot.name()]).collect()
    }

    pub(super) fn insert(&mut self, path: &[Step], form: &Form, slot: &Slot, line: &Line) -> Result<(), Stuck> {
        self.draft.insert(path, &Self::behind(form, slot), line)
    }

    fn slot(&mut self, path: &[Step], form: &Form, slot: &Slot, sides: Sides<'_>) -> Result<(), Stuck> {
        let writer = self.writer;
        let (shape, at) = writer.grammar.child(slot);
        let child = below(path, Step::to(slot.name()));
        let Some(at) = at else {
            if form.block_at.as_ref().is_some() || Writer::is_group(shape) {
                return Ok(());
            }
            if let Some(done) = self.colored(path, form, slot, sides) {
                return done;
            }
            if let Some(names) = names_of(shape) {
                let [old, new] = sides.map(|side| side.at(names));
                let behind = Self::behind(form, slot);
                let line = (slot.name(), slot.is_repeatable());
                return if old == new { Ok(()) } else { set_names(self.draft, path, line, new, &behind) };
            }
            let [was_said, is_said] = sides.map(|side| writer.says(shape, side, Missing::Counts));
            return match (self.draft.has(&child), is_said) {
                (true, true) => self.node(&child, shape, sides),
                (true, false) if was_said => self.draft.remove(&child),
                (false, true) if writer.says(shape, sides[1], Missing::IsNothing) => {
                    let line = writer.whole(shape, sides[1], Naming::default())?;
                    self.insert(path, form, slot, &line)
                }
                _ => Ok(()),
            };
        };
        let [old, new] = sides.map(|side| side.at(at));
        match at.manner {
            Manner::Keyed | Manner::Typed | Manner::Entry => return self.members(path, form, (slot, at), sides),
            Manner::Item => return self.lines(path, form, (slot, at), sides),
            _ if old == new => return Ok(()),
            _ => {}
        }
        match (new, self.draft.has(&child)) {
            (None, _) => self.draft.remove(&child),
            // One that is a word stands on the line.
            (Some(Value::String(_)), _) if at.manner == Manner::Object => self.draft.remove(&child),
            (Some(value), _) if at.manner == Manner::Template && members_of(value).is_some() => {
                self.draft.remove(&child)
            }
            (Some(value), _) if at.manner == Manner::True && *value != Value::Bool(true) => {
                Err(Stuck::no_words("anything but its being there"))
            }
            (Some(_), false) => {
                writer.slot(slot, form, sides[1])?.iter().try_for_each(|line| self.insert(path, form, slot, line))
            }
            (Some(new), true) => match at.manner {
                Manner::True => Ok(()),
                Manner::Object => self.object(&child, shape, at, sides.map(|side| side.of_value(side.at(at)))),
                Manner::Items | Manner::Conditions => match shape.plain() {
                    Some(inner) => self.whole_block(&child, inner, at, sides),
                    None => Ok(()),
                },
                Manner::Json => set_member(self.draft, path, slot.name(), [old, Some(new)], Listing::List),
                Manner::Template => set_member(self.draft, path, slot.name(), [old, Some(new)], Listing::Template),
                _ => self.draft.set_argument(&child, 0, new, Texts::Plain),
            },
        }
    }

    /// Changes a node that is an object in the body.
    pub(super) fn object(&mut self, path: &[Step], shape: &NodeShape, at: &At, sides: Sides<'_>) -> Result<(), Stuck> {
        Writer::without_strangers(shape, sides[1])?;
        let told = at.word.as_deref().map(|member| sides.map(|side| side.here.get(member)));
        if let Some([old, new]) = told {
            let new = new.ok_or_else(|| Stuck::no_words("a form without its word"))?;
            if old.map(|old| &old.value) != Some(&new.value) {
                let former = self.flags(path, shape);
                self.draft.set_argument(path, 0, new, Texts::Plain)?;
                self.drop_flags(path, shape, former)?;
                self.drop_strange_parts(path, shape)?;
            }
        }
        self.node(path, shape, sides)
    }

    /// Changes, adds, moves and removes the lines of members by name.
    fn members(&mut self, path: &[Step], form: &Form, (slot, at): (&Slot, &At), sides: Sides<'_>) -> Result<(), Stuck> {
        let writer = self.writer;
        let [old, all] = sides.map(|side| side.members(at).collect::<HashMap<&str, &Value>>());
        for (name, _) in sides[0].members(at).filter(|(name, _)| !all.contains_key(name)) {
            self.draft.remove(&below(path, Step::named(slot.name(), name)))?;
        }
        let all_required = sides.map(|side| required(side, at));
        for (name, value) in sides[1].own_members(at) {
            let before = old.get(name).copied();
            let required = [0, 1].map(|side| all_required[side].contains(name));
            if before == Some(value) && required[0] == required[1] {
                continue;
            }
            let child = below(path, Step::named(slot.name(), name));
            if !self.draft.has(&child) {
                let is_it = |node: Node<'_>| {
                    node.name() == slot.name() && node.argument(0).and_then(Entry::string) == Some(name)
                };
                match at.from_object.then(|| self.draft.find(&[], is_it)).flatten() {
                    Some(elsewhere) => self.draft.carry(&elsewhere, path)?,
                    None => {
                        let line = writer.keyed((slot, at), sides[1], (name, value), required[1])?;
                        self.insert(path, form, slot, &line)?;
                        continue;
                    }
                }
            }
            let done = self.keyed(&child, (slot, at), sides, [before, Some(value)]);
            done.map_err(|stuck| stuck.at(at, name))?;
            if required[0] != required[1] {
                self.draft.set_flag(&child, 2, "required", required[1].into())?;
            }
        }
        match at.order.as_deref() {
            Some(order) => self.reorder(path, slot.name(), sides[1].here.get(order).map(|order| &order.value)),
            None => Ok(()),
        }
    }

    fn keyed(
        &mut self,
        path: &[Step],
        (slot, at): (&Slot, &At),
        sides: Sides<'_>,
        values: [Option<&Value>; 2],
    ) -> Result<(), Stuck> {
        let (shape, _) = self.writer.grammar.child(slot);
        let [old, new] = values;
        match (at.manner, new) {
            (Manner::Entry, Some(new)) => {
                let parameter = shape.plain().and_then(|form| form.written(0).nth(1));
                match parameter {
                    Some(Part::Rest(_, parameter)) => self.value_behind(path, (slot, parameter), [old, Some(new)]),
                    Some(Part::Argument(index, parameter)) => self.set_argument(path, (index, parameter), new),
                    _ => self.draft.set_argument(path, 1, new, Texts::Plain),
                }
            }
            (Manner::Typed, Some(new)) => {
                let old = old.map(|old| typed_line(shape, old)).transpose()?.unwrap_or_default();
                let new = typed_line(shape, new)?;
                let sides = [sides[0].within(&old), sides[1].within(&new)];
                Writer::without_strangers(shape, sides[1])?;
                self.node(path, shape, sides)
            }
            _ => {
                let sides = [sides[0].of_value(old), sides[1].of_value(new)];
                Writer::without_strangers(shape, sides[1])?;
                self.node(path, shape, sides)
            }
        }
    }

    /// Gives a line that begins with a name another value behind it.
    fn value_behind(
        &mut self,
        path: &[Step],
        (slot, parameter): (&Slot, &Parameter),
        values: [Option<&Value>; 2],
    ) -> Result<(), Stuck> {
        let [old, Some(new)] = values else { return Ok(()) };
        let texts = self.writer.texts(parameter);
        let is_one = |value: &Value| texts.word(value).is_ok();
        let members = |value: Option<&'_ Value>| -> Option<Map> {
            let map = value.filter(|value| !is_one(value))?.as_object()?;
            map.members.iter().any(|member| *member.name.value != *"-").then(|| map.clone())
        };
        let Some(node) = self.draft.node(path) else { return Ok(()) };
        if node.argument(1).is_some() && old.is_some_and(is_one) && is_one(new) {
            return self.set_argument(path, (1, parameter), new);
        }
        if let (Some(old), Some(new)) = (members(old), members(Some(new))) {
            return set_members(self.draft, path, [Some(&old), Some(&new)], Listing::Template);
        }
        let name = node.argument(0).map(|name| name.raw().to_owned()).unwrap_or_default();
        self.draft.rewrite(path, &member_behind((slot.name(), Some(&name)), new, Listing::Template))
    }

    /// Puts lines of one sort into the order of their names; what else stands between them stays.
    fn reorder(&mut self, path: &[Step], line: &str, order: Option<&Value>) -> Result<(), Stuck> {
        let named = |node: Node<'_>| -> Vec<(usize, String)> {
            let lines = node.children().enumerate().filter(|(_, child)| child.name() == line);
            lines.filter_map(|(place, line)| Some((place, line.argument(0)?.string()?.to_owned()))).collect()
        };
        let now = self.draft.node(path).map(named).unwrap_or_default();
        let order = order.and_then(Value::as_array).unwrap_or_default().iter().filter_map(|name| name.as_str());
        // Lines that come or go do so for themselves.
        let order: Vec<usize> = order.filter_map(|name| now.iter().position(|line| line.1 == name)).collect();
        if order.len() != now.len() {
            return Ok(());
        }
        let places: Vec<usize> = now.into_iter().map(|(place, _)| place).collect();
        self.draft.arrange(path, &places, &order).map(|_| ())
    }

    /// What a node's block holds as a whole, or what has no names of the language.
    fn block(&mut self, path: &[Step], form: &Form, sides: Sides<'_>) -> Result<(), Stuck> {
        if let Some(at) = form.block_at.as_ref() {
            self.whole_block(path, form, at, sides)?;
        }
        let Some(at) = form.body_at() else { return Ok(()) };
        let [old, new] = sides.map(|side| side.at(at).filter(|value| value.as_array().is_some()));
        if old != new {
            return Err(Stuck::no_words("other items of a list that has no line of its own"));
        }
        let groups: Vec<(&At, Option<&Slot>)> =
            std::iter::once((at, None)).chain(self.writer.groups(form).map(|(slot, at)| (at, Some(slot)))).collect();
        for (at, slot) in &groups {
            // The open body of a node and a group of it may hold the same values: the group is looked at once.
            let later = slot.is_none() && groups.iter().any(|(other, slot)| slot.is_some() && other.way == at.way);
            if later {
                continue;
            }
            let [old, new] = sides.map(|side| side.members(at).collect::<HashMap<&str, &Value>>());
            let names = sides[1].members(at).chain(sides[0].members(at).filter(|(name, _)| !new.contains_key(name)));
            for (name, _) in names {
                let values = [old.get(name).copied(), new.get(name).copied()];
                if values[0] != values[1] {
                    self.open(path, form, (*slot, at), name, values).map_err(|stuck| stuck.at(at, name))?;
                }
            }
        }
        Ok(())
    }

    /// Sets a value of an open body: on a line of its own, or in the group for names that are words of the language.
    fn open(
        &mut self,
        path: &[Step],
        form: &Form,
        (group, at): (Option<&Slot>, &At),
        name: &str,
        values: [Option<&Value>; 2],
    ) -> Result<(), Stuck> {
        let listing =
            if at.manner == Manner::Template { Listing::Template } else { (self.writer.listings)(&at.way[0], name) };
        let Some(group) = group else { return set_member(self.draft, path, name, values, listing) };
        let inside = below(path, Step::to(group.name()));
        let is_grouped = self.draft.has(&below(&inside, Step::to(name)));
        if !is_grouped && form.slot(name).is_none() {
            return set_member(self.draft, path, name, values, listing);
        }
        if !self.draft.has(&inside) {
            let Some(value) = values[1] else { return Ok(()) };
            let line = Line::new(group.name()).block([member(name, value, listing)]);
            return self.draft.insert(path, &[], &line);
        }
        set_member(self.draft, &inside, name, values, listing)?;
        let is_empty = self.draft.node(&inside).is_some_and(|node| node.children().next().is_none());
        if is_empty { self.draft.remove(&inside) } else { Ok(()) }
    }
}

/// What becomes of a place.
enum Wanted<'a> {
    AsItIs,
    Gone,
    Value(&'a Value),
}

/// Where the names stand that lines of a node list together.
fn names_of(shape: &NodeShape) -> Option<&At> {
    shape.plain()?.written(0).find_map(|part| match part {
        Part::Rest(_, parameter) => parameter.at.as_ref().filter(|at| at.manner == Manner::Set),
        _ => None,
    })
}
