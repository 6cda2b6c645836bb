//! What of an object's body stands where in its text.

use super::rule::judge_elsewhere;
use crate::grammar::{At, Form, Manner, NodeShape, Part, Slot, language};
use crate::model::{Map, Value};
use crate::object::knows;
use crate::object::typed::{INSIDE, OF};
use crate::source::Span;
use crate::syntax::{Entry, Node};
use std::collections::HashMap;

/// A way down a body.
pub(super) type Way = Vec<Box<str>>;

/// A part of a body that a piece of text says.
#[derive(Clone, Debug)]
pub(super) struct Said {
    /// The way to it.
    pub(super) way: Way,
    /// A node that has no place of its own: it says of what stands there what it knows.
    line: Option<&'static NodeShape>,
}

impl Said {
    /// What stands at a way.
    pub(super) fn at(way: &[Box<str>]) -> Self {
        Self { way: way.to_vec(), line: None }
    }

    /// Takes it out of a body, and nothing else, but for what stands behind it where it is the last of too many; whether it was there.
    pub(super) fn take_out_of(&self, body: &mut Map, is_last: bool) -> bool {
        if is_last && cut(body, &self.way) {
            return true;
        }
        let Some(line) = self.line else { return judge_elsewhere(body, &self.way) || take_out(body, &self.way) };
        let Some(map) = inside(body, &self.way) else { return false };
        let take_out_of = |map: &mut Map| {
            let before = map.members.len();
            map.members.retain(|member| !knows(line, &member.name.value));
            map.members.len() < before
        };
        take_out_of(map) || items_of(map).is_some_and(take_out_of)
    }

    /// Whether what a pointer leads to in a neighbour's document may be it, or a part of it: its last names are the same.
    fn is_at(&self, names: &[&str]) -> bool {
        // What is said of a list's items stands in them there.
        let ends = |names: &[&str]| {
            let names = names.iter().rev().filter(|name| !is_inside(name));
            let own = self.way.iter().rev().filter(|name| !is_inside(name));
            own.zip(names).take(2).all(|(own, name)| **own == **name)
        };
        match (self.line, names.split_last()) {
            (Some(line), Some((last, around))) => knows(line, last) && ends(around),
            _ => ends(names),
        }
    }

    /// Whether another part stands in it.
    pub(super) fn holds(&self, other: &Self) -> bool {
        self.line.is_none() && other.way.starts_with(&self.way)
    }
}

/// Why parts were taken out of a body, by what leads to them in a neighbour's document.
pub(super) struct Reasons<'t> {
    taken: &'t [(Said, String)],
    /// The places of those among them whose ways end so.
    ending: HashMap<[&'t str; 2], Vec<usize>>,
    /// The places of those with shorter ways.
    short: Vec<usize>,
}

impl<'t> Reasons<'t> {
    pub(super) fn of(taken: &'t [(Said, String)]) -> Self {
        let (mut all, mut short) = (HashMap::<_, Vec<usize>>::new(), Vec::new());
        for (index, (said, _)) in taken.iter().enumerate() {
            match ending(said.way.iter().map(|name| &**name)) {
                Some(ending) => all.entry(ending).or_default().push(index),
                None => short.push(index),
            }
        }
        Self { taken, ending: all, short }
    }

    /// Why what a pointer leads to was taken out: the reason of the first part that may be it.
    pub(super) fn of_pointer(&self, pointer: &str) -> Option<&'t str> {
        let names: Vec<&str> = pointer.split('/').collect();
        let around = names.split_last().map_or(&[][..], |(_, around)| around);
        let endings = [&names[..], around].into_iter().filter_map(|names| ending(names.iter().copied()));
        let places = endings.filter_map(|ending| self.ending.get(&ending)).flatten().chain(&self.short);
        let own = places.copied().filter(|place| self.taken[*place].0.is_at(&names)).min();
        own.and_then(|place| self.taken.get(place)).map(|(_, reason)| reason.as_str())
    }
}

/// Whether a step leads to what is in a value, on the ways of lines and of schemas.
fn is_inside(step: &str) -> bool {
    step == OF || INSIDE.contains(&step)
}

/// The last two names of a way, but for what is said of a list's items.
fn ending<'n>(names: impl DoubleEndedIterator<Item = &'n str>) -> Option<[&'n str; 2]> {
    let mut names = names.rev().filter(|name| !is_inside(name));
    Some([names.next()?, names.next()?])
}

impl PartialEq for Said {
    fn eq(&self, other: &Self) -> bool {
        self.way == other.way && self.line.map(NodeShape::name) == other.line.map(NodeShape::name)
    }
}

/// The parts of a body that hold what a span in the text of an object's node says, each in the one before it.
pub(super) fn said(shape: &'static NodeShape, node: Node<'_>, span: Span) -> Vec<Said> {
    let mut walk = Walk { span, here: Way::new(), found: Vec::new() };
    walk.node(shape, node);
    walk.found
}

struct Walk {
    span: Span,
    /// The way to the object that the parts of a node stand in.
    here: Way,
    found: Vec<Said>,
}

impl Walk {
    fn holds(&self, outer: Span) -> bool {
        outer.start <= self.span.start && self.span.end <= outer.end
    }

    fn note(&mut self, way: Way) {
        self.found.push(Said { way, line: None });
    }

    /// The way to what stands at a place, and at some steps from there.
    fn way(&self, at: &At, steps: impl IntoIterator<Item = Box<str>>) -> Way {
        let here = if at.from_object { &[][..] } else { &self.here };
        here.iter().cloned().chain(at.way.iter().cloned()).chain(steps).collect()
    }

    fn node(&mut self, shape: &'static NodeShape, node: Node<'_>) {
        let Some((form, told)) = shape.form_of(node) else { return };
        if let Some(entry) = node.entries().find(|entry| self.holds(entry.span())) {
            return self.entry(form, told, node, entry);
        }
        let Some((index, child)) = node.children().enumerate().find(|(_, child)| self.holds(child.span())) else {
            return;
        };
        let slot = form.slot_of(child);
        let is_placed = slot.is_some_and(|slot| language().child(slot).1.is_some());
        match (slot, form.block_at.as_ref().filter(|_| !is_placed)) {
            (slot, Some(at)) => {
                self.note(self.way(at, []));
                if let Some(slot) = slot.filter(|_| at.manner == Manner::Items) {
                    self.here = self.way(at, [index.to_string().into()]);
                    self.node(language().child(slot).0, child);
                }
            }
            (Some(slot), None) => self.child(slot, (node, child)),
            (None, None) => self.open(form, child),
        }
    }

    fn entry(&mut self, form: &'static Form, told: usize, node: Node<'_>, entry: Entry<'_>) {
        let index = node.arguments().position(|other| other.span() == entry.span());
        for part in form.written(told) {
            let found = match part {
                Part::Argument(own, parameter) if index == Some(own) => parameter.at.as_ref(),
                Part::Rest(first, parameter) if index.is_some_and(|index| index >= first) => parameter.at.as_ref(),
                Part::Property(parameter) if entry.key() == Some(parameter.name()) => parameter.at.as_ref(),
                Part::Pairs(pairs) if entry.key().is_some() => pairs.at.as_ref(),
                Part::Flag(_, flag) if entry.key().is_none() && entry.string() == Some(flag.word()) => flag.at.as_ref(),
                _ => None,
            };
            let Some(at) = found else { continue };
            let below = match (part, at.manner) {
                (Part::Pairs(_), Manner::Entries) => entry.key(),
                (_, Manner::Entry) => node.argument(0).and_then(Entry::string),
                _ => None,
            };
            self.note(self.way(at, below.map(Box::from)));
            if let (Part::Rest(..), Some(text)) = (part, entry.string()) {
                self.note(self.way(at, [text.into()]));
            }
            return;
        }
    }

    fn child(&mut self, slot: &'static Slot, (node, child): (Node<'_>, Node<'_>)) {
        let (shape, at) = language().child(slot);
        let Some(at) = at else {
            self.found.push(Said { way: self.here.clone(), line: Some(shape) });
            return self.node(shape, child);
        };
        let step: Option<Box<str>> = match at.manner {
            Manner::Keyed | Manner::Typed | Manner::Entry => child.argument(0).and_then(Entry::string).map(Box::from),
            Manner::Item => {
                let mut like = node.children().filter(|other| other.name() == child.name());
                like.position(|other| other.span() == child.span()).map(|index| index.to_string().into())
            }
            _ => None,
        };
        self.here = self.way(at, step);
        self.note(self.here.clone());
        match at.manner {
            Manner::Json => self.json(child),
            Manner::Entry => {}
            _ => self.node(shape, child),
        }
    }

    /// A line of the author's own names, which stands where others say: at one of the places of such lines.
    fn open(&mut self, form: &'static Form, child: Node<'_>) {
        let groups = form.written(0).filter_map(|part| match part {
            Part::Child(slot) => {
                let (shape, at) = language().child(slot);
                shape.plain().filter(|_| at.is_none())?.body_at()
            }
            _ => None,
        });
        let here = self.here.clone();
        for at in groups.chain(form.body_at()) {
            self.here.clone_from(&here);
            self.here = self.way(at, [child.name().into()]);
            self.note(self.here.clone());
            self.json(child);
        }
    }

    /// A value in JSON-in-KDL.
    fn json(&mut self, node: Node<'_>) {
        let child = node.children().enumerate().find(|(_, child)| self.holds(child.span()));
        let key = node.properties().find(|entry| self.holds(entry.span())).and_then(Entry::key);
        let step: Box<str> = match (child, key) {
            (Some((index, child)), _) if child.name() == "-" => index.to_string().into(),
            (Some((_, child)), _) => child.name().into(),
            (None, Some(key)) => key.into(),
            (None, None) => {
                // Of one text it is the value itself that is wrong.
                let items = || node.arguments().filter(|_| node.argument(1).is_some());
                let Some(text) = items().find(|entry| self.holds(entry.span())).and_then(Entry::string) else { return };
                text.into()
            }
        };
        self.here.push(step);
        self.note(self.here.clone());
        if let Some((_, child)) = child {
            self.json(child);
        }
    }
}

/// Takes a text out of a list of several, where a way leads to a list of texts; whether it was there.
fn take_text_out(body: &mut Map, way: &[Box<str>], text: &str) -> Option<bool> {
    let (last, around) = way.split_last()?;
    let member = inside(body, around)?.members.iter_mut().find(|member| *member.name.value == **last)?;
    let Value::Array(items) = &mut member.value.value else { return None };
    if items.len() < 2 || items.iter().any(|item| item.as_str().is_none()) {
        return None;
    }
    let found = items.iter().rposition(|item| item.as_str() == Some(text));
    Some(found.map(|index| items.remove(index)).is_some())
}

/// The object that a way leads to.
fn inside<'b>(body: &'b mut Map, way: &[Box<str>]) -> Option<&'b mut Map> {
    let Some((first, rest)) = way.split_first() else { return Some(body) };
    // What is said of what is in a value stands in its schema.
    let inside_of = INSIDE.into_iter().find(|name| body.get(name).is_some());
    let (name, rest) = match inside_of.filter(|_| body.get(first).is_none()) {
        Some(name) if **first == *OF => (name, rest),
        Some(name) => (name, way),
        None => (&**first, rest),
    };
    match (&mut body.members.iter_mut().find(|member| *member.name.value == *name)?.value.value, rest) {
        (Value::Object(inner), rest) => inside(inner, rest),
        // Of several items one cannot be another: the neighbour's would no longer be told apart.
        (Value::Array(items), [index, rest @ ..]) if items.len() == 1 => {
            match &mut items.get_mut(index.parse::<usize>().ok()?)?.value {
                Value::Object(item) => inside(item, rest),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Takes what stands at a way out of a body, and nothing else; whether it was there.
fn take_out(body: &mut Map, way: &[Box<str>]) -> bool {
    let Some((last, around)) = way.split_last() else { return false };
    if let Some(is_gone) = take_text_out(body, around, last) {
        return is_gone;
    }
    let Some(map) = inside(body, around) else { return false };
    if **last == *OF
        && let Some(name) = INSIDE.into_iter().find(|name| map.get(name).is_some())
    {
        return map.remove(name).is_some();
    }
    map.remove(last).is_some() || items_of(map).is_some_and(|items| items.remove(last).is_some())
}

/// Takes what stands at a way out of a body with all that stands behind it; whether it was there.
fn cut(body: &mut Map, way: &[Box<str>]) -> bool {
    let Some((last, around)) = way.split_last() else { return false };
    let Some(map) = inside(body, around) else { return false };
    let place = map.members.iter().position(|member| *member.name.value == **last);
    place.map(|place| map.members.truncate(place)).is_some()
}

/// What a schema says of what is in its values.
fn items_of(map: &mut Map) -> Option<&mut Map> {
    let mut inside = map.members.iter_mut().filter(|member| INSIDE.contains(&&*member.name.value));
    match inside.next().map(|items| &mut items.value.value) {
        Some(Value::Object(items)) => Some(items),
        _ => None,
    }
}
