//! Which warnings would have been given before a plan too.

use crate::catalog::Presence;
use crate::model::{
    Address, Declaration, Kind, Name, Object, Policy, PolicySeverity, PolicySubject, Project, Request, Thing,
};
use crate::plan::{Action, Operation, Plan, Violation};
use crate::policy::{declared, entity_of, of_object};
use crate::render::Placed;
use std::collections::{BTreeMap, BTreeSet};

/// What a policy warned of before: its name, the thing, and what was said.
pub(in crate::session) type Warned = BTreeSet<(Name, Thing, String)>;

/// Whether a policy warns of what is declared, whatever a plan does.
pub(super) fn warns(policy: &Policy) -> bool {
    policy.severity == PolicySeverity::Warn && policy.on.is_empty()
}

/// What the policies of a text warn of in it.
pub(in crate::session) fn warned(project: &Project, placed: &[Placed], now: i64) -> Warned {
    let breaches = declared(project, placed, &[], now).into_iter().filter(|breach| warns(breach.policy));
    breaches.filter_map(|breach| Some((breach.policy.name.value.clone(), breach.thing?, breach.message))).collect()
}

/// The plan, whose warnings say whether they were given before. A thing that was moved is looked for by the name that it had.
#[must_use]
pub(in crate::session) fn compared(mut plan: Plan, warned: &Warned) -> Plan {
    let moved = plan.operations.iter().filter_map(|one| Some((&one.thing, one.from.as_ref()?)));
    let moved: BTreeMap<&Thing, &Thing> = moved.collect();
    let is_known = |one: &Violation| {
        let Some(thing) = one.thing.as_ref().filter(|_| !one.denies) else { return false };
        let before = moved.get(thing).copied().unwrap_or(thing);
        warned.contains(&(one.policy.as_str().into(), before.clone(), one.message.clone()))
    };
    let known: Vec<bool> = plan.violations.iter().map(is_known).collect();
    for (violation, known) in plan.violations.iter_mut().zip(known) {
        violation.known = known;
    }
    plan
}

/// The address of a live object below its blueprint or its promise as a plan calls that: the policies as they are now know it by no
/// other name.
fn where_it_goes(live: &Object, planned: &Thing) -> Address {
    let parent = planned.object().map_or(&live.address.parent, |planned| &planned.parent).clone();
    Address { parent, ..live.address.clone() }
}

/// What is as it is before a plan: the project as the catalog has it, and where its files stand.
pub(super) struct Before<'b> {
    pub(super) project: &'b Project,
    pub(super) placed: &'b [Placed],
    pub(super) live: &'b BTreeMap<Thing, Presence<Object>>,
    pub(super) now: i64,
}

impl Before<'_> {
    /// The plan, whose warnings say whether the policies that are live would have given them of what is live.
    pub(super) fn compared(&self, plan: Plan) -> Plan {
        let is_open = |one: &Violation| !one.denies && one.thing.is_some();
        if !plan.violations.iter().any(is_open) {
            return plan;
        }
        let changed: BTreeMap<&Thing, &Operation> =
            plan.operations.iter().map(|operation| (&operation.thing, operation)).collect();
        let names = self.names();
        let by_its_name = |(policy, thing, message): (Name, Thing, String)| {
            let known = thing.object().and_then(|judged| names.get(judged)).map(|known| (*known).clone().into());
            (policy, known.unwrap_or(thing), message)
        };
        let warned = warned(&self.project(&changed), &self.files(&plan, &changed), self.now);
        let mut warned: Warned = warned.into_iter().map(by_its_name).collect();
        // Of all other objects the project has only what they become.
        let is_lifted =
            |thing: &Thing| thing.object().is_none_or(|address| matches!(address.kind, Kind::Entity | Kind::Request));
        // What stood in a file that changes nobody has here.
        let of_manifests = self.project.policies.iter().filter(|one| one.subject.value == PolicySubject::Manifest);
        let of_manifests: BTreeSet<&Name> = of_manifests.map(|policy| &policy.name.value).collect();
        warned.retain(|(policy, thing, _)| {
            !changed.contains_key(thing) || is_lifted(thing) && !of_manifests.contains(policy)
        });
        warned.extend(self.others(&plan, &changed));
        compared(plan, &warned)
    }

    /// What is live and can be read: of what cannot, no warning is known.
    fn read(&self) -> impl Iterator<Item = (&Thing, &Object)> {
        self.live.iter().filter_map(|(thing, live)| Some((thing, live.read()?)))
    }

    /// The names that things have in the catalog, by those under which they are judged, where these differ.
    fn names(&self) -> BTreeMap<Address, &Address> {
        let both = self.read().map(|(planned, object)| (where_it_goes(object, planned), &object.address));
        both.filter(|(judged, known)| judged != *known).collect()
    }

    /// The policies as they are live, under the names that they and what they are of have in the plan.
    fn policies(&self, changed: &BTreeMap<&Thing, &Operation>) -> Vec<Policy> {
        let moved = changed.values().filter_map(|one| Some((one.from.as_ref()?.object()?, one.thing.object()?)));
        let types = moved.filter(|(from, _)| from.kind.below().is_some());
        let names: BTreeMap<&str, &Name> = types.map(|(from, to)| (&*from.name, &to.name)).collect();
        let before = |policy: &Policy| {
            let address = policy.address();
            let thing = Thing::Object(address.clone());
            match changed.get(&thing) {
                None => Some(policy.clone()),
                Some(change) if matches!(change.action, Action::Create | Action::Adopt) => None,
                Some(_) => {
                    let body = self.live.get(&thing)?.read()?.body.clone();
                    let mut before = Policy::of(&Declaration::of_object(&Object { address, body }, 0))?;
                    if let Some(of) = &mut before.of {
                        let planned = names.get(&*of.value).map(|name| (*name).clone());
                        of.value = planned.unwrap_or_else(|| of.value.clone());
                    }
                    Some(before)
                }
            }
        };
        self.project.policies.iter().filter_map(before).collect()
    }

    /// The project with its entities and requests as they are live, and with no policy but those that warn.
    fn project(&self, changed: &BTreeMap<&Thing, &Operation>) -> Project {
        let mut project = self.project.clone();
        project.policies = self.policies(changed);
        project.policies.retain(warns);
        let stays = |address: Address| !changed.contains_key(&Thing::Object(address));
        project.entities.retain(|entity| stays(crate::model::Declared::address(entity)));
        project.requests.retain(|request| stays(crate::model::Declared::address(request)));
        let was_there = |thing: &&Thing| {
            changed.get(thing).is_some_and(|one| !matches!(one.action, Action::Create | Action::Adopt))
        };
        for (planned, object) in self.read().filter(|(thing, _)| was_there(thing)) {
            let judged = Object { address: where_it_goes(object, planned), body: object.body.clone() };
            match judged.address.kind {
                Kind::Entity => project.entities.push(entity_of(&judged)),
                Kind::Request => project.requests.push(Request::of(Declaration::of_object(&judged, 0))),
                _ => {}
            }
        }
        project
    }

    /// The files that are there already, where they stand.
    fn files(&self, plan: &Plan, changed: &BTreeMap<&Thing, &Operation>) -> Vec<Placed> {
        let moves: BTreeMap<&Address, &Name> = plan.impact.moves.iter().map(|one| (&one.request, &one.from)).collect();
        let before = |file: &Placed| {
            let mut file = file.clone();
            if let Some(from) = moves.get(&file.request) {
                file.destination = (*from).clone();
                return Some(file);
            }
            let change = changed.get(&file.thing());
            let comes = change.is_some_and(|one| matches!(one.action, Action::Create | Action::Adopt));
            (!comes).then_some(file)
        };
        self.placed.iter().filter_map(before).collect()
    }

    /// What was warned of other objects, each by what is live of it.
    fn others(&self, plan: &Plan, changed: &BTreeMap<&Thing, &Operation>) -> Warned {
        let before = self.policies(changed);
        let policies: BTreeMap<&str, &Policy> = before.iter().map(|policy| (&*policy.name.value, policy)).collect();
        let of = |violation: &Violation| {
            let thing = violation.thing.as_ref()?;
            let (policy, change) = (policies.get(violation.policy.as_str())?, changed.get(thing)?);
            let live = self.live.get(thing)?.read();
            let live = live.filter(|_| !matches!(change.action, Action::Create | Action::Adopt))?;
            let before = change.from.as_ref().unwrap_or(thing);
            Some((policy.name.value.clone(), before.clone(), of_object(policy, live, self.now)?))
        };
        plan.violations.iter().filter_map(of).collect()
    }
}
