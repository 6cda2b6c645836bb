//! A plan as people are shown it: without the values that look like secrets.

use super::{Changes, Conflict, Drift, Field, FieldPart, ObjectChange, Plan, Target};
use crate::model::{Json, Value};
use crate::secret::{shown, shown_at};
use std::borrow::Cow;

impl Plan {
    /// The plan as it may be shown: what looks like a secret in the values of its objects is hidden, but in those that are made, of which each field
    /// is shown by [`Field::shown`]. It is no plan that can be carried out.
    pub fn shown(&self) -> Cow<'_, Self> {
        let changes = self.operations.iter().map(|operation| match &operation.target {
            Target::Object(change) => change_shown(change).map(Target::Object),
            Target::File(_) => None,
        });
        let targets: Vec<Option<Target>> = changes.collect();
        let conflicts: Vec<Option<Conflict>> = self.conflicts.iter().map(conflict_shown).collect();
        let kept: Vec<Option<Drift>> = self.kept.iter().map(drift_shown).collect();
        let is_whole = targets.iter().all(Option::is_none)
            && conflicts.iter().all(Option::is_none)
            && kept.iter().all(Option::is_none);
        if is_whole {
            return Cow::Borrowed(self);
        }
        let mut plan = self.clone();
        let operations = plan.operations.iter_mut().map(|operation| &mut operation.target);
        operations.zip(targets).for_each(put);
        plan.conflicts.iter_mut().zip(conflicts).for_each(put);
        plan.kept.iter_mut().zip(kept).for_each(put);
        Cow::Owned(plan)
    }
}

impl Field {
    /// The field as it may be shown.
    pub fn shown(&self) -> Cow<'_, Self> {
        field_shown(self).map_or(Cow::Borrowed(self), Cow::Owned)
    }
}

fn put<T>((there, shown): (&mut T, Option<T>)) {
    if let Some(shown) = shown {
        *there = shown;
    }
}

fn change_shown(change: &ObjectChange) -> Option<ObjectChange> {
    let Changes::Fields(fields) = &change.changes else { return None };
    Some(ObjectChange { changes: Changes::Fields(fields_shown(fields)?), ..change.clone() })
}

/// Fields as they may be shown; nothing where all of them may be as they are.
fn fields_shown(fields: &[Field]) -> Option<Vec<Field>> {
    let shown: Vec<Option<Field>> = fields.iter().map(field_shown).collect();
    if shown.iter().all(Option::is_none) {
        return None;
    }
    Some(shown.into_iter().zip(fields).map(|(shown, field)| shown.unwrap_or_else(|| field.clone())).collect())
}

fn field_shown(field: &Field) -> Option<Field> {
    let mut shown = field.clone();
    hide(Some(&field.path), [&mut shown.before, &mut shown.after], &mut shown.parts).then_some(shown)
}

fn conflict_shown(conflict: &Conflict) -> Option<Conflict> {
    conflict.thing.object()?;
    let mut shown = conflict.clone();
    let waits = fields_shown(&conflict.waits);
    let sides = [&mut shown.base, &mut shown.live, &mut shown.desired];
    let is_less = hide(conflict.field.as_deref(), sides, &mut shown.parts) | waits.is_some();
    put((&mut shown.waits, waits));
    is_less.then_some(shown)
}

fn drift_shown(drift: &Drift) -> Option<Drift> {
    drift.thing.object()?;
    let mut shown = drift.clone();
    hide(drift.field.as_deref(), [&mut shown.live, &mut shown.desired], &mut shown.parts).then_some(shown)
}

/// Hides what looks like a secret in the sides of a field, or of a body where there is no path, and in those of its parts; whether that is
/// anything.
fn hide<const N: usize>(path: Option<&str>, sides: [&mut Option<Json>; N], parts: &mut [FieldPart]) -> bool {
    let mut is_less = false;
    let mut take = |side: &mut Json, shown: Option<Value>| {
        is_less |= shown.is_some();
        put((&mut side.0, shown));
    };
    for side in sides.into_iter().flatten() {
        let shown = match (path, &side.0) {
            (None, Value::Object(body)) => shown(body).map(Value::Object),
            (path, value) => shown_at(path.unwrap_or_default(), value),
        };
        take(side, shown);
    }
    for part in parts {
        let steps = path.into_iter().chain([&*part.path]).filter(|step| !step.is_empty());
        let path = steps.collect::<Vec<_>>().join(".");
        for side in [&mut part.before, &mut part.after].into_iter().flatten() {
            let shown = shown_at(&path, &side.0);
            take(side, shown);
        }
    }
    is_less
}
