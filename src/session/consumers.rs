//! What a plan means for the entities and requests of other projects: which of them come to another level, are rendered anew by their
//! projects, and whose they are.

use super::SessionError;
use super::catalogs::known_as;
use super::levels::level_records;
use super::pull::node_alone;
use crate::catalog::{Bodies, Catalog, Entry};
use crate::model::{
    Address, Blueprint, Declaration, DeclaredAt, Entity, Kind, Name, Object, Project, Promise, Request, Scorecard,
};
use crate::plan::{Impact, LevelsOfOthers, OfOthers, Plan, Rerender, RestsOn};
use crate::render::{Rendered, render_each};
use crate::resolve::MemoryLoader;
use crate::scorecard::evaluate;
use crate::workspace::load;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The plan with what it means for others, and what of theirs it rests on. Nothing is read where it touches no blueprint, scorecard or promise
/// that others use; `now`, in seconds since 1970 (UTC), is what `within` counts from.
///
/// # Errors
/// Where the catalog cannot be read.
pub(super) fn told(
    plan: Plan,
    project: &Project,
    entries: &[Entry],
    catalog: &dyn Catalog,
    now: i64,
) -> Result<Plan, SessionError> {
    let touched: BTreeSet<&Address> =
        plan.operations.iter().filter_map(|operation| operation.object_address()).collect();
    let others = Others { project, entries, catalog, touched };
    let levels = others.levels(now)?;
    let telling: BTreeSet<Address> = plan.telling().into_iter().filter(|one| one.kind == Kind::Promise).collect();
    let (rendered, unknown) = others.rendered(&telling)?;
    let mut plan = plan.with_others(OfOthers { levels, rendered, unknown });
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
    entries: &'p [Entry],
    catalog: &'p dyn Catalog,
    touched: BTreeSet<&'p Address>,
}

/// The requests that others come to render anew, and the promises of which nobody knows what they come to.
type Anew = (Vec<Rerender>, Vec<(Address, usize)>);

/// The kinds of what scorecards judge the members of.
const JUDGED: [Kind; 2] = [Kind::Blueprint, Kind::Promise];

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

    /// The levels of what others have before and after, with their owners; nothing where no scorecard of it is touched.
    fn levels(&self, now: i64) -> Result<Option<LevelsOfOthers>, SessionError> {
        let is_model = |kind: Kind| matches!(kind, Kind::Blueprint | Kind::Promise | Kind::Scorecard);
        let has_others = || self.entries.iter().any(|entry| entry.address.above().is_some() && self.is_others(entry));
        if !self.touched.iter().any(|one| is_model(one.kind)) || !has_others() {
            return Ok(None);
        }
        let own = self.entries.iter().filter(|entry| entry.owner.is_some() && entry.live.is_some());
        let model = own.map(|entry| &entry.address).filter(|address| is_model(address.kind));
        let mut before = Project::default();
        for object in self.bodies(model)? {
            let declared = Declaration::of_object(&object, 0);
            match object.address.kind {
                Kind::Blueprint => before.blueprints.extend(Blueprint::of(&declared)),
                Kind::Promise => before.promises.extend(Promise::of(&declared)),
                _ => before.scorecards.extend(Scorecard::of(&declared)),
            }
        }
        let mut after = Project {
            blueprints: self.project.blueprints.clone(),
            scorecards: self.project.scorecards.clone(),
            promises: self.project.promises.clone(),
            ..Project::default()
        };
        // A scorecard judges the entities of a blueprint, or the requests of a promise.
        let types = |card: &Scorecard| JUDGED.map(|kind| Address::new(kind, card.blueprint.value.clone()));
        let concerns = |card: &Scorecard| {
            let own = Address::new(Kind::Scorecard, card.name.value.clone());
            types(card).iter().chain([&own]).any(|address| self.touched.contains(address))
        };
        before.scorecards.retain(concerns);
        after.scorecards.retain(concerns);
        let judged = before.scorecards.iter().chain(&after.scorecards).flat_map(types).collect();
        let members = self.members(&judged);
        for object in self.bodies(members.keys().copied())? {
            let declared = Declaration::of_object(&object, 0);
            match object.address.kind {
                Kind::Entity => before.entities.push(Entity::of(declared)),
                _ => before.requests.push(Request::of(declared)),
            }
        }
        after.entities.clone_from(&before.entities);
        after.requests.clone_from(&before.requests);
        let owners = members.into_iter().map(|(address, owner)| (address.clone(), owner.to_string()));
        Ok(Some((level_records(&evaluate(&before, now)), level_records(&evaluate(&after, now)), owners.collect())))
    }

    /// What others ask of promises and come to render anew with their next apply.
    fn rendered(&self, promises: &BTreeSet<Address>) -> Result<Anew, SessionError> {
        let members = self.members(promises);
        if members.is_empty() {
            return Ok(Anew::default());
        }
        let (mut anew, mut unknown) = (Vec::new(), Vec::new());
        for promise in self.bodies(promises)? {
            let of_it: Vec<&Address> =
                members.keys().copied().filter(|one| one.above().as_ref() == Some(&promise.address)).collect();
            let (Some(before), Some(after)) = (former(&promise), self.project.promise(&promise.address.name)) else {
                unknown.extend((!of_it.is_empty()).then_some((promise.address, of_it.len())));
                continue;
            };
            let requests: Vec<Request> =
                self.bodies(of_it)?.iter().map(|one| Request::of(Declaration::of_object(one, 0))).collect();
            let [before, after] = [&before, after].map(|promise| files(promise, &requests));
            for (request, files) in after {
                let old = before.get(&request);
                let changed = files.iter().filter(|(path, text)| old.and_then(|old| old.get(*path)) != Some(text));
                let gone = old.into_iter().flatten().filter(|(path, _)| !files.contains_key(*path));
                let changed: BTreeSet<String> = changed.chain(gone).map(|(path, _)| path.clone()).collect();
                if !changed.is_empty() {
                    let owner = members.get(&request).map(ToString::to_string);
                    let (because, files) = (vec![promise.address.clone()], changed.into_iter().collect());
                    anew.push(Rerender { request, owner, declared: None, because, files });
                }
            }
        }
        Ok((anew, unknown))
    }
}

/// A promise as it is live; nothing where the language cannot say it, or where it takes files of its owner, which no catalog holds.
fn former(promise: &Object) -> Option<Promise> {
    let text = format!("project former\n{}", node_alone(promise).ok()?);
    let loaded = load(&MemoryLoader::new([("plat.kdl", &*text)])).ok()?;
    loaded.project.promises.first().filter(|promise| promise.takes_files().is_none()).cloned()
}

/// The files that some requests of a promise come to, by request and path.
fn files(promise: &Promise, requests: &[Request]) -> BTreeMap<Address, BTreeMap<String, Arc<[u8]>>> {
    let project = Project { promises: vec![promise.clone()], requests: requests.to_vec(), ..Project::default() };
    let (rendered, _) = render_each(&project, &|| ());
    let of = |one: Rendered| {
        let files = one.files.into_iter().map(|file| (file.path, file.content));
        (one.request, files.collect())
    };
    rendered.into_iter().map(of).collect()
}
