//! All that a catalog holds, to be taken into another one.

use super::{Catalog, CatalogError, LevelRecord, Owned, OwnedFields, Presence, RunRecord, Stray, Times, Unreadable};
use crate::model::{Address, DeclaredAt, HandOvers, Lease, Map, Name, Object, Standing};
use std::sync::Arc;

/// All that a catalog holds, of every project, but for leases: those are of runs that are at work.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contents {
    /// The projects.
    pub projects: Vec<KnownProject>,
    /// The live objects, in the order of addresses.
    pub objects: Vec<(Object, Times)>,
    /// The inventories.
    pub records: Vec<Record>,
    /// The levels, each with the id of the project whose scorecard gave it.
    pub levels: Vec<(Name, LevelRecord)>,
    /// The journals, each run with the id of its project, the newest of a project first.
    pub runs: Vec<(Name, RunRecord)>,
}

/// A project that wrote to a catalog.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KnownProject {
    /// Its id.
    pub id: Name,
    /// What it is called.
    pub name: String,
}

/// What a project owns of an object, and what it last wrote there.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The id of the project.
    pub project: Name,
    /// The object.
    pub address: Address,
    /// That it is owned.
    pub owned: Owned,
    /// The owned fields.
    pub fields: OwnedFields,
    /// The values of them, as far as they are known.
    pub written: Map,
    /// Where its text declares the object, where that is known.
    pub declared: Option<DeclaredAt>,
    /// From whom the object came to the project.
    pub came_by: HandOvers,
}

/// Why not all of a catalog can be had.
#[derive(Debug, thiserror::Error)]
pub enum Incomplete {
    /// It cannot be read.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The body of an object cannot be read.
    #[error("{} cannot be copied: {unreadable}; `{}` takes it away", unreadable.address, unreadable.removal)]
    Unreadable {
        /// What is known of it.
        unreadable: Arc<Unreadable>,
    },
    /// There is something in it that is no object.
    #[error("what is no object cannot be copied: {0}")]
    Stray(Stray),
    /// A run is at work.
    #[error("{} applies to project {project} (run {}): wait for its end, or see `plat unlock`", .lease.holder, .lease.run)]
    AtWork {
        /// The id of the project.
        project: Name,
        /// The right of the run.
        lease: Lease,
    },
    /// Somebody wrote to it while it was read.
    #[error("the catalog was changed while it was read: copy it again")]
    Changed,
}

impl Contents {
    /// All that a catalog holds, at `now` (seconds since 1970, UTC). It is read twice: what is the same both times is of one moment.
    ///
    /// # Errors
    /// Where something of it cannot be read, where a run is at work, and where it is changed meanwhile.
    pub fn of(catalog: &dyn Catalog, now: i64) -> Result<Self, Incomplete> {
        let contents = Self::read(catalog, now)?;
        if Self::read(catalog, now)? == contents { Ok(contents) } else { Err(Incomplete::Changed) }
    }

    fn read(catalog: &dyn Catalog, now: i64) -> Result<Self, Incomplete> {
        let mut contents = Self { projects: catalog.projects()?, ..Self::default() };
        let observed = catalog.observe("")?;
        none_astray(&observed.strays)?;
        let live = observed.entries.iter().filter(|entry| entry.live.is_some());
        let addresses: Vec<Address> = live.map(|entry| entry.address.clone()).collect();
        for (live, times) in catalog.objects(&addresses)?.into_iter().zip(catalog.times(&addresses)?) {
            match (live, times) {
                (Some(Presence::Read(object)), Some(times)) => contents.objects.push((object, times)),
                (Some(Presence::Unreadable(unreadable)), _) => return Err(Incomplete::Unreadable { unreadable }),
                _ => return Err(Incomplete::Changed),
            }
        }
        for KnownProject { id, .. } in contents.projects.clone() {
            if let Some(lease) = catalog.lease(&id)?.filter(|lease| lease.standing(now) == Standing::Held) {
                return Err(Incomplete::AtWork { project: id, lease });
            }
            contents.add(catalog, &id)?;
        }
        Ok(contents)
    }

    /// Adds what is known of a project.
    fn add(&mut self, catalog: &dyn Catalog, id: &Name) -> Result<(), Incomplete> {
        let observed = catalog.observe(id)?;
        none_astray(&observed.strays)?;
        let entries = observed.entries.into_iter();
        let (addresses, owned): (Vec<Address>, Vec<Owned>) =
            entries.filter_map(|entry| Some((entry.address, entry.owner?))).unzip();
        let fields = catalog.owned_fields(id, &addresses)?.into_iter();
        let beside = catalog.declared_at(id, &addresses)?.into_iter().zip(catalog.hand_overs(id, &addresses)?);
        let known = fields.zip(catalog.written(id, &addresses)?).zip(beside);
        for ((address, owned), ((fields, written), (declared, came_by))) in addresses.into_iter().zip(owned).zip(known)
        {
            self.records.push(Record { project: id.clone(), address, owned, fields, written, declared, came_by });
        }
        self.levels.extend(catalog.levels(id)?.into_iter().map(|level| (id.clone(), level)));
        self.runs.extend(catalog.runs(id, usize::MAX)?.into_iter().map(|run| (id.clone(), run)));
        Ok(())
    }
}

fn none_astray(strays: &[Stray]) -> Result<(), Incomplete> {
    strays.first().map_or(Ok(()), |stray| Err(Incomplete::Stray(stray.clone())))
}
