use super::key::Key;
use crate::model::{Control, Map, Name, Number, Value, ValueType};
use std::borrow::Cow;

/// A value that was computed: what was written is borrowed, what was put together is owned.
#[derive(Clone, Debug)]
pub enum Output<'a> {
    /// A value that was written.
    Value(&'a Value),
    /// A number or a truth value that was made.
    Owned(Value),
    /// A text.
    Text(Cow<'a, str>),
    /// A list.
    Array(Vec<Output<'a>>),
    /// The members, each name once.
    Object(Vec<(Cow<'a, str>, Output<'a>)>),
}

static NULL: Value = Value::Null;

impl<'a> Output<'a> {
    /// No value.
    pub fn null() -> Self {
        Self::Value(&NULL)
    }

    /// Whether it is no value.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Value(Value::Null) | Self::Owned(Value::Null))
    }

    /// Whether it is a secret as a whole.
    pub fn is_secret(&self) -> bool {
        matches!(self, Self::Value(Value::Secret(_)) | Self::Owned(Value::Secret(_)))
    }

    /// Whether it is a text.
    pub fn is_text(&self) -> bool {
        self.value_type() == Some(ValueType::Text)
    }

    /// The number that it is.
    pub fn number(&self) -> Option<Number> {
        match self {
            Self::Value(Value::Number(number)) | Self::Owned(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// What it is, as functions tell values apart; nothing for no value and for a secret.
    pub fn value_type(&self) -> Option<ValueType> {
        let of = |value: &Value| match value {
            Value::Null | Value::Secret(_) => None,
            Value::Bool(_) => Some(ValueType::Truth),
            Value::Number(_) => Some(ValueType::Number),
            Value::String(_) => Some(ValueType::Text),
            Value::Array(_) => Some(ValueType::List),
            Value::Object(_) => Some(ValueType::Object),
        };
        match self {
            Self::Value(value) => of(value),
            Self::Owned(value) => of(value),
            Self::Text(_) => Some(ValueType::Text),
            Self::Array(_) => Some(ValueType::List),
            Self::Object(_) => Some(ValueType::Object),
        }
    }

    /// The member of an object; no value where there is none.
    #[must_use]
    pub fn member(&self, name: &str) -> Output<'a> {
        match self {
            Self::Value(Value::Object(map)) => map.get(name).map_or_else(Self::null, |value| Self::Value(&value.value)),
            Self::Object(members) => {
                members.iter().find(|member| member.0 == name).map_or_else(Self::null, |member| member.1.clone())
            }
            Self::Value(_) | Self::Owned(_) | Self::Text(_) | Self::Array(_) => Self::null(),
        }
    }

    /// How many items, members or characters it has.
    pub fn length(&self) -> usize {
        match self {
            Self::Value(Value::String(text)) => text.chars().count(),
            Self::Value(Value::Object(map)) => map.members.len(),
            Self::Text(text) => text.chars().count(),
            Self::Object(members) => members.len(),
            other => other.count(),
        }
    }

    /// The member that a path of names leads to; no value where there is none.
    #[must_use]
    pub fn walk(&self, path: &[Name]) -> Output<'a> {
        path.iter().fold(self.clone(), |value, name| value.member(name))
    }

    /// The items of a list.
    pub fn items(&self) -> Option<Vec<Output<'a>>> {
        match self {
            Self::Value(Value::Array(items)) => Some(items.iter().map(|item| Self::Value(&item.value)).collect()),
            Self::Array(items) => Some(items.clone()),
            Self::Value(_) | Self::Owned(_) | Self::Text(_) | Self::Object(_) => None,
        }
    }

    /// What an `each` is over: the items of a list, or the members of an object, each as one with its `key` and its `value`.
    pub fn each(&self) -> Option<Vec<Output<'a>>> {
        self.items().or_else(|| {
            let members = self.clone().into_members()?.into_iter();
            let item = |(name, value)| {
                Self::Object(vec![(Control::KEY.into(), Self::Text(name)), (Control::VALUE.into(), value)])
            };
            Some(members.map(item).collect())
        })
    }

    /// The members of an object.
    pub fn into_members(self) -> Option<Vec<(Cow<'a, str>, Output<'a>)>> {
        match self {
            Self::Value(Value::Object(map)) => {
                let member = |member: &'a crate::model::Member| {
                    (Cow::Borrowed(&*member.name.value), Self::Value(&member.value.value))
                };
                Some(map.members.iter().map(member).collect())
            }
            Self::Object(members) => Some(members),
            Self::Value(_) | Self::Owned(_) | Self::Text(_) | Self::Array(_) => None,
        }
    }

    /// The text of a string, a number or a truth value.
    pub fn into_text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(text),
            Self::Value(Value::String(text)) => Some(Cow::Borrowed(text)),
            Self::Value(value) => scalar(value),
            Self::Owned(value) => scalar(&value),
            Self::Array(_) | Self::Object(_) => None,
        }
    }

    /// How many items a list has; none for what is no list.
    pub fn count(&self) -> usize {
        match self {
            Self::Value(Value::Array(items)) => items.len(),
            Self::Array(items) => items.len(),
            Self::Value(_) | Self::Owned(_) | Self::Text(_) | Self::Object(_) => 0,
        }
    }

    /// How much it is: the bytes of its texts, and one for each of its parts.
    pub fn weight(&self) -> usize {
        match self {
            Self::Value(value) => weight(value),
            Self::Owned(value) => weight(value),
            Self::Text(text) => text.len() + 1,
            Self::Array(items) => items.iter().map(Self::weight).sum::<usize>() + 1,
            Self::Object(members) => members.iter().map(|(name, value)| name.len() + value.weight()).sum::<usize>() + 1,
        }
    }

    /// What it is, in a word, as messages say it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Value(value) => value.type_name(),
            Self::Owned(value) => value.type_name(),
            Self::Text(_) => "a string",
            Self::Array(_) => "a list",
            Self::Object(_) => "an object",
        }
    }

    /// How tables and matches look it up; nothing for what no case can name.
    pub fn key(&self) -> Option<Key<'_>> {
        match self {
            Self::Value(value) => Some(Key::of(value)),
            Self::Owned(value) => Some(Key::of(value)),
            Self::Text(text) => Some(Key::Text(text)),
            Self::Array(_) | Self::Object(_) => None,
        }
    }

    /// The same as a value of the model, every part at `span`.
    pub fn to_value(&self, span: crate::source::Origin) -> Value {
        match self {
            Self::Value(value) => (*value).clone(),
            Self::Owned(value) => value.clone(),
            Self::Text(text) => Value::string(&**text),
            Self::Array(items) => {
                Value::Array(items.iter().map(|item| crate::source::Spanned::new(item.to_value(span), span)).collect())
            }
            Self::Object(members) => {
                let mut map = Map::default();
                for (name, value) in members {
                    map.put(name, value.to_value(span), span);
                }
                Value::Object(map)
            }
        }
    }

    /// The same as a value of the model, borrowed where it is one.
    pub fn as_value(&self) -> Cow<'_, Value> {
        match self {
            Self::Value(value) => Cow::Borrowed(value),
            Self::Owned(value) => Cow::Borrowed(value),
            other => Cow::Owned(other.to_value(crate::source::Origin::Nowhere)),
        }
    }

    /// Calls for each secret in it.
    pub fn each_secret(&self, found: &mut impl FnMut(&'a Name)) {
        match self {
            Self::Value(value) => each_secret(value, found),
            Self::Owned(_) | Self::Text(_) => {}
            Self::Array(items) => items.iter().for_each(|item| item.each_secret(found)),
            Self::Object(members) => members.iter().for_each(|member| member.1.each_secret(found)),
        }
    }

    /// Whether there is a secret in it.
    pub fn holds_secret(&self) -> bool {
        let mut holds = false;
        self.each_secret(&mut |_| holds = true);
        holds
    }
}

/// The text of a number or a truth value.
fn scalar<'t>(value: &Value) -> Option<Cow<'t, str>> {
    match value {
        Value::Bool(value) => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        _ => None,
    }
}

/// How much a value is: the bytes of its texts, and one for each of its parts.
pub fn weight(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Secret(_) => 1,
        Value::String(text) => text.len() + 1,
        Value::Array(items) => items.iter().map(|item| weight(&item.value)).sum::<usize>() + 1,
        Value::Object(map) => {
            map.members.iter().map(|member| member.name.value.len() + weight(&member.value.value)).sum::<usize>() + 1
        }
    }
}

fn each_secret<'a>(value: &'a Value, found: &mut impl FnMut(&'a Name)) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        Value::Array(items) => items.iter().for_each(|item| each_secret(item, found)),
        Value::Object(map) => map.members.iter().for_each(|member| each_secret(&member.value, found)),
        Value::Secret(name) => found(name),
    }
}
