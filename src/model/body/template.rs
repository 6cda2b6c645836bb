//! Templates as they are written.

use crate::model::{Argument, Call, Map, Member, Name, Piece, Takes, Template, Value, first_word, in_quotes, quoted};
use crate::source::{Origin, Spanned};

impl Template {
    /// The text that it is whatever is given; nothing where it is none, or computed.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Literal(value) => value.as_str(),
            _ => None,
        }
    }

    /// The template as it is written: references and interpolations as text.
    pub fn written(&self, span: Origin) -> Value {
        match self {
            Self::Literal(value) => inert(value),
            Self::Reference(path, calls) => Value::string(format!("{path}{}", applied(calls))),
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
            Self::Composed(composed) => composed.written(span),
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

/// Functions as they stand behind a path.
fn applied(calls: &[Call]) -> String {
    calls.iter().map(|call| format!(" | {call}")).collect()
}

impl Piece {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.replace('$', "$$"),
            Self::Value { path, calls } => {
                let path = path.to_string();
                format!("${{{}{}}}", &path[1..], applied(calls))
            }
        }
    }
}

impl std::fmt::Display for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.function.word())?;
        let last = self.arguments.len().saturating_sub(1);
        let to_the_end = self.function.takes_the_rest();
        for (at, argument) in self.arguments.iter().enumerate() {
            write!(f, " {}", argument.written(at == last && to_the_end))?;
        }
        self.each.as_ref().map_or(Ok(()), |each| write!(f, " {each}"))
    }
}

impl Argument {
    /// The argument as it stands behind a function; the last one may have spaces without being quoted.
    fn written(&self, is_last: bool) -> String {
        match self {
            Self::Path(path) => path.to_string(),
            Self::Value(Value::String(text)) => {
                let bare = quoted(text);
                let is_text = matches!(Self::read(&bare, Takes::Any), Some(Self::Value(Value::String(_))));
                if is_text && (is_last || first_word(&bare).1.is_empty()) { bare } else { in_quotes(text) }
            }
            Self::Value(Value::Bool(value)) => format!("#{value}"),
            Self::Value(value) => value.as_key().to_string(),
        }
    }
}
