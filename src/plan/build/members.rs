//! Members, and values of enums, that have other names now: what others wrote under the old ones goes along.

use super::Builder;
use crate::catalog::OwnedFields;
use crate::diff::{Desired, Veil};
use crate::model::{Json, Map, NewName, Object, Renamed, Value};
use crate::object::fields;
use crate::plan::document::{Cause, Field};
use crate::source::Spanned;
use std::collections::BTreeMap;

impl Builder<'_, '_> {
    /// Tells of the changes of an object which follow from another name, and adds those of what others wrote.
    pub(super) fn renamed_members(
        &self,
        desired: &Desired<'_>,
        live: &Object,
        (owned, written): (&OwnedFields, &Map),
        changes: &mut Vec<Field>,
    ) {
        let Some(above) = desired.address.above() else { return };
        let renamed: Vec<&Renamed> = self.input.project.renamed.iter().filter(|one| one.of == above).collect();
        if renamed.is_empty() {
            return;
        }
        let body = desired.declared.body();
        let veil = Veil::of([&body, written], &live.body);
        let wanted: BTreeMap<String, &Spanned<Value>> = fields(&body).into_iter().collect();
        let found: BTreeMap<String, &Spanned<Value>> = fields(&live.body).into_iter().collect();
        let is_free = |path: &str| !owned.iter().any(|(own, _)| own == path) && !wanted.contains_key(path);
        for one in &renamed {
            let path = format!("{}.{}", one.group, one.member.value);
            let old = found.get(&path).copied();
            let (to, new) = match &one.to {
                NewName::Member(_) => {
                    let Some(to) = self.last_name(one) else { continue };
                    (format!("{}.{to}", one.group), old.map(|old| old.value.clone()))
                }
                NewName::Value { old: was, new } => {
                    let new = old.and_then(|old| with(&old.value, &was.value, &new.value));
                    if new.is_none() {
                        continue;
                    }
                    (path.clone(), new)
                }
            };
            for change in changes.iter_mut().filter(|change| change.path == path || change.path == to) {
                let is_of_declared = matches!(change.cause, Cause::Added | Cause::Changed | Cause::Removed);
                let is_same = path != to || change.after.as_ref().map(|after| &after.0) == new.as_ref();
                if is_of_declared && is_same {
                    change.cause = Cause::Renamed;
                }
            }
            let (Some(old), Some(new)) = (old, new) else { continue };
            let is_taken = path != to && (found.contains_key(&to) || !is_free(&to));
            // What may be a secret of others is moved by nobody who cannot show it.
            if self.input.options.additive || !is_free(&path) || is_taken || veil.over(&path, old).1.is_some() {
                continue;
            }
            let field = |path: String, before: Option<Value>, after: Option<Value>| Field {
                path,
                cause: Cause::Renamed,
                before: before.map(Json),
                veiled: None,
                after: after.map(Json),
                parts: Vec::new(),
                source: Some(self.place(one.span)),
            };
            if path == to {
                changes.push(field(path, Some(old.value.clone()), Some(new)));
            } else {
                changes.push(field(path, Some(old.value.clone()), None));
                changes.push(field(to, None, Some(new)));
            }
        }
        changes.sort_by(|a, b| a.path.cmp(&b.path));
    }

    /// The name that a member has in the end: where it was renamed again, by the lines that say so.
    fn last_name<'r>(&'r self, first: &'r Renamed) -> Option<&'r str> {
        let all = &self.input.project.renamed;
        let mut one = first;
        // No line leads twice to another name but in a circle.
        for _ in 0..=all.len() {
            let NewName::Member(to) = &one.to else { return None };
            let is_next = |next: &&Renamed| {
                let is_of_member = matches!(next.to, NewName::Member(_));
                is_of_member && (&next.of, next.group) == (&one.of, one.group) && next.member.value == to.value
            };
            match all.iter().find(is_next) {
                Some(next) => one = next,
                None => return Some(&to.value),
            }
        }
        None
    }
}

/// A value with another one in the place of what it is, or of what is among its items; nothing where that is not there.
fn with(value: &Value, old: &Value, new: &Value) -> Option<Value> {
    match value {
        Value::Array(items) if items.iter().any(|item| item.value == *old) => {
            let other = |item: &Spanned<Value>| if item.value == *old { new.clone() } else { item.value.clone() };
            Some(Value::Array(items.iter().map(|item| Spanned::new(other(item), item.span)).collect()))
        }
        value if value == old => Some(new.clone()),
        _ => None,
    }
}
