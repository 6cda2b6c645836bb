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
    let mut sides = Sides::at(Some(&field.path));
    let shown = Field {
        before: sides.side(field.before.as_ref()),
        after: sides.side(field.after.as_ref()),
        parts: sides.parts(&field.parts),
        ..field.clone()
    };
    sides.is_less.then_some(shown)
}

fn conflict_shown(conflict: &Conflict) -> Option<Conflict> {
    conflict.thing.object()?;
    let mut sides = Sides::at(conflict.field.as_deref());
    let waits = fields_shown(&conflict.waits);
    sides.is_less |= waits.is_some();
    let shown = Conflict {
        base: sides.side(conflict.base.as_ref()),
        live: sides.side(conflict.live.as_ref()),
        desired: sides.side(conflict.desired.as_ref()),
        parts: sides.parts(&conflict.parts),
        waits: waits.unwrap_or_else(|| conflict.waits.clone()),
        ..conflict.clone()
    };
    sides.is_less.then_some(shown)
}

fn drift_shown(drift: &Drift) -> Option<Drift> {
    drift.thing.object()?;
    let mut sides = Sides::at(drift.field.as_deref());
    let shown = Drift {
        live: sides.side(drift.live.as_ref()),
        desired: sides.side(drift.desired.as_ref()),
        parts: sides.parts(&drift.parts),
        ..drift.clone()
    };
    sides.is_less.then_some(shown)
}

/// The sides of a field, or of a body, as they may be shown.
struct Sides<'p> {
    /// The field; nothing for a body.
    path: Option<&'p str>,
    /// Whether something is hidden.
    is_less: bool,
}

impl<'p> Sides<'p> {
    fn at(path: Option<&'p str>) -> Self {
        Self { path, is_less: false }
    }

    fn side(&mut self, side: Option<&Json>) -> Option<Json> {
        match (self.path, side?) {
            (None, Json(Value::Object(body))) => {
                let shown = shown(body);
                self.is_less |= shown.is_some();
                Some(Json(Value::Object(shown.unwrap_or_else(|| body.clone()))))
            }
            (path, side) => self.value(path.unwrap_or_default(), Some(side)),
        }
    }

    fn parts(&mut self, parts: &[FieldPart]) -> Vec<FieldPart> {
        let mut shown = |part: &FieldPart| {
            let steps = self.path.into_iter().chain([&*part.path].into_iter().filter(|path| !path.is_empty()));
            let path = steps.collect::<Vec<_>>().join(".");
            FieldPart {
                before: self.value(&path, part.before.as_ref()),
                after: self.value(&path, part.after.as_ref()),
                ..part.clone()
            }
        };
        parts.iter().map(&mut shown).collect()
    }

    fn value(&mut self, path: &str, value: Option<&Json>) -> Option<Json> {
        let Json(whole) = value?;
        let shown = shown_at(path, whole);
        self.is_less |= shown.is_some();
        Some(Json(shown.unwrap_or_else(|| whole.clone())))
    }
}
