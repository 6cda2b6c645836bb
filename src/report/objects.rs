//! Objects of a catalog.

use super::clean::one_line;
use super::plan::kdl_value;
use super::{Style, Table, json_lines};
use crate::catalog::Unreadable;
use crate::model::{Address, Json, Map, Object, Value};
use crate::object::fields;
use crate::session::query::{Fields, Found, Group};
use crate::source::Origin;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Display;
use std::sync::Arc;

/// What stands in the place of what nobody can read.
const ILLEGIBLE: &str = "(unreadable)";

/// A line an object: its address and the values of some fields; its title where none are named. Those that nobody can read come last.
pub fn object_table(found: &Found, columns: &[String], style: Style) -> String {
    let Found { objects, unreadable, fields, .. } = found;
    let names = if columns.is_empty() { vec!["title"] } else { columns.iter().map(String::as_str).collect() };
    let mut table = Table::new(std::iter::once("address").chain(names.iter().copied()));
    for object in objects {
        let own = |path: &str| object.body.get(path).map(|member| shown(&member.value));
        let value = |path: &str| fields.value(object, path).map(|value| shown(&value));
        let cell = |path: &&str| if columns.is_empty() { own(path) } else { value(path) };
        let cells: Vec<String> = names.iter().map(|path| cell(path).unwrap_or_default()).collect();
        let cells = cells.iter().map(|cell| cell as &dyn Display);
        table.row(&std::iter::once(&object.address as &dyn Display).chain(cells).collect::<Vec<_>>());
    }
    for one in unreadable {
        let cells = names.iter().map(|_| &ILLEGIBLE as &dyn Display);
        table.row(&std::iter::once(&one.address as &dyn Display).chain(cells).collect::<Vec<_>>());
    }
    table.print(style)
}

/// A value in a cell: text without quotes, as a column holds nothing else.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| kdl_value(value), str::to_owned)
}

/// Every field of some objects. Those that nobody can read come last.
pub fn object_details(found: &Found) -> String {
    let Found { objects, unreadable, .. } = found;
    let lines = objects.iter().flat_map(|object| {
        let fields = fields(&object.body).into_iter();
        let fields = fields.map(|(path, value)| format!("    {path}  {}", kdl_value(value)));
        std::iter::once(object.address.to_string()).chain(fields)
    });
    let illegible = unreadable.iter().flat_map(|one| [one.address.to_string(), format!("    {ILLEGIBLE}")]);
    lines.chain(illegible).map(|line| format!("{}\n", one_line(&line))).collect()
}

/// How many objects there are of what, a line each.
pub fn group_table(groups: &[Group], style: Style) -> String {
    let mut table = Table::new(["kind", "of", "count"]);
    for Group { kind, of, count } in groups {
        table.row(&[&kind.word(), of, count]);
    }
    table.print(style)
}

/// How many objects of a catalog there are of a kind.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Group")]
pub(super) struct GroupJson<'g> {
    /// The word of the kind.
    kind: &'static str,
    /// The blueprint of the entities, or the promise of the requests.
    #[serde(skip_serializing_if = "str::is_empty")]
    of: &'g str,
    /// How many.
    count: usize,
}

/// How many objects there are of what, as JSON lines.
pub fn groups_json(groups: &[Group]) -> String {
    json_lines(groups.iter().map(|group| GroupJson { kind: group.kind.word(), of: &group.of, count: group.count }))
}

/// An object of a catalog.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Object")]
pub(super) struct ObjectJson<'o> {
    /// What it is called.
    address: &'o Address,
    /// The word of its kind.
    kind: &'static str,
    /// What it holds; of fields that were asked for, those alone, by the names that they were asked for by. Nothing where nobody can
    /// read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Json>,
    /// What its body is, where nobody can read that.
    #[serde(skip_serializing_if = "Option::is_none")]
    unreadable: Option<&'o str>,
}

/// The objects as JSON lines, with some fields, or with all where none are named. Those that nobody can read come last.
pub fn objects_json(found: &Found, columns: &[String]) -> String {
    let Found { objects, unreadable, fields, .. } = found;
    let body = |object: &Object| if columns.is_empty() { object.body.clone() } else { picked(object, fields, columns) };
    json_lines(lines(objects, unreadable, body))
}

/// Objects as JSON lines.
pub fn bodies_json(objects: &[Object]) -> String {
    json_lines(lines(objects, &[], |object| object.body.clone()))
}

fn lines<'o>(
    objects: &'o [Object],
    unreadable: &'o [Arc<Unreadable>],
    body: impl Fn(&Object) -> Map,
) -> impl Iterator<Item = ObjectJson<'o>> {
    let read = objects.iter().map(move |object| {
        let body = body(object);
        (&object.address, Some(Json(Value::Object(body))), None)
    });
    let illegible = unreadable.iter().map(|one| (&one.address, None, Some(&*one.why)));
    let line = |(address, body, unreadable): (_, Option<Json>, _)| ObjectJson {
        address,
        kind: address.kind.word(),
        body,
        unreadable,
    };
    read.chain(illegible).map(line)
}

fn picked(object: &Object, fields: &Fields, columns: &[String]) -> Map {
    let mut body = Map::default();
    for path in columns {
        if let Some(value) = fields.value(object, path) {
            body.put(path, value.into_owned(), Origin::Nowhere);
        }
    }
    body
}
