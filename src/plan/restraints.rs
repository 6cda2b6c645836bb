//! What restrains plans and is no object, in one text and in another: the guards of the project.

use super::document::{Action, Cause, Field, Place, Restraint};
use crate::model::{Json, Project};
use crate::source::Sources;
use std::collections::BTreeSet;

/// A project that restrains its plans, and its texts.
#[derive(Clone, Copy)]
pub struct Restraining<'r> {
    /// The project.
    pub project: &'r Project,
    /// Its texts.
    pub sources: &'r Sources,
}

/// What restrains plans otherwise than before.
pub fn restraints(before: Restraining<'_>, after: Restraining<'_>) -> Vec<Restraint> {
    let bodies = [before, after].map(|side| side.project.guards.body());
    let words: BTreeSet<&str> =
        bodies.iter().flat_map(|body| &body.members).map(|member| &*member.name.value).collect();
    let fields = words.into_iter().filter_map(|word| {
        let [old, new] = [&bodies[0], &bodies[1]].map(|body| body.get(word));
        let cause = match (old, new) {
            (old, new) if old.map(|value| &value.value) == new.map(|value| &value.value) => return None,
            (None, _) => Cause::Added,
            (Some(_), None) => Cause::Removed,
            (Some(_), Some(_)) => Cause::Changed,
        };
        let side = if new.is_some() { after } else { before };
        let source = side.project.guards.span.zip(new.or(old)).map(|(_, value)| Place::of(value.span, side.sources));
        let [before, after] = [old, new].map(|value| value.map(|value| Json(value.value.clone())));
        let path = word.to_owned();
        Some(Field { path, cause, before, veiled: None, after, parts: Vec::new(), source })
    });
    let fields: Vec<Field> = fields.collect();
    let told = [after, before].into_iter().find_map(|side| Some(Place::of(side.project.guards.span?, side.sources)));
    let changed = (!fields.is_empty()).then(|| Restraint {
        action: Action::Update,
        name: "guards".to_owned(),
        source: told,
        fields,
    });
    changed.into_iter().collect()
}
