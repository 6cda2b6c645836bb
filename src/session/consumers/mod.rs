//! What a plan means for the entities and requests of other projects: which of them come to another level, are refused by a policy,
//! rendered anew by their projects or delivered elsewhere, and whose they are.

mod delivery;
mod doubled;
mod judged;
mod side;

use super::SessionError;
use super::catalogs::known_as;
use super::pull::node_alone;
use crate::apply::Targets;
use crate::catalog::{Bodies, Catalog, Entry};
use crate::model::{Address, DeclaredAt, Kind, Name, Object, Project, Promise};
use crate::observe::Settled;
use crate::plan::{Impact, OfOthers, Operation, Plan, RestsOn};
use crate::resolve::MemoryLoader;
use crate::workspace::{Loaded, load};
use doubled::doubled;
use std::collections::{BTreeMap, BTreeSet};

/// The plan with what it means for others, what of theirs it rests on, and what of theirs is in its way. Nothing is read where it touches no
/// blueprint, scorecard, promise, destination or state store that others use, and no entity to which their scorecards lead, and delivers no
/// object that is new to its destination; `now`, in seconds since 1970 (UTC), is what `within` counts from.
///
/// # Errors
/// Where the catalog cannot be read.
pub(super) fn told(
    plan: Plan,
    (loaded, settled): (&Loaded, &Settled<'_>),
    entries: &[Entry],
    targets: &Targets,
    now: i64,
) -> Result<Plan, SessionError> {
    let (project, catalog) = (&*loaded.project, &*targets.catalog);
    // What gets another name is another one to others.
    let names = |operation: &'_ Operation| [operation.object_address().cloned(), operation.former_address().cloned()];
    let touched: BTreeSet<Address> = plan.operations.iter().flat_map(names).flatten().collect();
    let others = Others { project, own: &targets.identity.id, entries, catalog, touched };
    let (levels, refused) = others.judged(now)?;
    let telling: BTreeSet<Address> = plan.telling().into_iter().filter(|one| one.kind == Kind::Promise).collect();
    let mut anew = others.delivered(loaded, targets, &telling)?;
    anew.refused = refused;
    let is_delivered = !(anew.rendered.is_empty() && anew.redelivered.is_empty());
    anew.unknown.extend(others.unjudged(is_delivered)?);
    let doubled = doubled(&plan, project, settled, targets)?;
    let mut plan = plan.with_doubled(&doubled).with_others(OfOthers { levels, ..anew });
    let own = [Some(plan.project.as_str()), plan.identity.as_deref()];
    let ids: Vec<&str> = plan.impact.owners().into_iter().filter(|id| !own.contains(&Some(id))).collect();
    let concerned = known_as(catalog, &ids)?;
    plan.impact.concerned = concerned;
    locate(&mut plan.impact, catalog)?;
    let seen = project.externs.seen.iter().cloned();
    plan.rests_on = seen.map(|(address, digest)| RestsOn { address, digest }).collect();
    Ok(plan)
}

/// Says where the other projects that something follows for declare what it follows for. Nothing is read where there are none.
fn locate(impact: &mut Impact, catalog: &dyn Catalog) -> Result<(), SessionError> {
    let others: BTreeSet<String> = impact.concerned.iter().map(|one| one.project.clone()).collect();
    let mut asked: BTreeMap<String, BTreeSet<Address>> = BTreeMap::new();
    for (owner, address, _) in impact.owned_mut().filter(|(owner, ..)| others.contains(*owner)) {
        asked.entry(owner.to_owned()).or_default().insert(address.clone());
    }
    for (project, addresses) in asked {
        let addresses: Vec<Address> = addresses.into_iter().collect();
        let found = catalog.declared_at(&project, &addresses)?;
        let known: BTreeMap<&Address, DeclaredAt> =
            addresses.iter().zip(found).filter_map(|(address, found)| Some((address, found?))).collect();
        for (_, address, declared) in impact.owned_mut().filter(|(owner, ..)| *owner == project) {
            *declared = known.get(address).cloned();
        }
    }
    Ok(())
}

struct Others<'p> {
    project: &'p Project,
    /// The id of the project.
    own: &'p str,
    entries: &'p [Entry],
    catalog: &'p dyn Catalog,
    touched: BTreeSet<Address>,
}

impl Others<'_> {
    /// Whether something is another project's, and the plan does not take it over.
    fn is_others(&self, entry: &Entry) -> bool {
        entry.other_owner.is_some()
            && entry.owner.is_none()
            && entry.live.is_some()
            && !self.touched.contains(&entry.address)
    }

    /// What other projects have below some blueprints or promises, and the plan does not take over, with its owner.
    fn members(&self, of_types: &BTreeSet<Address>) -> BTreeMap<&Address, &Name> {
        let below = |entry: &&Entry| entry.address.above().is_some_and(|above| of_types.contains(&above));
        let all = self.entries.iter().filter(|entry| self.is_others(entry)).filter(below);
        all.filter_map(|entry| Some((&entry.address, entry.other_owner.as_ref()?))).collect()
    }

    fn bodies<'a>(&self, addresses: impl IntoIterator<Item = &'a Address>) -> Result<Vec<Object>, SessionError> {
        let addresses: Vec<Address> = addresses.into_iter().cloned().collect();
        Ok(Bodies::of(self.catalog, &addresses)?.read)
    }
}

/// A promise as a catalog holds it; nothing where the language cannot say it, or where it takes files of its owner, which no catalog holds.
fn read_back(promise: &Object) -> Option<Promise> {
    let text = format!("project others\n{}", node_alone(promise).ok()?);
    let loaded = load(&MemoryLoader::new([("plat.kdl", &*text)])).ok()?;
    loaded.project.promises.first().filter(|promise| promise.takes_files().is_none()).cloned()
}
