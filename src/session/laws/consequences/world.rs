//! Random projects of everything that something follows from, and random changes of them.

use crate::catalog::{Catalog, Presence};
use crate::model::{Address, Kind, Map, Value};
use crate::object::set_field;
use crate::session::laws::Shared;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What a random project declares. Each thing has one of two names, so that it can get another one.
#[derive(Clone, Debug)]
pub(super) struct World {
    blueprints: BTreeMap<u8, Model>,
    entities: BTreeMap<(u8, u8), Instance>,
    cards: BTreeMap<u8, Card>,
    promise: Promise,
    requests: BTreeMap<u8, Asked>,
    places: BTreeMap<u8, Place>,
    teams: BTreeSet<u8>,
}

/// A blueprint, by what its entities may hold.
#[derive(Clone, Debug)]
pub(super) struct Model {
    name: bool,
    most: u8,
    /// Whether they must have a note; nothing where they have none.
    note: Option<bool>,
    names_team: bool,
    near: Option<u8>,
}

#[derive(Clone, Debug)]
pub(super) struct Instance {
    name: bool,
    size: u8,
    note: bool,
    near: u8,
    team: Option<u8>,
}

/// A scorecard of a blueprint, or of the promise.
#[derive(Clone, Debug)]
pub(super) struct Card {
    name: bool,
    of: Option<u8>,
    least: u8,
    looks_near: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Promise {
    name: bool,
    most: u8,
    content: u8,
    two_files: bool,
    names_team: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Asked {
    name: bool,
    size: u8,
    zone: u8,
    team: Option<u8>,
}

#[derive(Clone, Debug)]
pub(super) struct Place {
    name: bool,
    store: u8,
    zone: u8,
    drains: bool,
}

/// A change of the text: each takes away, brings, or makes another of one thing.
#[derive(Clone, Debug)]
pub(super) enum Edit {
    Blueprint(u8, Option<Model>),
    Entity((u8, u8), Option<Instance>),
    Card(u8, Option<Card>),
    Promise(Promise),
    Request(u8, Option<Asked>),
    Place(u8, Option<Place>),
    Team(u8, bool),
    Rename(Kind, (u8, u8)),
}

/// Something of others in the catalog: it is nobody's, or a value in what is the project's.
#[derive(Clone, Debug)]
pub(super) enum Stranger {
    Entity { of: u8, size: u8, note: bool, near: u8, team: u8 },
    Request { size: u8, team: u8, place: u8 },
    Far { to: u8, near: u8 },
    Scorecard(u8),
    Value { of: (u8, u8), field: u8, value: u8 },
}

fn model() -> impl Strategy<Value = Model> {
    let note = prop::option::of(any::<bool>());
    (3..8u8, note, any::<bool>(), prop::option::of(0..3u8)).prop_map(|(most, note, names_team, near)| Model {
        name: false,
        most,
        note,
        names_team,
        near,
    })
}

fn instance() -> impl Strategy<Value = Instance> {
    (0..8u8, any::<bool>(), 0..4u8, prop::option::of(0..2u8)).prop_map(|(size, note, near, team)| Instance {
        name: false,
        size,
        note,
        near,
        team,
    })
}

fn card() -> impl Strategy<Value = Card> {
    (prop::option::weighted(0.8, 0..3u8), 0..8u8, any::<bool>()).prop_map(|(of, least, looks_near)| Card {
        name: false,
        of,
        least,
        looks_near,
    })
}

fn promise() -> impl Strategy<Value = Promise> {
    (3..8u8, 0..3u8, any::<bool>(), any::<bool>()).prop_map(|(most, content, two_files, names_team)| Promise {
        name: false,
        most,
        content,
        two_files,
        names_team,
    })
}

fn asked() -> impl Strategy<Value = Asked> {
    (0..8u8, 0..2u8, prop::option::of(0..2u8)).prop_map(|(size, zone, team)| Asked { name: false, size, zone, team })
}

fn place() -> impl Strategy<Value = Place> {
    (0..2u8, 0..2u8, prop::bool::weighted(0.2)).prop_map(|(store, zone, drains)| Place {
        name: false,
        store,
        zone,
        drains,
    })
}

pub(super) fn world() -> impl Strategy<Value = World> {
    let things = (
        prop::collection::btree_map(0..3u8, model(), 1..4),
        prop::collection::btree_map((0..3u8, 0..3u8), instance(), 2..8),
        prop::collection::btree_map(0..3u8, card(), 0..4),
        promise(),
        prop::collection::btree_map(0..4u8, asked(), 0..5),
        prop::collection::btree_map(0..3u8, place(), 0..4),
        prop::collection::btree_set(0..2u8, 0..3),
    );
    things.prop_map(|(blueprints, entities, cards, promise, requests, places, teams)| World {
        blueprints,
        entities,
        cards,
        promise,
        requests,
        places,
        teams,
    })
}

pub(super) fn edit() -> impl Strategy<Value = Edit> {
    let kinds = prop::sample::select(vec![
        Kind::Blueprint,
        Kind::Entity,
        Kind::Scorecard,
        Kind::Promise,
        Kind::Request,
        Kind::Destination,
    ]);
    let there = 0.7;
    prop_oneof![
        2 => (0..3u8, prop::option::weighted(there, model())).prop_map(|(key, to)| Edit::Blueprint(key, to)),
        3 => ((0..3u8, 0..3u8), prop::option::weighted(there, instance())).prop_map(|(key, to)| Edit::Entity(key, to)),
        2 => (0..3u8, prop::option::weighted(there, card())).prop_map(|(key, to)| Edit::Card(key, to)),
        1 => promise().prop_map(Edit::Promise),
        2 => (0..4u8, prop::option::weighted(there, asked())).prop_map(|(key, to)| Edit::Request(key, to)),
        2 => (0..3u8, prop::option::weighted(there, place())).prop_map(|(key, to)| Edit::Place(key, to)),
        1 => (0..2u8, any::<bool>()).prop_map(|(key, to)| Edit::Team(key, to)),
        4 => (kinds, (0..3u8, 0..3u8)).prop_map(|(kind, key)| Edit::Rename(kind, key)),
    ]
}

pub(super) fn stranger() -> impl Strategy<Value = Stranger> {
    prop_oneof![
        2 => (0..3u8, 0..8u8, any::<bool>(), 0..4u8, 0..2u8)
            .prop_map(|(of, size, note, near, team)| Stranger::Entity { of, size, note, near, team }),
        2 => (0..8u8, 0..2u8, 0..3u8).prop_map(|(size, team, place)| Stranger::Request { size, team, place }),
        2 => (0..3u8, 0..3u8).prop_map(|(to, near)| Stranger::Far { to, near }),
        1 => (0..3u8).prop_map(Stranger::Scorecard),
        3 => ((0..3u8, 0..3u8), 0..4u8, 0..8u8).prop_map(|(of, field, value)| Stranger::Value { of, field, value }),
    ]
}

/// One of the two names of a thing.
fn name(letters: [&str; 2], index: u8, is_second: bool) -> String {
    format!("{}{index}", letters[usize::from(is_second)])
}

impl World {
    /// The project with a change; a thing that becomes another one keeps its name.
    pub(super) fn edited(mut self, edit: &Edit) -> Self {
        /// Puts a thing, with the name of the one that it takes the place of, or takes it away.
        fn put<K: Ord + Copy, T: Clone>(
            all: &mut BTreeMap<K, T>,
            key: K,
            to: Option<&T>,
            name: impl Fn(&mut T) -> &mut bool,
        ) {
            let was = all.remove(&key).map(|mut old| *name(&mut old));
            if let Some(mut to) = to.cloned() {
                *name(&mut to) = was.unwrap_or_default();
                all.insert(key, to);
            }
        }
        match edit {
            Edit::Blueprint(key, to) => put(&mut self.blueprints, *key, to.as_ref(), |one| &mut one.name),
            Edit::Entity(key, to) => put(&mut self.entities, *key, to.as_ref(), |one| &mut one.name),
            Edit::Card(key, to) => put(&mut self.cards, *key, to.as_ref(), |one| &mut one.name),
            Edit::Request(key, to) => put(&mut self.requests, *key, to.as_ref(), |one| &mut one.name),
            Edit::Place(key, to) => put(&mut self.places, *key, to.as_ref(), |one| &mut one.name),
            Edit::Promise(to) => self.promise = Promise { name: self.promise.name, ..to.clone() },
            Edit::Team(key, true) => drop(self.teams.insert(*key)),
            Edit::Team(key, false) => drop(self.teams.remove(key)),
            Edit::Rename(kind, (key, below)) => {
                if let Some(name) = self.name_of(*kind, *key, *below) {
                    *name = !*name;
                }
            }
        }
        self
    }

    fn name_of(&mut self, kind: Kind, key: u8, below: u8) -> Option<&mut bool> {
        Some(match kind {
            Kind::Blueprint => &mut self.blueprints.get_mut(&key)?.name,
            Kind::Entity => &mut self.entities.get_mut(&(key, below))?.name,
            Kind::Scorecard => &mut self.cards.get_mut(&key)?.name,
            Kind::Request => &mut self.requests.get_mut(&key)?.name,
            Kind::Destination => &mut self.places.get_mut(&key)?.name,
            _ => &mut self.promise.name,
        })
    }

    fn blueprint(&self, key: u8) -> String {
        name(["b", "bb"], key, self.blueprints.get(&key).is_some_and(|one| one.name))
    }

    fn entity(&self, key: (u8, u8)) -> String {
        name(["e", "ee"], key.1, self.entities.get(&key).is_some_and(|one| one.name))
    }

    fn promise(&self) -> &'static str {
        if self.promise.name { "pg" } else { "db" }
    }

    fn place(&self, key: u8) -> String {
        name(["d", "dd"], key, self.places.get(&key).is_some_and(|one| one.name))
    }

    /// The blueprint that a relation of a blueprint leads to, where that one is declared.
    fn near(&self, key: u8) -> Option<u8> {
        self.blueprints.get(&key)?.near.filter(|near| self.blueprints.contains_key(near))
    }

    fn team(&self, team: Option<u8>) -> Option<u8> {
        team.filter(|team| self.teams.contains(team))
    }

    /// The addresses of all that can get another name, by kind and keys.
    fn names(&self) -> BTreeMap<(Kind, u8, u8), String> {
        let mut names = BTreeMap::new();
        for key in self.blueprints.keys() {
            names.insert((Kind::Blueprint, *key, 0), format!("blueprint:{}", self.blueprint(*key)));
        }
        for key in self.entities.keys().filter(|key| self.blueprints.contains_key(&key.0)) {
            let address = format!("entity:{}:{}", self.blueprint(key.0), self.entity(*key));
            names.insert((Kind::Entity, key.0, key.1), address);
        }
        for (key, card) in &self.cards {
            names.insert((Kind::Scorecard, *key, 0), format!("scorecard:{}", name(["s", "ss"], *key, card.name)));
        }
        names.insert((Kind::Promise, 0, 0), format!("promise:{}", self.promise()));
        for (key, asked) in &self.requests {
            let address = format!("request:{}:default/{}", self.promise(), name(["r", "rr"], *key, asked.name));
            names.insert((Kind::Request, *key, 0), address);
        }
        for key in self.places.keys() {
            names.insert((Kind::Destination, *key, 0), format!("destination:{}", self.place(*key)));
        }
        names
    }

    /// The text, with the lines that say which names changed since another one.
    pub(super) fn text(&self, since: &Self) -> String {
        let mut text = "project laws\nteam home\nstate-store s0 git { url a; }\nstate-store s1 git { url b; }\n\
             destination home0 { store s0; labels zone=\"0\"; }\ndestination home1 { store s1; labels zone=\"1\"; }\n"
            .to_owned();
        for team in &self.teams {
            text.push_str(&format!("team t{team}\n"));
        }
        self.put_blueprints(&mut text);
        self.put_cards(&mut text);
        self.put_requests(&mut text);
        let old = since.names();
        for (key, new) in self.names() {
            if let Some(old) = old.get(&key).filter(|old| **old != new) {
                text.push_str(&format!("moved from=\"{old}\" to=\"{new}\"\n"));
            }
        }
        text
    }

    fn put_blueprints(&self, text: &mut String) {
        for (key, model) in &self.blueprints {
            text.push_str(&format!("blueprint {} {{ property size integer max={};", self.blueprint(*key), model.most));
            if let Some(must) = model.note {
                text.push_str(&format!(" property note string{};", if must { " required" } else { "" }));
            }
            if model.names_team {
                text.push_str(" property owner team;");
            }
            if let Some(near) = self.near(*key) {
                text.push_str(&format!(" relation near {};", self.blueprint(near)));
            }
            text.push_str(" }\n");
        }
        for (key, instance) in &self.entities {
            let Some(model) = self.blueprints.get(&key.0) else { continue };
            text.push_str(&format!("entity {} {} {{", self.blueprint(key.0), self.entity(*key)));
            text.push_str(&format!(" size {};", instance.size.min(model.most)));
            if model.note.is_some_and(|must| must || instance.note) {
                text.push_str(" note x;");
            }
            if let Some(near) = self.near(key.0).filter(|near| self.entities.contains_key(&(*near, instance.near))) {
                text.push_str(&format!(" near {};", self.entity((near, instance.near))));
            }
            if let Some(team) = self.team(instance.team) {
                text.push_str(&format!(" team t{team};"));
                text.push_str(&if model.names_team { format!(" owner t{team};") } else { String::new() });
            }
            text.push_str(" }\n");
        }
    }

    fn put_cards(&self, text: &mut String) {
        for (key, card) in &self.cards {
            let of = card.of.filter(|of| self.blueprints.contains_key(of));
            let judged = of.map_or_else(|| self.promise().to_owned(), |of| self.blueprint(of));
            let rule = match of.and_then(|of| self.near(of)).filter(|_| card.looks_near) {
                Some(_) => format!("rule far {{ near.size at-least {}; }}; ", card.least),
                None => String::new(),
            };
            text.push_str(&format!(
                "scorecard {} for={judged} {{ level Low {{ rule some {{ size at-least 2; }}; }}\n\
                 level High {{ {rule}rule own {{ size at-least {}; }}; }}; }}\n",
                name(["s", "ss"], *key, card.name),
                card.least
            ));
        }
    }

    fn put_requests(&self, text: &mut String) {
        let Promise { most, content, two_files, names_team, .. } = self.promise;
        let second = if two_files { "resource v1 Secret $name file=secret.yaml; " } else { "" };
        let owner = if names_team { "field owner team; " } else { "" };
        text.push_str(&format!(
            "promise {} {{\n api group=e.com version=v1 kind=Db {{ field zone string required; \
             field size integer required max={most}; {owner}}}\n schedule zone=$spec.zone\n\
             workflow configure {{ resource v1 ConfigMap $name file=map.yaml {{ data a=\"{content}\" b=\"${{spec.size}}\"; }}; {second}}}\n}}\n",
            self.promise()
        ));
        for (key, place) in &self.places {
            let Place { store, zone, drains, .. } = place;
            let drain = if *drains { "drain; " } else { "" };
            let name = self.place(*key);
            text.push_str(&format!("destination {name} {{ store s{store}; labels zone=\"{zone}\"; {drain}}}\n"));
        }
        for (key, asked) in &self.requests {
            let name = name(["r", "rr"], *key, asked.name);
            let team = self.team(asked.team).filter(|_| names_team);
            let owner = team.map(|team| format!("owner t{team}; ")).unwrap_or_default();
            let (zone, size) = (asked.zone, asked.size.min(most));
            text.push_str(&format!("request {} {name} {{ zone \"{zone}\"; size {size}; {owner}}}\n", self.promise()));
        }
    }

    /// Puts something of others into a catalog.
    pub(super) fn invade(&self, stranger: &Stranger, catalog: &Shared) {
        let number = |value: u8| Some(Value::integer(i64::from(value)));
        let text = |value: String| Some(Value::string(value));
        match stranger {
            Stranger::Entity { of, size, note, near, team } => {
                let to = self.blueprints.get(of).and_then(|one| one.near).unwrap_or(0);
                let mut fields = vec![("properties.size", number(*size)), ("team", text(format!("t{team}")))];
                fields.push(("relations.near", text(self.entity((to, *near)))));
                fields.push(("properties.owner", text(format!("t{team}"))));
                fields.extend(note.then(|| ("properties.note", text("theirs".to_owned()))));
                put(catalog, &format!("entity:{}:x", self.blueprint(*of)), &fields);
            }
            Stranger::Request { size, team, place } => put(
                catalog,
                &format!("request:{}:default/x", self.promise()),
                &[
                    ("spec.size", number(*size)),
                    ("spec.zone", text("0".to_owned())),
                    ("spec.owner", text(format!("t{team}"))),
                    ("destination", text(self.place(*place))),
                ],
            ),
            Stranger::Far { to, near } => {
                let mut relation = Map::default();
                set_field(&mut relation, "target", text(self.blueprint(*to)));
                put(catalog, "blueprint:far", &[("relations.near", Some(Value::Object(relation)))]);
                put(catalog, "entity:far:y", &[("relations.near", text(self.entity((*to, *near))))]);
            }
            Stranger::Scorecard(of) => {
                put(catalog, "scorecard:theirs", &[("blueprint", text(self.blueprint(*of)))]);
            }
            Stranger::Value { of, field, value } => {
                let field = match field {
                    0 => ("properties.size", number(*value)),
                    1 => ("properties.note", text("theirs".to_owned())),
                    2 => ("properties.owner", text(format!("t{}", value % 2))),
                    _ => ("relations.near", text(self.entity((value % 3, *value % 2)))),
                };
                let address = format!("entity:{}:{}", self.blueprint(of.0), self.entity(*of));
                let known = Address::parse(&address).unwrap();
                if catalog.objects(&[known]).unwrap()[0].is_some() {
                    put(catalog, &address, &[field]);
                }
            }
        }
    }
}

/// Sets fields of an object, as somebody else would.
fn put(catalog: &Shared, address: &str, fields: &[(&str, Option<Value>)]) {
    let address = Address::parse(address).unwrap();
    let live = catalog.objects(std::slice::from_ref(&address)).unwrap().remove(0);
    let mut body = live.and_then(Presence::into_read).map(|object| object.body).unwrap_or_default();
    for (path, value) in fields {
        set_field(&mut body, path, value.clone());
    }
    catalog.0.lock().unwrap().set(&address, Some(body));
}
