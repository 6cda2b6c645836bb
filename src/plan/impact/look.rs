use super::world::{World, is_model};
use super::{closure, judge, referring};
use crate::catalog::{Bodies, Entry};
use crate::diff::Desired;
use crate::model::{Address, Object};
use crate::plan::document::{Broken, Closure, Following, Impact, Invalid, Looked, Plan, Referring};
use std::collections::{BTreeMap, BTreeSet};

/// What has to be read to tell what follows from a plan for objects that it does not touch.
pub struct Look<'p> {
    world: World<'p>,
}

/// A look at which the model was read: what is left to read are entities and requests.
pub struct Seen<'p> {
    world: World<'p>,
}

/// What follows for whomever.
#[derive(Debug, Default)]
pub struct Consequences {
    /// See [`crate::plan::Impact::invalid`].
    pub invalid: Option<Vec<Invalid>>,
    /// See [`crate::plan::Impact::broken`].
    pub broken: Option<Vec<Broken>>,
    /// See [`crate::plan::Impact::referring`].
    pub referring: Vec<Referring>,
    /// See [`crate::plan::Impact::closures`].
    pub closures: Vec<Closure>,
    /// What there is to say anew in [`crate::plan::Impact::looked`].
    pub looked: Vec<Looked>,
}

impl Plan {
    /// The plan with what follows from it for objects that it does not touch.
    #[must_use]
    pub fn with(mut self, consequences: Consequences) -> Self {
        let Consequences { invalid, broken, referring, closures, looked } = consequences;
        let mut known = std::mem::take(&mut self.impact);
        for row in looked {
            known.looked.iter_mut().filter(|old| old.kind == row.kind).for_each(|old| old.clone_from(&row));
        }
        self.impact = Impact { invalid, broken, referring, closures, ..known };
        self
    }
}

impl<'p> Look<'p> {
    /// The look that a plan is worth; nothing where no operation is one that others can depend on. `observed` is everything
    /// that is live and `declared` what the plan is to make of it, both by address.
    pub fn of(plan: &'p Plan, observed: &'p [Entry], declared: &'p [Desired<'p>]) -> Option<Self> {
        World::of(plan, observed, declared).map(|world| Self { world })
    }

    /// The objects of the model: read them first.
    pub fn model(&self) -> Vec<Address> {
        let live = self.world.observed.iter().filter(|entry| entry.live.is_some() && is_model(entry.address.kind));
        live.map(|entry| entry.address.clone()).collect()
    }

    /// Takes the model.
    pub fn seen(mut self, model: Bodies) -> Seen<'p> {
        self.world.learn(model);
        Seen { world: self.world }
    }
}

impl Seen<'_> {
    /// The entities and requests that may become invalid or refer to what goes: read them then. None that is as it is
    /// declared: what is declared was judged as a whole.
    pub fn members(&self) -> Vec<Address> {
        let World { touched, observed, after, .. } = &self.world;
        // What goes, one of each kind and blueprint: who can name one can name all.
        let mut kinds: Vec<&Address> = touched.gone.keys().copied().collect();
        kinds.dedup_by(|one, other| (one.kind, &one.parent) == (other.kind, &other.parent));
        let mut known: BTreeMap<Address, bool> = BTreeMap::new();
        let types = after.shapes.types();
        let mut matters = |of_type: Address| {
            *known.entry(of_type).or_insert_with_key(|of_type| {
                self.world.because(of_type).is_some() || kinds.iter().any(|gone| types.can_name(of_type, gone))
            })
        };
        let live = observed.iter().filter(|entry| entry.live.is_some());
        let matters = live.filter(|entry| {
            let of_type = self.world.future(&entry.address).and_then(|future| future.above());
            of_type.is_some_and(&mut matters) && self.world.is_unjudged(entry)
        });
        matters.map(|entry| entry.address.clone()).collect()
    }

    /// Takes the entities and requests, and says what follows.
    pub fn consequences(&self, members: Bodies) -> Consequences {
        let World { touched, before, after, .. } = &self.world;
        let more = members.unreadable.iter().map(|one| &one.address);
        let unreadable: BTreeSet<&Address> = self.world.unreadable.iter().chain(more).collect();
        let mut members: Vec<(Option<Object>, Object)> = members
            .read
            .into_iter()
            .map(|object| {
                let then = self.world.becomes(&object);
                (Some(object), then)
            })
            .collect();
        members.extend(self.world.made().map(|then| (None, then)));
        let invalid = self.world.may_invalidate().then(|| judge::invalid(&self.world, &members));
        let broken = (!touched.gone.is_empty()).then(|| self.broken(&members));
        let mut unread: Vec<&Address> = before.unread.iter().chain(&after.unread).collect();
        unread.sort_unstable();
        unread.dedup();
        let unread = unread.into_iter().map(|address| format!("{address} holds a type that this plat does not know"));
        let unreadable = unreadable.into_iter().map(|address| format!("nobody can read what is live of {address}"));
        let unread: Vec<String> = unread.chain(unreadable).collect();
        let mut looked = touched.looked(&unread);
        if let Some(row) = looked.iter_mut().find(|row| row.kind == Following::Invalid && !self.world.unlike.is_empty())
        {
            *row = Looked::all_but(Following::Invalid, unread);
        }
        Consequences {
            closures: closure::closures(&self.world, broken.as_deref().unwrap_or_default()),
            invalid,
            broken,
            referring: referring::referring(&self.world),
            looked: looked.to_vec(),
        }
    }

    /// The references to what goes, by object and field.
    fn broken(&self, members: &[(Option<Object>, Object)]) -> Vec<Broken> {
        let World { touched, after, .. } = &self.world;
        let mut broken = Vec::new();
        let types = after.shapes.types();
        for object in after.objects.values().chain(members.iter().map(|(_, then)| then)) {
            let references = types.of_body(&object.address, &object.body).into_iter();
            let dangling =
                references.filter(|reference| touched.gone.contains_key(&reference.to)).map(|reference| Broken {
                    address: object.address.clone(),
                    owner: self.world.owner(&object.address),
                    declared: None,
                    field: reference.field,
                    to: reference.to,
                });
            broken.extend(dangling);
        }
        broken.sort();
        broken
    }
}
