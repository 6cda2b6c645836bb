//! What requests of others come to on either side of a plan, beside what is there of them, and what the plan makes of it. Reads files of others
//! only where a plan changes what they are to be.

use crate::diag::{Diagnostics, Severity, code};
use crate::model::{Address, Kind, Name, Project, Thing};
use crate::observe::unsuitable;
use crate::plan::{Invalid, Leaving, Manifested, Redelivery, Relocation, Repath, Rerender};
use crate::render::{Rendered, Standing, identities, place, render_each, schedule};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A file that a request comes to.
struct Planned {
    content: Arc<[u8]>,
    /// Whether the values of secrets go into it.
    is_secret: bool,
    /// Its path below the folder of the request.
    below: String,
}

/// The files of a request.
type Files = BTreeMap<Thing, Planned>;

/// A part of a state store that is applied as one: the store and the destination.
type Folder = (Name, Name);

/// What the requests of another project come to with what they are delivered by and to.
pub(super) struct Side {
    project: Project,
    rendered: BTreeMap<Address, Rendered>,
    files: BTreeMap<Address, Files>,
    /// The objects of Kubernetes in each destination.
    objects: BTreeMap<Folder, BTreeSet<Manifested>>,
    /// What is wrong with it, but that requests have no destination.
    problems: BTreeSet<String>,
}

impl Side {
    /// What the requests of a project come to that stand so.
    pub(super) fn of(project: Project, standing: &Standing) -> Self {
        let (mut rendered, unfit) = render_each(&project, &|| ());
        // What promises depend on is their owner's.
        rendered.retain(Rendered::is_of_request);
        let homeless = schedule(&project, &mut rendered, standing);
        let (placed, misplaced) = place(&project, &rendered);
        let mut files: BTreeMap<Address, Files> = BTreeMap::new();
        for file in placed {
            let (thing, below) = (file.thing(), file.path[file.folder..].to_owned());
            let planned = Planned { content: file.content, is_secret: !file.secrets.is_empty(), below };
            files.entry(file.request).or_default().insert(thing, planned);
        }
        let mut objects: BTreeMap<Folder, BTreeSet<Manifested>> = BTreeMap::new();
        for one in &rendered {
            let destination = one.destination.as_ref().and_then(|name| project.destination(name));
            let Some(destination) = destination else { continue };
            let folder = (destination.store.value.clone(), destination.name.value.clone());
            let held = objects.entry(folder).or_default();
            held.extend(one.objects.iter().map(|object| Manifested::from(&object.identity)));
        }
        let rendered = rendered.into_iter().map(|one| (one.request.clone(), one)).collect();
        let problems = [unfit, homeless, misplaced].iter().flat_map(errors).collect();
        Self { project, rendered, files, objects, problems }
    }

    /// The state store of a destination.
    fn store(&self, destination: &Name) -> Option<&Name> {
        Some(&self.project.destination(destination)?.store.value)
    }

    fn files(&self, request: &Address) -> &Files {
        static NONE: Files = Files::new();
        self.files.get(request).unwrap_or(&NONE)
    }
}

/// The sentences of what is wrong; that a request has no destination is told of each.
fn errors(problems: &Diagnostics) -> impl Iterator<Item = String> {
    let is_told = |id: &str| [code::NO_DESTINATION.id, code::PINNED_ELSEWHERE.id].contains(&id);
    let errors = problems.iter().filter(move |one| one.severity == Severity::Error && !is_told(one.code.id));
    errors.map(|one| one.message.clone())
}

/// What another project delivered for a request.
#[derive(Clone, Debug)]
pub(super) struct Held {
    /// The request.
    pub request: Address,
    /// The state store.
    pub store: Name,
    /// The destination.
    pub destination: Name,
    /// The files.
    pub files: BTreeSet<Thing>,
}

/// The requests of another project before a plan and after it.
pub(super) struct Sides<'p> {
    /// The project.
    pub owner: &'p Name,
    /// As they would be without the plan.
    pub before: Side,
    /// As they come to be.
    pub after: Side,
    /// What is there of them, as far as that is known.
    pub held: &'p [Held],
    /// What is in a file that is there; nothing where it cannot be had.
    pub read: &'p dyn Fn(&Thing) -> Option<Vec<u8>>,
    /// Whether more of them may stand where nobody looked.
    pub may_stand_elsewhere: bool,
    /// The state stores that are left, or go to another place under the same name.
    pub left: &'p BTreeSet<Name>,
    /// What the plan touches.
    pub touched: &'p BTreeSet<Address>,
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

/// What becomes of the files of a request that are there.
#[derive(Default)]
struct Changes {
    anew: BTreeSet<Thing>,
    paths: Vec<Repath>,
    lost: BTreeSet<Thing>,
    objects: BTreeSet<Manifested>,
}

impl Sides<'_> {
    /// What becomes of each request that can be rendered on both sides, and what is wrong then with all of them.
    pub(super) fn become_what(&self) -> Vec<Becomes> {
        let mut held: BTreeMap<&Address, Vec<&Held>> = BTreeMap::new();
        for one in self.held {
            held.entry(&one.request).or_default().push(one);
        }
        let both = self.before.rendered.values();
        let becomes = both.filter_map(|before| {
            let of_it = held.get(&before.request).map_or(&[][..], |held| held);
            Some(self.becomes(before, self.after.rendered.get(&before.request)?, of_it))
        });
        becomes.chain(self.problems()).collect()
    }

    fn becomes(&self, before: &Rendered, after: &Rendered, held: &[&Held]) -> Becomes {
        let request = &before.request;
        // A text that names what is gone is refused until it says another name: no file of it goes, and the reference is told as one that breaks.
        let has = |side: &Side, one: &Rendered| {
            one.pin.as_ref().is_none_or(|pin| side.project.destination(&pin.value).is_some())
        };
        if has(&self.before, before) && !has(&self.after, after) {
            return Becomes::default();
        }
        let (from, to) = match (&before.destination, &after.destination) {
            (Some(from), Some(to)) => (from, to),
            (Some(from), None) if !after.files.is_empty() => {
                return Becomes { invalid: Some(self.homeless(from, after)), ..Becomes::default() };
            }
            _ => return Becomes::default(),
        };
        let (store, next) = (self.before.store(from), self.after.store(to));
        let is_there =
            |store, name: &Name| held.iter().any(|one| Some(&one.store) == store && one.destination == *name);
        let moves = match held.first() {
            Some(_) if is_there(store, from) => self.moves((store, from), to, after),
            // It did not come to where it was to go without the plan either.
            Some(first) if (store, from) != (next, to) && !is_there(next, to) => {
                self.moves((Some(&first.store), &first.destination), to, after)
            }
            _ => None,
        };
        let is_left = store.is_some_and(|store| self.left.contains(store));
        let stays = (store, from) == (next, to);
        let known: BTreeSet<&Thing> = held.iter().flat_map(|one| &one.files).collect();
        let Changes { anew, paths, lost, objects } = match held.is_empty() {
            true if self.may_stand_elsewhere => Changes { anew: self.differing(request), ..Changes::default() },
            true => Changes::default(),
            false => self.changes(request, &known, (stays, is_left), store.map(|store| (store.clone(), from.clone()))),
        };
        let rendered = (!anew.is_empty()).then(|| Rerender {
            request: request.clone(),
            owner: Some(self.owner.to_string()),
            declared: None,
            because: self.causes(request.above().into_iter()),
            files: anew.iter().map(spelled).collect(),
        });
        let places = [from, to].map(|name| Address::new(Kind::Destination, name.clone()));
        let stores = [store, next].into_iter().flatten();
        let stores = stores.map(|name| Address::new(Kind::StateStore, name.clone()));
        let redelivery = Redelivery {
            request: request.clone(),
            owner: self.owner.to_string(),
            declared: None,
            because: self.causes(request.above().into_iter().chain(places).chain(stores)),
            moves,
            paths,
            files: lost.into_iter().collect(),
            objects: objects.into_iter().collect(),
        };
        Becomes { rendered, redelivered: Some(redelivery).filter(|one| !one.is_nothing()), invalid: None }
    }

    /// Why a request leaves where it is.
    fn moves(&self, (store, from): (Option<&Name>, &Name), to: &Name, after: &Rendered) -> Option<Relocation> {
        let because = match [store, self.after.store(to)] {
            [Some(old), _] if self.left.contains(old) => Leaving::StoreMoved(old.clone()),
            _ if from != to => unsuitable(&self.after.project, from, after).unwrap_or(Leaving::Gone),
            [Some(old), Some(new)] if old != new => Leaving::StoreChanged { from: old.clone(), to: new.clone() },
            _ => return None,
        };
        Some(Relocation { request: after.request.clone(), from: from.clone(), to: to.clone(), because })
    }

    /// The files that a request comes to with another content.
    fn differing(&self, request: &Address) -> BTreeSet<Thing> {
        let before = self.before.files(request);
        let same: BTreeSet<(&str, &[u8])> = before.values().map(|one| (&*one.below, &*one.content)).collect();
        let after = self.after.files(request).iter();
        after.filter(|(_, one)| !same.contains(&(&*one.below, &*one.content))).map(|(file, _)| file.clone()).collect()
    }

    /// What becomes of the files of a request that are there, by what the plan changes of them: what the project has not delivered yet of what
    /// it is to deliver anyway is left out.
    fn changes(
        &self,
        request: &Address,
        known: &BTreeSet<&Thing>,
        (stays, is_left): (bool, bool),
        folder: Option<Folder>,
    ) -> Changes {
        let (before, after) = (self.before.files(request), self.after.files(request));
        let mut changes = Changes::default();
        let mut new: BTreeMap<&str, (&Thing, &Planned)> = BTreeMap::new();
        for (file, planned) in after.iter().filter(|(file, _)| !before.contains_key(*file)) {
            new.insert(&planned.below, (file, planned));
        }
        let mut changed: BTreeSet<&Thing> = BTreeSet::new();
        for (file, old) in before.iter().filter(|(file, _)| known.contains(file)) {
            if let Some(planned) = after.get(file) {
                let is_new = old.content != planned.content;
                if is_new && (planned.is_secret || (self.read)(file).is_none_or(|live| *live != *planned.content)) {
                    changes.anew.insert(file.clone());
                    changed.insert(file);
                }
                continue;
            }
            // The same file in another place, or one with the same content.
            let alike = new.iter().find(|(_, (_, planned))| planned.content == old.content).map(|(below, _)| *below);
            let below = if new.contains_key(&*old.below) { Some(&*old.below) } else { alike };
            let goes_on = below.and_then(|below| new.remove(below));
            if let Some((to, planned)) = goes_on {
                if planned.content != old.content {
                    changes.anew.insert(to.clone());
                }
                if stays && !known.contains(to) {
                    changes.paths.push(Repath { from: file.clone(), to: to.clone() });
                }
            }
            if !(is_left || stays && goes_on.is_some()) {
                changes.lost.insert(file.clone());
            }
            if !is_left {
                changed.insert(file);
            }
        }
        changes.anew.extend(new.into_values().map(|(file, _)| file).filter(|file| !known.contains(file)).cloned());
        let kept = folder.and_then(|folder| self.after.objects.get(&folder));
        for file in changed {
            let Thing::File { path, .. } = file else { continue };
            let live = (self.read)(file).unwrap_or_default();
            let held = identities(path, &live).iter().map(Manifested::from).collect::<Vec<_>>();
            changes.objects.extend(held.into_iter().filter(|one| !kept.is_some_and(|kept| kept.contains(one))));
        }
        changes
    }

    /// That no destination takes a request any more.
    fn homeless(&self, from: &Name, after: &Rendered) -> Invalid {
        let labels: Vec<String> = after.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let message = match &after.pin {
            Some(pin) => format!("it is pinned to `{}`, which does not take it any more", pin.value),
            None if labels.is_empty() => "no destination takes it any more: it asks for no labels".to_owned(),
            None => format!("no destination takes it any more: it asks for `{}`", labels.join(" ")),
        };
        self.invalid(&after.request, Some(from), message)
    }

    /// What is wrong with the requests of the project as they come to be, and was not before: at the request that it names.
    fn problems(&self) -> impl Iterator<Item = Becomes> {
        self.after.problems.difference(&self.before.problems).filter_map(|message| {
            // What is named in a sentence stands between backticks.
            let named = message.split('`').filter_map(Address::parse);
            let mut known = named.filter_map(|one| self.after.rendered.get_key_value(&one)).map(|(request, _)| request);
            let request = known.next().or_else(|| self.after.rendered.keys().next())?;
            let destination = self.after.rendered.get(request).and_then(|one| one.destination.as_ref());
            let invalid = self.invalid(request, destination, message.clone());
            Some(Becomes { invalid: Some(invalid), ..Becomes::default() })
        })
    }

    fn invalid(&self, request: &Address, destination: Option<&Name>, message: String) -> Invalid {
        let destination = destination.map(|name| Address::new(Kind::Destination, name.clone()));
        let is_touched = |one: &Address| self.touched.contains(one);
        let because = destination.clone().filter(is_touched).or_else(|| request.above().filter(is_touched));
        let any = || self.touched.iter().find(|one| matches!(one.kind, Kind::Destination | Kind::StateStore));
        let because = because.or_else(|| any().map(|one| (*one).clone()));
        Invalid {
            address: request.clone(),
            owner: Some(self.owner.to_string()),
            declared: None,
            because: because.or(destination).unwrap_or_else(|| request.clone()),
            field: String::new(),
            message,
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
