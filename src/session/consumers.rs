//! What a plan means for the entities and requests of other projects: which of them come to another level, are rendered anew by their
//! projects, and whose they are.

use super::SessionError;
use super::levels::level_records;
use super::pull::node_alone;
use crate::catalog::{Bodies, Catalog, Entry};
use crate::model::{Address, Blueprint, Declaration, Entity, Kind, Name, Object, Project, Promise, Request, Scorecard};
use crate::plan::{Concerned, LevelsOfOthers, OfOthers, Plan, Rerender, RestsOn};
use crate::render::{Rendered, render_each};
use crate::resolve::MemoryLoader;
use crate::scorecard::evaluate;
use crate::workspace::load;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The plan with what it means for others, and what of theirs it rests on. Nothing is read where it touches no blueprint, scorecard or promise that others use; `now`, in
/// seconds since 1970 (UTC), is what `within` counts from.
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
    let plan = plan.with_others(OfOthers { levels, rendered, unknown, concerned: Vec::new() });
    let own = [Some(plan.project.as_str()), plan.identity.as_deref()];
    let ids: Vec<&str> = plan.impact.owners().into_iter().filter(|id| !own.contains(&Some(id))).collect();
    let concerned = concerned(&ids, catalog)?;
    let plan = plan.with_others(OfOthers { concerned, ..OfOthers::default() });
    let seen = project.externs.seen.iter().cloned();
    Ok(Plan { rests_on: seen.map(|(address, digest)| RestsOn { address, digest }).collect(), ..plan })
}

struct Others<'p> {
    project: &'p Project,
    entries: &'p [Entry],
    catalog: &'p dyn Catalog,
    touched: BTreeSet<&'p Address>,
}

/// The requests that others come to render anew, and the promises of which nobody knows what they come to.
type Anew = (Vec<Rerender>, Vec<Address>);

impl Others<'_> {
    /// What other projects have below some blueprints or promises, and the plan does not take over, with its owner.
    fn members(&self, of_types: &BTreeSet<Address>) -> BTreeMap<&Address, &Name> {
        let is_others =
            |entry: &&Entry| entry.owner.is_none() && entry.live.is_some() && !self.touched.contains(&entry.address);
        let below = |entry: &&Entry| entry.address.above().is_some_and(|above| of_types.contains(&above));
        let all = self.entries.iter().filter(is_others).filter(below);
        all.filter_map(|entry| Some((&entry.address, entry.other_owner.as_ref()?))).collect()
    }

    fn bodies<'a>(&self, addresses: impl IntoIterator<Item = &'a Address>) -> Result<Vec<Object>, SessionError> {
        let addresses: Vec<Address> = addresses.into_iter().cloned().collect();
        Ok(Bodies::of(self.catalog, &addresses)?.read)
    }

    /// The levels of the entities of others before and after, with their owners; empty where no scorecard of theirs is touched.
    fn levels(&self, now: i64) -> Result<Option<LevelsOfOthers>, SessionError> {
        let is_touched = |kind: Kind, name: &Name| self.touched.contains(&Address::new(kind, name.clone()));
        if !self.touched.iter().any(|one| matches!(one.kind, Kind::Blueprint | Kind::Scorecard)) {
            return Ok(None);
        }
        let own = |entry: &&Entry| entry.owner.is_some() && entry.live.is_some();
        let model = self.entries.iter().filter(own).map(|entry| &entry.address);
        let model = model.filter(|one| matches!(one.kind, Kind::Blueprint | Kind::Scorecard));
        let live = self.bodies(model)?;
        let lifted = |object: &Object| Declaration::of_object(object, 0);
        let of_kind = |kind: Kind| live.iter().filter(move |object| object.address.kind == kind);
        let mut before = Project {
            blueprints: of_kind(Kind::Blueprint).filter_map(|one| Blueprint::of(&lifted(one))).collect(),
            scorecards: of_kind(Kind::Scorecard).filter_map(|one| Scorecard::of(&lifted(one))).collect(),
            ..Project::default()
        };
        let mut after = Project {
            blueprints: self.project.blueprints.clone(),
            scorecards: self.project.scorecards.clone(),
            ..Project::default()
        };
        let concerns = |card: &Scorecard| {
            is_touched(Kind::Scorecard, &card.name.value) || is_touched(Kind::Blueprint, &card.blueprint.value)
        };
        before.scorecards.retain(concerns);
        after.scorecards.retain(concerns);
        let judged = before.scorecards.iter().chain(&after.scorecards);
        let judged: BTreeSet<Address> =
            judged.map(|card| Address::new(Kind::Blueprint, card.blueprint.value.clone())).collect();
        let members = self.members(&judged);
        if members.is_empty() {
            return Ok(None);
        }
        let entities: Vec<Entity> =
            self.bodies(members.keys().copied())?.iter().map(|one| Entity::of(lifted(one))).collect();
        before.entities.clone_from(&entities);
        after.entities = entities;
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
            let now = self.project.promise(&promise.address.name);
            let (Some(before), Some(after)) = (former(&promise), now) else {
                unknown.push(promise.address);
                continue;
            };
            let of_it = members.keys().copied().filter(|one| one.above().as_ref() == Some(&promise.address));
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
                    anew.push(Rerender { request, owner, because, files });
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
    let takes_nothing = !loaded.diagnostics.iter().any(|one| one.code == crate::diag::code::NO_FILES);
    loaded.project.promises.first().filter(|_| takes_nothing).cloned()
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

/// The other projects that a plan means something for.
fn concerned(ids: &[&str], catalog: &dyn Catalog) -> Result<Vec<Concerned>, SessionError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let names: BTreeMap<String, String> =
        catalog.projects()?.into_iter().map(|known| (known.id.to_string(), known.name)).collect();
    let mut concerned = Vec::new();
    for id in ids {
        let last = catalog.runs(id, 1)?.pop();
        concerned.push(Concerned {
            project: (*id).to_owned(),
            name: names.get(*id).cloned(),
            source: last.and_then(|run| run.source),
        });
    }
    Ok(concerned)
}
