//! What of a document is beyond the object that it was made of: kept with the object, and laid over the document that is made of it.
//!
//! It is a JSON merge patch (RFC 7396) with one difference: where an object meets a list, it goes into the list's only item, or,
//! where the grammar says which member tells the items apart, each of its members into the item of its name.

use super::link::{Codec, Links};
use super::passage::{is_empty, pointer};
use crate::model::{Map, Member, Value};
use crate::source::{Origin, Spanned};

/// The lists whose items have names: the way to each, and the member that holds the name.
pub(super) struct Named<'g>(Vec<(Vec<String>, &'g str)>);

impl<'g> Named<'g> {
    pub(super) fn of(links: &Links<'g>) -> Self {
        let named = links.links.iter().filter_map(|link| match link.codec {
            Codec::Keyed { by: Some(by), .. } => Some((link.there.as_ref()?.names().collect(), by)),
            _ => None,
        });
        Self(named.collect())
    }

    fn by(&self, place: &[String]) -> Option<&'g str> {
        self.0.iter().find(|(way, _)| way == place).map(|(_, by)| *by)
    }
}

/// What a document holds beyond another one, and where each part of it stands, as JSON pointers. Null is the same as nothing, as an
/// empty list and an empty object are; and a list that holds the same in another order is the same: where the order says something, an
/// object keeps it.
pub(super) fn beyond(made: &Map, there: &Map, named: &Named<'_>) -> (Map, Vec<String>) {
    let mut search = Search { named, place: Vec::new(), places: Vec::new() };
    let beyond = search.of_objects(made, there);
    (beyond, search.places)
}

struct Search<'a> {
    named: &'a Named<'a>,
    place: Vec<String>,
    places: Vec<String>,
}

impl Search<'_> {
    fn of_objects(&mut self, made: &Map, there: &Map) -> Map {
        let mut beyond = Map::default();
        for Member { name, value } in &there.members {
            self.place.push(name.value.to_string());
            if let Some(rest) = self.of_values(made.get(&name.value).map(|value| &value.value), &value.value) {
                beyond.put(&name.value, rest, value.span);
            }
            self.place.pop();
        }
        beyond
    }

    fn of_values(&mut self, made: Option<&Value>, there: &Value) -> Option<Value> {
        if is_empty(there) {
            return None;
        }
        match (made, there) {
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
                    None => self.of_only(made, there),
                };
                if items.is_some() {
                    return items;
                }
            }
            (None, Value::Array(there)) => {
                let items = self.named.by(&self.place).and_then(|by| self.of_named(&[], there, by));
                if items.is_some() {
                    return items;
                }
            }
            (Some(made), there) if made == there => return None,
            _ => {}
        }
        self.places.push(pointer(&self.place));
        Some(there.clone())
    }

    /// Of lists of one object each.
    fn of_only(&mut self, made: &[Spanned<Value>], there: &[Spanned<Value>]) -> Option<Value> {
        let ([made], [there]) = (made, there) else { return None };
        let (made, there) = (made.as_object()?, there.as_object()?);
        self.place.push("0".to_owned());
        let beyond = self.of_objects(made, there);
        self.place.pop();
        Some(Value::Object(beyond))
    }

    /// Of lists whose items have names, each of them once.
    fn of_named(&mut self, made: &[Spanned<Value>], there: &[Spanned<Value>], by: &str) -> Option<Value> {
        let name = |item: &Spanned<Value>| item.as_object()?.get(by)?.as_str().map(str::to_owned);
        let names: Vec<String> = there.iter().map(name).collect::<Option<_>>()?;
        let is_twice = |(index, name): (usize, &String)| names.iter().take(index).any(|other| other == name);
        if names.iter().enumerate().any(is_twice) {
            return None;
        }
        let mut beyond = Map::default();
        for (index, (name, item)) in names.iter().zip(there).enumerate() {
            let twin = made.iter().find(|other| self::name(other, by) == Some(name.as_str()));
            self.place.push(index.to_string());
            let nothing = Value::Object(Map::default());
            let mut own = item.value.clone();
            if let Value::Object(own) = &mut own {
                own.remove(by);
            }
            let rest = match twin {
                Some(twin) => self.of_values(Some(&twin.value), &own),
                None => {
                    self.places.push(pointer(&self.place));
                    Some(if is_empty(&own) { nothing } else { own })
                }
            };
            self.place.pop();
            if let Some(rest) = rest {
                beyond.put(name, rest, item.span);
            }
        }
        (!beyond.is_empty()).then_some(Value::Object(beyond))
    }
}

/// Lays what is beyond an object over the document that was made of it.
pub(super) fn lay_over(document: &mut Map, beyond: &Map, named: &Named<'_>) {
    over_object(document, beyond, named, &mut Vec::new());
}

fn over_object(document: &mut Map, beyond: &Map, named: &Named<'_>, place: &mut Vec<String>) {
    for Member { name, value } in &beyond.members {
        if value.value == Value::Null {
            document.remove(&name.value);
            continue;
        }
        place.push(name.value.to_string());
        match document.members.iter_mut().find(|member| member.name.value == name.value) {
            Some(member) => over(&mut member.value.value, &value.value, named, place),
            None => {
                let is_named = named.by(place).is_some() && matches!(value.value, Value::Object(_));
                let nothing = if is_named { Value::Array(Vec::new()) } else { Value::Null };
                let mut new = Spanned::new(nothing, value.span);
                over(&mut new.value, &value.value, named, place);
                document.members.push(Member { name: name.clone(), value: new });
            }
        }
        place.pop();
    }
}

fn over(target: &mut Value, beyond: &Value, named: &Named<'_>, place: &mut Vec<String>) {
    match (&mut *target, beyond) {
        (Value::Object(target), Value::Object(beyond)) => over_object(target, beyond, named, place),
        (Value::Array(items), Value::Object(beyond)) => match (named.by(place), items.as_mut_slice()) {
            (Some(by), _) => {
                for Member { name: key, value } in &beyond.members {
                    match items.iter_mut().find(|item| name(item, by) == Some(&key.value)) {
                        Some(item) => over(&mut item.value, &value.value, named, &mut place.clone()),
                        None => {
                            let mut item = Map::default();
                            item.put(by, Value::string(&*key.value), Origin::Nowhere);
                            item.members.extend(value.as_object().into_iter().flat_map(|map| map.members.clone()));
                            items.push(Spanned::new(Value::Object(item), value.span));
                        }
                    }
                }
            }
            (None, [Spanned { value: Value::Object(only), .. }]) => {
                place.push("0".to_owned());
                over_object(only, beyond, named, place);
                place.pop();
            }
            (None, _) => *target = Value::Object(beyond.clone()),
        },
        (target, beyond) => *target = beyond.clone(),
    }
}

fn name<'v>(item: &'v Spanned<Value>, by: &str) -> Option<&'v str> {
    item.as_object()?.get(by)?.as_str()
}

/// Whether lists hold the same, in whatever order.
fn are_alike(made: &[Spanned<Value>], there: &[Spanned<Value>]) -> bool {
    if made.len() != there.len() {
        return false;
    }
    if made.iter().zip(there).all(|(made, there)| is_within(&there.value, &made.value)) {
        return true;
    }
    let mut left: Vec<&Spanned<Value>> = made.iter().collect();
    there.iter().all(|item| {
        let twin = left.iter().position(|other| is_within(&item.value, &other.value));
        twin.map(|index| left.remove(index)).is_some()
    })
}

/// Whether a value says all that another one does.
fn is_within(there: &Value, made: &Value) -> bool {
    match (there, made) {
        (Value::Object(there), Value::Object(made)) => there.members.iter().all(|member| {
            let value = &member.value.value;
            is_empty(value) || made.get(&member.name.value).is_some_and(|made| is_within(value, &made.value))
        }),
        (Value::Array(there), Value::Array(made)) => are_alike(made, there),
        (there, made) => there == made,
    }
}
