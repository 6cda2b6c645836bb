use super::{Address, Kind, Map, Member, Name, Value};
use crate::source::{Origin, Spanned};

worded! {
    /// JSON's type of a value.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Base {
        /// Text.
        String = "string",
        /// Any number.
        Number = "number",
        /// A whole number. Port has only `number`.
        Integer = "integer",
        /// A truth value.
        Boolean = "boolean",
        /// Named values.
        Object = "object",
        /// A list of values.
        Array = "array",
        /// A whole number or text, as Kubernetes has it of ports and shares.
        IntOrString = "int-or-string",
        /// Any value.
        Any = "any",
    }
}

/// What says in a JSON Schema of Kubernetes that a value is a whole number or text.
pub const INT_OR_STRING: &str = "x-kubernetes-int-or-string";

/// The keywords of JSON Schema that say more of a value by other schemas.
pub const BY_SCHEMAS: [&str; 5] = ["allOf", "anyOf", "oneOf", "not", "patternProperties"];

/// The keyword of Kubernetes for rules that a value is held to, in a language of their own.
pub const VALIDATIONS: &str = "x-kubernetes-validations";

impl Base {
    /// That of a JSON Schema: one that says none is of any value. Nothing for a type that JSON has not.
    pub fn of(schema: &Map) -> Option<Self> {
        match schema.get("type") {
            Some(base) => Self::from_word(base.as_str()?),
            None if schema.get(INT_OR_STRING).is_some() => Some(Self::IntOrString),
            None => Some(Self::Any),
        }
    }
}

worded! {
    /// What a string, or an object, stands for: Port's `format`, named in the language as a type of its own, whose word is Port's too.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[allow(missing_docs, reason = "each variant is the format of its name")]
    pub enum Format {
        DateTime = "date-time",
        Url = "url",
        Email = "email",
        IdnEmail = "idn-email",
        Ipv4 = "ipv4",
        Ipv6 = "ipv6",
        Markdown = "markdown",
        Yaml = "yaml",
        User = "user",
        Blueprints = "blueprints",
        Team = "team",
        Timer = "timer",
        Proto = "proto",
        LabeledUrl = "labeled-url",
        Entity = "entity",
        MultiLine = "multi-line",
    }
}

worded! {
    /// How a portal shows a value: Port's `spec`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[allow(missing_docs, reason = "each variant is the spec of its name")]
    pub enum Spec {
        OpenApi = "open-api",
        AsyncApi = "async-api",
        EmbeddedUrl = "embedded-url",
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
    /// What the items of an array may be, or the values of an object's members that have whatever names an author likes.
    pub items: Option<Box<Schema>>,
    /// The named members of an object; none means any, or what `items` says.
    pub fields: Vec<Property>,
    /// All of it as JSON Schema with Port's keywords, as a body holds it.
    pub json: Map,
}

/// The keyword of Port that says which blueprint the entities are of that a value of [`Format::Entity`] names.
pub const BLUEPRINT: &str = "blueprint";

/// What the texts that a schema allows are the names of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming<'s> {
    /// Objects of a kind.
    Kind(Kind),
    /// Entities of a blueprint.
    EntityOf(&'s str),
}

impl<'s> Naming<'s> {
    /// What the texts of a JSON Schema with Port's keywords name, by its format.
    pub fn of(schema: &'s Map) -> Option<Self> {
        match Format::from_word(schema.get("format")?.as_str()?)? {
            Format::Team => Some(Self::Kind(Kind::Team)),
            Format::User => Some(Self::Kind(Kind::User)),
            Format::Blueprints => Some(Self::Kind(Kind::Blueprint)),
            Format::Entity => schema.get(BLUEPRINT)?.as_str().map(Self::EntityOf),
            _ => None,
        }
    }

    /// The object of a name.
    pub fn address(self, name: &str) -> Address {
        match self {
            Self::Kind(kind) => Address::new(kind, name.into()),
            Self::EntityOf(blueprint) => Address::below(Kind::Entity, blueprint.into(), name.into()),
        }
    }

    /// Whether some name is that of an object.
    pub fn can_name(self, address: &Address) -> bool {
        match self {
            Self::Kind(kind) => address.kind == kind,
            Self::EntityOf(blueprint) => address.kind == Kind::Entity && *address.parent == *blueprint,
        }
    }
}

impl Schema {
    /// What its texts name.
    pub fn naming(&self) -> Option<Naming<'_>> {
        Naming::of(&self.json)
    }

    /// Whether a value of it, or one inside of it, can name something of which this holds.
    pub fn can_name(&self, is_meant: &impl Fn(Naming<'_>) -> bool) -> bool {
        self.naming().is_some_and(is_meant)
            || self.items.as_deref().is_some_and(|items| items.can_name(is_meant))
            || self.fields.iter().any(|field| field.schema.can_name(is_meant))
    }

    /// Whether an object may have members that are no fields.
    pub fn takes_others(&self) -> bool {
        let others = self.json.get("additionalProperties").map(|others| &others.value);
        let has_patterns = self.json.get("patternProperties").is_some();
        others.map_or(self.fields.is_empty() || has_patterns, |others| *others != Value::Bool(false) || has_patterns)
    }

    /// Whether its listed values are those of no enum, which are all text or all numbers: what it takes is not known then.
    pub fn is_mixed(&self) -> bool {
        let is_text = |value: &EnumValue| match value.value.value {
            Value::String(_) => Some(true),
            Value::Number(_) => Some(false),
            _ => None,
        };
        let first = self.values.first().and_then(is_text);
        self.values.iter().any(|value| is_text(value).is_none() || is_text(value) != first)
    }

    /// What is in a value and is no field of it: the items of a list, or the members of an object, with their schema.
    pub fn inside<'s>(&'s self, value: &'s Value) -> impl Iterator<Item = (&'s Self, &'s Spanned<Value>)> {
        let is_field = |member: &&'s Member| self.fields.iter().any(|field| field.name.value == member.name.value);
        let (items, members) = match value {
            Value::Array(items) => (&items[..], &[][..]),
            Value::Object(map) => (&[][..], &map.members[..]),
            _ => (&[][..], &[][..]),
        };
        let others = members.iter().filter(move |member| !is_field(member));
        let all = items.iter().chain(others.map(|member| &member.value));
        self.items.as_deref().into_iter().flat_map(move |schema| all.clone().map(move |value| (schema, value)))
    }
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
