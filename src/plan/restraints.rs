//! What restrains plans, in one text and in another: policies, and the guards of the project.

use super::document::{Action, Cause, Declared, Field, FieldPart, Place, Restraint, parts};
use crate::model::{Json, Kind, Map, Policy, Project, Value};
use crate::source::{Origin, Sources, Spanned};
use std::collections::{BTreeMap, BTreeSet};

/// The conditions of a policy are compared as those of a scorecard, which are written alike.
const CONDITIONS: (Kind, &str) = (Kind::Scorecard, "filter");

/// A project that restrains its plans, and its texts.
#[derive(Clone, Copy)]
pub struct Restraining<'r> {
    /// The project.
    pub project: &'r Project,
    /// Its texts.
    pub sources: &'r Sources,
}

/// What restrains plans otherwise than before: the guards, then the policies by name.
pub fn restraints(before: Restraining<'_>, after: Restraining<'_>) -> Vec<Restraint> {
    let guards = [before, after].map(|side| {
        let guards = &side.project.guards;
        Side { span: guards.span, body: guards.body(), sources: side.sources }
    });
    let [old, new] = [before, after].map(Restraining::policies);
    let names: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    let policies = names.into_iter().filter_map(|name| {
        let [old, new] =
            [old.get(name).map(|one| Side::of(one, before)), new.get(name).map(|one| Side::of(one, after))];
        restraint(format!("policy {name}"), old.as_ref(), new.as_ref())
    });
    let [old, new] = &guards;
    restraint("guards".to_owned(), Some(old), Some(new)).into_iter().chain(policies).collect()
}

impl<'r> Restraining<'r> {
    fn policies(self) -> BTreeMap<&'r str, &'r Policy> {
        self.project.policies.iter().map(|policy| (&*policy.name.value, policy)).collect()
    }
}

/// A restraint as one of the texts has it.
struct Side<'r> {
    /// The line that declares it; nothing where it is as it is without one.
    span: Option<Origin>,
    body: Map,
    sources: &'r Sources,
}

impl<'r> Side<'r> {
    fn of(policy: &Policy, text: Restraining<'r>) -> Self {
        Self { span: Some(policy.span), body: policy.body(), sources: text.sources }
    }

    fn place(&self, span: Origin) -> Option<Place> {
        self.span.map(|_| Place::of(span, self.sources))
    }
}

/// What changes of one; nothing where that is nothing.
fn restraint(name: String, before: Option<&Side<'_>>, after: Option<&Side<'_>>) -> Option<Restraint> {
    let action = match (before, after) {
        (None, _) => Action::Create,
        (Some(_), None) => Action::Delete,
        (Some(_), Some(_)) => Action::Update,
    };
    let members = [before, after].into_iter().flatten().flat_map(|side| &side.body.members);
    let words: BTreeSet<&str> = members.map(|member| &*member.name.value).collect();
    let fields: Vec<Field> = words.into_iter().filter_map(|word| field(word, before, after)).collect();
    let told = [after, before].into_iter().flatten().find_map(|side| side.place(side.span?));
    (!fields.is_empty()).then_some(Restraint { action, name, source: told, fields })
}

/// What changes of one word of it; nothing where both sides say the same.
fn field(word: &str, before: Option<&Side<'_>>, after: Option<&Side<'_>>) -> Option<Field> {
    let [old, new] = [before, after].map(|side| side.and_then(|side| side.body.get(word)));
    if old.map(|value| &value.value) == new.map(|value| &value.value) {
        return None;
    }
    let cause = match (old, new) {
        (None, _) => Cause::Added,
        (Some(_), None) => Cause::Removed,
        (Some(_), Some(_)) => Cause::Changed,
    };
    let side = if new.is_some() { after } else { before };
    let source = side.zip(new.or(old)).and_then(|(side, value)| side.place(value.span));
    Some(Field {
        path: word.to_owned(),
        cause,
        before: old.map(|value| Json(value.value.clone())),
        veiled: None,
        after: new.map(|value| Json(value.value.clone())),
        parts: side.map(|side| conditions(old, new, side.sources)).unwrap_or_default(),
        source,
    })
}

/// The conditions that come, go or change; nothing of what is no block of them. A text without the block has no conditions in it.
fn conditions(before: Option<&Spanned<Value>>, after: Option<&Spanned<Value>>, sources: &Sources) -> Vec<FieldPart> {
    let Some(there) = after.or(before).filter(|value| value.value.as_object().is_some()) else { return Vec::new() };
    let mut nothing = Map::default();
    nothing.put("all", Value::Array(Vec::new()), there.span);
    let nothing = Spanned::new(Value::Object(nothing), there.span);
    parts(CONDITIONS, before.unwrap_or(&nothing), after.unwrap_or(&nothing), Declared::After, sources)
}
