use crate::model::{Number, Value, write_json};

/// A value as tables and matches look it up: equal values have equal keys.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key<'v> {
    /// No value.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// The bits of a float that is no whole number.
    Float(u64),
    /// A text.
    Text(&'v str),
    /// Canonical JSON of a list or an object.
    Json(Vec<u8>),
}

impl<'v> Key<'v> {
    /// The key of a value.
    pub fn of(value: &'v Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(Number::Integer(value)) => Self::Integer(*value),
            Value::Number(Number::Float(value)) => Self::Float(value.to_bits()),
            Value::String(text) => Self::Text(text),
            Value::Array(_) | Value::Object(_) | Value::Secret(_) => {
                let mut json = Vec::new();
                write_json(value, &mut json);
                Self::Json(json)
            }
        }
    }
}
