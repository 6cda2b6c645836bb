//! What there is at a moment, and what of it differs from another moment: all of it looked at, whatever was planned.

use crate::catalog::{Bodies, Catalog, LevelRecord};
use crate::check::check_objects;
use crate::model::{
    Address, Blueprint, Declaration, Entity, Kind, Map, Name, Object, Project, Promise, Request, Team, Value,
};
use crate::object::field_at;
use crate::plan::Standing;
use crate::render::identities;
use crate::session::laws::{HERE, Shared};
use crate::source::{Origin, Spanned};
use crate::store::{Memory, Store};
use std::collections::{BTreeMap, BTreeSet};

/// Everything at one moment.
pub(super) struct Moment {
    pub(super) objects: BTreeMap<Address, Map>,
    /// The levels that the catalog keeps, by scorecard and entity.
    pub(super) levels: BTreeMap<(Name, Address), Standing>,
    pub(super) files: BTreeMap<Place, File>,
}

/// The store and the path of a file.
pub(super) type Place = (String, String);

/// A file, with whose it is and the destination that it lies in.
pub(super) struct File {
    pub(super) request: Address,
    pub(super) destination: Address,
    pub(super) content: Vec<u8>,
}

/// Where an entity stands in a scorecard that judges it.
pub(super) fn standing(record: LevelRecord) -> ((Name, Address), Standing) {
    let level = record.level.map_or(Standing::Below, Standing::Level);
    ((record.scorecard, record.entity), level)
}

impl Moment {
    pub(super) fn of(catalog: &Shared, stores: &BTreeMap<String, Memory>) -> Self {
        let live = catalog.observe("laws").unwrap().entries.into_iter().filter(|entry| entry.live.is_some());
        let addresses: Vec<Address> = live.map(|entry| entry.address).collect();
        let objects = Bodies::of(catalog, &addresses).unwrap();
        let levels = catalog.levels("laws").unwrap().into_iter();
        let mut files = BTreeMap::new();
        for (name, store) in stores {
            let mut store = store.clone();
            store.observe(&[]).unwrap();
            for holding in store.look().unwrap().iter() {
                for path in &holding.files {
                    let Some(content) = store.read(path).unwrap() else { continue };
                    let destination = Address::new(Kind::Destination, holding.destination.clone());
                    let file = File { request: holding.request.clone(), destination, content };
                    files.insert((name.clone(), path.clone()), file);
                }
            }
        }
        Self {
            objects: objects.read.into_iter().map(|object| (object.address, object.body)).collect(),
            levels: levels.map(standing).collect(),
            files,
        }
    }

    /// The same under other names.
    pub(super) fn renamed(&self, names: &BTreeMap<Address, Address>) -> Self {
        let now = |address: &Address| names.get(address).unwrap_or(address).clone();
        let card = |name: &Name| now(&Address::new(Kind::Scorecard, name.clone())).name;
        let levels = self.levels.iter();
        Self {
            objects: self.objects.iter().map(|(address, body)| (now(address), body.clone())).collect(),
            levels: levels.map(|((of, entity), level)| ((card(of), now(entity)), level.clone())).collect(),
            files: self
                .files
                .iter()
                .map(|(place, file)| {
                    let (request, destination) = (now(&file.request), now(&file.destination));
                    (place.clone(), File { request, destination, content: file.content.clone() })
                })
                .collect(),
        }
    }

    fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (&Address, &Map)> {
        self.objects.iter().filter(move |(address, _)| address.kind == kind)
    }

    /// A relation, or a property, of a blueprint or promise.
    fn declared<'m>(&'m self, of_type: &Address, group: &str, name: &str) -> Option<&'m Map> {
        self.objects.get(of_type)?.get(group)?.as_object()?.get(name)?.as_object()
    }

    /// All that objects name, by object and field.
    pub(super) fn references(&self) -> BTreeSet<(Address, String, Address)> {
        let mut found = BTreeSet::new();
        for (address, body) in &self.objects {
            let mut add = |field: &str, value: Option<&Value>, to: &dyn Fn(&str) -> Address| {
                let names: Vec<&str> = match value {
                    Some(Value::Array(items)) => items.iter().filter_map(|item| item.as_str()).collect(),
                    value => value.and_then(|value| value.as_str()).into_iter().collect(),
                };
                found.extend(names.into_iter().map(|name| (address.clone(), field.to_owned(), to(name))));
            };
            let named = |kind: Kind| move |name: &str| Address::new(kind, name.into());
            let inner = |group: &str, name: &str| Some(&body.get(group)?.as_object()?.get(name)?.value);
            let top = |name: &str| body.get(name).map(|value| &value.value);
            match address.kind {
                Kind::Entity => {
                    let blueprint = address.above().unwrap();
                    add("team", top("team"), &named(Kind::Team));
                    if let Some(target) =
                        self.declared(&blueprint, "relations", "near").and_then(|one| one.get("target"))
                    {
                        let target = Name::from(target.as_str().unwrap());
                        let to = |name: &str| Address::below(Kind::Entity, target.clone(), name.into());
                        add("relations.near", inner("relations", "near"), &to);
                    }
                    if self.declared(&blueprint, "properties", "owner").is_some() {
                        add("properties.owner", inner("properties", "owner"), &named(Kind::Team));
                    }
                }
                Kind::Blueprint => {
                    let near = self.declared(address, "relations", "near").and_then(|one| one.get("target"));
                    add("relations.near", near.map(|near| &near.value), &named(Kind::Blueprint));
                }
                Kind::Request => {
                    add("destination", top("destination"), &named(Kind::Destination));
                    if self.declared(&address.above().unwrap(), "properties", "owner").is_some() {
                        add("spec.owner", inner("spec", "owner"), &named(Kind::Team));
                    }
                }
                Kind::Destination => add("store", top("store"), &named(Kind::StateStore)),
                Kind::Scorecard | Kind::Policy => {
                    let is_promise = |name: &str| self.objects.contains_key(&Address::new(Kind::Promise, name.into()));
                    let of = |name: &str| {
                        Address::new(if is_promise(name) { Kind::Promise } else { Kind::Blueprint }, name.into())
                    };
                    let member = if address.kind == Kind::Policy { "of" } else { "blueprint" };
                    add(member, top(member), &of);
                }
                Kind::Page => add("after", top("after"), &named(Kind::Page)),
                Kind::Automation => add("blueprint", top("blueprint"), &named(Kind::Blueprint)),
                Kind::Team | Kind::User | Kind::Action | Kind::StateStore | Kind::Promise | Kind::PromiseRelease => {}
            }
        }
        found
    }

    /// The fields of entities and requests that are not what their blueprint or promise asks for, where `known` are all that may
    /// be named. Those of none have a field for that.
    pub(super) fn problems(&self, known: &BTreeSet<Address>) -> BTreeSet<(Address, String)> {
        let members: Vec<Object> = self
            .objects
            .iter()
            .filter(|(address, _)| matches!(address.kind, Kind::Entity | Kind::Request))
            .map(|(address, body)| Object { address: address.clone(), body: body.clone() })
            .collect();
        let types: Vec<Object> = (self.of_kind(Kind::Blueprint).chain(self.of_kind(Kind::Promise)))
            .map(|(address, body)| Object { address: address.clone(), body: body.clone() })
            .collect();
        let team = |name: &Name| Team { name: Spanned::new(name.clone(), HERE), span: HERE, members: Vec::new() };
        let number = |index: usize| index as u32;
        let mut project = Project {
            teams: known.iter().filter(|one| one.kind == Kind::Team).map(|one| team(&one.name)).collect(),
            ..Project::default()
        };
        for (index, object) in members.iter().enumerate() {
            match object.address.kind {
                Kind::Entity => project.entities.push(Entity::of(Declaration::of_object(object, number(index)))),
                _ => project.requests.push(Request::of(Declaration::of_object(object, number(index)))),
            }
        }
        for (index, object) in types.iter().enumerate() {
            let number = number(members.len() + index);
            match object.address.kind {
                Kind::Blueprint => {
                    project.blueprints.push(Blueprint::of(&Declaration::of_object(object, number)).unwrap());
                }
                _ => project.promises.push(Promise::of(&Declaration::of_object(object, number)).unwrap()),
            }
        }
        let known: Vec<&Address> = known.iter().collect();
        let mut problems = BTreeSet::new();
        for diagnostic in check_objects(&project, &known) {
            let index = |place: Origin| match place {
                Origin::Live { object, .. } => object as usize,
                place => panic!("{place:?} is in no object"),
            };
            let Some(object) = members.get(index(diagnostic.primary.origin)) else { continue };
            let declared = || {
                let place = diagnostic.others.first()?.origin;
                field_at(&types[index(place) - members.len()].body, place)
            };
            let field = field_at(&object.body, diagnostic.primary.origin).or_else(declared).unwrap();
            let field = match field.strip_prefix("properties.") {
                Some(name) if object.address.kind == Kind::Request => format!("spec.{name}"),
                _ => field,
            };
            problems.insert((object.address.clone(), field));
        }
        // Nobody judges what is named of a blueprint that is not there.
        let nothing = |to: &Address| to.kind == Kind::Entity && !known.contains(&to);
        let relations = self.references().into_iter().filter(|(_, _, to)| nothing(to));
        problems.extend(relations.map(|(object, field, _)| (object, field)));
        for object in &members {
            let above = object.address.above().unwrap();
            if !self.objects.contains_key(&above) {
                problems.insert((object.address.clone(), above.kind.word().to_owned()));
            }
        }
        problems
    }

    /// The files of a request.
    fn files_of<'m>(&'m self, request: &'m Address) -> impl Iterator<Item = (&'m Place, &'m File)> {
        self.files.iter().filter(move |(_, file)| file.request == *request)
    }

    /// The destinations that a request stands in, with their stores.
    fn places_of<'m>(&'m self, request: &'m Address) -> BTreeSet<(Name, &'m str)> {
        self.files_of(request).map(|(place, file)| (file.destination.name.clone(), place.0.as_str())).collect()
    }
}

/// The last part of a path.
fn named(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// What became of one moment, whose things have the names of the other one.
pub(super) struct Change<'m> {
    pub(super) before: &'m Moment,
    pub(super) after: &'m Moment,
    /// The old names and the new ones.
    pub(super) names: &'m BTreeMap<Address, Address>,
    /// The moment before as it was called then.
    pub(super) then: &'m Moment,
}

impl Change<'_> {
    /// The levels that are others, by scorecard and entity: what each was, and what it is.
    pub(super) fn levels(&self) -> BTreeMap<(Name, Address), [Standing; 2]> {
        let keys: BTreeSet<_> = self.before.levels.keys().chain(self.after.levels.keys()).collect();
        let both = |key: &(Name, Address)| {
            [self.before, self.after].map(|moment| moment.levels.get(key).cloned().unwrap_or(Standing::NotJudged))
        };
        keys.into_iter().map(|key| (key.clone(), both(key))).filter(|(_, [old, new])| old != new).collect()
    }

    /// What is wrong and was not.
    pub(super) fn invalid(&self) -> BTreeSet<(Address, String)> {
        let known = self.then.objects.keys().chain(self.after.objects.keys()).cloned().collect();
        let now = |(address, field)| (self.names.get(&address).cloned().unwrap_or(address), field);
        let before: BTreeSet<_> = self.then.problems(&known).into_iter().map(now).collect();
        self.after.problems(&known).difference(&before).cloned().collect()
    }

    /// What is named and was there, under that name, and is not any more.
    pub(super) fn broken(&self) -> BTreeSet<(Address, String, Address)> {
        let (then, after) = (&self.then.objects, &self.after.objects);
        let goes = |to: &Address| then.contains_key(to) && !after.contains_key(to);
        self.after.references().into_iter().filter(|(_, _, to)| goes(to)).collect()
    }

    /// The requests that were there and still are.
    fn requests(&self) -> impl Iterator<Item = &Address> {
        let stays = |one: &&Address| one.kind == Kind::Request && self.before.objects.contains_key(*one);
        self.after.objects.keys().filter(stays)
    }

    /// The files of requests that came to other bytes, by request: what is there and neither was nor came from elsewhere.
    pub(super) fn rendered(&self) -> BTreeMap<Address, BTreeSet<String>> {
        let mut rendered: BTreeMap<Address, BTreeSet<String>> = BTreeMap::new();
        for request in self.requests() {
            let goes = self.before.files_of(request).filter(|(place, _)| !self.after.files.contains_key(place));
            let mut left: Vec<&[u8]> = goes.map(|(_, file)| &*file.content).collect();
            for (place, file) in self.after.files_of(request) {
                let is_new = match self.before.files.get(place) {
                    Some(old) => old.content != file.content,
                    None => match left.iter().position(|content| *content == file.content) {
                        Some(at) => {
                            left.remove(at);
                            false
                        }
                        None => true,
                    },
                };
                if is_new {
                    rendered.entry(request.clone()).or_default().insert(format!("{}:{}", place.0, place.1));
                }
            }
        }
        rendered
    }

    /// The files that requests had which are not deleted now, and that did not come again at the same place, by request.
    pub(super) fn lost(&self) -> BTreeMap<Address, BTreeSet<String>> {
        let mut lost: BTreeMap<Address, BTreeSet<String>> = BTreeMap::new();
        let goes = |one: &&Address| self.before.objects.contains_key(*one) && !self.after.objects.contains_key(*one);
        let holders: BTreeSet<&Address> = self.before.files.values().map(|file| &file.request).collect();
        for request in holders.into_iter().filter(|one| !goes(one)) {
            for (place, file) in
                self.before.files_of(request).filter(|(place, _)| !self.after.files.contains_key(place))
            {
                let comes = self.after.files_of(request).any(|(to, new)| {
                    let is_written = self.before.files.get(to).is_none_or(|old| old.content != new.content);
                    let there = (&new.destination, &to.0) == (&file.destination, &place.0);
                    // The promise has its files in no folder, so that their names are their paths in its output.
                    let is_called_so = || !self.before.files.contains_key(to) && named(&to.1) == named(&place.1);
                    there && (is_written && new.content == file.content || is_called_so())
                });
                if !comes {
                    lost.entry(request.clone()).or_default().insert(format!("file:{}:{}", place.0, place.1));
                }
            }
        }
        lost
    }

    /// The objects that went out of files that are there, or under another path, and are in no file of their destination, by request.
    pub(super) fn lost_objects(&self) -> BTreeSet<(Address, String)> {
        let lost = self.lost();
        let is_lost = |place: &Place, file: &File| {
            lost.get(&file.request).is_some_and(|files| files.contains(&format!("file:{}:{}", place.0, place.1)))
        };
        let goes = |one: &Address| self.before.objects.contains_key(one) && !self.after.objects.contains_key(one);
        let in_place = |(place, file): (&Place, &File)| {
            let folder = (place.0.clone(), file.destination.clone());
            identities(&place.1, &file.content)
                .into_iter()
                .map(move |object| (folder.clone(), object))
                .collect::<Vec<_>>()
        };
        let after: BTreeSet<_> = self.after.files.iter().flat_map(in_place).collect();
        let stays = self.before.files.iter().filter(|(place, file)| !is_lost(place, file) && !goes(&file.request));
        let objects =
            stays.flat_map(|(place, file)| in_place((place, file)).into_iter().map(|one| (&file.request, one)));
        let gone = objects.filter(|(_, object)| !after.contains(object));
        gone.map(|(request, (_, object))| (request.clone(), object.to_string().replace('`', ""))).collect()
    }

    /// The requests that left a destination: what they left, and where they are.
    pub(super) fn moves(&self) -> BTreeSet<(Address, Name, Name)> {
        let mut moves = BTreeSet::new();
        for request in self.requests() {
            let (old, new) = (self.before.places_of(request), self.after.places_of(request));
            for from in old.difference(&new) {
                moves.extend(new.first().map(|to| (request.clone(), from.0.clone(), to.0.clone())));
            }
        }
        moves
    }

    /// What went along with what is gone, by that and by kind.
    pub(super) fn went_along(&self) -> BTreeMap<(Address, &'static str), usize> {
        let stays = |address: &&Address| self.names.contains_key(*address) || self.after.objects.contains_key(*address);
        let (_, gone): (Vec<&Address>, Vec<&Address>) = self.then.objects.keys().partition(stays);
        let lies_in = |address: &Address| match address.kind {
            Kind::Destination => {
                let store = self.then.objects.get(address)?.get("store")?.as_str()?;
                Some(Address::new(Kind::StateStore, store.into()))
            }
            _ => address.above(),
        };
        let references = self.then.references();
        let mut along: BTreeMap<(Address, &'static str), BTreeSet<String>> = BTreeMap::new();
        let roots = [Kind::Blueprint, Kind::Promise, Kind::StateStore, Kind::Destination];
        for root in gone.iter().filter(|address| roots.contains(&address.kind)) {
            for member in gone.iter().filter(|member| *member != root) {
                let refers = references
                    .iter()
                    .any(|(from, _, to)| from == *member && (to == *root || lies_in(to).as_ref() == Some(root)));
                if refers || lies_in(member).as_ref() == Some(root) {
                    along.entry(((*root).clone(), member.kind.word())).or_default().insert(member.to_string());
                }
            }
            for (place, file) in &self.then.files {
                if file.destination == **root && !self.after.files.contains_key(place) {
                    along.entry(((*root).clone(), "file")).or_default().insert(format!("{place:?}"));
                }
            }
        }
        along.into_iter().map(|(key, members)| (key, members.len())).collect()
    }
}
