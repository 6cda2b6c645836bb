use super::touched::{Touched, is_type};
use crate::catalog::{Bodies, Entry};
use crate::diff::Desired;
use crate::model::{Address, Blueprint, Declaration, Kind, Map, Name, Object, Promise};
use crate::object::Types;
use crate::plan::document::{Action, ObjectChange, Operation, Plan};
use std::collections::{BTreeMap, BTreeSet};

/// What is live and what operations make of it, as far as others can depend on it.
pub(super) struct World<'p> {
    pub(super) plan: &'p Plan,
    pub(super) touched: Touched<'p>,
    /// The operations on objects, by address.
    pub(super) operations: BTreeMap<&'p Address, (&'p Operation, &'p ObjectChange)>,
    pub(super) observed: &'p [Entry],
    /// The blueprints and promises that will not be as they are declared, and of which something is made or changes: what is declared
    /// of them was judged by another text.
    pub(super) unlike: BTreeSet<Address>,
    /// What is declared, by address.
    declared: &'p [Desired<'p>],
    /// The objects that say what others hold or refer to others by what they are, live and afterwards.
    pub(super) before: Side,
    pub(super) after: Side,
    /// The live objects that should be looked at and that nobody can read.
    pub(super) unreadable: Vec<Address>,
}

/// The number of the first blueprint or promise that members are judged by; theirs are below it.
const TYPES: u32 = 1 << 31;

/// The model at one moment.
#[derive(Default)]
pub(super) struct Side {
    pub(super) objects: BTreeMap<Address, Object>,
    pub(super) shapes: Shapes,
    /// The blueprints and promises that hold a type that is not known, sorted.
    pub(super) unread: Vec<Address>,
    /// The blueprints and promises, in the order of their numbers from [`TYPES`] on.
    types: Vec<Address>,
}

/// What entities of each blueprint, and requests of each promise, refer to and hold.
#[derive(Default)]
pub(super) struct Shapes {
    pub(super) blueprints: BTreeMap<Name, Blueprint>,
    pub(super) promises: BTreeMap<Name, Promise>,
}

impl Shapes {
    /// What they can refer to.
    pub(super) fn types(&self) -> Types<'_> {
        Types::new(self.blueprints.values(), self.promises.values())
    }
}

impl<'p> World<'p> {
    /// What a plan touches; the model is not there yet. Nothing where it touches nothing that others can depend on.
    pub(super) fn of(plan: &'p Plan, observed: &'p [Entry], declared: &'p [Desired<'p>]) -> Option<Self> {
        let of_objects = || {
            plan.operations.iter().filter_map(|operation| {
                let (address, change) = operation.object()?;
                Some((address, (operation, change)))
            })
        };
        let mut world = Self {
            plan,
            touched: Touched::of(&plan.operations, observed),
            // The others, which are many, only where they are asked for.
            operations: of_objects().filter(|(address, _)| is_type(address.kind)).collect(),
            observed,
            unlike: BTreeSet::new(),
            declared,
            before: Side::default(),
            after: Side::default(),
            unreadable: Vec::new(),
        };
        let writes = |operation: &Operation| operation.action == Action::Create || operation.action.changes_fields();
        let written = of_objects().filter(|(_, (operation, _))| writes(operation));
        let types: BTreeSet<Address> = written.filter_map(|(address, _)| address.above()).collect();
        world.unlike = types.into_iter().filter(|of_type| world.is_unlike(of_type)).collect();
        if world.touched.is_empty() && world.unlike.is_empty() {
            return None;
        }
        world.operations = of_objects().collect();
        Some(world)
    }

    /// Whether a blueprint or a promise that is declared will be otherwise.
    fn is_unlike(&self, of_type: &Address) -> bool {
        let found = self.declared.binary_search_by(|declared| declared.address.cmp(of_type)).ok();
        let Some(declared) = found.and_then(|index| self.declared.get(index)) else { return false };
        if let Some((_, change)) = self.operations.get(of_type) {
            return change.base() != Some(declared.digest);
        }
        let found = self.observed.binary_search_by(|entry| entry.address.cmp(of_type)).ok();
        let live = found.and_then(|index| self.observed.get(index)?.digest());
        live.is_some_and(|live| live != declared.digest)
    }

    /// Takes the live objects of the model, and works out what becomes of them.
    pub(super) fn learn(&mut self, model: Bodies) {
        self.unreadable.extend(model.unreadable.iter().map(|one| one.address.clone()));
        let before: BTreeMap<Address, Object> =
            model.read.into_iter().map(|object| (object.address.clone(), object)).collect();
        let mut after: BTreeMap<Address, Object> = BTreeMap::new();
        for object in before.values().filter(|object| !self.touched.gone.contains_key(&object.address)) {
            after.insert(object.address.clone(), self.becomes(object));
        }
        for (address, (operation, change)) in self.operations.iter().filter(|(address, _)| is_model(address.kind)) {
            let start = match operation.action {
                _ if change.is_whole() => Some(Map::default()),
                Action::Move => {
                    operation.former_address().and_then(|old| before.get(old)).map(|object| object.body.clone())
                }
                _ => None,
            };
            if let Some(body) = start {
                let object = Object { address: (*address).clone(), body: change.applied_to(body) };
                after.insert((*address).clone(), object);
            }
        }
        self.before = Side::of(before);
        self.after = Side::of(after);
    }

    /// The name that something live has afterwards; nothing for what is deleted.
    pub(super) fn future(&self, address: &Address) -> Option<Address> {
        match self.touched.gone.get(address) {
            Some(gone) => gone.moved_to.cloned(),
            None => Some(address.clone()),
        }
    }

    /// A live object that stays, as it will be.
    pub(super) fn becomes(&self, object: &Object) -> Object {
        let address = self.future(&object.address).unwrap_or_else(|| object.address.clone());
        let body = match self.operations.get(&address) {
            Some((operation, change)) if operation.action.changes_fields() => change.applied_to(object.body.clone()),
            _ => object.body.clone(),
        };
        Object { address, body }
    }

    /// Whether nobody has judged what a live object comes to: it is not declared, holds what others wrote into it, keeps what is no longer
    /// declared, or is left as it is by a plan that is not about it; or its blueprint or promise is not as it is declared.
    pub(super) fn is_unjudged(&self, entry: &Entry) -> bool {
        let Some(future) = self.future(&entry.address) else { return false };
        let is_unlike = future.above().is_some_and(|of_type| self.unlike.contains(&of_type));
        if is_unlike && self.operations.contains_key(&future) {
            return true;
        }
        let found = self.declared.binary_search_by(|declared| declared.address.cmp(&future)).ok();
        let Some(declared) = found.and_then(|index| self.declared.get(index)) else { return true };
        // What the plan is not about stays as it is, whatever is declared.
        let comes_to = match self.operations.get(&future) {
            Some((_, change)) => change.base(),
            None => entry.digest(),
        };
        comes_to != Some(declared.digest) || entry.owner.as_ref().is_none_or(|owner| Some(owner.base) != entry.digest())
    }

    /// What the plan makes of blueprints and promises that will not be as they are declared.
    pub(super) fn made(&self) -> impl Iterator<Item = Object> {
        let made = self.operations.iter().filter(|(address, (_, change))| {
            change.is_whole() && address.above().is_some_and(|of_type| self.unlike.contains(&of_type))
        });
        made.map(|(address, (_, change))| Object {
            address: (*address).clone(),
            body: change.applied_to(Map::default()),
        })
    }

    /// What is to blame where something of a blueprint or a promise becomes invalid: the operation that changes it, or itself where it
    /// is not as it is declared.
    pub(super) fn because(&self, of_type: &Address) -> Option<Address> {
        (self.touched.changes(of_type) || self.unlike.contains(of_type)).then(|| of_type.clone())
    }

    /// Whether what is valid may change.
    pub(super) fn may_invalidate(&self) -> bool {
        self.touched.may_invalidate() || !self.unlike.is_empty()
    }

    /// The project that owns an object after the plan.
    pub(super) fn owner(&self, address: &Address) -> Option<String> {
        let found = self.observed.binary_search_by(|entry| entry.address.cmp(address));
        let entry = found.ok().and_then(|index| self.observed.get(index));
        let released = self.operations.get(address).is_some_and(|(operation, _)| operation.action == Action::Release);
        let own = match (entry, self.operations.get(address)) {
            (Some(entry), None) => entry.owner.is_some(),
            (_, Some(_)) => !released,
            (None, None) => false,
        };
        let other = entry.and_then(|entry| entry.other_owner.as_ref()).map(ToString::to_string);
        if own { Some(self.plan.project.clone()) } else { other }
    }
}

impl Side {
    fn of(objects: BTreeMap<Address, Object>) -> Self {
        let types: Vec<Address> = objects.keys().filter(|address| is_type(address.kind)).cloned().collect();
        let mut side = Self { objects, types, ..Self::default() };
        for (index, address) in side.types.iter().enumerate() {
            let Some(object) = side.objects.get(address) else { continue };
            let number = TYPES + index as u32;
            let known = match address.kind {
                Kind::Promise => Promise::of(&Declaration::of_object(object, number))
                    .map(|promise| drop(side.shapes.promises.insert(address.name.clone(), promise))),
                _ => Blueprint::of(&Declaration::of_object(object, number))
                    .map(|blueprint| drop(side.shapes.blueprints.insert(address.name.clone(), blueprint))),
            };
            if known.is_none() {
                side.unread.push(address.clone());
            }
        }
        side
    }

    /// The blueprint or promise of a number.
    pub(super) fn of_number(&self, number: u32) -> Option<&Object> {
        self.objects.get(self.types.get(number.checked_sub(TYPES)? as usize)?)
    }
}

/// Whether objects of a kind are few, and say what others hold or refer to others by what they are.
pub(super) fn is_model(kind: Kind) -> bool {
    !matches!(kind, Kind::User | Kind::Entity | Kind::StateStore | Kind::Request)
}
