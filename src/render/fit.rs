//! Whether what is rendered is what the kind of the object has: its fields, and what their values may be.

use super::misfit::{MisfitField, way};
use super::said::Step;
use crate::function::Output;
use crate::kubernetes::{Kinds, Mismatch, Nature, Plain, Schema};
use crate::model::Value;
use crate::source::Origin;

/// What is wrong with a value, and where in it.
pub(super) struct Unfit<'k> {
    pub(super) steps: Vec<Step>,
    pub(super) mismatch: Mismatch,
    /// The fields that there are, where it is none of them.
    pub(super) names: Vec<&'k str>,
}

impl Unfit<'_> {
    /// The same as it is told; `given` is where a request gives the value.
    pub(super) fn misfit(self, kind: &str, given: Option<Origin>) -> MisfitField {
        let steps: Vec<String> = self.steps.iter().map(Step::to_string).collect();
        MisfitField {
            kind: kind.to_owned(),
            path: way(steps.iter().map(String::as_str)),
            mismatch: self.mismatch,
            names: self.names.into_iter().map(str::to_owned).collect(),
            by: None,
            given,
        }
    }
}

/// What is wrong with a manifest that is written as it is, by what its kind has; nothing where nothing is, or nothing is known of it.
pub(crate) fn misfits(manifest: &Value, kinds: &Kinds) -> Vec<MisfitField> {
    let Some(map) = manifest.as_object() else { return Vec::new() };
    let text = |name: &str| map.get(name).and_then(|value| value.as_str());
    let (Some(api_version), Some(kind)) = (text("apiVersion"), text("kind")) else { return Vec::new() };
    if let (true, Some(Value::Array(items))) = (kind.ends_with("List"), map.get("items").map(|items| &items.value)) {
        return items.iter().flat_map(|item| misfits(&item.value, kinds)).collect();
    }
    let unfit = kinds.schema(api_version, kind).and_then(|schema| of_value(manifest, schema).err());
    unfit.map(|unfit| unfit.misfit(kind, None)).into_iter().collect()
}

/// The first thing that does not fit a schema in what a manifest says; nothing where all of it does. Members without a value are none.
pub(super) fn unfit<'k>(output: &Output<'_>, schema: Schema<'k>) -> Result<(), Unfit<'k>> {
    match output {
        Output::Value(value) => of_value(value, schema),
        Output::Owned(value) => of_value(value, schema),
        Output::Text(text) => alone(schema.mismatch(Plain::Text(Some(text)))),
        Output::Array(items) => list(items.len(), items.iter().map(|item| move |schema| unfit(item, schema)), schema),
        Output::Object(members) => {
            let members = members.iter().filter(|member| !member.1.is_null());
            object(members.map(|(name, value)| (&**name, move |schema| unfit(value, schema))), schema)
        }
    }
}

fn of_value<'k>(value: &Value, schema: Schema<'k>) -> Result<(), Unfit<'k>> {
    match value {
        Value::Null => Ok(()),
        Value::Array(items) => {
            list(items.len(), items.iter().map(|item| move |schema| of_value(&item.value, schema)), schema)
        }
        Value::Object(map) => {
            let members = map.members.iter().filter(|member| member.value.value != Value::Null);
            object(members.map(|one| (&*one.name.value, move |schema| of_value(&one.value.value, schema))), schema)
        }
        single => alone(plain(single).and_then(|plain| schema.mismatch(plain))),
    }
}

/// What a value is, where it is a single one.
pub(crate) fn plain(value: &Value) -> Option<Plain<'_>> {
    match value {
        Value::Null | Value::Array(_) | Value::Object(_) => None,
        Value::Bool(truth) => Some(Plain::Truth(Some(*truth))),
        Value::Number(number) => Some(Plain::Number(Some(number.as_f64()))),
        Value::String(text) => Some(Plain::Text(Some(text))),
        Value::Secret(_) => Some(Plain::Secret),
    }
}

fn alone<'k>(mismatch: Option<Mismatch>) -> Result<(), Unfit<'k>> {
    match mismatch {
        None => Ok(()),
        Some(mismatch) => Err(Unfit { steps: Vec::new(), mismatch, names: Vec::new() }),
    }
}

fn list<'k, F: Fn(Schema<'k>) -> Result<(), Unfit<'k>>>(
    count: usize,
    items: impl Iterator<Item = F>,
    schema: Schema<'k>,
) -> Result<(), Unfit<'k>> {
    alone(schema.mismatch_of_list(Some(count)))?;
    let Nature::List(of_items) = schema.nature() else { return Ok(()) };
    for (at, item) in items.enumerate() {
        item(of_items).map_err(|unfit| behind(unfit, Step::Item(at)))?;
    }
    Ok(())
}

fn object<'k, 'n, F: Fn(Schema<'k>) -> Result<(), Unfit<'k>>>(
    members: impl Iterator<Item = (&'n str, F)>,
    schema: Schema<'k>,
) -> Result<(), Unfit<'k>> {
    alone(schema.mismatch_of_object())?;
    let nature = schema.nature();
    let mut there = Vec::new();
    for (name, value) in members {
        match member(&nature, name) {
            Ok(Some(schema)) => {
                value(schema).map_err(|unfit| behind(unfit, Step::Member(name.to_owned())))?;
                there.push(name);
            }
            Ok(None) => {}
            Err(names) => return Err(Unfit { steps: Vec::new(), mismatch: Mismatch::NoField(name.into()), names }),
        }
    }
    let Nature::Object(of) = nature else { return Ok(()) };
    alone(of.required().find(|name| !there.contains(name)).map(|name| Mismatch::Lacks(name.into())))
}

/// What the member of a name may be: nothing is said where it may be anything.
///
/// # Errors
/// The names that there are, where it is none of them.
pub(crate) fn member<'k>(nature: &Nature<'k>, name: &str) -> Result<Option<Schema<'k>>, Vec<&'k str>> {
    match nature {
        Nature::Map(values) => Ok(Some(*values)),
        Nature::Object(object) => object.member(name).map(Some).ok_or_else(|| object.names().collect()),
        Nature::Any | Nature::List(_) | Nature::Plain => Ok(None),
    }
}

fn behind(mut unfit: Unfit<'_>, step: Step) -> Unfit<'_> {
    unfit.steps.insert(0, step);
    unfit
}
