//! Values as KDL writes them.

use crate::model::{Number, Value};
use kdl::KdlValue;

/// A value in KDL's own notation; lists and objects in JSON-in-KDL's spirit, on one line.
pub(in crate::report) fn kdl_value(value: &Value) -> String {
    match value {
        Value::Null => KdlValue::Null.to_string(),
        Value::Bool(value) => KdlValue::Bool(*value).to_string(),
        Value::Number(Number::Integer(value)) => KdlValue::Integer(i128::from(*value)).to_string(),
        Value::Number(Number::Float(value)) => KdlValue::Float(*value).to_string(),
        Value::String(text) => KdlValue::String(text.to_string()).to_string(),
        Value::Array(items) if items.is_empty() => "(array)".to_owned(),
        Value::Array(items) => items.iter().map(|item| kdl_value(item)).collect::<Vec<_>>().join(" "),
        Value::Secret(name) => format!("(secret){}", KdlValue::String(name.to_string())),
        Value::Object(map) => {
            let members = map.sorted().into_iter().map(|member| {
                let name = KdlValue::String(member.name.value.to_string());
                format!("{name} {}", kdl_value(&member.value))
            });
            format!("{{ {} }}", members.collect::<Vec<_>>().join("; "))
        }
    }
}
