//! Whether what a manifest says is what the kind of the object has: its fields, and what their values may be.

use super::misfit::{MisfitField, way};
use super::said::Step;
use crate::function::Output;
use crate::kubernetes::{Kinds, Mismatch, Nature, Plain, Schema};
use crate::model::{Member, Value};
use crate::source::{Origin, Spanned};
use std::borrow::Cow;
use std::ops::ControlFlow;

/// What is wrong with a value, and where in it.
pub(crate) struct Unfit<'k> {
    pub(super) steps: Vec<Step>,
    pub(crate) mismatch: Mismatch,
    /// The fields that there are, where it is none of them.
    pub(crate) names: Vec<&'k str>,
}

impl Unfit<'_> {
    /// The way to it, each step as it is written.
    pub(crate) fn way(&self) -> Vec<String> {
        self.steps.iter().map(Step::to_string).collect()
    }

    /// The same as it is told; `given` is where a request gives the value.
    pub(super) fn misfit(self, kind: &str, given: Option<Origin>) -> MisfitField {
        let path = way(self.way().iter().map(String::as_str));
        let names = self.names.into_iter().map(str::to_owned).collect();
        MisfitField { kind: kind.to_owned(), path, mismatch: self.mismatch, names, by: None, around: None, given }
    }
}

/// That what stands for the only item of a list without a dash has members that are no fields of one.
fn strange_item(list: Written<'_>, items: Parts<'_>, schema: Schema<'_>) -> Option<Mismatch> {
    let (Written::Placed { span, .. }, Parts::Items([item], _)) = (list, items) else { return None };
    let Value::Object(map) = &item.value else { return None };
    let names = map.members.iter().map(|one| &*one.name.value);
    (span == item.span).then(|| schema.mismatch_of_item(names)).flatten()
}

/// What is wrong with a manifest that is written as it is, by what its kind has; nothing where nothing is, or nothing is known of it.
pub(crate) fn misfits(manifest: &Value, kinds: &Kinds) -> Vec<MisfitField> {
    let Some(map) = manifest.as_object() else { return Vec::new() };
    let text = |name: &str| map.get(name).and_then(|value| value.as_str());
    let (Some(api_version), Some(kind)) = (text("apiVersion"), text("kind")) else { return Vec::new() };
    if let (true, Some(Value::Array(items))) = (kind.ends_with("List"), map.get("items").map(|items| &items.value)) {
        return items.iter().flat_map(|item| misfits(&item.value, kinds)).collect();
    }
    let mut found = Vec::new();
    let tell = &mut |unfit: Unfit<'_>, _: Written<'_>| {
        found.push(unfit.misfit(kind, None));
        ControlFlow::Continue(())
    };
    let _ = judge(Written::Bare(manifest), kinds.schema(api_version, kind), None, tell);
    found
}

/// The first thing that does not fit a schema in what a manifest says.
pub(super) fn unfit<'k>(output: &Output<'_>, schema: Schema<'k>) -> Option<Unfit<'k>> {
    let mut found = None;
    let tell = &mut |unfit: Unfit<'k>, _: Written<'_>| {
        found = Some(unfit);
        ControlFlow::Break(())
    };
    let _ = judge(Written::Output(output), schema, None, tell);
    found
}

/// Tells all that does not fit a schema in a value that is written as it is, each with its place; `named` is the place of what it is the value of.
pub(crate) fn all<'k>(
    value: &Spanned<&Value>,
    named: Origin,
    schema: Schema<'k>,
    tell: &mut dyn FnMut(Unfit<'k>, Origin),
) {
    let written = Written::Placed { value: value.value, span: value.span, named };
    let tell = &mut |unfit: Unfit<'k>, at: Written<'_>| {
        let place = match (&unfit.mismatch, at) {
            (Mismatch::NoField(_) | Mismatch::Lacks(_), Written::Placed { named, .. }) => named,
            (_, Written::Placed { span, .. }) => span,
            (_, Written::Bare(_) | Written::Output(_)) => value.span,
        };
        tell(unfit, place);
        ControlFlow::Continue(())
    };
    let _ = judge(written, schema, None, tell);
}

/// A value, as somebody has it.
#[derive(Clone, Copy)]
enum Written<'v> {
    /// One that is worked out.
    Output(&'v Output<'v>),
    /// One of which it counts only what it is.
    Bare(&'v Value),
    /// One with its place, and that of what it is the value of.
    Placed { value: &'v Value, span: Origin, named: Origin },
}

/// What a value is made of.
enum Made<'v> {
    Nothing,
    Plain(Plain<'v>),
    List(Parts<'v>),
    Object(Parts<'v>),
}

/// The items of a list, or the members of an object, where they are kept.
#[derive(Clone, Copy)]
enum Parts<'v> {
    Outputs(&'v [Output<'v>]),
    Named(&'v [(Cow<'v, str>, Output<'v>)]),
    Items(&'v [Spanned<Value>], Written<'v>),
    Members(&'v [Member], Written<'v>),
}

impl<'v> Parts<'v> {
    fn count(self) -> usize {
        match self {
            Self::Outputs(items) => items.len(),
            Self::Named(members) => members.len(),
            Self::Items(items, _) => items.len(),
            Self::Members(members, _) => members.len(),
        }
    }

    /// The part at a place, and the step to it; nothing where a member has no value, which is none.
    fn part(self, at: usize) -> Option<(At<'v>, Written<'v>)> {
        match self {
            Self::Outputs(items) => items.get(at).map(|item| (At::Item(at), Written::Output(item))),
            Self::Named(members) => {
                let (name, value) = members.get(at).filter(|member| !member.1.is_null())?;
                Some((At::Member(name), Written::Output(value)))
            }
            Self::Items(items, list) => {
                items.get(at).map(|item| (At::Item(at), list.inner(&item.value, item.span, item.span)))
            }
            Self::Members(members, object) => {
                let Member { name, value, .. } = members.get(at).filter(|one| one.value.value != Value::Null)?;
                Some((At::Member(&name.value), object.inner(&value.value, value.span, name.span)))
            }
        }
    }

    fn iter(self) -> impl Iterator<Item = (At<'v>, Written<'v>)> {
        (0..self.count()).filter_map(move |at| self.part(at))
    }

    fn has(self, name: &str) -> bool {
        self.iter().any(|(at, _)| matches!(at, At::Member(one) if one == name))
    }
}

/// A step into a value that somebody has.
#[derive(Clone, Copy)]
enum At<'v> {
    Member(&'v str),
    Item(usize),
}

/// The way to a part of a value: the last step, and the way to what it is a part of.
#[derive(Clone, Copy)]
struct Way<'w> {
    before: Option<&'w Self>,
    at: At<'w>,
}

/// The steps of a way, the first one first.
fn steps(way: Option<&Way<'_>>) -> Vec<Step> {
    let mut steps: Vec<Step> = std::iter::successors(way, |way| way.before).map(|way| way.at.into()).collect();
    steps.reverse();
    steps
}

impl From<At<'_>> for Step {
    fn from(at: At<'_>) -> Self {
        match at {
            At::Member(name) => Self::Member(name.to_owned()),
            At::Item(at) => Self::Item(at),
        }
    }
}

impl<'v> Written<'v> {
    fn made(self) -> Made<'v> {
        match self {
            Self::Output(Output::Value(value)) => Written::Bare(value).made(),
            Self::Output(Output::Owned(value)) => Written::Bare(value).made(),
            Self::Output(Output::Text(text)) => Made::Plain(Plain::Text(Some(text))),
            Self::Output(Output::Array(items)) => Made::List(Parts::Outputs(items)),
            Self::Output(Output::Object(members)) => Made::Object(Parts::Named(members)),
            Self::Bare(value) | Self::Placed { value, .. } => match value {
                Value::Array(items) => Made::List(Parts::Items(items, self)),
                Value::Object(map) => Made::Object(Parts::Members(&map.members, self)),
                single => plain(single).map_or(Made::Nothing, Made::Plain),
            },
        }
    }

    fn inner(self, value: &'v Value, span: Origin, named: Origin) -> Self {
        match self {
            Self::Placed { .. } => Self::Placed { value, span, named },
            Self::Output(_) | Self::Bare(_) => Self::Bare(value),
        }
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

/// Tells what does not fit a schema in the value that a way leads to, until somebody has heard enough. Where a value is another thing than it
/// should be, nothing is said of what is in it.
fn judge<'k>(
    value: Written<'_>,
    schema: Schema<'k>,
    way: Option<&Way<'_>>,
    tell: &mut impl FnMut(Unfit<'k>, Written<'_>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    if schema.is_any() {
        return ControlFlow::Continue(());
    }
    let made = value.made();
    let wrong = match made {
        Made::Nothing => None,
        Made::Plain(plain) => schema.mismatch(plain),
        Made::List(items) => {
            schema.mismatch_of_list(Some(items.count())).or_else(|| strange_item(value, items, schema))
        }
        Made::Object(_) => schema.mismatch_of_object(),
    };
    if let Some(mismatch) = wrong {
        let is_all = matches!(mismatch, Mismatch::NoItem { .. });
        tell(Unfit { steps: steps(way), mismatch, names: Vec::new() }, value)?;
        if is_all {
            return ControlFlow::Continue(());
        }
    }
    match (made, schema.nature()) {
        (Made::List(items), Nature::List(of)) => {
            items.iter().try_for_each(|(at, item)| judge(item, of, Some(&Way { before: way, at }), tell))
        }
        (Made::Object(members), nature) => judge_members(value, members, &nature, way, tell),
        _ => ControlFlow::Continue(()),
    }
}

/// Tells what does not fit in the members of an object, and which ones it lacks.
fn judge_members<'k>(
    object: Written<'_>,
    members: Parts<'_>,
    nature: &Nature<'k>,
    way: Option<&Way<'_>>,
    tell: &mut impl FnMut(Unfit<'k>, Written<'_>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    for (at, one) in members.iter() {
        let At::Member(name) = at else { continue };
        match nature.member(name) {
            Ok(None) => {}
            Ok(Some(schema)) => judge(one, schema, Some(&Way { before: way, at }), tell)?,
            Err((mismatch, names)) => tell(Unfit { steps: steps(way), mismatch, names }, one)?,
        }
    }
    let Nature::Object(of) = nature else { return ControlFlow::Continue(()) };
    of.required().filter(|name| !members.has(name)).try_for_each(|name| {
        let mismatch = Mismatch::Lacks(name.into());
        tell(Unfit { steps: steps(way), mismatch, names: Vec::new() }, object)
    })
}
