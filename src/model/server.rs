//! The servers that a project names.

use super::{Address, Project};
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
