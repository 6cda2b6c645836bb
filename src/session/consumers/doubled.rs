//! Objects of Kubernetes that the project comes to deliver to a folder to which another one delivers them already: which of the two wins there
//! is chance, and the end of one takes away what the other one has. Of two requests of one project that is an error of its text.

use crate::apply::Targets;
use crate::model::{Address, Destination, Holding, Name, Project, Thing};
use crate::observe::Settled;
use crate::plan::{Doubled, Manifested, Operation, Plan};
use crate::render::{identities, is_piece};
use crate::session::SessionError;
use crate::store::{Store, StoreError};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// The objects that come to a destination, each with the request that brings it.
type Coming<'s> = BTreeMap<Manifested, &'s Address>;

/// A file that another project delivered.
struct Theirs {
    owner: Name,
    request: Address,
    path: String,
}

/// What requests of the project bring that requests of others have there, once for each two of them. Nothing is read where the plan brings no
/// object that is new to its destination, and of what others have there no more than the files that have its name in them.
///
/// # Errors
/// Where a target cannot be read.
pub(super) fn doubled(
    plan: &Plan,
    project: &Project,
    settled: &Settled<'_>,
    targets: &Targets,
) -> Result<Vec<Doubled>, SessionError> {
    let coming = coming(plan, project, settled, targets)?;
    if coming.is_empty() {
        return Ok(Vec::new());
    }
    let others: Vec<Name> = targets.catalog.projects()?.into_iter().map(|project| project.id).collect();
    let others: Vec<&Name> = others.iter().filter(|id| ***id != *targets.identity.id).collect();
    // What is taken over from another project goes along with its files.
    let ours: HashSet<&Address> = settled.rendered.iter().map(|one| &one.request).collect();
    let mut doubled = Vec::new();
    for (name, objects) in coming {
        let Some(destination) = project.destination(name) else { continue };
        let Some(store) = targets.stores.get(&*destination.store.value) else { continue };
        let mut theirs = Vec::new();
        for owner in &others {
            for holding in store.holdings_of(owner)?.into_iter().filter(|one| !ours.contains(&one.request)) {
                theirs.extend(files(&holding, owner, destination));
            }
        }
        doubled.extend(met(&objects, &theirs, &**store, destination)?);
    }
    Ok(doubled)
}

/// What the plan brings to each destination, and the request had not there before.
fn coming<'s>(
    plan: &Plan,
    project: &Project,
    settled: &'s Settled<'_>,
    targets: &Targets,
) -> Result<BTreeMap<&'s Name, Coming<'s>>, StoreError> {
    let written = plan.operations.iter().filter(|one| !one.action.takes_away()).filter_map(Operation::file);
    let written: BTreeSet<&Address> = written.filter_map(|file| file.request.as_ref()).collect();
    let mut coming: BTreeMap<&Name, Coming<'s>> = BTreeMap::new();
    for one in settled.rendered.iter().filter(|one| written.contains(&one.request)) {
        let Some(name) = &one.destination else { continue };
        let Some(destination) = project.destination(name) else { continue };
        let before = held((&one.request, name), destination, settled, targets)?;
        let new = one.objects.iter().map(|object| Manifested::from(&object.identity));
        let new: Vec<Manifested> = new.filter(|object| !before.contains(object)).collect();
        if !new.is_empty() {
            coming.entry(name).or_default().extend(new.into_iter().map(|object| (object, &one.request)));
        }
    }
    Ok(coming)
}

/// What a request has in a destination.
fn held(
    key: (&Address, &Name),
    destination: &Destination,
    settled: &Settled<'_>,
    targets: &Targets,
) -> Result<BTreeSet<Manifested>, StoreError> {
    let store = &*destination.store.value;
    let (Some(holdings), Some(target)) = (settled.holdings.get(store), targets.stores.get(store)) else {
        return Ok(BTreeSet::new());
    };
    let Ok(found) = holdings.binary_search_by(|holding| holding.key().cmp(&key)) else { return Ok(BTreeSet::new()) };
    let paths: Vec<&str> = holdings[found].files.iter().map(String::as_str).collect();
    let live = paths.iter().zip(target.read_all(&paths)?).filter_map(|(path, live)| Some((path, live?)));
    Ok(live.flat_map(|(path, live)| identities(path, &live)).map(|identity| Manifested::from(&identity)).collect())
}

/// The files of another project in the folder of a destination. What kustomize puts together there are pieces.
fn files(holding: &Holding, owner: &Name, destination: &Destination) -> Vec<Theirs> {
    let is_there = |path: &&String| destination.holds(&destination.store.value, path);
    let is_whole = |path: &&String| !is_piece(path, holding.files.iter().map(String::as_str));
    let file = |path: &String| Theirs { owner: owner.clone(), request: holding.request.clone(), path: path.clone() };
    holding.files.iter().filter(is_there).filter(is_whole).map(file).collect()
}

/// What of some objects is in some files.
fn met(
    objects: &Coming<'_>,
    theirs: &[Theirs],
    store: &dyn Store,
    destination: &Destination,
) -> Result<Vec<Doubled>, StoreError> {
    let names: HashSet<&[u8]> = objects.keys().map(|object| object.name.as_bytes()).collect();
    let paths: Vec<&str> = theirs.iter().map(|file| &*file.path).collect();
    let found = |(file, content): (&Theirs, Option<Vec<u8>>)| -> Vec<Manifested> {
        let content = content.filter(|content| words(content).any(|word| names.contains(word))).unwrap_or_default();
        let found = identities(&file.path, &content).into_iter().map(|identity| Manifested::from(&identity));
        found.filter(|object| objects.contains_key(object)).collect()
    };
    let found: Vec<Vec<Manifested>> = theirs.par_iter().zip(store.read_all(&paths)?).map(found).collect();
    let mut met: BTreeMap<(&Address, &Name, &Address), Doubled> = BTreeMap::new();
    for (file, object) in
        theirs.iter().zip(found).flat_map(|(file, found)| found.into_iter().map(move |one| (file, one)))
    {
        let Some(request) = objects.get(&object) else { continue };
        let first = || Doubled {
            request: (*request).clone(),
            destination: destination.name.value.clone(),
            object,
            more: 0,
            owner: file.owner.clone(),
            other: file.request.clone(),
            file: Thing::file(&destination.store.value, &file.path),
        };
        met.entry((request, &file.owner, &file.request)).and_modify(|known| known.more += 1).or_insert_with(first);
    }
    Ok(met.into_values().collect())
}

/// The runs of what names of objects are made of.
fn words(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    content.split(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b':')))
}
