//! Members, and values of enums, that have other names now: what is live, and what is remembered of it, is compared under the new names, and
//! goes to them.

use super::Builder;
use crate::diff::{Desired, Remembered};
use crate::model::{Address, Base, Digest, Json, Kind, Map, NewName, Object, Property, Renamed, Value};
use crate::object::{canonical, fields, set_fields};
use crate::plan::document::{Cause, Field, Place};
use crate::source::{Origin, Spanned};
use std::collections::{BTreeMap, HashSet};

/// What is known of an object, under the names that its members and their values have now.
pub(super) struct UnderNewNames {
    pub(super) live: Map,
    pub(super) remembered: Remembered,
    /// What is renamed.
    moves: Vec<Move>,
}

/// A field of which the name or the value is another one.
struct Move {
    from: String,
    to: String,
    before: Value,
    /// What is live of it, under the new name.
    after: Value,
    span: Origin,
}

impl Builder<'_, '_> {
    /// An object under its new names; nothing where all are as they were.
    pub(super) fn under_new_names(
        &self,
        desired: &Desired<'_>,
        live: &Object,
        remembered: &Remembered,
    ) -> Option<UnderNewNames> {
        let above = desired.address.above()?;
        let lines: Vec<&Renamed> = self.input.project.renamed.iter().filter(|one| one.of == above).collect();
        if lines.is_empty() {
            return None;
        }
        let body = desired.declared.body();
        let veil = remembered.veil(&body, &live.body);
        let found: BTreeMap<String, &Spanned<Value>> = fields(&live.body).into_iter().collect();
        let mut moves: Vec<Move> = found
            .iter()
            .filter_map(|(from, value)| {
                let (to, after, span) = renamed(&lines, from, value)?;
                let after = self.shaped(&above, &to, after)?;
                let is_taken = *from != to && found.contains_key(&to);
                // What may be a secret of others is moved by nobody who cannot show it.
                let is_shown = veil.over(from, value).1.is_none();
                let before = value.value.clone();
                (!is_taken && is_shown).then(|| Move { from: from.clone(), to, before, after, span })
            })
            .collect();
        // Of two that come to one name the first goes there, and the other is left where it is.
        let mut taken = HashSet::new();
        moves.retain(|one| taken.insert(one.to.clone()));
        let mut new = UnderNewNames { live: live.body.clone(), remembered: remembered.clone(), moves };
        new.rename(&desired.address, |from, value| {
            let (to, is, _) = renamed(&lines, from, value)?;
            self.shaped(&above, &to, is)
        });
        (!new.moves.is_empty()).then_some(new)
    }
}

impl Builder<'_, '_> {
    /// A value in the shape of the member that it goes to: one alone is a list of one, and a list of one is one alone. Nothing for a list of
    /// several that one alone could not hold.
    fn shaped(&self, of: &Address, to: &str, value: Value) -> Option<Value> {
        let project = self.input.project;
        let (group, name) = to.split_once('.')?;
        let is_list = |property: &Property| match property.schema.base {
            Base::Any => None,
            base => Some(base == Base::Array),
        };
        let many = match of.kind {
            Kind::Blueprint if group == "relations" => {
                project.blueprint(&of.name)?.relation(name).map(|relation| relation.many.is_some())
            }
            Kind::Blueprint => project.blueprint(&of.name)?.property(name).and_then(is_list),
            _ => project.promise(&of.name)?.fields().iter().find(|one| *one.name.value == *name).and_then(is_list),
        };
        match (many, value) {
            (Some(true), Value::Array(items)) => Some(Value::Array(items)),
            (Some(true), alone) => Some(Value::Array(vec![Spanned::new(alone, Origin::Nowhere)])),
            (Some(false), Value::Array(mut items)) if items.len() == 1 => items.pop().map(|item| item.value),
            (Some(false), Value::Array(_)) => None,
            (_, value) => Some(value),
        }
    }
}

impl Builder<'_, '_> {
    /// Notes of the fields that say what members a blueprint or a promise has which of them got another name.
    pub(super) fn note_new_names(&self, of: &Address, changes: &mut [Field]) {
        for line in self.input.project.renamed.iter().filter(|line| line.of == *of) {
            let NewName::Member(to) = &line.to else { continue };
            // What a request says under `spec` its promise declares under `properties`.
            let group = if line.group == "spec" { "properties" } else { line.group };
            let path = |name: &str| format!("{group}.{name}");
            let (old, new) = (path(&line.member.value), path(&to.value));
            let goes = changes.iter().position(|change| change.path == old && change.after.is_none());
            let comes = changes.iter().position(|change| change.path == new && change.before.is_none());
            for index in goes.zip(comes).into_iter().flat_map(|(goes, comes)| [goes, comes]) {
                changes[index].cause = Cause::Renamed;
            }
        }
    }
}

impl UnderNewNames {
    /// Puts what is known under the new names; `under_new` gives what a value is under the new name of its member.
    fn rename(&mut self, address: &Address, under_new: impl Fn(&str, &Spanned<Value>) -> Option<Value>) {
        let digest = |path: &str, value: &Value| {
            let value = Spanned::new(value.clone(), Origin::Nowhere);
            canonical(address.kind, path, &value)
                .map_or_else(|| Digest::of_value(&value), |value| Digest::of_value(&value))
        };
        let Remembered { owned, written, .. } = &mut self.remembered;
        for Move { from, to, before, after, .. } in &self.moves {
            set_fields(&mut self.live, [(from.as_str(), None)]);
            set_fields(&mut self.live, [(to.as_str(), Some(after.clone()))]);
            let known = fields(written).into_iter().find(|(path, _)| path == from).map(|(_, value)| value.clone());
            let was = known.as_ref().map_or(before, |known| &known.value);
            let is = under_new(from, &Spanned::new(was.clone(), Origin::Nowhere)).unwrap_or_else(|| was.clone());
            if let Some((path, written)) = owned.iter_mut().find(|(path, _)| path == from) {
                // Of a value that is not known any more, the digest says only that it was another one.
                if *written == digest(from, was) {
                    *written = digest(to, &is);
                }
                path.clone_from(to);
            }
            if known.is_some() {
                set_fields(written, [(from.as_str(), None)]);
                set_fields(written, [(to.as_str(), Some(is))]);
            }
        }
        owned.sort_unstable();
    }

    /// Adds to the changes of an object what is renamed in it.
    pub(super) fn add(self, changes: &mut Vec<Field>, place: impl Fn(Origin) -> Place) {
        for Move { from, to, before, after, span } in self.moves {
            let is_other = from != to;
            let before = Some(Json(before));
            match changes.iter_mut().find(|change| change.path == to) {
                // It is made or changed besides: of what is there under the new name.
                Some(change) => {
                    change.before = before.clone().filter(|_| !is_other);
                    change.veiled = change.veiled.filter(|_| !is_other);
                    change.parts.clear();
                }
                None => changes.push(field(to, before.clone().filter(|_| !is_other), Some(Json(after)), place(span))),
            }
            if is_other {
                changes.push(field(from, before, None, place(span)));
            }
        }
        changes.sort_by(|a, b| a.path.cmp(&b.path));
    }
}

fn field(path: String, before: Option<Json>, after: Option<Json>, source: Place) -> Field {
    Field { path, cause: Cause::Renamed, before, veiled: None, after, parts: Vec::new(), source: Some(source) }
}

/// The path and the value that a field has under the new names, with the line that says so; nothing where they are what they were.
fn renamed(lines: &[&Renamed], path: &str, value: &Spanned<Value>) -> Option<(String, Value, Origin)> {
    let (group, name) = path.split_once('.')?;
    let of_group = || lines.iter().filter(|line| line.group == group);
    let (mut name, mut said) = (name, None);
    // No line leads twice to another name but in a circle, which is refused.
    for _ in 0..=lines.len() {
        let next = of_group().find_map(|line| match &line.to {
            NewName::Member(to) if *line.member.value == *name => Some((&*to.value, line.span)),
            _ => None,
        });
        let Some((to, span)) = next else { break };
        (name, said) = (to, said.or(Some(span)));
    }
    let mut new = value.value.clone();
    for _ in 0..=lines.len() {
        let next = of_group().find_map(|line| match &line.to {
            NewName::Value { old, new: other } if *line.member.value == *name => {
                Some((with(&new, &old.value, &other.value)?, line.span))
            }
            _ => None,
        });
        let Some((other, span)) = next else { break };
        (new, said) = (other, said.or(Some(span)));
    }
    Some(([group, name].join("."), new, said?))
}

/// A value with another one in the place of what it is, or of what is among its items, of which none is there twice then; nothing where that
/// is not there.
fn with(value: &Value, old: &Value, new: &Value) -> Option<Value> {
    match value {
        Value::Array(items) if items.iter().any(|item| item.value == *old) => {
            let has_new = items.iter().any(|item| item.value == *new);
            let stays = items.iter().filter(|item| !(has_new && item.value == *old));
            let other = |item: &Spanned<Value>| if item.value == *old { new.clone() } else { item.value.clone() };
            Some(Value::Array(stays.map(|item| Spanned::new(other(item), item.span)).collect()))
        }
        value if value == old && value != new => Some(new.clone()),
        _ => None,
    }
}
