//! What the fields of an envelope take of what stands in a document, and how references are other there.

use crate::backstage::{DEFAULT_NAMESPACE, Reference};
use crate::model::{Base, Value};
use crate::source::Spanned;

/// What a field takes of what stands in a document.
#[derive(Clone, Debug)]
pub enum Holds {
    /// Values of a type.
    Values(Base),
    /// References to entities of a kind.
    References {
        /// The kind, in lower case.
        kind: Box<str>,
        /// Whether it takes a list of them.
        many: bool,
        /// Whether a reference without a kind is one of them.
        is_default: bool,
    },
}

impl Holds {
    /// What a field takes of a value, as it is here, and what is left of it.
    pub(super) fn parted(&self, value: Value, namespace: &str) -> (Option<Value>, Option<Value>) {
        let (kind, many, is_default) = match self {
            Self::Values(base) if is_of(*base, &value) => return (Some(value), None),
            Self::Values(_) => return (None, Some(value)),
            Self::References { kind, many, is_default } => (kind, *many, *is_default),
        };
        let own = |value: &Value| referred(value.as_str()?, kind, is_default, namespace).map(Value::string);
        match value {
            Value::Array(items) if many => {
                let (mut mine, mut rest) = (Vec::new(), Vec::new());
                for item in items {
                    match own(&item.value) {
                        Some(name) => mine.push(Spanned::new(name, item.span)),
                        None => rest.push(item),
                    }
                }
                let some = |items: Vec<_>| (!items.is_empty()).then_some(Value::Array(items));
                (some(mine), some(rest))
            }
            value if !many && own(&value).is_some() => (own(&value), None),
            value => (None, Some(value)),
        }
    }

    /// The value of a field as it is there.
    pub(super) fn there(&self, value: Value, namespace: &str) -> Value {
        let Self::References { kind, is_default, .. } = self else { return value };
        let kind = (!is_default).then_some(&**kind);
        match value {
            Value::String(name) => Value::string(reference(kind, &name, namespace)),
            Value::Array(items) => {
                Value::Array(items.into_iter().map(|item| item.map(|item| self.there(item, namespace))).collect())
            }
            value => value,
        }
    }
}

/// Whether a value is of a type.
pub fn is_of(base: Base, value: &Value) -> bool {
    match base {
        Base::String => matches!(value, Value::String(_)),
        Base::Number | Base::Integer => matches!(value, Value::Number(_)),
        Base::Boolean => matches!(value, Value::Bool(_)),
        Base::Object => matches!(value, Value::Object(_)),
        Base::Array => matches!(value, Value::Array(_)),
        Base::IntOrString => matches!(value, Value::Number(_) | Value::String(_)),
        Base::Any => true,
    }
}

/// How an entity is called in the catalog of a project: its namespace stands before its name, where it is not the one of most.
pub fn entity_name(namespace: &str, name: &str) -> String {
    if namespace == DEFAULT_NAMESPACE { name.to_owned() } else { format!("{namespace}/{name}") }
}

/// The shortest reference to an entity of a name, as one of a namespace writes it; `kind` is nothing where it need not be said.
pub fn reference(kind: Option<&str>, name: &str, from: &str) -> String {
    let (namespace, own) = name.split_once('/').unwrap_or((DEFAULT_NAMESPACE, name));
    let kind = kind.map(|kind| format!("{kind}:")).unwrap_or_default();
    let namespace = if namespace == from { String::new() } else { format!("{namespace}/") };
    format!("{kind}{namespace}{own}")
}

/// The name of the entity of a kind that a reference leads to from a namespace; nothing where it leads elsewhere.
fn referred(text: &str, kind: &str, is_default: bool, from: &str) -> Option<String> {
    let read = Reference::read(text)?;
    let is_meant = read.kind.map_or(is_default, |said| said.eq_ignore_ascii_case(kind));
    // What is in a namespace of such a name nothing can refer to: a reference with it would be read as another.
    let namespace = read.namespace.unwrap_or(from);
    (is_meant && !namespace.contains('/')).then(|| entity_name(namespace, read.name))
}
