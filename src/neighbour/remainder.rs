//! What of a document is beyond the object that it was made of: kept with the object, and laid over the document that is made of it.
//!
//! It is a JSON merge patch (RFC 7396) with one difference: where an object meets a list, it goes into the list's only item; where the
//! grammar says which member tells the items apart, each of its members goes into the item of its name, and an item of a list of which the
//! language knows one goes into that of its name, or comes to the list; and into a list of texts goes each of its members at the place that
//! its number says, so that what else comes into the list stays there.

use super::link::{Codec, Links};
use super::same::{are_alike, is_empty, is_within};
use super::way::pointer;
use crate::model::{Map, Member, Name, Value};
use crate::source::{Origin, Spanned};
use std::collections::{HashMap, HashSet};

/// The step to the only item of a list, which is the one that the language knows.
const ONLY: &str = "0";

/// What is told apart in a document.
pub(super) struct Named<'g> {
    /// The lists whose items have names: the way to each, and the member that holds the name.
    lists: Vec<(Vec<String>, &'g str)>,
    /// The ways to what holds whatever its author likes.
    free: Vec<Vec<String>>,
    /// The ways to everything that the language has words for.
    known: Vec<Vec<String>>,
    /// The lists of which the language knows one item, and the member that tells their items apart.
    apart: Vec<(Vec<String>, &'g str)>,
}

impl<'g> Named<'g> {
    pub(super) fn of(links: &Links<'g>) -> Self {
        let (mut lists, mut free, mut known, mut apart) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for link in &links.links {
            let Some(way) = link.there.as_ref().map(|there| there.names().collect::<Vec<_>>()) else { continue };
            known.push(way.clone());
            let list = way.iter().rposition(|step| step == ONLY).and_then(|end| way.get(..end));
            apart.extend(list.map(<[_]>::to_vec).zip(link.apart));
            match link.codec {
                Codec::Keyed { by: Some(by), .. } => lists.push((way, by)),
                Codec::Whole | Codec::Open | Codec::Structural | Codec::Template { .. } => free.push(way),
                _ => {}
            }
        }
        Self { lists, free, known, apart }
    }

    fn by(&self, place: &[String]) -> Option<&'g str> {
        self.lists.iter().find(|(way, _)| way == place).map(|(_, by)| *by)
    }

    /// The member that tells the items of a list apart of which the language knows one.
    fn apart(&self, place: &[String]) -> Option<&'g str> {
        self.apart.iter().find(|(way, _)| way == place).map(|(_, apart)| *apart)
    }

    /// Whether the language has words for something in a place.
    fn is_around(&self, place: &[String]) -> bool {
        self.known.iter().any(|way| way.len() > place.len() && way.starts_with(place))
    }

    /// Whether the language has words for a place, for what is in it, or for what it is in.
    pub(super) fn is_known(&self, place: &[String]) -> bool {
        self.known.iter().any(|way| place.starts_with(way) || way.starts_with(place))
    }

    /// Whether a place is in what holds whatever its author likes, where an empty list and an empty object say something.
    fn is_free(&self, place: &[String]) -> bool {
        self.free.iter().any(|way| way.len() < place.len() && place.starts_with(way))
    }
}

/// A part of a document that is beyond an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The JSON pointer to it.
    pub pointer: String,
    /// The names on the way to it: an item that has a name is called by that.
    pub names: Vec<String>,
    /// The part itself.
    pub value: Value,
}

/// What a document holds beyond another one, but for what stands at `silent`, and its parts. Null is the same as nothing, as an
/// empty object is but in what holds whatever its author likes, and an empty list of what the language has words for; and a list that holds the same in another order is the same: where the order says something, an
/// object keeps it.
pub(super) fn beyond(made: &Map, there: &Map, named: &Named<'_>, silent: &[String]) -> (Map, Vec<Part>) {
    let silent = silent.iter().map(String::as_str).collect();
    let mut search = Search { named, silent, place: Vec::new(), names: Vec::new(), parts: Vec::new() };
    let beyond = search.of_objects(made, there);
    (beyond, search.parts)
}

struct Search<'a> {
    named: &'a Named<'a>,
    silent: HashSet<&'a str>,
    place: Vec<String>,
    /// The names that the steps of the place have.
    names: Vec<String>,
    parts: Vec<Part>,
}

impl Search<'_> {
    fn enter(&mut self, step: &str) {
        self.enter_item(step, step);
    }

    fn enter_item(&mut self, step: &str, name: &str) {
        self.place.push(step.to_owned());
        self.names.push(name.to_owned());
    }

    fn leave(&mut self) {
        self.place.pop();
        self.names.pop();
    }

    fn note(&mut self, value: &Value) {
        let (pointer, names) = (pointer(&self.place), self.names.clone());
        self.parts.push(Part { pointer, names, value: value.clone() });
    }

    fn is_silent(&self) -> bool {
        !self.silent.is_empty() && self.silent.contains(&*pointer(&self.place))
    }

    fn of_objects(&mut self, made: &Map, there: &Map) -> Map {
        let mut beyond = Map::default();
        let made = made.index();
        for Member { name, value } in &there.members {
            self.enter(&name.value);
            let rest = self.of_values(made.get(&name.value).map(|value| &value.value), &value.value);
            beyond.members.extend(rest.map(|rest| named(&name.value, rest, value.span)));
            self.leave();
        }
        beyond
    }

    fn of_values(&mut self, made: Option<&Value>, there: &Value) -> Option<Value> {
        let is_free = self.named.is_free(&self.place);
        let is_nothing = match there {
            Value::Null => true,
            // One that the language has a word for is said by its not being there.
            Value::Array(items) => items.is_empty() && !is_free && self.named.is_known(&self.place),
            there => !is_free && is_empty(there),
        };
        if is_nothing || self.is_silent() {
            return None;
        }
        match (made, there) {
            (None, Value::Object(there)) if !is_free && self.named.is_around(&self.place) => {
                let beyond = self.of_objects(&Map::default(), there);
                return (!beyond.is_empty()).then_some(Value::Object(beyond));
            }
            (None, Value::Object(there)) => {
                // Told as a whole, and kept as that.
                let beyond = Value::Object(if is_free { there.clone() } else { self.whole(there) });
                let is_known = || self.named.is_known(&self.place);
                if !is_free && (is_empty(&beyond) || says_nothing(&beyond) && is_known()) {
                    return None;
                }
                self.note(&beyond);
                return Some(beyond);
            }
            (Some(Value::Object(made)), Value::Object(there)) => {
                let beyond = self.of_objects(made, there);
                return (!beyond.is_empty()).then_some(Value::Object(beyond));
            }
            (Some(Value::Array(made)), Value::Array(there)) => {
                if are_alike(made, there) {
                    return None;
                }
                let items = match self.named.by(&self.place) {
                    Some(by) => self.of_named(made, there, by),
                    None => {
                        let only = self.of_only(made, there).or_else(|| self.of_one(made, there));
                        only.or_else(|| self.of_texts(made, there))
                    }
                };
                if items.is_some() {
                    return items.filter(|items| !is_empty(items));
                }
            }
            (None, Value::Array(there)) => {
                let items = self.named.by(&self.place).and_then(|by| self.of_named(&[], there, by));
                if items.is_some() {
                    return items;
                }
            }
            (Some(made), there) if is_within(there, made) => return None,
            _ => {}
        }
        self.note(there);
        Some(there.clone())
    }

    /// An object of which nothing was made: in it an empty object says something too.
    fn whole(&mut self, there: &Map) -> Map {
        let mut whole = Map::default();
        for Member { name, value } in &there.members {
            self.enter(&name.value);
            let kept = match &value.value {
                Value::Null => None,
                _ if self.is_silent() => None,
                Value::Object(inner) if !inner.is_empty() => {
                    Some(Value::Object(self.whole(inner))).filter(|inner| !is_empty(inner))
                }
                value => Some(value.clone()),
            };
            self.leave();
            whole.members.extend(kept.map(|kept| named(&name.value, kept, value.span)));
        }
        whole
    }

    /// Of lists of texts, of which the one has what the other has, in its order, and more: each text more with its place.
    fn of_texts(&mut self, made: &[Spanned<Value>], there: &[Spanned<Value>]) -> Option<Value> {
        let texts: Vec<&str> = there.iter().map(|item| item.as_str()).collect::<Option<_>>()?;
        let open = made.iter().map(|item| item.as_str()).collect::<Option<Vec<&str>>>()?;
        let order: HashMap<&str, usize> = texts.iter().enumerate().map(|(index, text)| (*text, index)).collect();
        if open.is_empty() || order.len() < texts.len() || !open.iter().all(|text| order.contains_key(text)) {
            return None;
        }
        let known: HashSet<&str> = open.into_iter().collect();
        let mut beyond = Map::default();
        for (index, text) in texts.iter().enumerate().filter(|(_, text)| !known.contains(**text)) {
            let value = Spanned::new(Value::integer(i64::try_from(index).unwrap_or(i64::MAX)), Origin::Nowhere);
            beyond.members.push(Member { name: Spanned::new((*text).into(), Origin::Nowhere), value });
        }
        self.note(&Value::Array(there.to_vec()));
        Some(Value::Object(beyond))
    }

    /// Of lists of one object each.
    fn of_only(&mut self, made: &[Spanned<Value>], there: &[Spanned<Value>]) -> Option<Value> {
        let ([made], [there]) = (made, there) else { return None };
        let (made, there) = (made.as_object()?, there.as_object()?);
        self.enter(ONLY);
        let beyond = self.of_objects(made, there);
        self.leave();
        Some(Value::Object(beyond))
    }

    /// Of a list of which the language knows one item: what is beyond that, and the others as they are.
    fn of_one(&mut self, made: &[Spanned<Value>], there: &[Spanned<Value>]) -> Option<Value> {
        let by = self.named.apart(&self.place)?;
        let [made] = made else { return None };
        let own = name(made, by)?;
        let names: Vec<&str> = there.iter().map(|item| name(item, by)).collect::<Option<_>>()?;
        if !names.contains(&own) || names.iter().collect::<HashSet<_>>().len() < names.len() {
            return None;
        }
        let mut items = Vec::new();
        for (index, item) in there.iter().enumerate() {
            let here = pointer(&[&self.place[..], &[index.to_string()]].concat());
            let (Some(made), Some(there)) = (made.as_object().filter(|_| names[index] == own), item.as_object()) else {
                let names = [&self.names[..], &[names[index].to_owned()]].concat();
                self.parts.push(Part { pointer: here, names, value: item.value.clone() });
                items.push(item.clone());
                continue;
            };
            // It is the only one to all others.
            let told = self.parts.len();
            self.enter(ONLY);
            let only = pointer(&self.place);
            let rest = self.of_objects(made, there);
            self.leave();
            let parts = self.parts[told..].iter_mut();
            parts.for_each(|part| part.pointer = format!("{here}{}", &part.pointer[only.len()..]));
            if !rest.is_empty() {
                let mut own_item = Map::default();
                own_item.put(by, Value::string(own), Origin::Nowhere);
                own_item.members.extend(rest.members);
                items.push(Spanned::new(Value::Object(own_item), item.span));
            }
        }
        Some(Value::Array(items))
    }

    /// Of lists whose items have names, each of them once.
    fn of_named(&mut self, made: &[Spanned<Value>], there: &[Spanned<Value>], by: &str) -> Option<Value> {
        let name = |item: &Spanned<Value>| item.as_object()?.get(by)?.as_str().map(str::to_owned);
        let names: Vec<String> = there.iter().map(name).collect::<Option<_>>()?;
        if names.iter().collect::<HashSet<_>>().len() < names.len() {
            return None;
        }
        let twins: HashMap<&str, &Spanned<Value>> =
            made.iter().rev().filter_map(|other| Some((self::name(other, by)?, other))).collect();
        let mut beyond = Map::default();
        for (index, (name, item)) in names.iter().zip(there).enumerate() {
            let twin = twins.get(name.as_str());
            self.enter_item(&index.to_string(), name);
            let nothing = Value::Object(Map::default());
            let mut own = item.value.clone();
            if let Value::Object(own) = &mut own {
                own.remove(by);
            }
            let rest = match twin {
                Some(twin) => self.of_values(Some(&twin.value), &own),
                None => {
                    self.note(&own);
                    Some(if is_empty(&own) { nothing } else { own })
                }
            };
            self.leave();
            beyond.members.extend(rest.map(|rest| named(name, rest, item.span)));
        }
        (!beyond.is_empty()).then_some(Value::Object(beyond))
    }
}

/// Lays what is beyond an object over the document that was made of it; the pointers of what it says otherwise.
pub(super) fn lay_over(document: &mut Map, beyond: &Map, named: &Named<'_>) -> Vec<String> {
    let mut layer = Layer { named, place: Vec::new(), overruled: Vec::new() };
    layer.over_object(document, beyond);
    layer.overruled
}

struct Layer<'a> {
    named: &'a Named<'a>,
    place: Vec<String>,
    overruled: Vec<String>,
}

impl Layer<'_> {
    fn over_object(&mut self, document: &mut Map, beyond: &Map) {
        let places = document.members.iter().enumerate().map(|(place, member)| (member.name.value.clone(), place));
        let places: HashMap<Name, usize> = places.collect();
        let mut gone = HashSet::new();
        for Member { name, value } in &beyond.members {
            self.place.push(name.value.to_string());
            let place = places.get(&name.value).copied();
            if value.value == Value::Null {
                gone.extend(place);
                self.overruled.extend(place.map(|_| pointer(&self.place)));
                self.place.pop();
                continue;
            }
            match place.and_then(|place| document.members.get_mut(place)) {
                // What stands where nothing is written is nobody's word.
                Some(Member { value: target, .. })
                    if !matches!(target.span, Origin::Text(_))
                        && (is_empty(&target.value) || !matches!(target.value, Value::Object(_) | Value::Array(_))) =>
                {
                    self.over_nothing(&mut target.value, &value.value);
                }
                Some(member) => self.over(&mut member.value.value, &value.value),
                None => {
                    let is_named = self.named.by(&self.place).is_some() && matches!(value.value, Value::Object(_));
                    let nothing = if is_named { Value::Array(Vec::new()) } else { Value::Null };
                    let mut new = Spanned::new(nothing, value.span);
                    self.over_nothing(&mut new.value, &value.value);
                    document.members.push(Member { name: name.clone(), value: new });
                }
            }
            self.place.pop();
        }
        without(&mut document.members, &gone);
    }

    /// The same where nothing was said, and nothing is overruled.
    fn over_nothing(&mut self, target: &mut Value, beyond: &Value) {
        let overruled = self.overruled.len();
        self.over(target, beyond);
        self.overruled.truncate(overruled);
    }

    fn over_named(&mut self, items: &mut Vec<Spanned<Value>>, beyond: &Map, by: &str) {
        let places = items.iter().enumerate().rev();
        let places: HashMap<Name, usize> =
            places.filter_map(|(place, item)| Some((name(item, by)?.into(), place))).collect();
        let mut gone = HashSet::new();
        for Member { name: key, value } in &beyond.members {
            let place = places.get(&key.value).copied();
            if value.value == Value::Null {
                if let Some(place) = place {
                    gone.insert(place);
                    self.overruled.push(pointer(&[&self.place[..], &[key.value.to_string()]].concat()));
                }
                continue;
            }
            match place.and_then(|place| items.get_mut(place)) {
                Some(item) => self.over(&mut item.value, &value.value),
                None => {
                    let mut item = Map::default();
                    item.put(by, Value::string(&*key.value), Origin::Nowhere);
                    item.members.extend(value.as_object().into_iter().flat_map(|map| map.members.clone()));
                    items.push(Spanned::new(Value::Object(item), value.span));
                }
            }
        }
        without(items, &gone);
    }

    fn over(&mut self, target: &mut Value, beyond: &Value) {
        match (&mut *target, beyond) {
            (Value::Object(target), Value::Object(beyond)) => self.over_object(target, beyond),
            (Value::Array(items), Value::Object(beyond)) => match (self.named.by(&self.place), items.as_mut_slice()) {
                (Some(by), _) => self.over_named(items, beyond, by),
                (None, [Spanned { value: Value::Object(only), .. }]) => {
                    self.place.push(ONLY.to_owned());
                    self.over_object(only, beyond);
                    self.place.pop();
                }
                (None, _) => match placed(beyond) {
                    Some(texts) => {
                        let there: HashSet<Box<str>> =
                            items.iter().filter_map(|item| item.as_str().map(Into::into)).collect();
                        for (index, text) in texts.into_iter().filter(|(_, text)| !there.contains(*text)) {
                            items.insert(index.min(items.len()), Spanned::new(Value::string(text), Origin::Nowhere));
                        }
                    }
                    None => {
                        self.overruled.push(pointer(&self.place));
                        *target = Value::Object(beyond.clone());
                    }
                },
            },
            (Value::Array(items), Value::Array(beyond)) if let Some(by) = self.named.apart(&self.place) => {
                self.place.push(ONLY.to_owned());
                for item in beyond {
                    let own = name(item, by);
                    match items.iter_mut().find(|known| own.is_some() && name(known, by) == own) {
                        Some(known) => self.over(&mut known.value, &item.value),
                        None => items.push(item.clone()),
                    }
                }
                self.place.pop();
            }
            (target, beyond) => {
                if target != beyond && !is_choice(target, beyond) {
                    self.overruled.push(pointer(&self.place));
                }
                *target = without_nulls(beyond);
            }
        }
    }
}

/// Takes things out of a list, by their places.
fn without<T>(list: &mut Vec<T>, gone: &HashSet<usize>) {
    let mut places = 0..list.len();
    list.retain(|_| places.next().is_none_or(|place| !gone.contains(&place)));
}

/// A value without the members that are null, which say nothing.
fn without_nulls(value: &Value) -> Value {
    let Value::Object(map) = value else { return value.clone() };
    let said = map.members.iter().filter(|member| member.value.value != Value::Null);
    let inside = said.map(|Member { name, value }| Member {
        name: name.clone(),
        value: Spanned::new(without_nulls(value), value.span),
    });
    Value::Object(Map { members: inside.collect() })
}

/// Whether there is nothing in a value but what says nothing.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.members.iter().all(|member| says_nothing(&member.value)),
        value => is_empty(value),
    }
}

/// Whether one of two lists has all that the other has: where that stands in its place, nothing is said otherwise. What stands in the first
/// where nothing is written is nobody's word.
fn is_choice(one: &Value, other: &Value) -> bool {
    let (Some(one), Some(other)) = (one.as_array(), other.as_array()) else { return false };
    let has =
        |all: &[Spanned<Value>], item: &Spanned<Value>| all.iter().any(|there| is_within(&item.value, &there.value));
    let mut written = one.iter().filter(|item| matches!(item.span, Origin::Text(_))).peekable();
    let is_more = written.peek().is_some() && written.all(|item| has(other, item));
    is_more || one.iter().all(|item| has(other, item)) || other.iter().all(|item| has(one, item))
}

/// Texts with their places in a list, by these; nothing where an object is something else.
fn placed(beyond: &Map) -> Option<Vec<(usize, &str)>> {
    let place = |member: &'_ Member| match member.value.value {
        Value::Number(crate::model::Number::Integer(index)) => usize::try_from(index).ok(),
        _ => None,
    };
    let mut texts: Vec<(usize, &str)> =
        beyond.members.iter().map(|member| Some((place(member)?, &*member.name.value))).collect::<Option<_>>()?;
    texts.sort_unstable();
    Some(texts)
}

fn named(name: &str, value: Value, span: Origin) -> Member {
    Member { name: Spanned::new(name.into(), span), value: Spanned::new(value, span) }
}

fn name<'v>(item: &'v Spanned<Value>, by: &str) -> Option<&'v str> {
    item.as_object()?.get(by)?.as_str()
}
