use super::touched::takes_along;
use super::world::World;
use crate::model::{Address, Kind, Object, Thing};
use crate::object::set_fields;
use crate::plan::document::{Action, Broken, Closure, ClosureMember, ObjectChange};
use std::collections::{BTreeMap, BTreeSet};

/// The word for files, which are no kind of object.
const FILE: &str = "file";

/// What one deletion takes along: for each kind those that are deleted too and those that are left.
#[derive(Default)]
struct Members<'p> {
    deleted: BTreeSet<&'p Thing>,
    left: BTreeSet<Address>,
}

/// What is collected: by what is deleted and by kind.
type ByRoot<'p> = BTreeMap<Address, BTreeMap<&'static str, Members<'p>>>;

/// What each deleted blueprint, promise, state store and destination takes along: what lies in it, and what refers to it or to
/// what lies in it. Each object lies in one other at most, so that this is linear in the references.
pub(super) fn closures(world: &World<'_>, broken: &[Broken]) -> Vec<Closure> {
    let roots =
        world.touched.gone.iter().filter(|(address, gone)| gone.moved_to.is_none() && takes_along(address.kind));
    let mut found: ByRoot<'_> = roots.map(|(address, _)| ((*address).clone(), BTreeMap::new())).collect();
    if found.is_empty() {
        return Vec::new();
    }
    deleted_objects(world, &mut found);
    deleted_files(world, &mut found);
    left(world, broken, &mut found);
    let closure = |(address, kinds): (Address, BTreeMap<&'static str, Members<'_>>)| Closure {
        address,
        members: kinds
            .into_iter()
            .map(|(kind, members)| ClosureMember {
                kind: kind.to_owned(),
                deleted: members.deleted.len(),
                left: members.left.into_iter().collect(),
            })
            .collect(),
    };
    found.into_iter().map(closure).collect()
}

/// What an object lies in.
fn container(world: &World<'_>, address: &Address) -> Option<Address> {
    let store = |object: &Object| Some(Address::new(Kind::StateStore, object.body.get("store")?.as_str()?.into()));
    match address.kind {
        Kind::Destination => world.before.objects.get(address).and_then(store),
        _ => address.above(),
    }
}

/// The deletions that a reference belongs to: of what it names, and of what that lies in.
fn roots(world: &World<'_>, to: &Address, found: &ByRoot<'_>) -> Vec<Address> {
    let own = container(world, to);
    [Some(to.clone()), own].into_iter().flatten().filter(|root| found.contains_key(root)).collect()
}

fn deleted_objects<'p>(world: &World<'p>, found: &mut ByRoot<'p>) {
    let types = world.before.shapes.types();
    for (address, gone) in world.touched.gone.iter().filter(|(_, gone)| gone.moved_to.is_none()) {
        let Some((operation, change)) = world.operations.get(address) else { continue };
        let object = was(address, change);
        let mut named: BTreeSet<Address> =
            types.of_body(address, &object.body).into_iter().map(|reference| reference.to).collect();
        named.extend(container(world, address));
        for to in named {
            for root in roots(world, &to, found).into_iter().filter(|root| root != *address) {
                let members = found.entry(root).or_default().entry(address.kind.word()).or_default();
                members.deleted.insert(&gone.operation.thing);
            }
        }
        debug_assert_eq!(operation.action, Action::Delete);
    }
}

/// A deleted object as it is live, out of its operation.
fn was(address: &Address, change: &ObjectChange) -> Object {
    let mut object = Object { address: address.clone(), body: crate::model::Map::default() };
    let before = change.fields().iter().map(|field| (&*field.path, field.before.as_ref().map(|json| json.0.clone())));
    set_fields(&mut object.body, before);
    object
}

/// The files of deleted destinations, and of deleted state stores. A destination that was in another state store before may have left
/// some there.
fn deleted_files<'p>(world: &World<'p>, found: &mut ByRoot<'p>) {
    for operation in world.plan.operations.iter().filter(|operation| operation.action == Action::Delete) {
        let Some(file) = operation.file() else { continue };
        let destination = file.destination.clone().map(|name| Address::new(Kind::Destination, name));
        let store = Address::new(Kind::StateStore, file.store.clone());
        for root in destination.into_iter().chain([store]) {
            if let Some(kinds) = found.get_mut(&root) {
                kinds.entry(FILE).or_default().deleted.insert(&operation.thing);
            }
        }
    }
}

/// What stays and points at what goes, or lies in it.
fn left(world: &World<'_>, broken: &[Broken], found: &mut ByRoot<'_>) {
    let mut leave = |address: &Address, to: &Address| {
        for root in roots(world, to, found) {
            let members = found.entry(root).or_default().entry(address.kind.word()).or_default();
            members.left.insert(address.clone());
        }
    };
    for reference in broken {
        leave(&reference.address, &reference.to);
    }
    for entry in world.observed.iter().filter(|entry| entry.live.is_some()) {
        if let Some(of_type) = entry.address.above()
            && !world.touched.gone.contains_key(&entry.address)
        {
            leave(&entry.address, &of_type);
        }
    }
}
