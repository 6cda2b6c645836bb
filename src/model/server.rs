//! The servers that a project names.

use super::{Address, Project};
use crate::source::Spanned;

/// The addresses that a project names, each with the object that does: those of state stores, of what is called for actions,
/// automations and blueprints, and of where releases lie.
pub fn addresses(project: &Project) -> Vec<(Address, Spanned<&str>)> {
    let stores = project.stores.iter().map(|store| (store.address(), Spanned::new(&*store.url.value, store.url.span)));
    let called = project.called.iter().map(|(caller, url)| (caller.clone(), Spanned::new(&*url.value, url.span)));
    stores.chain(called).collect()
}
