//! Lines that say that something is taken over, and that did so before.

use crate::catalog::{Catalog, CatalogError, Entry};
use crate::model::{Address, HandOver, Name, Project, Scopes};
use std::collections::BTreeMap;

/// The objects that an `adopt` line took over for the project of an id before, and that the project from which it takes them took back since,
/// each with that first time: a line takes over once. Nothing is read where no line could take something.
///
/// # Errors
/// Where the catalog cannot be read.
pub(super) fn spent(
    project: &Project,
    own: &str,
    observed: &[Entry],
    catalog: &dyn Catalog,
) -> Result<BTreeMap<Address, HandOver>, CatalogError> {
    let lines = Scopes::of(&project.adopted, |line| &line.scope.value);
    let mut asked: BTreeMap<&Name, Vec<Address>> = BTreeMap::new();
    for entry in observed.iter().filter(|entry| entry.owner.is_none()) {
        let (Some(owner), Some(line)) = (&entry.other_owner, lines.of_object(&entry.address)) else { continue };
        if line.from.as_ref().is_some_and(|from| from.value == *owner) {
            asked.entry(owner).or_default().push(entry.address.clone());
        }
    }
    let mut spent = BTreeMap::new();
    for (owner, addresses) in asked {
        let ways = catalog.hand_overs(owner, &addresses)?;
        let taken = ways.iter().map(|ways| ways.between(owner, own).cloned());
        spent.extend(addresses.into_iter().zip(taken).filter_map(|(address, taken)| Some((address, taken?))));
    }
    Ok(spent)
}
