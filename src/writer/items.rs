//! Lists of which each item has a line, or a block of lines.

use super::Writer;
use super::change::{Change, Sides};
use super::condition;
use super::draft::{Step, below, reads_as};
use super::list::{Head, in_turn, paired};
use super::side::Side;
use super::stuck::Stuck;
use super::whole::shape_of;
use crate::grammar::{At, Form, Manner, NodeShape, Part, Slot};
use crate::model::{Map, Value};
use crate::object;
use crate::source::Spanned;
use crate::syntax::Node;
use std::collections::HashMap;

impl Change<'_, '_> {
    /// Changes a block that is one value.
    pub(super) fn whole_block(&mut self, path: &[Step], form: &Form, at: &At, sides: Sides<'_>) -> Result<(), Stuck> {
        let writer = self.writer;
        let [old, new] = sides.map(|side| side.at(at));
        if form.instead().is_some() && (old.is_none() || new.is_none()) {
            let nothing = condition::none();
            return condition::set(self.draft, path, [old.unwrap_or(&nothing), new.unwrap_or(&nothing)]);
        }
        let (Some(old), Some(new)) = (old, new) else {
            return if old == new { Ok(()) } else { Err(Stuck::no_words("this without its block")) };
        };
        if old == new {
            return Ok(());
        }
        if at.manner == Manner::Conditions {
            return condition::set(self.draft, path, [old, new]);
        }
        let named = |stuck: Stuck| Stuck::new(format!("`{}`: {}", at.way.join("."), stuck.reason));
        let [old, new] = [old, new].map(|list| list.as_array().unwrap_or_default());
        let shapes = |items: &[Spanned<Value>]| -> Result<Vec<&NodeShape>, Stuck> {
            items.iter().map(|item| shape_of(form, item).ok_or_else(|| named(Stuck::no_words("this step")))).collect()
        };
        let [old_shapes, new_shapes] = [shapes(old)?, shapes(new)?];
        let head = |(shape, item): (&&NodeShape, &Spanned<Value>)| head_of(shape, item);
        let olds: Vec<Head> = old_shapes.iter().zip(old).map(head).collect();
        let news: Vec<Head> = new_shapes.iter().zip(new).map(head).collect();
        let of_one_node = |old: usize, new: usize| old_shapes[old].name() == new_shapes[new].name();
        let (pairs, order) = paired(&olds, &news, of_one_node);
        let is_item = |name: &str| form.slot(name).is_some_and(|slot| writer.grammar.child(slot).1.is_none());
        let places = self.places(path, is_item, old.len())?;
        let places = self.draft.arrange(path, &places, &order)?;
        for (index, before) in pairs.iter().enumerate().filter_map(|(index, old)| Some((index, (*old)?))) {
            let child = below(path, Step::Nth(places[before]));
            let sides = [sides[0].of_value(Some(&old[before])), sides[1].of_value(Some(&new[index]))];
            self.node(&child, new_shapes[index], sides).map_err(named)?;
        }
        let line = |index: usize| writer.item(form, sides[1], &new[index]).map_err(named);
        let anchors = in_turn(&pairs, &places);
        let shifts = self.draft.insert_unpaired(path, &places, (&pairs, &anchors), line)?;
        self.draft.remove_unpaired(path, &places, &pairs, &shifts)?;
        if new.is_empty() { self.draft.close_empty_block(path) } else { Ok(()) }
    }

    /// Changes the lines of a list of which each item is a node of one name.
    pub(super) fn lines(
        &mut self,
        path: &[Step],
        form: &Form,
        (slot, at): (&Slot, &At),
        sides: Sides<'_>,
    ) -> Result<(), Stuck> {
        let writer = self.writer;
        let (shape, _) = writer.grammar.child(slot);
        let [old, new] = sides.map(|side| side.at(at).and_then(Value::as_array).unwrap_or_default());
        let head = |item: &Spanned<Value>| head_of(shape, item);
        let olds: Vec<Head> = old.iter().map(head).collect();
        let news: Vec<Head> = new.iter().map(head).collect();
        let (pairs, places) = match &at.by {
            Some(by) => {
                let known: HashMap<&Head, usize> = olds.iter().enumerate().map(|(index, head)| (head, index)).collect();
                let places = self.places_by(path, slot.name(), old.iter().map(|item| item.as_object()?.get(by)))?;
                (news.iter().map(|head| known.get(head).copied()).collect(), places)
            }
            None => {
                let (pairs, order) = paired(&olds, &news, |_, _| true);
                let places = self.places(path, |name| name == slot.name(), old.len())?;
                (pairs, self.draft.arrange(path, &places, &order)?)
            }
        };
        for (index, before) in pairs.iter().enumerate().filter_map(|(index, old)| Some((index, (*old)?))) {
            let child = below(path, Step::Nth(places[before]));
            let sides = [sides[0].of_value(Some(&old[before])), sides[1].of_value(Some(&new[index]))];
            self.object(&child, shape, at, sides)?;
        }
        // What stands in them and elsewhere in the body comes to them once they are there, from where it was.
        let nothing = Map::default();
        let alone = |index: usize| {
            let item = Side::of(&nothing).of_value(Some(&new[index]));
            Writer::without_strangers(shape, item).and_then(|()| writer.whole(shape, item, super::Naming::default()))
        };
        let shifts = if places.is_empty() {
            (0..new.len()).try_for_each(|index| self.insert(path, form, slot, &alone(index)?))?;
            Vec::new()
        } else {
            let anchors = match at.by {
                Some(_) => vec![places.iter().max().copied(); pairs.len()],
                None => in_turn(&pairs, &places),
            };
            self.draft.insert_unpaired(path, &places, (&pairs, &anchors), alone)?
        };
        let first = match shape.plain().and_then(|form| form.written(0).next()) {
            Some(Part::Argument(_, first)) => first.at.as_ref(),
            _ => None,
        };
        let name = |item: &'_ Spanned<Value>| Some(item.as_object()?.get(&first?.way[0])?.as_str()?.to_owned());
        let names: Vec<Option<String>> = new.iter().map(name).collect();
        let mut called: HashMap<&str, usize> = HashMap::new();
        names.iter().flatten().for_each(|name| *called.entry(name).or_default() += 1);
        for (index, name) in names.iter().enumerate().filter(|(index, _)| pairs[*index].is_none()) {
            // Nothing stands elsewhere of what is not the only one of its name, and another one would be found by it.
            let Some(name) = name.as_deref().filter(|name| called.get(name) == Some(&1)) else { continue };
            let child = below(path, Step::named(slot.name(), name));
            let item = sides[1].of_value(Some(&new[index]));
            self.node(&child, shape, [sides[0].of_value(Some(&new[index])), item])?;
        }
        self.draft.remove_unpaired(path, &places, &pairs, &shifts)
    }

    /// The places of the nodes that are items, among all in the block.
    fn places(&self, path: &[Step], is_item: impl Fn(&str) -> bool, count: usize) -> Result<Vec<usize>, Stuck> {
        let node = self.draft.node(path);
        let children = node.into_iter().flat_map(Node::children).enumerate();
        let places: Vec<usize> = children.filter(|(_, child)| is_item(child.name())).map(|(index, _)| index).collect();
        if places.len() == count { Ok(places) } else { Err(Stuck::new("its lines are not where they are expected")) }
    }

    /// The places of the nodes of a name that begin with what items are told apart by, item by item.
    fn places_by<'v>(
        &self,
        path: &[Step],
        name: &str,
        keys: impl Iterator<Item = Option<&'v Spanned<Value>>>,
    ) -> Result<Vec<usize>, Stuck> {
        let node = self.draft.node(path);
        let lines: Vec<(usize, Node<'_>)> = node.into_iter().flat_map(|node| node.children().enumerate()).collect();
        let place = |key: Option<&Spanned<Value>>| {
            let key = key?;
            let is_said = |line: Node<'_>| match key.as_array() {
                Some(words) => {
                    line.arguments().count() == words.len()
                        && words.iter().all(|word| line.arguments().any(|entry| reads_as(entry, word)))
                }
                // More may stand behind the one word.
                None => line.argument(0).is_some_and(|entry| reads_as(entry, key)),
            };
            lines.iter().find(|(_, line)| line.name() == name && is_said(*line)).map(|(index, _)| *index)
        };
        let places: Option<Vec<usize>> = keys.map(place).collect();
        places.ok_or_else(|| Stuck::new("its lines are not where they are expected"))
    }
}

/// What the line of an item begins with.
fn head_of(shape: &NodeShape, item: &Value) -> Head {
    let words = item.as_object().and_then(|item| object::head(shape, item)).unwrap_or_default();
    words.into_iter().fold(shape.name().to_owned(), |head, word| head + " " + &word.as_key())
}
