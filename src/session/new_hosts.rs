//! Which credentials a plan would send to servers that they were never sent to.

use super::SessionError;
use crate::catalog::{Catalog, Entry};
use crate::model::{Address, Kind, Location, Map, Project, SharedCatalog, StateStore};
use crate::plan::{NewHost, Place};
use crate::source::Sources;
use std::collections::{BTreeMap, BTreeSet};

/// The servers that the state stores of a project log in to, and that no state store of the catalog logs in to with the same
/// credential: the catalog has them as they were applied by their owner.
///
/// # Errors
/// Where the catalog cannot be read.
pub(super) fn new_hosts(
    (project, sources): (&Project, &Sources),
    owner: &str,
    observed: &[Entry],
    catalog: &dyn Catalog,
) -> Result<Vec<NewHost>, SessionError> {
    let known = known(owner, observed, catalog)?;
    // Those of others log in where the copy of what they own says, and nowhere else.
    let own = project.stores.iter().filter(|store| !project.externs.holds(store.span));
    let new = own.filter_map(|store| {
        let host = logs_in(&store.git.url.value)?;
        let credential = credential(store);
        let known = known.get(credential.as_str()).cloned().unwrap_or_default();
        if known.contains(&host) {
            return None;
        }
        let address = Address::new(Kind::StateStore, store.name.value.clone());
        let place = Place::of(store.git.url.span, sources);
        Some(NewHost::new(address, credential, host, known.into_iter().collect(), Some(place)))
    });
    Ok(new.collect())
}

/// The servers of each credential, as the project last wrote them into the catalog.
fn known(
    owner: &str,
    observed: &[Entry],
    catalog: &dyn Catalog,
) -> Result<BTreeMap<String, BTreeSet<String>>, SessionError> {
    let is_store = |entry: &&Entry| entry.owner.is_some() && entry.address.kind == Kind::StateStore;
    let stores: Vec<Address> = observed.iter().filter(is_store).map(|entry| entry.address.clone()).collect();
    let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    if stores.is_empty() {
        return Ok(known);
    }
    for (address, body) in stores.iter().zip(catalog.written(owner, &stores)?) {
        let text = |body: &Map, name: &str| body.get(name).and_then(|value| value.as_str()).map(str::to_owned);
        let credential = text(&body, "secret").unwrap_or_else(|| address.name.to_string());
        let host = text(&body, "url").and_then(|url| logs_in(&url));
        known.entry(credential).or_default().extend(host);
    }
    Ok(known)
}

/// The server that an address logs in to; nothing where anybody could read along, as no credential is sent there.
fn logs_in(url: &str) -> Option<String> {
    match Location::parse(url) {
        Ok(Location::Server(remote)) if !remote.is_open() => Some(remote.server()),
        Ok(Location::Server(_) | Location::Folder(_)) | Err(_) => None,
    }
}

/// The servers that stores and a catalog are logged in to, each with the name of the secret.
pub(super) fn logins<'s>(
    stores: impl Iterator<Item = &'s StateStore>,
    catalog: Option<&SharedCatalog>,
) -> BTreeSet<(String, String)> {
    let stores = stores.map(|store| (credential(store), &store.git));
    let catalog = catalog.and_then(SharedCatalog::git).map(|git| {
        let named = git.auth.as_ref().and_then(|auth| auth.secret.as_ref());
        (named.map_or(SharedCatalog::NAME, |secret| &*secret.value).to_owned(), git)
    });
    stores.chain(catalog).filter_map(|(secret, git)| Some((secret, logs_in(&git.url.value)?))).collect()
}

/// The name of what a store logs in with.
fn credential(store: &StateStore) -> String {
    let named = store.git.auth.as_ref().and_then(|auth| auth.secret.as_ref());
    named.map_or(&*store.name.value, |secret| &*secret.value).to_owned()
}
