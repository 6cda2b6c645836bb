//! What a plan means for the entities and requests of other projects: which of them come to another level, are rendered anew by their
//! projects, and whose they are.

use super::SessionError;
use super::catalogs::known_as;
use super::levels::level_records;
use super::pull::node_alone;
use crate::catalog::{Bodies, Catalog, Entry};
use crate::model::{
    Address, Blueprint, Declaration, DeclaredAt, Entity, Kind, Name, Object, Predicate, Project, Promise, Request,
    Scorecard,
};
use crate::plan::{Following, Impact, LevelsOfOthers, OfOthers, Plan, Rerender, RestsOn};
use crate::render::{Rendered, render_each};
use crate::resolve::MemoryLoader;
use crate::scorecard::evaluate;
use crate::workspace::load;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The plan with what it means for others, and what of theirs it rests on. Nothing is read where it touches no blueprint, scorecard or promise
/// that others use, and no entity to which their scorecards lead; `now`, in seconds since 1970 (UTC), is what `within` counts from.
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
    let (mut rendered, mut unknown) = others.rendered(&telling)?;
    // What becomes invalid is rendered by nobody.
    let invalid: BTreeSet<&Address> = plan.impact.invalid.iter().flatten().map(|one| &one.address).collect();
    rendered.retain(|one| !invalid.contains(&one.request));
    unknown.extend(others.placed());
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

/// The requests that others come to render anew, and what nobody knows of them, with what it is about.
type Anew = (Vec<Rerender>, Vec<(Following, String)>);

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

    /// The levels of what others have before and after, with their owners; nothing where nothing that these depend on is touched.
    fn levels(&self, now: i64) -> Result<Option<LevelsOfOthers>, SessionError> {
        let is_model = |kind: Kind| matches!(kind, Kind::Blueprint | Kind::Promise | Kind::Scorecard);
        let has_others = || self.entries.iter().any(|entry| entry.address.above().is_some() && self.is_others(entry));
        let touches = |kind: fn(Kind) -> bool| self.touched.iter().any(|one| kind(one.kind));
        if !(touches(is_model) || touches(|kind| kind == Kind::Entity)) || !has_others() {
            return Ok(None);
        }
        let mut after = Project {
            blueprints: self.project.blueprints.clone(),
            scorecards: self.project.scorecards.clone(),
            promises: self.project.promises.clone(),
            ..Project::default()
        };
        let is_reached = |ways: &BTreeSet<Name>| {
            let entities = self.touched.iter().filter(|one| one.kind == Kind::Entity);
            entities.into_iter().any(|one| ways.contains(&one.parent))
        };
        if !touches(is_model) && !after.scorecards.iter().any(|card| is_reached(&ways(card, &after.blueprints))) {
            return Ok(None);
        }
        let mut before = self.model_before(is_model)?;
        // A scorecard judges the entities of a blueprint, or the requests of a promise.
        let types = |card: &Scorecard| JUDGED.map(|kind| Address::new(kind, card.blueprint.value.clone()));
        let concerns = |card: &Scorecard, blueprints: &[Blueprint]| {
            let own = Address::new(Kind::Scorecard, card.name.value.clone());
            types(card).iter().chain([&own]).any(|address| self.touched.contains(address))
                || is_reached(&ways(card, blueprints))
        };
        let mut reached = BTreeSet::new();
        for side in [&mut before, &mut after] {
            side.scorecards.retain(|card| concerns(card, &side.blueprints));
            reached.extend(side.scorecards.iter().flat_map(|card| ways(card, &side.blueprints)));
        }
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
        self.beside(&mut before, &mut after, (&reached, &members))?;
        let owners = members.into_iter().map(|(address, owner)| (address.clone(), owner.to_string()));
        Ok(Some((level_records(&evaluate(&before, now)), level_records(&evaluate(&after, now)), owners.collect())))
    }

    /// The blueprints, promises and scorecards as they are live, and those of others as the project uses them.
    fn model_before(&self, is_model: fn(Kind) -> bool) -> Result<Project, SessionError> {
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
        let Project { blueprints, promises, scorecards, externs, .. } = self.project;
        before.blueprints.extend(blueprints.iter().filter(|one| externs.holds(one.span)).cloned());
        before.promises.extend(promises.iter().filter(|one| externs.holds(one.span)).cloned());
        before.scorecards.extend(scorecards.iter().filter(|one| externs.holds(one.span)).cloned());
        Ok(before)
    }

    /// Puts beside what is judged the entities of some blueprints, to which relations lead: as they are live, and as they come to be.
    fn beside(
        &self,
        before: &mut Project,
        after: &mut Project,
        (blueprints, judged): (&BTreeSet<Name>, &BTreeMap<&Address, &Name>),
    ) -> Result<(), SessionError> {
        if blueprints.is_empty() {
            return Ok(());
        }
        let is_beside = |entry: &&Entry| {
            let address = &entry.address;
            let is_one = address.kind == Kind::Entity && blueprints.contains(&address.parent);
            is_one && entry.live.is_some() && !judged.contains_key(address)
        };
        let own = self.project.entities.iter().filter(|one| blueprints.contains(&one.blueprint.value));
        after.externs.entities.extend(own.cloned());
        let stays = |entry: &&Entry| entry.owner.is_none() && !self.touched.contains(&entry.address);
        let (others, live): (Vec<&Entry>, Vec<&Entry>) = self.entries.iter().filter(is_beside).partition(stays);
        let read = |entries: Vec<&Entry>| -> Result<Vec<Entity>, SessionError> {
            let bodies = self.bodies(entries.into_iter().map(|entry| &entry.address))?;
            Ok(bodies.iter().map(|object| Entity::of(Declaration::of_object(object, 0))).collect())
        };
        let others = read(others)?;
        before.externs.entities.extend(read(live)?.into_iter().chain(others.iter().cloned()));
        after.externs.entities.extend(others);
        Ok(())
    }

    /// That nobody looked at where others' requests stand, where a destination or a state store changes or goes.
    fn placed(&self) -> Vec<(Following, String)> {
        let own = |kind: Kind| {
            let all = self.entries.iter().filter(move |entry| entry.address.kind == kind && entry.owner.is_some());
            all.map(|entry| &entry.address)
        };
        let changed = [Kind::Destination, Kind::StateStore].into_iter().flat_map(own);
        let changed: Vec<String> = changed.filter(|one| self.touched.contains(one)).map(ToString::to_string).collect();
        let promises: BTreeSet<Address> = own(Kind::Promise).cloned().collect();
        let count = if changed.is_empty() { 0 } else { self.members(&promises).len() };
        if count == 0 {
            return Vec::new();
        }
        let requests = if count == 1 {
            "the request of other projects stands".to_owned()
        } else {
            format!("the {count} requests of other projects stand")
        };
        let why = format!("where {requests} that {} is for", changed.join(" and "));
        [Following::Moves, Following::Lost, Following::Rendered].map(|kind| (kind, why.clone())).into()
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
            // Others render what the catalog holds.
            let after = self.project.objects.iter().find(|one| one.address == promise.address);
            let after = after.map(|one| Object { address: one.address.clone(), body: one.body.clone() });
            let (Some(before), Some(after)) = (read_back(&promise), after.as_ref().and_then(read_back)) else {
                let why = format!("what others ask of {} ({}) cannot be rendered here", promise.address, of_it.len());
                unknown.extend((!of_it.is_empty()).then_some((Following::Rendered, why)));
                continue;
            };
            let requests: Vec<Request> =
                self.bodies(of_it)?.iter().map(|one| Request::of(Declaration::of_object(one, 0))).collect();
            let [before, after] = [&before, &after].map(|promise| files(promise, &requests));
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

/// A promise as a catalog holds it; nothing where the language cannot say it, or where it takes files of its owner, which no catalog holds.
fn read_back(promise: &Object) -> Option<Promise> {
    let text = format!("project others\n{}", node_alone(promise).ok()?);
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

/// The blueprints to which a scorecard follows relations.
fn ways(card: &Scorecard, blueprints: &[Blueprint]) -> BTreeSet<Name> {
    let mut found = BTreeSet::new();
    for test in card.predicates().flat_map(Predicate::tests) {
        let mut at = &card.blueprint.value;
        for relation in &test.field.relations {
            let blueprint = blueprints.iter().find(|one| one.name.value == *at);
            let Some(relation) = blueprint.and_then(|blueprint| blueprint.relation(relation)) else { break };
            at = &relation.target.value;
            found.insert(at.clone());
        }
    }
    found
}
