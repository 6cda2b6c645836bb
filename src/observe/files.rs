use super::confidential::{Confidential, encrypted_folders};
use super::{ObserveError, Settled};
use crate::apply::Targets;
use crate::catalog::Entry;
use crate::diff::{FileDiff, diff_files};
use crate::model::{Project, Scopes, Thing};
use crate::render::Placed;
use crate::store::{Observed, Store};
use std::collections::{BTreeMap, BTreeSet};

/// What a state store holds, paired with what a project wants there.
pub struct Files<'s> {
    /// The state store.
    pub store: String,
    /// The files that are wanted there.
    pub placed: Vec<&'s Placed>,
    /// What is there, as far as it was asked for.
    pub observed: Observed,
    /// The files about which there is something to say.
    pub diffs: Vec<FileDiff<'s>>,
    /// How many files are as they should be.
    pub unchanged: usize,
    /// Which files may hold secrets.
    pub secret: Confidential,
}

/// Looks at every state store for the files of a settled project; `entries` is what the catalog holds, and `begins` is told the store that
/// is looked at.
///
/// # Errors
/// Where a target cannot be read, or a secret cannot be had.
pub fn files<'s>(
    project: &Project,
    settled: &'s Settled<'_>,
    entries: &[Entry],
    targets: &mut Targets,
    begins: impl Fn(&str),
) -> Result<Vec<Files<'s>>, ObserveError> {
    let encrypted = encrypted_folders(project, entries, &*targets.catalog)?;
    let mut by_store: BTreeMap<&str, Vec<&'s Placed>> = BTreeMap::new();
    for placed in settled.placed.iter() {
        by_store.entry(&placed.store).or_default().push(placed);
    }
    let mut all = Vec::new();
    for (name, store) in &mut targets.stores {
        begins(name);
        let placed = by_store.remove(name.as_str()).unwrap_or_default();
        let secret = Confidential::new(name, &placed, &encrypted, &**store, &targets.secrets)?;
        let identified = secret.identified(&placed, &**store);
        let contents: Vec<_> = identified.iter().map(|(file, id)| (file.path.as_str(), id.clone())).collect();
        let observed = store.compare(&contents)?;
        let (mut diffs, unchanged) = diff_files(&identified, &observed);
        diffs.extend(cleared(project, name, &placed, &mut **store)?);
        diffs.sort_by(|one, other| one.path.cmp(&other.path));
        all.push(Files { store: name.clone(), placed, observed, diffs, unchanged, secret });
    }
    Ok(all)
}

/// What the text says is to go of what nobody owns in a state store, which was observed.
fn cleared<'s>(
    project: &Project,
    name: &str,
    placed: &[&Placed],
    store: &mut dyn Store,
) -> Result<Vec<FileDiff<'s>>, ObserveError> {
    let own = |span| !project.externs.holds(span);
    let is_own = project.store(name).is_some_and(|store| own(store.span));
    let lines = Scopes::of(&project.cleared, |line| &line.scope.value);
    if !is_own || project.cleared.iter().all(|line| line.scope.value.object().is_some()) {
        return Ok(Vec::new());
    }
    let wanted: BTreeSet<&str> = placed.iter().map(|placed| &*placed.path).collect();
    let is_delivered = |path: &str| {
        let destinations = project.destinations.iter().filter(|destination| own(destination.span));
        destinations.into_iter().any(|destination| destination.holds(name, path))
    };
    let named: BTreeSet<String> = project.cleared.iter().map(|line| line.scope.value.to_string()).collect();
    let goes = |path: &&str| {
        let file = Thing::file(name, path).to_string();
        !wanted.contains(path) && (named.contains(&file) || is_delivered(path) && lines.of_pattern(&file).is_some())
    };
    let paths = store.paths()?;
    let paths: Vec<&str> = paths.iter().map(String::as_str).filter(goes).collect();
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let known: BTreeSet<&str> = paths.iter().copied().collect();
    let states = store.observe(&paths)?.files.into_iter();
    let nobodys = states.filter(|(path, state)| known.contains(&**path) && state.is_nobodys());
    Ok(nobodys.map(|(path, state)| FileDiff::cleared(path, state)).collect())
}
