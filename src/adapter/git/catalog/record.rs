//! What stands in the files beside those of the objects.

use super::text;
use crate::catalog::{OwnedFields, RunRecord, Times};
use crate::model::{DeclaredAt, Digest, HandOvers, Lifecycle, Map};
use crate::object;
use serde_json::{Value as Json, json};

/// The format that this plat writes.
pub(super) const FORMAT: i64 = 1;

/// What a project owns of an object.
#[derive(Debug, PartialEq)]
pub(super) struct Owned {
    /// The values of these fields, as far as they are known.
    pub(super) values: Map,
    /// The fields, sorted, with the digest of each.
    pub(super) fields: OwnedFields,
    /// The digest of the body made of them alone.
    pub(super) base: Digest,
}

impl Owned {
    pub(super) fn of(values: &Map, fields: &OwnedFields, base: Digest) -> Self {
        Self { values: values.clone(), fields: fields.clone(), base }
    }

    /// The file of the values, and the one of the fields where the values do not say all.
    pub(super) fn encoded(&self) -> [Option<Vec<u8>>; 2] {
        let is_all = text::digest(&self.values) == self.base;
        let fields = || {
            let fields: serde_json::Map<String, Json> =
                self.fields.iter().map(|(path, digest)| (path.clone(), digest.to_string().into())).collect();
            pretty(&json!({ "base": self.base.to_string(), "fields": fields }))
        };
        [Some(text::of_body(&self.values)), (!is_all).then(fields)]
    }

    /// Reads both; nothing where one of them is none.
    pub(super) fn read(values: &[u8], fields: Option<&[u8]>) -> Option<Self> {
        let values = text::body(values).ok()?;
        let Some(fields) = fields else {
            let mut fields: OwnedFields =
                object::fields(&values).into_iter().map(|(path, value)| (path, Digest::of_value(value))).collect();
            fields.sort_unstable();
            let base = text::digest(&values);
            return Some(Self { values, fields, base });
        };
        let said: Json = serde_json::from_slice(fields).ok()?;
        let digest = |value: &Json| Digest::parse(value.as_str()?);
        let mut fields = Vec::new();
        for (path, value) in said.get("fields")?.as_object()? {
            fields.push((path.clone(), digest(value)?));
        }
        fields.sort_unstable();
        Some(Self { values, fields, base: digest(said.get("base")?)? })
    }
}

fn pretty(json: &Json) -> Vec<u8> {
    text::lines(json.to_string().as_bytes())
}

/// The file of times.
pub(super) fn times(times: Times) -> Vec<u8> {
    pretty(&json!({ "created": times.created, "updated": times.updated }))
}

/// The times of a file; nothing where it says none.
pub(super) fn read_times(content: &[u8]) -> Option<Times> {
    let said: Json = serde_json::from_slice(content).ok()?;
    Some(Times { created: said.get("created")?.as_i64()?, updated: said.get("updated")?.as_i64()? })
}

/// The file of a lifecycle.
pub(super) fn lifecycle(lifecycle: &Lifecycle) -> Vec<u8> {
    text::of_body(&lifecycle.to_body())
}

/// The lifecycle of a file; nothing where it says what this plat does not know, which is never a default: a protection must not get lost.
pub(super) fn read_lifecycle(content: &[u8]) -> Option<Lifecycle> {
    text::body(content).ok().as_ref().and_then(Lifecycle::of_body)
}

/// The file of where an object is declared.
pub(super) fn place(declared: &DeclaredAt) -> Vec<u8> {
    text::lines(declared.encode().as_bytes())
}

/// The file of whom an object came from; nothing where that is nobody.
pub(super) fn hand_overs(came_by: &HandOvers) -> Option<Vec<u8>> {
    (!came_by.is_empty()).then(|| text::lines(came_by.encode().as_bytes()))
}

/// The file of a level.
pub(super) fn level(level: Option<&str>) -> Vec<u8> {
    pretty(&json!(level))
}

/// The level of a file: nothing for below the lowest.
///
/// # Errors
/// Where it says none.
pub(super) fn read_level(content: &[u8]) -> Result<Option<String>, serde_json::Error> {
    serde_json::from_slice(content)
}

/// The file of a project.
pub(super) fn project(name: &str) -> Vec<u8> {
    pretty(&json!({ "name": name }))
}

/// What a project's file says that it is called.
pub(super) fn read_project(content: &[u8]) -> Option<String> {
    let said: Json = serde_json::from_slice(content).ok()?;
    said.get("name")?.as_str().map(ToOwned::to_owned)
}

/// The file that marks a catalog.
pub(super) fn mark() -> Vec<u8> {
    pretty(&json!({ "format": FORMAT }))
}

/// The format that a mark says.
pub(super) fn read_mark(content: &[u8]) -> Option<i64> {
    let said: Json = serde_json::from_slice(content).ok()?;
    said.get("format")?.as_i64()
}

/// The file of a run.
pub(super) fn run(record: &RunRecord) -> Vec<u8> {
    let RunRecord { run, plan, holder, source, began, ended, state, steps } = record;
    pretty(&json!({
        "run": run, "plan": plan, "holder": holder, "source": source, "began": began, "ended": ended, "state": state, "steps": steps
    }))
}

/// The run of a file; one of which something cannot be read may have ended in any way.
pub(super) fn read_run(content: &[u8], run: &str, began: i64) -> RunRecord {
    let said: Json = serde_json::from_slice(content).unwrap_or_default();
    let text = |name: &str| said.get(name).and_then(Json::as_str).map(ToOwned::to_owned);
    let steps = said.get("steps").and_then(Json::as_array);
    let steps: Option<Vec<String>> =
        steps.and_then(|steps| steps.iter().map(|step| step.as_str().map(ToOwned::to_owned)).collect());
    let whole = || Some((text("plan")?, text("holder")?, text("state")?, steps.clone()?));
    let is_read = whole().is_some();
    RunRecord {
        run: run.to_owned(),
        plan: text("plan").unwrap_or_default(),
        holder: text("holder").unwrap_or_default(),
        source: text("source"),
        began,
        ended: said.get("ended").and_then(Json::as_i64),
        state: text("state").filter(|_| is_read).unwrap_or_else(|| RunRecord::UNREADABLE.to_owned()),
        steps: steps.unwrap_or_default(),
    }
}
