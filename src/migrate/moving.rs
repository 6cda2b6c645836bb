//! One object on its way in.

use super::asking::Owners;
use super::fate::lost_in;
use super::home::Home;
use super::namesakes::{rename, renamed};
use super::narrowed::narrowed;
use super::port;
use super::said::{Said, is_inside};
use super::text::DocumentPlace;
use super::trace::Trace;
use super::way::{at, get, text};
use super::{Fate, Found, Note, asking, backstage, kratix};
use crate::grammar::{Counterpart, Neighbour, NodeShape, Parameter, Part as Written, language};
use crate::model::{Address, Kind, Map, Member, Name, Value};
use crate::neighbour::{Envelopes, Loss, NO_WORDS, Part, Places, beyond, document, object, pointer, tells, way_steps};
use crate::object::members;
use crate::source::{Origin, Spanned};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Bound;
use std::sync::Arc;

/// How far down a document the part is that is named where something nests too deep.
const MOST_STEPS: usize = 4;

/// What a part of a document has for a reason to be kept.
pub(super) type Own<'o> = dyn Fn(&Part) -> Option<String> + 'o;

/// Why something is kept of which the language says nothing, or something else.
pub(super) const UNSAID: &str = "the language does not say it so";

/// Reasons, by the JSON pointers of what they are said of.
struct Whys<'r>(BTreeMap<&'r str, &'r str>);

impl<'r> Whys<'r> {
    /// Of several of one pointer the first.
    fn of(reasons: impl DoubleEndedIterator<Item = (&'r str, &'r str)>) -> Self {
        Self(reasons.rev().collect())
    }

    /// That of what stands at a pointer, or in it.
    fn within(&self, pointer: &str) -> Option<(&'r str, &'r str)> {
        let inside = format!("{pointer}/");
        let from = (Bound::Included(&*inside), Bound::Unbounded);
        let mut inner = self.0.range::<str, _>(from).take_while(|(other, _)| other.starts_with(&inside)).peekable();
        let first = inner.peek().copied();
        // That there are no words says less than any other reason.
        let inner = inner.find(|(_, reason)| **reason != NO_WORDS).or(first);
        self.0.get_key_value(pointer).or(inner).map(|(pointer, reason)| (*pointer, *reason))
    }

    /// That of what stands at a pointer, or around it.
    fn around(&self, pointer: &str) -> Option<(&'r str, &'r str)> {
        let ends = std::iter::once(pointer.len()).chain(pointer.rmatch_indices('/').map(|(end, _)| end));
        let mut found = ends.filter_map(|end| self.0.get_key_value(&pointer[..end]));
        found.next().map(|(pointer, reason)| (*pointer, *reason))
    }
}

/// An object that is taken in.
#[derive(Debug)]
pub(super) struct Moving {
    pub(super) neighbour: Neighbour,
    pub(super) address: Address,
    /// Its names, as the grammar calls them.
    names: Vec<(&'static str, Box<str>)>,
    /// What it holds, as the language has it.
    pub(super) body: Map,
    /// What the neighbour has.
    pub(super) document: Map,
    pub(super) place: DocumentPlace,
    /// The parts of the document that the body does not say, by JSON pointer, each with why.
    pub(super) kept: Vec<(String, String)>,
    /// The parts of the document that were lost where it was read, by JSON pointer.
    pub(super) lost: Vec<String>,
    /// The text that says its body, where that has not changed since.
    pub(super) text: Option<Arc<str>>,
    /// The parts of it that say nothing, by JSON pointer.
    silent: Vec<String>,
    around: Arc<Around>,
}

/// What is known of the blueprints around an object.
#[derive(Debug, Default)]
struct Around {
    /// The relations of each.
    relations: HashMap<Name, HashSet<Name>>,
    /// Where the entities of each stand in Backstage.
    envelopes: Envelopes,
}

impl Moving {
    /// The objects that were found.
    pub(super) fn all(
        neighbour: Neighbour,
        found: Vec<Found>,
        home: &Home<'_>,
        (envelopes, unlike): (Envelopes, &HashMap<Name, Vec<Loss>>),
        notes: &mut Vec<Note>,
    ) -> Vec<Self> {
        let around = Arc::new(Around { relations: relations(&found, home), envelopes });
        let owners = Owners::of(&found, &home.promises);
        let promises = asking::promises(&found, &home.promises, &owners);
        let (worked_out, mut lost) = (worked_out(&found), lost_in(&found, notes));
        let renamed = renamed(&found, home);
        let mut all = Vec::new();
        for mut one in found {
            let promise = match asking::promise_of(&mut one, &promises, notes) {
                Ok(promise) => promise,
                Err(note) => {
                    notes.push(note);
                    continue;
                }
            };
            without_worked_out(&mut one, &worked_out);
            let blueprint = backstage::blueprint(&one.document, &around.envelopes);
            if neighbour == Neighbour::Backstage && blueprint.is_none() {
                notes.push(Note::new(one.place, Fate::LeftOut, "there can be no kind of this name"));
                continue;
            }
            let envelope = blueprint.and_then(|blueprint| around.envelopes.of_blueprint(blueprint));
            let (narrowed, losses) = narrowed((neighbour, one.kind), &one.document, (&around.relations, &owners));
            let said = narrowed.as_ref().unwrap_or(&one.document);
            let Some(mut carried) = object(neighbour, one.kind, said, envelope) else { continue };
            carried.losses.splice(..0, losses);
            let unlike = blueprint.and_then(|blueprint| unlike.get(blueprint));
            carried.losses.splice(..0, unlike.into_iter().flatten().cloned());
            let above = [("promise", promise), ("blueprint", blueprint)];
            carried.names.extend(above.into_iter().filter_map(|(word, name)| Some((word, Box::from(&**name?)))));
            if let Some(name) = renamed.get(&one.place) {
                rename(&mut carried, name);
            }
            let address = match named(&one, &carried.names) {
                Ok(address) => address,
                Err(note) => {
                    notes.push(note);
                    continue;
                }
            };
            let mut moving = Self {
                neighbour,
                address,
                names: carried.names,
                body: carried.map,
                kept: Vec::new(),
                lost: lost.remove(&one.place).unwrap_or_default(),
                text: None,
                silent: carried.silent,
                document: one.document,
                place: one.place,
                around: Arc::clone(&around),
            };
            moving.keep(&carried.losses, None);
            all.push(moving);
        }
        all
    }

    /// A blueprint that is made for what a neighbour has, and stands in none of its documents.
    pub(super) fn made(neighbour: Neighbour, address: Address, body: Map, place: DocumentPlace) -> Self {
        Self {
            neighbour,
            names: vec![("id", (*address.name).into())],
            address,
            body,
            document: Map::default(),
            place,
            kept: Vec::new(),
            lost: Vec::new(),
            text: None,
            silent: Vec::new(),
            around: Arc::default(),
        }
    }

    /// Takes a part out of the body; whether it was there. Where it is the last of too many, what stands behind it goes too.
    pub(super) fn take_out(&mut self, part: &Said, is_last: bool, trace: &mut Trace) -> bool {
        part.take_out_of(&mut self.body, is_last, trace)
    }

    /// Why not all that says where something goes, or whom it judges, can be said, where that is so: the rest alone would say another place, or any.
    pub(super) fn strays(&self) -> Option<Note> {
        let is_place = |pointer: &str| kratix::is_place(self.address.kind, &self.document, pointer);
        let is_filter = |pointer: &str| port::is_filter(self.address.kind, pointer);
        let (pointer, reason) = self.kept.iter().find(|(pointer, _)| is_place(pointer) || is_filter(pointer))?;
        let what = if is_filter(pointer) { "whom it judges" } else { "where it goes" };
        Some(self.left_out(format!("{reason}, and that says {what}")).for_the(pointer))
    }

    /// That all of it is left out.
    pub(super) fn left_out(&self, reason: impl Into<String>) -> Note {
        Note::new(self.place.clone(), Fate::LeftOut, reason)
    }

    /// That all of it is left out, as it cannot be without something, or with what it is called: for the reason for which that was not taken
    /// in, where it is there; or for which the document is of no kind that plat knows.
    pub(super) fn left_out_without(&self, name: Option<&str>, reason: String) -> Note {
        let Some(places) = name.map(|name| self.places_of(name)) else { return self.left_out(reason) };
        let kept = Whys::of(self.kept.iter().map(|(pointer, reason)| (pointer.as_str(), reason.as_str())));
        let is_there = |place: &&String| {
            let (way, last) = place.rsplit_once('/').unwrap_or_default();
            let mut steps = way.split('/').skip(1);
            steps
                .try_fold(&self.document, |map, step| map.get(step)?.as_object())
                .is_some_and(|map| map.get(last).is_some())
        };
        let telling = || self.kept.iter().find(|(pointer, _)| tells(self.neighbour, self.address.kind, pointer));
        let why = places.iter().find_map(|place| kept.within(place).or_else(|| kept.around(place)));
        let why = why.or_else(|| telling().map(|(pointer, reason)| (pointer.as_str(), reason.as_str())));
        match (why, places.iter().find(is_there)) {
            (Some((pointer, reason)), _) => self.left_out(reason).for_the(pointer),
            (None, Some(place)) => self.left_out(reason).for_the(place),
            (None, None) => self.left_out(reason),
        }
    }

    /// Why parts are kept, by the last two names on the way to each.
    pub(super) fn gone_by_names(&self) -> HashMap<[String; 2], String> {
        let named = |(pointer, reason): &(String, String)| {
            let mut steps = pointer.rsplit('/').map(str::to_owned);
            let (last, around) = (steps.next()?, steps.next()?);
            Some(([around, last], reason.clone()))
        };
        self.kept.iter().filter_map(named).collect()
    }

    /// Where what the language calls so may stand in the document, as JSON pointers: a part of the object's line, or a value of its blueprint or promise.
    pub(super) fn places_of(&self, name: &str) -> Vec<String> {
        let neighbour = self.neighbour;
        let shape = language().object(self.address.kind.word());
        let parts = shape.into_iter().flat_map(NodeShape::all_forms).flat_map(|(_, form)| form.written(0));
        let is_required = |part: &Written<'_>| match part {
            Written::Argument(_, parameter) | Written::Property(parameter) => parameter.required,
            _ => false,
        };
        let place = |part: Written<'static>| match part {
            Written::Argument(_, parameter) | Written::Rest(_, parameter) | Written::Property(parameter) => {
                let there = parameter.elsewhere(neighbour);
                let ways = there.into_iter().flat_map(|there| self.ways_of(parameter, there));
                (parameter.name(), ways.collect::<Vec<_>>())
            }
            Written::Child(slot) => {
                let inner = language().child(slot).0.plain().into_iter().flat_map(|form| form.written(0));
                let inner = inner.filter(is_required).filter_map(|part| match part {
                    Written::Argument(_, parameter) | Written::Property(parameter) => parameter.elsewhere(neighbour),
                    _ => None,
                });
                let all = language().child_elsewhere(slot, neighbour).into_iter().chain(inner);
                (slot.name(), all.map(|there| &*there.text).collect())
            }
            Written::Flag(..) | Written::Pairs(_) => ("", Vec::new()),
        };
        let of_line = parts.map(place).filter(|(other, _)| *other == name).flat_map(|(_, all)| all);
        let envelope = self.around.envelopes.of_blueprint(&self.address.parent);
        let of_field = |group| envelope.and_then(|envelope| envelope.way_of(group, name));
        let of_fields = ["properties", "relations"].into_iter().filter_map(of_field);
        let ways = of_line.chain(of_fields).map(|way| pointer(&way_steps(way)));
        ways.chain(["properties", "relations", "spec"].into_iter().map(|group| pointer(&[group, name]))).collect()
    }

    /// Where what a parameter takes stands in the document: a name whose own part is right is wrong by the part before it.
    fn ways_of<'c>(&self, parameter: &Parameter, there: &'c Counterpart) -> impl Iterator<Item = &'c str> {
        let own = text(&self.document, &way_steps(&there.text));
        let is_right = own.is_some_and(|own| language().takes(parameter, own));
        there.within.as_deref().filter(|_| is_right).into_iter().chain([&*there.text])
    }

    /// Whether what the language has no words for can stand beside it.
    pub(super) fn can_keep(&self) -> bool {
        members(self.address.kind).any(|field| field.name == self.neighbour.word())
    }

    /// That all of it is left out, as nothing can hold the part of what is kept that some names lead to: as far as they go by members in the
    /// document, at most so many that whoever reads of it finds it.
    pub(super) fn left_out_within(&self, names: &[Box<str>], reason: &str) -> Note {
        let members = names.iter().take(MOST_STEPS).take_while(|name| name.parse::<usize>().is_err());
        let steps: Vec<&str> = members.map(|name| &**name).collect();
        let way = (1..=steps.len()).rev().map(|count| &steps[..count]).find(|way| get(&self.document, way).is_some());
        let note = self.left_out(reason);
        match way {
            Some(way) => note.for_the(&pointer(way)),
            None => note,
        }
    }

    /// Keeps what the body does not say, after each change of it. What was not kept before is so for a reason of `losses`, by its place in the document, or for
    /// `reason`.
    pub(super) fn keep(&mut self, losses: &[Loss], reason: Option<&str>) {
        self.keep_for(losses, &|_| None, &|_| reason.map(str::to_owned));
    }

    /// Keeps what parts of the body said that were taken out of it, each for its reason.
    pub(super) fn keep_taken(&mut self, taken: &[(Said, String)]) {
        let Some((_, first)) = taken.first() else { return };
        let body = self.body.clone();
        let around = Arc::clone(&self.around);
        let envelope = around.envelopes.of_blueprint(&self.address.parent);
        let places = Places::of(self.neighbour, self.address.kind, &body, envelope);
        // What is said of a list's items stands in them there.
        let place = |names: &[String]| {
            let names = names.iter().filter(|name| !is_inside(name));
            pointer(&names.collect::<Vec<_>>())
        };
        let places_of = |said: &Said| {
            let ways = said.ways().into_iter();
            ways.filter_map(|way| Some(place(&places.as_ref()?.place(&way)))).collect::<Vec<_>>()
        };
        let known: Vec<(String, &str)> = taken
            .iter()
            .flat_map(|(said, reason)| places_of(said).into_iter().map(move |place| (place, &**reason)))
            .collect();
        let whys =
            Whys::of(known.iter().filter(|(place, _)| !place.is_empty()).map(|(place, reason)| (&**place, *reason)));
        let of = |(_, reason): (&str, &str)| reason.to_owned();
        let own = |part: &Part| whys.within(&place(&part.names)).map(of);
        let is_one = taken.iter().all(|(_, reason)| reason == first);
        let otherwise = |part: &Part| {
            let around = whys.around(&place(&part.names)).map(of);
            Some(around.unwrap_or_else(|| if is_one { first.clone() } else { UNSAID.to_owned() }))
        };
        self.keep_for(&[], &own, &otherwise);
    }

    /// Keeps what the body does not say: what was not kept before is so for the reason that `own` has for it, for
    /// one of `losses`, or for the one that `otherwise` has.
    pub(super) fn keep_for(&mut self, losses: &[Loss], own: &Own<'_>, otherwise: &Own<'_>) {
        self.text = None;
        let word = self.neighbour.word();
        let (kind, can_keep) = (self.address.kind, self.can_keep());
        let kept = self.body.remove(word);
        let blueprint = self.body.get("blueprint").and_then(|value| value.as_str()).map(Name::from);
        let relations = blueprint.and_then(|blueprint| self.around.relations.get(&blueprint));
        let is_relation = |field: &str| relations.is_some_and(|relations| relations.contains(field));
        let envelope = self.around.envelopes.of_blueprint(&self.address.parent);
        let Some(made) = document(self.neighbour, kind, &self.names, &self.body, &is_relation, envelope) else {
            // No document says it, and nothing of one is beyond it.
            self.body.members.extend(kept.map(|value| Member { name: Spanned::new(word.into(), value.span), value }));
            return;
        };
        let made = made.map;
        let (rest, parts) = beyond(self.neighbour, kind, &made, &self.document, &self.silent);
        let known = std::mem::take(&mut self.kept);
        // What is kept as a whole was kept in part before: the first reason says most.
        let before = Whys::of(known.iter().map(|(pointer, reason)| (pointer.as_str(), reason.as_str())));
        let of_losses = losses.iter().map(|loss| (&*loss.place, &*loss.reason));
        let whole = known.iter().map(|(pointer, reason)| (&**pointer, &**reason)).chain(of_losses);
        let whole: Vec<_> = whole.filter(|(pointer, _)| !pointer.is_empty()).collect();
        let losses = Whys::of(losses.iter().map(|loss| (loss.place.as_str(), loss.reason.as_str())));
        let of = |(_, reason): (&str, &str)| reason.to_owned();
        let within = |part: &Part| {
            let known = before.within(&part.pointer).map(of);
            known.or_else(|| own(part)).or_else(|| losses.within(&part.pointer).map(of))
        };
        for part in parts {
            let outer = before.around(&part.pointer).map(of);
            // What is kept as a whole is told by its members, where each has a reason of its own.
            let members = part.value.as_object().filter(|map| map.members.len() > 1 && outer.is_none());
            let members = members.into_iter().flat_map(|map| &map.members).map(|Member { name, value }| {
                let step = name.value.to_string();
                let pointer = format!("{}{}", part.pointer, pointer(&[&step]));
                let names = part.names.iter().cloned().chain([step]).collect();
                let part = Part { pointer, names, value: value.value.clone() };
                within(&part).map(|reason| (part.pointer, reason))
            });
            match members.collect::<Option<Vec<_>>>().filter(|members| !members.is_empty()) {
                Some(members) => self.kept.extend(members),
                None => {
                    let why = outer.or_else(|| within(&part)).or_else(|| losses.around(&part.pointer).map(of));
                    let why = why.or_else(|| otherwise(&part));
                    let why = why.unwrap_or_else(|| NO_WORDS.to_owned());
                    self.kept.push((part.pointer, why));
                }
            }
        }
        let there: HashSet<&str> = self.kept.iter().map(|(pointer, _)| &**pointer).collect();
        let is_gone = |pointer: &str| !there.contains(pointer) && at(&made, pointer).is_none();
        let whole: Vec<_> = whole.into_iter().filter(|(pointer, _)| is_gone(pointer)).collect();
        for (pointer, reason) in whole {
            as_one(&mut self.kept, pointer, reason);
        }
        if can_keep && !rest.is_empty() {
            self.body.put(word, Value::Object(rest), Origin::Nowhere);
        }
    }
}

/// Tells the parts of what stands at a JSON pointer as one, where it is all of them for the same reason.
fn as_one(kept: &mut Vec<(String, String)>, pointer: &str, reason: &str) {
    let is_inside = |other: &str| other.strip_prefix(pointer).is_some_and(|rest| rest.starts_with('/'));
    let mut inner = kept.iter().filter(|(other, _)| is_inside(other));
    if inner.clone().count() > 1 && inner.all(|(_, other)| other == reason) {
        kept.retain(|(other, _)| !is_inside(other));
        kept.push((pointer.to_owned(), reason.to_owned()));
    }
}

/// The address of an object of some names.
///
/// # Errors
/// That it has none, or names no blueprint where Port has it below one.
fn named(one: &Found, names: &[(&'static str, Box<str>)]) -> Result<Address, Note> {
    let address = address(one.kind, names).ok_or_else(|| nameless(one))?;
    if backstage::is_of_another(&one.document, &address) {
        let reason =
            "its name has a `/`, which parts a namespace from a name: it would take the place of another entity";
        return Err(Note::new(one.place.clone(), Fate::LeftOut, reason).for_the("/metadata/name"));
    }
    let namespace = get(&one.document, &["metadata", "namespace"]).filter(|value| **value != Value::Null);
    if namespace.is_some_and(|namespace| namespace.as_str().is_none()) {
        let note = Note::new(one.place.clone(), Fate::LeftOut, "its namespace is no text");
        return Err(note.for_the("/metadata/namespace"));
    }
    let is_below = one.kind == Kind::Scorecard || one.kind == Kind::Entity && address.parent.is_empty();
    let reason = match one.document.get("blueprint").filter(|_| is_below).map(|name| name.as_str()) {
        Some(Some(name)) if !name.is_empty() => return Ok(address),
        Some(Some(_)) => "its `blueprint` is empty",
        Some(None) => "its `blueprint` is no text",
        None if is_below => "it has no `blueprint`",
        None => return Ok(address),
    };
    let note = Note::new(one.place.clone(), Fate::LeftOut, reason);
    Err(if one.document.get("blueprint").is_some() { note.for_the("/blueprint") } else { note })
}

/// That an object has no name that can be one: in the YAML of Kubernetes `n` is a truth value.
fn nameless(one: &Found) -> Note {
    let is_there = get(&one.document, &["metadata", "name"]).or(get(&one.document, &["identifier"]));
    let reason = match is_there {
        Some(Value::String(_)) => "its name is empty",
        Some(_) => "its name is no text",
        None => "it has no name",
    };
    Note::new(one.place.clone(), Fate::LeftOut, reason)
}

/// The address of an object of some names; nothing where it has none of its own.
fn address(kind: Kind, names: &[(&'static str, Box<str>)]) -> Option<Address> {
    let name = |word: &str| names.iter().find(|(other, _)| *other == word).map_or("", |(_, name)| name);
    let id = Some(name("id")).filter(|id| !id.is_empty()).unwrap_or(name("name"));
    let address = match kind {
        Kind::Entity => Address::below(kind, name("blueprint").into(), id.into()),
        Kind::Request => {
            let name_in = format!("{}/{id}", name("namespace"));
            Address::below(kind, name("promise").into(), name_in.as_str().into())
        }
        kind => Address::new(kind, id.into()),
    };
    (!id.is_empty()).then_some(address)
}

/// The relations of the blueprints of the project, and of those among what was found.
fn relations(found: &[Found], home: &Home<'_>) -> HashMap<Name, HashSet<Name>> {
    let named = |name: &str, blueprint: &Map| {
        let relations = blueprint.get("relations")?.as_object()?;
        Some((name.into(), relations.members.iter().map(|member| member.name.value.clone()).collect()))
    };
    let found = found.iter().filter(|one| one.kind == Kind::Blueprint).map(|one| &one.document);
    let found = found.filter_map(|document| named(text(document, &["identifier"])?, document));
    home.blueprints().filter_map(|(address, body)| named(&address.name, body)).chain(found).collect()
}

/// The names of what Port works out for the entities of each blueprint.
fn worked_out(found: &[Found]) -> HashMap<Box<str>, HashSet<Name>> {
    let blueprints = found.iter().filter(|one| one.kind == Kind::Blueprint);
    let named = |one: &Found| {
        let groups = port::worked_out().filter_map(|group| one.document.get(group)?.as_object());
        let names = groups.flat_map(|group| &group.members).map(|member| member.name.value.clone());
        Some((text(&one.document, &["identifier"])?.into(), names.collect()))
    };
    blueprints.filter_map(named).collect()
}

/// Leaves out of an entity what Port works out: it gives that with the entity, and takes it back from nobody.
fn without_worked_out(one: &mut Found, worked_out: &HashMap<Box<str>, HashSet<Name>>) {
    let names = match one.kind {
        Kind::Entity => text(&one.document, &["blueprint"]).and_then(|name| worked_out.get(name)),
        _ => None,
    };
    let properties = one.document.members.iter_mut().find(|member| &*member.name.value == "properties");
    if let (Some(names), Some(Value::Object(properties))) = (names, properties.map(|one| &mut one.value.value)) {
        properties.members.retain(|member| !names.contains(&member.name.value));
    }
}
