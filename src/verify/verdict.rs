//! What breaks policies in the project of a test.

use super::NOW;
use crate::model::{Address, Given, Name, Object, PolicySeverity, Project, Test, Thing};
use crate::policy::{Breach, Change, Changed, Places, declared, planned};
use crate::render::{Placed, Rendered};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Something that breaks a policy.
pub(super) struct Verdict {
    pub(super) policy: Name,
    pub(super) severity: PolicySeverity,
    /// What expectations call the entity, or the request, also that of a file.
    pub(super) name: String,
    pub(super) message: String,
}

/// What breaks the policies of a test's project: what is given, and the changes to it from what was there before.
pub(super) fn verdicts(project: &Project, (placed, rendered): (&[Placed], &[Rendered]), test: &Test) -> Vec<Verdict> {
    if project.policies.is_empty() {
        return Vec::new();
    }
    let changed = changed(test);
    let owner = project.name.as_ref().map(|name| &*name.value);
    let changes: Vec<Change<'_>> = changed
        .iter()
        .filter(|(_, (before, after))| before != after)
        .map(|(thing, (before, after))| Change {
            action: action(before.as_ref(), after.as_ref()),
            thing: Cow::Borrowed(thing),
            owner: owner.filter(|_| before.is_some()),
            places: Places::default(),
            changed: Changed::Object { before: before.clone(), after: after.clone() },
        })
        .collect();
    let requests: BTreeMap<Thing, &Address> = placed.iter().map(|file| (file.thing(), &file.request)).collect();
    let verdict = |breach: Breach<'_>| {
        let thing = breach.thing?;
        let name = requests.get(&thing).copied().or(thing.object())?.namespaced().1.to_owned();
        let (policy, severity) = (breach.policy.name.value.clone(), breach.policy.severity);
        Some(Verdict { policy, severity, name, message: breach.message })
    };
    declared(project, placed, rendered, NOW)
        .into_iter()
        .chain(planned(project, &changes, NOW))
        .filter_map(verdict)
        .collect()
}

/// An object before and after a change.
type Sides = (Option<Object>, Option<Object>);

fn changed(test: &Test) -> BTreeMap<Thing, Sides> {
    let object = |given: &Given| {
        let declared = given.declared();
        Object { address: declared.address(), body: declared.body() }
    };
    let mut changed: BTreeMap<Thing, Sides> = BTreeMap::new();
    for object in test.before.iter().map(object) {
        let thing = object.address.clone().into();
        changed.entry(thing).or_default().0 = Some(object);
    }
    for object in test.given.iter().map(object) {
        let thing = object.address.clone().into();
        changed.entry(thing).or_default().1 = Some(object);
    }
    changed
}

fn action(before: Option<&Object>, after: Option<&Object>) -> &'static str {
    match (before, after) {
        (None, _) => "create",
        (Some(_), Some(_)) => "update",
        (Some(_), None) => "delete",
    }
}
