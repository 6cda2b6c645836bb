//! What differs between two values, part by part.
//!
//! Objects are compared by member, lists by what names their items, texts that are JSON or YAML by what they mean. A part is where
//! neither goes on: two scalars, two texts, two lists of scalars, or something that is on one side alone.

mod document;
mod list;
mod matching;
mod path;
#[cfg(test)]
mod tests;

use crate::model::{Kind, Map, Value};
use crate::object::{Membership, Written, canonical, combined};
use crate::source::{Origin, Spanned};
use path::Path;
use std::borrow::Cow;
use std::collections::BTreeSet;

pub use document::{Notation, notation};

/// A part of a value that is not the same on both sides; one of them has it at least.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Where it is below the value: `table t > row large > cpu`, `spec.containers[name=app].image`; empty for the value itself.
    pub path: String,
    /// What it was. Of an item that is called by the words of its line: what stands behind these.
    pub before: Option<Value>,
    /// What it becomes.
    pub after: Option<Value>,
    /// The innermost place around it, on either side.
    pub places: [Origin; 2],
}

/// The parts that differ between two values of a field of an object of a kind, by path; nothing where they are equal. An order that
/// says nothing is no difference.
pub fn parts(kind: Kind, field: &str, before: &Spanned<Value>, after: &Spanned<Value>) -> Vec<Part> {
    let [old, new] = [before, after].map(|side| canonical(kind, field, side).unwrap_or(Cow::Borrowed(side)));
    let places = Places { sides: [before.span, after.span], is_document: false };
    let mut walk = Walk::default();
    walk.values(&Path::default(), Written::of(kind, field), places, (&old, &new));
    walk.parts
}

/// The innermost places around a part, on its two sides.
#[derive(Clone, Copy, Debug)]
struct Places {
    sides: [Origin; 2],
    /// Whether what lies below is a document in a text, and has no places of its own.
    is_document: bool,
}

impl Places {
    /// Those of what lies below, where it has some.
    fn below(self, before: Option<&Spanned<Value>>, after: Option<&Spanned<Value>>) -> Self {
        if self.is_document {
            return self;
        }
        let [old, new] = self.sides;
        Self { sides: [before.map_or(old, |value| value.span), after.map_or(new, |value| value.span)], ..self }
    }
}

/// The two sides of what may be on one of them alone.
type Sides<'v> = (Option<&'v Spanned<Value>>, Option<&'v Spanned<Value>>);

/// The items of a list.
type Items<'v> = &'v [Spanned<Value>];

/// The parts that were found on the way.
#[derive(Default)]
struct Walk {
    parts: Vec<Part>,
}

impl Walk {
    /// Two values that may differ.
    fn values(&mut self, path: &Path, form: Written, places: Places, (before, after): (&Value, &Value)) {
        match (before, after) {
            _ if before == after => {}
            (Value::Object(old), Value::Object(new)) if form == Written::Condition => {
                self.conditions(path, places, (old, new));
            }
            (Value::Object(old), Value::Object(new))
                if form != Written::Plain || !old.is_empty() && !new.is_empty() =>
            {
                self.members(path, form, places, (old, new));
            }
            (Value::Array(old), Value::Array(new)) => self.lists(path, form, places, (old, new)),
            (Value::String(old), Value::String(new)) => match document::read(old, new) {
                Some((_, old, new)) => {
                    let places = Places { is_document: true, ..places };
                    self.values(path, Written::Plain, places, (&old, &new));
                }
                None => self.part(path, places, Some(before), Some(after)),
            },
            _ => self.part(path, places, Some(before), Some(after)),
        }
    }

    /// Something that differs as a whole.
    fn part(&mut self, path: &Path, places: Places, before: Option<&Value>, after: Option<&Value>) {
        let (path, places) = (path.clone().into_text(), places.sides);
        self.parts.push(Part { path, before: before.cloned(), after: after.cloned(), places });
    }

    /// The members of two objects, by name.
    fn members(&mut self, path: &Path, form: Written, places: Places, (old, new): (&Map, &Map)) {
        let names: BTreeSet<&str> = old.members.iter().chain(&new.members).map(|member| &*member.name.value).collect();
        for name in names {
            let sides = (old.get(name), new.get(name));
            let places = places.below(sides.0, sides.1);
            match form.member(name) {
                Membership::Named(form) => self.member(&path.member(name), form, places, sides),
                Membership::Word => self.member(&path.member(name), Written::Plain, places, sides),
                // What would have no name at all keeps its own.
                Membership::Open(Written::Plain) if path.is_empty() => {
                    self.member(&path.member(name), Written::Plain, places, sides);
                }
                Membership::Open(form) => self.open(path, form, places, sides),
            }
        }
    }

    fn member(&mut self, path: &Path, form: Written, places: Places, sides: Sides<'_>) {
        match sides {
            (Some(before), Some(after)) => self.values(path, form, places, (before, after)),
            (before, after) => {
                self.part(path, places, before.map(|side| &side.value), after.map(|side| &side.value));
            }
        }
    }

    /// A member whose name nobody writes: what it holds belongs to the line. Where a side has none, it holds nothing.
    fn open(&mut self, path: &Path, form: Written, places: Places, (before, after): Sides<'_>) {
        let Some(some) = before.or(after) else { return };
        let nothing = match some.value {
            Value::Array(_) => Value::Array(Vec::new()),
            _ => Value::Object(Map::default()),
        };
        let [old, new] = [before, after].map(|side| side.map_or(&nothing, |side| &side.value));
        match (old, new) {
            (Value::Object(old), Value::Object(new)) if form == Written::Plain => {
                self.members(path, form, places, (old, new));
            }
            // One word behind the others is no list to its reader.
            (Value::Array(old), Value::Array(new)) if form == Written::Plain && old.len() == 1 && new.len() == 1 => {
                self.values(path, form, places.below(old.first(), new.first()), (&old[0], &new[0]));
            }
            (old, new) => self.values(path, form, places, (old, new)),
        }
    }

    /// Two conditions, of which each is a comparison or a block.
    fn conditions(&mut self, path: &Path, places: Places, (old, new): (&Map, &Map)) {
        match (combined(old), combined(new)) {
            (Some((before, old)), Some((after, new))) if before != after => {
                let path = if path.is_empty() { path.item(before) } else { path.clone() };
                self.part(&path, places, Some(&Value::string(before)), Some(&Value::string(after)));
                self.values(&path, Written::Conditions, places, (old, new));
            }
            (Some(_), None) | (None, Some(_)) => {
                self.part(path, places, Some(&Value::Object(old.clone())), Some(&Value::Object(new.clone())));
            }
            _ => self.members(path, Written::Condition, places, (old, new)),
        }
    }
}

/// What stands behind the words of a line, as a value.
fn behind_words(line: Written, item: &Value) -> Value {
    let Value::Object(item) = item else { return item.clone() };
    let mut rest = Map::default();
    for member in &item.members {
        match (line.member(&member.name.value), &member.value.value) {
            (Membership::Word, _) => {}
            (Membership::Open(Written::Plain), Value::Object(inner)) => {
                inner.members.iter().for_each(|inner| rest.set(inner.name.clone(), inner.value.clone()));
            }
            // The only word, or the only block, needs no name.
            (Membership::Open(form), Value::Array(items)) if is_alone(line, item) => {
                return match (form, items.as_slice()) {
                    (Written::Plain, [only]) => only.value.clone(),
                    _ => member.value.value.clone(),
                };
            }
            _ => rest.members.push(member.clone()),
        }
    }
    Value::Object(rest)
}

/// Whether an item has one member alone beside its words.
fn is_alone(line: Written, item: &Map) -> bool {
    item.members.iter().filter(|member| line.member(&member.name.value) != Membership::Word).count() == 1
}
