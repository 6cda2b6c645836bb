//! Which files may hold secrets, so that nothing of what is live in them is shown.

use super::ObserveError;
use crate::catalog::{Bodies, Catalog, Entry};
use crate::model::{Address, EncryptedFolder, Kind, Project, Value};
use crate::render::Placed;
use crate::secret::{Secrets, fill};
use crate::store::{ContentId, Store};
use std::collections::BTreeMap;

/// The folders of destinations that say `encrypted`, and of those of the catalog, which may have said so until now: one that nobody can
/// read may have been anywhere.
///
/// # Errors
/// Where the catalog cannot be read.
pub(super) fn encrypted_folders(
    project: &Project,
    observed: &[Entry],
    catalog: &dyn Catalog,
) -> Result<Vec<EncryptedFolder>, ObserveError> {
    let live = observed.iter().filter(|entry| entry.live.is_some() && entry.address.kind == Kind::Destination);
    let addresses: Vec<Address> = live.map(|entry| entry.address.clone()).collect();
    let mut folders = project.encrypted_folders();
    if addresses.is_empty() {
        return Ok(folders);
    }
    let Bodies { read, unreadable } = Bodies::of(catalog, &addresses)?;
    if !unreadable.is_empty() {
        folders.extend(project.stores.iter().map(|store| EncryptedFolder::new(store.name.value.clone(), "")));
    }
    folders.extend(read.into_iter().filter_map(|object| {
        let text = |name: &str| object.body.get(name).and_then(|value| value.as_str()).unwrap_or_default();
        let encrypted = object.body.get("encrypted").is_some_and(|flag| flag.value == Value::Bool(true));
        encrypted.then(|| EncryptedFolder::new(text("store").into(), text("path")))
    }));
    Ok(folders)
}

/// What is known of the files of one store that may hold secrets.
pub struct Confidential {
    /// The identities of the files that hold secrets, with their values, by path.
    pub identities: BTreeMap<String, ContentId>,
    folders: Vec<EncryptedFolder>,
}

impl Confidential {
    /// Looks up the secrets of the files that are wanted in a store.
    ///
    /// # Errors
    /// Where a secret cannot be had.
    pub(super) fn new(
        name: &str,
        placed: &[&Placed],
        folders: &[EncryptedFolder],
        store: &dyn Store,
        secrets: &Secrets,
    ) -> Result<Self, ObserveError> {
        let mut identities = BTreeMap::new();
        for file in placed.iter().filter(|file| !file.secrets.is_empty()) {
            let filled = fill(&file.content, &file.secrets, secrets)?;
            identities.insert(file.path.clone(), store.content_id(&filled));
        }
        Ok(Self { identities, folders: folders.iter().filter(|folder| *folder.store == *name).cloned().collect() })
    }

    /// Wanted files, each with the identity that it has in the store.
    pub(super) fn identified<'p>(&self, placed: &[&'p Placed], store: &dyn Store) -> Vec<(&'p Placed, ContentId)> {
        placed.iter().map(|file| (*file, self.identity(file, store))).collect()
    }

    fn identity(&self, file: &Placed, store: &dyn Store) -> ContentId {
        self.identities.get(&file.path).cloned().unwrap_or_else(|| store.content_id(&file.content))
    }

    /// Whether a file of the store may hold secrets.
    pub fn holds(&self, path: &str) -> bool {
        self.identities.contains_key(path) || self.folders.iter().any(|folder| folder.holds(path))
    }
}
