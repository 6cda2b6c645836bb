use super::{Map, Name, Value};
use crate::source::{Origin, Spanned};

/// JSON's type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// Text.
    String,
    /// Any number.
    Number,
    /// A whole number. Port has only `number`; exports name the loss.
    Integer,
    /// A truth value.
    Boolean,
    /// Named values.
    Object,
    /// A list of values.
    Array,
}

impl Base {
    /// Every base with JSON Schema's word for it.
    const ALL: [(Self, &'static str); 6] = [
        (Self::String, "string"),
        (Self::Number, "number"),
        (Self::Integer, "integer"),
        (Self::Boolean, "boolean"),
        (Self::Object, "object"),
        (Self::Array, "array"),
    ];

    /// The base of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.1 == word).map(|row| row.0)
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }
}

/// What a string, or an object, stands for: Port's `format`, named in the language as a type of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the format of its name")]
pub enum Format {
    DateTime,
    Url,
    Email,
    IdnEmail,
    Ipv4,
    Ipv6,
    Markdown,
    Yaml,
    User,
    Blueprints,
    Team,
    Timer,
    Proto,
    LabeledUrl,
}

impl Format {
    /// Every format with its word in the language, which is Port's too.
    pub const ALL: [(Self, &'static str); 14] = [
        (Self::DateTime, "date-time"),
        (Self::Url, "url"),
        (Self::Email, "email"),
        (Self::IdnEmail, "idn-email"),
        (Self::Ipv4, "ipv4"),
        (Self::Ipv6, "ipv6"),
        (Self::Markdown, "markdown"),
        (Self::Yaml, "yaml"),
        (Self::User, "user"),
        (Self::Blueprints, "blueprints"),
        (Self::Team, "team"),
        (Self::Timer, "timer"),
        (Self::Proto, "proto"),
        (Self::LabeledUrl, "labeled-url"),
    ];

    /// The format of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.1 == word).map(|row| row.0)
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(format, _)| *format == self).map_or("", |(_, word)| word)
    }
}

/// How a portal shows a value: Port's `spec`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the spec of its name")]
pub enum Spec {
    OpenApi,
    AsyncApi,
    EmbeddedUrl,
}

impl Spec {
    /// The spec of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::OpenApi, Self::AsyncApi, Self::EmbeddedUrl].into_iter().find(|spec| spec.word() == word)
    }

    /// Its word in the language, which is Port's too.
    pub fn word(self) -> &'static str {
        match self {
            Self::OpenApi => "open-api",
            Self::AsyncApi => "async-api",
            Self::EmbeddedUrl => "embedded-url",
        }
    }
}

/// One allowed value of an enum.
#[derive(Clone, Debug, PartialEq)]
pub struct EnumValue {
    /// The value: a string or a number.
    pub value: Spanned<Value>,
    /// Port's colour for it.
    pub color: Option<Spanned<Box<str>>>,
}

/// Limits on a value; those that do not fit its type are rejected when the text is read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    /// Least number, itself allowed.
    pub min: Option<Spanned<Value>>,
    /// Greatest number, itself allowed.
    pub max: Option<Spanned<Value>>,
    /// Every number must be greater.
    pub above: Option<Spanned<Value>>,
    /// Every number must be less.
    pub below: Option<Spanned<Value>>,
    /// Fewest characters.
    pub min_length: Option<Spanned<u64>>,
    /// Most characters.
    pub max_length: Option<Spanned<u64>>,
    /// A regular expression that a string must match somewhere (ECMA 262, as JSON Schema has it).
    pub pattern: Option<Spanned<Box<str>>>,
    /// Fewest items.
    pub min_items: Option<Spanned<u64>>,
    /// Most items.
    pub max_items: Option<Spanned<u64>>,
    /// No item twice.
    pub unique_items: Option<Origin>,
}

/// What a value may be: of a blueprint's property, an action's input or a promise's field.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    /// JSON's type.
    pub base: Base,
    /// What it stands for.
    pub format: Option<Format>,
    /// How a portal shows it.
    pub spec: Option<Spec>,
    /// The only values, in their order; none means any. Of an array, those of its items' schema.
    pub values: Vec<EnumValue>,
    /// Limits. Of an array, those on the items are in `items`.
    pub limits: Limits,
    /// What the items of an array may be.
    pub items: Option<Box<Schema>>,
    /// The named members of an object; none means any.
    pub fields: Vec<Property>,
    /// All of it as JSON Schema with Port's keywords, as a body holds it.
    pub json: Map,
}

/// A named, typed value: a property of a blueprint, an input of an action, a field of a promise.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// Its name.
    pub name: Spanned<Name>,
    /// The whole declaration's line.
    pub span: Origin,
    /// What its value may be.
    pub schema: Schema,
    /// Where it says that there must always be a value: the default, or one that is given.
    pub required: Option<Origin>,
    /// The value where none is given.
    pub default: Option<Spanned<Value>>,
}

impl Property {
    /// Whether each thing must say its value: it is required, and there is no default to stand for it.
    pub fn is_demanded(&self) -> bool {
        self.required.is_some() && self.default.is_none()
    }
}
