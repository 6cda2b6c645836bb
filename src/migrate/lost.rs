//! Entities without what the project does not have: values of which their blueprint says nothing, and targets that are not there.

use super::home::Given;
use super::moving::Moving;
use super::{Fate, Note};
use crate::model::{Kind, Map, Name, Value};
use crate::source::Spanned;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Takes out of entities what their blueprint, as the language says it, does not have.
pub(super) fn without_strangers(moving: &mut [Moving], given: &Given) {
    let groups = ["properties", "relations"];
    let names = |body: &Map| groups.map(|group| -> HashSet<Name> { names_in(body, group).cloned().collect() });
    let blueprints: HashMap<Name, [HashSet<Name>; 2]> =
        blueprints(moving, given).map(|(name, body)| (name.clone(), names(body))).collect();
    for one in moving.iter_mut().filter(|one| one.address.kind == Kind::Entity) {
        let Some(known) = blueprints.get(&one.address.parent) else { continue };
        for (group, known) in groups.into_iter().zip(known) {
            let strange: Vec<Name> =
                names_in(&one.body, group).filter(|name| !known.contains(*name)).cloned().collect();
            for name in strange {
                remove_from(&mut one.body, group, &name);
                let reason = format!("`{name}` is no part of `{}` as the project has it", one.address.parent);
                one.keep(&[], Some(&reason));
            }
        }
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
            for name in relations {
                let Some((target, is_required)) = targets.get(&(one.address.parent.clone(), name.clone())) else {
                    continue;
                };
                let Some(known) = there.get(target) else { continue };
                let Some((lost, is_empty)) = without_lost(&mut one.body, &name, known) else { continue };
                let reason = format!("there is no entity `{lost}` of `{target}`");
                if is_empty && *is_required {
                    notes.push(Note { place: one.place.clone(), what: Fate::LeftOut, reason });
                    gone.insert(index);
                    break;
                }
                if is_empty {
                    remove_from(&mut one.body, "relations", &name);
                }
                one.keep(&[], Some(&reason));
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

/// Takes out of a relation the targets that are not known; the first of them, and whether none is left.
fn without_lost(body: &mut Map, relation: &str, known: &HashSet<Name>) -> Option<(String, bool)> {
    let group = body.members.iter_mut().find(|member| &*member.name.value == "relations")?;
    let Value::Object(group) = &mut group.value.value else { return None };
    let member = group.members.iter_mut().find(|member| *member.name.value == *relation)?;
    match &mut member.value.value {
        Value::String(name) => (!known.contains(&**name)).then(|| (name.to_string(), true)),
        Value::Array(items) => {
            let is_lost = |item: &Spanned<Value>| item.as_str().is_some_and(|name| !known.contains(name));
            let lost = items.iter().find(|item| is_lost(item))?.as_str()?.to_owned();
            items.retain(|item| !is_lost(item));
            Some((lost, items.is_empty()))
        }
        _ => None,
    }
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
