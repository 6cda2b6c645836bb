//! Which warnings would have been given before a plan too.

use crate::model::{Address, Declaration, Kind, Object, Policy, PolicySeverity, Project, Request};
use crate::plan::{Action, Operation, Plan, Violation};
use crate::policy::{declared, entity_of, of_object};
use crate::render::Placed;
use crate::source::FileId;
use std::collections::{BTreeMap, BTreeSet};

/// What a policy warned of before: its name, the thing, and what was said.
pub(in crate::session) type Warned = BTreeSet<(String, String, String)>;

/// Whether a policy warns of what is declared, whatever a plan does.
pub(super) fn warns(policy: &Policy) -> bool {
    policy.severity == PolicySeverity::Warn && policy.on.is_empty()
}

/// What the policies of a text warn of in it.
pub(in crate::session) fn warned(project: &Project, placed: &[Placed], now: i64) -> Warned {
    let breaches = declared(project, placed, now).into_iter().filter(|breach| warns(breach.policy));
    breaches
        .filter_map(|breach| Some((breach.policy.name.value.to_string(), breach.address?, breach.message)))
        .collect()
}

/// The plan, whose warnings say whether they were given before. A thing that was moved is looked for by the name that it had.
#[must_use]
pub(in crate::session) fn compared(mut plan: Plan, warned: &Warned) -> Plan {
    let moved = plan.operations.iter().filter_map(|one| Some((one.address.as_str(), one.from.as_deref()?)));
    let moved: BTreeMap<&str, &str> = moved.collect();
    let is_known = |one: &Violation| {
        let address = one.address.as_deref().unwrap_or_default();
        let before = moved.get(address).copied().unwrap_or(address);
        !one.denies && warned.contains(&(one.policy.clone(), before.to_owned(), one.message.clone()))
    };
    let known: Vec<bool> = plan.violations.iter().map(is_known).collect();
    for (violation, known) in plan.violations.iter_mut().zip(known) {
        violation.known = known;
    }
    plan
}

/// The address of a live object below its blueprint or its promise as a plan calls that: the policies as they are now know it by no
/// other name.
fn where_it_goes(live: &Object, planned: &str) -> Address {
    let parent = Address::parse(planned).map_or_else(|| live.address.parent.clone(), |planned| planned.parent);
    Address { parent, ..live.address.clone() }
}

/// What is as it is before a plan: the project as the catalog has it, and where its files stand.
pub(super) struct Before<'b> {
    pub(super) project: &'b Project,
    pub(super) placed: &'b [Placed],
    pub(super) live: &'b BTreeMap<String, Object>,
    pub(super) now: i64,
}

impl Before<'_> {
    /// The plan, whose warnings say whether the policies, as they are now, would have given them of what is live.
    pub(super) fn compared(&self, plan: Plan) -> Plan {
        let is_open = |one: &Violation| !one.denies && one.address.is_some();
        if !plan.violations.iter().any(is_open) {
            return plan;
        }
        let changed: BTreeMap<&str, &Operation> =
            plan.operations.iter().map(|operation| (operation.address.as_str(), operation)).collect();
        let names = self.names();
        let by_its_name = |(policy, address, message): (String, String, String)| {
            let address = names.get(&address).map_or(address, ToString::to_string);
            (policy, address, message)
        };
        let warned = warned(&self.project(&changed), &self.files(&plan, &changed), self.now);
        let mut warned: Warned = warned.into_iter().map(by_its_name).collect();
        // Of all other objects the project has only what they become.
        let is_lifted = |address: &str| {
            Address::parse(address).is_none_or(|address| matches!(address.kind, Kind::Entity | Kind::Request))
        };
        warned.retain(|(_, address, _)| !changed.contains_key(address.as_str()) || is_lifted(address));
        warned.extend(self.others(&plan, &changed));
        compared(plan, &warned)
    }

    /// The names that things have in the catalog, by those under which they are judged, where these differ.
    fn names(&self) -> BTreeMap<String, &Address> {
        let both = self.live.iter().map(|(planned, object)| (where_it_goes(object, planned), &object.address));
        both.filter(|(judged, known)| judged != *known).map(|(judged, known)| (judged.to_string(), known)).collect()
    }

    /// The project with its entities and requests as they are live, and with no policy but those that warn.
    fn project(&self, changed: &BTreeMap<&str, &Operation>) -> Project {
        let mut project = self.project.clone();
        project.policies.retain(warns);
        let stays = |address: Address| !changed.contains_key(address.to_string().as_str());
        project.entities.retain(|entity| stays(crate::model::Declared::address(entity)));
        project.requests.retain(|request| stays(crate::model::Declared::address(request)));
        let was_there = |address: &&String| {
            changed.get(address.as_str()).is_some_and(|one| !matches!(one.action, Action::Create | Action::Adopt))
        };
        for (planned, object) in self.live.iter().filter(|(address, _)| was_there(address)) {
            let judged = Object { address: where_it_goes(object, planned), body: object.body.clone() };
            match judged.address.kind {
                Kind::Entity => project.entities.push(entity_of(&judged)),
                Kind::Request => project.requests.push(Request::of(Declaration::of_object(&judged, FileId(0)))),
                _ => {}
            }
        }
        project
    }

    /// The files that are there already, where they stand.
    fn files(&self, plan: &Plan, changed: &BTreeMap<&str, &Operation>) -> Vec<Placed> {
        let moves: BTreeMap<&str, &str> =
            plan.impact.moves.iter().map(|one| (one.request.as_str(), one.from.as_str())).collect();
        let before = |file: &Placed| {
            let mut file = file.clone();
            if let Some(from) = moves.get(file.request.to_string().as_str()) {
                file.destination = (*from).into();
                return Some(file);
            }
            let change = changed.get(format!("file:{}:{}", file.store, file.path).as_str());
            let comes = change.is_some_and(|one| matches!(one.action, Action::Create | Action::Adopt));
            (!comes).then_some(file)
        };
        self.placed.iter().filter_map(before).collect()
    }

    /// What was warned of other objects, each by what is live of it.
    fn others(&self, plan: &Plan, changed: &BTreeMap<&str, &Operation>) -> Warned {
        let policies: BTreeMap<&str, &Policy> =
            self.project.policies.iter().map(|policy| (&*policy.name.value, policy)).collect();
        let of = |violation: &Violation| {
            let address = violation.address.as_deref()?;
            let (policy, change) = (policies.get(violation.policy.as_str())?, changed.get(address)?);
            let live = self.live.get(address).filter(|_| !matches!(change.action, Action::Create | Action::Adopt))?;
            let before = change.from.as_deref().unwrap_or(address);
            Some((violation.policy.clone(), before.to_owned(), of_object(policy, live, self.now)?))
        };
        plan.violations.iter().filter_map(of).collect()
    }
}
