use super::Place;
use crate::diff;
use crate::model::{Combinator, Json, Kind, Map, Value};
use crate::object::Written;
use crate::source::{Origin, Sources, Spanned};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

/// A part of a value that is not the same on both sides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FieldPart {
    /// Where it is below the value: `table t > row large > cpu`, `spec.containers[name=app].image`.
    pub path: String,
    /// What it was; nothing where there was none. Of an item that is called by the words of its line: what stands behind these.
    #[serde(default, deserialize_with = "there", skip_serializing_if = "Option::is_none")]
    pub before: Option<Json>,
    /// What it becomes; nothing where it goes.
    #[serde(default, deserialize_with = "there", skip_serializing_if = "Option::is_none")]
    pub after: Option<Json>,
    /// The line that says it; of what goes, the line that it was taken out of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Place>,
}

/// Which of two sides is declared, so that its lines can be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declared {
    /// The first.
    Before,
    /// The second.
    After,
    /// Neither.
    Neither,
}

/// The parts of a field of an object of a kind that differ; nothing where they say no more than the two values do. One of an empty path
/// is the field itself, without an order that says nothing. Of a value that comes or goes there are none, but of conditions: without
/// them there is a block with none.
pub fn parts(
    (kind, field): (Kind, &str),
    (before, after): (Option<&Spanned<Value>>, Option<&Spanned<Value>>),
    declared: Declared,
    sources: &Sources,
) -> Vec<FieldPart> {
    let Some(there) = after.or(before) else { return Vec::new() };
    let nothing = (Written::of(kind, field) == Written::Condition).then(|| no_condition(there.span));
    let (Some(before), Some(after)) = (before.or(nothing.as_ref()), after.or(nothing.as_ref())) else {
        return Vec::new();
    };
    let parts = diff::parts(kind, field, before, after);
    let is_all = |part: &diff::Part| {
        part.path.is_empty() && part.before.as_ref() == Some(&before.value) && part.after.as_ref() == Some(&after.value)
    };
    if parts.iter().all(is_all) {
        return Vec::new();
    }
    let place = |[before, after]: [Origin; 2]| match declared {
        Declared::Before => Some(Place::of(before, sources)),
        Declared::After => Some(Place::of(after, sources)),
        Declared::Neither => None,
    };
    let part = |part: diff::Part| FieldPart {
        path: part.path,
        before: part.before.map(Json),
        after: part.after.map(Json),
        source: place(part.places),
    };
    parts.into_iter().map(part).collect()
}

/// The parts of a field of an object of a kind that differ between two values that nobody declares.
pub fn parts_between(field: (Kind, &str), before: Option<&Value>, after: Option<&Value>) -> Vec<FieldPart> {
    let [before, after] = [before, after].map(|value| Some(Spanned::new(value?.clone(), Origin::Nowhere)));
    parts(field, (before.as_ref(), after.as_ref()), Declared::Neither, &Sources::default())
}

/// Conditions of which there are none.
fn no_condition(span: Origin) -> Spanned<Value> {
    let mut nothing = Map::default();
    nothing.put(Combinator::All.word(), Value::Array(Vec::new()), span);
    Spanned::new(Value::Object(nothing), span)
}

/// Whether parts are those of a field of an object of a kind, so that they tell what is written and nothing else.
pub(super) fn are_those(told: &[FieldPart], field: (Kind, &str), sides: [Option<&Json>; 2]) -> bool {
    let [before, after] = sides.map(|side| side.map(|Json(value)| value));
    let found = parts_between(field, before, after);
    let bare = |part: &FieldPart| FieldPart { source: None, ..part.clone() };
    told.iter().map(bare).eq(found)
}

/// A value that is there, of which null is one.
pub(super) fn there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Json>, D::Error> {
    Json::deserialize(deserializer).map(Some)
}
