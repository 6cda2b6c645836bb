//! Objects of a catalog.

use super::plan::kdl_value;
use super::{Style, Table};
use crate::model::{Json, Object, Value, fields};
use schemars::JsonSchema;
use serde::Serialize;

/// A line an object: its address and its title.
pub fn object_table(objects: &[Object], style: Style) -> String {
    let mut table = Table::new(["address", "title"]);
    for object in objects {
        let title = object.body.get("title").and_then(|title| title.as_str()).unwrap_or_default();
        table.row([object.address.to_string(), title.to_owned()]);
    }
    table.print(style)
}

/// Every field of some objects.
pub fn object_details(objects: &[Object]) -> String {
    let mut out = String::new();
    for object in objects {
        out.push_str(&format!("{}\n", super::clean::one_line(&object.address.to_string())));
        for (path, value) in fields(&object.body) {
            out.push_str(&super::clean::one_line(&format!("    {path}  {}", kdl_value(value))));
            out.push('\n');
        }
    }
    out
}

/// An object of a catalog.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Object")]
pub(super) struct ObjectJson {
    /// What it is called.
    address: String,
    /// The word of its kind.
    kind: &'static str,
    /// What it holds.
    body: Json,
}

/// The objects as JSON lines.
pub fn objects_json(objects: &[Object]) -> String {
    let line = |object: &Object| {
        let json = ObjectJson {
            address: object.address.to_string(),
            kind: object.address.kind.word(),
            body: Json(Value::Object(object.body.clone())),
        };
        serde_json::to_string(&json).unwrap_or_default() + "\n"
    };
    objects.iter().map(line).collect()
}
