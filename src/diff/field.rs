use super::{Hidden, Veil, Verdict, judge};
use crate::catalog::OwnedFields;
use crate::model::{Digest, Kind, Lifecycle, Map, Value};
use crate::object::{canonical, fields};
use crate::source::{Origin, Spanned};
use std::collections::{BTreeMap, BTreeSet};

/// One field with its three sides.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldDiff {
    /// The field's path.
    pub path: String,
    /// What follows.
    pub verdict: Verdict,
    /// Whether the project owns it.
    pub is_owned: bool,
    /// What was written last, where one of the other sides still has it.
    pub written: Option<Value>,
    /// The live value, as it may be shown.
    pub live: Option<Value>,
    /// The digest of the live value.
    pub digest: Option<Digest>,
    /// What of the live value is not shown.
    pub veils: Option<Hidden>,
    /// The desired value.
    pub desired: Option<Value>,
    /// Where the desired value is written.
    pub span: Option<Origin>,
}

/// What is remembered of an object: what the project wrote into it, and what others did.
#[derive(Clone, Debug, Default)]
pub struct Remembered {
    /// The fields that the project owns, as last written.
    pub owned: OwnedFields,
    /// What the project last wrote into it, as far as that is known.
    pub written: Map,
    /// What another project last wrote that owns it too, or alone: it may say what of it is a secret.
    pub others: Map,
}

impl Remembered {
    /// What of the live object is not shown, beside what is desired of it.
    pub fn veil<'k>(&'k self, desired: &'k Map, live: &Map) -> Veil<'k> {
        Veil::of([desired, &self.written, &self.others], live)
    }
}

/// The fields of an object of a kind about which there is something to say, by path: all but the same, the foreign, and those
/// that the lifecycle leaves alone. A list that differs by an order that says nothing is the same.
pub fn diff_object(
    kind: Kind,
    desired: &Map,
    live: &Map,
    remembered: &Remembered,
    lifecycle: Option<&Lifecycle>,
) -> Vec<FieldDiff> {
    let is_told = |path: &str, verdict| {
        !matches!(verdict, Verdict::Same | Verdict::Foreign)
            && !lifecycle.is_some_and(|lifecycle| lifecycle.ignores(path))
    };
    compare_object(kind, (desired, live), remembered, is_told)
}

/// The fields of an object of a kind that are asked for by their path and by what follows, by path. What was written last is known of
/// the fields that are remembered, and of those where it is the same as another side.
pub fn compare_object(
    kind: Kind,
    (desired, live): (&Map, &Map),
    remembered: &Remembered,
    is_asked: impl Fn(&str, Verdict) -> bool,
) -> Vec<FieldDiff> {
    let veil = remembered.veil(desired, live);
    let Remembered { owned, written, .. } = remembered;
    let desired: BTreeMap<String, &Spanned<Value>> = fields(desired).into_iter().collect();
    let live: BTreeMap<String, &Spanned<Value>> = fields(live).into_iter().collect();
    let written: BTreeMap<String, &Spanned<Value>> = fields(written).into_iter().collect();
    let owned: BTreeMap<&str, Digest> = owned.iter().map(|(path, digest)| (path.as_str(), *digest)).collect();
    let mut paths: BTreeSet<&str> = desired.keys().chain(live.keys()).map(String::as_str).collect();
    paths.extend(owned.keys());
    let diff = |path: &str| {
        let (wanted, found, base) = (desired.get(path), live.get(path), owned.get(path));
        let wants = wanted.map(|value| Digest::of_value(value));
        // Of what is only live nobody asks what it is.
        let has = found.filter(|_| wants.is_some() || base.is_some());
        let has = has.and_then(|value| canonical(kind, path, value)).map(|value| Digest::of_value(&value));
        let verdict = match (&wants, base) {
            (None, None) => Verdict::Foreign,
            (wants, base) => judge(base, has.as_ref(), wants.as_ref()),
        };
        let value = |side: Option<&&Spanned<Value>>| side.map(|value| value.value.clone());
        let same = if wants.as_ref() == base { wanted } else { found.filter(|_| has.as_ref() == base) };
        let known = written.get(path).or_else(|| base.and(same));
        is_asked(path, verdict).then(|| {
            let shown = |side: &&Spanned<Value>| veil.over(path, side);
            let (live, veils) = found.map(shown).map_or((None, None), |(live, veils)| (Some(live), veils));
            FieldDiff {
                path: path.to_owned(),
                verdict,
                is_owned: base.is_some(),
                written: known.map(|known| shown(known).0),
                live,
                digest: found.map(|value| Digest::of_value(value)),
                veils,
                desired: value(wanted),
                span: wanted.map(|value| value.span),
            }
        })
    };
    paths.into_iter().filter_map(diff).collect()
}
