use super::confidential::{Confidential, encrypted_folders};
use super::{ObserveError, Settled};
use crate::apply::Targets;
use crate::catalog::Entry;
use crate::diff::{FileDiff, diff_files};
use crate::model::Project;
use crate::render::Placed;
use crate::store::Observed;
use std::collections::BTreeMap;

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
        let (diffs, unchanged) = diff_files(&identified, &observed);
        all.push(Files { store: name.clone(), placed, observed, diffs, unchanged, secret });
    }
    Ok(all)
}
