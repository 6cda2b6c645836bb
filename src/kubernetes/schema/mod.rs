//! What the fields of a kind of objects are, and what their values may be.
//!
//! Kubernetes' own kinds are built in ([`own`]); others are as a CustomResourceDefinition, or a cluster, describes them ([`read`]).

mod mismatch;
mod limits;
mod own;
mod quantity;
mod read;
#[cfg(test)]
mod tests;

pub use mismatch::{Mismatch, Plain, Sort};
pub use own::{Scope, scope, version};
pub use read::{SchemaFault, TYPES, Unreadable, described, documents};

use super::{NameRule, group};
use limits::Limits;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// The field in which an object says what it is called and marked with.
pub const METADATA: &str = "metadata";

/// The fields that every object has, whatever its kind.
pub const OF_EVERY_OBJECT: [&str; 3] = ["apiVersion", "kind", METADATA];

/// The fields of every object.
fn of_every_object() -> impl Iterator<Item = Field> {
    OF_EVERY_OBJECT.into_iter().map(|name| {
        let shape = if name == METADATA { Shape::Metadata } else { Shape::Text };
        Field { name: name.into(), is_required: false, shape }
    })
}

/// What a value may be.
#[derive(Clone, Debug, PartialEq)]
enum Shape {
    Any,
    Text,
    /// A point in time.
    Time,
    /// Text that stands for bytes, in base64.
    Bytes,
    Whole,
    Number,
    Truth,
    WholeOrText,
    /// An amount of something, with a suffix or without one.
    Quantity,
    List(Box<Self>),
    /// An object whose members may be called anything.
    Map(Box<Self>),
    /// An object of the type of a number.
    Object(u32),
    /// What every object of Kubernetes says of itself.
    Metadata,
    /// Labels, by their keys.
    Labels,
    /// The value of a label.
    LabelValue,
    /// Annotations, by their keys.
    Annotations,
    /// One of these that is held to limits.
    Limited(Box<Self>, Box<Limits>),
}

/// A type of objects.
#[derive(Clone, Debug, Default, PartialEq)]
struct Type {
    /// Its fields, sorted by name.
    fields: Vec<Field>,
    /// What its members may be that are no fields; nothing where there are none.
    others: Option<Shape>,
}

#[derive(Clone, Debug, PartialEq)]
struct Field {
    name: Box<str>,
    is_required: bool,
    shape: Shape,
}

/// The types that some kinds are made of.
#[derive(Clone, Debug, Default, PartialEq)]
struct Types(Vec<Type>);

/// What a value may be.
#[derive(Clone, Copy, Debug)]
pub struct Schema<'k> {
    types: &'k Types,
    shape: &'k Shape,
    limits: Option<&'k Limits>,
}

/// What a value is made of.
pub enum Nature<'k> {
    /// It may be anything.
    Any,
    /// A list, and what its items may be.
    List(Schema<'k>),
    /// An object whose members may be called anything, or anything that follows a rule, and what they may be.
    Map(Schema<'k>, Option<Keys>),
    /// An object with fields.
    Object(Object<'k>),
    /// A single value.
    Plain,
}

/// What is kept by keys that follow the rule for those of labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// What objects are selected by.
    Labels,
    /// What is noted of objects.
    Annotations,
}

impl Keys {
    /// What is wrong with a key: an annotation's is one of a label, in letters of any case.
    fn mismatch(self, key: &str) -> Option<Mismatch> {
        let (what, judged) = match self {
            Self::Labels => ("key of a label", NameRule::LabelKey.judge(key)),
            Self::Annotations => ("key of an annotation", NameRule::LabelKey.judge(&key.to_lowercase())),
        };
        let fault = judged.err()?;
        Some(Mismatch::NoName { name: key.into(), what, fault, rule: NameRule::LabelKey })
    }
}

impl<'k> Nature<'k> {
    /// What the member of a name may be: nothing is said where it may be anything.
    ///
    /// # Errors
    /// What is wrong with the name, and the names that there are.
    pub fn member(&self, name: &str) -> Result<Option<Schema<'k>>, (Mismatch, Vec<&'k str>)> {
        match self {
            Self::Map(values, keys) => match keys.and_then(|keys| keys.mismatch(name)) {
                None => Ok(Some(*values)),
                Some(mismatch) => Err((mismatch, Vec::new())),
            },
            Self::Object(object) => {
                let none = || (Mismatch::NoField(name.into()), object.names().collect());
                object.member(name).map(Some).ok_or_else(none)
            }
            Self::Any | Self::List(_) | Self::Plain => Ok(None),
        }
    }
}

/// An object with fields.
#[derive(Clone, Copy, Debug)]
pub struct Object<'k> {
    types: &'k Types,
    of: &'k Type,
}

impl<'k> Schema<'k> {
    /// A schema, with its limits aside.
    fn of(types: &'k Types, shape: &'k Shape) -> Self {
        match shape {
            Shape::Metadata => own::metadata(),
            Shape::Limited(shape, limits) => Self { types, shape, limits: Some(limits) },
            shape => Self { types, shape, limits: None },
        }
    }

    /// Whether any value fits, whatever is in it.
    pub fn is_any(self) -> bool {
        self.limits.is_none() && *self.shape == Shape::Any
    }

    /// What the value is made of.
    pub fn nature(self) -> Nature<'k> {
        match self.shape {
            Shape::Any => Nature::Any,
            Shape::List(items) => Nature::List(Self::of(self.types, items)),
            Shape::Map(values) => Nature::Map(Self::of(self.types, values), None),
            Shape::Labels => Nature::Map(Self::of(self.types, &Shape::LabelValue), Some(Keys::Labels)),
            Shape::Annotations => Nature::Map(Self::of(self.types, &Shape::Text), Some(Keys::Annotations)),
            Shape::Object(number) => match self.types.0.get(*number as usize) {
                Some(of) => Nature::Object(Object { types: self.types, of }),
                None => Nature::Any,
            },
            _ => Nature::Plain,
        }
    }
}

impl<'k> Object<'k> {
    /// What the member of a name may be; nothing where there can be none.
    pub fn member(&self, name: &str) -> Option<Schema<'k>> {
        let shape = match self.of.field(name) {
            Some(field) => &field.shape,
            None => self.of.others.as_ref()?,
        };
        Some(Schema::of(self.types, shape))
    }

    /// The names of its fields.
    pub fn names(&self) -> impl Iterator<Item = &'k str> + use<'k> {
        self.of.fields.iter().map(|field| &*field.name)
    }

    /// The names of the fields that must be there.
    pub fn required(&self) -> impl Iterator<Item = &'k str> + use<'k> {
        self.of.fields.iter().filter(|field| field.is_required).map(|field| &*field.name)
    }

    /// Whether the field of a name must be there.
    pub fn requires(&self, name: &str) -> bool {
        self.of.field(name).is_some_and(|field| field.is_required)
    }
}

impl Type {
    /// A type of fields in any order; the first of two of one name counts.
    fn new(mut fields: Vec<Field>, others: Option<Shape>) -> Self {
        fields.sort_by(|a, b| a.name.cmp(&b.name));
        fields.dedup_by(|later, first| later.name == first.name);
        Self { fields, others }
    }

    fn field(&self, name: &str) -> Option<&Field> {
        let at = self.fields.binary_search_by(|field| (*field.name).cmp(name)).ok()?;
        self.fields.get(at)
    }
}

/// A kind that a document describes.
#[derive(Clone, Debug, PartialEq)]
pub struct Described {
    /// Its `apiVersion`.
    pub api_version: Box<str>,
    /// Its `kind`.
    pub kind: Box<str>,
    /// Where its objects are, where the document says it.
    scope: Option<Scope>,
    types: Arc<Types>,
    shape: Shape,
}

/// What is known of kinds: Kubernetes' own, and those that a project describes, which come before these.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kinds {
    /// By `apiVersion kind`.
    described: HashMap<Box<str>, Arc<Described>>,
    /// What is described of each group, as `apiVersion kind`.
    groups: HashMap<Box<str>, Vec<Box<str>>>,
}

/// What a kind is called in full.
fn named(api_version: &str, kind: &str) -> String {
    format!("{api_version} {kind}")
}

/// What is known of a kind.
pub enum Known<'k> {
    /// What its objects are.
    Kind(Schema<'k>),
    /// Kubernetes has no such kind, though the group is its own; and those of the same name, or all, as `apiVersion kind`.
    NoSuch(Vec<&'k str>),
    /// Nobody describes it, though its group is described: the kinds of that, as `apiVersion kind`, sorted; those of the same name in other
    /// versions alone, where there are some.
    Elsewhere(Vec<&'k str>),
    /// Nothing: it is none of Kubernetes' own, and nobody describes it.
    Nothing,
}

impl Kinds {
    /// Adds a kind; the first of two of one name counts.
    pub fn add(&mut self, described: Arc<Described>) {
        let (name, group) = (named(&described.api_version, &described.kind), group(&described.api_version).into());
        if let Entry::Vacant(free) = self.described.entry(name.as_str().into()) {
            free.insert(described);
            self.groups.entry(group).or_default().push(name.into());
        }
    }

    /// All kinds that are known, each by its `apiVersion` and its `kind`, in no order.
    pub fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        let described = self.described.keys().filter_map(|name| name.split_once(' '));
        described.chain(own::names().filter_map(|name| name.split_once(' ')))
    }

    /// What is known of a kind.
    pub fn of(&self, api_version: &str, kind: &str) -> Known<'_> {
        match self.described_or_own(api_version, kind) {
            Known::Nothing => self.elsewhere(api_version, kind),
            known => known,
        }
    }

    fn described_or_own(&self, api_version: &str, kind: &str) -> Known<'_> {
        let name = named(api_version, kind);
        match self.described.get(&*name).map(|described| &**described) {
            Some(Described { types, shape, .. }) => Known::Kind(Schema::of(types, shape)),
            None => own::of(&name),
        }
    }

    /// What is described of the group of a kind that is not.
    fn elsewhere(&self, api_version: &str, kind: &str) -> Known<'_> {
        let all = self.groups.get(group(api_version));
        let mut found: Vec<&str> = all.into_iter().flatten().map(|name| &**name).collect();
        found.sort_unstable();
        let is_same = |name: &&str| name.split_once(' ').is_some_and(|(_, known)| known == kind);
        if found.iter().any(is_same) {
            found.retain(is_same);
        }
        if found.is_empty() { Known::Nothing } else { Known::Elsewhere(found) }
    }

    /// Where the objects of a kind are, where that is known.
    pub fn scope(&self, api_version: &str, kind: &str) -> Option<Scope> {
        let described = self.described.get(&*named(api_version, kind)).and_then(|described| described.scope);
        described.or_else(|| scope(group(api_version), kind))
    }

    /// The schema of a kind: what every object has, where no more is known.
    pub fn schema(&self, api_version: &str, kind: &str) -> Schema<'_> {
        match self.described_or_own(api_version, kind) {
            Known::Kind(schema) => schema,
            Known::NoSuch(_) | Known::Elsewhere(_) | Known::Nothing => own::any(),
        }
    }
}
