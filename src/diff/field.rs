use super::{Verdict, judge};
use crate::catalog::OwnedFields;
use crate::model::{Digest, Kind, Lifecycle, Map, Value, fields};
use crate::object::canonical;
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;

/// What differs in one field.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldDiff {
    /// The field's path.
    pub path: String,
    /// What follows.
    pub verdict: Verdict,
    /// The live value, as it is.
    pub live: Option<Value>,
    /// The desired value.
    pub desired: Option<Value>,
    /// Where the desired value is written.
    pub span: Option<Span>,
}

/// The fields of an object of a kind about which there is something to say, by path: all but the same, the foreign, and those
/// that the lifecycle leaves alone. A list that differs by an order that says nothing is the same.
pub fn diff_object(
    kind: Kind,
    desired: &Map,
    live: &Map,
    owned: &OwnedFields,
    lifecycle: Option<&Lifecycle>,
) -> Vec<FieldDiff> {
    let desired: BTreeMap<String, &Spanned<Value>> = fields(desired).into_iter().collect();
    let live: BTreeMap<String, &Spanned<Value>> = fields(live).into_iter().collect();
    let owned: BTreeMap<&str, Digest> = owned.iter().map(|(path, digest)| (path.as_str(), *digest)).collect();
    let mut paths: Vec<&str> = desired.keys().map(String::as_str).collect();
    paths.extend(owned.keys());
    paths.sort_unstable();
    paths.dedup();
    paths.retain(|path| !lifecycle.is_some_and(|lifecycle| lifecycle.ignores(path)));
    let diff = |path: &str| {
        let (wanted, found) = (desired.get(path), live.get(path));
        let wants = wanted.map(|value| Digest::of_value(value));
        let has = found.map(|value| Digest::of_value(&canonical(kind, path, value)));
        let verdict = judge(owned.get(path), has.as_ref(), wants.as_ref());
        let silent = matches!(verdict, Verdict::Same | Verdict::Foreign);
        (!silent).then(|| FieldDiff {
            path: path.to_owned(),
            verdict,
            live: found.map(|value| value.value.clone()),
            desired: wanted.map(|value| value.value.clone()),
            span: wanted.map(|value| value.span),
        })
    };
    paths.into_iter().filter_map(diff).collect()
}
