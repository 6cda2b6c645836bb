//! Conditions.

use crate::model::{Map, Predicate, Value};
use crate::source::{Origin, Spanned};

impl Predicate {
    /// The condition as the body of a scorecard holds it.
    pub fn value(&self, span: Origin) -> Value {
        let mut map = Map::default();
        match self {
            Self::Combined(combinator, parts) => {
                let part = |part: &Self| Spanned::new(part.value(span), part.place().unwrap_or(span));
                map.put(combinator.word(), Value::Array(parts.iter().map(part).collect()), span);
            }
            Self::Test(test) => {
                map.put("field", Value::string(test.field.to_string()), test.field.span);
                map.put("operator", Value::string(test.operator.word()), test.operator.span);
                if !test.operands.is_empty() {
                    map.put("operands", Value::Array(test.operands.clone()), test.span);
                }
            }
        }
        Value::Object(map)
    }
}

impl Predicate {
    /// The line of a comparison; of a block that of the first one in it.
    pub(super) fn place(&self) -> Option<Origin> {
        match self {
            Self::Test(test) => Some(test.span),
            Self::Combined(_, parts) => parts.first().and_then(Self::place),
        }
    }
}
