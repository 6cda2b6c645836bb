//! What a catalog holds of the projects that share it.

use super::SessionError;
use crate::catalog::{Catalog, CatalogError, Contents, KnownProject, RunRecord};
use crate::model::{Kind, Lease, Standing};
use std::collections::BTreeMap;

/// Whether something was copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copied {
    /// It was.
    Now,
    /// All of it was there already, as it is: an earlier copy came to its end.
    Before,
}

/// Takes all of a catalog into an empty one; `now` is in seconds since 1970 (UTC).
///
/// # Errors
/// Where it cannot be written, and where it holds something else.
pub fn take_in(to: &mut dyn Catalog, contents: &Contents, now: i64) -> Result<Copied, SessionError> {
    match to.take_in(contents) {
        Ok(()) => Ok(Copied::Now),
        Err(error @ CatalogError::Occupied { .. }) => {
            let is_copied = Contents::of(to, now).is_ok_and(|there| there == *contents);
            if is_copied { Ok(Copied::Before) } else { Err(error.into()) }
        }
        Err(error) => Err(error.into()),
    }
}

/// A project that wrote to a catalog, as that knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectInCatalog {
    /// Its id, and what it is called.
    pub known: KnownProject,
    /// How many objects of each kind it owns.
    pub owns: BTreeMap<Kind, usize>,
    /// Its newest run.
    pub last: Option<RunRecord>,
    /// The right of a run that is at work.
    pub lease: Option<Lease>,
}

/// The projects that wrote to a catalog, at `now` (seconds since 1970, UTC), by their names and ids.
///
/// # Errors
/// Where it cannot be read.
pub fn projects_in(catalog: &dyn Catalog, now: i64) -> Result<Vec<ProjectInCatalog>, SessionError> {
    let mut projects = Vec::new();
    for known in catalog.projects()? {
        let mut owns = BTreeMap::new();
        for entry in catalog.observe(&known.id)?.entries.iter().filter(|entry| entry.owner.is_some()) {
            *owns.entry(entry.address.kind).or_default() += 1;
        }
        let last = catalog.runs(&known.id, 1)?.pop().map(|run| run.seen_at(now));
        let lease = catalog.lease(&known.id)?.filter(|lease| lease.standing(now) == Standing::Held);
        projects.push(ProjectInCatalog { known, owns, last, lease });
    }
    projects.sort_by(|one, other| (&one.known.name, &one.known.id).cmp(&(&other.known.name, &other.known.id)));
    Ok(projects)
}
