//! What the targets hold, told: what others changed, and why a thing is as it is.

use super::planning::delivered_to;
use super::unreached::forgotten;
use super::{Misuse, SessionError};
use crate::apply::Targets;
use crate::diff::desired;
use crate::drift::{self, Drift, Extent};
use crate::model::{Name, Thing};
use crate::observe::{Files, Objects, files, settle};
use crate::why::{self, Known, Moved, Unknown, Why};
use crate::workspace::{Loaded, Unwatched};
use std::collections::BTreeSet;

/// Looks for what others changed, as far as that is asked for.
///
/// # Errors
/// Where a target cannot be read, as a whole.
pub fn drift(loaded: &Loaded, targets: &mut Targets, extent: Extent) -> Result<Drift, SessionError> {
    let (project, desired) = (&loaded.project, desired(&loaded.project));
    let settled = settle(loaded, targets, &BTreeSet::new(), &Unwatched)?;
    let objects = Objects::observe(project, &desired, targets)?;
    let files = files(project, &settled, &objects.entries, targets, |_| ())?;
    let lost = lost(&files, targets);
    let unread = files.iter().flat_map(|of| of.observed.unread.iter().map(|one| one.told(&of.store))).collect();
    let mut drift = drift::drift(project, (&desired, &objects), (files, &lost), (targets, extent))?;
    drift.unread = unread;
    if extent == Extent::Unmanaged {
        let is_brought = |store: &Name| targets.stores.contains_key(&**store);
        drift.left_behind = forgotten(&settled, is_brought, targets).into_values().flatten().collect();
    }
    Ok(drift)
}

/// What the project delivered, as its journal tells, to state stores that know nothing of it any more: somebody emptied the repository, or took it
/// away.
fn lost(files: &[Files<'_>], targets: &Targets) -> BTreeSet<Thing> {
    let is_known = |of: &Files<'_>| {
        of.unchanged > 0 || of.observed.files.values().any(|state| state.owned.is_some() || state.is_shared)
    };
    let unknown: Vec<&Files<'_>> = files.iter().filter(|of| !of.placed.is_empty() && !is_known(of)).collect();
    if unknown.is_empty() {
        return BTreeSet::new();
    }
    let delivered: BTreeSet<Thing> = delivered_to(targets).into_values().flatten().collect();
    let placed = unknown.into_iter().flat_map(|of| &of.placed).map(|placed| placed.thing());
    placed.filter(|thing| delivered.contains(thing)).collect()
}

/// Tells why a thing is as it is: an address, an address and a field with `#` between, or `file:STORE:PATH`.
///
/// # Errors
/// Where a target cannot be read, and where nothing is called so.
pub fn why(loaded: &Loaded, targets: &mut Targets, asked: &str) -> Result<Why, SessionError> {
    let desired = desired(&loaded.project);
    let settled = settle(loaded, targets, &BTreeSet::new(), &Unwatched)?;
    let objects = Objects::observe(&loaded.project, &desired, targets)?;
    let known = Known { loaded, desired: &desired, settled: &settled, objects: &objects };
    let unknown = |unknown| match unknown {
        Unknown::Renamed(Moved { from, to, place }) => Misuse::Renamed { from, to, said: place.at() },
        Unknown::Address(near) => Misuse::Address { asked: asked.to_owned(), near },
        Unknown::Field(near) => Misuse::Field { asked: asked.to_owned(), near },
    };
    Ok(why::why(known, targets, asked)?.map_err(unknown)?)
}
