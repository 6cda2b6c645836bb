//! What a catalog holds of the projects that share it, and how it forgets one.

use super::{Misuse, SessionError};
use crate::catalog::{
    Batch, Catalog, CatalogError, Change, Contents, Entry, GuardedChange, Incomplete, KnownProject, LevelChange,
    RunRecord,
};
use crate::model::{Address, Deletion, Kind, Lease, Leased, Name, Standing};
use crate::plan::Concerned;
use crate::worded::causes;
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
    /// Why something of it cannot be read; what else is said of it is then not all.
    pub unread: Vec<String>,
}

/// What projects are called, and which commit each last applied, in the order of `ids`. Nothing is read where there is none. Of one whose
/// journal nobody can read no commit is known, which `plat catalog projects` tells.
pub(super) fn known_as(catalog: &dyn Catalog, ids: &[&str]) -> Result<Vec<Concerned>, CatalogError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let names: BTreeMap<Name, String> =
        catalog.projects()?.into_iter().map(|KnownProject { id, name }| (id, name)).collect();
    let known = |id: &&str| {
        let source = catalog.runs(id, 1).ok().and_then(|mut runs| runs.pop()).and_then(|run| run.source);
        Ok(Concerned { project: (*id).to_owned(), name: names.get(*id).cloned(), source })
    };
    ids.iter().map(known).collect()
}

/// The projects that wrote to a catalog, at `now` (seconds since 1970, UTC), by their names and ids. What of one cannot be read hides no other.
///
/// # Errors
/// Where it cannot be read.
pub fn projects_in(catalog: &dyn Catalog, now: i64) -> Result<Vec<ProjectInCatalog>, SessionError> {
    let mut projects = Vec::new();
    for known in catalog.projects()? {
        let mut unread = Vec::new();
        or_told(catalog.named(&known.id), &mut unread);
        let mut owns = BTreeMap::new();
        let observed = or_told(catalog.observe(&known.id), &mut unread);
        for entry in observed.iter().flat_map(|observed| &observed.entries).filter(|entry| entry.owner.is_some()) {
            *owns.entry(entry.address.kind).or_default() += 1;
        }
        let runs = or_told(catalog.runs(&known.id, 1), &mut unread);
        let last = runs.and_then(|mut runs| runs.pop()).map(|run| run.seen_at(now));
        let lease = or_told(catalog.lease(&known.id), &mut unread).flatten();
        let lease = lease.filter(|lease| lease.standing(now) == Standing::Held);
        projects.push(ProjectInCatalog { known, owns, last, lease, unread });
    }
    projects.sort_by(|one, other| (&one.known.name, &one.known.id).cmp(&(&other.known.name, &other.known.id)));
    Ok(projects)
}

/// What was read, or why it could not be, with all that led to it.
fn or_told<T>(read: Result<T, CatalogError>, unread: &mut Vec<String>) -> Option<T> {
    read.map_err(|error| unread.push(causes(&error))).ok()
}

/// Within so many seconds after its last run a project is not taken for abandoned.
const RECENT: i64 = 30 * 24 * 60 * 60;

/// For how many seconds nobody else writes for a project while that is forgotten.
const LEASE: i64 = 5 * 60;

/// What a catalog forgets with a project: that it owns things, and the levels that its scorecards gave. Objects and journal stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// The project.
    pub project: KnownProject,
    /// What it owns.
    pub objects: Vec<LetGo>,
    /// When its last run began, in seconds since 1970 (UTC), where that is not long ago.
    pub recent: Option<i64>,
    /// Why it cannot be known when that was.
    pub unread: Vec<String>,
}

/// An object that a project owns until a catalog forgets that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetGo {
    /// The object.
    pub address: Address,
    /// Whether the project's lifecycle protects it.
    pub is_protected: bool,
    /// Another project that owns it as well, and goes on to.
    pub other_owner: Option<Name>,
    /// Whether it is there.
    pub is_live: bool,
}

/// The project of an id, or else of a name, that a catalog is to forget, at `now` (seconds since 1970, UTC).
///
/// # Errors
/// Where there is none, or more than one, and where a run of it is at work.
pub fn to_forget(catalog: &dyn Catalog, asked: &str, now: i64) -> Result<Forgotten, SessionError> {
    let mut projects = projects_in(catalog, now)?;
    if projects.iter().any(|one| *one.known.id == *asked) {
        projects.retain(|one| *one.known.id == *asked);
    }
    projects.retain(|one| *one.known.id == *asked || one.known.name == asked);
    let ids: Vec<String> = projects.iter().map(|one| one.known.id.to_string()).collect();
    let Some(found) = projects.pop().filter(|_| projects.is_empty()) else {
        return Err(Misuse::ProjectOfCatalog { asked: asked.to_owned(), ids }.into());
    };
    // What it owns, and whether it is at work, has to be known.
    catalog.observe(&found.known.id)?;
    catalog.lease(&found.known.id)?;
    if let Some(lease) = found.lease {
        return Err(Incomplete::AtWork { project: found.known.id, lease }.into());
    }
    let let_go = |entry: Entry| {
        let owned = entry.owner?;
        let protects = owned.lifecycle.as_ref().is_some_and(|lifecycle| {
            lifecycle.protect || matches!(lifecycle.deletion, Deletion::Confirm | Deletion::Forbid)
        });
        let (other_owner, is_live) = (entry.other_owner, entry.live.is_some());
        Some(LetGo { address: entry.address, is_protected: protects, other_owner, is_live })
    };
    Ok(Forgotten {
        objects: catalog.observe(&found.known.id)?.entries.into_iter().filter_map(let_go).collect(),
        recent: found.last.map(|run| run.began).filter(|began| now.saturating_sub(*began) < RECENT),
        unread: found.unread,
        project: found.known,
    })
}

/// Forgets it, as the run of a name by somebody: no run of the project writes meanwhile.
///
/// # Errors
/// Where the catalog cannot be written, where a run of the project is at work, and where it owns something else by now.
pub fn forget(
    catalog: &mut dyn Catalog,
    forgotten: &Forgotten,
    (run, holder): (&str, String),
    now: i64,
) -> Result<(), SessionError> {
    let id = &forgotten.project.id;
    let lease = Lease { run: run.to_owned(), holder, expires: now.saturating_add(LEASE) };
    if let Leased::Held(lease) = catalog.acquire(id, &lease, now)? {
        return Err(Incomplete::AtWork { project: id.clone(), lease }.into());
    }
    let ended = forget_held(catalog, forgotten, now);
    catalog.release(id, run)?;
    ended
}

fn forget_held(catalog: &mut dyn Catalog, forgotten: &Forgotten, now: i64) -> Result<(), SessionError> {
    let Forgotten { project: KnownProject { id, name }, objects, .. } = forgotten;
    let owned = catalog.observe(id)?.entries.into_iter().filter(|entry| entry.owner.is_some());
    let owned: Vec<Address> = owned.map(|entry| entry.address).collect();
    if !owned.iter().eq(objects.iter().map(|one| &one.address)) {
        return Err(Incomplete::Changed.into());
    }
    let operation = |address| GuardedChange { address, change: Change::Forget };
    let operations: Vec<GuardedChange> = owned.into_iter().map(operation).collect();
    let levels = catalog.levels(id)?.into_iter();
    let levels: Vec<LevelChange> =
        levels.map(|level| LevelChange::Remove { scorecard: level.scorecard, entity: level.entity }).collect();
    let message = format!("Forget project {name}\n\nPlat-Project: {id}\n");
    let (operations, levels) = (&*operations, &*levels);
    catalog.apply(&Batch { project: id, name, time: now, message: &message, operations, levels, alone: true })?;
    Ok(())
}
