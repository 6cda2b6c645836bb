//! A node that declares an object to the object's body, as the grammar says where what is written stands in it.
//!
//! Total: what the grammar rejects is skipped in silence, since it is diagnosed there.

use super::condition::conditions;
use super::delivery::properties;
use super::value::{flag, json_in_kdl, scalar};
use super::{schema, shape, template};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::grammar::{At, Form, Grammar, Manner, NodeShape, Pairs, Parameter, Part, Position, Slot, language};
use crate::model::{Kind, Map, Member, Name, Schema, Value, without_password};
use crate::object::{canonical_body, filled, typed};
use crate::source::{Origin, Span, Spanned};
use crate::syntax::{Entry, Node};
use std::collections::HashSet;

/// The body of the object of a kind that a node declares. Nothing where a part of it has no name, or lacks what says what it is.
pub(super) fn body(kind: Kind, name: &str, node: Node<'_>, diagnostics: &mut Diagnostics) -> Option<Map> {
    let grammar = language();
    let shape = grammar.object(kind.word())?;
    let (open, lent, named) = (vec![Map::default()], Vec::new(), HashSet::new());
    let mut reader = Reader { grammar, kind, name, open, lent, named, whole: true, diagnostics };
    reader.parts(node, shape);
    let mut body = reader.open.swap_remove(0);
    canonical_body(kind, &mut body);
    reader.whole.then_some(body)
}

/// What some `param` lines describe, as the group `properties` of a body.
pub(super) fn parameters(nodes: &[Node<'_>], diagnostics: &mut Diagnostics) -> Map {
    let grammar = language();
    let (open, lent, named) = (vec![Map::default()], Vec::new(), HashSet::new());
    // What a kind makes of conditions is of no use here: the lines have none.
    let (kind, name) = (Kind::Promise, "");
    let mut reader = Reader { grammar, kind, name, open, lent, named, whole: true, diagnostics };
    for node in nodes {
        if let Position::Shaped(shape) = grammar.at_top(*node)
            && let Some(at) = shape.at()
        {
            reader.child(at, (*node, *node), shape);
        }
    }
    reader.open.swap_remove(0)
}

struct Reader<'g, 'n> {
    grammar: &'g Grammar,
    /// What the object is.
    kind: Kind,
    /// The name of the object.
    name: &'n str,
    /// The body, and the objects in it that are being read, each in the one before it.
    open: Vec<Map>,
    /// What stands also in what the nodes around hold and stands elsewhere.
    lent: Vec<(&'g str, Spanned<Value>)>,
    /// Where members are whose names the text gives: how many objects are open there, the way, and the name. An object of many is not
    /// searched for a name that is new.
    named: HashSet<(usize, &'g [Box<str>], Name)>,
    /// Whether every part has what it cannot be without.
    whole: bool,
    diagnostics: &'n mut Diagnostics,
}

impl<'g> Reader<'g, '_> {
    /// What is written at a node, and in it.
    fn parts(&mut self, node: Node<'_>, shape: &'g NodeShape) {
        let Some((form, told)) = shape.form_of(node) else { return };
        let lent = self.lent.len();
        for part in form.written(told) {
            match part {
                Part::Argument(index, parameter) => {
                    let (entry, by_itself) = (node.argument(index), parameter.by_itself());
                    match (entry, parameter.at.as_ref().zip(by_itself)) {
                        (None, Some((at, truth))) => self.put(at, Value::Bool(truth), node.head_span()),
                        (entry, _) => self.value(node, parameter, entry),
                    }
                }
                Part::Rest(index, parameter) => {
                    node.arguments().skip(index).for_each(|entry| self.value(node, parameter, Some(entry)));
                }
                Part::Flag(behind, word) => self.flag(node, word.at.as_ref(), flag(node, behind, word.word())),
                Part::Property(parameter) => self.value(node, parameter, node.property(parameter.name())),
                Part::Pairs(pairs) => self.pairs(node, pairs),
                Part::Child(slot) => self.children(node, form, slot),
            }
        }
        let instead = form.instead().and_then(|instead| node.property(instead.name()));
        if let Some(at) = form.block_at.as_ref().filter(|_| instead.is_none()) {
            self.block(node, form, at);
        }
        if let Some(at) = form.body_at().filter(|at| at.manner == Manner::Template) {
            let block = template::block(node, &mut Diagnostics::default());
            self.put(at, block.value.written(block.span), block.span);
        }
        self.lent.truncate(lent);
    }

    /// The value of a parameter, or what stands for it where none is given.
    fn value(&mut self, node: Node<'_>, parameter: &'g Parameter, entry: Option<Entry<'_>>) {
        let Some(at) = parameter.at.as_ref() else { return };
        let value = match (entry, parameter.missing.as_deref()) {
            (Some(entry), _) => self.read(parameter, entry),
            (None, Some(text)) => {
                let filled = filled(text, self.name, |part| node.property(part).and_then(Entry::string));
                Spanned::new(Value::string(filled), Origin::Default(node.head_span()))
            }
            (None, None) => return,
        };
        if value.as_str().is_some_and(|text| at.unless.as_deref() == Some(text)) {
            return;
        }
        self.lent.extend(parameter.below.as_deref().map(|member| (member, value.clone())));
        match at.manner {
            Manner::List | Manner::Set => {
                let span = value.span;
                self.append(at, value, span);
            }
            // Below the name that the node begins with.
            Manner::Entry => {
                if let Some(key) = node.argument(0) {
                    let key = scalar(key, self.diagnostics);
                    self.member(at, Spanned::new(key.as_key(), key.span), value, node.head_span());
                }
            }
            _ => self.put(at, value.value, value.span),
        }
    }

    fn read(&mut self, parameter: &Parameter, entry: Entry<'_>) -> Spanned<Value> {
        let value = self.scalar(self.grammar.is_interpolated(parameter), entry);
        match value.as_str().filter(|text| self.grammar.hides(parameter, text)) {
            Some(url) => Spanned::new(Value::string(without_password(url)), value.span),
            None => value,
        }
    }

    fn scalar(&mut self, interpolated: bool, entry: Entry<'_>) -> Spanned<Value> {
        if !interpolated {
            return scalar(entry, self.diagnostics);
        }
        // What is wrong with it is told by whoever makes it ready.
        let template = template::scalar(entry, &mut Diagnostics::default());
        Spanned::new(template.value.written(template.span), template.span)
    }

    fn flag(&mut self, node: Node<'_>, at: Option<&At>, found: Option<Span>) {
        match (at, found) {
            (Some(at), Some(span)) => self.put(at, Value::Bool(true), span),
            (Some(at), None) if at.manner == Manner::Always => self.put(at, Value::Bool(false), node.head_span()),
            _ => {}
        }
    }

    /// The properties of any key, as one object; nothing where there are none.
    fn pairs(&mut self, node: Node<'_>, pairs: &Pairs) {
        let Some(at) = pairs.at.as_ref() else { return };
        let interpolated = self.grammar.are_interpolated(pairs);
        let read = |(key, entry): (&str, Entry<'_>)| Member {
            name: Spanned::new(key.into(), entry.key_span()),
            value: self.scalar(interpolated, entry),
        };
        let members: Vec<Member> = properties(node).into_iter().map(read).collect();
        if !members.is_empty() {
            self.put(at, Value::Object(Map { members }), node.head_span());
        }
    }

    fn children(&mut self, node: Node<'_>, form: &'g Form, slot: &'g Slot) {
        let (shape, at) = self.grammar.child(slot);
        if at.is_none() && form.block_at.as_ref().is_some() {
            return;
        }
        let mut missing = true;
        for child in node.children().filter(|child| child.name() == slot.name()) {
            missing = false;
            match at {
                Some(at) => self.child(at, (node, child), shape),
                None => self.parts(child, shape),
            }
        }
        if missing && at.is_none() {
            self.missing_line(node, shape);
        }
    }

    /// What stands for a line that is not there.
    fn missing_line(&mut self, node: Node<'_>, shape: &'g NodeShape) {
        let Some(Part::Argument(_, parameter)) = shape.plain().and_then(|form| form.written(0).next()) else { return };
        if parameter.missing.as_deref().is_some() {
            self.value(node, parameter, None);
        }
    }

    /// A node in another that stands somewhere as a whole.
    fn child(&mut self, at: &'g At, (around, child): (Node<'_>, Node<'_>), shape: &'g NodeShape) {
        if matches!(at.manner, Manner::Keyed | Manner::Item) {
            self.whole &= shape.form_of(child).is_some_and(|(form, told)| self.grammar.is_whole(form, told, child));
        }
        let key =
            child.argument(0).and_then(|entry| Some(Spanned::new(Name::from(entry.string()?), entry.value_span())));
        match (at.manner, key) {
            (Manner::True, _) => self.put(at, Value::Bool(true), child.span()),
            (Manner::Object, _) => {
                let value = self.object(at, child, shape);
                self.put(at, value, child.head_span());
            }
            (Manner::Item, _) => {
                let value = self.object(at, child, shape);
                self.append(at, Spanned::new(value, child.head_span()), around.head_span());
            }
            (Manner::Keyed, Some(key)) => {
                let value = self.object(at, child, shape);
                self.member(at, key, Spanned::new(value, child.head_span()), child.head_span());
            }
            (Manner::Entry, Some(key)) => {
                // What is wrong with it is told by whoever makes it ready.
                let value = template::behind(child, 1, &mut Diagnostics::default());
                self.member(at, key, Spanned::new(value.value.written(value.span), value.span), child.head_span());
            }
            (Manner::Template, _) => {
                let value = template::behind(child, 0, &mut Diagnostics::default());
                self.put(at, value.value.written(value.span), value.span);
            }
            (Manner::Json, _) => {
                let value = json_in_kdl(child, self.diagnostics);
                if matches!(value.value, Value::Array(_)) && !shape.may_be("array") {
                    let message = format!("`{}` has members, and this is an item of a list", child.name());
                    let item = child.children().next().map_or(child.head_span(), Node::head_span);
                    self.diagnostics.push(Diagnostic::error(code::WRONG_TYPE, item, message));
                }
                self.put(at, value.value, value.span);
            }
            (Manner::Typed, key) => {
                let typed = key.and_then(|key| self.typed(at, (around, child), key, shape));
                self.whole &= typed.is_some();
            }
            (Manner::Items | Manner::Conditions, _) => {
                if let Some(form) = shape.plain() {
                    self.block(child, form, at);
                }
            }
            // A line of one word, which stands elsewhere than it does in other nodes.
            (Manner::Value, Some(text)) => self.put(at, Value::string(&*text.value), text.span),
            _ => {}
        }
    }

    /// What a node holds that is an object of its own.
    fn object(&mut self, at: &'g At, node: Node<'_>, shape: &'g NodeShape) -> Value {
        self.open.push(Map::default());
        if let (Some(word), Some(entry)) = (&at.word, node.argument(0)) {
            let value = scalar(entry, self.diagnostics);
            self.put_here(word, value);
        }
        self.parts(node, shape);
        if at.from_object {
            for (member, value) in self.lent.clone() {
                self.put_here(member, value);
            }
        }
        Value::Object(self.open.pop().unwrap_or_default())
    }

    /// What a block holds, as a whole.
    fn block(&mut self, node: Node<'_>, form: &'g Form, at: &'g At) {
        let value = match at.manner {
            Manner::Conditions => {
                let judged = conditions(self.kind, self.open.first(), node, self.diagnostics);
                judged.value(node.head_span().into())
            }
            _ => Value::Array(self.items(node, form)),
        };
        self.put(at, value, node.head_span());
    }

    /// The nodes of a block that stand nowhere else, each as an object.
    fn items(&mut self, node: Node<'_>, form: &'g Form) -> Vec<Spanned<Value>> {
        let mut items = Vec::new();
        for child in node.children() {
            let Some((shape, None)) = form.slot_of(child).map(|slot| self.grammar.child(slot)) else { continue };
            self.open.push(Map::default());
            self.parts(child, shape);
            let item = Value::Object(self.open.pop().unwrap_or_default());
            items.push(Spanned::new(item, child.head_span()));
        }
        items
    }

    /// A line with a name and a type; nothing where it is too broken to say one.
    fn typed(
        &mut self,
        at: &'g At,
        (around, child): (Node<'_>, Node<'_>),
        name: Spanned<Name>,
        shape: &'g NodeShape,
    ) -> Option<()> {
        let form = shape.plain()?;
        schema::check(child, form, self.diagnostics);
        self.open.push(Map::default());
        self.parts(child, shape);
        let mut schema = typed::schema(self.open.pop()?)?;
        shaped(&mut schema)?;
        let text = Value::string(&*name.value);
        if let Some(span) = flag(child, 2, "required") {
            let required = At::of("required", Manner::Set);
            self.append(&required, Spanned::new(text.clone(), span), span);
        }
        if let Some(order) = &at.order {
            let order = At::of(order, Manner::List);
            self.append(&order, Spanned::new(text, child.head_span()), around.head_span());
        }
        self.member(at, name, Spanned::new(Value::Object(schema), child.head_span()), child.head_span());
        Some(())
    }

    /// The object that a way starts in.
    fn start(&mut self, at: &At) -> Option<&mut Map> {
        if at.from_object { self.open.first_mut() } else { self.open.last_mut() }
    }

    fn put_here(&mut self, member: &str, value: Spanned<Value>) {
        self.put(&At::of(member, Manner::Value), value.value, value.span);
    }

    /// Sets the value at a place.
    fn put(&mut self, at: &At, value: Value, span: impl Into<Origin>) {
        let span = span.into();
        let Some(map) = self.start(at) else { return };
        let Some((last, way)) = at.way.split_last() else { return };
        if let Some(map) = way.iter().try_fold(map, |map, step| object_at(map, step, span)) {
            map.put(last, value, span);
        }
    }

    /// Adds a member to the object at a place.
    fn member(&mut self, at: &'g At, name: Spanned<Name>, value: Spanned<Value>, span: Span) {
        let depth = if at.from_object { 1 } else { self.open.len() };
        let is_new = self.named.insert((depth, &at.way, name.value.clone()));
        let span = span.into();
        let Some(map) = self.start(at) else { return };
        match at.way.iter().try_fold(map, |map, step| object_at(map, step, span)) {
            Some(map) if is_new => map.members.push(Member { name, value }),
            Some(map) => map.set(name, value),
            None => {}
        }
    }

    /// Adds an item to the list at a place, which is made in the place `span`.
    fn append(&mut self, at: &At, value: Spanned<Value>, span: impl Into<Origin>) {
        let Some(map) = self.start(at) else { return };
        let [member] = at.way.as_slice() else { return };
        match map.members.iter_mut().find(|other| *other.name.value == **member).map(|other| &mut other.value.value) {
            Some(Value::Array(items)) => items.push(value),
            Some(_) => {}
            None => map.put(member, Value::Array(vec![value]), span.into()),
        }
    }
}

/// Gives the default of a schema, and of what is in its values, the shape that it asks for; nothing where it is none.
fn shaped(schema: &mut Map) -> Option<()> {
    let typed = Schema::of(schema)?;
    for Member { name, value } in &mut schema.members {
        match &mut value.value {
            _ if *name.value == *"default" => shape::by_schema(value, &typed),
            Value::Object(inside) if typed::INSIDE.contains(&&*name.value) => shaped(inside)?,
            _ => {}
        }
    }
    Some(())
}

/// The object of a name in another, made where it is missing.
fn object_at<'m>(map: &'m mut Map, name: &str, span: Origin) -> Option<&'m mut Map> {
    let index = match map.members.iter().position(|member| *member.name.value == *name) {
        Some(index) => index,
        None => {
            let (name, value) = (Spanned::new(name.into(), span), Spanned::new(Value::Object(Map::default()), span));
            map.members.push(Member { name, value });
            map.members.len() - 1
        }
    };
    match &mut map.members.get_mut(index)?.value.value {
        Value::Object(map) => Some(map),
        _ => None,
    }
}
