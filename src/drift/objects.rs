use super::{DriftedField, DriftedObject, Outcome, Unmanaged, Whole};
use crate::apply::Targets;
use crate::catalog::Presence;
use crate::diff::{Desired, FieldDiff, Pair, Verdict};
use crate::model::{Address, Deletion, OnDrift, Project, Removed, Scopes};
use crate::observe::{Objects, ObserveError, Sides};

/// The objects that others changed or deleted, by address.
pub(super) fn drifted(
    project: &Project,
    desired: &[Desired<'_>],
    objects: &Objects,
    targets: &Targets,
) -> Result<Vec<DriftedObject>, ObserveError> {
    let is_owned = |pair: &&Pair| pair.observed.is_some_and(|index| objects.entries[index].owner.is_some());
    let pairs: Vec<Pair> = objects.pairs.open.iter().filter(is_owned).copied().collect();
    let gone = Scopes::of(&project.removed, |removed| &removed.scope.value);
    let sides = objects.sides(&pairs, desired, targets)?;
    Ok(sides.iter().filter_map(|sides| object(sides, &gone)).collect())
}

/// The live objects that no project owns, and that this one does not declare.
pub(super) fn unmanaged(
    desired: &[Desired<'_>],
    objects: &Objects,
    targets: &Targets,
) -> Result<Vec<Unmanaged>, ObserveError> {
    let is_declared = |address: &Address| desired.binary_search_by(|one| one.address.cmp(address)).is_ok();
    let nobodys = objects.entries.iter().filter(|entry| entry.is_nobodys()).map(|entry| &entry.address);
    let addresses: Vec<Address> = nobodys.filter(|address| !is_declared(address)).cloned().collect();
    let live = targets.catalog.objects(&addresses)?.into_iter();
    let found = addresses.into_iter().zip(live).filter_map(|(address, live)| Some((address, live?)));
    Ok(found.map(|(address, live)| Unmanaged { address, live: live.map(|object| object.body) }).collect())
}

fn object(sides: &Sides<'_>, gone: &Scopes<'_, Removed>) -> Option<DriftedObject> {
    let (whole, fields) = match &sides.opened.live {
        Some(Presence::Read(_)) => (None, fields(sides, gone)),
        Some(Presence::Unreadable(one)) => (Some(Whole::Unreadable(unreadable(sides, gone), one.clone())), Vec::new()),
        None => (Some(Whole::Deleted(deleted(sides)?, sides.stop())), Vec::new()),
    };
    if whole.is_none() && fields.is_empty() {
        return None;
    }
    Some(DriftedObject {
        address: sides.address()?.clone(),
        span: sides.desired.map(|desired| desired.span),
        other_owner: sides.other_owner().cloned(),
        whole,
        fields,
        live: sides.opened.live.as_ref().and_then(Presence::read).map(|object| object.body.clone()).unwrap_or_default(),
    })
}

/// What becomes of an object that others deleted; nothing where nobody wants it any more.
fn deleted(sides: &Sides<'_>) -> Option<Outcome> {
    sides.desired?;
    Some(match Outcome::of(sides.on_drift()) {
        Outcome::Revert | Outcome::Keep if sides.is_changed() => Outcome::Conflict,
        outcome => outcome,
    })
}

/// What becomes of an object that nobody can read: it is never set back unasked.
fn unreadable(sides: &Sides<'_>, gone: &Scopes<'_, Removed>) -> Outcome {
    match (sides.desired, sides.on_drift()) {
        (None, _) if is_left(sides, gone) => Outcome::Keep,
        (Some(_), OnDrift::Keep) if !sides.is_changed() && !sides.is_moved() => Outcome::Keep,
        (Some(_), OnDrift::Fail) => Outcome::Fail,
        (_, _) => Outcome::Conflict,
    }
}

/// Whether an object stays that is no longer declared: a `removed` node or its lifecycle says so.
fn is_left(sides: &Sides<'_>, gone: &Scopes<'_, Removed>) -> bool {
    let removed = sides.entry.and_then(|entry| gone.of_object(&entry.address));
    let is_let_go = removed.is_some_and(|removed| removed.keep.is_some());
    is_let_go || sides.lifecycle().is_some_and(|lifecycle| lifecycle.deletion == Deletion::Orphan)
}

fn fields(sides: &Sides<'_>, gone: &Scopes<'_, Removed>) -> Vec<DriftedField> {
    let is_left = is_left(sides, gone);
    let is_drift = |path: &str, verdict| matches!(verdict, Verdict::Drift | Verdict::Conflict) && !sides.ignores(path);
    let field = |diff: FieldDiff| DriftedField {
        outcome: match (diff.verdict, sides.desired) {
            (Verdict::Drift, _) => Outcome::of(sides.on_drift()),
            (_, None) if is_left => Outcome::Keep,
            _ => Outcome::Conflict,
        },
        path: diff.path,
        written: diff.written,
        live: diff.live,
        veils: diff.veils,
        desired: diff.desired,
        span: diff.span,
    };
    sides.fields(is_drift).into_iter().map(field).collect()
}
