//! Ways down in documents.

use crate::model::{Map, Member, Name, Value};
use crate::source::{Origin, Spanned};

/// A way to a value in an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way<'g> {
    steps: Vec<Step<'g>>,
    /// Whether it starts at the whole, and not at the object that is being carried over.
    pub(super) from_whole: bool,
}

/// A step of a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step<'g> {
    /// To the member of a name.
    Member(&'g str),
    /// To the item of a list of one.
    Only,
}

impl<'g> Way<'g> {
    /// The way that the grammar writes: `a.b[].c`, `/a`, `a.'b.c'`. Nothing for an empty one.
    pub(super) fn read(text: &'g str) -> Option<Self> {
        let from_whole = text.starts_with('/');
        let text = text.trim_start_matches('/');
        (!text.is_empty()).then(|| Self { steps: steps(text).collect(), from_whole })
    }

    /// The way of names.
    pub(super) fn of(names: &'g [Box<str>], from_whole: bool) -> Self {
        Self { steps: names.iter().map(|name| Step::Member(name)).collect(), from_whole }
    }

    /// The way to a member.
    pub(super) fn to(name: &'g str) -> Self {
        Self { steps: vec![Step::Member(name)], from_whole: false }
    }

    /// The first name of it.
    pub(super) fn first(&self) -> Option<&'g str> {
        match self.steps.first() {
            Some(Step::Member(name)) => Some(name),
            _ => None,
        }
    }

    /// Its names, as a message says them.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        self.steps.iter().map(|step| match step {
            Step::Member(name) => (*name).to_owned(),
            Step::Only => "0".to_owned(),
        })
    }

    /// Takes what stands there out of an object; nothing where there is none, or null.
    pub(super) fn take(&self, map: &mut Map) -> Option<Spanned<Value>> {
        take(map, &self.steps).filter(|value| value.value != Value::Null)
    }

    /// Sets what stands there; what is on the way and no object stays, and nothing is set.
    pub(super) fn put(&self, map: &mut Map, value: Spanned<Value>) {
        put(map, &self.steps, value);
    }

    /// What stands there.
    pub(super) fn get<'m>(&self, map: &'m Map) -> Option<&'m Spanned<Value>> {
        let mut steps = self.steps.iter();
        let Some(Step::Member(first)) = steps.next() else { return None };
        steps.try_fold(map.get(first)?, |value, step| match step {
            Step::Member(name) => value.as_object()?.get(name),
            Step::Only => only(value.as_array()?),
        })
    }
}

fn steps(text: &str) -> impl Iterator<Item = Step<'_>> {
    text.split('\'').enumerate().flat_map(|(index, text)| {
        let is_quoted = index % 2 == 1;
        let parts = text.split(move |letter| letter == '.' && !is_quoted).filter(|part| !part.is_empty());
        parts.flat_map(move |part| {
            let name = if is_quoted { part } else { part.trim_end_matches("[]") };
            std::iter::once(Step::Member(name)).chain((name.len() < part.len()).then_some(Step::Only))
        })
    })
}

/// What a way leads through, step by step: the name of a member, or `[]` for what is in a list.
pub fn way_steps(text: &str) -> Vec<&str> {
    let steps = steps(text).map(|step| match step {
        Step::Member(name) => name,
        Step::Only => "[]",
    });
    steps.collect()
}

fn only<T>(items: &[T]) -> Option<&T> {
    match items {
        [only] => Some(only),
        _ => None,
    }
}

fn take(map: &mut Map, steps: &[Step<'_>]) -> Option<Spanned<Value>> {
    let (Step::Member(name), rest) = steps.split_first()? else { return None };
    if rest.is_empty() {
        return map.remove(name);
    }
    let value = map.members.iter_mut().find(|member| *member.name.value == **name)?;
    match (&mut value.value.value, rest) {
        (Value::Array(items), [Step::Only, rest @ ..]) => match items.as_mut_slice() {
            [Spanned { value: Value::Object(inner), .. }] => take(inner, rest),
            _ => None,
        },
        (Value::Object(inner), rest) => take(inner, rest),
        _ => None,
    }
}

fn put(map: &mut Map, steps: &[Step<'_>], value: Spanned<Value>) {
    let Some((Step::Member(name), rest)) = steps.split_first() else { return };
    if rest.is_empty() {
        return map.set(Spanned::new((*name).into(), value.span), value);
    }
    let is_list = rest.first() == Some(&Step::Only);
    let there = map.members.iter().position(|member| *member.name.value == **name);
    let index = there.unwrap_or_else(|| {
        let object = Spanned::new(Value::Object(Map::default()), Origin::Nowhere);
        let new = if is_list { Spanned::new(Value::Array(vec![object]), Origin::Nowhere) } else { object };
        map.members.push(Member { name: Spanned::new(Name::from(*name), Origin::Nowhere), value: new });
        map.members.len() - 1
    });
    match map.members.get_mut(index).map(|member| &mut member.value.value) {
        Some(Value::Array(items)) if is_list => {
            if let [Spanned { value: Value::Object(inner), .. }] = items.as_mut_slice() {
                put(inner, rest.get(1..).unwrap_or_default(), value);
            }
        }
        Some(Value::Object(inner)) => put(inner, rest, value),
        _ => {}
    }
}

/// The JSON pointer (RFC 6901) of a way down.
pub fn pointer(steps: &[impl AsRef<str>]) -> String {
    steps.iter().map(|step| format!("/{}", step.as_ref().replace('~', "~0").replace('/', "~1"))).collect()
}
