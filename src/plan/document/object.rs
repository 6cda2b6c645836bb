use super::Place;
use super::part::{FieldPart, there};
use crate::catalog::OwnedFields;
use crate::diff::{Veil, Verdict};
use crate::model::{Digest, Json, Lifecycle, Made, Map, Name, Value};
use crate::object::{self, set_fields};
use crate::source::Spanned;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A change of an object, guarded by what its fields were.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ObjectChange {
    /// What of it changes: `fields` one by one, by path, or the `body` of an object that is made.
    #[serde(flatten)]
    pub changes: Changes,
    /// What the inventory says of it afterwards; nothing where it forgets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Record>,
    /// What could happen to it until now, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifecycle_before: Option<Box<Lifecycle>>,
    /// The digest of the live body, where it goes: for a deletion, and where nobody can read it and all of it is replaced.
    pub before: Option<Digest>,
    /// The line that declares it, where the line that caused the operation is another one, as of an object that gets another name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<Box<Place>>,
    /// The fields, by path, that refer around a cycle: a catalog that looks at references sets them only when all of the cycle
    /// is there, and takes them away before the first of it goes. See [`crate::plan::Plan::parts`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub apart: Vec<String>,
}

/// What of an object changes.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Changes {
    /// The fields that change, by path.
    Fields(Vec<Field>),
    /// All that an object is made of, or that takes the place of a live one that nobody can read.
    Body(#[schemars(with = "serde_json::Map<String, serde_json::Value>")] Made),
}

/// What the inventory says of an object.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// The fields that are owned, each with its digest; of an object that is made all of them but those that its lifecycle ignores.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owned: OwnedFields,
    /// The digest of the owned fields as one body.
    pub base: Digest,
    /// What may happen to it in its life; nothing for the defaults.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<Box<Lifecycle>>,
    /// Another project that owns it and loses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_from: Option<Name>,
}

/// A field before and after.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Field {
    /// Its path.
    pub path: String,
    /// Why it changes.
    pub cause: Cause,
    /// The live value, as it may be shown.
    #[serde(default, deserialize_with = "there", skip_serializing_if = "Option::is_none")]
    pub before: Option<Json>,
    /// The digest of the live value, where not all of it is shown: some of it may be a secret itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub veiled: Option<Digest>,
    /// The value that it gets; nothing removes it.
    #[serde(default, deserialize_with = "there", skip_serializing_if = "Option::is_none")]
    pub after: Option<Json>,
    /// What of it changes, part by part, where that says more than the two values do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<FieldPart>,
    /// Where the new value is written.
    pub source: Option<Place>,
}

/// Why a field changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// It is new.
    Added,
    /// What is declared changed.
    Changed,
    /// It is no longer declared.
    Removed,
    /// Others changed it, and it is set back.
    Drift,
    /// Somebody else's value is taken over and overwritten.
    Adopted,
    /// Others changed it too, and plat was told to overwrite it.
    Forced,
    /// The member that it is, or its value, has another name now.
    Renamed,
}

impl Cause {
    /// The cause of a verdict that changes something.
    pub(in crate::plan) fn of(verdict: Verdict) -> Option<Self> {
        match verdict {
            Verdict::Add => Some(Self::Added),
            Verdict::Change => Some(Self::Changed),
            Verdict::Remove => Some(Self::Removed),
            Verdict::Drift => Some(Self::Drift),
            Verdict::Adopt => Some(Self::Adopted),
            Verdict::Conflict => Some(Self::Forced),
            Verdict::Same | Verdict::Refresh | Verdict::Foreign => None,
        }
    }
}

impl Field {
    /// The digest of the live value; nothing where there is none.
    pub fn digest_before(&self) -> Option<Digest> {
        self.veiled.or_else(|| self.before.as_ref().map(|value| Digest::of_value(&value.0)))
    }
}

impl ObjectChange {
    /// The fields that change: none of an object that is made, which is told by its body.
    pub fn fields(&self) -> &[Field] {
        match &self.changes {
            Changes::Fields(fields) => fields,
            Changes::Body(_) => &[],
        }
    }

    /// Whether all of the object is written: it is made, or takes the place of a live one that nobody can read.
    pub fn is_whole(&self) -> bool {
        matches!(self.changes, Changes::Body(_))
    }

    /// The fields that change, with those that an object is made of.
    pub fn all_fields(&self) -> Cow<'_, [Field]> {
        match &self.changes {
            Changes::Fields(fields) => Cow::Borrowed(fields),
            Changes::Body(made) => Cow::Owned(fields(made)),
        }
    }

    /// The body of the object afterwards: what is there, with the fields that change.
    pub fn applied_to(&self, mut body: Map) -> Map {
        let fields = self.all_fields();
        let after = fields.iter().map(|field| (&*field.path, field.after.as_ref().map(|json| json.0.clone())));
        set_fields(&mut body, after);
        body
    }

    /// The fields of the live object, by path, as they may be shown beside what the change says of them.
    pub fn shown(&self, live: &Map) -> BTreeMap<String, Json> {
        let changed = self.all_fields();
        let mut before = Map::default();
        let known = changed.iter().map(|field| (&*field.path, field.before.as_ref().map(|json| json.0.clone())));
        set_fields(&mut before, known);
        let after = self.applied_to(Map::default());
        let veil = Veil::of([&before, &after], live);
        let veiled: BTreeMap<&str, &Field> =
            changed.iter().filter(|field| field.veiled.is_some()).map(|field| (&*field.path, field)).collect();
        let shown = |(path, value): (String, &Spanned<Value>)| {
            let kept = veiled.get(&*path).and_then(|field| field.before.clone());
            let shown = kept.unwrap_or_else(|| Json(veil.over(&path, value).0));
            (path, shown)
        };
        object::fields(live).into_iter().map(shown).collect()
    }

    /// What may happen to the object from now on; nothing for the defaults, and for what goes.
    pub fn lifecycle(&self) -> Option<&Lifecycle> {
        self.record.as_ref()?.lifecycle.as_deref()
    }

    /// Another project that owns it and loses it.
    pub fn taken_from(&self) -> Option<&Name> {
        self.record.as_ref()?.taken_from.as_ref()
    }

    /// The digest of the owned fields as one body afterwards; nothing for what is no longer owned.
    pub fn base(&self) -> Option<Digest> {
        self.record.as_ref().map(|record| record.base)
    }
}

/// The fields of an object that is made, each as one that comes: the object's own line says where all of it is written.
fn fields(made: &Made) -> Vec<Field> {
    let added = |(path, value): (String, &Spanned<Value>)| Field {
        path,
        cause: Cause::Added,
        before: None,
        veiled: None,
        after: Some(Json(value.value.clone())),
        parts: Vec::new(),
        source: None,
    };
    let mut all: Vec<Field> = object::fields(&made.body()).into_iter().map(added).collect();
    all.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    all
}
