//! Whether what a manifest says is what the kind of the object has: its fields, and what their values may be.

use super::misfit::{MisfitField, way};
use super::said::Step;
use crate::function::Output;
use crate::kubernetes::{Kinds, Mismatch, Nature, Plain, Schema};
use crate::model::Value;
use crate::source::{Origin, Spanned};
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
fn strange_item(list: Written<'_>, items: &[Written<'_>], schema: Schema<'_>) -> Option<Mismatch> {
    match (list, items) {
        (Written::Placed { span, .. }, [Written::Placed { value: Value::Object(map), span: own, .. }])
            if span == *own =>
        {
            schema.mismatch_of_item(map.members.iter().map(|one| &*one.name.value))
        }
        _ => None,
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
    let mut found = Vec::new();
    let tell = &mut |unfit: Unfit<'_>, _: Written<'_>| {
        found.push(unfit.misfit(kind, None));
        ControlFlow::<()>::Continue(())
    };
    let _: ControlFlow<()> = judge(Written::Bare(manifest), kinds.schema(api_version, kind), &mut Vec::new(), tell);
    found
}

/// The first thing that does not fit a schema in what a manifest says.
pub(super) fn unfit<'k>(output: &Output<'_>, schema: Schema<'k>) -> Option<Unfit<'k>> {
    let judged = judge(Written::Output(output), schema, &mut Vec::new(), &mut |unfit, _| ControlFlow::Break(unfit));
    judged.break_value()
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
    let _: ControlFlow<()> = judge(written, schema, &mut Vec::new(), tell);
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
    List(Vec<Written<'v>>),
    /// Members without a value are none.
    Object(Vec<(&'v str, Written<'v>)>),
}

impl<'v> Written<'v> {
    fn made(self) -> Made<'v> {
        match self {
            Self::Output(Output::Value(value)) => Written::Bare(value).made(),
            Self::Output(Output::Owned(value)) => Written::Bare(value).made(),
            Self::Output(Output::Text(text)) => Made::Plain(Plain::Text(Some(text))),
            Self::Output(Output::Array(items)) => Made::List(items.iter().map(Written::Output).collect()),
            Self::Output(Output::Object(members)) => {
                let members = members.iter().filter(|member| !member.1.is_null());
                Made::Object(members.map(|(name, value)| (&**name, Written::Output(value))).collect())
            }
            Self::Bare(value) | Self::Placed { value, .. } => match value {
                Value::Null => Made::Nothing,
                Value::Array(items) => {
                    Made::List(items.iter().map(|item| self.inner(&item.value, item.span, item.span)).collect())
                }
                Value::Object(map) => {
                    let members = map.members.iter().filter(|one| one.value.value != Value::Null);
                    let inner = members
                        .map(|one| (&*one.name.value, self.inner(&one.value.value, one.value.span, one.name.span)));
                    Made::Object(inner.collect())
                }
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

/// Tells what does not fit a schema in a value, until somebody has heard enough. Where a value is another thing than it should be, nothing is
/// said of what is in it.
fn judge<'k, B>(
    value: Written<'_>,
    schema: Schema<'k>,
    steps: &mut Vec<Step>,
    tell: &mut impl FnMut(Unfit<'k>, Written<'_>) -> ControlFlow<B>,
) -> ControlFlow<B> {
    let made = value.made();
    let wrong = match &made {
        Made::Nothing => None,
        Made::Plain(plain) => schema.mismatch(*plain),
        Made::List(items) => schema.mismatch_of_list(Some(items.len())).or_else(|| strange_item(value, items, schema)),
        Made::Object(_) => schema.mismatch_of_object(),
    };
    if let Some(mismatch) = wrong {
        let is_all = matches!(mismatch, Mismatch::NoItem { .. });
        tell(Unfit { steps: steps.clone(), mismatch, names: Vec::new() }, value)?;
        if is_all {
            return ControlFlow::Continue(());
        }
    }
    match (made, schema.nature()) {
        (Made::List(items), Nature::List(of)) => {
            for (at, item) in items.into_iter().enumerate() {
                steps.push(Step::Item(at));
                judge(item, of, steps, tell)?;
                steps.pop();
            }
        }
        (Made::Object(members), nature) => {
            for (name, one) in &members {
                match nature.member(name) {
                    Ok(None) => {}
                    Ok(Some(schema)) => {
                        steps.push(Step::Member((*name).to_owned()));
                        judge(*one, schema, steps, tell)?;
                        steps.pop();
                    }
                    Err((mismatch, names)) => {
                        tell(Unfit { steps: steps.clone(), mismatch, names }, *one)?;
                    }
                }
            }
            let Nature::Object(of) = nature else { return ControlFlow::Continue(()) };
            for name in of.required().filter(|name| members.iter().all(|one| one.0 != *name)) {
                let mismatch = Mismatch::Lacks(name.into());
                tell(Unfit { steps: steps.clone(), mismatch, names: Vec::new() }, value)?;
            }
        }
        _ => {}
    }
    ControlFlow::Continue(())
}
