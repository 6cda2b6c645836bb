//! The part of the world that a plan may be about.

use super::document::Plan;
use crate::model::{Address, Kind, Thing};
use std::collections::BTreeSet;

/// The things that a plan may be about, where that is not everything: whatever else differs is left as it is, and nothing is said of it.
#[derive(Clone, Debug)]
pub struct Scope {
    things: BTreeSet<Thing>,
    requests: BTreeSet<Address>,
}

impl Scope {
    /// What a plan is about.
    pub fn of(plan: &Plan) -> Self {
        let things: BTreeSet<Thing> = plan.operations.iter().map(|operation| operation.thing.clone()).collect();
        let objects = plan.operations.iter().filter_map(|operation| operation.object_address());
        let files = plan.operations.iter().filter_map(|operation| operation.file()?.request.as_ref());
        let requests = objects.chain(files).chain(plan.impact.moves.iter().map(|one| &one.request));
        let requests = requests.filter(|address| address.kind == Kind::Request).cloned().collect();
        Self { things, requests }
    }

    /// Whether a thing is in it.
    pub fn holds(&self, thing: &Thing) -> bool {
        self.things.contains(thing)
    }

    /// Whether something of a request is in it.
    pub fn holds_request(&self, request: &Address) -> bool {
        self.requests.contains(request)
    }
}
