//! What leaves a state store for another one goes only once it has arrived there.

use super::work::{Departure, StoreWork};
use crate::model::{Address, Holding};
use crate::plan::{FileChange, Operation, Plan};
use std::collections::{BTreeMap, BTreeSet};

/// The files that a plan takes from one state store to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departing {
    /// The store that they leave.
    pub store: String,
    /// The stores that they go to.
    pub to: BTreeSet<String>,
    /// How many leave.
    pub files: usize,
}

/// What leaves a state store for others, and goes only once it is there.
pub fn departing(plan: &Plan) -> Vec<Departing> {
    let stores: BTreeSet<&str> = files(plan).map(|file| &*file.store).collect();
    let departing = |store: &str| {
        let arrives = arrivals(plan, store);
        let leaving: Vec<&Address> = leaving(plan, store, &arrives).filter_map(|file| file.request.as_ref()).collect();
        let to = leaving.iter().filter_map(|request| arrives.get(request)).flatten();
        let to: BTreeSet<String> = to.map(|store| (*store).to_owned()).collect();
        (!to.is_empty()).then(|| Departing { store: store.to_owned(), to, files: leaving.len() })
    };
    stores.into_iter().filter_map(departing).collect()
}

/// Sets apart what leaves each store, and puts stores behind those that it goes to, as far as they do not go round in a circle.
pub(super) fn arrange(plan: &Plan, mut works: Vec<StoreWork>) -> Vec<StoreWork> {
    if works.len() < 2 {
        return works;
    }
    for work in &mut works {
        work.departure = depart(plan, work);
    }
    let mut arranged: Vec<StoreWork> = Vec::with_capacity(works.len());
    while !works.is_empty() {
        let is_there = |store: &String| arranged.iter().any(|work| work.store == *store);
        let next = works.iter().position(|work| work.departure.to.iter().all(is_there)).unwrap_or(0);
        arranged.push(works.remove(next));
    }
    arranged
}

/// Takes out of the work of a store what leaves it for others.
fn depart(plan: &Plan, work: &mut StoreWork) -> Departure {
    let arrives = arrivals(plan, &work.store);
    let leaving = || leaving(plan, &work.store, &arrives);
    let requests: BTreeSet<&Address> = leaving().filter_map(|file| file.request.as_ref()).collect();
    let paths: BTreeSet<&str> = leaving().map(|file| &*file.path).collect();
    let (changes, stays) = std::mem::take(&mut work.changes).into_iter().partition(|one| paths.contains(&*one.path));
    work.changes = stays;
    let is_leaving = |holding: &Holding| requests.contains(&holding.request);
    let (holdings, stays) = std::mem::take(&mut work.holdings).into_iter().partition(is_leaving);
    work.holdings = stays;
    let to = requests.iter().filter_map(|request| arrives.get(request)).flatten();
    let to = to.map(|store| (*store).to_owned()).collect();
    Departure { to, changes, holdings }
}

/// The files that go from a store, of requests that arrive elsewhere.
fn leaving<'p>(
    plan: &'p Plan,
    store: &str,
    arrives: &BTreeMap<&Address, BTreeSet<&str>>,
) -> impl Iterator<Item = &'p FileChange> {
    files(plan).filter(move |file| {
        let elsewhere = file.request.as_ref().is_some_and(|request| arrives.contains_key(request));
        file.store == *store && file.content.is_none() && elsewhere
    })
}

/// The other stores that are written for each request.
fn arrivals<'p>(plan: &'p Plan, store: &str) -> BTreeMap<&'p Address, BTreeSet<&'p str>> {
    let mut arrivals: BTreeMap<&Address, BTreeSet<&str>> = BTreeMap::new();
    for file in files(plan).filter(|file| file.store != *store && file.content.is_some()) {
        if let Some(request) = &file.request {
            arrivals.entry(request).or_default().insert(&file.store);
        }
    }
    arrivals
}

fn files(plan: &Plan) -> impl Iterator<Item = &FileChange> {
    plan.operations.iter().filter_map(Operation::file)
}
