//! Templates that nobody uses, tried with values that stand for those that would be given: what is wrong whatever these are is told.

use super::put_in::Filling;
use super::scope::Scope;
use crate::diag::{Diagnostic, Diagnostics};
use crate::model::{Base, Map, Name, Property, Value};
use crate::source::{Origin, Span, Spanned};
use crate::syntax::Entry;
use std::collections::{BTreeSet, HashMap};

/// What stands for a text that nobody knows.
const TEXT: &str = "x";

/// What a text comes to that uses names.
pub(super) type PutIn = Result<Spanned<Value>, Option<Diagnostic>>;

/// What stands for what nobody knows, and where it does.
pub(super) struct Trial {
    /// A value of each parameter.
    samples: HashMap<Name, Value>,
    pub(super) guessed: Guessed,
}

/// Where in a text that was made for a trial something stands for what nobody knows.
#[derive(Debug, Default)]
pub(in crate::resolve) struct Guessed {
    /// Such values.
    parts: Vec<(u32, u32)>,
    /// The declarations.
    wholes: Vec<(u32, u32)>,
}

impl Guessed {
    /// Those problems of the text that are there whatever the values are: of a declaration in which a value does not fit nothing is known.
    pub(in crate::resolve) fn certain(&self, problems: &Diagnostics) -> Vec<Diagnostic> {
        let meets = |part: &(u32, u32), span: Span| part.0 < span.end.max(span.start + 1) && span.start < part.1;
        let place = |one: &Diagnostic| one.primary.span();
        let whole = |one: &Diagnostic| self.wholes.iter().position(|whole| meets(whole, place(one)));
        let is_guess = |one: &&Diagnostic| self.parts.iter().any(|part| meets(part, place(one)));
        let doubtful: BTreeSet<Option<usize>> = problems.iter().filter(is_guess).map(whole).collect();
        problems.iter().filter(|one| !is_guess(one) && !doubtful.contains(&whole(one))).cloned().collect()
    }
}

impl Trial {
    pub(super) fn of(parameters: &[Property]) -> Self {
        let samples = parameters.iter().map(|one| (one.name.value.clone(), sample(one))).collect();
        Self { samples, guessed: Guessed::default() }
    }

    /// Notes where a declaration stands.
    pub(super) fn whole(&mut self, start: usize, end: usize) {
        self.guessed.wholes.push((start as u32, end as u32));
    }

    /// Notes where something stands for what nobody knows.
    pub(super) fn part(&mut self, start: usize, end: usize) {
        self.guessed.parts.push((start as u32, end as u32));
    }

    /// Forgets what stood behind a place.
    pub(super) fn truncate(&mut self, place: usize) {
        self.guessed.parts.retain(|part| part.0 < place as u32);
    }

    /// What a value on a line comes to, or what stands for that.
    pub(super) fn instead(&self, value: PutIn, entry: Entry<'_>, filling: &Filling, scope: &Scope<'_>) -> PutIn {
        match (&value, entry.string()) {
            (Err(None), Some(text)) => {
                filling.is_known(scope)?;
                let sample = text.strip_prefix('$').and_then(|name| self.samples.get(name));
                Ok(unread(sample.unwrap_or(&Value::string(TEXT)), entry.value_span()))
            }
            _ => value,
        }
    }
}

/// What a name comes to, which is a text, or what stands for that.
pub(super) fn instead_of_name(value: PutIn, span: Span, filling: &Filling, scope: &Scope<'_>) -> PutIn {
    if let Err(None) = &value {
        filling.is_known(scope)?;
        return Ok(unread(&Value::string(TEXT), span));
    }
    value
}

/// A value that a parameter takes, as far as one is known.
fn sample(parameter: &Property) -> Value {
    if let Some(default) = &parameter.default {
        return default.value.clone();
    }
    let schema = &parameter.schema;
    match (schema.base, schema.values.first()) {
        (Base::Array, _) => Value::Array(vec![Spanned::new(Value::string(TEXT), Origin::Nowhere)]),
        (_, Some(first)) => first.value.value.clone(),
        (Base::Number | Base::Integer, None) => Value::integer(1),
        (Base::Boolean, None) => Value::Bool(true),
        (Base::Object, None) => {
            let mut map = Map::default();
            map.put(TEXT, Value::string(TEXT), Origin::Nowhere);
            Value::Object(map)
        }
        _ => Value::string(TEXT),
    }
}

/// A value as one that nobody knows.
fn unread(value: &Value, span: Span) -> Spanned<Value> {
    let value = match value {
        Value::Array(items) => Value::Array(items.iter().map(|item| unread(&item.value, span)).collect()),
        Value::Object(map) if value.foreign().is_none() => {
            let mut map = map.clone();
            for member in &mut map.members {
                member.value = unread(&member.value.value, span);
            }
            Value::Object(map)
        }
        other => other.clone(),
    };
    Spanned::new(value, Origin::Unread(span))
}
