//! What of an object's body stands where in its text.

use super::rule::judge_elsewhere;
use super::trace::Trace;
use crate::grammar::{At, Form, Manner, NodeShape, Part, Slot, language};
use crate::model::{Map, Value};
use crate::object::knows;
use crate::object::typed::{INSIDE, OF};
use crate::source::Span;
use crate::syntax::{Entry, Node};
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};

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
    pub(super) fn take_out_of(&self, body: &mut Map, is_last: bool, trace: &mut Trace) -> bool {
        if is_last && cut(body, &self.way, trace) {
            return true;
        }
        let Some(line) = self.line else {
            return judge_elsewhere(body, &self.way, trace) || take_out(body, &self.way, trace);
        };
        let Some(map) = inside(body, &self.way, trace) else { return false };
        let take_out_of = |map: &mut Map| {
            let before = map.members.len();
            map.members.retain(|member| !knows(line, &member.name.value));
            map.members.len() < before
        };
        take_out_of(map) || items_of(map).is_some_and(take_out_of)
    }

    /// The ways to what it is: to it, or to what the line knows of what it stands in.
    pub(super) fn ways(&self) -> Vec<Way> {
        let Some(line) = self.line else { return vec![self.way.clone()] };
        let parts = line.all_forms().flat_map(|(_, form)| form.written(0));
        let places = parts.filter_map(|part| match part {
            Part::Argument(_, parameter) | Part::Rest(_, parameter) | Part::Property(parameter) => {
                parameter.at.as_ref()
            }
            Part::Flag(_, flag) => flag.at.as_ref(),
            Part::Pairs(pairs) => pairs.at.as_ref(),
            Part::Child(slot) => language().child(slot).1,
        });
        places.map(|at| self.way.iter().chain(&at.way).cloned().collect()).collect()
    }
}

/// Parts that were taken out of a body.
#[derive(Default)]
pub(super) struct Gone {
    parts: HashSet<Said>,
    /// The ways to them, and the ways to what each of them is in.
    around: HashSet<Way>,
}

impl Gone {
    pub(super) fn insert(&mut self, part: Said) {
        self.around.extend((0..=part.way.len()).map(|length| part.way[..length].to_vec()));
        self.parts.insert(part);
    }

    pub(super) fn has(&self, part: &Said) -> bool {
        self.parts.contains(part)
    }

    /// Whether there is something that stood in a part.
    pub(super) fn was_in(&self, part: &Said) -> bool {
        part.line.is_none() && self.around.contains(&part.way)
    }
}

/// Whether a step leads to what is in a value, on the ways of lines and of schemas.
pub(super) fn is_inside(step: &str) -> bool {
    step == OF || INSIDE.contains(&step)
}

impl PartialEq for Said {
    fn eq(&self, other: &Self) -> bool {
        self.way == other.way && self.line.map(NodeShape::name) == other.line.map(NodeShape::name)
    }
}

impl Eq for Said {}

impl Hash for Said {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.way, self.line.map(NodeShape::name)).hash(state);
    }
}

/// The parts of a body that hold what a span in the text of an object's node says, each in the one before it; and the name of the object that it says.
pub(super) fn said<'t>(
    shape: &'static NodeShape,
    node: Node<'t>,
    span: Span,
    families: &mut Families<'t>,
) -> (Vec<Said>, Option<&'static str>) {
    let mut walk = Walk { span, families, here: Way::new(), found: Vec::new(), named: None };
    walk.node(shape, node);
    (walk.found, walk.named)
}

/// The children of nodes, by where these begin: each with how many of its name stand before it.
#[derive(Default)]
pub(super) struct Families<'t>(HashMap<u32, Vec<(Node<'t>, usize)>>);

impl<'t> Families<'t> {
    /// The child of a node that a span is in: which it is, and which of its name.
    fn child(&mut self, node: Node<'t>, span: Span) -> Option<(Node<'t>, usize, usize)> {
        let all = self.0.entry(node.span().start).or_insert_with(|| {
            let mut like: HashMap<&str, usize> = HashMap::new();
            let numbered = node.children().map(|child| {
                let next = like.entry(child.name()).or_default();
                *next += 1;
                (child, *next - 1)
            });
            numbered.collect()
        });
        let index = all.partition_point(|(child, _)| child.span().start <= span.start).checked_sub(1)?;
        let (child, of_name) = *all.get(index)?;
        (span.end <= child.span().end).then_some((child, index, of_name))
    }
}

/// No node of the language has so many arguments before those of which there may be any number.
const FEW: usize = 16;

struct Walk<'f, 't> {
    span: Span,
    families: &'f mut Families<'t>,
    /// The way to the object that the parts of a node stand in.
    here: Way,
    found: Vec<Said>,
    /// Which of the object's names it is, where it is one.
    named: Option<&'static str>,
}

impl<'t> Walk<'_, 't> {
    /// The entry of a node that the span is in.
    fn entry_of(&self, node: Node<'t>) -> Option<Entry<'t>> {
        node.entry_at(self.span.start).filter(|entry| self.span.end <= entry.span().end)
    }

    fn note(&mut self, way: Way) {
        self.found.push(Said { way, line: None });
    }

    /// The way to what stands at a place, and at some steps from there.
    fn way(&self, at: &At, steps: impl IntoIterator<Item = Box<str>>) -> Way {
        let here = if at.from_object { &[][..] } else { &self.here };
        here.iter().cloned().chain(at.way.iter().cloned()).chain(steps).collect()
    }

    fn node(&mut self, shape: &'static NodeShape, node: Node<'t>) {
        let Some((form, told)) = shape.form_of(node) else { return };
        if let Some(entry) = self.entry_of(node) {
            return self.entry(form, told, node, entry);
        }
        let Some((child, index, of_name)) = self.families.child(node, self.span) else { return };
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
            (Some(slot), None) => self.child(slot, (child, of_name)),
            (None, None) => self.open(form, child),
        }
    }

    fn entry(&mut self, form: &'static Form, told: usize, node: Node<'_>, entry: Entry<'_>) {
        // Of those behind the first ones each is one of the rest.
        let place = || node.arguments().take(FEW).position(|other| other.span() == entry.span()).unwrap_or(FEW);
        let index = entry.is_argument().then(place);
        for part in form.written(told) {
            if let Part::Argument(own, parameter) = part
                && index == Some(own)
                && parameter.at.is_none()
                && self.found.is_empty()
            {
                self.named = Some(parameter.name());
            }
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

    fn child(&mut self, slot: &'static Slot, (child, of_name): (Node<'t>, usize)) {
        let (shape, at) = language().child(slot);
        let Some(at) = at else {
            self.found.push(Said { way: self.here.clone(), line: Some(shape) });
            return self.node(shape, child);
        };
        let step: Option<Box<str>> = match at.manner {
            Manner::Keyed | Manner::Typed | Manner::Entry => child.argument(0).and_then(Entry::string).map(Box::from),
            Manner::Item => Some(of_name.to_string().into()),
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
    fn open(&mut self, form: &'static Form, child: Node<'t>) {
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
    fn json(&mut self, node: Node<'t>) {
        let child = self.families.child(node, self.span);
        let entry = self.entry_of(node);
        let step: Box<str> = match (child, entry.and_then(Entry::key)) {
            (Some((child, index, _)), _) if child.name() == "-" => index.to_string().into(),
            (Some((child, ..)), _) => child.name().into(),
            (None, Some(key)) => key.into(),
            (None, None) => {
                // Of one text it is the value itself that is wrong.
                let item = entry.filter(|entry| entry.is_argument() && node.argument(1).is_some());
                let Some(text) = item.and_then(Entry::string) else { return };
                text.into()
            }
        };
        self.here.push(step);
        self.note(self.here.clone());
        if let Some((child, ..)) = child {
            self.json(child);
        }
    }
}

/// Takes a text out of a list of several, where a way leads to a list of texts; whether it was there.
fn take_text_out(body: &mut Map, way: &[Box<str>], text: &str, trace: &mut Trace) -> Option<bool> {
    let (last, around) = way.split_last()?;
    let map = inside(body, around, trace)?;
    let place = trace.place(map, last)?;
    let member = map.members.get_mut(place)?;
    let Value::Array(items) = &mut member.value.value else { return None };
    trace.remove_text(items, text)
}

/// The object that a way leads to.
fn inside<'b>(body: &'b mut Map, way: &[Box<str>], trace: &mut Trace) -> Option<&'b mut Map> {
    let Some((first, rest)) = way.split_first() else { return Some(body) };
    // What is said of what is in a value stands in its schema.
    let (place, rest) = match trace.place(body, first) {
        Some(place) => (place, rest),
        None => {
            let schema = INSIDE.into_iter().find_map(|name| trace.place(body, name))?;
            (schema, if **first == *OF { rest } else { way })
        }
    };
    match (&mut body.members.get_mut(place)?.value.value, rest) {
        (Value::Object(inner), rest) => inside(inner, rest, trace),
        // Of several items one cannot be another: the neighbour's would no longer be told apart.
        (Value::Array(items), [index, rest @ ..]) if items.len() == 1 => {
            match &mut items.get_mut(index.parse::<usize>().ok()?)?.value {
                Value::Object(item) => inside(item, rest, trace),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Takes what stands at a way out of a body, and nothing else; whether it was there.
fn take_out(body: &mut Map, way: &[Box<str>], trace: &mut Trace) -> bool {
    let Some((last, around)) = way.split_last() else { return false };
    if let Some(is_gone) = take_text_out(body, around, last, trace) {
        return is_gone;
    }
    let Some(map) = inside(body, around, trace) else { return false };
    if **last == *OF
        && let Some(name) = INSIDE.into_iter().find(|name| map.get(name).is_some())
    {
        return map.remove(name).is_some();
    }
    trace.remove(map, last) || items_of(map).is_some_and(|items| items.remove(last).is_some())
}

/// Takes what stands at a way out of a body with all that stands behind it; whether it was there.
fn cut(body: &mut Map, way: &[Box<str>], trace: &mut Trace) -> bool {
    let Some((last, around)) = way.split_last() else { return false };
    let Some(map) = inside(body, around, trace) else { return false };
    let place = trace.place(map, last);
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
