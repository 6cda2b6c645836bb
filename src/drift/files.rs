use super::{DriftedFile, LeftFile, Outcome};
use crate::apply::Targets;
use crate::catalog::Entry;
use crate::diff::{FileDiff, Verdict};
use crate::model::{Address, Destination, Kind, Name, OnDrift, Project, Thing};
use crate::observe::{Files, ObserveError};
use crate::render::Placed;
use crate::store::{FileState, Store};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is told in place of a content that may hold secrets.
const CONFIDENTIAL: &str = "(not shown: it may hold secrets)\n";

/// The files that others changed or deleted, by state store and path; those that are lost went with all of a state store.
pub(super) fn drifted(
    project: &Project,
    (files, lost): (Vec<Files<'_>>, &BTreeSet<Thing>),
    targets: &mut Targets,
) -> Result<Vec<DriftedFile>, ObserveError> {
    let mut drifted = Vec::new();
    for Files { store: name, observed, diffs, secret, .. } in files {
        let Some(store) = targets.stores.get(&name) else { continue };
        let outcome = |diff: &FileDiff<'_>| match diff.verdict {
            // A repository that is not there is not begun anew unasked.
            Verdict::Add if lost.contains(&Thing::file(&name, &diff.path)) => {
                Some(if observed.is_unmade { Outcome::Fail } else { Outcome::Revert })
            }
            _ => outcome(project, diff),
        };
        let changed: Vec<(FileDiff<'_>, Outcome)> =
            diffs.into_iter().filter_map(|diff| outcome(&diff).map(|outcome| (diff, outcome))).collect();
        let paths: Vec<&str> = changed.iter().map(|(diff, _)| &*diff.path).filter(|path| !secret.holds(path)).collect();
        let read = |found: Vec<Option<Vec<u8>>>| -> BTreeMap<String, Vec<u8>> {
            let found = paths.iter().zip(found);
            found.filter_map(|(path, content)| Some(((*path).to_owned(), content?))).collect()
        };
        let (mut live_ones, mut written_ones) = (read(store.read_all(&paths)?), read(store.written_all(&paths)?));
        for (diff, outcome) in changed {
            let (state, is_secret) = (observed.files.get(&diff.path), secret.holds(&diff.path));
            let written = if is_secret {
                None
            } else {
                let known = written_ones.remove(&diff.path).map(Into::into);
                known.or_else(|| unchanged(&**store, state, diff.desired))
            };
            let live = match diff.live {
                Some(_) if is_secret => Some(CONFIDENTIAL.as_bytes().into()),
                Some(_) => {
                    let content = live_ones.remove(&diff.path);
                    content.or_else(|| diff.linked().map(String::into_bytes)).map(Into::into)
                }
                None => None,
            };
            drifted.push(DriftedFile {
                store: name.clone(),
                request: diff.desired.map(|placed| placed.request.clone()),
                span: diff.desired.map(|placed| placed.span),
                other_owner: state.and_then(|state| state.other_owner.clone()),
                written,
                live,
                desired: diff.desired.map(|placed| placed.content.clone()),
                outcome,
                is_executable: diff.is_executable(),
                obstacle: diff.obstacle.map(|obstacle| obstacle.to_string()),
                path: diff.path,
            });
        }
    }
    Ok(drifted)
}

/// The files of a state store that the next apply writes or deletes, and that nobody else changed.
pub(super) fn pending<'f>(files: &'f Files<'_>) -> impl Iterator<Item = Thing> + 'f {
    let is_pending = |diff: &&FileDiff<'_>| {
        matches!(diff.verdict, Verdict::Add | Verdict::Change | Verdict::Remove | Verdict::Adopt)
    };
    files.diffs.iter().filter(is_pending).map(|diff| Thing::file(&files.store, &diff.path))
}

/// The files in the destinations that a project has itself and does not want there: those that no project owns, and those of others for requests
/// that these own no more.
pub(super) fn unmanaged(
    project: &Project,
    wanted: &BTreeSet<Thing>,
    entries: &[Entry],
    targets: &mut Targets,
) -> Result<(Vec<Thing>, Vec<LeftFile>), ObserveError> {
    let own: Vec<&Destination> =
        project.destinations.iter().filter(|destination| !project.externs.holds(destination.span)).collect();
    let (mut found, mut left) = (Vec::new(), Vec::new());
    for (name, store) in &mut targets.stores {
        if !own.iter().any(|destination| *destination.store.value == **name) {
            continue;
        }
        let paths = store.paths()?;
        let is_delivered = |path: &&str| own.iter().any(|destination| destination.holds(name, path));
        let is_wanted = |path: &&str| wanted.contains(&Thing::file(name, path));
        let paths: Vec<&str> =
            paths.iter().map(String::as_str).filter(is_delivered).filter(|path| !is_wanted(path)).collect();
        let mut theirs: BTreeMap<Name, Vec<String>> = BTreeMap::new();
        let known: BTreeSet<&str> = paths.iter().copied().collect();
        for (path, state) in store.observe(&paths)?.files {
            if state.is_nobodys() {
                found.push(Thing::file(name, &path));
            } else if let (Some(_), None, Some(owner)) = (&state.live, &state.owned, &state.other_owner)
                && known.contains(&*path)
            {
                theirs.entry(owner.as_str().into()).or_default().push(path);
            }
        }
        for (owner, paths) in theirs {
            let holdings = store.holdings_of(&owner)?;
            for path in paths {
                if let Some(holding) = holdings.iter().find(|holding| holding.files.contains(&path)) {
                    let (thing, request) = (Thing::file(name, &path), holding.request.clone());
                    left.push(LeftFile { thing, owner: owner.clone(), request });
                }
            }
        }
    }
    // Of a project that the catalog never knew it knows no requests either.
    let known = if left.is_empty() { Vec::new() } else { targets.catalog.projects()? };
    let owns = |request: &Address, owner: &Name| {
        let found = entries.binary_search_by(|entry| entry.address.cmp(request)).ok();
        found.and_then(|index| entries.get(index)?.other_owner.as_ref()) == Some(owner)
    };
    left.retain(|LeftFile { owner, request, .. }| {
        known.iter().any(|project| project.id == *owner) && !owns(request, owner)
    });
    left.sort_by(|one, other| one.thing.cmp(&other.thing));
    Ok((found, left))
}

/// The projects that state stores know to have delivered some requests.
pub(super) fn delivered_by<'a>(
    addresses: impl Iterator<Item = &'a Address>,
    targets: &mut Targets,
) -> Result<BTreeMap<Address, Name>, ObserveError> {
    let requests: BTreeSet<&Address> = addresses.filter(|address| address.kind == Kind::Request).collect();
    let mut found = BTreeMap::new();
    if requests.is_empty() {
        return Ok(found);
    }
    let known = targets.catalog.projects()?.into_iter().map(|project| project.id);
    for project in known.filter(|id| **id != *targets.identity.id) {
        for store in targets.stores.values_mut() {
            let held = store.holdings_of(&project)?;
            let held = held.into_iter().filter(|one| !one.files.is_empty() && requests.contains(&one.request));
            found.extend(held.map(|one| (one.request, project.clone())));
        }
    }
    Ok(found)
}

/// What becomes of a file; nothing where others did not change it.
fn outcome(project: &Project, diff: &FileDiff<'_>) -> Option<Outcome> {
    match diff.verdict {
        Verdict::Drift => Some(match Outcome::of(on_drift(project, diff.desired)) {
            Outcome::Revert if diff.obstacle.is_some() => Outcome::Conflict,
            outcome => outcome,
        }),
        Verdict::Conflict => Some(Outcome::Conflict),
        _ => None,
    }
}

/// What becomes of changes of others in a file: what the lifecycle of its request says.
fn on_drift(project: &Project, placed: Option<&Placed>) -> OnDrift {
    let request = placed.and_then(|placed| project.requests.iter().find(|request| request.span == placed.span));
    let lifecycle = request.and_then(|request| request.lifecycle.as_ref());
    lifecycle.map(|lifecycle| lifecycle.on_drift).unwrap_or_default()
}

/// The content that was written last where nobody keeps it: the desired one, where that is the same.
fn unchanged(store: &dyn Store, state: Option<&FileState>, desired: Option<&Placed>) -> Option<Arc<[u8]>> {
    let base = state.and_then(|state| state.owned.as_ref());
    let unchanged = desired.filter(|placed| Some(&store.content_id(&placed.content)) == base);
    unchanged.map(|placed| placed.content.clone())
}
