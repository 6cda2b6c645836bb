//! Requests as policies see a plan that takes files or places away from them.

use crate::catalog::Presence;
use crate::model::{Address, Declared, Object, Request, Thing};
use crate::observe::Settled;
use crate::plan::{Action, Operation, Plan};
use crate::policy::{Change, Changed, Places};
use crate::render::Rendered;
use crate::workspace::Loaded;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What is known of the requests of a plan.
pub(super) struct Requests<'o> {
    plan: &'o Plan,
    settled: &'o Settled<'o>,
    live: &'o BTreeMap<Thing, Presence<Object>>,
    declared: HashMap<Address, &'o Request>,
    rendered: HashMap<&'o Address, &'o Rendered>,
}

impl<'o> Requests<'o> {
    pub(super) fn new(
        plan: &'o Plan,
        loaded: &'o Loaded,
        settled: &'o Settled<'o>,
        live: &'o BTreeMap<Thing, Presence<Object>>,
    ) -> Self {
        let declared = loaded.project.requests.iter().map(|request| (request.address(), request));
        let rendered = settled.rendered.iter().map(|one| (&one.request, one));
        Self { plan, settled, live, declared: declared.collect(), rendered: rendered.collect() }
    }

    /// Where a request stands, and where it will; nothing for anything else.
    pub(super) fn places(&self, request: &Address) -> Places<'o> {
        let before = self.settled.standing.of(request).first().map(|name| &**name);
        let rendered = self.rendered.get(request).map(|rendered| rendered.destination.as_deref());
        Places { before, after: rendered.unwrap_or(before) }
    }

    /// What the plan does to requests beside what it does to their objects: it moves them, and deletes files of theirs or lets go
    /// of them.
    pub(super) fn changes(&self, operations: &BTreeMap<&Thing, &'o Operation>) -> Vec<Change<'o>> {
        let impact = &self.plan.impact;
        let moved = impact.moves.iter().map(|one| {
            let places = Places { before: Some(&one.from), after: Some(&one.to) };
            Change { places, ..self.change(Action::Move, &one.request) }
        });
        let lost = impact.lost.iter().filter(|one| one.is_own()).map(|one| self.change(Action::Delete, &one.request));
        let released = self.plan.operations.iter().filter(|operation| operation.action == Action::Release);
        let released = released.filter_map(|operation| operation.file()?.request.as_ref());
        let released: BTreeSet<&Address> =
            released.filter(|request| !operations.contains_key(&Thing::Object((*request).clone()))).collect();
        let released = released.into_iter().map(|request| self.change(Action::Release, request));
        moved.chain(lost).chain(released).collect()
    }

    fn change(&self, action: Action, request: &'o Address) -> Change<'o> {
        let thing = Thing::Object(request.clone());
        let declared = self.declared.get(request);
        let after = declared.map(|one| Object { address: one.address(), body: one.body() });
        let changed = match (self.live.get(&thing), &after) {
            (Some(Presence::Unreadable(_)), _) | (None, None) => Changed::Unknown { before: request.clone(), after },
            (Some(Presence::Read(live)), _) => Changed::Object { before: Some(live.clone()), after },
            (None, Some(_)) => Changed::Object { before: after.clone(), after },
        };
        let owner = Some(self.plan.project.as_str());
        let places = self.places(request);
        Change { action: action.word(), thing: Cow::Owned(thing), owner, places, changed }
    }
}
