//! The servers that a project names, and what is known of them from their addresses alone.

use super::{Address, Location, Project};
use crate::source::Spanned;

/// The addresses that a project names, each with the object that does: those of state stores and of what actions call.
pub fn addresses(project: &Project) -> Vec<(Address, Spanned<&str>)> {
    let stores = project.stores.iter().map(|store| (store.address(), Spanned::new(&*store.url.value, store.url.span)));
    let called = project.actions.iter().filter_map(|action| {
        let url = action.backend.as_ref()?.settings.get("url")?;
        Some((action.address(), Spanned::new(url.value.as_str()?, url.span)))
    });
    stores.chain(called).collect()
}

/// The server of an address: its host, with its port where that is not the usual one. Nothing for a folder, and for what leads nowhere.
pub fn server_of(address: &str) -> Option<String> {
    match Location::parse(address) {
        Ok(Location::Server(remote)) => Some(remote.server()),
        Ok(Location::Folder(_)) | Err(_) => None,
    }
}
