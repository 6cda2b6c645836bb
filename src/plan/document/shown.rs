//! A plan as people are shown it: without the values that look like secrets.

use super::{Changes, Conflict, Content, Drift, Field, FieldPart, FileChange, Guarded, ObjectChange, Plan, Target};
use crate::align::{before, hunks};
use crate::model::{Json, Value};
use crate::secret::{HIDDEN, Held, shown, without_held, without_held_beside};
use std::borrow::Cow;

/// What a file says somewhere that has the manifest of one: no other needs a look.
const SECRET: &str = "Secret";

/// How many lines of a file are shown around what differs.
const AROUND: usize = 3;

impl Plan {
    /// The plan as it may be shown: what looks like a secret in the values of its objects is hidden, but in those that are made, of which each field
    /// is shown by [`Field::shown`], and what a `Secret` of Kubernetes holds in its files. It is no plan that can be carried out.
    pub fn shown(&self) -> Cow<'_, Self> {
        let changes = self.operations.iter().map(|operation| match &operation.target {
            Target::Object(change) => change_shown(change).map(Target::Object),
            Target::File(change) => file_shown(change).map(|change| Target::File(Box::new(change))),
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

/// The parts in which some versions of the value at a path of a body differ, as they may be shown.
pub fn parts_shown<'v>(
    path: &str,
    parts: &[FieldPart],
    versions: impl IntoIterator<Item = &'v Value>,
) -> Vec<FieldPart> {
    Sides { path: Some(path), held: Held::of(path, versions), is_less: false }.parts(parts)
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

/// A file as it may be shown; nothing where all of it may be.
fn file_shown(change: &FileChange) -> Option<FileChange> {
    let after = match &change.content {
        None => "",
        Some(Content::Text(text)) => text,
        Some(Content::Guarded(guarded)) => &guarded.text,
        Some(Content::Bytes(_) | Content::Kept { .. }) => return None,
    };
    if !(after.contains(SECRET) || change.patch.as_ref().is_some_and(|patch| patch.contains(SECRET))) {
        return None;
    }
    let old = change.patch.as_deref().and_then(|patch| before(after, patch));
    let shown = [without_held_beside(after, old.as_deref()), without_held(old.as_deref().unwrap_or_default())];
    if shown.iter().all(|text| matches!(text, Cow::Borrowed(_))) {
        return None;
    }
    let [after, before] = shown;
    let patch = old.as_ref().map(|_| hunks(&before, &after, AROUND).text);
    let content = change.content.clone().map(|content| match content {
        Content::Guarded(guarded) => Content::Guarded(Guarded { text: after.into_owned(), ..guarded }),
        _ => Content::Text(after.into_owned()),
    });
    Some(FileChange { patch: patch.or_else(|| change.patch.clone()), content, ..change.clone() })
}

/// The sides of a file in conflict, or of one that stays: the first, and the others, of which each is shown beside the one before it.
fn texts_shown<const N: usize>(sides: [Option<&Json>; N]) -> Option<[Option<Json>; N]> {
    let mut last: Option<&str> = None;
    let mut is_less = false;
    let shown = sides.map(|side| {
        let Some(Json(Value::String(text))) = side else { return side.cloned() };
        let shown = without_held_beside(text, last.replace(text));
        is_less |= matches!(shown, Cow::Owned(_));
        Some(Json(Value::string(&*shown)))
    });
    is_less.then_some(shown)
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
    let mut sides = Sides::at(Some(&field.path), field.before.iter().chain(&field.after));
    let shown = Field {
        before: sides.side(field.before.as_ref()),
        after: sides.side(field.after.as_ref()),
        parts: sides.parts(&field.parts),
        ..field.clone()
    };
    sides.is_less.then_some(shown)
}

fn conflict_shown(conflict: &Conflict) -> Option<Conflict> {
    if conflict.thing.object().is_none() {
        let sides = [&conflict.desired, &conflict.live, &conflict.base].map(Option::as_ref);
        let [desired, live, base] = texts_shown(sides)?;
        return Some(Conflict { base, live, desired, ..conflict.clone() });
    }
    let mut sides =
        Sides::at(conflict.field.as_deref(), [&conflict.base, &conflict.live, &conflict.desired].into_iter().flatten());
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
    if drift.thing.object().is_none() {
        let [desired, live] = texts_shown([&drift.desired, &drift.live].map(Option::as_ref))?;
        return Some(Drift { live, desired, ..drift.clone() });
    }
    let mut sides = Sides::at(drift.field.as_deref(), drift.live.iter().chain(&drift.desired));
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
    /// What is held in the sides, of which a part does not say it.
    held: Held,
    /// Whether something is hidden.
    is_less: bool,
}

/// The line of a part as it may be shown, which may have a manifest of a `Secret` in it as a file delivers it; nothing where all of it may be.
fn line_shown(line: &str) -> Option<String> {
    if !line.contains(SECRET) || matches!(without_held(line), Cow::Borrowed(_)) {
        return None;
    }
    let text = line.find(SECRET).and_then(|at| line[..at].rfind(" \""));
    Some(format!("{} {HIDDEN}", text.map_or("", |start| &line[..start])).trim_start().to_owned())
}

impl<'p> Sides<'p> {
    fn at<'v>(path: Option<&'p str>, sides: impl IntoIterator<Item = &'v Json>) -> Self {
        let sides = sides.into_iter().map(|Json(value)| value);
        let held = path.map(|path| Held::of(path, sides)).unwrap_or_default();
        Self { path, held, is_less: false }
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
            let line = line_shown(&part.path);
            self.is_less |= line.is_some();
            FieldPart {
                path: line.unwrap_or_else(|| part.path.clone()),
                before: self.value(&path, part.before.as_ref()),
                after: self.value(&path, part.after.as_ref()),
                ..part.clone()
            }
        };
        parts.iter().map(&mut shown).collect()
    }

    fn value(&mut self, path: &str, value: Option<&Json>) -> Option<Json> {
        let Json(whole) = value?;
        let shown = self.held.shown_at(path, whole);
        self.is_less |= shown.is_some();
        Some(Json(shown.unwrap_or_else(|| whole.clone())))
    }
}
