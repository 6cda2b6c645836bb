//! Documents as values, and what of them no value can be.

use crate::model::{Map, Member, Name, Value};
use crate::neighbour::pointer;
use crate::source::{Span, Spanned};

/// How far a text could be read, and why no further.
pub(super) type Unread = (usize, String);

/// Why a number is left out.
pub(super) const UNHELD: &str =
    "neither 64 bits with a sign nor a float hold this number: write it as a text, where the neighbour takes one";

/// What is read of a document.
pub(super) struct Read {
    pub(super) value: Spanned<Value>,
    /// What of it no value can be.
    pub(super) lost: Vec<Lost>,
    /// What had a tag that says nothing here.
    pub(super) untagged: Vec<Lost>,
}

/// What is left out.
#[derive(Clone, Debug)]
pub(super) struct Lost {
    /// The way to it, as it is written there; empty where it is the whole.
    pub(super) pointer: String,
    pub(super) place: Span,
    pub(super) reason: String,
}

/// A walk down a document that leaves out what no value can be: the member that it is, or the whole of the list that it is in.
pub(super) trait Walk {
    type Part;

    /// The value of a part; nothing where it is left out.
    fn value(&mut self, part: Self::Part) -> Option<Spanned<Value>>;

    /// Where the walk is.
    fn way(&mut self) -> &mut Vec<Box<str>>;

    /// What was left out.
    fn lost(&mut self) -> &mut Vec<Lost>;

    /// The value of a member or of an item.
    fn below(&mut self, step: &str, part: Self::Part) -> Option<Spanned<Value>> {
        self.way().push(step.into());
        let value = self.value(part);
        self.way().pop();
        value
    }

    /// The members of an object.
    fn object(&mut self, members: impl IntoIterator<Item = (Name, Self::Part)>) -> Value {
        let mut map = Map::default();
        for (name, part) in members {
            if let Some(value) = self.below(&name, part) {
                map.members.push(Member { name: Spanned::new(name, value.span), value });
            }
        }
        map.or_secret()
    }

    /// The items of a list, of which none can be left out.
    fn list(&mut self, items: impl IntoIterator<Item = Self::Part>) -> Option<Value> {
        let mut list = Some(Vec::new());
        for (index, item) in items.into_iter().enumerate() {
            let told = self.lost().len();
            match (self.below(&index.to_string(), item), &mut list) {
                (Some(value), Some(list)) => list.push(value),
                (None, Some(_)) => {
                    list = None;
                    let here = pointer(self.way());
                    self.lost().last_mut().into_iter().for_each(|lost| lost.pointer.clone_from(&here));
                }
                // All of it is left out by then.
                (_, None) => self.lost().truncate(told),
            }
        }
        list.map(Value::Array)
    }

    /// Notes that a number is left out.
    fn lose(&mut self, place: Span) {
        let pointer = pointer(self.way());
        self.lost().push(Lost { pointer, place, reason: UNHELD.to_owned() });
    }
}
