//! Requests as policies see a plan that takes files or places away from them.

use crate::model::{Address, Declared, Object, Request};
use crate::observe::Settled;
use crate::plan::{Action, Operation, Plan, Target};
use crate::policy::{Change, Changed, Places};
use crate::render::Rendered;
use crate::workspace::Loaded;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What is known of the requests of a plan.
pub(super) struct Requests<'o> {
    plan: &'o Plan,
    settled: &'o Settled<'o>,
    live: &'o BTreeMap<String, Object>,
    declared: HashMap<String, &'o Request>,
    rendered: HashMap<String, &'o Rendered>,
}

impl<'o> Requests<'o> {
    pub(super) fn new(
        plan: &'o Plan,
        loaded: &'o Loaded,
        settled: &'o Settled<'o>,
        live: &'o BTreeMap<String, Object>,
    ) -> Self {
        let declared = loaded.project.requests.iter().map(|request| (request.address().to_string(), request));
        let rendered = settled.rendered.iter().map(|one| (one.request.to_string(), one));
        Self { plan, settled, live, declared: declared.collect(), rendered: rendered.collect() }
    }

    /// Where a request stands, and where it will; nothing for anything else.
    pub(super) fn places(&self, request: &str) -> Places<'o> {
        let Some(address) = Address::parse(request) else { return Places::default() };
        let before = self.settled.standing.of(&address).first().map(|name| &**name);
        let rendered = self.rendered.get(request).map(|rendered| rendered.destination.as_deref());
        Places { before, after: rendered.unwrap_or(before) }
    }

    /// What the plan does to requests beside what it does to their objects: it moves them, and deletes files of theirs or lets go
    /// of them.
    pub(super) fn changes(&self, operations: &BTreeMap<&str, &'o Operation>) -> Vec<Change<'o>> {
        let impact = &self.plan.impact;
        let moved = impact.moves.iter().map(|one| {
            let places = Places { before: Some(&one.from), after: Some(&one.to) };
            Change { places, ..self.change(Action::Move, &one.request) }
        });
        let lost = impact.lost.iter().filter(|one| one.is_own()).map(|one| self.change(Action::Delete, &one.request));
        let released = self.plan.operations.iter().filter(|operation| operation.action == Action::Release);
        let released = released.filter_map(|operation| match &operation.target {
            Target::File(file) => file.request.as_deref(),
            Target::Object(_) => None,
        });
        let released: BTreeSet<&str> = released.filter(|request| !operations.contains_key(request)).collect();
        let released = released.into_iter().map(|request| self.change(Action::Release, request));
        moved.chain(lost).chain(released).collect()
    }

    fn change(&self, action: Action, request: &'o str) -> Change<'o> {
        let declared = self.declared.get(request);
        let after = declared.map(|one| Object { address: one.address(), body: one.body() });
        let before = self.live.get(request).cloned().or_else(|| after.clone());
        let changed = match (before, Address::parse(request)) {
            (None, Some(address)) => Changed::Forgotten(address),
            (before, _) => Changed::Object { before, after },
        };
        let owner = Some(self.plan.project.as_str());
        Change { action: action.word(), address: request, owner, places: self.places(request), changed }
    }
}
