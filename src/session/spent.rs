//! Lines that say that something is taken over, or given away, and that did so before.

use crate::catalog::{Catalog, CatalogError, Entry};
use crate::model::{Address, HandOver, Name, Project, Scopes};
use crate::plan::Spent;
use std::collections::{BTreeMap, BTreeSet};

/// What the lines of the project of an id take over, or give away, a second time. Nothing is read where no line could.
///
/// # Errors
/// Where the catalog cannot be read.
pub(super) fn spent(
    project: &Project,
    own: &str,
    observed: &[Entry],
    catalog: &dyn Catalog,
) -> Result<Spent, CatalogError> {
    Ok(Spent { taken: taken(project, own, observed, catalog)?, given: given(project, own, observed, catalog)? })
}

/// What `adopt` lines take over a second time.
fn taken(
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

/// What `removed` lines give a second time.
fn given(
    project: &Project,
    own: &str,
    observed: &[Entry],
    catalog: &dyn Catalog,
) -> Result<BTreeSet<Address>, CatalogError> {
    let lines = Scopes::of(&project.removed, |line| &line.scope.value);
    let given = observed.iter().filter(|entry| entry.owner.is_some()).filter_map(|entry| {
        let to = lines.of_object(&entry.address)?.to_project.as_ref()?;
        Some((entry.address.clone(), &to.value))
    });
    let (addresses, takers): (Vec<Address>, Vec<&Name>) = given.unzip();
    if addresses.is_empty() {
        return Ok(BTreeSet::new());
    }
    let ways = catalog.hand_overs(own, &addresses)?;
    let all = addresses.into_iter().zip(takers).zip(ways);
    Ok(all.filter_map(|((address, to), ways)| ways.between(own, to).map(|_| address)).collect())
}
