//! Conditions.

use crate::model::{Map, Predicate, Value};
use crate::source::{Origin, Spanned};

impl Predicate {
    /// The condition as the body of a scorecard holds it.
    pub fn value(&self, span: Origin) -> Value {
        let group = |word: &str, parts: &[Predicate]| {
            let parts = parts.iter().map(|part| Spanned::new(part.value(span), part.place().unwrap_or(span))).collect();
            let mut map = Map::default();
            map.put(word, Value::Array(parts), span);
            Value::Object(map)
        };
        match self {
            Self::All(parts) => group("all", parts),
            Self::Any(parts) => group("any", parts),
            Self::None(parts) => group("none", parts),
            Self::Test(test) => {
                let mut map = Map::default();
                map.put("field", Value::string(test.field.to_string()), test.field.span);
                map.put("operator", Value::string(test.operator.word()), test.operator.span);
                if !test.operands.is_empty() {
                    map.put("operands", Value::Array(test.operands.clone()), test.span);
                }
                Value::Object(map)
            }
        }
    }
}

impl Predicate {
    /// The line of a comparison; of a block that of the first one in it.
    pub(super) fn place(&self) -> Option<Origin> {
        match self {
            Self::Test(test) => Some(test.span),
            Self::All(parts) | Self::Any(parts) | Self::None(parts) => parts.first().and_then(Self::place),
        }
    }
}
