//! What of an object is meant by what is asked for.

use crate::drift::{DriftedObject, Outcome, Whole};
use crate::model::{Stop, covers};
use crate::writer::Stuck;
use std::collections::BTreeSet;

/// What of an object is asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Choice<'d> {
    /// That it is gone.
    Removal,
    /// Some fields, by path.
    Fields(Vec<&'d str>),
    /// All of it: nobody declares it.
    Whole,
}

/// What of an object is asked for: some fields, or, where others deleted it, its removal; why not, where its lifecycle stops that, or where a
/// pattern means what is in conflict: what the text says there is in no other place.
pub(super) fn choose<'d>(
    object: &'d DriftedObject,
    asked: &[String],
    met: &mut [bool],
) -> Option<Result<Choice<'d>, Stuck>> {
    let address = object.address.to_string();
    let is_conflict = |outcome| outcome == Outcome::Conflict && object.span.is_some();
    let (mut removed, mut illegible, mut stopped) = (false, None, None);
    let (mut paths, mut guessed): (BTreeSet<&str>, BTreeSet<&str>) = (BTreeSet::new(), BTreeSet::new());
    for (asked, met) in asked.iter().zip(met) {
        let (pattern, field) = asked.split_once('#').map_or((asked.as_str(), None), |(a, field)| (a, Some(field)));
        if !covers(pattern, &address) {
            continue;
        }
        let is_pattern = asked.contains('*');
        match (&object.whole, field) {
            (Some(Whole::Deleted(..)), Some(_)) => {}
            (Some(Whole::Unreadable(_, unreadable)), _) => {
                *met = true;
                illegible = Some(Stuck::new(format!("{unreadable}, so that there is nothing to write down")));
            }
            (Some(Whole::Deleted(outcome, stop)), None) => {
                *met = true;
                if object.span.is_some() && (*stop == Some(Stop::Never) || is_pattern && stop.is_some()) {
                    stopped = *stop;
                    continue;
                }
                let is_guess = is_pattern && is_conflict(*outcome);
                removed |= !is_guess;
                guessed.extend(is_guess.then_some(""));
            }
            (None, field) => {
                for found in &object.fields {
                    if field.is_none_or(|field| covers(field, &found.path)) {
                        *met = true;
                        let into = if is_pattern && is_conflict(found.outcome) { &mut guessed } else { &mut paths };
                        into.insert(&found.path);
                    }
                }
            }
        }
    }
    if let Some(stuck) = illegible {
        return Some(Err(stuck));
    }
    if let Some(stop) = stopped.filter(|_| !removed) {
        return Some(Err(protected(&address, stop)));
    }
    guessed.retain(|path| !removed && !paths.contains(path));
    if !guessed.is_empty() {
        return Some(Err(in_conflict(&address, &guessed)));
    }
    match (removed, paths.is_empty()) {
        (true, _) => Some(Ok(Choice::Removal)),
        (false, false) => Some(Ok(Choice::Fields(paths.into_iter().collect()))),
        (false, true) => None,
    }
}

/// Why an object that others deleted, and that was not to go so, does not go from the text.
fn protected(address: &str, stop: Stop) -> Stuck {
    Stuck::new(match stop {
        Stop::Never => "its `deletion forbid` says that it never goes: `plat apply` makes it again, and it may go once an apply has given it \
                        another lifecycle"
            .to_owned(),
        Stop::Asked => format!("its lifecycle protects it from being deleted: only its own address takes that over, {address}"),
    })
}

/// Why what is in conflict is not taken over by a pattern; the path is empty for an object that others deleted.
fn in_conflict(address: &str, paths: &BTreeSet<&str>) -> Stuck {
    let own = |path: &&str| if path.is_empty() { address.to_owned() } else { format!("{address}#{path}") };
    let called = |path: &&str| if path.is_empty() { "it".to_owned() } else { format!("`{path}`") };
    let what = paths.iter().map(called).collect::<Vec<String>>().join(", ");
    let own = paths.iter().map(own).collect::<Vec<String>>().join(", ");
    let takes =
        if paths.len() == 1 { "only its own address takes it over" } else { "only their own addresses take them over" };
    Stuck::new(format!("the text says {what} anew, and that would be lost: {takes}, {own}"))
}
