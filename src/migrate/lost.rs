//! Entities without what the project does not have: values of which their blueprint says nothing, and targets that are not there.

use super::Note;
use super::home::Given;
use super::moving::Moving;
use crate::model::{Kind, Map, Member, Name, Value};
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
        let why = |name: &str| strange.contains(name).then(|| reason(name));
        one.keep_for(&[], &|part| why(part.names.last()?), &|_| Some(last.clone()));
    }
}

/// Takes out of entities the targets that are not there, and those entities that cannot be without them.
pub(super) fn without_lost_targets(moving: &mut Vec<Moving>, given: &Given, notes: &mut Vec<Note>) {
    let mut targets = Targets::new();
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
    let entities = moving.iter().enumerate().filter(|(_, one)| one.address.kind == Kind::Entity);
    // Those that are looked at: all, and then those with a relation to one that has gone.
    let mut open: Vec<usize> = entities.map(|(index, _)| index).collect();
    let (mut gone, mut pointing) = (BTreeSet::new(), None);
    while !open.is_empty() {
        let mut left = BTreeSet::new();
        for index in open.drain(..).filter(|index| !gone.contains(index)).collect::<Vec<_>>() {
            let one = &mut moving[index];
            if let Some(note) = without_lost(one, &targets, &there) {
                notes.push(note);
                left.insert(index);
            }
        }
        let pointing = pointing.get_or_insert_with(|| pointing_at(moving, &targets));
        for index in &left {
            let address = &moving[*index].address;
            there.entry(address.parent.clone()).or_default().remove(&address.name);
            open.extend(pointing.get(&(address.parent.clone(), address.name.clone())).into_iter().flatten());
        }
        open.sort_unstable();
        open.dedup();
        gone.extend(left);
    }
    drop_all(moving, &gone);
}

/// What the relations of each blueprint point at, and whether an entity must have one.
type Targets = HashMap<(Name, Name), (Name, bool)>;

/// The entities with a relation to each one.
fn pointing_at(moving: &[Moving], targets: &Targets) -> HashMap<(Name, Name), Vec<usize>> {
    let mut pointing: HashMap<(Name, Name), Vec<usize>> = HashMap::new();
    for (index, one) in moving.iter().enumerate().filter(|(_, one)| one.address.kind == Kind::Entity) {
        let relations = one.body.get("relations").and_then(|group| group.as_object());
        for Member { name, value } in relations.into_iter().flat_map(|group| &group.members) {
            let Some((target, _)) = targets.get(&(one.address.parent.clone(), name.value.clone())) else { continue };
            let names = match &value.value {
                Value::Array(items) => items.iter().filter_map(|item| item.as_str()).collect(),
                value => Vec::from_iter(value.as_str()),
            };
            for name in names {
                pointing.entry((target.clone(), name.into())).or_default().push(index);
            }
        }
    }
    pointing
}

/// Takes out of an entity the targets that are not there; that it is left out, where it cannot be without them.
fn without_lost(one: &mut Moving, targets: &Targets, there: &HashMap<Name, HashSet<Name>>) -> Option<Note> {
    let parent = one.address.parent.clone();
    let group = one.body.members.iter_mut().find(|member| &*member.name.value == "relations");
    let Some(Value::Object(group)) = group.map(|group| &mut group.value.value) else { return None };
    let (mut all, mut needed) = (Lost::default(), None);
    group.members.retain_mut(|Member { name, value }| {
        let Some((target, is_required)) = targets.get(&(parent.clone(), name.value.clone())) else { return true };
        let Some(known) = there.get(target) else { return true };
        let (lost, is_empty) = take_lost(&mut value.value, known);
        let reason = |lost: &Name| format!("there is no entity `{lost}` of `{target}`");
        if let Some(first) = lost.first().filter(|_| is_empty && *is_required && needed.is_none()) {
            needed = Some((name.value.clone(), reason(first)));
        }
        let is_left = lost.is_empty() || !is_empty;
        for lost in lost {
            all.add(&lost, reason(&lost));
        }
        is_left
    });
    if group.members.is_empty() && !all.reasons.is_empty() {
        one.body.remove("relations");
    }
    if let Some(first) = all.reasons.first() {
        one.keep_for(&[], &|part| all.of(&part.value), &|_| Some(first.clone()));
    }
    needed.map(|(name, reason)| one.left_out_without(Some(&name), reason))
}

/// The blueprints that a project has, with their bodies.
pub(super) fn blueprints<'m>(moving: &'m [Moving], given: &'m Given) -> impl Iterator<Item = (&'m Name, &'m Map)> {
    let own = moving.iter().filter(|one| one.address.kind == Kind::Blueprint).map(|one| (&one.address.name, &one.body));
    given.blueprints.iter().map(|(address, body)| (&address.name, body)).chain(own)
}

/// Takes out of a relation the targets that are not known; these, and whether none is left.
fn take_lost(relation: &mut Value, known: &HashSet<Name>) -> (Vec<Name>, bool) {
    let is_lost = |name: &str| !known.contains(name);
    match relation {
        Value::String(name) if is_lost(name) => (vec![(**name).into()], true),
        Value::Array(items) => {
            let lost = items.extract_if(.., |item| item.as_str().is_some_and(is_lost));
            let lost = lost.filter_map(|item| Some(item.as_str()?.into())).collect();
            (lost, items.is_empty())
        }
        _ => Default::default(),
    }
}

/// Targets that an entity has lost.
#[derive(Default)]
struct Lost {
    /// Why each is.
    reasons: Vec<String>,
    /// Which those are that a text means, by what is read of it: all, what is behind a kind, what is behind a namespace too.
    meant: [HashMap<String, Vec<usize>>; 3],
}

impl Lost {
    fn add(&mut self, name: &str, reason: String) {
        for (meant, text) in self.meant.iter_mut().zip(Self::read(name)) {
            meant.entry(text).or_default().push(self.reasons.len());
        }
        self.reasons.push(reason);
    }

    /// A reference in any case of letters, each time with less of it.
    fn read(text: &str) -> [String; 3] {
        let text = text.to_lowercase();
        let named = text.rsplit(':').next().unwrap_or(&text).trim_start_matches("default/").to_owned();
        let last = text.rsplit(['/', ':']).next().unwrap_or(&text).to_owned();
        [text, named, last]
    }

    /// Why those are lost that a value in a document refers to.
    fn of(&self, value: &Value) -> Option<String> {
        let texts: Vec<[String; 3]> = match value {
            Value::String(text) => vec![Self::read(text)],
            Value::Array(items) => items.iter().filter_map(|item| Some(Self::read(item.as_str()?))).collect(),
            _ => return None,
        };
        let found = |(way, meant): (usize, &HashMap<String, Vec<usize>>)| -> BTreeSet<usize> {
            texts.iter().filter_map(|text| meant.get(&text[way])).flatten().copied().collect()
        };
        let mut ways = self.meant.iter().enumerate().map(found);
        let places = ways.find(|places| !places.is_empty())?;
        let mut reasons: Vec<&str> =
            places.iter().filter_map(|place| self.reasons.get(*place)).map(String::as_str).collect();
        reasons.dedup();
        Some(reasons.join("; "))
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
