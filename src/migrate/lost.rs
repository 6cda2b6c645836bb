//! Entities without what the project does not have: values of which their blueprint says nothing, and targets that are not there.

use super::home::Given;
use super::moving::Moving;
use super::{Fate, Note};
use crate::model::{Kind, Map, Name, Value};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Takes out of entities what their blueprint, as the language says it, does not have.
pub(super) fn without_strangers(moving: &mut [Moving], given: &Given) {
    let groups = ["properties", "relations"];
    let names = |body: &Map| groups.map(|group| -> HashSet<Name> { names_in(body, group).cloned().collect() });
    let blueprints: HashMap<Name, [HashSet<Name>; 2]> =
        blueprints(moving, given).map(|(name, body)| (name.clone(), names(body))).collect();
    for one in moving.iter_mut().filter(|one| one.address.kind == Kind::Entity) {
        let Some(known) = blueprints.get(&one.address.parent) else { continue };
        let mut strange: Vec<Name> = Vec::new();
        for (group, known) in groups.into_iter().zip(known) {
            let own = one.body.members.iter_mut().find(|member| &*member.name.value == group);
            let Some(Value::Object(members)) = own.map(|member| &mut member.value.value) else { continue };
            let gone = members.members.extract_if(.., |member| !known.contains(&member.name.value));
            strange.extend(gone.map(|member| member.name.value));
            if members.is_empty() {
                one.body.remove(group);
            }
        }
        let parent = one.address.parent.clone();
        let reason = |name: &str| format!("`{name}` is no part of `{parent}` as the project has it");
        let Some(last) = strange.last().map(|name| reason(name)) else { continue };
        let strange: HashSet<&str> = strange.iter().map(|name| &**name).collect();
        let why = |pointer: &str| {
            let name = pointer.rsplit('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
            strange.contains(&*name).then(|| reason(&name))
        };
        one.keep_for(&[], &|pointer, _| why(pointer), Some(&last));
    }
}

/// Takes out of entities the targets that are not there, and those entities that cannot be without them.
pub(super) fn without_lost_targets(moving: &mut Vec<Moving>, given: &Given, notes: &mut Vec<Note>) {
    let mut targets: HashMap<(Name, Name), (Name, bool)> = HashMap::new();
    let mut there: HashMap<Name, HashSet<Name>> = HashMap::new();
    for (blueprint, body) in blueprints(moving, given) {
        there.entry(blueprint.clone()).or_default();
        let relations = body.get("relations").and_then(|group| group.as_object());
        for member in relations.into_iter().flat_map(|group| &group.members) {
            let says = |name: &str| member.value.as_object().and_then(|map| map.get(name)).map(|value| &value.value);
            if let Some(target) = says("target").and_then(Value::as_str) {
                let is_required = says("required") == Some(&Value::Bool(true));
                targets.insert((blueprint.clone(), member.name.value.clone()), (target.into(), is_required));
            }
        }
    }
    let moving_entities = moving.iter().map(|one| &one.address).filter(|address| address.kind == Kind::Entity);
    for address in moving_entities.chain(&given.entities) {
        there.entry(address.parent.clone()).or_default().insert(address.name.clone());
    }
    let mut is_settled = false;
    while !is_settled {
        is_settled = true;
        let mut gone = BTreeSet::new();
        for (index, one) in moving.iter_mut().enumerate().filter(|(_, one)| one.address.kind == Kind::Entity) {
            let relations: Vec<Name> = names_in(&one.body, "relations").cloned().collect();
            let mut lost: Vec<(Name, String)> = Vec::new();
            for name in relations {
                let Some((target, is_required)) = targets.get(&(one.address.parent.clone(), name.clone())) else {
                    continue;
                };
                let Some(known) = there.get(target) else { continue };
                let (without, is_empty) = without_lost(&mut one.body, &name, known);
                let first = lost.len();
                lost.extend(without.into_iter().map(|lost| {
                    let reason = format!("there is no entity `{lost}` of `{target}`");
                    (lost, reason)
                }));
                let Some((_, reason)) = lost.get(first).filter(|_| is_empty) else { continue };
                if *is_required {
                    notes.push(Note { place: one.place.clone(), what: Fate::LeftOut, reason: reason.clone() });
                    gone.insert(index);
                    break;
                }
                remove_from(&mut one.body, "relations", &name);
            }
            if let Some((_, reason)) = lost.first().filter(|_| !gone.contains(&index)) {
                one.keep_for(&[], &|_, value| of_lost(&lost, value), Some(reason));
            }
        }
        for index in &gone {
            let address = &moving[*index].address;
            there.entry(address.parent.clone()).or_default().remove(&address.name);
            is_settled = false;
        }
        drop_all(moving, &gone);
    }
}

/// The blueprints that a project has, with their bodies.
pub(super) fn blueprints<'m>(moving: &'m [Moving], given: &'m Given) -> impl Iterator<Item = (&'m Name, &'m Map)> {
    let own = moving.iter().filter(|one| one.address.kind == Kind::Blueprint).map(|one| (&one.address.name, &one.body));
    given.blueprints.iter().map(|(address, body)| (&address.name, body)).chain(own)
}

/// Takes out of a relation the targets that are not known; these, and whether none is left.
fn without_lost(body: &mut Map, relation: &str, known: &HashSet<Name>) -> (Vec<Name>, bool) {
    let group = body.members.iter_mut().find(|member| &*member.name.value == "relations");
    let Some(Value::Object(group)) = group.map(|group| &mut group.value.value) else { return Default::default() };
    let member = group.members.iter_mut().find(|member| *member.name.value == *relation);
    let is_lost = |name: &str| !known.contains(name);
    match member.map(|member| &mut member.value.value) {
        Some(Value::String(name)) if is_lost(name) => (vec![(**name).into()], true),
        Some(Value::Array(items)) => {
            let lost = items.extract_if(.., |item| item.as_str().is_some_and(is_lost));
            let lost = lost.filter_map(|item| Some(item.as_str()?.into())).collect();
            (lost, items.is_empty())
        }
        _ => Default::default(),
    }
}

/// Why targets are lost that a value in a document refers to, in any case of letters: by their names, or by what is behind a kind and a namespace.
fn of_lost(lost: &[(Name, String)], value: &Value) -> Option<String> {
    let texts: Vec<String> = match value {
        Value::String(text) => vec![text.to_lowercase()],
        Value::Array(items) => items.iter().filter_map(|item| Some(item.as_str()?.to_lowercase())).collect(),
        _ => return None,
    };
    let named = |text: &str| text.rsplit(':').next().unwrap_or(text).trim_start_matches("default/").to_owned();
    let last = |text: &str| text.rsplit(['/', ':']).next().unwrap_or(text).to_owned();
    let ways: [&dyn Fn(&str) -> String; 3] = [&str::to_owned, &named, &last];
    let reasons = |way: &dyn Fn(&str) -> String| {
        let meant = |(name, _): &&(Name, String)| texts.iter().any(|text| way(text) == way(&name.to_lowercase()));
        lost.iter().filter(meant).map(|(_, why)| why.as_str()).collect::<Vec<_>>()
    };
    ways.into_iter().map(reasons).find(|reasons| !reasons.is_empty()).map(|reasons| reasons.join("; "))
}

/// Takes objects out, by their index.
pub(super) fn drop_all(moving: &mut Vec<Moving>, gone: &BTreeSet<usize>) {
    let mut index = 0;
    moving.retain(|_| {
        index += 1;
        !gone.contains(&(index - 1))
    });
}

fn names_in<'b>(body: &'b Map, group: &str) -> impl Iterator<Item = &'b Name> {
    let members = body.get(group).and_then(|group| group.as_object()).map_or(&[][..], |map| &map.members);
    members.iter().map(|member| &member.name.value)
}

/// Takes a member out of a group of a body, and the group where it was the last.
fn remove_from(body: &mut Map, group: &str, name: &str) {
    let member = body.members.iter_mut().find(|member| *member.name.value == *group);
    if let Some(Value::Object(members)) = member.map(|member| &mut member.value.value) {
        members.remove(name);
        if members.is_empty() {
            body.remove(group);
        }
    }
}
