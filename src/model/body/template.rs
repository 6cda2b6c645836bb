//! Templates as they are written.

use crate::model::{Filter, Map, Member, Name, Piece, Template, Value, quoted};
use crate::source::{Origin, Spanned};

impl Template {
    /// The template as it is written: references and interpolations as text.
    pub fn written(&self, span: Origin) -> Value {
        match self {
            Self::Literal(value) => inert(value),
            Self::Reference(path, filters) => Value::string(format!("{path}{}", applied(filters))),
            Self::Text(pieces) => Value::string(pieces.iter().map(Piece::text).collect::<String>()),
            Self::Array(items) => {
                Value::Array(items.iter().map(|item| Spanned::new(item.written(span), item.span)).collect())
            }
            Self::Object(members) => {
                let mut map = Map::default();
                for (key, value) in members {
                    let name: Name = key.written(span).as_str().unwrap_or_default().into();
                    map.set(Spanned::new(name, key.span), Spanned::new(value.written(span), value.span));
                }
                Value::Object(map)
            }
            Self::Foreign { language, text } => {
                let mut map = Map::default();
                map.put(language, Value::String(text.clone()), span);
                Value::Object(map)
            }
        }
    }
}

/// A value with its dollars, in texts and in names, as they are written where one refers to something.
fn inert(value: &Value) -> Value {
    let doubled = |text: &str| text.replace('$', "$$");
    match value {
        Value::String(text) => Value::string(doubled(text)),
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| Spanned::new(inert(&item.value), item.span)).collect())
        }
        Value::Object(map) => {
            let mut out = Map::default();
            for Member { name, value } in &map.members {
                let name = Spanned::new(doubled(&name.value).as_str().into(), name.span);
                out.members.push(Member { name, value: Spanned::new(inert(&value.value), value.span) });
            }
            Value::Object(out)
        }
        other => other.clone(),
    }
}

/// Filters as they stand behind a path.
fn applied(filters: &[Filter]) -> String {
    filters.iter().map(|filter| format!(" | {filter}")).collect()
}

impl Piece {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.replace('$', "$$"),
            Self::Value { path, filters } => {
                let path = path.to_string();
                format!("${{{}{}}}", &path[1..], applied(filters))
            }
        }
    }
}

impl std::fmt::Display for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default(text) => write!(f, "default {}", quoted(text)),
            Self::Lower => f.write_str("lower"),
            Self::Upper => f.write_str("upper"),
            Self::Slug => f.write_str("slug"),
            Self::Trunc(length) => write!(f, "trunc {length}"),
            Self::Join(text) => write!(f, "join {}", quoted(text)),
            Self::Base64 => f.write_str("base64"),
            Self::Sha256 => f.write_str("sha256"),
            Self::Json => f.write_str("json"),
            Self::Quote => f.write_str("quote"),
        }
    }
}
