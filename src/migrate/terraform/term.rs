//! What an expression comes to, as far as it can be known without Terraform.

use crate::migrate::typed::json_text;
use crate::model::{Number, Value, write_json};
use crate::source::{Span, Spanned};
use std::rc::Rc;

/// How deep a value may nest.
const DEEPEST: u16 = 64;

/// How much a value may hold: so many parts, or 16 times as many bytes of text.
pub(super) const HEAVIEST: usize = 1 << 18;

/// Why a value is not worked out that would hold more.
pub(super) const TOO_MUCH: &str = "it comes to more than plat works out";

/// What an expression comes to, with the place where that is written. It is shared, so that what is said once is held once.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub(super) datum: Datum,
    pub(super) place: Span,
    depth: u16,
    weight: usize,
}

/// A value of Terraform, or why it is none.
#[derive(Clone, Debug)]
pub(super) enum Datum {
    Null,
    Bool(bool),
    Number(Number),
    Text(Rc<str>),
    List(Rc<[Term]>),
    /// A set, in the order of its items.
    Set(Rc<[Term]>),
    Map(Rc<[(Rc<str>, Term)]>),
    /// The JSON of a value, which is a text to Terraform.
    Json(Rc<Term>),
    /// What is known when Terraform runs, or to others, and why.
    Open(Rc<str>),
    /// What Terraform would refuse, and why.
    Mistake(Rc<str>),
}

/// Who is told what is not known, and the way to it.
pub(super) type Lose<'l> = &'l mut dyn FnMut(&[String], &Term);

/// What something comes to, or what it does not come to because of something that is not known.
pub(super) type Known<T> = Result<T, Term>;

impl Term {
    pub(super) fn new(datum: Datum, place: Span) -> Self {
        fn around<'t>(inner: impl Iterator<Item = &'t Term>) -> (u16, usize) {
            inner.fold((0, 1), |(depth, weight), one| (depth.max(one.depth + 1), weight.saturating_add(one.weight)))
        }
        let (depth, weight) = match &datum {
            Datum::List(items) | Datum::Set(items) => around(items.iter()),
            Datum::Map(members) => around(members.iter().map(|(_, member)| member)),
            Datum::Json(inner) => around(std::iter::once(&**inner)),
            Datum::Text(text) => (0, 1 + text.len() / 16),
            _ => (0, 1),
        };
        if depth > DEEPEST {
            return Self::open(format!("it nests deeper than {DEEPEST} levels"), place);
        }
        if weight > HEAVIEST {
            return Self::open(TOO_MUCH, place);
        }
        Self { datum, place, depth, weight }
    }

    /// What is not known here.
    pub(super) fn open(reason: impl Into<Rc<str>>, place: Span) -> Self {
        Self { datum: Datum::Open(reason.into()), place, depth: 0, weight: 1 }
    }

    /// What Terraform would refuse.
    pub(super) fn mistake(reason: impl Into<Rc<str>>, place: Span) -> Self {
        Self { datum: Datum::Mistake(reason.into()), place, depth: 0, weight: 1 }
    }

    pub(super) fn text(text: impl Into<Rc<str>>, place: Span) -> Self {
        Self::new(Datum::Text(text.into()), place)
    }

    pub(super) fn list(items: impl IntoIterator<Item = Self>, place: Span) -> Self {
        Self::new(Datum::List(items.into_iter().collect()), place)
    }

    pub(super) fn map(members: impl IntoIterator<Item = (Rc<str>, Self)>, place: Span) -> Self {
        Self::new(Datum::Map(members.into_iter().collect()), place)
    }

    /// Some texts in their order, each once.
    pub(super) fn set(items: impl IntoIterator<Item = Self>, place: Span) -> Known<Self> {
        let mut keyed = Vec::new();
        for item in items {
            keyed.push((item.key()?, item));
        }
        keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
        keyed.dedup_by(|(a, _), (b, _)| a == b);
        Ok(Self::new(Datum::Set(keyed.into_iter().map(|(_, item)| item).collect()), place))
    }

    /// The same at another place.
    pub(super) fn at(self, place: Span) -> Self {
        Self { place, ..self }
    }

    /// The term, where it is known itself; what is in it may not be.
    pub(super) fn known(self) -> Known<Self> {
        match self.datum {
            Datum::Open(_) | Datum::Mistake(_) => Err(self),
            _ => Ok(self),
        }
    }

    /// How much it holds, with all that is in it.
    pub(super) fn weight(&self) -> usize {
        self.weight
    }

    /// How much there is to look at to know what it holds itself.
    pub(super) fn size(&self) -> usize {
        match &self.datum {
            Datum::List(items) | Datum::Set(items) => items.len(),
            Datum::Map(members) => members.len(),
            _ => self.weight,
        }
    }

    /// What it is made into as a text.
    pub(super) fn as_text(&self) -> Known<Rc<str>> {
        match &self.datum {
            Datum::Text(text) => Ok(Rc::clone(text)),
            Datum::Bool(truth) => Ok(truth.to_string().into()),
            Datum::Number(number) => Ok(number.to_string().into()),
            Datum::Json(inner) => Ok(json_text(&inner.whole()?).into()),
            Datum::Open(_) | Datum::Mistake(_) => Err(self.clone()),
            _ => Err(Self::mistake("a text is needed where there is none", self.place)),
        }
    }

    pub(super) fn as_bool(&self) -> Known<bool> {
        match &self.datum {
            Datum::Bool(truth) => Ok(*truth),
            Datum::Text(text) if matches!(&**text, "true" | "false") => Ok(&**text == "true"),
            Datum::Open(_) | Datum::Mistake(_) => Err(self.clone()),
            _ => Err(Self::mistake("a truth value is needed where there is none", self.place)),
        }
    }

    pub(super) fn as_number(&self) -> Known<Number> {
        let number = match &self.datum {
            Datum::Number(number) => Some(*number),
            Datum::Text(text) => {
                text.parse().ok().map(Number::Integer).or_else(|| text.parse().ok().and_then(Number::from_float))
            }
            Datum::Open(_) | Datum::Mistake(_) => return Err(self.clone()),
            _ => None,
        };
        number.ok_or_else(|| Self::mistake("a number is needed where there is none", self.place))
    }

    pub(super) fn as_whole(&self) -> Known<i64> {
        match self.as_number()? {
            Number::Integer(number) => Ok(number),
            Number::Float(_) => Err(Self::mistake("a whole number is needed where there is none", self.place)),
        }
    }

    /// Its items: of a list or a set.
    pub(super) fn as_items(&self) -> Known<&[Self]> {
        match &self.datum {
            Datum::List(items) | Datum::Set(items) => Ok(items),
            Datum::Open(_) | Datum::Mistake(_) => Err(self.clone()),
            _ => Err(Self::mistake("a list is needed where there is none", self.place)),
        }
    }

    /// Its members.
    pub(super) fn as_members(&self) -> Known<&[(Rc<str>, Self)]> {
        match &self.datum {
            Datum::Map(members) => Ok(members),
            Datum::Open(_) | Datum::Mistake(_) => Err(self.clone()),
            _ => Err(Self::mistake("an object is needed where there is none", self.place)),
        }
    }

    /// What Terraform goes through, each with its key, in its order.
    pub(super) fn each(&self, place: Span) -> Known<Vec<(Self, Self)>> {
        match &self.datum {
            Datum::List(items) => {
                let key = |index: usize| Datum::Number(Number::Integer(i64::try_from(index).unwrap_or(i64::MAX)));
                Ok(items.iter().enumerate().map(|(index, item)| (Self::new(key(index), place), item.clone())).collect())
            }
            Datum::Set(items) => Ok(items.iter().map(|item| (item.clone(), item.clone())).collect()),
            Datum::Map(members) => {
                let mut members: Vec<_> = members.iter().collect();
                members.sort_by(|(a, _), (b, _)| a.cmp(b));
                Ok(members.into_iter().map(|(key, member)| (Self::text(&**key, place), member.clone())).collect())
            }
            Datum::Open(_) | Datum::Mistake(_) => Err(self.clone()),
            _ => Err(Self::mistake("a list or an object is needed where there is none", self.place)),
        }
    }

    /// The member of a name.
    pub(super) fn member(&self, name: &str) -> Known<Option<&Self>> {
        Ok(self.as_members()?.iter().find(|(key, _)| **key == *name).map(|(_, member)| member))
    }

    /// The value, where all of it is known.
    pub(super) fn whole(&self) -> Known<Value> {
        let mut lost = Vec::new();
        let value = self.part(&mut |_, term| lost.push(term.clone()), &mut Vec::new(), true);
        match (lost.pop(), value) {
            (None, Some(value)) => Ok(value.value),
            (Some(term), _) => Err(term),
            (None, None) => Err(Self::open("it is not known", self.place)),
        }
    }

    /// The value, without the members that are not known; nothing of what is not, nor of a list with such an item. `lose` is told of each, with
    /// the way to it. What is made JSON is the value that it is made of.
    pub(super) fn value(&self, lose: Lose<'_>, way: &mut Vec<String>) -> Option<Spanned<Value>> {
        self.part(lose, way, false)
    }

    /// The same of what stands in JSON, in which JSON is a text.
    fn part(&self, lose: Lose<'_>, way: &mut Vec<String>, is_json: bool) -> Option<Spanned<Value>> {
        let value = match &self.datum {
            Datum::Null => Value::Null,
            Datum::Bool(truth) => Value::Bool(*truth),
            Datum::Number(number) => Value::Number(*number),
            Datum::Text(text) => Value::string(&**text),
            Datum::List(items) | Datum::Set(items) => {
                let (mut all, mut losses) = (Vec::new(), Vec::new());
                for (index, item) in items.iter().enumerate() {
                    way.push(index.to_string());
                    let value = item.part(&mut |way, term| losses.push((way.to_vec(), term.clone())), way, is_json);
                    way.pop();
                    let Some(value) = value else {
                        // It is all of the list that is not known.
                        if let Some((_, term)) = losses.pop() {
                            lose(way, &term);
                        }
                        return None;
                    };
                    all.push(value);
                }
                for (way, term) in &losses {
                    lose(way, term);
                }
                Value::Array(all)
            }
            Datum::Map(members) => {
                let mut map = crate::model::Map::default();
                for (name, member) in members.iter() {
                    way.push(name.to_string());
                    if let Some(value) = member.part(lose, way, is_json) {
                        let name = Spanned::new((**name).into(), value.span);
                        map.members.push(crate::model::Member { name, value });
                    }
                    way.pop();
                }
                Value::Object(map)
            }
            Datum::Json(_) if is_json => match self.as_text() {
                Ok(text) => Value::string(&*text),
                Err(term) => {
                    lose(way, &term);
                    return None;
                }
            },
            Datum::Json(inner) => inner.part(lose, way, true)?.value,
            Datum::Open(_) | Datum::Mistake(_) => {
                lose(way, self);
                return None;
            }
        };
        Some(Spanned::new(value, self.place))
    }

    /// The term of a value, all of which is written at one place.
    pub(super) fn of(value: &Value, place: Span) -> Self {
        match value {
            Value::Null | Value::Secret(_) => Self::new(Datum::Null, place),
            Value::Bool(truth) => Self::new(Datum::Bool(*truth), place),
            Value::Number(number) => Self::new(Datum::Number(*number), place),
            Value::String(text) => Self::text(&**text, place),
            Value::Array(items) => Self::list(items.iter().map(|item| Self::of(item, place)), place),
            Value::Object(map) => {
                let members = map.members.iter();
                Self::map(members.map(|member| (Rc::from(&*member.name.value), Self::of(&member.value, place))), place)
            }
        }
    }

    /// What stands for it alone: equal terms have equal keys.
    pub(super) fn key(&self) -> Known<Vec<u8>> {
        let mut key = Vec::new();
        match self.whole()? {
            Value::String(text) => key.extend_from_slice(text.as_bytes()),
            value => {
                key.push(0);
                write_json(&value, &mut key);
            }
        }
        Ok(key)
    }

    /// The reason why it is not known.
    pub(super) fn reason(&self) -> &str {
        match &self.datum {
            Datum::Open(reason) | Datum::Mistake(reason) => reason,
            _ => "",
        }
    }
}

/// Members, each once, with the last value that is said of it, where it is said first.
pub(super) fn unique(members: impl IntoIterator<Item = (Rc<str>, Term)>) -> Vec<(Rc<str>, Term)> {
    let mut places = std::collections::HashMap::new();
    let mut unique: Vec<(Rc<str>, Term)> = Vec::new();
    for (name, term) in members {
        match places.get(&name).and_then(|index: &usize| unique.get_mut(*index)) {
            Some(there) => there.1 = term,
            None => {
                places.insert(Rc::clone(&name), unique.len());
                unique.push((name, term));
            }
        }
    }
    unique
}
