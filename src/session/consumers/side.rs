//! What requests of others come to on either side of a plan, and what differs. Pure.

use crate::model::{Address, Kind, Name, Project, Thing};
use crate::observe::unsuitable;
use crate::plan::{Invalid, Leaving, Manifested, Redelivery, Relocation, Repath, Rerender};
use crate::render::{Rendered, Standing, place, render_each, schedule};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the requests of another project come to with what they are delivered by and to.
pub(super) struct Side {
    project: Project,
    rendered: BTreeMap<Address, Rendered>,
    /// Their files, each with its content.
    files: BTreeMap<Address, BTreeMap<Thing, Arc<[u8]>>>,
    /// The objects of Kubernetes in each destination, by its state store and name.
    objects: BTreeMap<(Name, Name), BTreeSet<Manifested>>,
}

impl Side {
    /// What the requests of a project come to that stand so.
    pub(super) fn of(project: Project, standing: &Standing) -> Self {
        let (mut rendered, _) = render_each(&project, &|| ());
        schedule(&project, &mut rendered, standing);
        let (placed, _) = place(&project, &rendered);
        let mut files: BTreeMap<Address, BTreeMap<Thing, Arc<[u8]>>> = BTreeMap::new();
        for file in placed {
            let of_request = files.entry(file.request).or_default();
            of_request.insert(Thing::file(&file.store, &file.path), file.content);
        }
        let mut objects: BTreeMap<(Name, Name), BTreeSet<Manifested>> = BTreeMap::new();
        for one in &rendered {
            let destination = one.destination.as_ref().and_then(|name| project.destination(name));
            let Some(destination) = destination else { continue };
            let place = (destination.store.value.clone(), destination.name.value.clone());
            let held = objects.entry(place).or_default();
            held.extend(one.objects.iter().map(|object| Manifested::from(&object.identity)));
        }
        let rendered = rendered.into_iter().map(|one| (one.request.clone(), one)).collect();
        Self { project, rendered, files, objects }
    }

    /// The state store of a destination.
    fn store(&self, destination: &Name) -> Option<&Name> {
        Some(&self.project.destination(destination)?.store.value)
    }
}

/// The requests of another project before a plan and after it.
pub(super) struct Sides<'p> {
    /// The project.
    pub owner: &'p Name,
    /// As they are.
    pub before: Side,
    /// As they come to be.
    pub after: Side,
    /// Where they stand, as far as that is known.
    pub standing: &'p Standing,
    /// Whether more of them may stand where nobody looked.
    pub may_stand_elsewhere: bool,
    /// The state stores that go to another place under the same name.
    pub moved: &'p BTreeSet<Name>,
    /// What the plan touches.
    pub touched: &'p BTreeSet<&'p Address>,
}

/// What becomes of one request.
#[derive(Default)]
pub(super) struct Becomes {
    /// It is rendered anew.
    pub rendered: Option<Rerender>,
    /// Its files come to other places, or go.
    pub redelivered: Option<Redelivery>,
    /// No destination takes it any more.
    pub invalid: Option<Invalid>,
}

/// The files of a request, by what becomes of them.
#[derive(Default)]
struct Files {
    anew: Vec<Thing>,
    paths: Vec<Repath>,
    lost: Vec<Thing>,
}

impl Sides<'_> {
    /// What becomes of each request that can be rendered on both sides.
    pub(super) fn become_what(&self) -> Vec<Becomes> {
        let both = self.before.rendered.values();
        both.filter_map(|before| Some(self.becomes(before, self.after.rendered.get(&before.request)?))).collect()
    }

    fn becomes(&self, before: &Rendered, after: &Rendered) -> Becomes {
        let request = &before.request;
        let (from, to) = match (&before.destination, &after.destination) {
            (Some(from), Some(to)) => (from, to),
            (Some(from), None) if !after.files.is_empty() => {
                return Becomes { invalid: Some(self.homeless(from, after)), ..Becomes::default() };
            }
            _ => return Becomes::default(),
        };
        let stands = !self.standing.of(request).is_empty();
        let moves = self.moves(from, to, after).filter(|_| stands);
        let store = self.before.store(from);
        let files = self.files(request, from == to && store == self.after.store(to));
        let is_anew = !files.anew.is_empty() && (stands || self.may_stand_elsewhere);
        let rendered = is_anew.then(|| Rerender {
            request: request.clone(),
            owner: Some(self.owner.to_string()),
            declared: None,
            because: self.causes(request.above().into_iter()),
            files: files.anew.iter().map(spelled).collect(),
        });
        let kept = store.and_then(|store| self.after.objects.get(&(store.clone(), from.clone())));
        let gone = before.objects.iter().map(|object| Manifested::from(&object.identity));
        let gone: BTreeSet<Manifested> = gone.filter(|one| !kept.is_some_and(|kept| kept.contains(one))).collect();
        let places = [from, to].map(|name| Address::new(Kind::Destination, name.clone()));
        let stores = [store, self.after.store(to)].into_iter().flatten();
        let stores = stores.map(|name| Address::new(Kind::StateStore, name.clone()));
        let redelivery = Redelivery {
            request: request.clone(),
            owner: self.owner.to_string(),
            declared: None,
            because: self.causes(request.above().into_iter().chain(places).chain(stores)),
            moves,
            paths: files.paths,
            files: files.lost,
            objects: gone.into_iter().collect(),
        };
        Becomes { rendered, redelivered: Some(redelivery).filter(|one| stands && !one.is_nothing()), invalid: None }
    }

    /// Why a request leaves where it is.
    fn moves(&self, from: &Name, to: &Name, after: &Rendered) -> Option<Relocation> {
        let stores = [self.before.store(from), self.after.store(to)];
        let because = match stores {
            _ if from != to => unsuitable(&self.after.project, from, after).unwrap_or(Leaving::Gone),
            [Some(old), Some(new)] if old != new => Leaving::StoreChanged { from: old.clone(), to: new.clone() },
            [_, Some(store)] if self.moved.contains(store) => Leaving::StoreMoved(store.clone()),
            _ => return None,
        };
        Some(Relocation { request: after.request.clone(), from: from.clone(), to: to.clone(), because })
    }

    /// What becomes of the files of a request, which may stay in its destination.
    fn files(&self, request: &Address, stays: bool) -> Files {
        let none = BTreeMap::new();
        let [before, after] = [&self.before, &self.after].map(|side| side.files.get(request).unwrap_or(&none));
        let mut leaving: BTreeMap<&[u8], Vec<&Thing>> = BTreeMap::new();
        for (file, content) in before.iter().filter(|(file, _)| !after.contains_key(*file)) {
            leaving.entry(content).or_default().push(file);
        }
        let mut files = Files::default();
        for (file, content) in after {
            let old = before.get(file);
            if old.is_some_and(|old| old == content) {
                continue;
            }
            match leaving.get_mut(&**content).and_then(Vec::pop).filter(|_| old.is_none()) {
                Some(from) if stays => files.paths.push(Repath { from: from.clone(), to: file.clone() }),
                Some(from) => files.lost.push(from.clone()),
                None => files.anew.push(file.clone()),
            }
        }
        files.lost.extend(leaving.into_values().flatten().cloned());
        files.lost.sort_unstable();
        files
    }

    /// That no destination takes a request any more.
    fn homeless(&self, from: &Name, after: &Rendered) -> Invalid {
        let labels: Vec<String> = after.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let asked = if labels.is_empty() { "no labels".to_owned() } else { format!("`{}`", labels.join(" ")) };
        let from = Address::new(Kind::Destination, from.clone());
        let promise = after.request.above().filter(|promise| self.touched.contains(promise));
        Invalid {
            address: after.request.clone(),
            owner: Some(self.owner.to_string()),
            declared: None,
            because: promise.filter(|_| !self.touched.contains(&from)).unwrap_or(from),
            field: String::new(),
            message: format!("no destination takes it any more: it asks for {asked}"),
        }
    }

    /// Those of some objects that the plan touches.
    fn causes(&self, of: impl Iterator<Item = Address>) -> Vec<Address> {
        let touched: BTreeSet<Address> = of.filter(|one| self.touched.contains(one)).collect();
        touched.into_iter().collect()
    }
}

/// A file as consequences name it: its state store and its path.
fn spelled(file: &Thing) -> String {
    match file {
        Thing::File { store, path } => format!("{store}:{path}"),
        Thing::Object(address) => address.to_string(),
    }
}
