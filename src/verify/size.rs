use crate::model::{Declared, Kind, Project};
use std::collections::HashMap;

/// What a byte of a declaration costs a test that needs it, in bytes that are rendered: it is copied, checked and made ready.
const BYTE: usize = 16;

/// What an object costs of which a test needs only that it is there.
const ENTRY: usize = 128;

/// What a label of a destination costs, by which it is looked up.
const LABEL: usize = 32;

/// What a condition costs.
const CONDITION: usize = 512;

/// What a condition costs for each thing that it looks at.
const LOOK: usize = 16;

/// What a test costs that needs nothing.
const TEST: usize = 4 << 10;

/// How large the declarations of a project are, for what its tests cost beside what they are rendered to.
pub(super) struct Sizes<'p> {
    bodies: HashMap<(Kind, &'p str), usize>,
    /// How many there are to choose from.
    declared: usize,
}

impl<'p> Sizes<'p> {
    /// Those of a project.
    pub(super) fn of(project: &'p Project) -> Self {
        let sized = |kind| matches!(kind, Kind::Promise | Kind::Blueprint | Kind::Scorecard);
        let objects = project.objects.iter().filter(|object| sized(object.address.kind));
        let bodies: HashMap<_, _> =
            objects.map(|object| ((object.address.kind, &*object.address.name), size(object))).collect();
        let declared = bodies.len() + project.policies.len();
        Self { bodies, declared }
    }

    /// What the declarations that a test needs cost it.
    pub(super) fn cost(&self, needed: &Project) -> usize {
        let promises = needed.promises.iter().map(|promise| (Kind::Promise, &*promise.name.value));
        let blueprints = needed.blueprints.iter().map(|blueprint| (Kind::Blueprint, &*blueprint.name.value));
        let scorecards = needed.scorecards.iter().map(|scorecard| (Kind::Scorecard, &*scorecard.name.value));
        let bodies = promises.chain(blueprints).chain(scorecards);
        let bytes: usize = bodies.map(|body| self.bodies.get(&body).copied().unwrap_or_default()).sum();
        let entries = needed.destinations.len() + needed.stores.len() + needed.teams.len() + needed.users.len();
        let labels: usize = needed.destinations.iter().map(|destination| destination.labels.members.len()).sum();
        TEST + labels * LABEL + self.declared * BYTE + bytes * BYTE + entries * ENTRY + conditions(needed) * CONDITION
    }

    /// What judging things by the policies that a test needs costs it.
    pub(super) fn judging(needed: &Project, things: usize) -> usize {
        things * conditions(needed) * LOOK
    }
}

fn conditions(needed: &Project) -> usize {
    needed.policies.iter().map(|policy| policy.tests().len()).sum()
}

fn size(declared: &dyn Declared) -> usize {
    let mut body = Vec::new();
    declared.write_body(&mut body);
    body.len()
}
