//! Objects of a catalog.

use super::clean::one_line;
use super::plan::kdl_value;
use super::{Style, Table, json_lines};
use crate::model::{Address, Json, Map, Object, Value, fields};
use crate::session::query::{Group, field};
use crate::source::Origin;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Display;

/// A line an object: its address and the values of some fields; its title where none are named.
pub fn object_table(objects: &[Object], columns: &[String], style: Style) -> String {
    let title = ["title".to_owned()];
    let columns = if columns.is_empty() { &title } else { columns };
    let mut table = Table::new(std::iter::once("address").chain(columns.iter().map(String::as_str)));
    for object in objects {
        let cells: Vec<String> =
            columns.iter().map(|path| field(object, path).map(shown).unwrap_or_default()).collect();
        let cells = cells.iter().map(|cell| cell as &dyn Display);
        table.row(&std::iter::once(&object.address as &dyn Display).chain(cells).collect::<Vec<_>>());
    }
    table.print(style)
}

/// A value in a cell: text without quotes, as a column holds nothing else.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| kdl_value(value), str::to_owned)
}

/// Every field of some objects.
pub fn object_details(objects: &[Object]) -> String {
    let lines = objects.iter().flat_map(|object| {
        let fields = fields(&object.body).into_iter();
        let fields = fields.map(|(path, value)| format!("    {path}  {}", kdl_value(value)));
        std::iter::once(object.address.to_string()).chain(fields)
    });
    lines.map(|line| format!("{}\n", one_line(&line))).collect()
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
    /// What it holds; of fields that were asked for, those alone, by the names that they were asked for by.
    body: Json,
}

/// The objects as JSON lines, with some fields, or with all where none are named.
pub fn objects_json(objects: &[Object], columns: &[String]) -> String {
    json_lines(objects.iter().map(|object| {
        let body = if columns.is_empty() { object.body.clone() } else { picked(object, columns) };
        ObjectJson { address: &object.address, kind: object.address.kind.word(), body: Json(Value::Object(body)) }
    }))
}

fn picked(object: &Object, columns: &[String]) -> Map {
    let mut body = Map::default();
    for path in columns {
        if let Some(value) = field(object, path) {
            body.put(path, value.clone(), Origin::Nowhere);
        }
    }
    body
}
