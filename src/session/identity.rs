//! Who a project is: what its text says, or else what its targets know of a project that is called so.

use super::SessionError;
use crate::catalog::Catalog;
use crate::model::{Evidence, Identity, Project};
use crate::store::{Store, StoreError};
use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, Hasher};

/// The identity of a project as its text and a catalog know it; nobody's where neither does.
///
/// # Errors
/// Where the catalog cannot be read, or knows several projects that are called so.
pub fn identity_in(project: &Project, catalog: &dyn Catalog) -> Result<Identity, SessionError> {
    settle(project, catalog, "", |_| Ok(BTreeMap::new()))
}

/// The identity of a project. `fresh` is an id that no project has; `stores` opens the state stores for an id, and is asked only
/// where neither the text nor the catalog says who the project is.
///
/// # Errors
/// Where a target cannot be read, or knows several projects that are called so.
pub(super) fn settle(
    project: &Project,
    catalog: &dyn Catalog,
    fresh: &str,
    stores: impl FnOnce(&str) -> Result<BTreeMap<String, Box<dyn Store>>, StoreError>,
) -> Result<Identity, SessionError> {
    let said = Identity::of(project);
    if project.id.is_some() {
        return Ok(said);
    }
    let name = said.name;
    let known = catalog.identities(&name)?;
    if let Some(id) = only(&name, known)? {
        return Ok(Identity { id, name, evidence: Evidence::Kept });
    }
    let mut met = BTreeSet::new();
    for store in stores(fresh)?.values_mut() {
        met.extend(store.namesakes(&name)?);
    }
    Ok(match only(&name, met)? {
        Some(id) => Identity { id, name, evidence: Evidence::Presumed },
        None => Identity { id: fresh.to_owned(), name, evidence: Evidence::New },
    })
}

/// The one id of a name.
fn only(name: &str, ids: BTreeSet<String>) -> Result<Option<String>, SessionError> {
    if ids.len() > 1 {
        return Err(SessionError::Namesakes { name: name.to_owned(), ids: ids.into_iter().collect() });
    }
    Ok(ids.into_iter().next())
}

/// An id that no other project has, for a project.
pub(super) fn fresh_id(project: &Project) -> String {
    project_id(&Identity::of(project).name)
}

/// An id that no other project has: what it is called, and a random number.
pub(super) fn project_id(name: &str) -> String {
    let plain = |letter: &char| letter.is_ascii_alphanumeric() || *letter == '-';
    let word: String = name.chars().filter(plain).take(40).collect();
    let word = word.trim_matches('-');
    let random = RandomState::new().build_hasher().finish();
    format!("{}-{:010x}", if word.is_empty() { "project" } else { word }, random & 0xff_ffff_ffff)
}

#[cfg(test)]
mod tests {
    use super::project_id;

    #[test]
    fn projects_have_ids_of_their_own() {
        let (first, second) = (project_id("shop"), project_id("shop"));
        assert_ne!(first, second);
        assert!(first.starts_with("shop-") && first.len() == 15, "{first}");
        assert!(project_id("-ö-").starts_with("project-"));
    }
}
