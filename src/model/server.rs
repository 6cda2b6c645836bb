//! The servers that a project names.

use super::{Address, Project, SharedCatalog};
use crate::source::Spanned;

/// The addresses that a project names, each with the object that does, or with nothing where it is the catalog's: those of state stores,
/// of what is called for actions, automations and blueprints, and of where releases lie.
pub fn addresses(project: &Project) -> Vec<(Option<Address>, Spanned<&str>)> {
    fn said(url: &Spanned<Box<str>>) -> Spanned<&str> {
        Spanned::new(&*url.value, url.span)
    }
    let stores = project.stores.iter().map(|store| (Some(store.address()), said(&store.git.url)));
    let called = project.called.iter().map(|(caller, url)| (Some(caller.clone()), said(url)));
    let catalog = project.catalog.as_ref().and_then(SharedCatalog::url);
    stores.chain(called).chain(catalog.map(|url| (None, said(url)))).collect()
}
