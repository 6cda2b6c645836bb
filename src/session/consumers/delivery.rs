//! What other projects come to deliver otherwise: what they ask of promises that change, and what stands in destinations and state stores
//! that do, or that this project takes over. Others see no `moved` line of this project: to them what has another name is another one.

use super::side::{Becomes, Held, Side, Sides};
use super::{Others, read_back};
use crate::apply::Targets;
use crate::catalog::Entry;
use crate::model::{
    Address, Declaration, Declared, Destination, Kind, Name, Object, Project, Promise, Request, StateStore, Thing,
};
use crate::plan::{Following, OfOthers};
use crate::render::Standing;
use crate::session::SessionError;
use crate::source::Spanned;
use crate::store::{Store, StoreError};
use crate::worded::counted;
use crate::workspace::{Loaded, repository};
use std::collections::{BTreeMap, BTreeSet};

/// What requests are delivered to.
#[derive(Clone, Debug, Default)]
struct Places {
    destinations: Vec<Destination>,
    stores: Vec<StateStore>,
    buckets: Vec<Spanned<Name>>,
}

/// What others delivered, by project.
type Stand = BTreeMap<Name, Vec<Held>>;

/// The state stores as they are, by the names that they have before the plan.
type Opened<'t> = BTreeMap<Name, Seen<'t>>;

/// A state store that was looked at.
enum Seen<'t> {
    /// One that stays.
    Here(&'t dyn Store),
    /// One that the text has no more.
    Left(Box<dyn Store>),
}

impl Seen<'_> {
    fn store(&self) -> &dyn Store {
        match self {
            Self::Here(store) => *store,
            Self::Left(store) => &**store,
        }
    }
}

/// What the plan takes over from others.
type Taken<'e> = BTreeMap<&'e Address, &'e Name>;

/// Promises before and after.
type Promises = BTreeMap<Address, [Promise; 2]>;

/// What is delivered by, and to.
const DELIVERY: [Kind; 3] = [Kind::Destination, Kind::StateStore, Kind::Promise];

impl Others<'_> {
    /// What others come to deliver otherwise; nothing is read where no promise, destination or state store of the project changes, or comes to
    /// it.
    pub(super) fn delivered(
        &self,
        loaded: &Loaded,
        targets: &Targets,
        telling: &BTreeSet<Address>,
    ) -> Result<OfOthers, SessionError> {
        let own = self.entries.iter().filter(|entry| entry.owner.is_some() && entry.live.is_some());
        let taken = self.taken();
        let own = own.map(|entry| &entry.address).filter(|one| DELIVERY.contains(&one.kind));
        let (promises, places): (Vec<&Address>, Vec<&Address>) =
            own.chain(taken.keys().copied()).partition(|one| one.kind == Kind::Promise);
        let is_moving = !taken.is_empty() || places.iter().any(|one| self.touched.contains(*one));
        let changes = |one: &&&Address| is_moving || telling.contains(**one) || self.touched.contains(**one);
        let promises: BTreeSet<Address> = promises.iter().filter(changes).map(|one| (*one).clone()).collect();
        let mut anew = OfOthers::default();
        let mut asked = self.members(&promises);
        if asked.is_empty() && !is_moving {
            return Ok(anew);
        }
        let before = Places::of(&self.bodies(places)?, loaded);
        let foreign = self.stores_of(&before.and(&self.declared()), loaded)?;
        let (before, mut after) = (before.and(&foreign), self.declared().and(&foreign));
        // What others ask of a promise that comes to this project stands where its owner delivers to.
        let givers = taken.iter().filter(|(address, _)| address.kind == Kind::Promise).map(|(_, owner)| *owner);
        let given = self.places_of(&givers.collect(), loaded)?;
        let opened = opened(&before.and(&given), self.project, targets, &mut anew.unknown);
        after.name_as(&before);
        let stand = standing(&self.projects(&asked, is_moving)?, &opened)?;
        if is_moving {
            let known = self.entries.iter().filter(|entry| self.is_others(entry));
            let known: BTreeMap<&Address, &Name> =
                known.filter_map(|entry| Some((&entry.address, entry.other_owner.as_ref()?))).collect();
            let held = stand.values().flatten().filter_map(|held| known.get_key_value(&held.request));
            asked.extend(held.map(|(address, owner)| (*address, *owner)));
        }
        let promises = self.promises(asked.keys().copied(), &mut anew.unknown)?;
        let mut by_owner: BTreeMap<&Name, Vec<&Address>> = BTreeMap::new();
        for (request, owner) in asked {
            by_owner.entry(owner).or_default().push(request);
        }
        for (owner, requests) in by_owner {
            let held = stand.get(owner).map_or(&[][..], |held| held);
            let (becomes, unseen) =
                self.of_project((owner, requests), (&before, &after, &taken), &promises, (held, &opened), loaded)?;
            if unseen > 0 {
                let (requests, stand) = (counted(unseen, "request"), if unseen == 1 { "stands" } else { "stand" });
                let why = format!("where {requests} {stand} of project {owner}, which has destinations of its own");
                anew.unknown.extend([Following::Moves, Following::Lost].map(|kind| (kind, why.clone())));
            }
            if !(taken.is_empty() || becomes.is_empty()) {
                let why = format!("what project {owner} uses by `extern` lines of what comes to this project");
                anew.unknown.extend([Following::Moves, Following::Invalid].map(|kind| (kind, why.clone())));
            }
            for Becomes { rendered, redelivered, invalid } in becomes {
                anew.rendered.extend(rendered);
                anew.redelivered.extend(redelivered);
                anew.invalid.extend(invalid);
            }
        }
        Ok(anew)
    }

    /// The projects that may have something there: all that the catalog knows, where something is delivered elsewhere.
    fn projects(&self, asked: &BTreeMap<&Address, &Name>, is_moving: bool) -> Result<BTreeSet<Name>, SessionError> {
        let mut owners: BTreeSet<Name> = asked.values().map(|owner| (*owner).clone()).collect();
        if is_moving {
            owners.extend(self.catalog.projects()?.into_iter().map(|project| project.id));
            owners.retain(|id| **id != *self.own);
        }
        Ok(owners)
    }

    /// The promises, destinations and state stores that the plan takes over, each with the project that has it.
    fn taken(&self) -> Taken<'_> {
        let comes = self
            .entries
            .iter()
            .filter(|entry| entry.owner.is_none() && entry.live.is_some() && self.touched.contains(&entry.address));
        let comes = comes.filter(|entry| DELIVERY.contains(&entry.address.kind));
        comes.filter_map(|entry| Some((&entry.address, entry.other_owner.as_ref()?))).collect()
    }

    /// Whether something is another project's, and stays with it.
    fn is_of_others(&self, address: &Address, taken: &Taken<'_>) -> bool {
        let found = self.entries.binary_search_by(|entry| entry.address.cmp(address)).ok();
        let entry = found.and_then(|found| self.entries.get(found));
        !taken.contains_key(address) && entry.is_some_and(|entry| entry.owner.is_none())
    }

    /// The state stores of others that some destinations lie in.
    fn stores_of(&self, places: &Places, loaded: &Loaded) -> Result<Places, SessionError> {
        let named = places.destinations.iter().map(|one| &one.store.value).filter(|name| !places.has_store(name));
        let named: BTreeSet<Address> = named.map(|name| Address::new(Kind::StateStore, name.clone())).collect();
        Ok(Places::of(&self.bodies(&named)?, loaded))
    }

    /// What is declared to be delivered to; what others have is not among it.
    fn declared(&self) -> Places {
        let Project { destinations, stores, buckets, externs, .. } = self.project;
        Places {
            destinations: destinations.iter().filter(|one| !externs.holds(one.span)).cloned().collect(),
            stores: stores.iter().filter(|one| !externs.holds(one.span)).cloned().collect(),
            buckets: buckets.iter().filter(|one| !externs.holds(one.span)).cloned().collect(),
        }
    }

    /// The promises of some requests, before and after; what cannot be read of them is told.
    fn promises<'a>(
        &self,
        requests: impl Iterator<Item = &'a Address>,
        unknown: &mut Vec<(Following, String)>,
    ) -> Result<Promises, SessionError> {
        let mut asked: BTreeMap<Address, usize> = BTreeMap::new();
        for promise in requests.filter_map(Address::above) {
            *asked.entry(promise).or_default() += 1;
        }
        let mut promises = BTreeMap::new();
        for before in self.bodies(asked.keys())? {
            let address = before.address.clone();
            // Others render what the catalog holds.
            let after = match self.project.objects.iter().find(|one| one.address == address) {
                Some(declared) => Object { address: address.clone(), body: declared.body.clone() },
                None if self.touched.contains(&address) => continue,
                None => before.clone(),
            };
            match (read_back(&before), read_back(&after)) {
                (Some(before), Some(after)) => drop(promises.insert(address, [before, after])),
                _ => {
                    let count = asked.get(&address).copied().unwrap_or_default();
                    let why = format!("what others ask of {address} ({count}) cannot be rendered here");
                    unknown.push((Following::Rendered, why));
                }
            }
        }
        Ok(promises)
    }

    /// What becomes of some requests of a project, and how many of them may stand where nobody looked.
    fn of_project(
        &self,
        (owner, requests): (&Name, Vec<&Address>),
        (before, after, taken): (&Places, &Places, &Taken<'_>),
        promises: &Promises,
        (held, opened): (&[Held], &Opened<'_>),
        loaded: &Loaded,
    ) -> Result<(Vec<Becomes>, usize), SessionError> {
        let of_known = |request: &&Address| request.above().is_some_and(|promise| promises.contains_key(&promise));
        let bodies = self.bodies(requests.into_iter().filter(of_known))?;
        let requests: Vec<Request> = bodies.iter().map(|one| Request::of(Declaration::of_object(one, 0))).collect();
        let asked: BTreeSet<Address> = bodies.iter().filter_map(|one| one.address.above()).collect();
        let (gone, stays): (Vec<&Address>, Vec<&Address>) = asked.iter().partition(|one| taken.contains_key(*one));
        let beside = self.beside_of(owner, asked.iter(), loaded)?;
        let later = if gone.is_empty() { beside.clone() } else { self.beside_of(owner, stays.into_iter(), loaded)? };
        let after = &after.known_to(&requests, taken, asked.iter().any(|promise| !self.is_of_others(promise, taken)));
        let mut standing = Standing::default();
        for Held { request, destination, .. } in held {
            standing.add(request.clone(), destination.clone());
        }
        let side = |places: &Places, beside: &Places, index: usize| {
            let joined = places.and(beside);
            let project = Project {
                promises: promises.values().map(|sides| sides[index].clone()).collect(),
                requests: requests.clone(),
                destinations: joined.destinations,
                stores: joined.stores,
                buckets: joined.buckets,
                ..Project::default()
            };
            Side::of(project, &standing)
        };
        let sides = Sides {
            owner,
            before: side(before, &beside, 0),
            after: side(after, &later, 1),
            held,
            read: &|file| read(opened, file),
            may_stand_elsewhere: !beside.destinations.is_empty(),
            left: &before.left(after),
            touched: &self.touched,
        };
        let unseen = requests.iter().filter(|one| standing.of(&one.address()).is_empty());
        let unseen = if sides.may_stand_elsewhere { unseen.count() } else { 0 };
        Ok((sides.become_what(), unseen))
    }

    /// What a project delivers to beside what this one has: what it has itself, and what the owners of the promises have that it asks for.
    fn beside_of<'a>(
        &self,
        owner: &Name,
        promises: impl Iterator<Item = &'a Address>,
        loaded: &Loaded,
    ) -> Result<Places, SessionError> {
        let promises: BTreeSet<&Address> = promises.collect();
        let known = self.entries.iter().filter(|entry| entry.owner.is_none() && promises.contains(&entry.address));
        let owners: BTreeSet<&Name> = known.filter_map(|entry| entry.other_owner.as_ref()).chain([owner]).collect();
        self.places_of(&owners, loaded)
    }

    /// What some projects have to deliver to, and the plan does not take over.
    fn places_of(&self, owners: &BTreeSet<&Name>, loaded: &Loaded) -> Result<Places, SessionError> {
        let is_place = |entry: &&Entry| matches!(entry.address.kind, Kind::Destination | Kind::StateStore);
        let theirs = self.entries.iter().filter(is_place).filter(|entry| self.is_others(entry));
        let theirs = theirs.filter(|entry| entry.other_owner.as_ref().is_some_and(|owner| owners.contains(owner)));
        Ok(Places::of(&self.bodies(theirs.map(|entry| &entry.address))?, loaded))
    }
}

impl Places {
    /// The places among objects of a catalog.
    fn of(objects: &[Object], loaded: &Loaded) -> Self {
        let mut places = Self::default();
        for object in objects {
            let declared = Declaration::of_object(object, 0);
            match (object.address.kind, StateStore::of_object(object)) {
                (Kind::Destination, _) => places.destinations.extend(Destination::of(&declared)),
                (_, Some(mut store)) => {
                    store.git.repository = repository(&store.git.url.value, loaded.root.as_ref());
                    places.stores.push(store);
                }
                (_, None) => places.buckets.push(declared.name()),
            }
        }
        places
    }

    fn has_store(&self, name: &str) -> bool {
        let names = self.stores.iter().map(|store| &store.name.value);
        names.chain(self.buckets.iter().map(|bucket| &bucket.value)).any(|known| **known == *name)
    }

    /// Those that a project knows which has some requests: what comes to this one from others comes along with its promises from then on, where
    /// the project uses one, or where a request names it.
    fn known_to(&self, requests: &[Request], taken: &Taken<'_>, uses_promises: bool) -> Self {
        let is_known = |one: &&Destination| {
            let address = Address::new(Kind::Destination, one.name.value.clone());
            let pins = |request: &Request| request.destination.as_ref().is_some_and(|pin| pin.value == one.name.value);
            uses_promises || !taken.contains_key(&address) || requests.iter().any(pins)
        };
        Self { destinations: self.destinations.iter().filter(is_known).cloned().collect(), ..self.clone() }
    }

    fn and(&self, more: &Self) -> Self {
        Self {
            destinations: [&*self.destinations, &*more.destinations].concat(),
            stores: [&*self.stores, &*more.stores].concat(),
            buckets: [&*self.buckets, &*more.buckets].concat(),
        }
    }

    /// Gives the state stores that lie where those of the other side do the names that they have there.
    fn name_as(&mut self, before: &Self) {
        let named = |store: &StateStore| before.stores.iter().find(|old| old.place().is(&store.place()));
        let names: BTreeMap<Name, Name> = self
            .stores
            .iter()
            .filter_map(|store| Some((store.name.value.clone(), named(store)?.name.value.clone())))
            .collect();
        let known = |name: &mut Name| {
            if let Some(known) = names.get(&*name) {
                *name = known.clone();
            }
        };
        self.stores.iter_mut().for_each(|store| known(&mut store.name.value));
        self.destinations.iter_mut().for_each(|destination| known(&mut destination.store.value));
    }

    /// The state stores that lie nowhere on the other side, or elsewhere.
    fn left(&self, after: &Self) -> BTreeSet<Name> {
        let stays = |store: &&StateStore| after.stores.iter().any(|new| new.place().is(&store.place()));
        let left = self.stores.iter().filter(|store| !stays(store));
        left.map(|store| store.name.value.clone()).collect()
    }
}

/// The state stores as they are; what could not be looked at is told.
fn opened<'t>(
    before: &Places,
    project: &Project,
    targets: &'t Targets,
    unknown: &mut Vec<(Following, String)>,
) -> Opened<'t> {
    let mut opened = Opened::new();
    for store in &before.stores {
        let same = project.stores.iter().find(|new| new.place().is(&store.place()));
        let seen = match same.and_then(|same| targets.stores.get(&*same.name.value)) {
            Some(here) => Ok(Seen::Here(&**here)),
            None => left(store, targets).map(Seen::Left),
        };
        match seen {
            Ok(seen) => drop(opened.insert(store.name.value.clone(), seen)),
            Err(StoreError::Missing { .. }) => {}
            Err(error) => {
                let why =
                    format!("nobody could look at what others have in state-store:{} ({error})", store.name.value);
                unknown.extend([Following::Moves, Following::Lost].map(|kind| (kind, why.clone())));
            }
        }
    }
    opened
}

/// A state store that the text has no more.
fn left(store: &StateStore, targets: &Targets) -> Result<Box<dyn Store>, StoreError> {
    let mut opened = (targets.reopen)(store)?;
    opened.observe(&[])?;
    Ok(opened)
}

/// What some projects delivered to state stores.
fn standing(owners: &BTreeSet<Name>, opened: &Opened<'_>) -> Result<Stand, SessionError> {
    let mut stand = Stand::new();
    for (name, seen) in opened {
        for owner in owners {
            let held = seen.store().holdings_of(owner)?.into_iter().map(|holding| Held {
                request: holding.request,
                store: name.clone(),
                destination: holding.destination,
                files: holding.files.iter().map(|path| Thing::file(name, path)).collect(),
            });
            stand.entry(owner.clone()).or_default().extend(held);
        }
    }
    Ok(stand)
}

/// What is in a file that is there.
fn read(opened: &Opened<'_>, file: &Thing) -> Option<Vec<u8>> {
    let Thing::File { store, path } = file else { return None };
    opened.get(&**store)?.store().read(path).ok().flatten()
}
